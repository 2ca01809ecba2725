//! Outputs of the fold: a string for every message, or units with origins for the few messages with
//! a match.

use super::charset::CharSet;
use super::folded::Folded;
use super::props::CharProps;
use crate::span::Span;

/// An output of the fold. Positions are opaque: bytes or units, depending on the output.
pub(super) trait FoldSink {
    /// Removes all content.
    fn clear(&mut self);
    /// Returns the position of the next character.
    fn end(&self) -> usize;
    /// Appends a character with its bytes of the original.
    fn push(&mut self, c: char, from: Span);
    /// Appends ASCII letters and digits in lower case. The first is at byte `at` of the original.
    fn push_ascii(&mut self, word: &str, at: usize);
    /// Appends letters unchanged. The first is at byte `at` of the original.
    fn push_letters(&mut self, letters: &str, at: usize);
    /// Returns the character before position `at` and its position.
    fn before(&self, at: usize) -> Option<(char, usize)>;
    /// Inserts a combining mark at position `at`.
    fn insert(&mut self, at: usize, mark: char, from: Span);
    /// Removes the last character, which must exist. Returns its bytes of the original, if the
    /// output has them.
    fn pop(&mut self) -> Span;
    /// Removes all nonspacing marks at or after position `at`.
    fn remove_nonspacing(&mut self, at: usize);
    /// Records that a word may begin `after` bytes after the end.
    fn note_start(&mut self, after: usize);
    /// Records that everything from position `start` was read from a symbol.
    fn note_symbol(&mut self, start: usize);
    /// Records a word boundary `after` bytes after the end: a capital in a hashtag.
    fn note_capital(&mut self, after: usize);
    /// Records that the last letter is a confusable read as its Latin letter.
    fn note_confusable(&mut self);
    /// Records a combining mark that is dropped from the letter that ends at position `end`.
    fn note_mark(&mut self, end: usize, mark: char);
    /// Records that the letter `after` bytes after the end may be an i or an l.
    fn note_bar(&mut self, after: usize);
    /// Records that the last two letters were an ß.
    fn note_sharp_s(&mut self);
    /// Records that three words of one character may follow each other.
    fn note_spaced_letters(&mut self);
    /// Records that the words around the end may be pieces of one.
    fn note_split(&mut self);
}

impl FoldSink for Folded {
    fn clear(&mut self) {
        self.text.clear();
        self.starts.clear();
        self.symbols = CharSet::NONE;
        self.from_symbols.clear();
        self.capitals.clear();
        self.confusables.clear();
        self.marks.clear();
        self.bars.clear();
        self.sharp_s.clear();
        self.obfuscated_words.take();
        self.reads_symbols = false;
        self.may_have_spaced_letters = false;
        self.splits.clear();
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
        // A combining mark belongs to its base.
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
        // The separator before the symbol is not part of it.
        let first = self.text[start..].chars().next().filter(|&c| !CharProps::of(c).is_word());
        let start = start + first.map_or(0, char::len_utf8);
        if start < end {
            self.from_symbols.push(Span::new(start, end));
            if !self.starts.iter().rev().take_while(|&&at| at >= start).any(|&at| at == start) {
                self.starts.push(start);
            }
        }
    }

    fn note_capital(&mut self, after: usize) {
        let at = self.text.len() + after;
        if self.starts.last() != Some(&at) {
            self.starts.push(at);
        }
        self.capitals.push(at);
    }

    fn note_confusable(&mut self) {
        self.confusables.push(self.end() - 1);
    }

    fn note_mark(&mut self, end: usize, mark: char) {
        self.marks.push((end, mark));
    }

    fn note_bar(&mut self, after: usize) {
        self.bars.push(self.text.len() + after);
    }

    fn note_sharp_s(&mut self) {
        self.sharp_s.push(self.end() - "ss".len());
    }

    fn note_spaced_letters(&mut self) {
        self.may_have_spaced_letters = true;
    }

    fn note_split(&mut self) {
        self.splits.push(self.text.len());
    }
}

/// A character of a folded text with its bytes of the original.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    pub(super) c: char,
    pub(super) from: Span,
    /// Whether it is the Latin letter of a confusable.
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
        Vec::pop(self).expect("the output is not empty").from
    }

    fn remove_nonspacing(&mut self, at: usize) {
        let tail: Vec<Unit> =
            self.drain(at..).filter(|unit| !CharProps::of(unit.c).is_nonspacing()).collect();
        self.extend(tail);
    }

    fn note_start(&mut self, _: usize) {}

    fn note_symbol(&mut self, _: usize) {}

    fn note_capital(&mut self, _: usize) {}

    fn note_confusable(&mut self) {
        if let Some(last) = self.last_mut() {
            last.is_confusable = true;
        }
    }

    fn note_mark(&mut self, _: usize, _: char) {}
    fn note_bar(&mut self, _: usize) {}

    fn note_sharp_s(&mut self) {}

    fn note_spaced_letters(&mut self) {}

    fn note_split(&mut self) {}
}
