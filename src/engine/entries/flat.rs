//! Arrays in a byte string, read in place: [`Table`], [`Part`] and [`Reader`].
//!
//! What a search reads of the entries (tries, filters, entries, texts) is one byte string, the
//! *body*, so that a file with it can be mapped and searched without being read first. It consists
//! of bytes and of rows of little-endian words of 32 bits, without alignment, and is the same on
//! every machine.
//!
//! A body may be damaged. Every access is checked, and what is outside of a body is absent.

use serde::{Deserialize, Serialize};

/// A body under construction.
#[derive(Default)]
pub(super) struct BodyBuilder {
    bytes: Vec<u8>,
}

impl BodyBuilder {
    /// Adds bytes.
    pub(super) fn part(&mut self, bytes: &[u8]) -> Part {
        let start = self.bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        Part { start, length: bytes.len() as u64 }
    }

    /// Adds rows of `N` words.
    pub(super) fn table<const N: usize>(
        &mut self,
        rows: impl ExactSizeIterator<Item = [u32; N]>,
    ) -> Table<N> {
        let start = self.bytes.len() as u64;
        let length = rows.len() * N * size_of::<u32>();
        self.bytes.reserve_exact(length);
        for row in rows {
            self.bytes.extend(row.into_iter().flat_map(u32::to_le_bytes));
        }
        Table(Part { start, length: length as u64 })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.shrink_to_fit();
        self.bytes
    }
}

/// The position of some bytes in a body.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Part {
    start: u64,
    length: u64,
}

impl Part {
    /// Returns the bytes; none if they are not in the body.
    #[inline]
    pub(super) fn of(self, body: &[u8]) -> &[u8] {
        let (start, length) = (self.start as usize, self.length as usize);
        body.get(start..start.wrapping_add(length)).unwrap_or_default()
    }

    /// Returns the number of bytes.
    pub(super) fn len(self) -> usize {
        self.length as usize
    }

    /// Whether a body of this length contains the part.
    pub(super) fn is_inside(self, length: usize) -> bool {
        self.start.checked_add(self.length).is_some_and(|end| end <= length as u64)
    }
}

/// The position of some rows of `N` words in a body.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Table<const N: usize>(pub(super) Part);

impl<const N: usize> Table<N> {
    /// Returns the rows; none if they are not in the body.
    #[inline]
    pub(super) fn of(self, body: &[u8]) -> Rows<'_, N> {
        Rows(self.0.of(body).as_chunks().0.as_chunks().0)
    }
}

/// Rows of `N` words in a body.
#[derive(Clone, Copy)]
pub(super) struct Rows<'d, const N: usize>(&'d [[[u8; 4]; N]]);

impl<const N: usize> Default for Rows<'_, N> {
    fn default() -> Self {
        Rows(&[])
    }
}

impl<'d, const N: usize> Rows<'d, N> {
    #[inline]
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Returns a row; `None` if there are not as many.
    #[inline]
    pub(super) fn get(self, index: usize) -> Option<[u32; N]> {
        Some(self.0.get(index)?.map(u32::from_le_bytes))
    }

    pub(super) fn iter(self) -> impl DoubleEndedIterator<Item = [u32; N]> + ExactSizeIterator {
        self.0.iter().map(|row| row.map(u32::from_le_bytes))
    }

    /// Returns some of the rows; none if there are not as many.
    pub(super) fn part(self, start: u32, count: u32) -> Rows<'d, N> {
        let start = start as usize;
        Rows(self.0.get(start..start.wrapping_add(count as usize)).unwrap_or_default())
    }

    /// Returns the index of the first row of which `is_before` is false. Rows for which it is true
    /// come first.
    pub(super) fn partition_point(self, mut is_before: impl FnMut([u32; N]) -> bool) -> usize {
        self.0.partition_point(|row| is_before(row.map(u32::from_le_bytes)))
    }
}

/// Reads bytes and numbers from a part of a body.
#[derive(Clone, Copy)]
pub(super) struct Reader<'d>(pub(super) &'d [u8]);

impl<'d> Reader<'d> {
    /// Returns a number in as many bytes as it needs (a varint, LEB128): seven bits in each, the
    /// lowest first, and the highest bit set in all but the last. 300 is `AC 02`. `None` if the part
    /// ends, or the number has more than 32 bits.
    #[inline]
    pub(super) fn number(&mut self) -> Option<u32> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        if first < 0x80 { Some(first.into()) } else { self.long_number(first) }
    }

    fn long_number(&mut self, first: u8) -> Option<u32> {
        let mut number = u32::from(first & 0x7F);
        for shift in [7, 14, 21, 28] {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let bits = u32::from(byte & 0x7F);
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number).filter(|number| number >> shift == bits);
            }
        }
        None
    }

    /// Returns bytes; `None` if there are not as many.
    #[inline]
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'d [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }
}

/// Adds a number to bytes, as a [`Reader`] reads it.
pub(super) fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_where_they_were_written() {
        let mut builder = BodyBuilder::default();
        let bytes = builder.part(b"odd");
        let table = builder.table([[1, 2], [3, u32::MAX]].into_iter());
        let body = builder.finish();
        assert_eq!((bytes.of(&body), bytes.len()), (&b"odd"[..], 3));
        let rows = table.of(&body);
        assert_eq!((rows.len(), rows.get(1), rows.get(2)), (2, Some([3, u32::MAX]), None));
        assert_eq!(rows.iter().collect::<Vec<_>>(), [[1, 2], [3, u32::MAX]]);
        assert_eq!(rows.part(1, 1).get(0), Some([3, u32::MAX]));
        assert_eq!(rows.partition_point(|[first, _]| first < 3), 1);
    }

    #[test]
    fn numbers_are_read_as_they_were_written() {
        for number in [0, 1, 127, 128, 300, 16_383, 16_384, 1 << 28, u32::MAX - 1, u32::MAX] {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number);
            let mut reader = Reader(&bytes);
            assert_eq!((reader.number(), reader.0.len()), (Some(number), 0));
            assert_eq!(Reader(&bytes[..bytes.len() - 1]).number(), None, "{number}");
        }
        let mut reader = Reader(b"\xAC\x02ab");
        assert_eq!(
            (reader.number(), reader.bytes(3), reader.bytes(2)),
            (Some(300), None, Some(&b"ab"[..]))
        );
        for damaged in [&[0xFF; 5][..], &[0xFF, 0xFF, 0xFF, 0xFF, 0x10], &[0x80; 6]] {
            assert_eq!(Reader(damaged).number(), None);
        }
    }

    /// Positions outside of a body, as a damaged file may have them.
    #[test]
    fn what_is_outside_of_a_body_is_absent() {
        let body = [0; 16];
        for (start, length) in
            [(9, 8), (17, 0), (0, 17), (u64::MAX, 1), (1, u64::MAX), (u64::MAX, u64::MAX)]
        {
            let part = Part { start, length };
            assert!(part.of(&body).is_empty() && !part.is_inside(body.len()), "{part:?}");
            assert!(Table::<2>(part).of(&body).is_empty(), "{part:?}");
        }
        let rows = Table::<2>(Part { start: 0, length: 16 }).of(&body);
        assert!(rows.part(1, 2).is_empty() && rows.part(u32::MAX, u32::MAX).is_empty());
    }
}
