//! Messages on a terminal.

use anstyle::Style;
use ivs_chat_review::span::Span;
use unicode_width::UnicodeWidthStr;

pub(crate) const BOLD: Style = Style::new().bold();

/// A number of things.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A text on one line, with a sign for each character that would move the cursor, change colours
/// or turn the direction of writing around.
pub(crate) fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => '⏎',
            '\t' => ' ',
            c if c.is_control() => '\u{FFFD}',
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
            c => c,
        })
        .collect()
}

/// A text made visible, and the line below it that underlines some spans of it.
pub(crate) fn underlined(text: &str, spans: &[Span]) -> (String, String) {
    let mut marks = String::new();
    let mut written = 0;
    // Spans are sorted by their start, but may overlap.
    for span in spans {
        let start = span.start.max(written);
        if start >= span.end {
            continue;
        }
        let width = |from, to| visible(&text[from..to]).width();
        marks.extend(std::iter::repeat_n(' ', width(written, start)));
        marks.extend(std::iter::repeat_n('~', width(start, span.end).max(1)));
        written = span.end;
    }
    (visible(text), marks)
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
        assert_eq!(shown, "日本 bad\u{301}word⏎!");
        assert_eq!(marks, "     ~~~~~~~");
        assert_eq!(underlined("x", &[]), ("x".into(), String::new()));
    }

    #[test]
    fn nothing_in_a_message_moves_the_cursor() {
        assert_eq!(visible("a\x1B[31m\r\u{202E}b"), "a\u{FFFD}[31m\u{FFFD}\u{FFFD}b");
    }
}
