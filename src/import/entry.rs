//! Writes a text as a line of a list, or as a pattern if no line means the same.
//!
//! Only the characters that would have a meaning are escaped, and the parser of lists checks the
//! result: if it reads something else, all symbols are escaped.
//!
//! | text | edges | written |
//! |---|---|---|
//! | `c++` | whole word | `c\++` is read as `c+` and an ending, so `c\+\+` |
//! | `#tag` | whole word | `\#tag` |
//! | `the mat` | starts anywhere | the pattern `\w*the\s+mat\b`: lists have `*` only at the end of a phrase |

use regex_syntax::escape;

use crate::rules::{self, End, Line, ParsedLine, Start};
use crate::source::SourceId;

/// What is written for a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Line(String),
    Pattern(String),
}

/// Parses a line of a list as an entry.
///
/// # Errors
/// The message of the error, also if the line is not an entry.
fn parsed(text: &str) -> Result<rules::Entry, String> {
    let line = Line { source: SourceId(0), text, offset: 0, language: None };
    match line.parse() {
        Ok(ParsedLine::Entry(entry)) => Ok(entry),
        Ok(_) => Err("the line is not an entry".to_owned()),
        Err(error) => Err(error.message),
    }
}

/// Splits the wildcards from a text. Several `*` are one.
pub(super) fn split_stars(text: &str) -> (Start, &str, End) {
    let text = text.trim();
    let after = text.trim_start_matches('*');
    let word = after.trim_end_matches('*');
    // A wildcard before a space is a word of its own, which any message has.
    let starts = after.len() < text.len() && !after.starts_with(char::is_whitespace);
    let ends = word.len() < after.len() && !word.ends_with(char::is_whitespace);
    let start = if starts { Start::Anywhere } else { Start::Word };
    let end = if ends { End::Anywhere } else { End::Word };
    (start, word.trim(), end)
}

/// Writes a text. With `inner`, a `*` inside of it matches this pattern.
///
/// # Errors
/// Why no message can match the text.
pub(super) fn write(text: &str, edges: (Start, End), inner: Option<&str>) -> Result<Entry, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let has_inner = inner.is_some() && text.contains('*');
    if has_inner || (edges.0 == Start::Anywhere && words.len() > 1) {
        return Ok(Entry::Pattern(pattern(text, edges, inner)));
    }
    match line(&words, edges, "")? {
        Some(line) => Ok(Entry::Line(line)),
        None => Ok(Entry::Pattern(pattern(text, edges, inner))),
    }
}

/// Writes a text as an exception.
///
/// # Errors
/// Why that is not possible.
pub(super) fn exception(text: &str, edges: (Start, End)) -> Result<String, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_phrase = words.len() > 1;
    let edges = if is_phrase { (Start::Word, edges.1) } else { edges };
    line(&words, edges, "! ")?.ok_or_else(|| "it cannot be written as an exception".to_owned())
}

/// Returns the line for these words, or `None` if none is read as them.
fn line(words: &[&str], edges: (Start, End), before: &str) -> Result<Option<String>, String> {
    if words.is_empty() {
        return Err("it is empty".to_owned());
    }
    let text = words.join(" ");
    let mut error = None;
    for escaped in [escape_some as fn(&str, bool) -> String, escape_all] {
        let last = words.len() - 1;
        let written = words.iter().enumerate().map(|(at, word)| escaped(word, at == last));
        let written = written.collect::<Vec<_>>().join(" ");
        let start = if edges.0 == Start::Anywhere { "*" } else { "" };
        let end = match edges.1 {
            End::Word => "",
            End::Anywhere => "*",
            End::Ending => "+",
        };
        let line = format!("{before}{start}{written}{end}");
        match parsed(&line) {
            Ok(entry) => {
                let rules::Entry { plain, slip, from, until, .. } = entry;
                let has_flags = plain || slip || from.is_some() || until.is_some();
                let is_same = entry.text == text && (entry.start, entry.end) == edges;
                if is_same && entry.exception != before.is_empty() && !has_flags {
                    return Ok(Some(line));
                }
            }
            Err(message) => error = Some(message),
        }
    }
    error.map_or(Ok(None), Err)
}

/// Escapes the characters of a word that would have a meaning.
fn escape_some(word: &str, is_last: bool) -> String {
    let count = word.chars().count();
    let mut escaped = String::with_capacity(word.len() + 2);
    for (at, c) in word.chars().enumerate() {
        let has_meaning = match c {
            '*' | '\\' => true,
            '#' | '!' | '>' | '@' => at == 0,
            '+' | '~' => is_last && at + 1 == count,
            _ => false,
        };
        escaped.extend(has_meaning.then_some('\\'));
        escaped.push(c);
    }
    escaped
}

/// Escapes all symbols of a word.
fn escape_all(word: &str, _: bool) -> String {
    let mut escaped = String::with_capacity(2 * word.len());
    for c in word.chars() {
        escaped.extend((!c.is_alphanumeric() && !c.is_whitespace()).then_some('\\'));
        escaped.push(c);
    }
    escaped
}

/// Returns a pattern for a text, which matches at the edges of words unless it has a wildcard there.
pub(super) fn pattern(text: &str, (start, end): (Start, End), inner: Option<&str>) -> String {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut pattern = String::new();
    pattern += match start {
        Start::Anywhere => r"\w*",
        Start::Word if is_word(text.chars().next()) => r"\b",
        Start::Word => "",
    };
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            pattern += r"\s+";
        }
        match inner {
            Some(inner) => {
                let parts: Vec<String> = word.split('*').map(escape).collect();
                pattern += &parts.join(inner);
            }
            None => pattern += &escape(word),
        }
    }
    pattern += match end {
        End::Word if is_word(text.chars().next_back()) => r"\b",
        End::Word => "",
        End::Anywhere | End::Ending => r"\w*",
    };
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let (start, word, end) = split_stars(text);
        match write(word, (start, end), Some(r"\S*")) {
            Ok(Entry::Line(line)) => line,
            Ok(Entry::Pattern(pattern)) => format!("/{pattern}/"),
            Err(reason) => format!("error: {reason}"),
        }
    }

    #[test]
    fn only_what_has_a_meaning_is_escaped() {
        for (text, expected) in [
            ("cat", "cat"),
            ("cat*", "cat*"),
            ("**cat**", "*cat*"),
            ("i like c++", r"i like c\+\+"),
            ("#tag", r"\#tag"),
            ("a #1 hit", r"a \#1 hit"),
            ("c# dev", "c# dev"),
            ("!bang", r"\!bang"),
            ("> ok: fine", r"\> ok: fine"),
            ("mail @plain", r"mail \@plain"),
            ("me@example", "me@example"),
            (r"a\b", r"a\\b"),
            ("badword~", r"badword\~"),
            ("bad, worse", r"bad\, worse"),
            ("\"bad\"", "\\\"bad\\\""),
            ("b[a4]d", r"b\[a4\]d"),
            ("  very   bad ", "very bad"),
            ("*the mat", r"/\w*the\s+mat\b/"),
            ("the mat*", "the mat*"),
            ("f*ck", r"/\bf\S*ck\b/"),
            ("* cat *", "cat"),
            ("*:)*", r"/\w*:\)\w*/"),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
        assert_eq!(
            write("f**k", (Start::Word, End::Word), None),
            Ok(Entry::Line(r"f\*\*k".into()))
        );
        assert!(written("*a*").starts_with("error: single letter"));
        assert!(written("a\u{7}b").starts_with("error: unexpected control character"));
        assert_eq!(written(""), "error: it is empty");
    }
}
