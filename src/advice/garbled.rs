//! Finds text in UTF-8 that was read as Windows-1252 and saved again: [`find`].
//!
//! **Example.** `ó` is the bytes C3 B3 in UTF-8. In Windows-1252 these are `Ã` and `³`, and saved as
//! UTF-8 again, `cabrón` has become `cabrÃ³n`, which no message contains. To undo it, each character
//! is written as its byte in Windows-1252. If that is possible and the bytes are UTF-8, the text was
//! garbled: other text hardly ever happens to be.

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::display_short;
use crate::source::Sources;
use crate::span::Span;

/// The characters of the bytes 0x80 to 0x9F in Windows-1252, with `\0` for those without one.
const WINDOWS_1252: &str = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

/// Returns a warning for each file with garbled lines.
pub(super) fn find(sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, source) in sources.paths() {
        let Ok(bytes) = &sources.get(source).content else { continue };
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let mut first: Option<(Span, String)> = None;
        let (mut lines, mut start) = (0, 0);
        for line in text.split_inclusive('\n') {
            let shown = line.trim_end();
            if let Some(original) = original(shown) {
                lines += 1;
                first.get_or_insert((Span::new(start, start + shown.len()), original));
            }
            start += line.len();
        }
        let Some((span, original)) = first else { continue };
        let message = match lines {
            1 => "garbled text, which was saved in another encoding".to_owned(),
            lines => format!("garbled text in {lines} lines, which was saved in another encoding"),
        };
        let original = display_short(original.trim());
        found.push(
            Diagnostic::new(Code::Encoding, Location { source, span }, message)
                .help(format!("write `{original}`, and save the file as UTF-8")),
        );
    }
    found
}

/// Returns the text before it was garbled; `None` if it was not.
fn original(line: &str) -> Option<String> {
    if line.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = line.chars().map(byte).collect();
    String::from_utf8(bytes?).ok()
}

/// Returns the byte of a character in Windows-1252.
fn byte(c: char) -> Option<u8> {
    u8::try_from(c).ok().or_else(|| {
        let index = WINDOWS_1252.chars().position(|it| it == c)?;
        Some(0x80 + u8::try_from(index).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbled_text_is_restored_and_other_text_is_not_changed() {
        for (garbled, text) in
            [("cabrÃ³n", "cabrón"), ("donâ€™t", "don’t"), ("Ð´ÑƒÑ€Ð°Ðº", "дурак"), ("â‚¬ 5", "€ 5")]
        {
            assert_eq!(original(garbled).as_deref(), Some(text));
        }
        let sound =
            ["cabrón", "don’t", "дурак", "ÇA VA", "São", "naïve café", "Ã", "バカ", "a", "™"];
        for text in sound {
            assert_eq!(original(text), None, "{text}");
        }
    }
}
