//! What a text folds to: [`Folded`].

use std::cell::OnceCell;

use super::charset::CharSet;
use super::fold::Met;
use super::props::{CharProps, Scripts};
use crate::span::Span;

/// A folded text; a buffer that is used again for each message.
#[derive(Default)]
pub struct Folded {
    pub(super) text: String,
    /// Where words may begin, in bytes.
    pub(super) starts: Vec<usize>,
    /// The symbols that stand in the original.
    pub(super) symbols: CharSet,
    pub(super) slow_bytes: usize,
    /// The parts that were read out of symbols, ascending.
    pub(super) from_symbols: Vec<Span>,
    /// Where letters stand that were read as the ones they look like, ascending.
    pub(super) confusables: Vec<usize>,
    /// The words that mix scripts or were read as Latin ones; worked out when it is asked for.
    pub(super) disguised: OnceCell<Vec<Span>>,
    pub(super) reads_symbols: bool,
    pub(super) may_have_spaced_letters: bool,
}

impl Folded {
    /// Keeps what the fold met on its way.
    pub(super) fn met(&mut self, Met { symbols, slow_bytes }: Met) {
        (self.symbols, self.slow_bytes) = (symbols, slow_bytes);
    }

    /// The bytes of the original that take the fold several times as long as a letter or a space in ASCII.
    pub(crate) fn slow_bytes(&self) -> usize {
        self.slow_bytes
    }

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
    pub(crate) fn confusables(&self) -> &[usize] {
        &self.confusables
    }

    /// Whether the letter at byte `at` is in a word that mixes scripts or was read as a Latin one.
    pub(crate) fn is_disguised(&self, at: usize) -> bool {
        let text = &self.text;
        let words = self.disguised.get_or_init(|| disguised(text, &self.confusables));
        let behind = words.partition_point(|word| word.start <= at);
        words[..behind].last().is_some_and(|word| at < word.end)
    }

    /// Whether a symbol in it was read as letters.
    pub(crate) fn reads_symbols(&self) -> bool {
        self.reads_symbols
    }

    /// Whether three words of one character may stand in a row. Never false if they do.
    pub(crate) fn may_have_spaced_letters(&self) -> bool {
        self.may_have_spaced_letters
    }

    /// Whether any part was read out of a symbol.
    pub(crate) fn has_symbol_boundaries(&self) -> bool {
        !self.from_symbols.is_empty()
    }

    /// Whether of the characters on both sides of byte `at` one was read out of a symbol and the
    /// other was not, so that the symbol may as well be no part of the word.
    pub(crate) fn is_symbol_boundary(&self, at: usize) -> bool {
        let last = self.from_symbols.partition_point(|part| part.start < at);
        let reaches = |part: &Span| at <= part.end;
        let before = self.from_symbols[..last].last().is_some_and(reaches);
        let after = self.from_symbols.get(last).is_some_and(|part| part.start == at)
            || self.from_symbols[..last].last().is_some_and(|part| at < part.end);
        before != after
    }
}

/// The words of a folded text that mix scripts, or have one of those letters in them. Words are told
/// apart as those of an original are.
fn disguised(folded: &str, read_as_latin: &[usize]) -> Vec<Span> {
    let mut found = Vec::new();
    let ends_word = |c: char| {
        let props = CharProps::of(c);
        !props.is_word() || (props.is_unspaced() && !props.is_mark())
    };
    let mut start = 0;
    for word in folded.split_inclusive(ends_word) {
        let end = start + word.len();
        let word = word.trim_end_matches(ends_word);
        let span = Span::new(start, start + word.len());
        start = end;
        let letters = word.chars().map(CharProps::of);
        let scripts = letters
            .filter(|props| props.is_letter())
            .fold(Scripts::NONE, |scripts, props| scripts | props.script());
        let first = read_as_latin.partition_point(|&at| at < span.start);
        if scripts.is_mixed() || read_as_latin.get(first).is_some_and(|&at| at < span.end) {
            found.push(span);
        }
    }
    found
}
