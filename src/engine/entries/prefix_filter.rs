//! Rejects start positions at which no key begins: [`PrefixFilter`].

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::flat::{BodyBuilder, Part, Rows, Table};
use super::letter_class::{KEY_BYTE_VALUES, LetterClass};
use super::trie::Keys;

/// The number of key bytes that are examined.
const LENGTH: usize = 4;

/// The maximum number of characters that are examined to find [`LENGTH`] key bytes without repeats.
const MAX_SQUEEZED: usize = 16;

/// The number of bits per key.
const BITS: usize = 8;

/// A Bloom filter over the first four bytes of each key, with one hash.
///
/// It rejects most start positions with one lookup, without touching the trie. It may accept
/// positions at which no key begins, and never rejects one at which a key begins.
#[derive(Clone, Copy)]
pub(super) struct PrefixFilter<'d> {
    /// A bit for each hash.
    bits: Rows<'d, 1>,
    parts: &'d PrefixFilterParts,
}

/// What a [`PrefixFilter`] has besides its bits, and where these are in a body.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PrefixFilterParts {
    bits: Table<1>,
    /// How far a hash of 32 bits is shifted to get the index of a bit.
    shift: u32,
    /// For each first byte of a key shorter than four, the second bytes, one bit each.
    short: [u32; KEY_BYTE_VALUES as usize],
    /// Whether a key begins with a class of three key bytes.
    long: bool,
    /// The first bytes of all keys, one bit each.
    first: u32,
    /// Whether a text may repeat the characters of a key.
    squeezes: bool,
}

impl PrefixFilterParts {
    pub(super) fn of<'d>(&'d self, body: &'d [u8]) -> PrefixFilter<'d> {
        PrefixFilter { bits: self.bits.of(body), parts: self }
    }

    pub(super) fn part(&self) -> Part {
        self.bits.0
    }

    /// Returns the index of the bit of a prefix.
    #[inline]
    fn hash(&self, prefix: [u8; LENGTH]) -> usize {
        let word = prefix.into_iter().fold(0, |word, byte| word << 5 | u32::from(byte));
        word.wrapping_mul(0x9E37_79B1).wrapping_shr(self.shift) as usize
    }
}

impl PrefixFilter<'_> {
    /// Builds the filter of the keys of `items`.
    pub(super) fn build(
        keys: &impl Keys,
        items: Range<usize>,
        squeezes: bool,
        body: &mut BodyBuilder,
    ) -> PrefixFilterParts {
        let size = (items.len() * BITS).next_power_of_two().max(64);
        let mut bits = vec![0_u32; size / 32];
        let mut filter = PrefixFilterParts {
            bits: Table::default(),
            shift: u32::BITS - size.trailing_zeros(),
            short: [0; KEY_BYTE_VALUES as usize],
            long: false,
            first: 0,
            squeezes,
        };
        for item in items {
            filter.long |= keys.key(item).first().is_some_and(|&byte| LetterClass::is_long(byte));
            filter.first |= keys.key(item).first().map_or(0, |&byte| 1 << byte);
            match *keys.key(item) {
                [a, b, c, d, ..] => {
                    let hash = filter.hash([a, b, c, d]);
                    bits[hash / 32] |= 1 << (hash % 32);
                }
                [first] => filter.short[usize::from(first)] = u32::MAX,
                [first, second, ..] => filter.short[usize::from(first)] |= 1 << second,
                [] => {}
            }
        }
        filter.bits = body.table(bits.into_iter().map(|bits| [bits]));
        filter
    }

    /// Whether a key may begin at byte `at`.
    #[inline]
    pub(super) fn may_begin(&self, text: &[u8], at: usize) -> bool {
        let Some(&[a, b, c, d]) = text.get(at..).and_then(<[u8]>::first_chunk) else { return true };
        if !a.is_ascii() {
            return match leet_letter(a, b) {
                Some(class) => self.parts.first >> class & 1 != 0,
                None => self.parts.long || begins_with_leet(&text[at..]),
            };
        }
        let a = LetterClass::first_key_byte_of(a);
        // The first character has one class, and short lists begin with few of them.
        if a != LetterClass::NO_KEY_BYTE && self.parts.first >> a & 1 == 0 {
            return false;
        }
        let [b, c, d] = [b, c, d].map(LetterClass::unambiguous_key_byte);
        let prefix = [a, b, c, d];
        // Characters with several readings are left to the walk.
        if (a | b | c | d) & LetterClass::NO_KEY_BYTE != 0 {
            return true;
        }
        if self.parts.squeezes && (a == b || b == c || c == d) {
            return self.squeezed(text, at).is_none_or(|prefix| self.has(prefix));
        }
        self.has(prefix)
    }

    #[inline]
    fn has(&self, prefix: [u8; LENGTH]) -> bool {
        let hash = self.parts.hash(prefix);
        let [a, b, ..] = prefix;
        let is_in = self.bits.get(hash / 32).is_none_or(|[bits]| bits >> (hash % 32) & 1 != 0);
        is_in || self.parts.short[usize::from(a)] >> b & 1 != 0
    }

    /// Returns the first key bytes without adjacent repeats; `None` if there are characters with
    /// several readings among them, or too many repeats.
    fn squeezed(&self, text: &[u8], at: usize) -> Option<[u8; LENGTH]> {
        let mut prefix = [LetterClass::first_key_byte_of(text[at]); LENGTH];
        let mut count = 1;
        let rest = text[at + 1..].iter().take(MAX_SQUEEZED);
        for byte in rest.map(|&byte| LetterClass::unambiguous_key_byte(byte)) {
            if byte & LetterClass::NO_KEY_BYTE != 0 {
                return None;
            }
            if byte != prefix[count - 1] {
                prefix[count] = byte;
                count += 1;
            }
            if count == LENGTH {
                return Some(prefix);
            }
        }
        None
    }
}

/// Returns the class of the letter with the first bytes `a` and `b`, if leet characters are written
/// for it.
fn leet_letter(a: u8, b: u8) -> Option<u8> {
    let c = char::from_u32((u32::from(a) & 0x1F) << 6 | u32::from(b) & 0x3F);
    c.filter(|_| a & 0xE0 == 0xC0).and_then(LetterClass::of_leet_letter)
}

/// Whether a text begins with a leet character beyond ASCII.
fn begins_with_leet(text: &[u8]) -> bool {
    ["€", "£"].iter().any(|symbol| text.starts_with(symbol.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_keys_pass() {
        let words = ["badword", "ab", "x", "kill", "b d"];
        let text = |word: &str| word.replace(' ', "\u{1}");
        let mut keys: Vec<Vec<u8>> = Vec::new();
        for word in words {
            keys.push(text(word).chars().flat_map(|c| LetterClass::of(c).key_bytes()).collect());
        }
        let mut body = BodyBuilder::default();
        let parts = PrefixFilter::build(&keys, 0..keys.len(), true, &mut body);
        let body = body.finish();
        let filter = parts.of(&body);
        for passes in
            ["badword", "b4dw", "baad", "abcd", "xyzw", "k1llo", "b d e", "b$dw", "badé", "bad"]
        {
            assert!(filter.may_begin(text(passes).as_bytes(), 0), "{passes}");
        }
        let rest = ["qwer", "badx", "bawd", "bade", "cabd", "wxyz", "2468", "kiln", "other"];
        let passing = rest.iter().filter(|word| filter.may_begin(word.as_bytes(), 0)).count();
        assert!(passing < rest.len() / 2, "{passing}");
    }
}
