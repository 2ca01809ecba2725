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
    let of = |c: char| {
        let code = u32::from(c);
        let at = table::LOOK_ALIKES.binary_search_by_key(&code, |entry| entry >> 8).ok()?;
        Some(char::from(table::LOOK_ALIKES[at] as u8))
    };
    // Capitals may look like other letters: Ν and ν.
    of(original).or_else(|| of(letter))
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
    /// Whether it matters that it was not written so.
    noted: bool,
}

/// The words of a text that are read as Latin ones.
pub(super) struct LatinWords(Vec<LatinWord>);

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
        LatinWords(found.iter().map(|&(part, _)| LatinWord { part, noted: is_message }).collect())
    }

    /// Those of an entry, and some of its others, as [`of_another_script`] finds them.
    pub(super) fn of_entry(text: &str, form: Form, others: &[Part]) -> LatinWords {
        let LatinWords(mut words) = LatinWords::of(text, form, Reading::Entry);
        words.extend(others.iter().map(|&part| LatinWord { part, noted: true }));
        words.sort_unstable_by_key(|word| word.part.first);
        LatinWords(words)
    }

    /// Whether the letter there is in one of them, and whether that matters.
    pub(super) fn at(&self, place: Place) -> Option<bool> {
        let behind = self.0.partition_point(|word| word.part.first <= place);
        let word = self.0[..behind].last().filter(|word| place <= word.part.last)?;
        Some(word.noted)
    }
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
        for (place, facts) in letters.by_ref() {
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
fn letters(text: &str, form: Form, reading: Reading) -> impl Iterator<Item = (Place, Facts)> {
    text.char_indices().flat_map(move |(byte, c)| {
        let (one, many): (Option<Facts>, &'static str) = match Folds::of(c) {
            Folds::One { is_symbol: true, .. } | Folds::Many { is_symbol: true, .. }
                if reading == Reading::Signs && form.layout == Layout::Words =>
            {
                (Some(Facts::SYMBOL), "")
            }
            Folds::One { to, .. } => (Some(Facts::of(to)), ""),
            Folds::Many { to, .. } => (None, to),
            Folds::Itself(facts) => {
                let at = Span::new(byte, byte + c.len_utf8());
                let letter = sign_letter(text, at, c, facts, form, reading);
                (Some(letter.map_or(facts, Facts::of)), "")
            }
            Folds::Nothing => (None, ""),
        };
        let facts = one.into_iter().chain(many.chars().map(Facts::of));
        facts.enumerate().map(move |(inside, facts)| (Place { byte, inside }, facts))
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
