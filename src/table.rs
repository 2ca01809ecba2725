//! Reads tables: CSV with the quotes of RFC 4180, also with semicolons or tabs.
//!
//! A quote that is not closed would make one cell of the rest of the file. [`Table`] reports it with the
//! line in which it opens. To notice it, a line break is added at the end of the input: it ends the last
//! row, unless the row is inside quotes, and then the reader asks for more.

use std::fmt;
use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder};

/// The size of the buffer for rows.
const BUFFER: usize = 64 << 10;

/// Reads the rows of a table, one at a time.
pub struct Table<R> {
    reader: csv::Reader<Rows<io::Chain<io::Cursor<Vec<u8>>, R>>>,
    max_row: usize,
    row: ByteRecord,
}

/// A row that is not empty.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    /// The number of the line in which it begins, from 1.
    pub line: u64,
    cells: &'t ByteRecord,
}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} cells in line {})", self.cells.len(), self.line)
    }
}

impl<'t> Row<'t> {
    /// Returns a cell.
    pub fn cell(&self, column: usize) -> Option<&'t [u8]> {
        self.cells.get(column)
    }

    /// Returns all cells.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = &'t [u8]> {
        self.cells.iter()
    }
}

/// Why a table cannot be read to its end.
#[derive(Debug)]
pub enum TableError {
    /// The input cannot be read.
    Io(io::Error),
    /// A quote is not closed.
    OpenQuote {
        /// The line in which it opens.
        line: u64,
    },
    /// A row is larger than the limit.
    LargeRow {
        /// The line in which it begins.
        line: u64,
    },
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::Io(error) => error.fmt(f),
            TableError::OpenQuote { line } => write!(
                f,
                "the quote in line {line} is not closed; close it, or write `\"\"` for a quote in a cell"
            ),
            TableError::LargeRow { line } => {
                write!(f, "the row in line {line} is too large; a quote in it may not be closed")
            }
        }
    }
}

impl std::error::Error for TableError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            TableError::Io(error) => Some(error),
            TableError::OpenQuote { .. } | TableError::LargeRow { .. } => None,
        }
    }
}

impl From<io::Error> for TableError {
    fn from(error: io::Error) -> TableError {
        TableError::Io(error)
    }
}

impl<R: Read> Table<R> {
    /// Starts to read a table whose rows are at most as large, with the separator that is most
    /// frequent in its first line.
    ///
    /// # Errors
    /// If the input cannot be read.
    pub fn new(mut input: R, max_row: usize) -> io::Result<Table<R>> {
        let start = first_line(&mut input)?;
        let separator = separator(&start);
        Ok(Table::of(start, input, separator, max_row))
    }

    /// The same with a separator.
    pub fn with_separator(input: R, separator: u8, max_row: usize) -> Table<R> {
        Table::of(Vec::new(), input, separator, max_row)
    }

    fn of(start: Vec<u8>, input: R, separator: u8, max_row: usize) -> Table<R> {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .buffer_capacity(BUFFER)
            .from_reader(Rows::new(io::Cursor::new(start).chain(input)));
        Table { reader, max_row, row: ByteRecord::new() }
    }

    /// Returns the next row.
    ///
    /// # Errors
    /// If the input cannot be read. After an error, no more rows should be read.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, TableError> {
        let start = self.reader.position().clone();
        self.reader.get_mut().left = self.max_row;
        match self.reader.read_byte_record(&mut self.row) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(_) if self.reader.get_ref().left == 0 => {
                return Err(TableError::LargeRow { line: start.line() });
            }
            Err(error) => return Err(TableError::Io(error.into())),
        }
        let breaks = |cell: &[u8]| cell.iter().filter(|&&byte| byte == b'\n').count();
        let (line, end) = (self.reader.position().line(), self.reader.position().byte());
        let rows = self.reader.get_ref();
        if rows.end == End::Passed {
            let last = self.row.iter().next_back().map_or(0, breaks);
            return Err(TableError::OpenQuote { line: line - last as u64 });
        }
        let breaks = self.row.iter().map(breaks).sum::<usize>();
        // The reader counts line feeds. If the row ends with a carriage return, the line feed after it
        // is read with the next row.
        let line = line - breaks as u64 - u64::from(rows.byte(end - 1) == Some(b'\n'));
        Ok(Some(Row { line, cells: &self.row }))
    }
}

/// Reads until a line feed was read, or so much that there is none.
fn first_line(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    let mut buffer = [0; 4 << 10];
    while start.len() < BUFFER && !start.contains(&b'\n') {
        match input.read(&mut buffer)? {
            0 => break,
            length => start.extend_from_slice(&buffer[..length]),
        }
    }
    Ok(start)
}

