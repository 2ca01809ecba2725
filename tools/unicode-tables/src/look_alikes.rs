//! Which letters look like one of the 26 Latin ones.

use std::ops::RangeInclusive;

use icu_properties::props::{GeneralCategory, Script};
use unicode_security::skeleton;

use crate::fold::fold;
use crate::table;
use crate::unicode::Unicode;

/// Letters beyond the data of UTS #39, for one reason.
pub(crate) struct Extra {
    /// Each with the Latin letter that it looks like.
    pub(crate) letters: &'static [(char, char)],
    pub(crate) reason: &'static str,
}

/// Shapes of the Latin letters themselves: read as these in any word.
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
    reason: "small capitals and the other shapes of a and g: people write whole words in them",
};

/// Letters that people put for a Latin one, though they look less like it than UTS #39 asks.
pub(crate) const RESEMBLING: Extra = Extra {
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
    reason: "people put them for the Latin letter, though they look less like it than UTS #39 asks",
};

/// Letters that cannot be told from a Latin one, small or capital, in languages whose words mostly
/// have others as well.
pub(crate) const DOUBLES: &str = "асеорхуіѕјһԁԛԝӏοϳօ";

/// Scripts whose letters are left alone: words end where they begin, or vowels join them.
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

/// The Latin letter that the letter `c` is taken for, by its shape alone.
fn shape(unicode: &Unicode, c: char) -> Option<char> {
    let known = [&SHAPES, &RESEMBLING].into_iter().flat_map(|extra| extra.letters);
    if let Some(&(_, to)) = known.into_iter().find(|&&(letter, _)| letter == c) {
        return Some(to);
    }
    let prototype = single(skeleton(c.encode_utf8(&mut [0; 4])))?;
    // By way of a small capital: of в, н, т.
    let small_capital = SHAPES.letters.iter().find(|&&(letter, _)| letter == prototype);
    let to = small_capital.map_or(prototype, |&(_, to)| to);
    // The data has one prototype for I and l.
    let is_capital = unicode.category.get(c) == GeneralCategory::UppercaseLetter;
    match to.to_ascii_lowercase() {
        'l' if is_capital => fold(unicode, c).chars().next().map(|small| {
            let small = single(skeleton(small.encode_utf8(&mut [0; 4])));
            // That of the Caucasian palochka is a small l.
            if small == Some('l') || to == 'L' { 'l' } else { 'i' }
        }),
        to => Some(to).filter(char::is_ascii_lowercase),
    }
}

fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

/// Whether a letter that folds to itself may be read as another.
fn may_be_read(unicode: &Unicode, c: char) -> bool {
    !c.is_ascii()
        && table::class(unicode.category.get(c)) == crate::layout::LETTER
        && !LEFT_ALONE.contains(&unicode.script.get(c))
}

/// The Latin letter that `c` is taken for if it is not the one that the letter it folds to is.
///
/// A capital may look like another letter than the small one does (Ν and ν), and one that looks like
/// none goes with the small one.
pub(crate) fn find(unicode: &Unicode, c: char) -> Option<char> {
    let folded = fold(unicode, c);
    let letter = only_letter(unicode, &folded)?;
    if !may_be_read(unicode, letter) {
        return None;
    }
    if folded == String::from(c) {
        return shape(unicode, c);
    }
    // Of ϲ the NFKD form is ς, which looks like no c.
    let plain = unicode.nfkd.normalize(c.encode_utf8(&mut [0; 4])).chars().next()?;
    let to = shape(unicode, c).or_else(|| shape(unicode, plain));
    to.filter(|&to| shape(unicode, letter) != Some(to))
}

/// The letter of a text that has one, and perhaps marks on it.
fn only_letter(unicode: &Unicode, text: &str) -> Option<char> {
    let letter = text.chars().next()?;
    text.chars().skip(1).all(|c| unicode.is_mark(c)).then_some(letter)
}

/// All that [`find`] finds.
pub(crate) fn all(unicode: &Unicode) -> Vec<(char, char)> {
    let all = RangeInclusive::new('\u{80}', char::MAX);
    all.filter_map(|c| Some((c, find(unicode, c)?))).collect()
}

/// The letters whose other case looks like another letter than they do, and like which.
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

/// The letters that are read as another, or whose capital is, as they are folded.
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
    fn a_capital_that_looks_as_the_small_letter_does_has_no_entry() {
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
