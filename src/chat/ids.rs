//! New IDs and tokens: [`Identifiers`].

/// What an ID is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum New {
    /// A room.
    Room,
    /// A logging configuration.
    Logging,
    /// A message, an event or an error.
    Frame,
    /// A chat token.
    Token,
}

/// Creates IDs and tokens, none twice.
pub trait Identifiers {
    /// Returns 12 letters and digits; for a token, more.
    fn create(&mut self, what: New) -> String;
}

/// IDs from random bytes.
#[derive(Clone, Debug)]
pub struct RandomIds<F> {
    /// Fills a buffer with random bytes.
    fill: F,
}

/// The characters of IDs.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl<F: FnMut(&mut [u8])> RandomIds<F> {
    /// IDs from the bytes with which `fill` fills a buffer.
    pub fn new(fill: F) -> RandomIds<F> {
        RandomIds { fill }
    }

    /// A character needs 6 of 8 bits. Those beyond the alphabet are drawn again, so that each
    /// character has the same probability.
    fn text(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length);
        let mut bytes = [0; 64];
        // With a source that has only bytes beyond the alphabet, this would not end.
        for _ in 0..1_000 {
            (self.fill)(&mut bytes);
            let characters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63)));
            text.extend(characters.take(length - text.len()).copied().map(char::from));
            if text.len() == length {
                break;
            }
        }
        text
    }
}

impl<F: FnMut(&mut [u8])> Identifiers for RandomIds<F> {
    fn create(&mut self, what: New) -> String {
        match what {
            New::Room | New::Logging | New::Frame => self.text(12),
            // 256 bits. Only characters that a WebSocket sub-protocol may have.
            New::Token => self.text(43),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_letters_and_digits() {
        let mut next = 0_u8;
        let mut ids = RandomIds::new(|bytes: &mut [u8]| {
            for byte in bytes {
                next = next.wrapping_add(37);
                *byte = next;
            }
        });
        for (what, length) in
            [(New::Room, 12), (New::Logging, 12), (New::Frame, 12), (New::Token, 43)]
        {
            let id = ids.create(what);
            assert_eq!(id.len(), length);
            assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        }
    }
}
