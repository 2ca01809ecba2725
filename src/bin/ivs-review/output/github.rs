//! GitHub annotations: a diagnostic as a workflow command.
//!
//! The parameters are described in "Workflow commands for GitHub Actions" (GitHub Docs), and the
//! same characters are escaped as by GitHub's `@actions/core`. Control characters, such as line
//! breaks in names and texts, are escaped first: the log of a workflow is shown in terminals too,
//! and foreign text must not start a new command.

use std::borrow::Cow;

use ivs_chat_review::diagnostic::{Diagnostic, format_location};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::source::Sources;

/// Returns `::error file=…,line=…::…` or `::warning …` without a line break at the end.
pub(crate) fn command(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let mut parameters = Vec::new();
    if let Some(location) = diagnostic.location {
        let start = sources.position(location.source, location.span.start);
        let end = sources.position(location.source, location.span.end);
        parameters.push(("file", sources.name(location.source)));
        parameters.push(("line", start.line.to_string()));
        parameters.push(("col", start.column.to_string()));
        // GitHub rejects `endColumn` for a range of several lines.
        if end.line == start.line {
            parameters.push(("endColumn", end.column.to_string()));
        }
    }
    parameters.push(("title", diagnostic.code.to_string()));
    let parameters: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();

    let mut lines = vec![diagnostic.message.clone()];
    if let Some((location, label)) = &diagnostic.related {
        lines.push(format!("{}: {label}", format_location(sources, *location)));
    }
    lines.extend(diagnostic.help.as_ref().map(|help| format!("help: {help}")));
    lines.extend(diagnostic.paste.iter().cloned());
    let severity = diagnostic.code.severity();
    format!("::{severity} {}::{}", parameters.join(","), message(&lines))
}

/// Escapes lines for the message of a command.
fn message(lines: &[String]) -> String {
    let lines: Vec<Cow<'_, str>> = lines.iter().map(|line| display_safe(line)).collect();
    percent_encoded(&lines.join("\n"), "%\r\n")
}

/// Escapes the value of a property, in which `:` and `,` are delimiters.
fn property(value: &str) -> String {
    percent_encoded(&display_safe(value), "%\r\n:,")
}

fn percent_encoded(text: &str, special: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if special.contains(c) => out += &format!("%{:02X}", u32::from(c)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use ivs_chat_review::diagnostic::{Code, Location};
    use ivs_chat_review::source::Source;
    use ivs_chat_review::span::Span;

    use super::*;

    /// The command for a diagnostic at these bytes of `a,b.txt`, with a message that contains
    /// delimiters.
    fn annotation(file: &str, start: usize, end: usize) -> String {
        let mut sources = Sources::new("50%:rules/");
        let content = Ok(file.as_bytes().to_vec());
        let source = sources.push(Source { path: "a,b.txt".into(), content });
        let location = Location { source, span: Span::new(start, end) };
        let diagnostic =
            Diagnostic::new(Code::UnusedList, location, "100 %,\n::error::\r\x1B[31m it: is");
        command(&sources, &diagnostic)
    }

    #[test]
    fn text_of_a_diagnostic_cannot_end_or_start_a_command() {
        assert_eq!(
            annotation("one two\n", 4, 7),
            "::warning file=50%25%3Arules/a%2Cb.txt,line=1,col=5,endColumn=8,title=unused-list\
             ::100 %25,\\n::error::\\r\\u{1b}[31m it: is"
        );
    }

    #[test]
    fn only_a_range_on_one_line_has_an_end_column() {
        assert!(annotation("one\ntwo\n", 0, 7).contains(",line=1,col=1,title="));
        assert!(annotation("one\ntwo\n", 4, 5).contains(",line=2,col=1,endColumn=2,title="));
    }
}
