//! Constant-size, approximate sets of characters: [`CharSet`].

use serde::{Deserialize, Serialize};

/// A set of characters as 128 bits. NUL and all characters beyond ASCII share one bit, so it may
/// report characters that were not added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CharSet(u128);

impl CharSet {
    /// The empty set.
    pub(crate) const NONE: CharSet = CharSet(0);

    const BEYOND_ASCII: u128 = 1;

    /// Returns the set of the characters of an ASCII text.
    pub(crate) const fn of_ascii(text: &str) -> CharSet {
        assert!(text.is_ascii());
        let mut set = 0;
        let mut at = 0;
        while at < text.len() {
            set |= 1 << text.as_bytes()[at];
            at += 1;
        }
        CharSet(set)
    }

    /// Adds a character.
    #[inline]
    pub(crate) fn add(&mut self, c: char) {
        self.0 |= if c.is_ascii() { 1 << u32::from(c) } else { Self::BEYOND_ASCII };
    }

    /// Whether a character may have been added. Never false if it was.
    pub(crate) fn may_contain(self, c: char) -> bool {
        let mut one = CharSet::NONE;
        one.add(c);
        self.may_contain_all(one)
    }

    /// Adds all characters of another set.
    pub(crate) fn extend(&mut self, other: CharSet) {
        self.0 |= other.0;
    }

    /// Whether all characters of `other` may have been added. Never false if they were.
    pub(crate) fn may_contain_all(self, other: CharSet) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether the two sets may have a common character. Never false if they have.
    #[inline]
    pub(crate) fn may_intersect(self, other: CharSet) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it contains characters, but no ASCII letters and spaces, which nearly all messages
    /// have.
    pub(crate) fn is_rare(self) -> bool {
        let common = (b'a'..=b'z').chain(b'A'..=b'Z').chain([b' ']);
        self.0 & !Self::BEYOND_ASCII != 0 && !common.into_iter().any(|byte| self.0 & 1 << byte != 0)
    }
}
