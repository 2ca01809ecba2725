//! Entries whose letters stand one by one.
//!
//! A row of single letters is only read as words if words fill it from end to end, so that
//! `H E L L O` is no hell: entries, and the words of one letter that English and chat have.

use std::ops::Range;

use super::index::Candidate;
use super::target::Target;
use crate::normalize::{Facts, Spelling};

/// The words that may stand between the entries.
const FILLERS: [&str; 4] = ["a", "i", "u", "r"];

/// Places of entries in one spelling that are looked at. Only rules with hundreds of entries inside one
/// another come near it.
const MAX_CANDIDATES: usize = 4_096;

/// An entry in a spelling, or a filler.
///
/// A repeated letter stands once in the text of a spelling. Where a tile begins or ends with it, its
/// neighbour may have some of the repetitions: `b a d d a d` is `bad` and `dad`.
struct Tile<'i> {
    /// Nothing for a filler.
    target: Option<&'i Target>,
    /// The letters that the first character of the tile stands for.
    first: Range<usize>,
    /// How many of them it takes at least.
    first_needed: usize,
    /// The letters that the last character of the tile stands for.
    last: Range<usize>,
    /// How many of them it takes at least.
    last_needed: usize,
}

impl Tile<'_> {
    /// Whether it is one character, however often that is repeated.
    fn is_one(&self) -> bool {
        self.first == self.last
    }

    /// Whether it is an entry of one letter, which is found without being spelled.
    fn stands_alone(&self) -> bool {
        self.is_one() && self.first_needed == 1
    }

    /// The letters that it may begin with.
    fn starts(&self) -> Range<usize> {
        self.first.start..self.first.end + 1 - self.first_needed
    }

    /// The letters in front of which it may end.
    fn ends(&self) -> Range<usize> {
        self.last.start + self.last_needed..self.last.end + 1
    }
}

/// The entries that fill a spelling, with their letters as numbers.
///
/// Takes time linear in the candidates, of which only the first [`MAX_CANDIDATES`] are looked at, and
/// in the letters of the spelling for each of them.
pub(super) fn tiles<'i>(
    spelling: &Spelling,
    candidates: impl Iterator<Item = Candidate<'i>>,
) -> Vec<(&'i Target, Range<usize>)> {
    let mut tiles: Vec<Tile<'i>> =
        candidates.take(MAX_CANDIDATES).flat_map(|it| of(spelling, it)).collect();
    if tiles.is_empty() {
        return Vec::new();
    }
    tiles.extend(fillers(spelling));
    let reached = reached(&mut tiles, spelling.letters_count());
    let leading = leading(&mut tiles, spelling.letters_count());
    let found = tiles.iter().filter(|tile| !tile.stands_alone()).filter_map(|tile| {
        let start = tile.starts().find(|&at| reached[at])?;
        let end = tile.ends().rev().find(|&at| leading[at])?;
        let enough = !tile.is_one() || start + tile.first_needed <= end;
        Some((tile.target?, start..end)).filter(|_| enough)
    });
    found.collect()
}

/// The tiles that a candidate may be, one for each of its endings.
fn of<'i>(spelling: &Spelling, found: Candidate<'i>) -> impl Iterator<Item = Tile<'i>> {
    let text = spelling.text().text();
    let first = spelling.letters_at(found.start);
    // A mark behind it makes another letter of its last one.
    let is_whole = |end: usize| !text[end..].starts_with(|c| Facts::of(c).is_mark());
    let tails = found.target.spelled_at(spelling.text(), found.start, found.end);
    tails.filter(move |(_, tail)| is_whole(tail.end)).filter_map(move |(needed, tail)| {
        let last = spelling.letters_at(tail.last);
        if found.target.needs.look_alike() && !spelling.has_look_alike(first.start..last.end) {
            return None;
        }
        let first_needed = if last == first { tail.needed } else { needed };
        let (target, first) = (Some(found.target), first.clone());
        Some(Tile { target, first, first_needed, last, last_needed: tail.needed })
    })
}

fn fillers<'i>(spelling: &Spelling) -> Vec<Tile<'i>> {
    let text = spelling.text().text();
    let places = FILLERS.into_iter().flat_map(|filler| text.match_indices(filler));
    let filler = |(at, _)| {
        let first = spelling.letters_at(at);
        let last = first.clone();
        Tile { target: None, first, first_needed: 1, last, last_needed: 1 }
    };
    places.map(filler).collect()
}

/// For each letter whether tiles fill all that stands before it.
fn reached(tiles: &mut [Tile<'_>], letters: usize) -> Vec<bool> {
    // Of tiles that begin with the same character, those that are no more than that come first.
    tiles.sort_by_key(|tile| (tile.first.start, !tile.is_one()));
    let mut reached = vec![false; letters + 1];
    reached[0] = true;
    for tile in tiles {
        let Some(start) = tile.starts().find(|&at| reached[at]) else { continue };
        let ends = tile.ends();
        let nearest = if tile.is_one() { start + tile.first_needed } else { ends.start };
        reached[nearest..ends.end].fill(true);
    }
    reached
}

/// For each letter whether tiles fill it and all that stands behind it.
fn leading(tiles: &mut [Tile<'_>], letters: usize) -> Vec<bool> {
    tiles.sort_by_key(|tile| (std::cmp::Reverse(tile.last.end), !tile.is_one()));
    let mut leading = vec![false; letters + 1];
    leading[letters] = true;
    for tile in tiles {
        let Some(end) = tile.ends().rev().find(|&at| leading[at]) else { continue };
        let starts = tile.starts();
        let farthest = if tile.is_one() { end - tile.first_needed + 1 } else { starts.end };
        leading[starts.start..farthest].fill(true);
    }
    leading
}
