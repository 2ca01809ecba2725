//! Spaced letters such as `b a d`: [`SpacedLetters`].

use super::fold::{MAX_SPACED_SEPARATOR, MAX_SPACED_WHITESPACE, MIN_SPACED_LETTERS};
use super::gap::separator_length;
use super::props::{CharProps, Folding};
use super::sink::Unit;
use super::{for_each_key_char, is_invisible, leet};
use crate::span::Span;

/// The most letters of a row. No message or attribute of IVS Chat has room for more.
const MAX_SPACED_LETTERS: usize = 500;

/// The most equal letters in a row that are kept. No entry has as many, and the segmentation of
/// hundreds would be slow.
const MAX_EQUAL: usize = 8;

/// A row of at least three single letters, digits or leet symbols. Between them are one to three other
/// characters without a line break, or up to nine of whitespace: `b a d`, `b.a.d`, one letter a line.
#[derive(Default)]
pub(crate) struct SpacedLetters {
    /// The letters without separators.
    text: String,
    /// The byte at which each letter begins in `text`.
    starts: Vec<usize>,
    /// The original bytes of each letter.
    letters: Vec<Span>,
    /// Whether there is more whitespace between two letters than other characters may be.
    is_wide: bool,
    /// The number of letters, including those dropped by [`MAX_EQUAL`].
    length: usize,
    /// The indexes of letters that were confusables, ascending.
    confusables: Vec<usize>,
    /// The combining marks that the fold dropped, each with the end of its letter in `text`.
    marks: Vec<(usize, char)>,
}

impl SpacedLetters {
    /// The letters without separators.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The number of letters.
    pub(crate) fn letters_count(&self) -> usize {
        self.letters.len()
    }

    /// Returns the byte at which a letter begins in the text, or the end of the text.
    pub(crate) fn start(&self, letter: usize) -> usize {
        self.starts.get(letter).copied().unwrap_or(self.text.len())
    }

    /// Returns the index of the first letter that begins at or after byte `at` of the text.
    pub(crate) fn letter_at(&self, at: usize) -> usize {
        self.starts.partition_point(|&start| start < at)
    }

    /// Returns the original bytes from the letter `first` to the letter before `end`.
    pub(crate) fn origin(&self, first: usize, end: usize) -> Span {
        self.letters[first].union(self.letters[end - 1])
    }

    /// The combining marks that the fold dropped, each with the byte at which its letter ends in the
    /// text, ascending.
    pub(crate) fn marks(&self) -> &[(usize, char)] {
        &self.marks
    }

    /// Finds the combining marks of the letters in the original.
    pub(super) fn read_marks(&mut self, original: &str) {
        for (letter, from) in self.letters.iter().enumerate() {
            let start = self.starts[letter];
            let text = &self.text[start..self.start(letter + 1)];
            let bases = text.trim_end_matches(|c| CharProps::of(c).is_mark());
            let end = start + if bases.is_empty() { text.len() } else { bases.len() };
            let after = original[from.end..].chars().take_while(|&c| is_mark(c));
            for c in original[from.range()].chars().chain(after) {
                for_each_key_char(c, |c| {
                    if CharProps::of(c).is_mark() {
                        self.marks.push((end, c));
                    }
                });
            }
        }
    }

    /// Whether one of these letters was a confusable.
    pub(crate) fn has_confusable(&self, letters: std::ops::Range<usize>) -> bool {
        let first = self.confusables.partition_point(|&at| at < letters.start);
        self.confusables.get(first).is_some_and(|&at| at < letters.end)
    }

    /// Appends a letter with its combining marks.
    fn push(&mut self, units: &[Unit]) {
        let Some(from) = units.iter().map(|unit| unit.from).reduce(Span::union) else { return };
        self.length += 1;
        if let Some(last) = self.letters.last_mut().filter(|_| repeats(&self.text, units)) {
            *last = last.union(from);
            return;
        }
        if units.iter().any(|unit| unit.is_confusable) {
            self.confusables.push(self.letters.len());
        }
        self.starts.push(self.text.len());
        self.text.extend(units.iter().map(|unit| unit.c));
        self.letters.push(from);
    }
}

