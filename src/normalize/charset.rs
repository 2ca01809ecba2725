//! Constant-size, approximate sets of characters: [`CharSet`].

use serde::{Deserialize, Serialize};

/// A set of characters: a bit for each in ASCII, and 32 bits that the others share, by their lowest
/// five bits. So it may report characters that were not added.
///
/// Example: a set with 🖕 (U+1F595) also reports ⌕ (U+2315), but no letter of ASCII.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CharSet {
    ascii: u128,
    others: u32,
}

impl CharSet {
    /// The empty set.
    pub(crate) const NONE: CharSet = CharSet { ascii: 0, others: 0 };

    /// Returns the set of the characters of an ASCII text.
    pub(crate) const fn of_ascii(text: &str) -> CharSet {
        assert!(text.is_ascii());
        let mut ascii = 0;
        let mut at = 0;
        while at < text.len() {
            ascii |= 1 << text.as_bytes()[at];
            at += 1;
        }
        CharSet { ascii, others: 0 }
    }

    /// Adds a character.
    #[inline]
    pub(crate) fn add(&mut self, c: char) {
        let code = u32::from(c);
        match c.is_ascii() {
            true => self.ascii |= 1 << code,
            false => self.others |= 1 << (code % u32::BITS),
        }
    }

    /// Whether a character may have been added. Never false if it was.
    pub(crate) fn may_contain(self, c: char) -> bool {
        let mut one = CharSet::NONE;
        one.add(c);
        self.may_contain_all(one)
    }

    /// Adds all characters of another set.
    pub(crate) fn extend(&mut self, other: CharSet) {
        self.ascii |= other.ascii;
        self.others |= other.others;
    }

    /// Whether all characters of `other` may have been added. Never false if they were.
    pub(crate) fn may_contain_all(self, other: CharSet) -> bool {
        other.ascii & !self.ascii == 0 && other.others & !self.others == 0
    }

    /// Whether the two sets may have a common character. Never false if they have.
    #[inline]
    pub(crate) fn may_intersect(self, other: CharSet) -> bool {
        self.ascii & other.ascii != 0 || self.others & other.others != 0
    }

    /// Whether it contains ASCII characters, but no letters and spaces, which nearly all messages
    /// have.
    pub(crate) fn is_rare(self) -> bool {
        let common = (b'a'..=b'z').chain(b'A'..=b'Z').chain([b' ']);
        self.ascii != 0 && !common.into_iter().any(|byte| self.ascii & 1 << byte != 0)
    }
}
