//! Where the fold writes to: a text alone for each message, or units with their origin for the
//! few messages in which something was found.

use super::facts::Facts;
use crate::span::Span;

/// A text under construction. Positions count in the output's own measure and are only handed back.
pub(super) trait Output {
    /// Where the next character will stand.
    fn end(&self) -> usize;
    /// Appends a character that stands for the bytes `from` of the original.
    fn push(&mut self, c: char, from: Span);
    /// The last character and where it stands.
    fn last(&self) -> Option<(char, usize)>;
    /// The character before position `at` and where it stands.
    fn before(&self, at: usize) -> Option<(char, usize)>;
    /// Puts a character at position `at`, before what stands there.
    fn insert(&mut self, at: usize, c: char, from: Span);
    /// Puts a character in the place of the last one, whose origin is joined with `from`.
    fn merge_last(&mut self, c: char, from: Span);
    /// Removes all nonspacing marks at or after position `at`.
    fn remove_nonspacing(&mut self, at: usize);
}

impl Output for String {
    #[inline]
    fn end(&self) -> usize {
        self.len()
    }

    #[inline]
    fn push(&mut self, c: char, _: Span) {
        String::push(self, c);
    }

    fn last(&self) -> Option<(char, usize)> {
        self.before(self.len())
    }

    fn before(&self, at: usize) -> Option<(char, usize)> {
        let c = self[..at].chars().next_back()?;
        Some((c, at - c.len_utf8()))
    }

    fn insert(&mut self, at: usize, c: char, _: Span) {
        String::insert(self, at, c);
    }

    fn merge_last(&mut self, c: char, _: Span) {
        self.pop();
        String::push(self, c);
    }

    fn remove_nonspacing(&mut self, at: usize) {
        let tail: String = self[at..].chars().filter(|&c| !Facts::of(c).is_nonspacing()).collect();
        self.truncate(at);
        self.push_str(&tail);
    }
}

/// A folded character and the bytes of the original that it stands for.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    pub(super) c: char,
    pub(super) from: Span,
}

impl Output for Vec<Unit> {
    fn end(&self) -> usize {
        self.len()
    }

    fn push(&mut self, c: char, from: Span) {
        Vec::push(self, Unit { c, from });
    }

    fn last(&self) -> Option<(char, usize)> {
        self.before(self.len())
    }

    fn before(&self, at: usize) -> Option<(char, usize)> {
        let at = at.checked_sub(1)?;
        Some((self[at].c, at))
    }

    fn insert(&mut self, at: usize, c: char, from: Span) {
        Vec::insert(self, at, Unit { c, from });
    }

    fn merge_last(&mut self, c: char, from: Span) {
        let last = self.last_mut().expect("there is a character to merge with");
        *last = Unit { c, from: last.from.union(from) };
    }

    fn remove_nonspacing(&mut self, at: usize) {
        let tail: Vec<Unit> =
            self.drain(at..).filter(|unit| !Facts::of(unit.c).is_nonspacing()).collect();
        self.extend(tail);
    }
}
