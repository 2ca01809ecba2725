//! Segments rows of spaced letters into entries: [`segment_spaced`].
//!
//! A row of single letters only matches if entries and fillers account for all of it, so that
//! `H E L L O` does not match `hell`. Fillers are the words of one letter in English and chat.
//!
//! This is a segmentation by dynamic programming. A forward pass collects tiles (an entry or a
//! filler from one letter to another) from every reachable letter; a backward pass keeps the tiles
//! that lead to the end of the row. Example: the row `urbadluck` of `u r b.a.d.l.u.c.k`, with the
//! phrase `bad luck`, has the fillers `u` and `r` and the phrase as tiles, which lead to its end.

use std::ops::Range;

use super::compiled::CompiledEntry;
use crate::normalize::{SpacedLetters, leet};

/// The words that may be between entries. A single leet symbol may be as well, so that symbols
/// before and after an entry do not hide it.
const FILLERS: [&str; 4] = ["a", "i", "u", "r"];

/// An entry or a filler, and the letters it covers.
struct Tile<'i> {
    /// `None` for a filler.
    compiled: Option<CompiledEntry<'i>>,
    /// The indices of its letters.
    letters: Range<usize>,
}

/// Returns the entries in the segmentations of a row, with the indices of their letters.
///
/// `at` returns the entries that begin at a letter. Each has the letters before which it may end,
/// and whether it is longer than one letter. A single letter fills the row but is not returned,
/// since it needs no spacing.
pub(super) fn segment_spaced<'i>(
    row: &SpacedLetters,
    mut at: impl FnMut(usize) -> Vec<(CompiledEntry<'i>, Vec<(usize, bool)>)>,
) -> Vec<(CompiledEntry<'i>, Range<usize>)> {
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
    let leads_to_end = leads_to_end(&tiles, count);
    tiles.retain(|tile| leads_to_end[tile.letters.end]);
    let entries = tiles.into_iter().filter_map(|tile| Some((tile.compiled?, tile.letters)));
    merged(entries.collect())
}

/// Returns for each letter whether tiles cover the row from there to its end. The tiles are sorted
/// by their first letters.
fn leads_to_end(tiles: &[Tile<'_>], letters: usize) -> Vec<bool> {
    let mut leads_to_end = vec![false; letters + 1];
    leads_to_end[letters] = true;
    for tile in tiles.iter().rev() {
        if leads_to_end[tile.letters.end] {
            leads_to_end[tile.letters.start] = true;
        }
    }
    leads_to_end
}

/// Merges overlapping occurrences of the same entry: which of the repeated letters belong to it is
/// unknown.
fn merged<'i>(
    mut found: Vec<(CompiledEntry<'i>, Range<usize>)>,
) -> Vec<(CompiledEntry<'i>, Range<usize>)> {
    let key = |compiled: &CompiledEntry<'_>| (compiled.list, compiled.entry);
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
