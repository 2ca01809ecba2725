//! Reads any bytes as a table.

use std::io::Read;

use super::trickle::Trickle;
use ivs_chat_review::table::{Table, TableError};

/// Larger than any input.
const MAX_ROW: usize = 1 << 20;

/// Reads a table. Checks that it does not depend on how many bytes are read at once, and that rows, the
/// lines in which they begin, and quotes that are not closed are those of a plain reader.
///
/// # Panics
/// If a property is violated.
pub fn tables(bytes: &[u8]) {
    let whole = read(bytes);
    let size = bytes.first().map_or(1, |&byte| usize::from(byte % 16) + 1);
    assert_eq!(whole, read(Trickle { bytes, size }), "in reads of {size} bytes");

    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    assert_eq!(whole, plain(bytes));
}

/// The rows of a table.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rows {
    /// Line and cells of each row.
    rows: Vec<(u64, Vec<Vec<u8>>)>,
    /// The line of a quote that is not closed.
    open_quote: Option<u64>,
}

fn read(input: impl Read) -> Rows {
    let mut table = Table::with_separator(input, b',', MAX_ROW);
    let mut read = Rows::default();
    loop {
        match table.next_row() {
            Ok(Some(row)) => {
                assert!(!format!("{row:?}").contains("secret"), "Debug shows a cell");
                read.rows.push((row.line, row.cells().map(<[u8]>::to_vec).collect()));
            }
            Ok(None) => return read,
            Err(TableError::OpenQuote { line }) => {
                read.open_quote = Some(line);
                return read;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Reads a table one byte after another.
fn plain(bytes: &[u8]) -> Rows {
    let mut read = Rows::default();
    let (mut line, mut start, mut opened) = (1, 1, 0);
    let mut cells: Vec<Vec<u8>> = Vec::new();
    let mut cell = Vec::new();
    // Whether the cell has begun, and with a quote, and whether that is closed.
    let (mut has_begun, mut is_quoted, mut is_closed) = (false, false, false);
    let mut bytes = bytes.iter().copied().peekable();
    loop {
        let Some(byte) = bytes.next() else {
            if is_quoted && !is_closed {
                read.open_quote = Some(opened);
            } else if has_begun || !cells.is_empty() {
                cells.push(cell);
                read.rows.push((start, cells));
            }
            return read;
        };
        match byte {
            b'"' if is_quoted && !is_closed => match bytes.next_if_eq(&b'"') {
                Some(_) => cell.push(b'"'),
                None => is_closed = true,
            },
            byte if is_quoted && !is_closed => {
                line += u64::from(byte == b'\n');
                cell.push(byte);
            }
            b'"' if !has_begun => {
                (has_begun, is_quoted) = (true, true);
                opened = line;
            }
            b',' => {
                cells.push(std::mem::take(&mut cell));
                (has_begun, is_quoted, is_closed) = (false, false, false);
            }
            b'\r' | b'\n' => {
                if byte == b'\r' && bytes.next_if_eq(&b'\n').is_some() || byte == b'\n' {
                    line += 1;
                }
                if has_begun || !cells.is_empty() {
                    cells.push(std::mem::take(&mut cell));
                    read.rows.push((start, std::mem::take(&mut cells)));
                }
                (has_begun, is_quoted, is_closed) = (false, false, false);
                start = line;
            }
            byte => {
                has_begun = true;
                cell.push(byte);
            }
        }
    }
}
