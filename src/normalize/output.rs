//! Where the fold writes to: a text alone for each message, or units with their origin for the
//! few messages in which something was found.

use super::facts::Facts;
use super::folded::Folded;
use crate::span::Span;

/// What stands between two words, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separator {
    /// An apostrophe between two letters.
    Apostrophe,
    /// Few enough characters to stand between the letters of a word that is spelled out.
    Short,
    /// Few enough characters to stand between the words of a phrase.
    Long,
    /// A line break, or so many characters that nothing goes on behind them.
    Break,
}

impl Separator {
    /// How it stands in a folded text, in one byte.
    fn folded(self) -> char {
        match self {
            Separator::Apostrophe => '\'',
            Separator::Short | Separator::Long => ' ',
            Separator::Break => '\n',
        }
    }
}

/// A text under construction. Positions count in the output's own measure and are only handed back.
pub(super) trait Output {
    /// Where the next character will stand; nowhere before that of a letter that is repeated.
    fn end(&self) -> usize;
    /// Appends a character that stands for the bytes `from` of the original.
    fn push(&mut self, c: char, from: Span);
    /// Appends a letter, which may repeat the one before it.
    fn push_letter(&mut self, c: char, from: Span);
    /// Appends what stands between two words.
    fn separate(&mut self, separator: Separator, from: Span);
    /// The character before position `at` and where it stands.
    fn before(&self, at: usize) -> Option<(char, usize)>;
    /// Puts a mark at position `at`, before what stands there.
    fn insert(&mut self, at: usize, mark: char, from: Span);
    /// Takes the last character back, which is there, and tells what it stood for to an output that
    /// keeps it.
    fn pop(&mut self) -> Span;
    /// Writes the last character once more, as one that may repeat the letter before it or not.
    fn rewrite_last(&mut self, repeats: bool);
    /// Removes all nonspacing marks at or after position `at`.
    fn remove_nonspacing(&mut self, at: usize);
    /// Notes that what was appended since position `start` was read out of a symbol.
    fn note_symbol(&mut self, start: usize);
    /// Notes that the last letter was read as the one it looks like.
    fn note_look_alike(&mut self);
    /// Notes that three words of one character may stand in a row.
    fn note_spelling(&mut self);
}

impl Output for Folded {
    #[inline]
    fn end(&self) -> usize {
        self.squeezed.text().len()
    }

    #[inline]
    fn push(&mut self, c: char, _: Span) {
        self.squeezed.push(c);
    }

    #[inline]
    fn push_letter(&mut self, c: char, _: Span) {
        self.squeezed.push_letter(c);
    }

    #[inline]
    fn separate(&mut self, separator: Separator, _: Span) {
        self.squeezed.push(separator.folded());
    }

    fn before(&self, at: usize) -> Option<(char, usize)> {
        let c = self.squeezed.text()[..at].chars().next_back()?;
        Some((c, at - c.len_utf8()))
    }

    fn insert(&mut self, at: usize, mark: char, _: Span) {
        // A mark belongs to what it stands on.
        let end = self.end();
        if let Some(last) = self.from_symbols.last_mut().filter(|last| last.end == end) {
            last.end += mark.len_utf8();
        }
        self.squeezed.insert(at, mark);
    }

    fn pop(&mut self) -> Span {
        self.squeezed.pop();
        Span::new(0, 0)
    }

    fn rewrite_last(&mut self, repeats: bool) {
        let Some((c, start)) = self.before(self.end()) else { return };
        let alone = self.squeezed.run(start) == 1;
        let in_symbol = self.from_symbols.last().is_some_and(|part| part.end > start);
        let from_symbol = self.symbol_end == self.state() || (alone && in_symbol);
        self.squeezed.pop();
        let at = self.end();
        if self.from_symbols.last().is_some_and(|part| part.start >= at) {
            self.from_symbols.pop();
        }
        match repeats {
            true => self.squeezed.push_letter(c),
            false => self.squeezed.push(c),
        }
        if from_symbol && self.end() > at {
            self.from_symbols.push(Span::new(at, self.end()));
        }
    }

    fn remove_nonspacing(&mut self, at: usize) {
        self.squeezed.retain_marks(at, |c| !Facts::of(c).is_nonspacing());
        let end = self.end();
        if let Some(last) = self.from_symbols.last_mut() {
            last.end = last.end.min(end);
        }
    }

    fn note_symbol(&mut self, start: usize) {
        self.reads_symbols = true;
        let end = self.end();
        // The separator before it is not part of it.
        let separated = self.squeezed.text()[start..].starts_with([' ', '\n', '\'']);
        let start = start + usize::from(separated);
        if start < end {
            self.from_symbols.push(Span::new(start, end));
        }
        self.symbol_end = self.state();
    }

    fn note_look_alike(&mut self) {
        let at = self.end() - 1;
        if self.look_alikes.last() != Some(&at) {
            self.look_alikes.push(at);
        }
    }

    fn note_spelling(&mut self) {
        self.may_spell = true;
    }
}

/// A part of a folded text and the bytes of the original that it stands for.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    pub(super) part: Part,
    pub(super) from: Span,
    /// Whether it is a letter that was read as the one it looks like.
    pub(super) look_alike: bool,
}

impl Unit {
    fn new(part: Part, from: Span) -> Unit {
        Unit { part, from, look_alike: false }
    }
}

/// A part of a folded text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Char(char),
    /// Squeezed into the one before it if that is the same.
    Letter(char),
    Separator(Separator),
}

impl Part {
    pub(super) fn c(self) -> char {
        match self {
            Part::Char(c) | Part::Letter(c) => c,
            Part::Separator(separator) => separator.folded(),
        }
    }
}

impl Output for Vec<Unit> {
    fn end(&self) -> usize {
        self.len()
    }

    fn push(&mut self, c: char, from: Span) {
        Vec::push(self, Unit::new(Part::Char(c), from));
    }

    fn push_letter(&mut self, c: char, from: Span) {
        Vec::push(self, Unit::new(Part::Letter(c), from));
    }

    fn separate(&mut self, separator: Separator, from: Span) {
        Vec::push(self, Unit::new(Part::Separator(separator), from));
    }

    fn before(&self, at: usize) -> Option<(char, usize)> {
        let at = at.checked_sub(1)?;
        Some((self[at].part.c(), at))
    }

    fn insert(&mut self, at: usize, mark: char, from: Span) {
        Vec::insert(self, at, Unit::new(Part::Char(mark), from));
    }

    fn pop(&mut self) -> Span {
        Vec::pop(self).expect("there is a character").from
    }

    fn rewrite_last(&mut self, repeats: bool) {
        if let Some(last) = self.last_mut() {
            let c = last.part.c();
            last.part = if repeats { Part::Letter(c) } else { Part::Char(c) };
        }
    }

    fn remove_nonspacing(&mut self, at: usize) {
        let tail: Vec<Unit> =
            self.drain(at..).filter(|unit| !Facts::of(unit.part.c()).is_nonspacing()).collect();
        self.extend(tail);
    }

    fn note_symbol(&mut self, _: usize) {}

    fn note_look_alike(&mut self) {
        if let Some(last) = self.last_mut() {
            last.look_alike = true;
        }
    }

    fn note_spelling(&mut self) {}
}
