//! How an entry was seen in a message, letter by letter: [`Alignment`]. Only what explains a review asks.

use std::ops::Range;

use super::compiled::CompiledEntry;
use super::verify::{Letters, aligned_chars};
use super::view::FoldedView;
use crate::normalize::{Origins, SpacedLetters};
use crate::span::Span;

/// How an entry was seen.
#[derive(Clone)]
pub(crate) struct Alignment {
    pub(crate) appearance: Appearance,
    /// What stands for the letters of the entry, in the order of the message; without what stands
    /// between words.
    pub(crate) letters: Vec<Letter>,
}

/// How its letters stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Appearance {
    /// All of them, side by side.
    Visible,
    /// Some are behind a sign.
    Censored,
    /// One by one.
    Spaced,
}

impl From<Letters> for Appearance {
    fn from(letters: Letters) -> Appearance {
        match letters {
            Letters::Visible => Appearance::Visible,
            Letters::Censored => Appearance::Censored,
        }
    }
}

/// A character of the folded text, and what it was taken for.
#[derive(Clone, Copy)]
pub(crate) struct Letter {
    /// The bytes of the original that it comes from.
    pub(crate) from: Span,
    /// What the original folds to there.
    pub(crate) read: char,
    /// The place in the entry, and the character that stands there; nothing if any of several may.
    pub(crate) entry: Option<(usize, char)>,
}

impl Alignment {
    /// Of an entry that stands in that part of a folded text.
    pub(super) fn new(
        appearance: Appearance,
        text: &FoldedView<'_>,
        compiled: &CompiledEntry,
        entry: &str,
        part: Span,
        origins: &Origins,
    ) -> Alignment {
        let letters =
            if appearance == Appearance::Censored { Letters::Censored } else { Letters::Visible };
        let mut last = None;
        let mut alignment = Alignment { appearance, letters: Vec::new() };
        for (at, place, c) in aligned_chars(text, compiled, entry, part, letters) {
            let Some(read) = text.char_at(at) else { continue };
            // What does not repeat the letter before it stands between two words.
            let is_repeated = || read == c || text.letters_of(read, at).contains(c);
            if last != Some(place) || is_repeated() {
                let from = origins.of(Span::new(at, at + read.len_utf8()));
                alignment.letters.push(Letter { from, read, entry: Some((place, c)) });
            }
            last = Some(place);
        }
        alignment
    }

    /// Of an entry with those letters of a row.
    pub(super) fn spaced(
        row: &SpacedLetters,
        compiled: &CompiledEntry,
        entry: &str,
        letters: Range<usize>,
    ) -> Alignment {
        let text = FoldedView::spaced(row.text());
        let part = Span::new(row.start(letters.start), row.start(letters.end));
        let aligned = aligned_chars(&text, compiled, entry, part, Letters::Visible);
        let letter = |(offset, read): (usize, char)| {
            let at = part.start + offset;
            // The number of the letter that the character is, or is a mark of.
            let number = row.letter_at(at + read.len_utf8()) - 1;
            let place = aligned.binary_search_by_key(&at, |&(at, _, _)| at).ok();
            let entry = place.map(|place| (aligned[place].1, aligned[place].2));
            Letter { from: row.origin(number, number + 1), read, entry }
        };
        let chars = row.text()[part.range()].char_indices();
        Alignment { appearance: Appearance::Spaced, letters: chars.map(letter).collect() }
    }
}
