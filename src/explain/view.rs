//! What a text is read as, grapheme by grapheme: [`TextView`].

use unicode_segmentation::UnicodeSegmentation;

use super::EditGroup;
use super::edits::{EditCollector, dropped, grouped};
use crate::normalize::{
    Disguises, Folded, Form, Layout, Nfkc, Normalized, SymbolMode, Transform, separator_length,
};
use crate::span::Span;

/// A text in each form in which it is searched.
#[derive(Clone, PartialEq, Eq)]
pub struct TextView {
    /// The graphemes of the text, in order.
    pub cells: Vec<Cell>,
    /// How the text was transformed for entries, in the order of transformations.
    pub edits: Vec<EditGroup>,
}

/// A grapheme of a text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its first byte in the text.
    pub start: usize,
    /// What entries are compared with; empty if it is dropped.
    pub folded: String,
    /// What entries and rules without disguises are compared with.
    pub plain: String,
    /// What patterns are compared with.
    pub nfkc: String,
}

impl TextView {
    pub(super) fn of(text: &str) -> TextView {
        let cell = |(start, _)| Cell { start, ..Cell::default() };
        let mut cells: Vec<Cell> = text.grapheme_indices(true).map(cell).collect();
        for (c, from) in Nfkc::new(text).units() {
            cell_at(&mut cells, from).nfkc.push(c);
        }
        fill(&mut cells, &units(text, Disguises::None), |cell| &mut cell.plain);
        let units = units(text, Disguises::Standard);
        fill(&mut cells, &units, |cell| &mut cell.folded);

        let mut edits = EditCollector::new(text);
        let groups = grouped(units.iter().map(|&(c, from)| (from, c)));
        for (from, read) in &groups {
            edits.read(*from, read);
        }
        let whole = Span::new(0, text.len());
        for (step, at) in dropped(text, whole, groups.iter().map(|&(from, _)| from)) {
            edits.add(step, at, "");
        }
        TextView { cells, edits: edits.sorted() }
    }
}

/// Appends characters to the cells that they come from.
fn fill(cells: &mut [Cell], units: &[(char, Span)], of: impl Fn(&mut Cell) -> &mut String) {
    for &(c, from) in units {
        of(cell_at(cells, from)).push(c);
    }
}

/// The cell in which a part of the text begins.
fn cell_at(cells: &mut [Cell], from: Span) -> &mut Cell {
    let end = cells.partition_point(|cell| cell.start <= from.start);
    &mut cells[end - 1]
}

/// What a text folds to, in the order of the text: its words, and the symbols between them in the
/// form that entries with symbols are searched in.
fn units(text: &str, disguises: Disguises) -> Vec<(char, Span)> {
    let mut buffer = Folded::default();
    let mut fold = |layout| {
        let form = Form { disguises, layout };
        let normalized = Normalized::new(text, form, SymbolMode::Letters, &mut buffer);
        normalized.origins().units().collect::<Vec<_>>()
    };
    let mut units = fold(Layout::Tokenized);
    // A separator is not a character of the text.
    let is_character =
        |&(c, from): &(char, Span)| from.start < from.end && separator_length(c).is_none();
    units.retain(is_character);
    let mut taken: Vec<Span> = units.iter().map(|&(_, from)| from).collect();
    taken.sort_unstable();
    let between = fold(Layout::Verbatim).into_iter().filter(|&(_, from)| {
        let end = taken.partition_point(|it| it.start < from.end);
        taken[..end].last().is_none_or(|it| it.end <= from.start)
    });
    units.extend(between);
    // Normalization may have reordered combining marks.
    units.sort_by_key(|&(_, from)| from.start);
    units
}

/// The transformations of a part of a text for patterns.
pub(super) fn nfkc_edits(text: &str, part: Span) -> Vec<EditGroup> {
    let inside = &text[part.range()];
    let mut edits = EditCollector::new(text);
    for (start, c) in inside.char_indices() {
        let at = Span::new(part.start + start, part.start + start + c.len_utf8());
        let slice = &text[at.range()];
        let composed = Nfkc::new(slice);
        if composed.text().is_empty() {
            edits.add(Transform::Invisible, at, "");
        } else if composed.text() != slice {
            edits.add(Transform::Form, at, composed.text());
        }
    }
    edits.sorted()
}
