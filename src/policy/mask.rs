//! Masks the text of a match.

use unicode_segmentation::UnicodeSegmentation;

use crate::normalize::is_invisible;
use crate::rules::Mask;

/// Appends `text` to `out` with its visible graphemes replaced by mask characters.
///
/// Whitespace is kept, so that a masked phrase still breaks lines. Except for [`Mask::Fixed`], the
/// result never has more code points than `text`.
pub(super) fn mask_text(text: &str, mask: Mask, out: &mut String) {
    let (symbol, first, last) = match mask {
        Mask::Fixed => return out.push_str("***"),
        Mask::Stars => ('*', false, false),
        Mask::FirstLetter => ('*', true, false),
        Mask::FirstLast => ('*', true, true),
        Mask::Block => ('█', false, false),
    };
    let visible =
        text.graphemes(true).filter(|it| !is_whitespace(it) && !is_invisible_grapheme(it)).count();
    let mut seen = 0;
    for grapheme in text.graphemes(true) {
        if is_whitespace(grapheme) {
            out.push_str(grapheme);
        } else if !is_invisible_grapheme(grapheme) {
            seen += 1;
            // The first letter of one grapheme, or the first and last of two, would be all of it.
            let shown = first && seen == 1 && visible > 1 || last && seen == visible && visible > 2;
            match shown {
                true => out.push_str(grapheme),
                false => out.push(symbol),
            }
        }
    }
}

fn is_whitespace(grapheme: &str) -> bool {
    grapheme.chars().all(char::is_whitespace)
}

fn is_invisible_grapheme(grapheme: &str) -> bool {
    grapheme.chars().all(is_invisible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_replace_graphemes_and_keep_whitespace() {
        for (text, mask, expected) in [
            ("badword", Mask::Stars, "*******"),
            ("badword", Mask::FirstLetter, "b******"),
            ("badword", Mask::FirstLast, "b*****d"),
            ("badword", Mask::Block, "███████"),
            ("badword", Mask::Fixed, "***"),
            ("bad word", Mask::Fixed, "***"),
            ("bad\u{301} w👨‍👩‍👧\r\n.", Mask::Stars, "*** **\r\n*"),
            ("bad\u{301} w👨‍👩‍👧\r\n.", Mask::Block, "███ ██\r\n█"),
            ("b\u{200B}a\u{AD}d", Mask::Stars, "***"),
            // A visible letter is kept as in the original, with all of its grapheme.
            ("ｂ\u{301}ad 👨‍👩‍👧", Mask::FirstLetter, "ｂ\u{301}** *"),
            ("ｂ\u{301}ad 👨‍👩‍👧", Mask::FirstLast, "ｂ\u{301}** 👨‍👩‍👧"),
            ("\u{200B} bad", Mask::FirstLetter, " b**"),
            ("bad\u{200B} ", Mask::FirstLast, "b*d "),
            // Of one grapheme nothing is shown, of two only the first.
            ("b", Mask::FirstLetter, "*"),
            ("b\u{200B}", Mask::FirstLast, "*"),
            ("ba", Mask::FirstLetter, "b*"),
            ("b a", Mask::FirstLast, "b *"),
            ("", Mask::FirstLast, ""),
        ] {
            let mut out = String::new();
            mask_text(text, mask, &mut out);
            assert_eq!(out, expected, "{text:?} {mask:?}");
        }
    }

    #[test]
    fn no_mask_lengthens_except_the_fixed_one() {
        for text in ["a", "ab", " a\u{301}b c\u{200B}", "👨‍👩‍👧🇩🇪", "\u{301}", "\u{200B}"]
        {
            for mask in [Mask::Stars, Mask::FirstLetter, Mask::FirstLast, Mask::Block] {
                let mut out = String::new();
                mask_text(text, mask, &mut out);
                assert!(out.chars().count() <= text.chars().count(), "{text:?} {mask:?} {out:?}");
            }
        }
    }
}
