//! The characters and words of a list line, with what was escaped in it.

use crate::span::Span;

/// A character of a line.
#[derive(Clone, Copy)]
pub(super) struct Char {
    pub(super) c: char,
    /// A backslash stands before it.
    pub(super) escaped: bool,
    /// Where it stands in the line, in bytes.
    pub(super) at: usize,
}

/// A word of a line with what was escaped in it.
pub(super) struct Word {
    pub(super) chars: Vec<Char>,
    pub(super) span: Span,
}

impl Word {
    pub(super) fn text(&self) -> String {
        self.chars.iter().map(|c| c.c).collect()
    }

    /// The first character, unless a backslash stands before it.
    pub(super) fn sign(&self) -> Option<char> {
        self.chars.first().filter(|c| !c.escaped).map(|c| c.c)
    }
}
