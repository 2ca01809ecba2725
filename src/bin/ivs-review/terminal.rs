//! Formatting of counts, paths, JSON and underlined text for output.

use std::fmt::Display;
use std::path::Path;

use anstyle::Style;
use ivs_chat_review::display::{display_safe, json_safe};
use ivs_chat_review::span::Span;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

pub(crate) const BOLD: Style = Style::new().bold();

/// Formats a count with its noun: `1 rule`, `2 rules`.
pub(crate) fn count<N: Copy + Display + From<u8> + PartialEq>(
    count: N,
    singular: &str,
    plural: &str,
) -> String {
    format!("{count} {}", if count == N::from(1) { singular } else { plural })
}

/// Joins the first ten items with commas, followed by `…` if there are more.
pub(crate) fn first_ten<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let mut joined = String::new();
    for (at, item) in items.into_iter().take(11).enumerate() {
        if at > 0 {
            joined += ", ";
        }
        joined += if at < 10 { item.as_ref() } else { "…" };
    }
    joined
}

/// Returns a path as one escaped line.
pub(crate) fn shown_path(path: &Path) -> String {
    display_safe(&path.to_string_lossy()).into_owned()
}

/// Returns a path as an argument of a command that is shown.
pub(crate) fn path_argument(path: &Path) -> String {
    argument(&path.to_string_lossy())
}

/// Returns a text as an argument of a command that is shown: quoted for a shell if needed, so that the
/// command can be copied.
pub(crate) fn argument(text: &str) -> String {
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || b"%+,-./:@_".contains(&byte)
            || cfg!(windows) && byte == b'\\'
    };
    let text = display_safe(text);
    match !text.is_empty() && text.bytes().all(is_plain) {
        true => text.into_owned(),
        // A quotation mark ends a quoted text, is escaped outside of it, and begins another one.
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Returns an entry or a pattern as one escaped line of bounded length.
pub(crate) fn shortened(entry: &str) -> String {
    const MAX: usize = 60;
    let words = entry.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = words.char_indices().nth(MAX).map(|(at, _)| at);
    let end = if cut.is_some() { "…" } else { "" };
    display_safe(&words[..cut.unwrap_or(words.len())]).into_owned() + end
}

/// Serializes a value as one line of JSON without a line feed. Control characters are escaped.
pub(crate) fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value).map(|json| json_safe(&json).into_owned())
}

/// Returns a text as one escaped line, and a second line that underlines `spans` of it.
pub(crate) fn underlined(text: &str, spans: &[Span]) -> (String, String) {
    let mut underline = String::new();
    let mut written = 0;
    // Spans are sorted by their start, but may overlap.
    for span in spans {
        let start = span.start.max(written);
        if start >= span.end {
            continue;
        }
        let width = |from, to| display_safe(&text[from..to]).width();
        underline.extend(std::iter::repeat_n(' ', width(written, start)));
        underline.extend(std::iter::repeat_n('~', width(start, span.end).max(1)));
        written = span.end;
    }
    (display_safe(text).into_owned(), underline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_underlined_by_display_width() {
        let text = "日本 bad\u{301}word\n!";
        let start = text.find("bad").expect("it is in the text");
        let end = text.find('\n').expect("it is in the text");
        let (shown, underline) = underlined(text, &[Span::new(start, end), Span::new(start, end)]);
        assert_eq!(shown, "日本 bad\u{301}word\\n!");
        assert_eq!(underline, "     ~~~~~~~");
        assert_eq!(underlined("x", &[]), ("x".into(), String::new()));
        let (shown, underline) = underlined("\u{202E}b\u{200B}d", &[Span::new(3, 8)]);
        assert_eq!(shown, r"\u{202e}b\u{200b}d");
        assert_eq!(underline, "        ~~~~~~~~~~");
    }

    #[test]
    fn long_patterns_are_shortened() {
        assert_eq!(shortened("muppet+"), "muppet+");
        assert_eq!(shortened("(?x)\n   a | \u{202E}b"), "(?x) a | \\u{202e}b");
        assert_eq!(shortened(&"é".repeat(61)), "é".repeat(60) + "…");
    }

    #[test]
    fn arguments_are_quoted_for_a_shell_if_needed() {
        for (text, expected) in [
            ("rules", "rules"),
            ("../my-rules/v1.2", "../my-rules/v1.2"),
            ("arn:aws:lambda:eu-west-1:1:function:f", "arn:aws:lambda:eu-west-1:1:function:f"),
            ("", "''"),
            ("my rules", "'my rules'"),
            ("it's", r"'it'\''s'"),
            ("$(reboot)", "'$(reboot)'"),
            ("~/a*", "'~/a*'"),
            ("règles", "'règles'"),
            ("a\u{1b}b", r"'a\u{1b}b'"),
        ] {
            assert_eq!(argument(text), expected);
        }
    }

    #[test]
    fn ten_items_are_joined() {
        let items = ["a"; 11];
        assert_eq!(first_ten(&items[..0]), "");
        assert_eq!(first_ten(&items[..2]), "a, a");
        assert_eq!(first_ten(&items[..10]), "a, a, a, a, a, a, a, a, a, a");
        assert_eq!(first_ten(items), "a, a, a, a, a, a, a, a, a, a, …");
    }
}
