//! A folded text as the search of entries sees it: [`FoldedView`].

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Range;

use super::accents::marks_of;
use super::boundary;
use super::compiled::Needle;
use super::emphasis::Emphasis;
use super::holes::{holes, may_be_hole};
use super::token::Token;
use crate::normalize::{
    CharProps, Disguises, Folded, Form, KATAKANA, Layout, SpacedLetters, leet, separator_length,
};
use crate::span::Span;

/// A folded text and how it was folded.
pub(super) struct FoldedView<'t> {
    text: &'t str,
    /// `None` for spaced letters.
    folded: Option<&'t Folded>,
    form: Form,
    /// The combining marks that the fold dropped, each with the end of its letter, ascending.
    marks: &'t [(usize, char)],
    /// The token that was examined last.
    token: Cell<Option<Token>>,
    /// The tokens examined before it, in ascending order. Walks go back and forth between tokens,
    /// and each token is only read once.
    tokens: RefCell<Vec<Token>>,
    emphasis: OnceCell<Emphasis>,
    /// The [holes], computed on first use.
    holes: OnceCell<Vec<usize>>,
}

impl<'t> FoldedView<'t> {
    pub(super) fn new(folded: &'t Folded, form: Form) -> FoldedView<'t> {
        let view = FoldedView::unfolded(folded.text(), form);
        FoldedView { folded: Some(folded), marks: folded.marks(), ..view }
    }

    /// Creates the view of spaced letters.
    pub(super) fn spaced(row: &'t SpacedLetters) -> FoldedView<'t> {
        FoldedView::joined(row.text(), row.marks())
    }

    /// Creates the view of parts of a text without what was between them, and with the combining
    /// marks that the fold dropped, each with the end of its letter.
    pub(super) fn joined(text: &'t str, marks: &'t [(usize, char)]) -> FoldedView<'t> {
        let form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };
        FoldedView { marks, ..FoldedView::unfolded(text, form) }
    }

    fn unfolded(text: &'t str, form: Form) -> FoldedView<'t> {
        let (token, tokens, emphasis, holes) = Default::default();
        FoldedView { text, folded: None, form, marks: &[], token, tokens, emphasis, holes }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) fn is_standard(&self) -> bool {
        self.form.disguises == Disguises::Standard
    }

    pub(super) fn layout(&self) -> Layout {
        self.form.layout
    }

    /// Returns the character at byte `at`.
    #[inline]
    pub(super) fn char_at(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// Returns the character before byte `at`.
    #[inline]
    pub(super) fn char_before(&self, at: usize) -> Option<char> {
        self.text[..at].chars().next_back()
    }

    /// Returns the combining marks that the fold dropped from a part of the text.
    pub(super) fn marks_in(&self, part: Range<usize>) -> &'t [(usize, char)] {
        let until = |position: usize| self.marks.partition_point(|&(end, _)| end <= position);
        &self.marks[until(part.start)..until(part.end)]
    }

    /// Returns the combining marks that the fold dropped from the letter that ends at byte `end`.
    pub(super) fn dropped_marks(&self, end: usize) -> &'t [(usize, char)] {
        marks_of(self.marks, end)
    }

    /// Whether the kana that ends at byte `end` was katakana.
    pub(super) fn is_katakana(&self, end: usize) -> bool {
        self.dropped_marks(end).iter().any(|&(_, mark)| mark == KATAKANA)
    }

    /// Whether there is a combining mark at byte `at`.
    #[inline]
    pub(super) fn has_mark_at(&self, at: usize) -> bool {
        match self.text.as_bytes().get(at) {
            Some(byte) if !byte.is_ascii() => {
                self.char_at(at).is_some_and(|c| CharProps::of(c).is_mark())
            }
            _ => false,
        }
    }

    /// Whether a word may begin at byte `at`, which is the start of a letter, digit or leet
    /// character.
    pub(super) fn opens(&self, at: usize, elidable: bool) -> bool {
        self.is_hidden_boundary(at) || boundary::opens(self.text, at, elidable)
    }

    /// Whether a word may begin at byte `at` after a decoration such as digits.
    pub(super) fn opens_decorated(&self, at: usize) -> bool {
        boundary::opens_decorated(self.text, at)
    }

    /// Whether a word may end at byte `at`.
    pub(super) fn closes(&self, at: usize) -> bool {
        self.is_hidden_boundary(at) || boundary::closes(self.text, at, self.is_standard())
    }

    /// Whether a word may end at byte `at` before a decoration such as digits.
    pub(super) fn closes_decorated(&self, at: usize) -> bool {
        boundary::closes_decorated(self.text, at)
    }

    /// Whether different digits precede byte `at`, and a word may begin after them.
    pub(super) fn follows_number(&self, at: usize) -> bool {
        boundary::ends_with_number(&self.text[..at]) && self.opens_decorated(at)
    }

    /// Whether different digits follow byte `at`.
    pub(super) fn precedes_number(&self, at: usize) -> bool {
        boundary::begins_with_number(&self.text[at..])
    }

    /// Whether the hiding symbol that ends at byte `end` closes an emphasis that began before it.
    pub(super) fn closes_emphasis(&self, end: usize) -> bool {
        self.emphasis.get_or_init(|| Emphasis::of(self.text)).closes_at(end)
    }

