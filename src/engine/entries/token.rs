//! Runs of letters, digits and leet characters: [`Token`].

use crate::normalize::{CharProps, leet};
use crate::span::Span;

/// Units of quantities in chat: hours, thousands, minutes, pixels (`1080p`), seconds, times (`2x`).
const UNITS: &str = "hkmpsx";

/// A run of letters, digits, combining marks and leet characters. Characters of scripts without
/// spaces between words do not belong to it.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) span: Span,
    /// Whether its digits and symbols may be letters: it has a letter and is not a quantity with its
    /// unit, such as `45s` and `$5k`.
    pub(super) is_word: bool,
    /// Where the run of [trailing](leet::may_trail) leet characters at its end begins. They are
    /// letters only if they repeat a letter of the entry (`ki11`). The end of the token if another leet
    /// character shows that the word is written in them (`v!lla|n`, `$hi+`).
    pub(super) tail: usize,
}

impl Token {
    /// Returns the token around byte `at` of a folded text.
    pub(super) fn around(text: &str, at: usize) -> Token {
        let in_token = |&c: &char| {
            let props = CharProps::of(c);
            (props.is_word() && (props.is_mark() || !props.is_unspaced())) || leet::is_leet(c)
        };
        let before = text[..at].chars().rev().take_while(in_token);
        let start = at - before.map(char::len_utf8).sum::<usize>();
        // A combining mark at the start has no base letter.
        let rest = text[start..].trim_start_matches(|c| CharProps::of(c).is_mark());
        let mut end = text.len() - rest.len();
        let (mut letters, mut digits, mut is_quantity) = (0, 0, true);
        let (mut tail, mut has_leet, mut trailing_leet) = (end, false, false);
        for c in rest.chars().take_while(in_token) {
            end += c.len_utf8();
            let is_letter = CharProps::of(c).is_letter();
            if is_letter {
                letters += 1;
                is_quantity &= letters == 1 && digits > 0 && UNITS.contains(c);
            } else if c.is_ascii_digit() {
                digits += 1;
                is_quantity &= letters == 0;
            } else {
                is_quantity &= letters > 0 || matches!(c, '$' | '€' | '£' | '+');
            }
            if leet::may_trail(c) {
                trailing_leet |= letters > 0;
            } else if !CharProps::of(c).is_mark() {
                tail = end;
                // A leading `@` is a mention.
                let is_leet = !leet::letters_of(c).is_empty() && (letters > 0 || c != '@');
                has_leet |= trailing_leet || is_leet;
            }
        }
        // Another letter of the word may be hidden.
        let is_inside = || {
            let rest = text[end..].trim_start_matches(leet::hides);
            rest.len() < text.len() - end && rest.starts_with(|c| in_token(&c))
        };
        let tail = if has_leet || (tail < end && is_inside()) { end } else { tail };
        Token { span: Span::new(start, end), is_word: letters > 0 && !is_quantity, tail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_letters_next_to_letters_but_not_before_a_unit() {
        for (text, is_word) in [
            ("b4d", true),
            ("1337", false),
            ("45s", false),
            ("45s!!", false),
            ("\u{301}45s", false),
            ("!45s", true),
            ("45s1", true),
            ("$5k", false),
            ("4ss", true),
            ("a55", true),
            ("$s", true),
            ("@5s", true),
            ("5h1t", true),
            ("$hit", true),
        ] {
            let token = Token::around(text, 0);
            assert_eq!((token.span, token.is_word), (Span::new(0, text.len()), is_word), "{text}");
        }
        assert_eq!(Token::around("天66", 3).span, Span::new(3, 5));
        assert_eq!(Token::around("a b4d_", 3).span, Span::new(2, 5));
    }

    #[test]
    fn leet_characters_at_the_end_are_letters_after_others() {
        for (text, tail) in [
            ("anna!", 4),
            ("anna1|!", 4),
            ("@nna!", 4),
            ("ann@!", 5),
            ("we@se!", 6),
            ("v!lla!", 6),
            ("$hi+", 4),
            ("b!", 1),
            ("b!l", 3),
            ("b", 1),
            ("k1*l", 2),
            ("k1*", 1),
        ] {
            assert_eq!(Token::around(text, 0).tail, tail, "{text}");
        }
    }
}
