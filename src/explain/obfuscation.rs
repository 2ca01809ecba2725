//! The obfuscation of a match: what the engine undid to find the entry.

use super::EditGroup;
use super::edits::{EditCollector, dropped, grouped};
use crate::engine::{Alignment, Appearance};
use crate::normalize::{CharProps, Transform, leet};
use crate::span::Span;

/// The transformations between a part of a text and the entry that was found there, except for
/// case, which is not an obfuscation.
pub(super) fn obfuscation(text: &str, part: Span, alignment: &Alignment) -> Vec<EditGroup> {
    let mut edits = EditCollector::new(text);
    let groups = grouped(alignment.letters.iter().map(|letter| (letter.from, letter.read)));
    for (from, read) in &groups {
        edits.read(*from, read);
    }
    for (step, at) in dropped(text, part, groups.iter().map(|&(from, _)| from)) {
        edits.add(step, at, "");
    }
    let mut last = None;
    for letter in &alignment.letters {
        let Some((place, wanted)) = letter.entry else { continue };
        if letter.read != wanted {
            let is_leet = leet::letters_of(letter.read).contains(wanted)
                || leet::letters_of(wanted).contains(letter.read);
            let is_hidden = alignment.appearance == Appearance::Censored && !is_leet;
            // An i or l that may be the other one.
            let is_letter = letter.read.is_ascii_alphabetic() && wanted.is_ascii_alphabetic();
            let step = match (is_hidden, is_letter) {
                (true, _) => Transform::Hidden,
                (false, true) => Transform::Confusables,
                (false, false) => Transform::Leet,
            };
            edits.add(step, letter.from, wanted.encode_utf8(&mut [0; 4]));
        } else if last == Some(place) && CharProps::of(wanted).is_letter() {
            edits.add(Transform::Repeats, letter.from, "");
        }
        last = Some(place);
    }
    if alignment.appearance == Appearance::Spaced {
        let chars = alignment.letters.chunk_by(|a, b| a.entry.is_some() && a.entry == b.entry);
        let word: String = chars.map(|it| it[0].entry.map_or(it[0].read, |(_, c)| c)).collect();
        edits.add(Transform::Spacing, part, &word);
    }
    let ends = (alignment.letters.first(), alignment.letters.last());
    if let Some((transform, read)) = &alignment.whole {
        edits.add(*transform, part, read);
    } else if let (Some(first), Some(last)) = ends
        && last.from.start < first.from.start
    {
        let word: String = alignment.letters.iter().map(|letter| letter.read).collect();
        edits.add(Transform::Direction, part, &word);
    }
    let mut edits = edits.sorted();
    edits.retain(|group| group.transform != Transform::Case);
    edits
}