/// Whether a character is a combining mark that folds to itself.
fn is_mark(c: char) -> bool {
    matches!(Folding::of(c), Folding::Itself(props) if props.is_mark())
}

/// Whether the text ends with [`MAX_EQUAL`] letters equal to this one.
fn repeats(text: &str, units: &[Unit]) -> bool {
    let [Unit { c, .. }] = units else { return false };
    text.chars().rev().take(MAX_EQUAL).filter(|last| last == c).count() == MAX_EQUAL
}

/// Returns the rows of spaced letters of a text: those in which leet symbols are separators, then
/// those in which a leet symbol by itself is a letter; and of both those with more whitespace.
pub(super) fn all(units: &[Unit], original: &str) -> Vec<SpacedLetters> {
    let has_symbols = units.iter().any(|unit| leet::is_leet(unit.c));
    let mut found = Vec::new();
    for is_wide in [false, true] {
        let rows = read(units, original, is_wide, false).into_iter();
        found.extend(rows.filter(|row| row.is_wide == is_wide));
        if has_symbols {
            let rows = read(units, original, is_wide, true).into_iter();
            let has_symbol = |row: &SpacedLetters| row.text.contains(leet::is_leet);
            found.extend(rows.filter(|row| has_symbol(row) && row.is_wide == is_wide));
        }
    }
    found
}

fn read(
    units: &[Unit],
    original: &str,
    may_be_wide: bool,
    symbols_are_letters: bool,
) -> Vec<SpacedLetters> {
    let original = Some(original).filter(|_| may_be_wide);
    let mut rows = Rows::new(original);
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        let rest = &units[at..];
        if is_word(unit) {
            let group = group(rest);
            // One letter (`a`), or letters with apostrophes between them (`b'a'd`).
            match group.split(|unit| unit.c == '\'').all(is_letter) {
                true => group.split(|unit| unit.c == '\'').for_each(|it| rows.letter(it)),
                false => rows.end(),
            }
            at += group.len();
            continue;
        }
        let may_be_adjacent = |unit: &Unit| !is_word(unit) && !leet::is_leet(unit.c);
        let is_alone = || {
            units[..at].last().is_none_or(may_be_adjacent)
                && rest.get(1).is_none_or(may_be_adjacent)
        };
        match separator_length(unit.c) {
            Some(length) => rows.gap = rows.gap.saturating_add(length),
            None if symbols_are_letters && leet::is_leet(unit.c) && is_alone() => {
                rows.letter(&rest[..1]);
            }
            None if leet::is_word_symbol(unit.c) => rows.gap = rows.gap.saturating_add(1),
            None => rows.gap = u32::MAX,
        }
        at += 1;
    }
    rows.end();
    rows.found
}

/// Returns the word at the start of `units`, including parts joined by apostrophes.
fn group(units: &[Unit]) -> &[Unit] {
    let end = units.iter().position(|unit| !is_word(unit) && unit.c != '\'');
    &units[..end.unwrap_or(units.len())]
}

fn is_word(unit: &Unit) -> bool {
    CharProps::of(unit.c).is_word()
}

/// Whether `units` are one character, a letter or digit, with its combining marks. An ß is one, although
/// it is read as two letters.
fn is_letter(units: &[Unit]) -> bool {
    units.split_first().is_some_and(|(first, rest)| {
        rest.iter().all(|unit| CharProps::of(unit.c).is_mark() || unit.from == first.from)
    })
}

/// The rows found so far, and the current row.
struct Rows<'t> {
    /// Only if letters may be far apart.
    original: Option<&'t str>,
    found: Vec<SpacedLetters>,
    row: SpacedLetters,
    /// The length of the separator after its last letter; [`u32::MAX`] for a line break.
    gap: u32,
}