    /// Whether a part has a double s that was an ß.
    pub(super) fn has_sharp_s(&self, part: Span) -> bool {
        self.folded.is_some_and(|folded| folded.has_sharp_s(part))
    }

    /// Whether a word begins at byte `at` with a capital of a hashtag.
    pub(super) fn is_capital(&self, at: usize) -> bool {
        self.folded.is_some_and(|folded| folded.is_capital(at))
    }

    fn is_hidden_boundary(&self, at: usize) -> bool {
        self.folded
            .is_some_and(|folded| folded.has_hidden_boundaries() && folded.is_hidden_boundary(at))
    }

    /// Whether there are boundaries that the text alone does not show.
    pub(super) fn has_hidden_boundaries(&self) -> bool {
        self.folded.is_some_and(Folded::has_hidden_boundaries)
    }

    /// Whether the letter at byte `at` is in a word that mixes scripts or was read as Latin.
    pub(super) fn is_obfuscated(&self, at: usize) -> bool {
        self.folded.is_some_and(|folded| folded.is_obfuscated(at))
    }

    /// Whether there is a leet character at byte `at` that may be read as a letter.
    #[inline]
    pub(super) fn has_leet_char_at(&self, at: usize) -> bool {
        self.form.layout == Layout::Tokenized
            && self.is_standard()
            && self.char_at(at).is_some_and(leet::is_leet)
    }

    /// The positions of the characters that may hide one letter, ascending.
    fn holes(&self) -> &[usize] {
        self.holes.get_or_init(|| match self.form.layout {
            Layout::Tokenized if self.is_standard() && self.folded.is_some() => holes(self.text),
            _ => Vec::new(),
        })
    }

    /// Whether the character at byte `at` may hide one letter.
    #[inline]
    pub(super) fn is_hole(&self, at: usize) -> bool {
        let is_possible = self.text.as_bytes().get(at).is_some_and(|&byte| may_be_hole(byte));
        is_possible && self.holes().binary_search(&at).is_ok()
    }

    /// The positions of such characters in a part of the text.
    pub(super) fn holes_in(&self, part: Range<usize>) -> &[usize] {
        let before = |position: usize| self.holes().partition_point(|&hole| hole < position);
        &self.holes()[before(part.start)..before(part.end)]
    }

    /// Whether a digit in a part of the text may hide one letter.
    pub(super) fn has_digit_hole(&self, part: Range<usize>) -> bool {
        let bytes = self.text.as_bytes();
        let part = part.start..part.end.min(bytes.len());
        // Most parts are a few letters, for which the holes need not be known.
        bytes[part.clone()].iter().any(u8::is_ascii_digit)
            && self.holes_in(part).iter().any(|&hole| bytes[hole].is_ascii_digit())
    }

    /// Returns the number of characters for which `c` counts in a separator between words of a
    /// phrase; `None` if it is not a separator.
    #[inline]
    pub(super) fn separates(&self, c: char) -> Option<u32> {
        match self.form.layout {
            // The separators were removed.
            _ if self.folded.is_none() => None,
            Layout::Tokenized => separator_length(c).or(leet::is_word_symbol(c).then_some(1)),
            Layout::Verbatim => {
                let props = CharProps::of(c);
                let separates = !props.is_break() && (!props.is_word() || props.is_mark());
                separates.then_some(1)
            }
        }
    }

    /// Returns the letters for which the character `c` at byte `at` may be written.
    pub(super) fn letters_of(&self, c: char, at: usize) -> &'static str {
        if !self.is_standard() || (self.form.layout == Layout::Verbatim && !c.is_ascii_digit()) {
            return "";
        }
        let letters = leet::letters_of(c);
        if letters.is_empty() {
            return if matches!(c, 'i' | 'l') && self.is_bar(at) { "il" } else { "" };
        }
        if self.token(at).is_word { letters } else { "" }
    }

    /// Whether the letter at byte `at`, an i or an l, may be the other one.
    fn is_bar(&self, at: usize) -> bool {
        self.folded.is_some_and(|folded| folded.is_bar(at))
    }

    /// Whether the character `c` at byte `at` is at the end of a token, where it is not a letter of the
    /// needle unless it repeats one: it is then part of a double letter at byte `read`.
    #[inline]
    pub(super) fn is_tail(&self, c: char, at: usize, needle: Needle<'_>, read: usize) -> bool {
        leet::may_trail(c)
            && self.form.layout == Layout::Tokenized
            && self.token(at).tail <= at
            && (c == '!' || !needle.char_at(read).is_some_and(|it| needle.is_doubled(it, read)))
    }

    /// Returns the token at byte `at`.
    fn token(&self, at: usize) -> Token {
        let last = self.token.get();
        if let Some(token) = last.filter(|token| token.span.range().contains(&at)) {
            return token;
        }
        let mut tokens = self.tokens.borrow_mut();
        let after = tokens.partition_point(|token| token.span.start <= at);
        let known = after.checked_sub(1).map(|last| tokens[last]).filter(|it| at < it.span.end);
        let found = known.unwrap_or_else(|| {
            let found = Token::around(self.text, at);
            // The first token is only kept in the cell: most texts need no other.
            if last.is_some() {
                tokens.insert(after, found);
            }
            found
        });
        self.token.set(Some(found));
        found
    }
}
