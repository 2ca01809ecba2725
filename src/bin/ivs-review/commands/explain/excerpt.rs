//! Aligns a text with lines below it by display width.

use ivs_chat_review::display::display_safe;
use ivs_chat_review::explain::Cell;
use ivs_chat_review::span::Span;
use unicode_width::UnicodeWidthStr;

/// The maximum columns of a line.
const WIDTH: usize = 80;
/// The columns of context before and after a match.
const CONTEXT: usize = 30;

/// Returns the part of a text around `span`, escaped, and a line that underlines `span`.
pub(super) fn excerpt(text: &str, cells: &[Cell], span: Span) -> (String, String) {
    let first = cells.partition_point(|cell| cell.start < span.start);
    let end = cells.partition_point(|cell| cell.start < span.end);
    let grapheme = |index: usize| {
        let end = cells.get(index + 1).map_or(text.len(), |cell| cell.start);
        display_safe(&text[cells[index].start..end]).into_owned()
    };
    let mut before = take_columns((0..first).rev().map(grapheme));
    before.reverse();
    let before = before.concat();
    let inside = display_safe(&text[span.range()]);
    let after = take_columns((end..cells.len()).map(grapheme)).concat();
    let underline = " ".repeat(before.width()) + &"~".repeat(inside.width().max(1));
    (before + &inside + &after, underline)
}

/// Takes graphemes that fit into [`CONTEXT`], and an ellipsis if there are more.
fn take_columns(graphemes: impl Iterator<Item = String>) -> Vec<String> {
    let mut room = CONTEXT;
    let mut taken = Vec::new();
    for grapheme in graphemes {
        match room.checked_sub(grapheme.width()) {
            Some(rest) => room = rest,
            None => {
                taken.push("…".to_owned());
                break;
            }
        }
        taken.push(grapheme);
    }
    taken
}

/// A label, and the content of a cell in this row.
pub(super) type Row<'n> = (&'n str, fn(&Cell) -> &str);

/// Returns a text and `rows` of its normalized forms, each cell below its grapheme, wrapped into
/// pieces of [`WIDTH`] columns. Rows equal to the text are omitted.
pub(super) fn aligned<'n>(
    text: &str,
    cells: &[Cell],
    rows: &[Row<'n>],
) -> Vec<Vec<(&'n str, String)>> {
    let ends = cells.iter().skip(1).map(|cell| cell.start).chain([text.len()]);
    let graphemes: Vec<&str> =
        cells.iter().zip(ends).map(|(cell, end)| &text[cell.start..end]).collect();
    let differs = |of: fn(&Cell) -> &str| {
        cells
            .iter()
            .zip(&graphemes)
            .any(|(cell, grapheme)| for_display(of(cell), grapheme) != *grapheme)
    };
    let rows: Vec<_> = rows.iter().filter(|(_, of)| differs(*of)).collect();
    let mut pieces = Vec::new();
    let mut piece = Piece::new(rows.len());
    for (cell, grapheme) in cells.iter().zip(&graphemes) {
        let original = display_safe(grapheme).into_owned();
        let normalized: Vec<String> = rows
            .iter()
            .map(|(_, of)| display_safe(for_display(of(cell), grapheme)).into_owned())
            .collect();
        let width = normalized.iter().map(|it| it.width()).fold(original.width(), usize::max);
        if piece.width + width > WIDTH && piece.width > 0 {
            pieces.push(std::mem::replace(&mut piece, Piece::new(rows.len())));
        }
        piece.add(std::iter::once(original).chain(normalized), width);
    }
    pieces.push(piece);
    let labels = || std::iter::once("").chain(rows.iter().map(|(label, _)| *label));
    let lines = pieces.into_iter().map(|piece| {
        let lines = piece.lines.into_iter().map(|line| line.trim_end().to_owned());
        labels().zip(lines).collect()
    });
    lines.collect()
}

/// Returns the normalized form of a grapheme for display. An emoji sequence keeps its joiners,
/// since it is displayed as several emoji without them.
fn for_display<'s>(normalized: &'s str, grapheme: &'s str) -> &'s str {
    let is_emoji = !grapheme.starts_with(char::is_alphanumeric);
    let is_joiner = |c| matches!(c, '\u{200D}' | '\u{FE0F}');
    let is_same = || normalized.chars().eq(grapheme.chars().filter(|&c| !is_joiner(c)));
    if is_emoji && !normalized.is_empty() && is_same() { grapheme } else { normalized }
}

struct Piece {
    width: usize,
    lines: Vec<String>,
}

impl Piece {
    fn new(rows: usize) -> Piece {
        Piece { width: 0, lines: vec![String::new(); rows + 1] }
    }

    /// Appends a column.
    fn add(&mut self, parts: impl Iterator<Item = String>, width: usize) {
        for (line, part) in self.lines.iter_mut().zip(parts) {
            *line += &part;
            *line += &" ".repeat(width - part.width());
        }
        self.width += width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalized_forms_are_below_their_graphemes() {
        let cell = |(start, folded): (usize, &str)| Cell {
            start,
            folded: folded.to_owned(),
            ..Cell::default()
        };
        let text = "日Ｂ\u{200B}ﬁ";
        let cells: Vec<Cell> = [(0, "日"), (3, "b"), (6, ""), (9, "fi")].map(cell).into();
        let rows: [Row<'_>; 1] = [("normalized", |cell| &cell.folded)];
        let pieces = aligned(text, &cells, &rows);
        let expected =
            [vec![("", r"日Ｂ\u{200b}ﬁ".to_owned()), ("normalized", format!("日b {:8}fi", ""))]];
        assert_eq!(pieces, expected);
        let same = [(0, "a")].map(cell);
        assert_eq!(aligned("a", &same, &rows), [vec![("", "a".to_owned())]]);
    }

    #[test]
    fn matches_are_shown_with_context() {
        let text = format!("{} bad 日本{}", "x".repeat(40), "y".repeat(40));
        let cell = |(start, _)| Cell { start, ..Cell::default() };
        let cells: Vec<Cell> = text.char_indices().map(cell).collect();
        let (line, underline) = excerpt(&text, &cells, Span::new(41, 44));
        assert_eq!(line, format!("…{} bad 日本{}…", "x".repeat(29), "y".repeat(25)));
        assert_eq!(underline, format!("{}~~~", " ".repeat(31)));
    }
}
