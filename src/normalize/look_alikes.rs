//! Letters that are read as the Latin letters they look like (UTS #39).
//!
//! They are in words of more than one script. A word wholly in another script is what it says, unless
//! nobody could tell: each of its letters is the exact double of a Latin one, and no other word of
//! the message is honestly in that script.

use std::ops::BitOr;

use super::facts::{Facts, Folds};
use super::fold::sign_letter;
use super::table;
use super::{Form, Layout, Reading};
use crate::span::Span;

/// Scripts of letters; those without look-alikes of their own count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scripts(pub(super) u8);

impl Scripts {
    pub(super) const NONE: Scripts = Scripts(0);

    fn is_mixed(self) -> bool {
        self.0.count_ones() > 1
    }

    fn shares(self, other: Scripts) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Scripts {
    type Output = Scripts;

    fn bitor(self, other: Scripts) -> Scripts {
        Scripts(self.0 | other.0)
    }
}

/// The Latin letter that a letter looks like, which folds from the character `original`.
pub(super) fn find(original: char, letter: char) -> Option<char> {
    // Capitals may look like other letters: Ν and ν.
    look_up(&table::LOOK_ALIKES, original).or_else(|| look_up(&table::LOOK_ALIKES, letter))
}

fn look_up(letters: &[u32], c: char) -> Option<char> {
    let at = letters.binary_search_by_key(&u32::from(c), |entry| entry >> 8).ok()?;
    Some(char::from(letters[at] as u8))
}

/// Which letters of the words of an entry are taken to be in the other case than the folded one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cased {
    None,
    First,
    All,
}

/// Where a letter stands in the original, and in what that character folds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Of the character in the original.
    pub(super) byte: usize,
    /// The number of the letter in what the character folds to.
    pub(super) inside: usize,
}

/// A word of an original.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    first: Place,
    last: Place,
}

impl Part {
    /// The same word of that span of the original alone, if it is inside.
    pub(crate) fn within(self, span: Span) -> Option<Part> {
        let inside = span.start <= self.first.byte && self.last.byte < span.end;
        let moved = |place: Place| Place { byte: place.byte - span.start, ..place };
        inside.then(|| Part { first: moved(self.first), last: moved(self.last) })
    }
}

/// A word whose letters are read as Latin ones.
#[derive(Clone, Copy)]
struct LatinWord {
    part: Part,
    /// In an entry the case in which it is not written, but read.
    cased: Option<Cased>,
}

/// The words of a text that are read as Latin ones.
pub(super) struct LatinWords {
    words: Vec<LatinWord>,
    of_message: bool,
}

impl LatinWords {
    /// Those of a text that is read in that way.
    pub(super) fn of(text: &str, form: Form, reading: Reading) -> LatinWords {
        let is_message = reading != Reading::Entry;
        let mut found: Vec<(Part, Scripts)> = Vec::new();
        let mut honest = Scripts::NONE;
        for word in words(text, form, reading) {
            if word.scripts.is_mixed() {
                found.extend(word.look_alikes.then_some((word.part, Scripts::NONE)));
            } else if !word.doubles {
                honest = honest | word.scripts;
            } else if is_message && word.scripts != Scripts::NONE {
                found.push((word.part, word.scripts));
            }
        }
        found.retain(|&(_, scripts)| !scripts.shares(honest));
        let words = found.into_iter().map(|(part, _)| LatinWord { part, cased: None }).collect();
        LatinWords { words, of_message: is_message }
    }

    /// Those of an entry, and some of its others, as [`of_another_script`] finds them.
    pub(super) fn of_entry(text: &str, form: Form, others: &[Part], cased: Cased) -> LatinWords {
        let mut latin = LatinWords::of(text, form, Reading::Entry);
        latin.words.extend(others.iter().map(|&part| LatinWord { part, cased: Some(cased) }));
        latin.words.sort_unstable_by_key(|word| word.part.first);
        latin
    }

    /// The Latin letter that the letter there is read as, and whether that is to be noted.
    pub(super) fn read(&self, place: Place, original: char, letter: char) -> Option<(char, bool)> {
        let behind = self.words.partition_point(|word| word.part.first <= place);
        let word = self.words[..behind].last().filter(|word| place <= word.part.last)?;
        let Some(cased) = word.cased else {
            return find(original, letter).map(|latin| (latin, self.of_message));
        };
        let other = cased == Cased::All || (cased == Cased::First && place == word.part.first);
        let latin = Some(letter).filter(|_| other).and_then(|c| look_up(&table::OTHER_CASES, c));
        Some((latin.or_else(|| look_up(&table::LOOK_ALIKES, letter))?, true))
    }
}

