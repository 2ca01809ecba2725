//! What parts of a text were read as, and by which steps: [`EditGroup`].

use crate::normalize::{Transform, transform_between, transform_to_nothing};
use crate::span::Span;

/// Parts of a text that one step changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditGroup {
    /// The step.
    pub transform: Transform,
    /// The parts, in their order.
    pub edits: Vec<Edit>,
}

/// A part of a text, and what it was read as.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes of the text.
    pub span: Span,
    /// What they were read as; empty if they were dropped.
    pub read: String,
}

impl std::fmt::Debug for Edit {
    // What was read is text of a message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edit").field("span", &self.span).finish_non_exhaustive()
    }
}

/// Collects edits of one text.
pub(super) struct EditCollector<'t> {
    text: &'t str,
    edits: Vec<(Transform, Edit)>,
}

impl<'t> EditCollector<'t> {
    pub(super) fn new(text: &'t str) -> EditCollector<'t> {
        EditCollector { text, edits: Vec::new() }
    }

    /// Adds a part that is read as something, if that took a step.
    pub(super) fn read(&mut self, span: Span, read: &str) {
        if let Some(step) = transform_between(&self.text[span.range()], read) {
            self.add(step, span, read);
        }
    }

    pub(super) fn add(&mut self, step: Transform, span: Span, read: &str) {
        self.edits.push((step, Edit { span, read: read.to_owned() }));
    }

    /// All of them, by step and place.
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

/// Characters that come from the same part of a text, as one.
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

/// The characters of a part of a text of which nothing was read, with the steps that drop them. `read`
/// tells what was, in the order of the text.
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
        let behind = read.partition_point(|it| it.start < at.end);
        let is_read = read[..behind].last().is_some_and(|it| at.start < it.end);
        let step = transform_to_nothing(c).filter(|_| !is_read);
        if step.is_none() {
            base = Some(c);
        }
        let shapes_emoji = shapes_emoji(c) && base.is_some_and(|base| !base.is_alphanumeric());
        step.filter(|_| !shapes_emoji).map(|step| (step, at))
    })
}

/// Whether a character belongs to the emoji that it stands behind: joiners, selectors and tags.
fn shapes_emoji(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}')
}