/// Returns the separator that is most frequent in the first line of a table: a comma, a semicolon or a
/// tab.
pub fn separator(start: &[u8]) -> u8 {
    let header = start.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let count = |&separator: &u8| header.iter().filter(|&&byte| byte == separator).count();
    // Of several with the same count, the last one: a comma for a single column.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

/// Limits what is read for one row, and adds a line break at the end of the input.
struct Rows<R> {
    input: R,
    /// How much may still be read for the row.
    left: usize,
    end: End,
    /// What was read last, after the byte before it, and where that is in the input.
    last: Vec<u8>,
    offset: u64,
}

/// How much was read of the end of the input.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Ahead,
    /// The line break that is added.
    Reached,
    /// More was asked for.
    Passed,
}

impl<R> Rows<R> {
    fn new(input: R) -> Rows<R> {
        Rows { input, left: 0, end: End::Ahead, last: Vec::new(), offset: 0 }
    }

    /// Returns a byte that was read last, or that before.
    fn byte(&self, offset: u64) -> Option<u8> {
        self.last.get(offset.checked_sub(self.offset)? as usize).copied()
    }

    fn remember(&mut self, read: &[u8]) {
        let kept = self.last.last().copied();
        self.offset += self.last.len().saturating_sub(1) as u64;
        self.last.clear();
        self.last.extend(kept);
        self.last.extend_from_slice(read);
    }
}

impl<R: Read> Read for Rows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a row is too large"));
        }
        let length = buffer.len().min(self.left);
        let read = match self.end {
            End::Ahead => self.input.read(&mut buffer[..length])?,
            End::Reached | End::Passed => 0,
        };
        self.left -= read;
        if read > 0 || buffer.is_empty() {
            self.remember(&buffer[..read]);
            return Ok(read);
        }
        if self.end == End::Ahead {
            self.end = End::Reached;
            buffer[0] = b'\n';
            self.remember(b"\n");
            return Ok(1);
        }
        self.end = End::Passed;
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 1 << 20;

    fn rows(table: &str) -> Result<Vec<(u64, Vec<String>)>, String> {
        let mut table = Table::new(table.as_bytes(), MAX).expect("memory can be read");
        let mut rows = Vec::new();
        loop {
            match table.next_row() {
                Ok(Some(row)) => {
                    let cells = row.cells().map(|it| String::from_utf8_lossy(it).into_owned());
                    rows.push((row.line, cells.collect()));
                }
                Ok(None) => return Ok(rows),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    #[test]
    fn quotes_protect_separators_quotes_and_line_breaks() {
        let lines =
            ["a,b", "\"x, y\",\"say \"\"hi\"\"\"", "", "\"two", "lines\", z", "5\" nails,q"];
        let expected: [(u64, [&str; 2]); 4] = [
            (1, ["a", "b"]),
            (2, ["x, y", "say \"hi\""]),
            (4, ["two\nlines", " z"]),
            (6, ["5\" nails", "q"]),
        ];
        for line_break in ["\n", "\r\n"] {
            for (end, bom) in [("", ""), (line_break, "\u{FEFF}")] {
                let table = bom.to_owned() + &lines.join(line_break) + end;
                let rows = rows(&table).expect("a table");
                let rows: Vec<_> = rows
                    .iter()
                    .map(|(line, cells)| {
                        (*line, cells.iter().map(|it| it.replace('\r', "")).collect::<Vec<_>>())
                    })
                    .collect();
                let expected =
                    expected.map(|(line, cells)| (line, cells.map(str::to_owned).to_vec()));
                assert_eq!(rows, expected, "{table:?}");
            }
        }
    }

    #[test]
    fn the_separator_is_the_most_frequent_one_of_the_first_line() {
        for (table, expected) in
            [("a;b\n,,,", b';'), ("a\tb", b'\t'), ("a", b','), ("", b','), ("a,b;c,d", b',')]
        {
            assert_eq!(separator(table.as_bytes()), expected, "{table}");
        }
        assert_eq!(rows("").expect("a table"), []);
        assert_eq!(rows("\n\r\n\n").expect("a table"), []);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_reported_where_it_opens() {
        for (table, line) in [
            ("text\na\n\"b\nc\nd\n", 3),
            ("text\r\na\r\n\"b\r\nc\r\nd", 3),
            ("id,text\n1,\"a\nb\"\n\n\"2\n2\",\"a\nb\n", 6),
            ("\"", 1),
            ("a,\"\"\"\n", 1),
        ] {
            let error = rows(table).expect_err("it is not closed");
            assert!(
                error.starts_with(&format!("the quote in line {line} is not closed")),
                "{table:?}: {error}"
            );
        }
        for table in ["a\n\"b\"", "a\n\"b\nc\"\n", "\"\"", "a,\"b\"\"\"\n", "a \"b\n"] {
            assert!(rows(table).is_ok(), "{table:?}");
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_does_not_read_the_file_into_memory() {
        let table = format!("text\na\n\"{}", "b\n".repeat(MAX));
        let error = rows(&table).expect_err("it is too large");
        assert!(error.starts_with("the row in line 3 is too large"), "{error}");
    }
}
