//! The differences between a text and how it was read, by transformation: [`EditGroup`].

use crate::normalize::{Transform, transform_between, transform_to_nothing};
use crate::span::Span;

/// The parts of a text that one transformation changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditGroup {
    /// The transformation.
    pub transform: Transform,
    /// The changed parts, in order.
    pub edits: Vec<Edit>,
}

/// A part of a text, and what it was read as.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// The byte range in the text.
    pub span: Span,
    /// What it was read as; empty if it was dropped.
    pub read: String,
}

impl std::fmt::Debug for Edit {
    // `read` is text of a message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edit").field("span", &self.span).finish_non_exhaustive()
    }
}

/// Collects the edits of one text.
pub(super) struct EditCollector<'t> {
    text: &'t str,
    edits: Vec<(Transform, Edit)>,
}

impl<'t> EditCollector<'t> {
    pub(super) fn new(text: &'t str) -> EditCollector<'t> {
        EditCollector { text, edits: Vec::new() }
    }

    /// Adds an edit if `read` differs from the text.
    pub(super) fn read(&mut self, span: Span, read: &str) {
        if let Some(step) = transform_between(&self.text[span.range()], read) {
            self.add(step, span, read);
        }
    }

    pub(super) fn add(&mut self, step: Transform, span: Span, read: &str) {
        self.edits.push((step, Edit { span, read: read.to_owned() }));
    }

    /// All edits, by transformation and position.
    pub(super) fn sorted(mut self) -> Vec<EditGroup> {
        self.edits.sort_by_key(|(step, edit)| (*step, edit.span));
        let chunks = self.edits.chunk_by(|(a, _), (b, _)| a == b);
        let group = |chunk: &[(Transform, Edit)]| EditGroup {
            transform: chunk[0].0,
            edits: chunk.iter().map(|(_, edit)| edit.clone()).collect(),
        };
        chunks.map(group).collect()
    }
}

/// Joins characters that come from the same part of a text.
pub(super) fn grouped(units: impl Iterator<Item = (Span, char)>) -> Vec<(Span, String)> {
    let mut groups: Vec<(Span, String)> = Vec::new();
    for (from, c) in units {
        match groups.last_mut().filter(|(last, _)| *last == from) {
            Some((_, read)) => read.push(c),
            None => groups.push((from, String::from(c))),
        }
    }
    groups
}

/// The characters in a part of a text that were dropped, with the transformation that drops them.
/// `read` contains the parts that were not dropped.
pub(super) fn dropped(
    text: &str,
    part: Span,
    read: impl Iterator<Item = Span>,
) -> impl Iterator<Item = (Transform, Span)> {
    let mut read: Vec<Span> = read.collect();
    read.sort_unstable();
    let mut base = None;
    text[part.range()].char_indices().filter_map(move |(offset, c)| {
        let at = Span::new(part.start + offset, part.start + offset + c.len_utf8());
        let end = read.partition_point(|it| it.start < at.end);
        let is_read = read[..end].last().is_some_and(|it| at.start < it.end);
        let step = transform_to_nothing(c).filter(|_| !is_read);
        if step.is_none() {
            base = Some(c);
        }
        let shapes_emoji = shapes_emoji(c) && base.is_some_and(|base| !base.is_alphanumeric());
        step.filter(|_| !shapes_emoji).map(|step| (step, at))
    })
}

/// Whether a character may modify the emoji before it: joiners, variation selectors and tags.
fn shapes_emoji(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}')
}
