//! Encodings of rule files other than UTF-8, and formats that are not rule files at all.
//!
//! Rule files are UTF-8. A byte order mark proves UTF-16, which Windows calls "Unicode", so such a
//! file is converted when it is added to the [`Sources`](crate::source::Sources). Nothing proves any
//! other encoding, so other files are not converted: their lines that are not UTF-8 are reported.

/// The encoding in which a file was saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or unknown.
    #[default]
    Utf8,
    /// UTF-16 with a byte order mark.
    Utf16,
}

const UTF_16_LE: [u8; 2] = [0xFF, 0xFE];
const UTF_16_BE: [u8; 2] = [0xFE, 0xFF];
const UTF_32_LE: [u8; 4] = [0xFF, 0xFE, 0, 0];
const UTF_32_BE: [u8; 4] = [0, 0, 0xFE, 0xFF];

/// Converts a file with the byte order mark of UTF-16 to UTF-8, and returns its encoding. Parts that
/// are not UTF-16 become replacement characters.
pub(crate) fn to_utf8(bytes: &mut Vec<u8>) -> Encoding {
    let unit = match bytes.first_chunk() {
        _ if bytes.starts_with(&UTF_32_LE) => return Encoding::Utf8,
        Some(&UTF_16_LE) => u16::from_le_bytes,
        Some(&UTF_16_BE) => u16::from_be_bytes,
        _ => return Encoding::Utf8,
    };
    let (pairs, rest) = bytes[2..].as_chunks::<2>();
    let units = pairs.iter().map(|&pair| unit(pair));
    let chars = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    let mut text: String = chars.collect();
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    *bytes = text.into_bytes();
    Encoding::Utf16
}

/// A file that is not plain text in UTF-8 at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ForeignFormat {
    /// What it is, as a noun.
    pub(crate) what: &'static str,
    /// How to fix it.
    pub(crate) help: &'static str,
}

/// How to save a text file in another encoding.
pub(crate) const SAVE_AS_UTF_8: &str =
    "open the file in an editor and save it again with the encoding UTF-8";

/// The first bytes of documents and archives.
const DOCUMENTS: [(&[u8], &str); 7] = [
    (b"PK\x03\x04", "a Word, Excel or zip file"),
    (b"\xD0\xCF\x11\xE0", "an old Word or Excel file"),
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1F\x8B", "a gzip file"),
    (b"\x89PNG", "an image"),
    (b"\xFF\xD8\xFF", "an image"),
];

/// Returns what a file is if it is certainly not text in UTF-8.
///
/// UTF-16 without a byte order mark has a zero byte in each ASCII character. In the text of other
/// scripts these are the line breaks and spaces, so a zero byte in a quarter of the first lines is
/// enough.
pub(crate) fn foreign_format(bytes: &[u8]) -> Option<ForeignFormat> {
    if let Some(&(_, what)) = DOCUMENTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        let help = "copy its text into a plain text file, and save that with the encoding UTF-8";
        return Some(ForeignFormat { what, help });
    }
    if bytes.starts_with(&UTF_32_LE) || bytes.starts_with(&UTF_32_BE) {
        return Some(ForeignFormat { what: "UTF-32", help: SAVE_AS_UTF_8 });
    }
    let start = &bytes[..bytes.len().min(1 << 10)];
    let zeros = start.iter().filter(|&&byte| byte == 0).count();
    // The zero bytes of a line break and of what surrounds it.
    let breaks = [&b"\n\0"[..], b"\0\n"];
    let has_wide_break = start.windows(2).any(|pair| breaks.contains(&pair));
    let is_utf_16 = zeros * 4 >= start.len() || (has_wide_break && zeros * 16 >= start.len());
    (zeros > 0 && is_utf_16).then_some(ForeignFormat {
        what: "UTF-16 (\"Unicode\" in Windows) without a byte order mark",
        help: SAVE_AS_UTF_8,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mark = mark.then_some(0xFEFF);
        mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn utf_16_with_a_byte_order_mark_is_converted() {
        for text in ["", "bad\r\nworse\r\n", "дурак\nバカ 😡\n"] {
            for order in [u16::to_le_bytes, u16::to_be_bytes] {
                let mut bytes = utf_16(text, true, order);
                assert_eq!(to_utf8(&mut bytes), Encoding::Utf16);
                assert_eq!(bytes, text.as_bytes());
                let mut bytes = utf_16(text, false, order);
                let before = bytes.clone();
                assert_eq!(to_utf8(&mut bytes), Encoding::Utf8);
                assert_eq!(bytes, before);
            }
        }
        let mut damaged = b"\xFF\xFEa\0\x00\xD8b\0c".to_vec();
        assert_eq!(to_utf8(&mut damaged), Encoding::Utf16);
        assert_eq!(damaged, "a\u{FFFD}b\u{FFFD}".as_bytes());
        let mut utf_32 = b"\xFF\xFE\0\0a\0\0\0".to_vec();
        assert_eq!(to_utf8(&mut utf_32), Encoding::Utf8);
    }

    #[test]
    fn files_of_other_formats_are_recognized() {
        let what = |bytes: &[u8]| foreign_format(bytes).map(|it| it.what);
        for text in ["bad\nworse\n", "дурак дебил\nбаран козёл\n"] {
            for order in [u16::to_le_bytes, u16::to_be_bytes] {
                let found = what(&utf_16(text, false, order));
                assert!(found.is_some_and(|what| what.starts_with("UTF-16")), "{text}");
            }
            assert_eq!(what(text.as_bytes()), None);
        }
        assert_eq!(what(b"\xFF\xFE\0\0a\0\0\0"), Some("UTF-32"));
        assert_eq!(what(b"PK\x03\x04..."), Some("a Word, Excel or zip file"));
        assert_eq!(what(b"{\\rtf1\\ansi bad}"), Some("an RTF file"));
        // One damaged byte is not an encoding.
        assert_eq!(what(format!("bad\0\n{}", "worse\n".repeat(9)).as_bytes()), None);
        assert_eq!(what(b""), None);
    }
}
