//! Rejects start positions at which no key begins: [`PrefixFilter`].

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::flat::{BodyBuilder, Part, Rows, Table};
use super::letter_class::{KEY_BYTE_VALUES, LetterClass};
use super::trie::Keys;
use crate::normalize::CharProps;

/// The number of key bytes that are examined.
const LENGTH: usize = 4;

/// The maximum number of characters that are examined to find [`LENGTH`] key bytes without repeats.
const MAX_SQUEEZED: usize = 16;

/// The number of bits per key.
const BITS: usize = 8;

/// A Bloom filter over the first four bytes of each key, with one hash. Of a key whose first character
/// is a [long class](LetterClass::long_of), it has that class instead, and the pair of it and the next
/// one.
///
/// It rejects most start positions with one lookup, without touching the trie. It may accept
/// positions at which no key begins, and never rejects one at which a key begins.
///
/// Example: of `мразь` it has `м` and `мр`, so that `мир` is rejected.
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
    /// The first bytes of all keys, one bit each.
    first: u32,
    /// For each first byte of a key, the second bytes, one bit each.
    second: [u32; KEY_BYTE_VALUES as usize],
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

    /// Returns the index of the bit of a long class and what follows it.
    #[inline]
    fn hash_long(&self, first: u16, next: Next) -> usize {
        let next = match next {
            Next::Anything => 0,
            Next::NotLong => 1,
            Next::Long(class) => u32::from(class),
        };
        let word = u32::from(first) << 16 | next;
        word.wrapping_mul(0x85EB_CA6B).wrapping_shr(self.shift) as usize
    }

    /// Returns the index of the bit of a prefix.
    #[inline]
    fn hash(&self, prefix: [u8; LENGTH]) -> usize {
        let word = prefix.into_iter().fold(0, |word, byte| word << 5 | u32::from(byte));
        word.wrapping_mul(0x9E37_79B1).wrapping_shr(self.shift) as usize
    }
}

/// What follows a long class at the beginning of a key.
#[derive(Clone, Copy)]
enum Next {
    Anything,
    /// The end of the key, or a class that is not long.
    NotLong,
    /// A long class.
    Long(u16),
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
            first: 0,
            second: [0; KEY_BYTE_VALUES as usize],
            squeezes,
        };
        for item in items {
            filter.first |= keys.key(item).first().map_or(0, |&byte| 1 << byte);
            if let Some((first, rest)) = LetterClass::long_of(keys.key(item)) {
                let next = LetterClass::long_of(rest).map_or(Next::NotLong, |it| Next::Long(it.0));
                for next in [Next::Anything, next] {
                    let hash = filter.hash_long(first, next);
                    bits[hash / 32] |= 1 << (hash % 32);
                }
                continue;
            }
            match *keys.key(item) {
                [first, second, ..] => filter.second[usize::from(first)] |= 1 << second,
                [first] => filter.second[usize::from(first)] = u32::MAX,
                [] => {}
            }
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

    /// Whether a key may begin at byte `at`, where a character begins.
    #[inline]
    pub(super) fn may_begin(&self, text: &str, at: usize) -> bool {
        let &[first, second, ..] = &text.as_bytes()[at..] else { return true };
        self.may_begin_with_pair(first, second) && self.may_begin_with(text, at)
    }

    /// Returns the first position at or after byte `from` at which a key may begin, judged by two bytes.
    #[inline]
    pub(super) fn next(&self, text: &[u8], from: usize) -> Option<usize> {
        let last = text.len().checked_sub(1).filter(|&last| from <= last)?;
        let mut pairs = text[from..].windows(2);
        let next = pairs.position(|pair| self.may_begin_with_pair(pair[0], pair[1]));
        Some(next.map_or(last, |next| from + next))
    }

    /// Whether a key may begin with two bytes of a text. Most pairs of letters begin none of a few
    /// hundred keys.
    #[inline]
    fn may_begin_with_pair(&self, first: u8, second: u8) -> bool {
        let (a, b) =
            (LetterClass::unambiguous_key_byte(first), LetterClass::unambiguous_key_byte(second));
        if (a | b) & LetterClass::NO_KEY_BYTE == 0 {
            return self.parts.second[usize::from(a)] >> b & 1 != 0
                || (self.parts.squeezes && a == b);
        }
        match first {
            // Not the first byte of a character.
            0x80..=0xBF => false,
            // None of these characters is written as leet, or for a leet character.
            0xE3.. => self.parts.first & LetterClass::LONG_FIRST_BYTES != 0,
            _ => true,
        }
    }

    /// Like [`may_begin`](PrefixFilter::may_begin), judged by up to four characters.
    pub(super) fn may_begin_with(&self, text: &str, at: usize) -> bool {
        let bytes = text.as_bytes();
        let Some(&[a, b, c, d]) = bytes[at..].first_chunk() else { return true };
        if !a.is_ascii() {
            return match leet_letter(a, b) {
                Some(class) => self.parts.first >> class & 1 != 0,
                None => self.has_long(&text[at..]) || begins_with_leet(&text[at..]),
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
            return self.squeezed(bytes, at).is_none_or(|prefix| self.has(prefix));
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

    /// Whether a key may begin with the character beyond ASCII with which a text begins.
    fn has_long(&self, text: &str) -> bool {
        if self.parts.first & LetterClass::LONG_FIRST_BYTES == 0 {
            return false;
        }
        let mut chars = text.chars();
        let Some(first) = chars.next() else { return true };
        let Some(class) = LetterClass::of(first).as_long() else { return true };
        let has = |next| {
            let hash = self.parts.hash_long(class, next);
            self.bits.get(hash / 32).is_none_or(|[bits]| bits >> (hash % 32) & 1 != 0)
        };
        // A mark or symbol may be read in several ways, and a letter may be repeated.
        let next = chars.next().filter(|&c| CharProps::of(c).is_letter());
        let next = next.and_then(|c| LetterClass::of(c).as_long()).filter(|&next| next != class);
        has(Next::Anything) && next.is_none_or(|next| has(Next::Long(next)) || has(Next::NotLong))
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
fn begins_with_leet(text: &str) -> bool {
    text.starts_with(['€', '£'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_keys_pass() {
        let words = ["badword", "ab", "x", "kill", "b d", "мразь", "傻瓜", "死"];
        let text = |word: &str| word.replace(' ', "\u{1}");
        let mut keys: Vec<Vec<u8>> = Vec::new();
        for word in words {
            keys.push(text(word).chars().flat_map(|c| LetterClass::of(c).key_bytes()).collect());
        }
        let mut body = BodyBuilder::default();
        let parts = PrefixFilter::build(&keys, 0..keys.len(), true, &mut body);
        let body = body.finish();
        let filter = parts.of(&body);
        for passes in [
            "badword",
            "b4dw",
            "baad",
            "abcd",
            "xyzw",
            "k1llo",
            "b d e",
            "b$dw",
            "badé",
            "bad",
            "мразь",
            "ммразь",
            "м*азь",
            "傻瓜",
            "死",
            "死亡",
            "死x",
            "м",
        ] {
            assert!(filter.may_begin(&text(passes), 0), "{passes}");
        }
        let rest = [
            "qwer", "badx", "bawd", "bade", "cabd", "wxyz", "2468", "kiln", "other", "мир", "傻子",
            "好好",
        ];
        let passing = rest.iter().filter(|word| filter.may_begin(word, 0)).count();
        assert!(passing < rest.len() / 2, "{passing}");
    }
}
