//! The kinds of ASCII characters, by which the fold finds words of ASCII letters and digits: [`Kinds`].

use super::leet;

/// The kinds of an ASCII character, one bit each. Without any it depends on its neighbors, or is not
/// ASCII.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(pub(super) u8);

impl Kinds {
    pub(super) const NONE: Kinds = Kinds(0);
    pub(super) const DIGIT: Kinds = Kinds(1);
    /// Always a separator.
    pub(super) const SEPARATOR: Kinds = Kinds(1 << 1);
    /// A small letter that does not look like a capital.
    pub(super) const SMALL: Kinds = Kinds(1 << 2);
    pub(super) const SMALL_L: Kinds = Kinds(1 << 3);
    /// A capital that does not look like a small letter.
    pub(super) const CAPITAL: Kinds = Kinds(1 << 4);
    pub(super) const CAPITAL_I: Kinds = Kinds(1 << 5);
    /// In addition to its case.
    pub(super) const V: Kinds = Kinds(1 << 6);
    pub(super) const LETTER: Kinds =
        Kinds(Self::SMALL.0 | Self::SMALL_L.0 | Self::CAPITAL.0 | Self::CAPITAL_I.0);
    pub(super) const WORD: Kinds = Kinds(Self::DIGIT.0 | Self::LETTER.0);

    #[inline]
    pub(super) const fn of(byte: u8) -> Kinds {
        ASCII[byte as usize]
    }

    /// Whether it is of one of these kinds.
    #[inline]
    pub(super) const fn is(self, kinds: Kinds) -> bool {
        self.0 & kinds.0 != 0
    }

    /// Whether a word of these kinds has a capital I beside small letters, or a small l among
    /// capitals alone, so that each may be the other: `kiII`, `lDlOT`.
    pub(super) const fn has_bars(self) -> bool {
        let has_small = self.is(Kinds(Self::SMALL.0 | Self::SMALL_L.0));
        (self.is(Self::CAPITAL_I) && has_small)
            || (self.is(Self::SMALL_L) && self.is(Self::CAPITAL) && !self.is(Self::SMALL))
    }
}

/// Returns the end of the ASCII letters and digits that begin at byte `start`, at least one, and their
/// kinds.
#[inline]
pub(super) fn word_end(text: &[u8], start: usize) -> (usize, Kinds) {
    let (mut end, mut all) = (start, 0);
    for &byte in &text[start..] {
        let kinds = Kinds::of(byte);
        if !kinds.is(Kinds::WORD) {
            break;
        }
        all |= kinds.0;
        end += 1;
    }
    (end, Kinds(all))
}

const ASCII: [Kinds; 256] = {
    let mut table = [Kinds::NONE; 256];
    let mut c = 0;
    while c < 128 {
        let byte = c as u8;
        table[c] = match byte {
            b'0'..=b'9' => Kinds::DIGIT,
            b'l' => Kinds::SMALL_L,
            b'I' => Kinds::CAPITAL_I,
            b'v' => Kinds(Kinds::SMALL.0 | Kinds::V.0),
            b'V' => Kinds(Kinds::CAPITAL.0 | Kinds::V.0),
            b'a'..=b'z' => Kinds::SMALL,
            b'A'..=b'Z' => Kinds::CAPITAL,
            b' ' => Kinds::SEPARATOR,
            _ if byte.is_ascii_punctuation() && !is_special(byte) => Kinds::SEPARATOR,
            _ => Kinds::NONE,
        };
        c += 1;
    }
    table
};

const fn is_special(byte: u8) -> bool {
    matches!(byte, b'\'' | b'`') || leet::is_word_symbol(byte as char)
}
