//! Finds bytes that need no escape in JSON strings: [`plain_len`].

/// The length of the prefix without `"`, `\` and control characters.
///
/// Compares eight bytes at a time. In `word - ONES`, the highest bit is set of each byte that was
/// 0, and of each byte above 0x80, which `!word` excludes. The borrow of a byte that was 0 may set
/// bits above it, but only the lowest set bit is used.
#[inline]
pub(crate) fn plain_len(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const fn all(byte: u8) -> u64 {
        ONES * byte as u64
    }
    let (words, rest) = bytes.as_chunks::<8>();
    for (i, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let (quote, backslash) = (word ^ all(b'"'), word ^ all(b'\\'));
        let found = word.wrapping_sub(all(0x20)) & !word
            | quote.wrapping_sub(ONES) & !quote
            | backslash.wrapping_sub(ONES) & !backslash;
        let found = found & all(0x80);
        if found != 0 {
            return i * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..0x20);
    bytes.len() - rest.len() + rest.iter().take_while(is_plain).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_classified_at_each_offset() {
        for byte in 0..=u8::MAX {
            let is_plain = byte >= 0x20 && byte != b'"' && byte != b'\\';
            for length in 1..20 {
                for at in 0..length {
                    for around in [b'x', 0x80, 0xFF, 0x21, b']'] {
                        let mut bytes = vec![around; length];
                        bytes[at] = byte;
                        assert_eq!(plain_len(&bytes), if is_plain { length } else { at });
                    }
                }
            }
        }
    }
}
