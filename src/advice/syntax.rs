//! Explains errors in the syntax of TOML: [`explain`].
//!
//! **Example.** In
//!
//! ```toml
//! lists = ["lists/insults.txt"
//! action = "mask"
//! ```
//!
//! the parser expects a comma before `action`. The line with the error begins with a key, so the
//! mistake is before it: the statement above has an unclosed `[`. The diagnostic moves there, and
//! its help is the statement with the bracket.

use super::statement::{
    Statement, is_typographic_quote, quoted, toml_value, unclosed, without_comment,
};
use super::types::AMBIGUOUS_DATE;
use crate::diagnostic::{Diagnostic, Location};
use crate::lint::{MERGE_CONFLICT, day, is_conflict_marker};
use crate::rules::keys::is_rule_key;
use crate::span::Span;

/// The longest corrected line that is shown.
const MAX_SHOWN: usize = 100;

/// A mistake, with the position that shows it.
struct Mistake {
    message: String,
    help: String,
    span: Span,
    /// An earlier position that is part of it, with a label.
    related: Option<(Span, &'static str)>,
}

impl Mistake {
    fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Mistake {
        Mistake { message: message.into(), help: help.into(), span, related: None }
    }
}

/// Replaces the message, position and help of a syntax error if its cause is recognized.
pub(super) fn explain(text: &str, at: Location, diagnostic: &mut Diagnostic) {
    // An error that has help was explained where it was found.
    if diagnostic.help.is_some() {
        return;
    }
    let offset = floor_char_boundary(text, at.span.start);
    let Some(mistake) =
        mistake(text, Span::new(offset, at.span.end.max(offset)), &diagnostic.message)
    else {
        diagnostic.help = Some("write `key = value`, with text in quotes".to_owned());
        return;
    };
    let locate = |span| Location { source: at.source, span };
    diagnostic.message = mistake.message;
    diagnostic.help = Some(mistake.help);
    diagnostic.location = Some(locate(mistake.span));
    diagnostic.related = mistake.related.map(|(span, label)| (locate(span), label.to_owned()));
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mistake(text: &str, error: Span, raw: &str) -> Option<Mistake> {
    let line = Line::around(text, error.start);
    let statement = Statement::parse(line.text);
    special_character(text, error.start, line)
        .or_else(|| quoted_mail(text, line))
        .or_else(|| broken_string(text, line))
        .or_else(|| not_toml(line))
        .or_else(|| {
            raw.contains("duplicate key").then(|| duplicate_key(text, error, line)).flatten()
        })
        .or_else(|| header(line))
        .or_else(|| unclosed_bracket(text, line, statement))
        .or_else(|| missing_comma(text, error, line, raw))
        .or_else(|| value(line, statement?, raw))
}

/// A line of the file with its offset, without its line break.
#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    text: &'t str,
}

impl<'t> Line<'t> {
    fn around(text: &'t str, at: usize) -> Line<'t> {
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        Line { start, text: text[start..end].trim_end_matches('\r') }
    }

    /// Returns the line before this one.
    fn before(self, text: &'t str) -> Option<Line<'t>> {
        (self.start > 0).then(|| Line::around(text, self.start - 1))
    }

    /// The location of the text without indentation and comment.
    fn span(self) -> Span {
        let indent = self.text.len() - self.text.trim_start().len();
        let shown = without_comment(self.text).trim_end().len().max(indent);
        Span::new(self.start + indent, self.start + shown)
    }

    /// Whether the line is the header of a table.
    fn is_header(self) -> bool {
        let inside = self.text.trim_start().strip_prefix('[').map(|it| it.trim_start_matches('['));
        inside.is_some_and(|it| it.trim_start().starts_with(|c: char| c.is_ascii_alphabetic()))
    }
}

/// Returns `write` with a line, or with less if the line is long.
fn write(line: &str) -> String {
    match line.len() <= MAX_SHOWN {
        true => format!("write `{line}`"),
        false => format!("write `{}…`", line.chars().take(MAX_SHOWN).collect::<String>()),
    }
}

/// Quotes and spaces that are not those of a keyboard.
fn special_character(text: &str, at: usize, line: Line<'_>) -> Option<Mistake> {
    let c = text[at..].chars().next()?;
    let span = Span::new(at, at + c.len_utf8());
    if is_typographic_quote(c) {
        let straight: String = line
            .text
            .trim()
            .chars()
            .map(|c| if is_typographic_quote(c) { '"' } else { c })
            .collect();
        return Some(Mistake::new(span, format!("`{c}` is a typographic quote"), write(&straight)));
    }
    if !c.is_ascii() && (c.is_whitespace() || crate::normalize::is_invisible(c)) {
        let message = format!("invisible or special space character U+{:04X}", u32::from(c));
        return Some(Mistake::new(
            span,
            message,
            "replace it with an ordinary space, or remove it",
        ));
    }
    if c == '`' {
        let straight = line.text.trim().replace('`', "\"");
        return Some(Mistake::new(span, "backticks are not quotes", write(&straight)));
    }
    if matches!(c, '＝' | '：') {
        let statement = Statement::parse(line.text)?;
        return Some(Mistake::new(span, format!("`{c}` is not `=`"), statement.help()));
    }
    None
}

/// Lines of other languages.
fn not_toml(line: Line<'_>) -> Option<Mistake> {
    let trimmed = line.text.trim();
    if is_conflict_marker(trimmed) {
        let message = "this line is a marker of a merge conflict";
        return Some(Mistake::new(line.span(), message, MERGE_CONFLICT));
    }
    for mark in ["//", "--", ";", "/*", "<!--", "REM "] {
        if let Some(comment) = trimmed.strip_prefix(mark) {
            let message = format!("`{}` does not begin a comment", mark.trim_end());
            return Some(Mistake::new(
                line.span(),
                message,
                write(&format!("# {}", comment.trim())),
            ));
        }
    }
    None
}

/// A file that was copied from an answer to a mail.
fn quoted_mail(text: &str, line: Line<'_>) -> Option<Mistake> {
    let is_quoted = |line: &str| line == ">" || line.starts_with("> ");
    if !is_quoted(line.text) {
        return None;
    }
    // One mistake for all lines.
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if is_quoted(line.trim_end()) {
            break;
        }
        start += line.len();
    }
    let message = "`>` before a line, as in an answer to a mail";
    Some(Mistake::new(Span::new(start, start + 1), message, "remove it from each line"))
}

/// A string that goes on in the next line, or an element of a list with one quote.
fn broken_string(text: &str, line: Line<'_>) -> Option<Mistake> {
    let is_odd = |line: Line<'_>| line.text.matches('"').count() % 2 == 1;
    let is_assignment =
        |line: Line<'_>| Statement::parse(line.text).is_some_and(Statement::is_assignment);
    if !is_odd(line) {
        return None;
    }
    let trimmed = line.text.trim();
    if trimmed.starts_with('"') {
        let element = trimmed.trim_end_matches(',');
        return Some(Mistake::new(line.span(), "missing quote", write(&format!("{element}\","))));
    }
    let (first, next) = if is_assignment(line) {
        let next = line.start + line.text.len();
        let next = text[next..].find('\n').map(|at| Line::around(text, next + at + 1))?;
        (line, next)
    } else {
        (line.before(text)?, line)
    };
    let goes_on = is_assignment(first) && is_odd(first) && !is_assignment(next) && is_odd(next);
    if !goes_on || next.text.trim_start().starts_with('"') {
        return None;
    }
    let joined = format!("{} {}", first.text.trim(), next.text.trim());
    Some(Mistake::new(first.span(), "text in quotes goes on in the next line", write(&joined)))
}

/// A key that occurs twice in its table.
fn duplicate_key(text: &str, error: Span, line: Line<'_>) -> Option<Mistake> {
    let key = text.get(error.range())?;
    let mut first = None;
    let mut ids = Vec::new();
    let mut above = line;
    let key_span = |line: Line<'_>, key: &str| {
        let start = line.span().start;
        Span::new(start, start + key.len())
    };
    if key == "id" {
        ids.push(error);
    }
    while let Some(before) = above.before(text) {
        if before.is_header() {
            break;
        }
        let statement = Statement::parse(before.text);
        if statement.is_some_and(|it| it.key == key) {
            first = Some((key_span(before, key), "first one"));
        }
        if statement.is_some_and(|it| it.key == "id" && it.is_assignment()) {
            ids.push(key_span(before, "id"));
        }
        above = before;
    }
    // All keys of the second rule are duplicates then.
    if let [.., second, first] = ids[..] {
        let help = "write `[[rule]]` on a line before it";
        let mistake = Mistake::new(second, "a second rule without `[[rule]]`", help);
        return Some(Mistake { related: Some((first, "ID of the first rule")), ..mistake });
    }
    let is_list = Statement::parse(line.text).is_some_and(Statement::is_list);
    let help = match is_list {
        true => {
            format!("remove one of them, or write all values in one list: `{key} = [\"…\", \"…\"]`")
        }
        false => "remove one of them".to_owned(),
    };
    let mistake = Mistake::new(error, format!("duplicate key `{key}`"), help);
    Some(Mistake { related: first, ..mistake })
}

/// A header with missing or superfluous brackets, or with something after it.
fn header(line: Line<'_>) -> Option<Mistake> {
    if !line.is_header() {
        return None;
    }
    let inside = line.text.trim().trim_start_matches('[').trim_start();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '.';
    let length = inside.find(|c| !is_name(c)).unwrap_or(inside.len());
    let name = inside[..length].to_ascii_lowercase();
    let name = if name == "rules" { "rule" } else { &name };
    let help = match name {
        "rule" | "exempt" => format!("write `[[{name}]]` on a line of its own"),
        name => format!("write `[{name}]` on a line of its own"),
    };
    Some(Mistake::new(line.span(), "invalid header of a table", help))
}

/// A bracket or brace that is opened on this line or before it, and never closed.
fn unclosed_bracket(
    text: &str,
    line: Line<'_>,
    statement: Option<Statement<'_>>,
) -> Option<Mistake> {
    let begins_statement = statement.is_some_and(Statement::is_assignment);
    let is_next = begins_statement || line.is_header();
    // A new statement begins here, so what is open was opened above.
    let mut first = if is_next && !has_unclosed(line) { line.before(text)? } else { line };
    while !Statement::parse(first.text).is_some_and(Statement::is_assignment) {
        if first.is_header() {
            return None;
        }
        first = first.before(text)?;
    }
    let end =
        if is_next && first.start < line.start { line.start } else { line.start + line.text.len() };
    let part = &text[first.start..end];
    let quote = if part.contains('"') { '"' } else { '\'' };
    if part.matches(quote).count() % 2 == 1 {
        return None;
    }
    let (at, open) = *unclosed(part).last()?;
    // The value may go on below, and then the error is another one.
    let rest = &text[end..];
    let goes_on = !is_next && !begins_next(rest);
    if goes_on {
        return None;
    }
    let (close, end) = if open == '[' { (']', "]") } else { ('}', " }") };
    let lines: Vec<&str> = part.trim_end().lines().collect();
    let help = match lines[..] {
        [only] => {
            let value = without_comment(only).trim().trim_end_matches(['\\', ' ']);
            write(&format!("{}{end}", value.trim_end_matches(',')))
        }
        _ => format!("write `{close}` after the last line of the value"),
    };
    let start = first.start + at;
    Some(Mistake::new(
        Span::new(start, start + 1),
        format!("`{open}` without a closing `{close}`"),
        help,
    ))
}

fn has_unclosed(line: Line<'_>) -> bool {
    !unclosed(line.text).is_empty()
}

/// Whether a text begins with a statement or header, after empty lines and comments, or is empty.
fn begins_next(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let next = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    next.is_none_or(|next| {
        Line { start: 0, text: next }.is_header()
            || Statement::parse(next).is_some_and(Statement::is_assignment)
    })
}

/// Two elements of a list without a comma between them.
fn missing_comma(text: &str, error: Span, line: Line<'_>, raw: &str) -> Option<Mistake> {
    if !raw.contains("missing comma") {
        return None;
    }
    let before = text[..error.start].trim_end();
    let last = Line::around(text, before.len());
    let span = Span::new(before.len(), before.len());
    let help = if last.start == line.start {
        "write a comma between the elements of a list: `[\"one\", \"two\"]`".to_owned()
    } else {
        write(&format!("{},", without_comment(last.text).trim()))
    };
    Some(Mistake::new(span, "missing comma after this element", help))
}

/// A line `key = value` in which something is wrong.
fn value(line: Line<'_>, statement: Statement<'_>, raw: &str) -> Option<Mistake> {
    let Statement { key, separator, value, value_at } = statement;
    let span = line.span();
    if !key.is_ascii() && matches!(separator, "=" | ":") {
        let help = "keys are English words: id, lists, terms, patterns, action, reason, ...";
        return Some(Mistake::new(span, format!("unknown key `{key}`"), help));
    }
    if separator.is_empty() {
        if value.is_empty() || !(key == "version" || is_rule_key(key)) {
            let message = "this line is not of the form `key = value`";
            let help = "put `#` before it if it is a comment; words belong in `terms = [\"…\"]` or in a list";
            return Some(Mistake::new(span, message, help));
        }
        return Some(Mistake::new(span, "missing `=`", statement.help()));
    }
    if separator != "=" {
        let message = format!("`{separator}` instead of `=`");
        return Some(Mistake::new(span, message, statement.help()));
    }
    let at = line.start + value_at;
    let span = Span::new(at, at + value.len());
    // `terms = ["a"] // why`
    for mark in [" //", " --", " ;", " /*"] {
        let Some((before, comment)) = value.split_once(mark) else { continue };
        let before = before.trim_end();
        if before.ends_with(['"', '\'', ']', '}']) && unclosed(before).is_empty() {
            let message = format!("`{}` does not begin a comment", mark.trim());
            let comment = comment.trim().trim_end_matches("*/").trim_end();
            let fixed = format!("{key} = {before} # {comment}");
            return Some(Mistake::new(span, message, write(&fixed)));
        }
    }
    if value.is_empty() {
        let help = if statement.is_list() { "[\"…\"]" } else { "\"…\"" };
        return Some(Mistake::new(line.span(), "missing value", write(&format!("{key} = {help}"))));
    }
    let has_escape = value.contains('"') && value.contains('\\');
    if has_escape && ["escape", "hex", "unicode"].iter().any(|it| raw.contains(it)) {
        let message = "a backslash in double quotes begins an escape such as `\\n`";
        let fixed = match key {
            "lists" | "exceptions" => format!("{key} = {}", value.replace('\\', "/")),
            _ if !value.contains('\'') => format!("{key} = {}", value.replace('"', "'")),
            _ => return Some(Mistake::new(span, message, "write the text in `'''…'''`")),
        };
        let is_path = matches!(key, "lists" | "exceptions");
        let literal = if is_path { "" } else { "in single quotes it is literal: " };
        return Some(Mistake::new(span, message, format!("{literal}{}", write(&fixed))));
    }
    if value.starts_with('{') && statement.is_list() {
        let fixed = toml_value(key, value.trim_matches(['{', '}', ' ']));
        let fixed = write(&format!("{key} = {fixed}"));
        return Some(Mistake::new(span, "a list is in square brackets", fixed));
    }
    let quotes = value.matches('"').count();
    if quotes == 0 && value.matches('\'').count() == 1 {
        let fixed = with_last_quote(&value.replace('\'', "\"")).replace('"', "'");
        return Some(Mistake::new(span, "missing quote", write(&format!("{key} = {fixed}"))));
    }
    let begins_with_quote = value.starts_with(['"', '\'']);
    if quotes % 2 == 1 && !value.contains("\\\"") {
        return Some(Mistake::new(
            span,
            "missing quote",
            write(&format!("{key} = {}", with_last_quote(value))),
        ));
    }
    let closes = |c: char| matches!(c, '"' | '\'' | ']' | '}');
    if value.trim_end_matches([',', ';', ' ']).ends_with(closes) && value.ends_with([',', ';']) {
        let shorter = value.trim_end_matches([',', ';', ' ']);
        let end = &value[shorter.len()..];
        let message = format!("`{}` after the value", end.trim());
        return Some(Mistake::new(span, message, write(&format!("{key} = {shorter}"))));
    }
    if begins_with_quote {
        let inside = value.trim_matches(['"', '\'']);
        let is_row = ["\",", "\" ,", "',", "' ,"].iter().any(|end| value.contains(end));
        if statement.is_list() && is_row {
            let message = "several values without brackets";
            return Some(Mistake::new(span, message, statement.help()));
        }
        if value.starts_with('"') && quotes > 2 {
            let message = "quotes inside of quotes";
            return Some(Mistake::new(
                span,
                message,
                write(&format!("{key} = {}", quoted(inside))),
            ));
        }
        if value.starts_with('\'') && value.matches('\'').count() > 2 {
            let message = "an apostrophe ends a text in single quotes";
            return Some(Mistake::new(
                span,
                message,
                write(&format!("{key} = {}", quoted(inside))),
            ));
        }
        let end = value[1..].find(&value[..1]).map(|at| at + 2)?;
        let after = value.get(end..)?.trim();
        if after.is_empty() {
            return None;
        }
        let message = if statement.is_list() {
            "several values without brackets"
        } else {
            "text after the value"
        };
        let fixed = if statement.is_list() {
            statement.corrected()
        } else {
            format!("{key} = {}", &value[..end])
        };
        return Some(Mistake::new(span, message, write(&fixed)));
    }
    if matches!(key, "from" | "until") {
        let help = match day(value) {
            Some(day) => write(&format!("{key} = {day}")),
            None => AMBIGUOUS_DATE.to_owned(),
        };
        return Some(Mistake::new(span, "invalid date", help));
    }
    if value.starts_with(['[', '(']) {
        let message = if value.starts_with('(') {
            "a list is in square brackets"
        } else {
            "text without quotes"
        };
        return Some(Mistake::new(span, message, statement.help()));
    }
    (!value.starts_with(['{', '[']))
        .then(|| Mistake::new(span, "text without quotes", statement.help()))
}

/// Adds a missing quote before the closing brackets of a value, or at its start.
fn with_last_quote(value: &str) -> String {
    let body = value.trim_end_matches([']', '}', ' ']);
    let end = &value[body.len()..];
    if !value.trim_start_matches(['[', '{', ' ']).starts_with('"') && body.ends_with('"') {
        let open = value.len() - value.trim_start_matches(['[', '{', ' ']).len();
        return format!("{}\"{}", &value[..open], &value[open..]);
    }
    format!("{body}\"{end}")
}
