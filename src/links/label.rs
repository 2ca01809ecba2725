//! Labels, the parts of a host between its dots: [`Label`].

use super::chars::{LabelChar, char_at};
use super::separator;

/// A part of a host.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    /// Its bytes in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// The position after it and its trailing hyphens.
    pub(super) next: usize,
    /// Whether it has more than one character.
    pub(super) is_long: bool,
    /// Whether it has a letter, an ASCII letter, and a letter of a script without spaces between
    /// words.
    pub(super) has_letter: bool,
    pub(super) has_latin: bool,
    pub(super) has_unspaced: bool,
}

/// The position of a label, which determines where it begins and ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelPosition {
    /// The first label of a bare host: it begins after text in a script without spaces.
    First,
    /// Another label of a bare host: it ends before such text.
    Later,
    /// A label of a host after a scheme: any characters of labels.
    Authority,
}

impl Label {
    /// Reads the label that begins at a byte.
    pub(super) fn read(text: &str, start: usize, position: LabelPosition) -> Option<Label> {
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
                // The most common case.
                let rest = &text.as_bytes()[label.next..];
                let mut run = 0;
                loop {
                    let is_run = |byte: &&u8| byte.is_ascii_alphanumeric() && **byte != b'D';
                    run += rest[run..].iter().take_while(is_run).count();
                    // `exampleDOTcom`
                    if rest.get(run) != Some(&b'D') || separator::is_joined_word(rest, run) {
                        break;
                    }
                    run += 1;
                }
                if run > 0 {
                    label.has_latin |= rest[..run].iter().any(u8::is_ascii_alphabetic);
                    label.has_letter |= label.has_latin;
                    label.next += run;
                    label.end = label.next;
                    count += run;
                }
                let ends_at_dot = match text.as_bytes().get(label.next) {
                    Some(b'D') => true,
                    Some(byte) if !byte.is_ascii() => separator::is_letter_dot(text, label.next),
                    _ => false,
                };
                if run > 0 && ends_at_dot {
                    break;
                }
            }
            let Some((c, length)) = char_at(text, label.next) else { break };
            if let Some(kind) = LabelChar::of(c) {
                if position != LabelPosition::Authority && count > 0 {
                    let changes = label.has_unspaced != (kind == LabelChar::Unspaced);
                    if changes && kind != LabelChar::Mark {
                        if position == LabelPosition::Later {
                            break;
                        }
                        // Digits before it belong to the text before them.
                        label = empty(label.next);
                        count = 0;
                    }
                }
                count += usize::from(kind != LabelChar::Mark);
                label.has_letter |= kind != LabelChar::Digit;
                label.has_latin |= c.is_ascii_alphabetic();
                label.has_unspaced |= kind == LabelChar::Unspaced;
                label.next += length;
                label.end = label.next;
            } else if matches!(c, '-' | '_') && label.end > label.start {
                if separator::is_delimited_dot(text, label.next) {
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

    /// Whether it is an ASCII word, in any case.
    pub(super) fn is(self, text: &str, word: &str) -> bool {
        text[self.start..self.end].eq_ignore_ascii_case(word)
    }

    /// Whether it is a word in any script and case.
    pub(super) fn is_lower(self, text: &str, word: &str) -> bool {
        let label = text[self.start..self.end].chars();
        label.flat_map(char::to_lowercase).eq(word.chars())
    }

    /// Whether it may be a word in another script than Latin: not of two letters in Greek or
    /// Cyrillic.
    pub(super) fn is_foreign_word(self, text: &str) -> bool {
        let label = &text[self.start..self.end];
        let is_long = || label.chars().nth(2).is_some() || label.contains(|c| c > '\u{52F}');
        !self.has_latin && !label.is_ascii() && is_long()
    }

    /// Whether it begins with a capital and contains small letters.
    pub(super) fn is_capitalized(self, text: &str) -> bool {
        let mut chars = text[self.start..self.end].chars();
        chars.next().is_some_and(char::is_uppercase) && chars.any(char::is_lowercase)
    }

    /// Calls `visit` with each of its characters.
    pub(super) fn each_char(self, text: &str, mut visit: impl FnMut(char)) {
        let mut at = self.start;
        while let Some((c, length)) = char_at(text, at).filter(|_| at < self.end) {
            visit(c);
            at += length;
        }
    }

    /// Calls `visit` with each of its characters in lower case.
    pub(super) fn each_lower(self, text: &str, mut visit: impl FnMut(char)) {
        self.each_char(text, |c| match c.is_ascii() {
            true => visit(c.to_ascii_lowercase()),
            false => c.to_lowercase().for_each(&mut visit),
        });
    }
}
