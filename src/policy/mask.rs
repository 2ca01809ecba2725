//! What covers a hit.

use unicode_segmentation::UnicodeSegmentation;

use crate::normalize::is_invisible;
use crate::rules::Mask;

/// Appends the cover of `text` to `out`.
///
/// Its signs stand for graphemes that can be seen, and are never more code points than they cover
/// but for the fixed ones; white space stays, so that a covered phrase still breaks lines.
pub(super) fn cover(text: &str, mask: Mask, out: &mut String) {
    let (sign, first, last) = match mask {
        Mask::Fixed => return out.push_str("***"),
        Mask::Stars => ('*', false, false),
        Mask::FirstLetter => ('*', true, false),
        Mask::FirstLast => ('*', true, true),
        Mask::Block => ('█', false, false),
    };
    let visible = text.graphemes(true).filter(|it| !is_blank(it) && !is_hidden(it)).count();
    let mut seen = 0;
    for grapheme in text.graphemes(true) {
        if is_blank(grapheme) {
            out.push_str(grapheme);
        } else if !is_hidden(grapheme) {
            seen += 1;
            // A hit of one grapheme would be shown whole, and so would both of two.
            let shown = first && seen == 1 && visible > 1 || last && seen == visible && visible > 2;
            match shown {
                true => out.push_str(grapheme),
                false => out.push(sign),
            }
        }
    }
}

fn is_blank(grapheme: &str) -> bool {
    grapheme.chars().all(char::is_whitespace)
}

fn is_hidden(grapheme: &str) -> bool {
    grapheme.chars().all(is_invisible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_go_by_graphemes_and_keep_white_space() {
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
            // What is shown stands as in the original, a whole grapheme.
            ("ｂ\u{301}ad 👨‍👩‍👧", Mask::FirstLetter, "ｂ\u{301}** *"),
            ("ｂ\u{301}ad 👨‍👩‍👧", Mask::FirstLast, "ｂ\u{301}** 👨‍👩‍👧"),
            ("\u{200B} bad", Mask::FirstLetter, " b**"),
            ("bad\u{200B} ", Mask::FirstLast, "b*d "),
            // One grapheme shows nothing, and two the first alone.
            ("b", Mask::FirstLetter, "*"),
            ("b\u{200B}", Mask::FirstLast, "*"),
            ("ba", Mask::FirstLetter, "b*"),
            ("b a", Mask::FirstLast, "b *"),
            ("", Mask::FirstLast, ""),
        ] {
            let mut out = String::new();
            cover(text, mask, &mut out);
            assert_eq!(out, expected, "{text:?} {mask:?}");
        }
    }

    #[test]
    fn no_mask_but_the_fixed_one_lengthens() {
        for text in ["a", "ab", " a\u{301}b c\u{200B}", "👨‍👩‍👧🇩🇪", "\u{301}", "\u{200B}"]
        {
            for mask in [Mask::Stars, Mask::FirstLetter, Mask::FirstLast, Mask::Block] {
                let mut out = String::new();
                cover(text, mask, &mut out);
                assert!(out.chars().count() <= text.chars().count(), "{text:?} {mask:?} {out:?}");
            }
        }
    }
}
