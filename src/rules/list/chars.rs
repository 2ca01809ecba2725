//! The characters and words of a list line, with information about escapes.

use crate::span::Span;

/// A character of a line.
#[derive(Clone, Copy)]
pub(crate) struct Char {
    pub(crate) c: char,
    /// Whether a backslash precedes the character.
    pub(crate) escaped: bool,
    /// The byte offset in the line.
    pub(crate) at: usize,
}

/// A word of a line.
pub(crate) struct Word {
    pub(crate) chars: Vec<Char>,
    /// The word as it is written, with backslashes.
    pub(crate) span: Span,
}

/// The words of a line, without those of its comment.
pub(crate) struct Words {
    pub(crate) words: Vec<Word>,
    /// The byte offset of the `#` of the comment.
    pub(crate) comment: Option<usize>,
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
