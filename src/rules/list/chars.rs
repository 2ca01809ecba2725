//! The characters and words of a list line, with information about escapes.

use crate::span::Span;

/// A character of a line.
#[derive(Clone, Copy)]
pub(super) struct Char {
    pub(super) c: char,
    /// Whether a backslash precedes the character.
    pub(super) escaped: bool,
    /// The byte offset in the line.
    pub(super) at: usize,
}

/// A word of a line.
pub(super) struct Word {
    pub(super) chars: Vec<Char>,
    pub(super) span: Span,
}

impl Word {
    pub(super) fn text(&self) -> String {
        self.chars.iter().map(|c| c.c).collect()
    }

    /// Returns the first character, or `None` if it is escaped.
    pub(super) fn first_unescaped(&self) -> Option<char> {
        self.chars.first().filter(|c| !c.escaped).map(|c| c.c)
    }
}
