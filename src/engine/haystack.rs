//! A message in the forms that searches need: [`Haystack`]. Each is computed once, on first use.

use std::cell::OnceCell;

use crate::normalize::{Graphemes, Nfkc, SearchKey};
use crate::span::Span;

/// A message and its forms.
pub(super) struct Haystack<'t> {
    original: &'t str,
    key: &'t SearchKey,
    composed: OnceCell<Nfkc<'t>>,
    graphemes: OnceCell<Graphemes>,
}

impl<'t> Haystack<'t> {
    pub(super) fn new(original: &'t str, key: &'t SearchKey) -> Haystack<'t> {
        Haystack { original, key, composed: OnceCell::new(), graphemes: OnceCell::new() }
    }

    pub(super) fn original(&self) -> &'t str {
        self.original
    }

    /// The search key of the message.
    pub(super) fn key(&self) -> &SearchKey {
        self.key
    }

    /// Returns the message in NFKC, without invisible characters.
    pub(super) fn composed(&self) -> &str {
        self.composition().text()
    }

    fn composition(&self) -> &Nfkc<'t> {
        self.composed.get_or_init(|| Nfkc::new(self.original))
    }

    /// Returns the positions in the NFKC text of punctuation that is full-width in the original,
    /// which no path of a link contains: `https://example.com/a，b`.
    pub(super) fn wide_punctuation(&self) -> Vec<usize> {
        let mut wide = Vec::new();
        if self.original.is_ascii() {
            return wide;
        }
        let mut at = 0;
        for (c, from) in self.composition().units() {
            let is_punctuation = matches!(c, '!' | '(' | ')' | ',' | ':' | ';' | '?');
            if is_punctuation && !self.original.as_bytes()[from.start].is_ascii() {
                wide.push(at);
            }
            at += c.len_utf8();
        }
        wide
    }

    /// Returns the byte range of the original from which a part of the NFKC text comes.
    pub(super) fn part(&self, composed: Span) -> Span {
        self.composition().origin(composed)
    }

    /// Like [`part`](Haystack::part), widened to whole graphemes.
    pub(super) fn origin(&self, composed: Span) -> Span {
        self.widen(self.part(composed))
    }

    /// Returns the smallest span of whole graphemes that contains a span of the original.
    pub(super) fn widen(&self, span: Span) -> Span {
        self.graphemes.get_or_init(|| Graphemes::new(self.original)).widen(span)
    }
}
