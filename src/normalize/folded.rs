//! What a text folds to: [`Folded`].

use std::cell::OnceCell;

use super::look_alikes;
use crate::charset::CharSet;
use crate::span::Span;

/// A folded text; a buffer that is used again for each message.
#[derive(Default)]
pub struct Folded {
    pub(super) text: String,
    /// Where words may begin, in bytes.
    pub(super) starts: Vec<usize>,
    /// The symbols that stand in the original.
    pub(super) symbols: CharSet,
    /// The parts that were read out of symbols, ascending.
    pub(super) from_symbols: Vec<Span>,
    /// Where letters stand that were read as the ones they look like, ascending.
    pub(super) look_alikes: Vec<usize>,
    /// The words that mix scripts or were read as Latin ones; worked out when it is asked for.
    pub(super) disguised: OnceCell<Vec<Span>>,
    pub(super) reads_symbols: bool,
    pub(super) may_spell: bool,
}

impl Folded {
    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where words may begin, in bytes: nowhere else do they.
    pub(crate) fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// The symbols that stand in the original, those that are read as letters included.
    pub(crate) fn symbols(&self) -> CharSet {
        self.symbols
    }

    /// Where letters stand that were read as the ones they look like, ascending.
    pub(crate) fn look_alikes(&self) -> &[usize] {
        &self.look_alikes
    }

    /// Whether the letter at byte `at` is in a word that mixes scripts or was read as a Latin one.
    pub(crate) fn is_disguised(&self, at: usize) -> bool {
        let text = &self.text;
        let words = self.disguised.get_or_init(|| look_alikes::disguised(text, &self.look_alikes));
        let behind = words.partition_point(|word| word.start <= at);
        words[..behind].last().is_some_and(|word| at < word.end)
    }

    /// Whether a symbol in it was read as letters.
    pub(crate) fn reads_symbols(&self) -> bool {
        self.reads_symbols
    }

    /// Whether three words of one character may stand in a row. Never false if they do.
    pub(crate) fn may_spell(&self) -> bool {
        self.may_spell
    }

    /// Whether any part was read out of a symbol.
    pub(crate) fn has_seams(&self) -> bool {
        !self.from_symbols.is_empty()
    }

    /// Whether of the characters on both sides of byte `at` one was read out of a symbol and the
    /// other was not, so that the symbol may as well be no part of the word.
    pub(crate) fn has_seam(&self, at: usize) -> bool {
        let last = self.from_symbols.partition_point(|part| part.start < at);
        let reaches = |part: &Span| at <= part.end;
        let before = self.from_symbols[..last].last().is_some_and(reaches);
        let after = self.from_symbols.get(last).is_some_and(|part| part.start == at)
            || self.from_symbols[..last].last().is_some_and(|part| at < part.end);
        before != after
    }
}
