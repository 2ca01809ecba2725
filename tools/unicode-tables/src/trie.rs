//! The entries as a two-stage table: an index of blocks, with equal blocks stored once.

use std::collections::HashMap;
use std::ops::Range;

use crate::layout::{DEFAULT, DROP};

/// A range far after all other entries, of which all are default ignorable: the index ends before
/// it.
pub(crate) const IGNORABLE: Range<usize> = 0xe0000..0xe1000;

/// Block sizes worth trying, as powers of two.
const SHIFTS: [u32; 2] = [6, 7];

pub(crate) struct Trie {
    pub(crate) shift: u32,
    /// Block numbers, up to the last block before [`IGNORABLE`] that is not all default.
    pub(crate) index: Vec<u16>,
    pub(crate) blocks: Vec<u32>,
}

impl Trie {
    pub(crate) fn smallest(entries: &[u32]) -> Self {
        SHIFTS
            .into_iter()
            .map(|shift| Self::pack(entries, shift))
            .min_by_key(Self::bytes)
            .expect("there are sizes to try")
    }

    fn pack(entries: &[u32], shift: u32) -> Self {
        let (entries, rest) = entries.split_at(entries.len().min(IGNORABLE.start));
        for (c, &entry) in (IGNORABLE.start..).zip(rest) {
            let expected = if IGNORABLE.contains(&c) { DROP } else { DEFAULT };
            assert_eq!(entry, expected, "U+{c:04X} is not in the index");
        }
        let end = entries.iter().rposition(|&e| e != DEFAULT).map_or(0, |last| last + 1);
        let size = 1 << shift;
        let mut trie = Self { shift, index: Vec::new(), blocks: Vec::new() };
        let mut known = HashMap::new();
        for block in entries[..end.next_multiple_of(size)].chunks(size) {
            let number = *known.entry(block).or_insert_with(|| {
                trie.blocks.extend(block);
                trie.blocks.len() / size - 1
            });
            trie.index.push(u16::try_from(number).expect("blocks can be numbered in 16 bits"));
        }
        trie
    }

    /// The first code point past the index.
    pub(crate) fn limit(&self) -> usize {
        self.index.len() << self.shift
    }

    pub(crate) fn index_bytes(&self) -> usize {
        size_of_val(self.index.as_slice())
    }

    pub(crate) fn block_bytes(&self) -> usize {
        size_of_val(self.blocks.as_slice())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.index_bytes() + self.block_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_entries_are_found() {
        let mut entries = vec![DEFAULT; 1000];
        entries[3] = 5;
        entries[64 + 3] = 5;
        entries[300] = 7;
        for shift in SHIFTS {
            let trie = Trie::pack(&entries, shift);
            assert_eq!(trie.limit(), 301_usize.next_multiple_of(1 << shift));
            for (c, &entry) in entries.iter().enumerate().take(trie.limit()) {
                let block = usize::from(trie.index[c >> shift]);
                assert_eq!(trie.blocks[(block << shift) + c % (1 << shift)], entry);
            }
        }
        assert_eq!(Trie::pack(&entries, 6).index, [0, 0, 1, 1, 2]);
    }
}
