//! Entries whose letters stand one by one.
//!
//! A row of single letters is only read as words if words fill it from end to end, so that
//! `H E L L O` is no hell: entries, and the words of one letter that English and chat have.

use std::ops::Range;

use super::compiled::CompiledEntry;
use crate::normalize::{SpacedLetters, leet};

/// The words that may be between the entries. So may a symbol that is written for a letter: rows of them before
/// and after hide nothing.
const FILLERS: [&str; 4] = ["a", "i", "u", "r"];

/// An entry in a row, or a filler.
struct Tile<'i> {
    /// Nothing for a filler.
    compiled: Option<&'i CompiledEntry>,
    /// The letters that it takes.
    letters: Range<usize>,
}

/// The entries that fill a row, with the indexes of their letters.
///
/// `at` returns those that begin with a letter, each with the letters before which it may end, and whether it
/// is more than one letter, which needs no row.
pub(super) fn segment_spaced<'i>(
    row: &SpacedLetters,
    mut at: impl FnMut(usize) -> Vec<(&'i CompiledEntry, Vec<(usize, bool)>)>,
) -> Vec<(&'i CompiledEntry, Range<usize>)> {
    let count = row.letters_count();
    let mut tiles: Vec<Tile<'i>> = Vec::new();
    let mut reached = vec![false; count + 1];
    reached[0] = true;
    for start in 0..count {
        if !reached[start] {
            continue;
        }
        let letter = &row.text()[row.start(start)..row.start(start + 1)];
        if FILLERS.contains(&letter) || letter.starts_with(leet::is_leet) {
            tiles.push(Tile { compiled: None, letters: start..start + 1 });
            reached[start + 1] = true;
        }
        for (compiled, ends) in at(start) {
            for (end, is_long) in ends {
                let needs_confusable = !compiled.confusables.is_empty();
                if needs_confusable && !row.has_confusable(start..end) {
                    continue;
                }
                let compiled = Some(compiled).filter(|_| is_long);
                tiles.push(Tile { compiled, letters: start..end });
                reached[end] = true;
            }
        }
    }
    let leads = leading(&tiles, count);
    tiles.retain(|tile| leads[tile.letters.end]);
    let entries = tiles.into_iter().filter_map(|tile| Some((tile.compiled?, tile.letters)));
    merged(entries.collect())
}

/// For each letter whether tiles fill it and all that stands behind it; the tiles are sorted by their
/// first letters.
fn leading(tiles: &[Tile<'_>], letters: usize) -> Vec<bool> {
    let mut leading = vec![false; letters + 1];
    leading[letters] = true;
    for tile in tiles.iter().rev() {
        if leading[tile.letters.end] {
            leading[tile.letters.start] = true;
        }
    }
    leading
}

/// Those of one entry that share a letter as one: it is unknown which of the repeated ones are its own.
fn merged(mut found: Vec<(&CompiledEntry, Range<usize>)>) -> Vec<(&CompiledEntry, Range<usize>)> {
    let key = |compiled: &CompiledEntry| (compiled.list, compiled.entry);
    found.sort_unstable_by_key(|(compiled, letters)| (key(compiled), letters.start, letters.end));
    found.dedup_by(|(compiled, letters), (before, so_far)| {
        let shares = key(compiled) == key(before) && letters.start < so_far.end;
        if shares {
            so_far.end = so_far.end.max(letters.end);
        }
        shares
    });
    found
}
