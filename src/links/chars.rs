//! The characters of hosts, including percent-encoded ones and HTML entities.

use crate::normalize::{CharProps, for_each_key_char, is_sentence};

/// The kind of a character of a label.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelChar {
    Digit,
    Letter,
    Unspaced,
    Mark,
}

impl LabelChar {
    /// Returns the kind of a character, or `None` if labels do not contain it.
    pub(super) fn of(c: char) -> Option<LabelChar> {
        if c.is_ascii() {
            return match c {
                '0'..='9' => Some(LabelChar::Digit),
                _ => c.is_ascii_alphabetic().then_some(LabelChar::Letter),
            };
        }
        if is_sentence(c) {
            return None;
        }
        let mut kind = None;
        for_each_key_char(c, |c| {
            let props = CharProps::of(c);
            let is_first = kind.is_none() && props.is_word();
            kind = match () {
                () if !is_first => kind,
                () if props.is_mark() => Some(LabelChar::Mark),
                () if props.is_unspaced() => Some(LabelChar::Unspaced),
                () if c.is_ascii_digit() => Some(LabelChar::Digit),
                () => Some(LabelChar::Letter),
            };
        });
        kind
    }
}

/// Whether a label begins at a byte.
pub(super) fn starts_at(text: &str, at: usize) -> bool {
    char_at(text, at).is_some_and(|(c, _)| is_in_label(c))
}

/// Whether labels contain a character, apart from hyphens.
pub(super) fn is_in_label(c: char) -> bool {
    LabelChar::of(c).is_some()
}

/// Returns the character at a byte, and its length there. Dots, hyphens and characters of labels
/// are decoded if they are percent-encoded or HTML entities.
#[inline]
pub(super) fn char_at(text: &str, at: usize) -> Option<(char, usize)> {
    let byte = *text.as_bytes().get(at)?;
    if byte.is_ascii() {
        let decoded = match byte {
            b'%' => encoded_at(text, at),
            b'&' => entity_at(text, at),
            _ => None,
        };
        return Some(decoded.unwrap_or((char::from(byte), 1)));
    }
    let c = text[at..].chars().next()?;
    Some((c, c.len_utf8()))
}

fn encoded_at(text: &str, start: usize) -> Option<(char, usize)> {
    let mut bytes = [0; 4];
    let mut triplets = text.as_bytes()[start..].chunks_exact(3);
    for count in 1..=bytes.len() {
        let triplet = triplets.next().filter(|triplet| triplet[0] == b'%')?;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes[count - 1] = u8::try_from(digit(triplet[1])? * 16 + digit(triplet[2])?).ok()?;
        if let Ok(text) = str::from_utf8(&bytes[..count]) {
            let c = text.chars().next()?;
            return is_of_host(c).then_some((c, 3 * count));
        }
    }
    None
}

/// The longest entity without its ampersand, in bytes.
pub(super) const MAX_ENTITY: usize = 10;

/// Returns the character of an HTML entity at a byte, such as `&#46;`, `&#x2e;` or `&period;`.
pub(super) fn entity_at(text: &str, start: usize) -> Option<(char, usize)> {
    let bytes = &text.as_bytes()[start + 1..];
    let length = bytes.iter().take(MAX_ENTITY).position(|&byte| byte == b';')?;
    let name = str::from_utf8(&bytes[..length]).ok()?;
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None if name.eq_ignore_ascii_case("period") => '.',
        None => return None,
    };
    is_of_host(c).then_some((c, length + 2))
}

fn is_of_host(c: char) -> bool {
    c == '.' || c == '-' || is_in_label(c)
}
