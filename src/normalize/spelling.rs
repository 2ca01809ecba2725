//! Letters that stand one by one: [`Spelling`].

use super::facts::Facts;
use super::fold::MIN_SPELLING;
use super::output::{Part, Separator, Unit};
use super::squeezed::Squeezed;
use crate::span::Span;

/// The most letters of a spelling; no message of IVS Chat has room for more.
const MAX_SPELLING: usize = 250;

/// A row of at least three words of one letter or digit each, with one to three other characters
/// between them and no line break: `b a d`, `b.a.d`.
pub(crate) struct Spelling {
    /// The letters without what stands between them.
    text: Squeezed,
    /// For each character of the text that is no mark where it begins, in bytes, and the number
    /// of its first letter.
    cells: Vec<(usize, usize)>,
    /// What each letter stands for in the original.
    letters: Vec<Span>,
    /// The numbers of the letters that were read as the ones they look like, ascending.
    look_alikes: Vec<usize>,
}

impl Spelling {
    fn new() -> Spelling {
        Spelling {
            text: Squeezed::default(),
            cells: Vec::new(),
            letters: Vec::new(),
            look_alikes: Vec::new(),
        }
    }

    /// The letters, squeezed.
    pub(crate) fn text(&self) -> &Squeezed {
        &self.text
    }

    /// How many letters there are, repeated ones included.
    pub(crate) fn letters_count(&self) -> usize {
        self.letters.len()
    }

    /// The numbers of the letters that the character at byte `at` of the text stands for.
    pub(crate) fn letters_at(&self, at: usize) -> std::ops::Range<usize> {
        let cell = self.cells.partition_point(|&(start, _)| start <= at) - 1;
        let end = self.cells.get(cell + 1).map_or(self.letters.len(), |&(_, first)| first);
        self.cells[cell].1..end
    }

    /// The bytes of the original from the letter `first` to the letter before `end`.
    pub(crate) fn origin(&self, first: usize, end: usize) -> Span {
        self.letters[first].union(self.letters[end - 1])
    }

    /// Whether one of those letters was read as the one it looks like.
    pub(crate) fn has_look_alike(&self, letters: std::ops::Range<usize>) -> bool {
        let first = self.look_alikes.partition_point(|&at| at < letters.start);
        self.look_alikes.get(first).is_some_and(|&at| at < letters.end)
    }

    /// Appends a word, which has one character that is no mark.
    fn push(&mut self, word: &[Unit]) {
        let at = self.text.text().len();
        for unit in word {
            match unit.part {
                Part::Letter(c) => self.text.push_letter(c),
                Part::Char(c) => self.text.push(c),
                Part::Separator(_) => {}
            }
        }
        if self.text.text().len() > at {
            self.cells.push((at, self.letters.len()));
        }
        if word.iter().any(|unit| unit.look_alike) {
            self.look_alikes.push(self.letters.len());
        }
        let from = word.iter().map(|unit| unit.from).reduce(Span::union);
        self.letters.extend(from);
    }
}

/// The spellings among the units of a text.
pub(super) fn all(units: &[Unit]) -> Vec<Spelling> {
    let mut found = Vec::new();
    let mut spelling = Spelling::new();
    let ends_word = |unit: &Unit| matches!(unit.part, Part::Separator(separator) if separator != Separator::Apostrophe);
    for word in units.split_inclusive(ends_word) {
        let goes_on =
            word.last().is_some_and(|last| last.part == Part::Separator(Separator::Short));
        let word = if word.last().is_some_and(ends_word) { &word[..word.len() - 1] } else { word };
        // Of one letter, as a, or of letters with apostrophes between, as b'a'd.
        let single = word.split(|unit| matches!(unit.part, Part::Separator(_))).all(is_letter);
        if single {
            let letters = word.split(|unit| matches!(unit.part, Part::Separator(_)));
            letters.for_each(|letter| spelling.push(letter));
        }
        if !(single && goes_on) {
            let done = std::mem::replace(&mut spelling, Spelling::new());
            if (MIN_SPELLING as usize..=MAX_SPELLING).contains(&done.letters.len()) {
                found.push(done);
            }
        }
    }
    found
}

/// Whether it is one letter or digit with its marks.
fn is_letter(units: &[Unit]) -> bool {
    let is_mark = |unit: &Unit| Facts::of(unit.part.c()).is_mark();
    units.split_first().is_some_and(|(_, marks)| marks.iter().all(is_mark))
}

#[cfg(test)]
mod tests {
    use super::super::{Disguises, Folded, Form, Layout, Normalized, Reading};

    fn spellings(text: &str) -> Vec<String> {
        let mut buffer = Folded::default();
        let form = Form { disguises: Disguises::Standard, layout: Layout::Words };
        let normalized = Normalized::new(text, form, Reading::Letters, &mut buffer);
        let found = normalized.origins().spellings();
        assert!(found.is_empty() || normalized.folded().may_spell(), "{text}");
        found.iter().map(|it| text[it.origin(0, it.letters_count()).range()].to_owned()).collect()
    }

    #[test]
    fn single_letters_close_together_are_spelled() {
        for (text, found) in [
            ("b a d", vec!["b a d"]),
            ("what a b.a-d_w * o...r d!", vec!["a b.a-d_w * o...r d"]),
            ("b'a'd", vec!["b'a'd"]),
            ("ｂ ä 🇩", vec!["ｂ ä 🇩"]),
            ("क मी ना", vec!["क मी ना"]),
            ("傻 逼 了", vec!["傻 逼 了"]),
            ("1 2 3, then a b c", vec!["1 2 3", "a b c"]),
            ("b b b", vec!["b b b"]),
            ("a b", vec![]),
            ("a bb c d", vec![]),
            ("b\na\nd", vec![]),
            ("b .... a .... d", vec![]),
            ("it's a b c", vec!["a b c"]),
            ("a b l'ami", vec![]),
            ("🇩🇪 a b", vec![]),
        ] {
            assert_eq!(spellings(text), found, "{text}");
        }
        assert_eq!(spellings(&"b ".repeat(250)).len(), 1);
        assert_eq!(spellings(&"b ".repeat(251)).len(), 0);
    }
}
