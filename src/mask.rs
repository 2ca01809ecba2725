//! What covers a hit.

use unicode_segmentation::UnicodeSegmentation;

use crate::normalize::is_invisible;
use crate::rules::Mask;

/// Appends the cover of `text` to `out`.
///
/// Stars stand for graphemes that can be seen, and are never more code points than they cover;
/// white space stays, so that a covered phrase still breaks lines.
pub(crate) fn cover(text: &str, mask: Mask, out: &mut String) {
    match mask {
        Mask::Fixed => out.push_str("***"),
        Mask::Stars => {
            for grapheme in text.graphemes(true) {
                if grapheme.chars().all(char::is_whitespace) {
                    out.push_str(grapheme);
                } else if !grapheme.chars().all(is_invisible) {
                    out.push('*');
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_count_graphemes_and_keep_white_space() {
        let cover = |text, mask| {
            let mut out = String::new();
            cover(text, mask, &mut out);
            out
        };
        assert_eq!(cover("bad\u{301} w👨‍👩‍👧\r\n.", Mask::Stars), "*** **\r\n*");
        assert_eq!(cover("b\u{200B}a\u{AD}d", Mask::Stars), "***");
        assert_eq!(cover("bad word", Mask::Fixed), "***");
    }
}
