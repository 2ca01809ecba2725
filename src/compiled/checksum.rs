//! The checksum CRC-32 (IEEE 802.3), eight bytes at a time ("slicing by 8", Kounavis and Berry 2005).

/// A CRC-32 of the bytes so far.
pub(super) struct Crc32(u32);

/// For each distance of a byte from the end of eight bytes and each value of it, its remainder.
static REMAINDERS: [[u32; 256]; 8] = {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let (mut crc, mut bit) = (byte as u32, 0);
        while bit < 8 {
            crc = crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0xEDB8_8320 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut distance = 1;
    while distance < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before: u32 = tables[distance - 1][byte];
            tables[distance][byte] = before >> 8 ^ tables[0][(before & 0xFF) as usize];
            byte += 1;
        }
        distance += 1;
    }
    tables
};

impl Default for Crc32 {
    fn default() -> Crc32 {
        Crc32(u32::MAX)
    }
}

impl Crc32 {
    /// Returns the checksum of several byte strings, as of one.
    pub(super) fn of(parts: &[&[u8]]) -> u32 {
        let mut crc = Crc32::default();
        parts.iter().for_each(|part| crc.add(part));
        crc.finish()
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks {
            let word = u64::from_le_bytes(*chunk) ^ u64::from(self.0);
            let remainder = |at: usize| REMAINDERS[7 - at][(word >> (8 * at) & 0xFF) as usize];
            self.0 = (0..8).fold(0, |crc, at| crc ^ remainder(at));
        }
        for &byte in rest {
            self.0 = self.0 >> 8 ^ REMAINDERS[0][usize::from(self.0 as u8 ^ byte)];
        }
    }

    pub(super) fn finish(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_values_of_the_standard() {
        assert_eq!(Crc32::of(&[b"123456789"]), 0xCBF4_3926);
        assert_eq!(Crc32::of(&[b""]), 0);
        assert_eq!(Crc32::of(&[b"The quick brown fox ", b"jumps over the lazy dog"]), 0x414F_A339);
    }
}