/// Whether the other case of some letter of an entry may look like another one.
pub(super) fn is_case_telling(text: &str, form: Form) -> bool {
    let mut letters = letters(text, form, Reading::Entry);
    letters.any(|(_, c, _)| look_up(&table::OTHER_CASES, c).is_some())
}

/// The words of an entry that would be other words if they were read as Latin ones, and are not.
pub(super) fn of_another_script(text: &str, form: Form) -> Vec<Part> {
    let words = words(text, form, Reading::Entry);
    let other = words.filter(|word| word.look_alikes && !word.scripts.is_mixed());
    other.map(|word| word.part).collect()
}

/// Letters, digits and marks in a row, of scripts that put spaces between words.
struct Word {
    part: Part,
    /// Of its letters.
    scripts: Scripts,
    /// Whether all of its letters are exact doubles.
    doubles: bool,
    /// Whether it has a letter that may be read as a Latin one.
    look_alikes: bool,
}

impl Word {
    fn add(&mut self, place: Place, facts: Facts) {
        self.part.last = place;
        if facts.is_letter() && !facts.is_tatweel() {
            self.doubles &= facts.is_double();
            self.scripts = self.scripts | facts.script();
            self.look_alikes |= facts.is_look_alike() && !facts.is_shape();
        }
    }
}

/// All words of a text, ascending.
fn words(text: &str, form: Form, reading: Reading) -> impl Iterator<Item = Word> {
    let mut letters = letters(text, form, reading);
    std::iter::from_fn(move || {
        let mut word: Option<Word> = None;
        for (place, _, facts) in letters.by_ref() {
            if word.is_none() && facts.is_mark() {
                continue;
            }
            if facts.is_word() && (facts.is_mark() || !facts.is_unspaced()) {
                let part = Part { first: place, last: place };
                let scripts = Scripts::NONE;
                let new = Word { part, scripts, doubles: true, look_alikes: false };
                word.get_or_insert(new).add(place, facts);
            } else if word.is_some() {
                break;
            }
        }
        word
    })
}

/// What the characters of a text fold to.
fn letters(text: &str, form: Form, reading: Reading) -> impl Iterator<Item = (Place, char, Facts)> {
    text.char_indices().flat_map(move |(byte, c)| {
        let (one, many): (Option<char>, &'static str) = match Folds::of(c) {
            Folds::One { is_symbol: true, .. } | Folds::Many { is_symbol: true, .. }
                if reading == Reading::Signs && form.layout == Layout::Words =>
            {
                (Some(' '), "")
            }
            Folds::One { to, .. } => (Some(to), ""),
            Folds::Many { to, .. } => (None, to),
            Folds::Itself(facts) => {
                let at = Span::new(byte, byte + c.len_utf8());
                (Some(sign_letter(text, at, c, facts, form, reading).unwrap_or(c)), "")
            }
            Folds::Nothing => (None, ""),
        };
        let chars = one.into_iter().chain(many.chars()).enumerate();
        chars.map(move |(inside, c)| (Place { byte, inside }, c, Facts::of(c)))
    })
}

/// The words of a folded text that mix scripts, or have one of those letters in them. Words are told
/// apart as those of an original are.
pub(super) fn disguised(folded: &str, read_as_latin: &[usize]) -> Vec<Span> {
    let mut found = Vec::new();
    let ends_word = |c: char| {
        let facts = Facts::of(c);
        !facts.is_word() || (facts.is_unspaced() && !facts.is_mark())
    };
    let mut start = 0;
    for word in folded.split_inclusive(ends_word) {
        let span = Span::new(start, start + word.len());
        start = span.end;
        let letters = word.chars().filter(|&c| !ends_word(c)).map(Facts::of);
        let scripts = letters
            .filter(|facts| facts.is_letter())
            .fold(Scripts::NONE, |scripts, facts| scripts | facts.script());
        let first = read_as_latin.partition_point(|&at| at < span.start);
        if scripts.is_mixed() || read_as_latin.get(first).is_some_and(|&at| at < span.end) {
            found.push(span);
        }
    }
    found
}
