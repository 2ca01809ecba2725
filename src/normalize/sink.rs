//! Where the fold writes to: a text alone for each message, or units with their origin for the
//! few messages in which something was found.

use super::charset::CharSet;
use super::folded::Folded;
use super::props::CharProps;
use crate::span::Span;

/// A text under construction. Positions count in the output's own measure and are only handed back.
pub(super) trait FoldSink {
    /// Makes it empty.
    fn clear(&mut self);
    /// Where the next character will stand.
    fn end(&self) -> usize;
    /// Appends a character that stands for the bytes `from` of the original.
    fn push(&mut self, c: char, from: Span);
    /// Appends letters and digits in ASCII, in lower case, the first of which stands at byte `at` of the
    /// original.
    fn push_ascii(&mut self, word: &str, at: usize);
    /// Appends letters as they stand, the first of them at byte `at` of the original.
    fn push_letters(&mut self, letters: &str, at: usize);
    /// The character before position `at` and where it stands.
    fn before(&self, at: usize) -> Option<(char, usize)>;
    /// Puts a mark at position `at`, before what stands there.
    fn insert(&mut self, at: usize, mark: char, from: Span);
    /// Takes the last character back, which is there, and tells what it stood for to an output that
    /// keeps it.
    fn pop(&mut self) -> Span;
    /// Removes all nonspacing marks at or after position `at`.
    fn remove_nonspacing(&mut self, at: usize);
    /// Notes that a word may begin with the character that comes after so many bytes more.
    fn note_start(&mut self, after: usize);
    /// Notes that what was appended since position `start` was read out of a symbol.
    fn note_symbol(&mut self, start: usize);
    /// Notes that the last letter was read as the one it looks like.
    fn note_confusable(&mut self);
    /// Notes that three words of one character may stand in a row.
    fn note_spaced_letters(&mut self);
}

impl FoldSink for Folded {
    fn clear(&mut self) {
        self.text.clear();
        self.starts.clear();
        self.symbols = CharSet::NONE;
        self.from_symbols.clear();
        self.confusables.clear();
        self.disguised.take();
        self.reads_symbols = false;
        self.may_have_spaced_letters = false;
    }

    #[inline]
    fn end(&self) -> usize {
        self.text.len()
    }

    #[inline]
    fn push(&mut self, c: char, _: Span) {
        self.text.push(c);
    }

    #[inline]
    fn push_ascii(&mut self, word: &str, _: usize) {
        let start = self.text.len();
        self.text.push_str(word);
        self.text[start..].make_ascii_lowercase();
    }

    #[inline]
    fn push_letters(&mut self, letters: &str, _: usize) {
        self.text.push_str(letters);
    }

    fn before(&self, at: usize) -> Option<(char, usize)> {
        let c = self.text[..at].chars().next_back()?;
        Some((c, at - c.len_utf8()))
    }

    fn insert(&mut self, at: usize, mark: char, _: Span) {
        // A mark belongs to what it stands on.
        let end = self.end();
        if let Some(last) = self.from_symbols.last_mut().filter(|last| last.end == end) {
            last.end += mark.len_utf8();
        }
        self.text.insert(at, mark);
    }

    fn pop(&mut self) -> Span {
        self.text.pop();
        Span::new(0, 0)
    }

    fn remove_nonspacing(&mut self, at: usize) {
        let kept: String =
            self.text[at..].chars().filter(|&c| !CharProps::of(c).is_nonspacing()).collect();
        self.text.truncate(at);
        self.text.push_str(&kept);
        let end = self.end();
        if let Some(last) = self.from_symbols.last_mut() {
            last.end = last.end.min(end);
        }
    }

    #[inline]
    fn note_start(&mut self, after: usize) {
        self.starts.push(self.text.len() + after);
    }

    fn note_symbol(&mut self, start: usize) {
        self.reads_symbols = true;
        let end = self.end();
        // The separator before it is not part of it.
        let first = self.text[start..].chars().next().filter(|&c| !CharProps::of(c).is_word());
        let start = start + first.map_or(0, char::len_utf8);
        if start < end {
            self.from_symbols.push(Span::new(start, end));
            if !self.starts.iter().rev().take_while(|&&at| at >= start).any(|&at| at == start) {
                self.starts.push(start);
            }
        }
    }

    fn note_confusable(&mut self) {
        self.confusables.push(self.end() - 1);
    }

    fn note_spaced_letters(&mut self) {
        self.may_have_spaced_letters = true;
    }
}

/// A character of a folded text and the bytes of the original that it stands for.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    pub(super) c: char,
    pub(super) from: Span,
    /// Whether it is a letter that was read as the one it looks like.
    pub(super) is_confusable: bool,
}

impl Unit {
    fn new(c: char, from: Span) -> Unit {
        Unit { c, from, is_confusable: false }
    }
}

impl FoldSink for Vec<Unit> {
    fn clear(&mut self) {
        Vec::clear(self);
    }

    fn end(&self) -> usize {
        self.len()
    }

    fn push(&mut self, c: char, from: Span) {
        Vec::push(self, Unit::new(c, from));
    }

    fn push_ascii(&mut self, word: &str, at: usize) {
        let units = word.bytes().enumerate().map(|(offset, byte)| {
            let from = Span::new(at + offset, at + offset + 1);
            Unit::new(char::from(byte.to_ascii_lowercase()), from)
        });
        self.extend(units);
    }

    fn push_letters(&mut self, letters: &str, at: usize) {
        let units = letters
            .char_indices()
            .map(|(offset, c)| Unit::new(c, Span::new(at + offset, at + offset + c.len_utf8())));
        self.extend(units);
    }

    fn before(&self, at: usize) -> Option<(char, usize)> {
        let at = at.checked_sub(1)?;
        Some((self[at].c, at))
    }

    fn insert(&mut self, at: usize, mark: char, from: Span) {
        Vec::insert(self, at, Unit::new(mark, from));
    }

    fn pop(&mut self) -> Span {
        Vec::pop(self).expect("there is a character").from
    }

    fn remove_nonspacing(&mut self, at: usize) {
        let tail: Vec<Unit> =
            self.drain(at..).filter(|unit| !CharProps::of(unit.c).is_nonspacing()).collect();
        self.extend(tail);
    }

    fn note_start(&mut self, _: usize) {}

    fn note_symbol(&mut self, _: usize) {}

    fn note_confusable(&mut self) {
        if let Some(last) = self.last_mut() {
            last.is_confusable = true;
        }
    }

    fn note_spaced_letters(&mut self) {}
}
