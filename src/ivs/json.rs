//! The bytes that strings of JSON have as they are: [`plain_len`].

/// The length of the prefix in which no byte is `"`, `\` or a control character.
///
/// Eight bytes at a time: in `word - ONES`, a byte that was 0 has its highest bit set, and so has one that was
/// over 0x80, which `!word` sorts out. The borrow of a byte that was 0 may set more of the bits above it, but
/// only the lowest counts.
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
    fn each_byte_is_seen_at_each_place() {
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
