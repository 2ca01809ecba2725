//! An entry as it is searched: [`CompiledEntry`].

use super::token::token;
use super::view::FoldedView;
use crate::normalize::{CharProps, Layout, leet};
use crate::rules::{End, ListId};

/// Stands in the text of an entry between two words.
pub(super) const GAP: char = '\u{1}';

/// An entry as it is searched.
#[derive(Clone)]
pub(super) struct CompiledEntry {
    pub(super) list: ListId,
    pub(super) entry: u32,
    /// Where its text begins among those of the index, and its length, in bytes.
    pub(super) text: (u32, u32),
    pub(super) exception: bool,
    /// It works on some days only.
    pub(super) dated: bool,
    /// No rule sees through a disguise of it.
    pub(super) plain: bool,
    /// Whether its letters may stand one by one, or be hidden.
    pub(super) may_be_spaced: bool,
    /// It begins with a letter or digit, and a word must begin there.
    pub(super) needs_word_start: bool,
    /// It begins with a sign, where no word must begin unless a letter is written for that.
    pub(super) begins_with_symbol: bool,
    /// It may follow an elision.
    pub(super) elidable: bool,
    pub(super) end: End,
    /// It ends with a letter or digit.
    pub(super) ends_in_word: bool,
    /// An edge is a symbol, so that half a grapheme is no hit.
    pub(super) whole_graphemes: bool,
    /// It has a letter more than once in a row.
    pub(super) has_doubled_letters: bool,
    /// A letter of each word of an entry in another script that was read as a Latin one, in bytes of its
    /// text.
    pub(super) confusables: Box<[usize]>,
}

impl CompiledEntry {
    /// Whether the two, of the same text, hit at the same places and do the same there.
    pub(super) fn is_equivalent_to(&self, other: &CompiledEntry) -> bool {
        self.list == other.list
            && self.exception == other.exception
            && self.plain == other.plain
            && self.may_be_spaced == other.may_be_spaced
            && self.needs_word_start == other.needs_word_start
            && self.end == other.end
            && self.confusables == other.confusables
    }

    /// Whether it ends where its word does.
    pub(super) fn must_end_word(&self) -> bool {
        self.ends_in_word && self.end == End::Word
    }

    /// Whether some of its letters may be hidden.
    pub(super) fn may_be_censored(&self) -> bool {
        self.may_be_spaced && self.elidable
    }

    /// Whether it may end at byte `end`, where all its letters have been read.
    pub(super) fn may_end_at(&self, text: &FoldedView<'_>, needle: Needle<'_>, end: usize) -> bool {
        let is_word = |c| CharProps::of(c).is_word();
        if !self.ends_in_word && !text.char_before(end).is_some_and(is_word) {
            // With a mark on it, it is another symbol.
            return !text.has_mark_at(end);
        }
        !needle.is_repeated_at(text, end) && (self.end == End::Anywhere || text.closes(end))
    }
}

/// The text of an entry, with one of its endings or without.
#[derive(Clone, Copy)]
pub(super) struct Needle<'n> {
    pub(super) entry: &'n str,
    /// In ASCII.
    pub(super) ending: &'static str,
}

impl Needle<'_> {
    pub(super) fn len(self) -> usize {
        self.entry.len() + self.ending.len()
    }

    /// The character that begins at byte `at`.
    #[inline]
    pub(super) fn char_at(self, at: usize) -> Option<char> {
        match self.entry.as_bytes().get(at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            Some(_) => self.entry[at..].chars().next(),
            None => self.ending.as_bytes().get(at - self.entry.len()).copied().map(char::from),
        }
    }

    /// Where the character begins that ends at byte `end`, which is not the start.
    #[inline]
    pub(super) fn start_of_last(self, end: usize) -> usize {
        match end > self.entry.len() {
            true => end - 1,
            false => self.entry.floor_char_boundary(end - 1),
        }
    }

    /// Whether it is more than one letter with its marks.
    pub(super) fn is_long(self) -> bool {
        let bases = self.entry.chars().filter(|&c| !CharProps::of(c).is_mark()).take(2).count();
        bases + self.ending.len() > 1
    }

    /// The letters that its character `c` at byte `at` may be written for.
    pub(super) fn letters_of(self, c: char, at: usize, layout: Layout) -> &'static str {
        if layout == Layout::Verbatim && !c.is_ascii_digit() {
            return "";
        }
        let letters = leet::letters_of(c);
        if letters.is_empty() || !token(self.entry, at).1 { "" } else { letters }
    }

    /// Whether a letter or digit at byte `at` of a text repeats the last letter.
    fn is_repeated_at(self, text: &FoldedView<'_>, at: usize) -> bool {
        let (Some(c), true) = (text.char_at(at), text.is_standard()) else { return false };
        let last = self.char_at(self.start_of_last(self.len()));
        let Some(letter) = last.filter(|&c| CharProps::of(c).is_letter()) else { return false };
        !leet::is_word_symbol(c)
            && (c == letter || text.letters_of(c, at).contains(letter))
            && !text.has_mark_at(at + c.len_utf8())
    }
}
