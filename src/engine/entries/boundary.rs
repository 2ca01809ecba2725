//! Word boundaries in a folded text: [`opens`] and [`closes`].
//!
//! A boundary is between a letter, digit or combining mark and any other character, including `_`,
//! and on both sides of a character whose script has no spaces between words. A combining mark
//! belongs to its base character. An apostrophe between two letters of scripts with spaces is not a
//! boundary, except before a final s (`word's`) and after an elision of one or two letters
//! (`l'word`).

use crate::normalize::CharProps;

/// The longest elision, in letters: `qu'`.
const MAX_ELISION: usize = 2;

/// Whether a word may begin at byte `at`, which is the start of a letter, digit or combining mark.
/// With `elidable` it may follow an elision.
pub(super) fn opens(text: &str, at: usize, elidable: bool) -> bool {
    let Some((base, start)) = base_before(text, at) else { return true };
    let next = text[at..].chars().next().map(CharProps::of);
    if base.is_apostrophe() {
        // With a combining mark it is not an apostrophe.
        let joins = start + 1 == at && next.is_some_and(CharProps::takes_apostrophe);
        return !joins || after_apostrophe(text, start, elidable);
    }
    !base.is_word() || next.is_some_and(|next| unspaced(base, next))
}

/// Whether a word may begin after the apostrophe at byte `at`, which a letter follows.
fn after_apostrophe(text: &str, mut at: usize, elidable: bool) -> bool {
    let mut letters = 0;
    while let Some((base, start)) = base_before(text, at) {
        if !base.takes_apostrophe() {
            return letters == 0 || (elidable && (!base.is_word() || base.is_unspaced()));
        }
        letters += 1;
        if letters > MAX_ELISION {
            return false;
        }
        at = start;
    }
    letters == 0 || elidable
}

/// Whether a word may end at byte `at`, after a letter, digit or combining mark.
pub(super) fn closes(text: &str, at: usize) -> bool {
    let mut after = text[at..].chars();
    let Some(next) = after.next() else { return true };
    let props = CharProps::of(next);
    if !(props.is_word() || props.is_apostrophe()) {
        return true;
    }
    let Some((last, _)) = base_before(text, at) else { return true };
    if props.is_apostrophe() && last.takes_apostrophe() {
        return match after.next() {
            Some(c) if CharProps::of(c).takes_apostrophe() => {
                c == 's' && after.next().is_none_or(|c| !CharProps::of(c).is_word())
            }
            _ => true,
        };
    }
    !props.is_word() || unspaced(last, props)
}

/// Returns the last character before byte `at` that is not a combining mark, and its offset.
fn base_before(text: &str, at: usize) -> Option<(CharProps, usize)> {
    let mut before = text[..at].char_indices().rev().map(|(start, c)| (CharProps::of(c), start));
    before.find(|(props, _)| !props.is_mark())
}

/// Whether there is a boundary between two word characters, because one is of a script without
/// spaces.
fn unspaced(before: CharProps, after: CharProps) -> bool {
    (before.is_unspaced() || after.is_unspaced()) && !after.is_mark()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Separates `text` with `|` at its boundaries, tested between any two characters.
    fn cuts(text: &str) -> String {
        let mut out = String::new();
        for (at, c) in text.char_indices() {
            let last = text[..at].chars().next_back();
            let word = |c: char| CharProps::of(c).is_word();
            let opens = at > 0 && word(c) && opens(text, at, true);
            let closes = last.is_some_and(word) && closes(text, at);
            if opens || closes {
                out.push('|');
            }
            out.push(c);
        }
        out
    }

    #[test]
    fn words_end_at_other_characters() {
        assert_eq!(cuts("one two_three 4four"), "one| |two|_|three| |4four");
        assert_eq!(cuts("дом, дом5"), "дом|, |дом5");
        assert_eq!(cuts("क्या!"), "क्या|!");
    }

    #[test]
    fn scripts_without_spaces_have_boundaries_except_before_marks() {
        assert_eq!(cuts("日本a人"), "日|本|a|人");
        assert_eq!(cuts("か\u{3099}き"), "か\u{3099}|き");
        assert_eq!(cuts("นี้มา"), "นี้|ม|า");
        assert_eq!(cuts("한국어"), "한국어");
    }

    #[test]
    fn apostrophes_bound_a_final_s_and_elisions() {
        assert_eq!(cuts("dog's can't"), "dog|'s| |can't");
        assert_eq!(cuts("l'ami qu'on dont'on"), "l'|ami| |qu'|on| |dont'on");
        assert_eq!(cuts("'quoted' 5'10"), "'|quoted|' |5|'|10");
        assert_eq!(cuts("dog'sx"), "dog'sx");
    }
}
