//! Sets of characters that cost nothing to compare: [`CharSet`].

/// A set of characters, which may hold more than was put in: NUL and all beyond ASCII count as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CharSet(u128);

impl CharSet {
    /// No character.
    pub(crate) const NONE: CharSet = CharSet(0);

    const BEYOND_ASCII: u128 = 1;

    /// Puts a character in.
    #[inline]
    pub(crate) fn add(&mut self, c: char) {
        self.0 |= if c.is_ascii() { 1 << u32::from(c) } else { Self::BEYOND_ASCII };
    }

    /// Whether a character was put in, or may have been.
    pub(crate) fn may_contain(self, c: char) -> bool {
        let mut one = CharSet::NONE;
        one.add(c);
        self.may_contain_all(one)
    }

    /// Puts in all characters of another set.
    pub(crate) fn extend(&mut self, other: CharSet) {
        self.0 |= other.0;
    }

    /// Whether all that was put into `other` was, or may have been, put in here.
    pub(crate) fn may_contain_all(self, other: CharSet) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether the two may share a character.
    #[inline]
    pub(crate) fn may_intersect(self, other: CharSet) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there are characters in it, and none that nearly all messages have: letters, spaces.
    pub(crate) fn is_rare(self) -> bool {
        let common = (b'a'..=b'z').chain(b'A'..=b'Z').chain([b' ']);
        self.0 & !Self::BEYOND_ASCII != 0 && !common.into_iter().any(|byte| self.0 & 1 << byte != 0)
    }
}
