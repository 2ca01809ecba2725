//! Text, numbers and JSON as the command line writes them.

use std::path::Path;

use anstyle::Style;
use ivs_chat_review::display::{display_safe, json_safe};
use ivs_chat_review::span::Span;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

pub(crate) const BOLD: Style = Style::new().bold();

/// A number of things.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A path or another argument, safe to show on one line.
pub(crate) fn shown_path(path: &Path) -> String {
    display_safe(&path.to_string_lossy()).into_owned()
}

/// An object as one line of JSON, without its line feed. A terminal acts on none of its characters.
pub(crate) fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value).map(|json| json_safe(&json).into_owned())
}

/// A text on one line, safe to show, and the line below it that underlines some spans of it.
pub(crate) fn underlined(text: &str, spans: &[Span]) -> (String, String) {
    let mut marks = String::new();
    let mut written = 0;
    // Spans are sorted by their start, but may overlap.
    for span in spans {
        let start = span.start.max(written);
        if start >= span.end {
            continue;
        }
        let width = |from, to| display_safe(&text[from..to]).width();
        marks.extend(std::iter::repeat_n(' ', width(written, start)));
        marks.extend(std::iter::repeat_n('~', width(start, span.end).max(1)));
        written = span.end;
    }
    (display_safe(text).into_owned(), marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_underlined_by_display_width() {
        let text = "日本 bad\u{301}word\n!";
        let start = text.find("bad").expect("it is there");
        let end = text.find('\n').expect("it is there");
        let (shown, marks) = underlined(text, &[Span::new(start, end), Span::new(start, end)]);
        assert_eq!(shown, "日本 bad\u{301}word\\n!");
        assert_eq!(marks, "     ~~~~~~~");
        assert_eq!(underlined("x", &[]), ("x".into(), String::new()));
        let (shown, marks) = underlined("\u{202E}b\u{200B}d", &[Span::new(3, 8)]);
        assert_eq!(shown, r"\u{202e}b\u{200b}d");
        assert_eq!(marks, "        ~~~~~~~~~~");
    }
}
