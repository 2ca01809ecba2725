//! Character alignment between an entry and the matched text: [`Alignment`]. Computed only for
//! `explain`.

use std::ops::Range;

use super::compiled::CompiledEntry;
use super::slips::Slip;
use super::verify::{Letters, aligned_chars};
use super::view::FoldedView;
use crate::normalize::{CharProps, Origins, SpacedLetters, Transform};
use crate::span::Span;

/// Which characters of a message were matched to which letters of an entry.
#[derive(Clone)]
pub(crate) struct Alignment {
    pub(crate) appearance: Appearance,
    /// The characters that were matched to letters of the entry, in the order of the message,
    /// without those between words.
    pub(crate) letters: Vec<Letter>,
    /// What the whole match is read as, and by which transformation.
    pub(crate) whole: Option<(Transform, String)>,
}

/// How the letters of an entry appear in a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Appearance {
    /// All of them, next to each other.
    Visible,
    /// Some are replaced by hiding symbols.
    Censored,
    /// Separated from each other: `b a d`.
    Spaced,
    /// The whole entry, several times: `badbadbad`.
    RepeatedWord,
    /// Split into pieces: `b ad`.
    Split,
    /// Two letters are swapped.
    Swapped,
    /// One letter is missing, added or another one.
    Slip,
}

impl From<Slip> for Appearance {
    fn from(slip: Slip) -> Appearance {
        match slip {
            Slip::Swap => Appearance::Swapped,
            Slip::OneLetter => Appearance::Slip,
        }
    }
}

impl Appearance {
    /// Returns how the letters are compared; `None` if they have no place in the entry.
    pub(super) fn letters(self) -> Option<Letters> {
        match self {
            Appearance::Visible | Appearance::Spaced => Some(Letters::Visible),
            Appearance::Censored => Some(Letters::Censored),
            _ => None,
        }
    }

    /// Returns the transformation of the whole match.
    fn of_the_whole(self, compiled: &CompiledEntry<'_>) -> Option<Transform> {
        match self {
            Appearance::Visible | Appearance::Censored => {
                compiled.run_together.then_some(Transform::RunTogether)
            }
            Appearance::Spaced => None,
            Appearance::RepeatedWord => Some(Transform::RepeatedWord),
            Appearance::Split => Some(Transform::Split),
            Appearance::Swapped => Some(Transform::Swapped),
            Appearance::Slip => Some(Transform::Slip),
        }
    }
}

impl From<Letters> for Appearance {
    fn from(letters: Letters) -> Appearance {
        match letters {
            Letters::Visible => Appearance::Visible,
            Letters::Censored => Appearance::Censored,
        }
    }
}

/// A character of the folded text, and the letter it was matched to.
#[derive(Clone, Copy)]
pub(crate) struct Letter {
    /// The byte range of the original that it comes from.
    pub(crate) from: Span,
    /// The folded character.
    pub(crate) read: char,
    /// The offset in the entry and the character there; `None` if it may be one of several.
    pub(crate) entry: Option<(usize, char)>,
}

impl Alignment {
    /// Aligns an entry with `part` of a folded text, which it matches.
    pub(super) fn new(
        appearance: Appearance,
        view: &FoldedView<'_>,
        compiled: &CompiledEntry<'_>,
        part: Span,
        origins: &Origins,
    ) -> Alignment {
        let whole = appearance.of_the_whole(compiled).map(|it| (it, compiled.text.to_owned()));
        let mut alignment = Alignment { appearance, letters: Vec::new(), whole };
        let Some(letters) = appearance.letters() else {
            alignment.letters = unaligned(view, part, origins);
            return alignment;
        };
        let mut last = None;
        for (at, place, c) in aligned_chars(view, compiled, compiled.text, part, letters) {
            let Some(read) = view.char_at(at) else { continue };
            // A character that does not repeat the letter before it is between two words.
            let is_repeated = || read == c || view.letters_of(read, at).contains(c);
            if last != Some(place) || is_repeated() {
                let from = origins.of(Span::new(at, at + read.len_utf8()));
                alignment.letters.push(Letter { from, read, entry: Some((place, c)) });
            }
            last = Some(place);
        }
        alignment
    }

    /// Aligns an entry with the spaced letters that it matches.
    pub(super) fn spaced(
        row: &SpacedLetters,
        compiled: &CompiledEntry<'_>,
        letters: Range<usize>,
    ) -> Alignment {
        let view = FoldedView::spaced(row);
        let part = Span::new(row.start(letters.start), row.start(letters.end));
        let aligned = aligned_chars(&view, compiled, compiled.text, part, Letters::Visible);
        let letter = |(offset, read): (usize, char)| {
            let at = part.start + offset;
            // The index of the letter that the character is, or whose combining mark it is.
            let index = row.letter_at(at + read.len_utf8()) - 1;
            let place = aligned.binary_search_by_key(&at, |&(at, _, _)| at).ok();
            let entry = place.map(|place| (aligned[place].1, aligned[place].2));
            Letter { from: row.origin(index, index + 1), read, entry }
        };
        let chars = row.text()[part.range()].char_indices();
        let letters = chars.map(letter).collect();
        Alignment { appearance: Appearance::Spaced, letters, whole: None }
    }
}

/// Returns the characters of a match of which only the whole is read as the entry.
fn unaligned(view: &FoldedView<'_>, part: Span, origins: &Origins) -> Vec<Letter> {
    let chars = view.text()[part.range()].char_indices();
    let letters = chars.filter(|&(_, c)| CharProps::of(c).is_word());
    let letter = |(offset, read): (usize, char)| {
        let at = part.start + offset;
        Letter { from: origins.of(Span::new(at, at + read.len_utf8())), read, entry: None }
    };
    letters.map(letter).collect()
}
