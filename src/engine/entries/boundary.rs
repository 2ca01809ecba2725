//! Word boundaries in a folded text: [`opens`] and [`closes`].
//!
//! A boundary is between a letter, digit or combining mark and any other character, including `_`,
//! and on both sides of a character whose script has no spaces between words. A combining mark
//! belongs to its base character. An apostrophe between two letters of scripts with spaces is not a
//! boundary, except before a final s (`word's`) or another clitic (`word'll`), and after an elision
//! (`l'word`, `dell'word`).
//!
//! Digits around a word are a boundary for some entries, and so is `xX…Xx`: see [`opens_decorated`].

use crate::normalize::{CharProps, HIDING_SEPARATOR, leet};

/// The longest elision of which every one is known, in letters: `qu'`.
const MAX_ELISION: usize = 2;

/// Longer elisions of Italian and French.
const ELISIONS: &[&str] = &[
    "all", "anch", "bell", "coll", "dall", "dell", "entr", "jusqu", "lorsqu", "nell", "nient",
    "presqu", "puisqu", "quell", "quelqu", "quest", "quoiqu", "sant", "senz", "sull", "tutt",
];

/// The length of the longest of them.
const LONGEST_ELISION: usize = 6;

/// What English adds to a word of at least [`MIN_STEM`] letters, besides `'s`.
const CLITICS: &[&str] = &["d", "ll", "m", "re", "ve", "z"];

/// The minimum number of letters before a clitic, so that `he'll` does not contain `he`.
const MIN_STEM: usize = 3;

/// The maximum number of digits or x around a decorated word.
const MAX_DECORATION: usize = 32;

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
fn after_apostrophe(text: &str, apostrophe: usize, elidable: bool) -> bool {
    let mut at = apostrophe;
    let mut letters = 0;
    while let Some((base, start)) = base_before(text, at) {
        if !base.takes_apostrophe() {
            if base.is_word() && !base.is_unspaced() {
                return letters == 0;
            }
            break;
        }
        letters += 1;
        if letters > LONGEST_ELISION {
            return false;
        }
        at = start;
    }
    letters == 0
        || (elidable && (letters <= MAX_ELISION || ELISIONS.contains(&&text[at..apostrophe])))
}

/// Whether a word may end at byte `at`, after a letter, digit or combining mark. `has_symbols` is whether
/// leet and hiding symbols may be parts of words.
pub(super) fn closes(text: &str, at: usize, has_symbols: bool) -> bool {
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
                let rest = &text[at + next.len_utf8()..];
                let end = rest.find(|c| !CharProps::of(c).is_word()).unwrap_or(rest.len());
                match &rest[..end] {
                    "s" => true,
                    clitic => CLITICS.contains(&clitic) && ends_with_stem(&text[..at], has_symbols),
                }
            }
            _ => true,
        };
    }
    !props.is_word() || unspaced(last, props)
}

/// Whether a text ends with at least [`MIN_STEM`] letters or other characters of an obfuscated word, of which
/// the first is a letter or digit.
fn ends_with_stem(text: &str, has_symbols: bool) -> bool {
    let is_symbol =
        |c: char| has_symbols && (leet::is_leet(c) || leet::hides(c) || c == HIDING_SEPARATOR);
    let start = text.trim_end_matches(|c| CharProps::of(c).is_word() || is_symbol(c)).len();
    let word = text[start..].trim_start_matches(|c| !CharProps::of(c).is_word());
    word.chars().filter(|&c| !CharProps::of(c).is_mark()).take(MIN_STEM).count() == MIN_STEM
}

/// Whether the letter at byte `at` begins a word with a decoration before it: digits (`1badword`), or
/// two or more x if the word ends with as many (`xXbadwordXx`).
pub(super) fn opens_decorated(text: &str, at: usize) -> bool {
    let next = text[at..].chars().next().map(CharProps::of);
    let before = &text.as_bytes()[..at];
    let length = match run(before.iter().rev(), u8::is_ascii_digit) {
        0 => pair(before.iter().rev(), || ends_in_pair(&text[at..])),
        digits => digits,
    };
    let begins = |at: usize| {
        base_before(text, at).is_none_or(|(base, _)| !base.is_word() || base.is_unspaced())
    };
    length > 0 && next.is_some_and(CharProps::is_letter) && begins(at - length)
}

/// Whether the letter before byte `at` ends a word with a decoration after it: digits, two or more x
/// if the word begins with as many, or both (`xXbadword69Xx`).
pub(super) fn closes_decorated(text: &str, at: usize) -> bool {
    let rest = &text.as_bytes()[at..];
    let digits = run(rest.iter(), u8::is_ascii_digit);
    let length = match pair(rest[digits..].iter(), || begins_with_pair(&text[..at])) {
        0 => digits,
        pair => digits + pair + run(rest[digits + pair..].iter(), u8::is_ascii_digit),
    };
    let ends = |at: usize| {
        let next = text[at..].chars().next().map(CharProps::of);
        next.is_none_or(|props| !props.is_word() || (props.is_unspaced() && !props.is_mark()))
    };
    length > 0
        && base_before(text, at).is_some_and(|(base, _)| base.is_letter())
        && ends(at + length)
}

/// Returns how many of the first bytes, up to [`MAX_DECORATION`], are of a kind.
fn run<'b>(bytes: impl Iterator<Item = &'b u8>, is_one: impl Fn(&u8) -> bool) -> usize {
    bytes.take(MAX_DECORATION).take_while(|it| is_one(it)).count()
}

/// Returns how many of the first bytes are x, if they are several and `has_other` returns true.
fn pair<'b>(bytes: impl Iterator<Item = &'b u8>, has_other: impl FnOnce() -> bool) -> usize {
    let length = run(bytes, |&byte| byte == b'x');
    if length > 1 && has_other() { length } else { 0 }
}

/// Whether there are different digits at the start of a text, which are no repeated letter.
pub(super) fn begins_with_number(text: &str) -> bool {
    let mut digits = text.bytes().take(MAX_DECORATION).take_while(u8::is_ascii_digit);
    let first = digits.next();
    digits.any(|digit| Some(digit) != first)
}

/// Whether there are different digits at the end of a text.
pub(super) fn ends_with_number(text: &str) -> bool {
    let mut digits = text.bytes().rev().take(MAX_DECORATION).take_while(u8::is_ascii_digit);
    let last = digits.next();
    digits.any(|digit| Some(digit) != last)
}

/// Whether the word at the start of a text ends with two x and any digits.
fn ends_in_pair(text: &str) -> bool {
    let word = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    text[..word].trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("xx")
}

/// Whether the word at the end of a text begins with two x.
fn begins_with_pair(text: &str) -> bool {
    let word = text.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    text[text.len() - word..].starts_with("xx")
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
            let closes = last.is_some_and(word) && closes(text, at, true);
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
