//! Reads word lists that are tables.

use super::Problem;
use crate::table::{Table, TableError};

/// A row and the line at which it begins.
pub(super) struct Row {
    pub(super) line: usize,
    /// The cells, without whitespace around them.
    pub(super) cells: Vec<String>,
}

/// Returns the character that separates the cells of a table.
pub(super) fn separator(text: &str) -> char {
    char::from(crate::table::separator(text.as_bytes()))
}

/// Reads the rows that are not empty.
///
/// # Errors
/// A quote that is not closed.
pub(super) fn rows(text: &str, separator: char) -> Result<Vec<Row>, Problem> {
    let problem = |error: TableError| match error {
        TableError::OpenQuote { line } => {
            let message =
                "the quote is not closed; close it, or write `\"\"` for a quote in a cell";
            (line as usize, message.to_owned())
        }
        error => (0, error.to_string()),
    };
    // The whole file may be one row.
    let mut table = Table::with_separator(text.as_bytes(), separator as u8, text.len() + 1);
    let mut rows = Vec::new();
    while let Some(row) = table.next_row().map_err(problem)? {
        let cells =
            row.cells().map(|it| String::from_utf8_lossy(it.trim_ascii()).trim().to_owned());
        let cells: Vec<String> = cells.collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row { line: row.line as usize, cells });
        }
    }
    Ok(rows)
}
