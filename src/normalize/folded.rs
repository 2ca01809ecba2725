//! The result of a fold: [`Folded`], [`FoldStats`].

use std::cell::OnceCell;

use super::charset::CharSet;
use super::props::{CharProps, Scripts};
use super::readings::Hints;
use crate::span::Span;

/// Facts about a text, collected by the fold.
#[derive(Clone, Copy)]
pub(super) struct FoldStats {
    pub(super) symbols: CharSet,
    pub(super) hints: Hints,
    /// The number of bytes that were not ASCII letters, digits or plain separators, in all passes.
    pub(super) slow_bytes: usize,
}

/// A folded text. The buffer is reused for each message.
#[derive(Default)]
pub struct Folded {
    pub(super) text: String,
    /// Byte positions at which words may begin.
    pub(super) starts: Vec<usize>,
    /// The symbols of the original.
    pub(super) symbols: CharSet,
    /// Whether the text may be read as others.
    pub(super) hints: Hints,
    pub(super) slow_bytes: usize,
    /// The parts that were read from symbols, ascending.
    pub(super) from_symbols: Vec<Span>,
    /// Positions of capitals in hashtags at which words begin, ascending.
    pub(super) capitals: Vec<usize>,
    /// Positions of confusables that were read as Latin letters, ascending.
    pub(super) confusables: Vec<usize>,
    /// The combining marks that were dropped, each with the end of its letter, ascending.
    pub(super) marks: Vec<(usize, char)>,
    /// Positions of letters that may be an i or an l, ascending.
    pub(super) bars: Vec<usize>,
    /// Positions of double s that were an ß, ascending.
    pub(super) sharp_s: Vec<usize>,
    /// The words that mix scripts or were read as Latin words, computed on first use.
    pub(super) obfuscated_words: OnceCell<Vec<Span>>,
    pub(super) reads_symbols: bool,
    pub(super) may_have_spaced_letters: bool,
    /// See [`Folded::splits`].
    pub(super) splits: Vec<usize>,
}

impl Folded {
    /// Stores the statistics of the fold.
    pub(super) fn set_stats(&mut self, FoldStats { symbols, hints, slow_bytes }: FoldStats) {
        (self.symbols, self.hints, self.slow_bytes) = (symbols, hints, slow_bytes);
    }

    /// The number of bytes of the original that take several times as long to fold as an ASCII
    /// letter or space.
    pub(crate) fn slow_bytes(&self) -> usize {
        self.slow_bytes
    }

    /// The folded text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The byte positions at which words may begin. Words begin at no other position.
    pub(crate) fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// The symbols of the original, including those that are read as letters.
    pub(crate) fn symbols(&self) -> CharSet {
        self.symbols
    }

    /// Positions of confusables that were read as Latin letters, ascending.
    pub(crate) fn confusables(&self) -> &[usize] {
        &self.confusables
    }

    /// The combining marks that were dropped, each with the byte at which its letter ends, ascending.
    pub(crate) fn marks(&self) -> &[(usize, char)] {
        &self.marks
    }

    /// Whether the letter at byte `at`, an i or an l, may be the other one.
    pub(crate) fn is_bar(&self, at: usize) -> bool {
        !self.bars.is_empty() && self.bars.binary_search(&at).is_ok()
    }

    /// Whether a part has an s of a double s that was an ß.
    pub(crate) fn has_sharp_s(&self, part: Span) -> bool {
        let has = |&at: &usize| part.overlaps(Span::new(at, at + "ss".len()));
        self.sharp_s.iter().any(has)
    }

    /// Whether the letter at byte `at` is in a word that mixes scripts or was read as a Latin word.
    pub(crate) fn is_obfuscated(&self, at: usize) -> bool {
        let text = &self.text;
        let words = self.obfuscated_words.get_or_init(|| obfuscated_words(text, &self.confusables));
        let after = words.partition_point(|word| word.start <= at);
        words[..after].last().is_some_and(|word| at < word.end)
    }

    /// Whether a symbol was read as letters.
    pub(crate) fn reads_symbols(&self) -> bool {
        self.reads_symbols
    }

    /// Whether three words of one character may follow each other. Never false if they do.
    pub(crate) fn may_have_spaced_letters(&self) -> bool {
        self.may_have_spaced_letters
    }

    /// Whether a word begins at byte `at` with a capital of a hashtag.
    pub(crate) fn is_capital(&self, at: usize) -> bool {
        self.capitals.binary_search(&at).is_ok()
    }

    /// The positions at which words may be pieces of one, ascending: after a word of one letter or
    /// with a letter of a script without spaces, before a separator without whitespace, an
    /// apostrophe or a single line break, and after a word symbol. Every split word contains one or
    /// ends at one.
    pub(crate) fn splits(&self) -> &[usize] {
        &self.splits
    }

    /// Whether there are word boundaries that the text does not show.
    pub(crate) fn has_hidden_boundaries(&self) -> bool {
        !(self.from_symbols.is_empty() && self.capitals.is_empty())
    }

    /// Whether a word may begin or end at byte `at` although the text does not show it: at a capital
    /// of a hashtag, or where exactly one of the characters around was read from a symbol, because
    /// the symbol may not be part of the word.
    pub(crate) fn is_hidden_boundary(&self, at: usize) -> bool {
        if self.is_capital(at) {
            return true;
        }
        let last = self.from_symbols.partition_point(|part| part.start < at);
        let reaches = |part: &Span| at <= part.end;
        let before = self.from_symbols[..last].last().is_some_and(reaches);
        let after = self.from_symbols.get(last).is_some_and(|part| part.start == at)
            || self.from_symbols[..last].last().is_some_and(|part| at < part.end);
        before != after
    }
}

/// Returns the words of a folded text that mix scripts or contain a confusable that was read as
/// Latin. Words are separated in the same way as in the original.
fn obfuscated_words(folded: &str, read_as_latin: &[usize]) -> Vec<Span> {
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
