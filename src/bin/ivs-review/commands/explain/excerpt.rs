//! A text and what stands below it, aligned by display width.

use ivs_chat_review::display::display_safe;
use ivs_chat_review::explain::Cell;
use ivs_chat_review::span::Span;
use unicode_width::UnicodeWidthStr;

/// The columns of a line that are filled at the most.
const WIDTH: usize = 80;
/// The columns that are shown before and behind a hit.
const AROUND: usize = 30;

/// A part of a text around some of its graphemes, safe to show, and the line below that underlines them.
pub(super) fn excerpt(text: &str, cells: &[Cell], span: Span) -> (String, String) {
    let first = cells.partition_point(|cell| cell.start < span.start);
    let end = cells.partition_point(|cell| cell.start < span.end);
    let grapheme = |number: usize| {
        let end = cells.get(number + 1).map_or(text.len(), |cell| cell.start);
        display_safe(&text[cells[number].start..end]).into_owned()
    };
    let mut before = near((0..first).rev().map(grapheme));
    before.reverse();
    let before = before.concat();
    let inside = display_safe(&text[span.range()]);
    let behind = near((end..cells.len()).map(grapheme)).concat();
    let marks = " ".repeat(before.width()) + &"~".repeat(inside.width().max(1));
    (before + &inside + &behind, marks)
}

/// Those of some graphemes for which there is room; an ellipsis for the others.
fn near(graphemes: impl Iterator<Item = String>) -> Vec<String> {
    let mut room = AROUND;
    let mut near = Vec::new();
    for grapheme in graphemes {
        match room.checked_sub(grapheme.width()) {
            Some(rest) => room = rest,
            None => {
                near.push("…".to_owned());
                break;
            }
        }
        near.push(grapheme);
    }
    near
}

/// A name, and what a cell has under it.
pub(super) type Row<'n> = (&'n str, fn(&Cell) -> &str);

/// A text above what it is read as, each part of that below the grapheme that it comes from, in as many
/// pieces as the width asks for. Each row has a name; one that says the same as the text is left out.
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
            .any(|(cell, grapheme)| as_shown(of(cell), grapheme) != *grapheme)
    };
    let rows: Vec<_> = rows.iter().filter(|(_, of)| differs(*of)).collect();
    let mut pieces = Vec::new();
    let mut piece = Piece::new(rows.len());
    for (cell, grapheme) in cells.iter().zip(&graphemes) {
        let shown = display_safe(grapheme).into_owned();
        let read: Vec<String> = rows
            .iter()
            .map(|(_, of)| display_safe(as_shown(of(cell), grapheme)).into_owned())
            .collect();
        let width = read.iter().map(|it| it.width()).fold(shown.width(), usize::max);
        if piece.width + width > WIDTH && piece.width > 0 {
            pieces.push(std::mem::replace(&mut piece, Piece::new(rows.len())));
        }
        piece.add(std::iter::once(shown).chain(read), width);
    }
    pieces.push(piece);
    let names = || std::iter::once("").chain(rows.iter().map(|(name, _)| *name));
    let lines = pieces.into_iter().map(|piece| {
        let lines = piece.lines.into_iter().map(|line| line.trim_end().to_owned());
        names().zip(lines).collect()
    });
    lines.collect()
}

/// What a grapheme is read as; an emoji in one piece, which it is not without its joiners.
fn as_shown<'s>(read: &'s str, grapheme: &'s str) -> &'s str {
    let is_emoji = !grapheme.starts_with(char::is_alphanumeric);
    let shapes = |c| matches!(c, '\u{200D}' | '\u{FE0F}');
    let is_same = || read.chars().eq(grapheme.chars().filter(|&c| !shapes(c)));
    if is_emoji && !read.is_empty() && is_same() { grapheme } else { read }
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
    fn what_is_read_stands_below_what_it_comes_from() {
        let cell = |(start, folded): (usize, &str)| Cell {
            start,
            folded: folded.to_owned(),
            ..Cell::default()
        };
        let text = "日Ｂ\u{200B}ﬁ";
        let cells: Vec<Cell> = [(0, "日"), (3, "b"), (6, ""), (9, "fi")].map(cell).into();
        let rows: [Row<'_>; 1] = [("as read", |cell| &cell.folded)];
        let pieces = aligned(text, &cells, &rows);
        let expected =
            [vec![("", r"日Ｂ\u{200b}ﬁ".to_owned()), ("as read", format!("日b {:8}fi", ""))]];
        assert_eq!(pieces, expected);
        let same = [(0, "a")].map(cell);
        assert_eq!(aligned("a", &same, &rows), [vec![("", "a".to_owned())]]);
    }

    #[test]
    fn hits_are_shown_with_what_is_around_them() {
        let text = format!("{} bad 日本{}", "x".repeat(40), "y".repeat(40));
        let cell = |(start, _)| Cell { start, ..Cell::default() };
        let cells: Vec<Cell> = text.char_indices().map(cell).collect();
        let (line, marks) = excerpt(&text, &cells, Span::new(41, 44));
        assert_eq!(line, format!("…{} bad 日本{}…", "x".repeat(29), "y".repeat(25)));
        assert_eq!(marks, format!("{}~~~", " ".repeat(31)));
    }
}