impl<'t> Rows<'t> {
    fn new(original: Option<&'t str>) -> Rows<'t> {
        Rows { original, found: Vec::new(), row: SpacedLetters::default(), gap: 0 }
    }

    /// Appends a letter.
    fn letter(&mut self, units: &[Unit]) {
        if self.gap > MAX_SPACED_SEPARATOR {
            match self.is_whitespace_before(units) {
                true => self.row.is_wide = true,
                false => self.end(),
            }
        }
        self.row.push(units);
        self.gap = 0;
    }

    /// Whether there is only whitespace between the last letter and this one, and not too much of it.
    fn is_whitespace_before(&self, units: &[Unit]) -> bool {
        let (Some(last), Some(next)) = (self.row.letters.last(), units.first()) else {
            return false;
        };
        let between = self.original.and_then(|it| it.get(last.end..next.from.start));
        let Some(between) = between else { return false };
        let is_blank = |c: char| c.is_whitespace() || is_invisible(c);
        let count = between.chars().filter(|c| c.is_whitespace()).count();
        between.chars().all(is_blank) && count <= MAX_SPACED_WHITESPACE as usize
    }

    fn end(&mut self) {
        let row = std::mem::take(&mut self.row);
        if (MIN_SPACED_LETTERS as usize..=MAX_SPACED_LETTERS).contains(&row.length) {
            self.found.push(row);
        }
        self.gap = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Disguises, Folded, Form, Layout, Normalized, SymbolMode};

    fn spaced_letters(text: &str) -> Vec<String> {
        let mut buffer = Folded::default();
        let form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };
        let normalized = Normalized::new(text, form, SymbolMode::Letters, &mut buffer);
        let found = normalized.origins().spaced_letters(text);
        assert!(found.is_empty() || normalized.folded().may_have_spaced_letters(), "{text}");
        found.iter().map(|it| text[it.origin(0, it.letters_count()).range()].to_owned()).collect()
    }

    #[test]
    fn rows_of_single_letters_are_found() {
        for (text, found) in [
            ("b a d", vec!["b a d"]),
            ("what a b.a-d_w * o...r d!", vec!["a b.a-d_w * o...r d"]),
            ("b'a'd", vec!["b'a'd"]),
            ("ｂ ä 🇩", vec!["ｂ ä 🇩"]),
            ("क मी ना", vec!["क मी ना"]),
            ("傻 逼 了", vec!["傻 逼 了"]),
            ("1 2 3, then a b c", vec!["1 2 3", "a b c"]),
            ("b b b", vec!["b b b"]),
            ("b*a*d", vec!["b*a*d"]),
            ("b!a!d", vec!["b!a!d"]),
            ("b ! d", vec!["b ! d"]),
            ("$ . a * d x", vec!["a * d x", "$ . a * d x"]),
            ("b ! d e", vec!["b ! d e", "b ! d e"]),
            ("b !! d e", vec![]),
            ("a b", vec![]),
            ("a bb c d", vec![]),
            ("b\na\r\n\r\nd", vec!["b\na\r\n\r\nd"]),
            ("b         a    d", vec!["b         a    d"]),
            ("b          a d", vec![]),
            ("b\n-\na\nd", vec![]),
            ("s p a ß", vec!["s p a ß"]),
            ("b .... a .... d", vec![]),
            ("b *** a *** d", vec![]),
            ("it's a b c", vec!["a b c"]),
            ("a b l'ami", vec![]),
            ("🇩🇪 a b", vec![]),
        ] {
            assert_eq!(spaced_letters(text), found, "{text}");
        }
        assert_eq!(spaced_letters(&"b ".repeat(500)).len(), 1);
        assert_eq!(spaced_letters(&"b ".repeat(501)).len(), 0);
    }
}
