//! The form of a text in which numbers are found: [`NumberText`].

use std::borrow::Cow;

use crate::normalize::{is_dot, is_nonspacing};
use crate::span::Span;

/// A text with one ASCII character for each character that matters to a number, and the way back.
///
/// | characters | here |
/// |---|---|
/// | digits of any script, and `O`, `o`, `l`, `I` among digits | the digit |
/// | hyphens, dashes, the minus sign | `-` |
/// | currency symbols; § and № | `$`; `#` |
/// | between two digits: other dots, dots in brackets, after a space, or as a word | `.` |
/// | letters of Latin script, which continue a word | themselves, or `z` |
/// | everything else beyond ASCII, such as letters of other scripts, which are boundaries | `;` |
/// | combining marks, such as that of a keycap | nothing |
///
/// Letters of other scripts are boundaries because Chinese, Japanese and Thai have no spaces between
/// words, and Korean particles follow a number directly: `電話は202-555-0123です`.
///
/// **Example.** `٢O2 dot 555-0123です` is read as `202.555-0123;;`.
pub(super) struct NumberText<'t> {
    composed: &'t str,
    text: Cow<'t, str>,
    /// The position in the composed text of each byte, then the end. Empty if the two are equal.
    origins: Vec<usize>,
}

impl<'t> NumberText<'t> {
    /// Reads a text in NFKC. Most ASCII texts are borrowed.
    pub(super) fn new(composed: &'t str) -> NumberText<'t> {
        if composed.is_ascii() && !may_change(composed.as_bytes()) {
            return NumberText { composed, text: composed.into(), origins: Vec::new() };
        }
        let mut text = String::with_capacity(composed.len());
        let mut origins = Vec::with_capacity(composed.len() + 1);
        let mut at = 0;
        while let Some(c) = composed[at..].chars().next() {
            let is_after_digit = text.ends_with(|c: char| c.is_ascii_digit());
            let (read, end) =
                match Some(at).filter(|_| is_after_digit).and_then(|at| dot(composed, at)) {
                    Some(end) => (Some('.'), end),
                    None => (ascii(c), at + c.len_utf8()),
                };
            if let Some(read) = read {
                text.push(read);
                origins.push(at);
            }
            at = end;
        }
        origins.push(at);
        NumberText { composed, text: read_letters_as_digits(text).into(), origins }
    }

    /// The text, in ASCII.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the part of the composed text from which a part of this text comes.
    pub(super) fn origin(&self, part: Span) -> Span {
        match self.origins.is_empty() {
            true => part,
            false => Span::new(self.origins[part.start], self.origins[part.end]),
        }
    }

    /// Returns the composed text before a position of this text.
    pub(super) fn composed_before(&self, at: usize) -> &'t str {
        &self.composed[..self.origin(Span::new(at, at)).start]
    }
}

/// The character for zero in each script with digits of its own that NFKC keeps.
#[rustfmt::skip]
const ZEROS: [u32; 35] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
];

/// Returns the ASCII digit of a decimal digit of any script.
fn digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c).filter(char::is_ascii_digit);
    }
    let code = u32::from(c);
    let after = ZEROS.partition_point(|&zero| zero <= code);
    let zero = *ZEROS.get(after.checked_sub(1)?)?;
    char::from_digit(code - zero, 10)
}

/// Returns the character as which a character is read by itself; `None` if it is dropped.
fn ascii(c: char) -> Option<char> {
    Some(match c {
        _ if c.is_ascii() => c,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{20A0}'..='\u{20CF}' | '£' | '¥' => '$',
        '§' | '№' => '#',
        '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{20D0}'..='\u{20F0}' => return None,
        _ if is_nonspacing(c) => return None,
        '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' if c.is_alphabetic() => 'z',
        _ => digit(c).unwrap_or(';'),
    })
}

/// The most spaces on each side of a dot.
const MAX_SPACES: usize = 2;

/// Returns the end of an obfuscated dot at a byte after a digit, if a digit follows.
fn dot(text: &str, at: usize) -> Option<usize> {
    let inside = skip_spaces(text, at);
    let c = text[inside..].chars().next()?;
    let (end, is_obfuscated) = match c {
        '[' | '(' | '{' | '<' => {
            let start = skip_spaces(text, inside + 1);
            let end = skip_spaces(text, dot_or_word(text, start)?);
            (text[end..].starts_with([']', ')', '}', '>']).then_some(end + 1)?, true)
        }
        '-' => {
            let end = word(text, inside + 1)?;
            (text[end..].starts_with('-').then_some(end + 1)?, true)
        }
        // A plain dot is read as itself, and one before a space ends a sentence.
        _ => (dot_or_word(text, inside)?, inside > at || c != '.'),
    };
    let next = skip_spaces(text, end);
    let is_between = text[next..].chars().next().is_some_and(|c| digit(c).is_some());
    (is_obfuscated && is_between).then_some(next)
}

