//! The word around a match of an entry with a wildcard: [`WordAround`].
//!
//! `muppet*` matches six letters of `muppetry`. A mask of only these six would show the rest, from
//! which the word is easily guessed, so a rewrite covers the word up to its boundaries (see
//! [`boundary`](super::boundary)). An edge of an entry without a wildcard is at a boundary anyway,
//! and an edge that is a symbol is not part of a word.
//!
//! **Example.** `*muppet*` in `a submuppetry's end`: the match is `muppet`. To the left, `b`, `u`
//! and `s` follow no boundary; to the right, neither do `r` and `y`, but a word may end before
//! `'s`. The cover is `submuppetry`.
//!
//! This takes no steps of the budget: only verified matches are widened, and each character is
//! walked over about once in each direction.

use super::compiled::CompiledEntry;
use super::view::FoldedView;
use crate::normalize::CharProps;
use crate::rules::End;
use crate::span::Span;

/// Finds the words around the matches in one folded text.
///
/// The last walk in each direction is kept, so the many matches that a short entry may have in one
/// long word do not walk over the same characters again.
pub(super) struct WordAround<'v, 't> {
    view: &'v FoldedView<'t>,
    /// The last walk to the left: where it ended and where it began.
    left: (usize, usize),
    /// The last walk to the right: where it began and where it ended.
    right: (usize, usize),
}

impl<'v, 't> WordAround<'v, 't> {
    pub(super) fn new(view: &'v FoldedView<'t>) -> WordAround<'v, 't> {
        WordAround { view, left: (0, 0), right: (0, 0) }
    }

    /// Widens a match to the edges of its word at which the entry has a wildcard.
    pub(super) fn cover(&mut self, compiled: &CompiledEntry<'_>, found: Span) -> Span {
        let begins_in_word =
            compiled.text.chars().next().is_some_and(|c| CharProps::of(c).is_word());
        let start = match compiled.starts_anywhere && begins_in_word {
            true => self.start(found.start),
            false => found.start,
        };
        let end = match compiled.end {
            End::Anywhere if compiled.ends_in_word => self.end(found.end),
            _ => found.end,
        };
        Span::new(start, end)
    }

    fn start(&mut self, from: usize) -> usize {
        let mut at = from;
        while at > 0 && !self.view.opens(at, true) {
            if self.left.0 < at && at <= self.left.1 {
                at = self.left.0;
                break;
            }
            at -= self.view.char_before(at).map_or(at, char::len_utf8);
        }
        self.left = (at, from);
        at
    }

    fn end(&mut self, from: usize) -> usize {
        let mut at = from;
        while !self.view.closes(at) {
            if self.right.0 <= at && at < self.right.1 {
                at = self.right.1;
                break;
            }
            at += self.view.char_at(at).map_or(1, char::len_utf8);
        }
        self.right = (from, at);
        at
    }
}
