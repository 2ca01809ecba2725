//! Runs of letters, digits and leet characters: [`token`].

use crate::normalize::{CharProps, leet};
use crate::span::Span;

/// Units of quantities in chat: hours, thousands, minutes, pixels (`1080p`), seconds, times (`2x`).
const UNITS: &str = "hkmpsx";

/// Returns the token around byte `at` of a folded text, and whether its digits and symbols may be
/// letters.
///
/// A token is a run of letters, digits, combining marks and leet characters; characters of scripts
/// without spaces between words do not belong to it. Digits and symbols may be letters if the token
/// has a letter and is not a quantity with its unit, such as `45s` and `$5k`.
pub(super) fn token(text: &str, at: usize) -> (Span, bool) {
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
    for c in rest.chars().take_while(in_token) {
        end += c.len_utf8();
        if CharProps::of(c).is_letter() {
            letters += 1;
            is_quantity &= letters == 1 && digits > 0 && UNITS.contains(c);
        } else if c.is_ascii_digit() {
            digits += 1;
            is_quantity &= letters == 0;
        } else {
            is_quantity &= letters > 0 || matches!(c, '$' | '€' | '£' | '+');
        }
    }
    (Span::new(start, end), letters > 0 && !is_quantity)
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
            assert_eq!(token(text, 0), (Span::new(0, text.len()), is_word), "{text}");
        }
        assert_eq!(token("天66", 3), (Span::new(3, 5), false));
        assert_eq!(token("a b4d_", 3), (Span::new(2, 5), true));
    }
}
