//! Tables: text with aligned columns, and cells of CSV.

use std::io::{self, Write};

use ivs_chat_review::display::display_safe;
use unicode_width::UnicodeWidthStr;

/// Writes the header and the rows, each with as many cells as the header. Control characters are
/// escaped.
pub(crate) fn write(out: &mut impl Write, head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let safe = |row: &Vec<String>| row.iter().map(|it| display_safe(it).into_owned()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(safe).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].width());
        cells.chain([head[column].len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells = cells.zip(&widths);
        let cells: Vec<String> =
            cells.map(|(cell, width)| format!("{cell}{:1$}", "", width - cell.width())).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())
    };
    line(&mut head.iter().copied())?;
    rows.iter().try_for_each(|row| line(&mut row.iter().map(String::as_str)))
}

/// Returns a text as a cell of CSV: on one line, and after an apostrophe if a spreadsheet would read it
/// as a formula.
pub(crate) fn cell(text: &str) -> String {
    let prefix = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("{prefix}{}", display_safe(text))
}
