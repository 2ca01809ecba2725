//! Messages on a terminal.

use anstyle::Style;
use ivs_chat_review::span::Span;
use unicode_width::UnicodeWidthStr;

pub(crate) const BOLD: Style = Style::new().bold();

/// A number of things.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A text on one line, with a sign for each character that would move the cursor, change colours,
/// turn the direction of writing around or not show at all.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

/// The character that stands for another one in a [`visible`] text.
pub(crate) fn visible_char(c: char) -> char {
    match c {
        '\n' | '\u{2028}' | '\u{2029}' => '⏎',
        '\t' => ' ',
        c if c.is_control() => '\u{FFFD}',
        // Bidi controls, and what has no width. Joiners and selectors, which shape emoji, stay.
        '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' => '\u{FFFD}',
        '\u{AD}' | '\u{180E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => '\u{FFFD}',
        c => c,
    }
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
        assert_eq!(visible("a\u{200B}b\u{2028}"), "a\u{FFFD}b⏎");
    }
}
