//! Characters that may hide one inner letter of a word, besides the hiding symbols: [`holes`].
//!
//! `*` and the other hiding symbols are rarely typed for anything else, so they may replace half of
//! a word. `@ ! $ . - & ? ^ ~`, shapes, emoji and digits may only replace one inner letter: `f@ck`,
//! `f?ck`, `v2ado`. A digit may also be nothing at all: `bad2word`.
//!
//! Such a character is a hole if everything else up to the next whitespace is a letter, except for
//! symbols before and after the word. So links (`a.com/b?c`), e-mail addresses and versions have no
//! holes. There is none either if a [grammatical word](fits_grammatical) has the other letters, as
//! in `wh?re are you`.

use super::common_words::fits_grammatical;
use crate::normalize::{CharProps, HIDING_SEPARATOR, is_tight};

/// Returns the positions of the holes in a folded text, ascending. Takes time linear in the text.
pub(super) fn holes(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    // Without an early end, so that several bytes are compared at once.
    if !text.bytes().fold(false, |any, byte| any | may_be_hole(byte)) {
        return found;
    }
    let mut end = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        // Few of these characters are between two letters.
        if at < end || !may_be_hole(byte) || !is_between_letters(text, at) {
            continue;
        }
        let before = text[..at].rfind(ends_chunk);
        let start = before.map_or(0, |place| text.ceil_char_boundary(place + 1));
        end = text[at..].find(ends_chunk).map_or(text.len(), |length| at + length);
        let chunk = text[start..end].trim_end_matches(is_symbol);
        let word = chunk.trim_start_matches(is_symbol);
        found.extend(hole(word).map(|hole| start + chunk.len() - word.len() + hole));
    }
    found
}

/// Whether a byte of a text is a character that may be a hole; all of them are ASCII.
#[inline]
pub(super) fn may_be_hole(byte: u8) -> bool {
    const HIDING: u8 = HIDING_SEPARATOR as u8;
    matches!(byte, b'0'..=b'9' | b'@' | b'!' | b'$' | HIDING)
}

fn is_between_letters(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    before.is_some_and(is_letter) && text[at + 1..].chars().next().is_some_and(is_letter)
}

/// Returns the position of the only character of a word that is not a letter, if it is a hole.
fn hole(word: &str) -> Option<usize> {
    let mut others = word.char_indices().filter(|&(_, c)| !is_letter(c));
    let (at, c) = others.next()?;
    let (before, after) = (&word[..at], &word[at + c.len_utf8()..]);
    let is_hole = others.next().is_none()
        && (is_symbol(c) || c.is_ascii_digit())
        && !before.is_empty()
        && !after.is_empty()
        // A symbol that is also written for a letter is not a misprint.
        && (matches!(c, '@' | '!' | '$') || !fits_grammatical(before, after));
    is_hole.then_some(at)
}

/// Whether a character is not attached to the word before it.
fn ends_chunk(c: char) -> bool {
    !(is_letter(c) || is_symbol(c) || c.is_ascii_digit() || is_tight(c))
}

fn is_symbol(c: char) -> bool {
    matches!(c, '@' | '!' | '$' | HIDING_SEPARATOR)
}

fn is_letter(c: char) -> bool {
    c.is_ascii_lowercase() || {
        let props = CharProps::of(c);
        (props.is_letter() || props.is_mark()) && !props.is_unspaced()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_other_character_inside_a_word_is_a_hole() {
        for (text, found) in [
            ("f@ck", vec![1]),
            ("!f\u{19}ck! v2ado", vec![2, 8]),
            ("f@ck's", vec![1]),
            ("@fck f\u{1}ck fck9", vec![]),
            ("v2\u{11}0 a\u{11}com\u{11}b\u{19}c a@b\u{11}com", vec![]),
            ("b4d2word b@d2word", vec![]),
            ("wh\u{19}re wh@re", vec![8]),
        ] {
            assert_eq!(holes(text), found, "{text:?}");
        }
    }
}
