//! The parts of a host between its dots: [`Label`].

use super::chars::{Kind, char_at};
use super::separator;

/// A part of a host.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    /// Its bytes in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where what follows it begins: behind its hyphens, if it ends with some.
    pub(super) next: usize,
    /// Whether it has more than one character.
    pub(super) is_long: bool,
    /// Whether it has a letter, one of the Latin ones of ASCII, and one of a script that is written
    /// without spaces.
    pub(super) has_letter: bool,
    pub(super) has_latin: bool,
    pub(super) has_unspaced: bool,
}

/// How a label is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The first of a bare host: it begins where a script without spaces ends.
    First,
    /// Another one of a bare host: it ends where such a script begins.
    Later,
    /// Of a host behind a scheme: whatever it is made of.
    Authority,
}

impl Label {
    /// The label that begins at a byte.
    pub(super) fn read(text: &str, start: usize, place: Place) -> Option<Label> {
        let empty = |start| Label {
            start,
            end: start,
            next: start,
            is_long: false,
            has_letter: false,
            has_latin: false,
            has_unspaced: false,
        };
        let mut label = empty(start);
        let mut count = 0;
        loop {
            if !label.has_unspaced {
                // Nearly all are only that.
                let rest = &text.as_bytes()[label.next..];
                let run = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                if run > 0 {
                    label.has_latin |= rest[..run].iter().any(u8::is_ascii_alphabetic);
                    label.has_letter |= label.has_latin;
                    label.next += run;
                    label.end = label.next;
                    count += run;
                }
            }
            let Some((c, length)) = char_at(text, label.next) else { break };
            if let Some(kind) = Kind::of(c) {
                if place != Place::Authority && count > 0 {
                    let changes = label.has_unspaced != (kind == Kind::Unspaced);
                    if changes && kind != Kind::Mark {
                        if place == Place::Later {
                            break;
                        }
                        // Digits before it go with what stands before them.
                        label = empty(label.next);
                        count = 0;
                    }
                }
                count += usize::from(kind != Kind::Mark);
                label.has_letter |= kind != Kind::Digit;
                label.has_latin |= c.is_ascii_alphabetic();
                label.has_unspaced |= kind == Kind::Unspaced;
                label.next += length;
                label.end = label.next;
            } else if matches!(c, '-' | '_') && label.end > label.start {
                if separator::is_spelled(text, label.next) {
                    break;
                }
                label.next += length;
                count += 1;
            } else {
                break;
            }
        }
        label.is_long = count > 1;
        (label.end > label.start).then_some(label)
    }

    /// Whether it is a word in ASCII, in whatever case.
    pub(super) fn is(self, text: &str, word: &str) -> bool {
        text[self.start..self.end].eq_ignore_ascii_case(word)
    }

    /// Whether it has a capital, and others after it that are none.
    pub(super) fn is_capitalized(self, text: &str) -> bool {
        let bytes = &text.as_bytes()[self.start..self.end];
        bytes[0].is_ascii_uppercase() && bytes[1..].iter().any(u8::is_ascii_lowercase)
    }

    /// Tells its characters.
    pub(super) fn each_char(self, text: &str, mut tell: impl FnMut(char)) {
        let mut at = self.start;
        while let Some((c, length)) = char_at(text, at).filter(|_| at < self.end) {
            tell(c);
            at += length;
        }
    }

    /// Tells its characters, in lower case.
    pub(super) fn each_lower(self, text: &str, mut tell: impl FnMut(char)) {
        self.each_char(text, |c| match c.is_ascii() {
            true => tell(c.to_ascii_lowercase()),
            false => c.to_lowercase().for_each(&mut tell),
        });
    }
}