fn dot_or_word(text: &str, at: usize) -> Option<usize> {
    let c = text[at..].chars().next()?;
    if is_dot(c) { Some(at + c.len_utf8()) } else { word(text, at) }
}

/// Returns the end of the word `dot`.
fn word(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes().get(at..at + 3)?;
    let is_word = bytes.eq_ignore_ascii_case(b"dot") || bytes.eq_ignore_ascii_case(b"d0t");
    is_word.then_some(at + 3)
}

fn skip_spaces(text: &str, at: usize) -> usize {
    let spaces = text.as_bytes()[at..].iter().take(MAX_SPACES);
    at + spaces.take_while(|&&byte| byte == b' ').count()
}

/// Whether an ASCII text may be read as another one.
fn may_change(text: &[u8]) -> bool {
    let is_letter = |byte: &u8| matches!(byte, b'O' | b'o' | b'l' | b'I');
    let is_dot = |byte: &u8| matches!(byte, b'[' | b'(' | b'{' | b'<' | b'd' | b'D' | b'-');
    text.iter().enumerate().any(|(at, byte)| {
        if !byte.is_ascii_digit() {
            return false;
        }
        let spaces = text[at + 1..].iter().take(MAX_SPACES).take_while(|&&it| it == b' ').count();
        let next = text.get(at + 1 + spaces);
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        before.is_some_and(is_letter)
            || next.is_some_and(|next| {
                is_dot(next) && (*next != b'-' || text.get(at + 2 + spaces).is_some_and(is_dot))
                    || is_letter(next)
                    || spaces > 0 && *next == b'.'
            })
    })
}

/// Replaces the letters that look like 0 and 1 in words of such letters and at least as many
/// digits: `2O2-555-O123`, but not `lol`, `10k` or `db8`.
fn read_letters_as_digits(text: String) -> String {
    let mut bytes = text.into_bytes();
    for word in bytes.split_mut(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_') {
        let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
        let read = |byte: u8| match byte {
            b'O' | b'o' => Some(b'0'),
            b'l' | b'I' => Some(b'1'),
            b'0'..=b'9' => Some(byte),
            _ => None,
        };
        if 2 * digits >= word.len() && word.iter().all(|&byte| read(byte).is_some()) {
            word.iter_mut().for_each(|byte| *byte = read(*byte).unwrap_or(*byte));
        }
    }
    String::from_utf8(bytes).expect("letters and digits in ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_with_their_origins() {
        for (text, read) in [
            ("", ""),
            ("call 202-555-0123", "call 202-555-0123"),
            ("٢O2 dot 555-0123です", "202.555-0123;;"),
            ("2O2–555–O123 lol 10k 1l db8", "202-555-0123 lol 10k 11 db8"),
            ("203[.]0 ( dot ) 113。7", "203.0.113.7"),
            ("203 .0 . 113-dot-7", "203.0.113.7"),
            ("203DOT0dot113 d0t 7", "203.0.113.7"),
            ("3. 4 and 5 dots, 6 - 7", "3. 4 and 5 dots, 6 - 7"),
            ("1\u{20E3}2\u{336}3", "123"),
            ("é1 ж1 字1 £1 §1 1", "z1 ;1 ;1 $1 #1 1"),
        ] {
            let numbers = NumberText::new(text);
            assert_eq!(numbers.text(), read, "{text}");
            let whole = numbers.origin(Span::new(0, read.len()));
            assert_eq!(whole, Span::new(0, text.len()));
        }
        let numbers = NumberText::new("です 203[.]0 dot 113");
        assert_eq!(numbers.composed_before(3), "です ");
        assert_eq!(numbers.origin(Span::new(3, 8)), Span::new(7, 14));
    }

    #[test]
    fn digits_of_all_scripts_are_read() {
        for (c, read) in [
            ('7', Some('7')),
            ('٠', Some('0')),
            ('٩', Some('9')),
            ('۴', Some('4')),
            ('४', Some('4')),
            ('๙', Some('9')),
            ('٪', None),
            ('é', None),
            ('一', None),
        ] {
            assert_eq!(digit(c), read, "{c}");
        }
    }
}
