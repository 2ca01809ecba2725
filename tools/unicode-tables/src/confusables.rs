//! The confusables of the 26 Latin letters.

use std::ops::RangeInclusive;

use icu_properties::props::{GeneralCategory, Script};
use unicode_security::skeleton;

use crate::fold::fold;
use crate::layout::LETTER;
use crate::unicode::Unicode;

/// Letters that are not in the data of UTS #39, with the reason.
pub(crate) struct Extra {
    /// Each letter with its Latin letter.
    pub(crate) letters: &'static [(char, char)],
    pub(crate) reason: &'static str,
}

/// Variant shapes of Latin letters, read as the plain letter in any word.
pub(crate) const SHAPES: Extra = Extra {
    letters: &[
        ('ᴀ', 'a'),
        ('ʙ', 'b'),
        ('ᴄ', 'c'),
        ('ᴅ', 'd'),
        ('ᴇ', 'e'),
        ('ꜰ', 'f'),
        ('ɢ', 'g'),
        ('ʜ', 'h'),
        ('ɪ', 'i'),
        ('ᴊ', 'j'),
        ('ᴋ', 'k'),
        ('ʟ', 'l'),
        ('ᴍ', 'm'),
        ('ɴ', 'n'),
        ('ᴏ', 'o'),
        ('ᴘ', 'p'),
        ('ꞯ', 'q'),
        ('ʀ', 'r'),
        ('ꜱ', 's'),
        ('ᴛ', 't'),
        ('ᴜ', 'u'),
        ('ᴠ', 'v'),
        ('ᴡ', 'w'),
        ('ʏ', 'y'),
        ('ᴢ', 'z'),
        ('ɑ', 'a'),
        ('ɡ', 'g'),
    ],
    reason: "small capitals and variants of a and g; senders write whole words in them",
};

/// Letters that senders use for a Latin letter, though they are less similar than UTS #39 requires.
pub(crate) const SIMILAR: Extra = Extra {
    letters: &[
        ('к', 'k'),
        ('м', 'm'),
        ('п', 'n'),
        ('и', 'n'),
        ('я', 'r'),
        ('ь', 'b'),
        ('є', 'e'),
        ('β', 'b'),
        ('ε', 'e'),
        ('η', 'n'),
        ('κ', 'k'),
        ('χ', 'x'),
    ],
    reason: "used for the Latin letter, though less similar than UTS #39 requires",
};

/// Letters that cannot be distinguished from a Latin letter, small or capital. Most words of their
/// languages have other letters as well.
pub(crate) const HOMOGLYPHS: &str = "асеорхуіѕјһԁԛԝӏοϳօ";

/// Scripts whose letters are never confusables: they end a word, or combine with vowels.
const LEFT_ALONE: [Script; 9] = [
    Script::Bopomofo,
    Script::Han,
    Script::Hangul,
    Script::Hiragana,
    Script::Katakana,
    Script::Khmer,
    Script::Lao,
    Script::Myanmar,
    Script::Thai,
];

/// Returns the Latin letter that `c` looks like by its shape alone.
fn shape(unicode: &Unicode, c: char) -> Option<char> {
    let known = [&SHAPES, &SIMILAR].into_iter().flat_map(|extra| extra.letters);
    if let Some(&(_, to)) = known.into_iter().find(|&&(letter, _)| letter == c) {
        return Some(to);
    }
    let prototype = single(skeleton(c.encode_utf8(&mut [0; 4])))?;
    // Through a small capital: в, н, т.
    let small_capital = SHAPES.letters.iter().find(|&&(letter, _)| letter == prototype);
    let to = small_capital.map_or(prototype, |&(_, to)| to);
    // The data has one prototype for I and l.
    let is_capital = unicode.category.get(c) == GeneralCategory::UppercaseLetter;
    match to.to_ascii_lowercase() {
        'l' if is_capital => fold(unicode, c).chars().next().map(|small| {
            let small = single(skeleton(small.encode_utf8(&mut [0; 4])));
            // The palochka of Caucasian languages looks like a small l.
            if small == Some('l') || to == 'L' { 'l' } else { 'i' }
        }),
        to => Some(to).filter(char::is_ascii_lowercase),
    }
}

fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

/// Whether a letter that folds to itself may be read as another letter.
fn may_be_read(unicode: &Unicode, c: char) -> bool {
    !c.is_ascii() && unicode.class(c) == LETTER && !LEFT_ALONE.contains(&unicode.script.get(c))
}

/// Returns the Latin letter that `c` looks like, if it differs from that of its fold.
///
/// A capital may look like another letter than the small one (Ν and ν). A capital that looks like
/// no Latin letter uses that of the small letter.
pub(crate) fn find(unicode: &Unicode, c: char) -> Option<char> {
    let folded = fold(unicode, c);
    let letter = only_letter(unicode, &folded)?;
    if !may_be_read(unicode, letter) {
        return None;
    }
    if folded == String::from(c) {
        return shape(unicode, c);
    }
    // The NFKD form of ϲ is ς, which does not look like c.
    let plain = unicode.nfkd.normalize(c.encode_utf8(&mut [0; 4])).chars().next()?;
    let to = shape(unicode, c).or_else(|| shape(unicode, plain));
    to.filter(|&to| shape(unicode, letter) != Some(to))
}

/// Returns the only letter of a text, which may have combining marks.
fn only_letter(unicode: &Unicode, text: &str) -> Option<char> {
    let letter = text.chars().next()?;
    text.chars().skip(1).all(|c| unicode.is_mark(c)).then_some(letter)
}

/// All letters for which [`find`] returns a Latin letter.
pub(crate) fn all(unicode: &Unicode) -> Vec<(char, char)> {
    let all = RangeInclusive::new('\u{80}', char::MAX);
    all.filter_map(|c| Some((c, find(unicode, c)?))).collect()
}

/// Folded letters whose capital looks like another Latin letter, with that letter.
pub(crate) fn other_cases(unicode: &Unicode, all: &[(char, char)]) -> Vec<(char, char)> {
    let mut cases: Vec<(char, char)> = Vec::new();
    for &(c, to) in all {
        let folded = fold(unicode, c);
        let is_itself = unicode.nfkd.normalize(c.encode_utf8(&mut [0; 4])).chars().eq([c]);
        if is_itself && folded != String::from(c) {
            cases.extend(single(folded.chars()).map(|letter| (letter, to)));
        }
    }
    cases.sort_unstable();
    cases
}

/// The folded form of all letters that are confusables or have a capital that is.
pub(crate) fn folded(unicode: &Unicode, all: &[(char, char)]) -> Vec<char> {
    let mut folded: Vec<char> =
        all.iter().filter_map(|&(c, _)| fold(unicode, c).chars().next()).collect();
    folded.sort_unstable();
    folded.dedup();
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(c: char, to: Option<char>) {
        assert_eq!(find(&Unicode::new(), c), to, "{c}");
    }

    #[test]
    fn small_letters() {
        for (c, to) in
            "асеорхуіѕјһтнвкмпΜΝΗυνσαþı".chars().zip("aceopxyisjhthbkmnmnhuvoapi".chars())
        {
            check(c, Some(to));
        }
        for c in "ажцμωδшׁøłß日ᄋ🅰०".chars().skip(1) {
            check(c, (c == 'ш').then_some('w'));
        }
    }

    #[test]
    fn capitals_with_the_shape_of_the_small_letter_have_no_entry() {
        check('С', None);
        check('Π', None);
        check('Ω', None);
        check('Ή', Some('h'));
        check('𝚮', Some('h'));
        check('І', None);
        check('Ӏ', None);
        check('ӏ', Some('l'));
        check('ϲ', Some('c'));
        check('Ϲ', Some('c'));
    }
}
