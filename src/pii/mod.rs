//! Personal data in a text: what has its shape, and what can be checked about it holds.
//!
//! Each kind is looked for in a file of its own, in time linear in the text. What they are given is
//! in NFKC and without invisible characters, so that digits and signs in full width are as good as
//! others.

mod card;
mod email;
mod ip;
mod phone;

use crate::diagnostic::Location;
use crate::normalize::for_each_key_char;
use crate::span::Span;

/// What finds one kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detector {
    /// E-mail addresses.
    Email,
    /// Telephone numbers, as they are written internationally and in North America.
    Phone,
    /// Numbers of payment cards.
    Card,
    /// Internet addresses, of either version.
    Ip,
}

/// A word of `detect`: personal data to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detect {
    /// Which.
    pub detector: Detector,
    /// Where it stands.
    pub location: Location,
}

impl Detector {
    /// All of them.
    pub const ALL: &[Detector] = &[Detector::Email, Detector::Phone, Detector::Card, Detector::Ip];

    /// The word by which rules call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Detector::Email => "email",
            Detector::Phone => "phone",
            Detector::Card => "card",
            Detector::Ip => "ip",
        }
    }

    /// Tells the places of what it finds in a composed text, in their order.
    pub(crate) fn find(self, text: &str, found: &mut dyn FnMut(Span)) {
        match self {
            Detector::Email => email::find(text, found),
            Detector::Phone => phone::find(text, found),
            Detector::Card => card::find(text, found),
            Detector::Ip => ip::find(text, found),
        }
    }
}

/// What a look at a message as it was sent tells of what may be in it; most have none of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CharCounts {
    digits: usize,
    /// What an `@` begins with, or the bracket in which it or a dot is hidden.
    ats: usize,
    dots: usize,
    colons: usize,
}

impl CharCounts {
    pub(crate) fn of(original: &str) -> CharCounts {
        let mut char_counts = CharCounts::default();
        if original.is_ascii() {
            // In runs that a compiler can make vectors of.
            for part in original.as_bytes().chunks(128) {
                let count = |is: fn(&u8) -> bool| -> usize {
                    usize::from(part.iter().map(|byte| u8::from(is(byte))).sum::<u8>())
                };
                char_counts.digits += count(u8::is_ascii_digit);
                char_counts.ats += count(|&byte| email::is_telling(char::from(byte)));
                char_counts.dots += count(|&byte| byte == b'.');
                char_counts.colons += count(|&byte| byte == b':');
            }
            return char_counts;
        }
        for c in original.chars() {
            for_each_key_char(c, |c| char_counts.add(c));
        }
        char_counts
    }

    fn add(&mut self, c: char) {
        self.digits += usize::from(c.is_ascii_digit());
        self.ats += usize::from(email::is_telling(c));
        self.dots += usize::from(c == '.');
        self.colons += usize::from(c == ':');
    }

    /// Whether a detector may find something.
    pub(crate) fn may_contain(self, detector: Detector) -> bool {
        match detector {
            Detector::Email => self.ats > 0 && self.ats + self.dots > 1,
            Detector::Phone => self.digits >= phone::MIN_DIGITS,
            Detector::Card => self.digits >= card::MIN_DIGITS,
            Detector::Ip => self.digits > 0 && (self.dots >= 3 || self.colons >= 2),
        }
    }
}

/// Whether a character is part of a word or number.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether what stands in front of byte `at` is no part of the same word, number or name: `a1`,
/// `a-1`, `0.1`.
fn opens(text: &str, at: usize) -> bool {
    let mut before = text[..at].chars().rev();
    match before.next() {
        Some('-') => !before.next().is_some_and(is_word),
        Some('.' | ',') => !before.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !is_word(c),
        None => true,
    }
}

/// The same of what stands behind.
fn closes(text: &str, at: usize) -> bool {
    let mut after = text[at..].chars();
    match after.next() {
        Some('-') => !after.next().is_some_and(is_word),
        Some('.' | ',') => !after.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !is_word(c),
        None => true,
    }
}

/// The digits that begin at byte `at`, counted.
fn digits_at(text: &str, at: usize) -> usize {
    text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::Nfkc;

    /// The text with «…» around what a detector finds.
    pub(super) fn marked(detector: Detector, text: &str) -> String {
        let mut spans = Vec::new();
        detector.find(text, &mut |span| spans.push(span));
        let mut marked = text.to_owned();
        for span in spans.into_iter().rev() {
            marked.insert(span.end, '»');
            marked.insert(span.start, '«');
        }
        marked
    }

    #[test]
    fn a_glance_misses_nothing_of_what_is_composed() {
        for c in '\0'..='\u{1FFFF}' {
            let text = c.to_string();
            let char_counts = CharCounts::of(&text);
            let composed = Nfkc::new(&text);
            let count =
                |is: &dyn Fn(char) -> bool| composed.text().chars().filter(|&c| is(c)).count();
            assert!(char_counts.digits >= count(&|c| c.is_ascii_digit()), "{c:?}");
            assert!(char_counts.ats >= count(&email::is_telling), "{c:?}");
            assert!(char_counts.dots >= count(&|c| c == '.'), "{c:?}");
            assert!(char_counts.colons >= count(&|c| c == ':'), "{c:?}");
        }
    }

    #[test]
    fn hostile_texts_take_no_longer_than_others() {
        for piece in [
            "1", "1 ", "1.", ":", "1:", "a@", "a.", "a@a.", "a(at)", "(at)a[.]", "+1", "(2",
            "4111-", "4 ", "202-555-", "::1",
        ] {
            let text = piece.repeat(200_000);
            for &detector in Detector::ALL {
                detector.find(&text, &mut |_| {});
            }
        }
    }
}
