//! A problem in a rule file as GitHub shows it beside the line: a workflow command.
//!
//! "Workflow commands for GitHub Actions" (GitHub Docs) names the parameters; what is escaped is what
//! GitHub's own `@actions/core` escapes. What a terminal would act on is escaped first, line breaks in names and
//! texts among it: the log of a workflow is shown in terminals too, and no such text begins a line of its own.

use std::borrow::Cow;

use ivs_chat_review::diagnostic::{Diagnostic, place};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::source::Sources;

/// `::error file=…,line=…::…`, or `::warning …` likewise; without a line break at its end.
pub(crate) fn command(sources: &Sources, problem: &Diagnostic) -> String {
    let mut parameters = Vec::new();
    if let Some(location) = problem.location {
        let start = sources.position(location.source, location.span.start);
        let end = sources.position(location.source, location.span.end);
        parameters.push(("file", sources.name(location.source)));
        parameters.push(("line", start.line.to_string()));
        parameters.push(("col", start.column.to_string()));
        // GitHub refuses columns with lines that differ.
        if end.line == start.line {
            parameters.push(("endColumn", end.column.to_string()));
        }
    }
    parameters.push(("title", problem.code.to_string()));
    let parameters: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();

    let mut lines = vec![problem.message.clone()];
    if let Some((second, what)) = &problem.related {
        lines.push(format!("{}: {what}", place(sources, *second)));
    }
    lines.extend(problem.help.as_ref().map(|help| format!("help: {help}")));
    lines.extend(problem.paste.iter().cloned());
    let severity = problem.code.severity();
    format!("::{severity} {}::{}", parameters.join(","), message(&lines))
}

/// Lines as the message of a command, after its second `::`.
fn message(lines: &[String]) -> String {
    let lines: Vec<Cow<'_, str>> = lines.iter().map(|line| display_safe(line)).collect();
    percent_encoded(&lines.join("\n"), "%\r\n")
}

/// The value of a property, which a colon or a comma would end.
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

    /// The command for a problem at those bytes of `a,b.txt`, with a message that nobody should write.
    fn told(file: &str, start: usize, end: usize) -> String {
        let mut sources = Sources::new("50%:rules/");
        let content = Ok(file.as_bytes().to_vec());
        let source = sources.push(Source { path: "a,b.txt".into(), content });
        let location = Location { source, span: Span::new(start, end) };
        let problem =
            Diagnostic::new(Code::UnusedList, location, "100 %,\n::error::\r\x1B[31m it: is");
        command(&sources, &problem)
    }

    #[test]
    fn nothing_in_a_problem_ends_the_command_or_begins_another() {
        assert_eq!(
            told("one two\n", 4, 7),
            "::warning file=50%25%3Arules/a%2Cb.txt,line=1,col=5,endColumn=8,title=unused-list\
             ::100 %25,\\n::error::\\r\\u{1b}[31m it: is"
        );
    }

    #[test]
    fn only_what_is_on_one_line_has_an_end() {
        assert!(told("one\ntwo\n", 0, 7).contains(",line=1,col=1,title="));
        assert!(told("one\ntwo\n", 4, 5).contains(",line=2,col=1,endColumn=2,title="));
    }
}
