//! One message in the forms that searches need, each made once and only if one does: [`Haystack`].

use std::cell::OnceCell;

use crate::normalize::{Graphemes, Nfkc};
use crate::span::Span;

/// A message and its forms.
pub(super) struct Haystack<'t> {
    original: &'t str,
    composed: OnceCell<Nfkc<'t>>,
    graphemes: OnceCell<Graphemes>,
}

impl<'t> Haystack<'t> {
    pub(super) fn new(original: &'t str) -> Haystack<'t> {
        Haystack { original, composed: OnceCell::new(), graphemes: OnceCell::new() }
    }

    pub(super) fn original(&self) -> &'t str {
        self.original
    }

    /// In NFKC, without invisible characters.
    pub(super) fn composed(&self) -> &str {
        self.composition().text()
    }

    fn composition(&self) -> &Nfkc<'t> {
        self.composed.get_or_init(|| Nfkc::new(self.original))
    }

    /// The bytes of the original that a part of the composed text stands for.
    pub(super) fn part(&self, composed: Span) -> Span {
        self.composition().origin(composed)
    }

    /// The same, widened to whole graphemes.
    pub(super) fn origin(&self, composed: Span) -> Span {
        self.widen(self.part(composed))
    }

    /// The smallest span of whole graphemes that holds one of the original.
    pub(super) fn widen(&self, span: Span) -> Span {
        self.graphemes.get_or_init(|| Graphemes::new(self.original)).widen(span)
    }
}
