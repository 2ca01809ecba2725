//! Which places of a text begin no key: [`PrefixFilter`].

use std::ops::Range;

use super::letter_class::{KEY_BYTE_VALUES, LetterClass};
use super::trie::Keys;

/// How many characters are looked at.
const LENGTH: usize = 4;

/// Characters among which so many different ones in a row are looked for.
const MAX_SQUEEZED: usize = 16;

/// Bits for each key; as many as that keep nine places of ten from being looked at more closely.
const BITS: usize = 8;

/// A set of the beginnings of keys, which may hold more than was put in.
///
/// Most words of a message begin as no entry does, and one look at a small table tells.
pub(super) struct PrefixFilter {
    /// A bit for each hash.
    bits: Vec<u64>,
    /// What is left of a product of 32 bits.
    shift: u32,
    /// For the first code of a key that is shorter, the second ones.
    short: [u32; KEY_BYTE_VALUES as usize],
    /// Whether a key begins with a character beyond ASCII.
    long: bool,
    /// Whether a code that stands twice in a row may be one of a key.
    squeezes: bool,
}

impl PrefixFilter {
    /// Takes the keys of the items in that range.
    pub(super) fn new(keys: &impl Keys, items: Range<usize>, squeezes: bool) -> PrefixFilter {
        let size = (items.len() * BITS).next_power_of_two().max(64);
        let mut filter = PrefixFilter {
            bits: vec![0; size / 64],
            shift: u32::BITS - size.trailing_zeros(),
            short: [0; KEY_BYTE_VALUES as usize],
            long: false,
            squeezes,
        };
        for item in items {
            filter.long |= keys.key(item).first().is_some_and(|&step| LetterClass::is_long(step));
            match *keys.key(item) {
                [a, b, c, d, ..] => filter.add([a, b, c, d]),
                [first] => filter.short[usize::from(first)] = u32::MAX,
                [first, second, ..] => filter.short[usize::from(first)] |= 1 << second,
                [] => {}
            }
        }
        filter
    }

    /// The heap memory, in bytes.
    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.bits)
    }

    fn add(&mut self, steps: [u8; LENGTH]) {
        let hash = self.hash(steps);
        self.bits[hash / 64] |= 1 << (hash % 64);
    }

    #[inline]
    fn hash(&self, steps: [u8; LENGTH]) -> usize {
        let word = steps.into_iter().fold(0, |word, step| word << 5 | u32::from(step));
        (word.wrapping_mul(0x9E37_79B1) >> self.shift) as usize
    }

    /// Whether a key may begin at byte `at`; never false if one does.
    #[inline]
    pub(super) fn may_begin(&self, text: &[u8], at: usize) -> bool {
        let Some(&[a, b, c, d]) = text.get(at..).and_then(<[u8]>::first_chunk) else { return true };
        if !a.is_ascii() {
            return self.long || is_sign(&text[at..]);
        }
        let [b, c, d] = [b, c, d].map(LetterClass::unambiguous_key_byte);
        let steps = [LetterClass::first_key_byte_of(a), b, c, d];
        let [a, ..] = steps;
        // What may be several things is left to the exact search.
        if (a | b | c | d) & LetterClass::NO_KEY_BYTE != 0 {
            return true;
        }
        if self.squeezes && (a == b || b == c || c == d) {
            return self.squeezed(text, at).is_none_or(|steps| self.has(steps));
        }
        self.has(steps)
    }

    #[inline]
    fn has(&self, steps: [u8; LENGTH]) -> bool {
        let hash = self.hash(steps);
        let [a, b, ..] = steps;
        let is_in = self.bits[hash / 64] >> (hash % 64) & 1 != 0;
        is_in || self.short[usize::from(a)] >> b & 1 != 0
    }

    /// The first steps of which no two in a row are the same; nothing if they cannot be told.
    fn squeezed(&self, text: &[u8], at: usize) -> Option<[u8; LENGTH]> {
        let mut steps = [LetterClass::first_key_byte_of(text[at]); LENGTH];
        let mut count = 1;
        let rest = text[at + 1..].iter().take(MAX_SQUEEZED);
        for step in rest.map(|&byte| LetterClass::unambiguous_key_byte(byte)) {
            if step & LetterClass::NO_KEY_BYTE != 0 {
                return None;
            }
            if step != steps[count - 1] {
                steps[count] = step;
                count += 1;
            }
            if count == LENGTH {
                return Some(steps);
            }
        }
        None
    }
}

/// Whether a text begins with a sign beyond ASCII that may be a letter.
fn is_sign(text: &[u8]) -> bool {
    ["€", "£"].iter().any(|sign| text.starts_with(sign.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_key_passes() {
        let words = ["badword", "ab", "x", "kill", "b d"];
        let text = |word: &str| word.replace(' ', "\u{1}");
        let mut keys: Vec<Vec<u8>> = Vec::new();
        for word in words {
            keys.push(text(word).chars().flat_map(|c| LetterClass::of(c).key_bytes()).collect());
        }
        let filter = PrefixFilter::new(&keys, 0..keys.len(), true);
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
