//! Reads tables: CSV with the quotes of RFC 4180, also with semicolons or tabs.
//!
//! A quote that is not closed would make one cell of the rest of the file. [`Table`] reports it with the
//! line in which it opens. To notice it, a line break is added at the end of the input: it ends the last
//! row, unless the row is inside quotes, and then the reader asks for more.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use csv::{ByteRecord, ReaderBuilder};

/// The size of the buffer for rows.
const BUFFER: usize = 64 << 10;

/// Reads the rows of a table, one at a time.
pub struct Table<R> {
    reader: csv::Reader<Rows<BufReader<R>>>,
    max_row: usize,
    /// The reader counts the second character of a line break with the row after it.
    has_long_line_breaks: bool,
    row: ByteRecord,
}

/// A row that is not empty.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    /// The number of the line in which it begins, from 1.
    pub line: u64,
    /// The number of line breaks in its cells.
    pub breaks: usize,
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
    pub fn new(input: R, max_row: usize) -> io::Result<Table<R>> {
        let mut input = BufReader::with_capacity(BUFFER, input);
        let separator = separator(input.fill_buf()?);
        Table::with(input, separator, max_row)
    }

    /// The same with a separator.
    ///
    /// # Errors
    /// If the input cannot be read.
    pub fn with_separator(input: R, separator: u8, max_row: usize) -> io::Result<Table<R>> {
        Table::with(BufReader::with_capacity(BUFFER, input), separator, max_row)
    }

    fn with(mut input: BufReader<R>, separator: u8, max_row: usize) -> io::Result<Table<R>> {
        let has_long_line_breaks = has_long_line_breaks(input.fill_buf()?);
        let input = Rows { input, left: 0, end: End::Ahead };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .buffer_capacity(BUFFER)
            .from_reader(input);
        Ok(Table { reader, max_row, has_long_line_breaks, row: ByteRecord::new() })
    }

    /// Returns the next row.
    ///
    /// # Errors
    /// If the input cannot be read. After an error, no more rows should be read.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, TableError> {
        let start = self.line();
        let max_row = self.max_row;
        self.reader.get_mut().left = max_row;
        match self.reader.read_byte_record(&mut self.row) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(_) if self.reader.get_ref().left == 0 => {
                return Err(TableError::LargeRow { line: start });
            }
            Err(error) => return Err(TableError::Io(error.into())),
        }
        let breaks = |cell: &[u8]| cell.iter().filter(|&&byte| byte == b'\n').count();
        let last = self.row.iter().next_back().map_or(0, breaks);
        let line = self.reader.position().line();
        let end = self.reader.get_ref().end;
        if end == End::Passed {
            return Err(TableError::OpenQuote { line: line - last as u64 });
        }
        let breaks = self.row.iter().map(breaks).sum::<usize>();
        // The line break at the end of the row was counted, unless half of it is yet to be read.
        let is_counted = !self.has_long_line_breaks || end == End::Reached;
        let line = line - u64::from(is_counted) - breaks as u64;
        Ok(Some(Row { line, breaks, cells: &self.row }))
    }

    /// Returns the number of the line that is read next.
    fn line(&self) -> u64 {
        let position = self.reader.position();
        position.line() + u64::from(self.has_long_line_breaks && position.byte() > 0)
    }
}

/// Returns the separator that is most frequent in the first line of a table: a comma, a semicolon or a
/// tab.
pub fn separator(start: &[u8]) -> u8 {
    let header = start.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let count = |&separator: &u8| header.iter().filter(|&&byte| byte == separator).count();
    // Of several with the same count, the last one: a comma for a single column.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

fn has_long_line_breaks(start: &[u8]) -> bool {
    let end = start.iter().position(|&byte| byte == b'\n');
    end.is_some_and(|end| start[..end].ends_with(b"\r"))
}

/// Limits what is read for one row, and adds a line break at the end of the input.
struct Rows<R> {
    input: R,
    /// How much may still be read for the row.
    left: usize,
    end: End,
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
            return Ok(read);
        }
        if self.end == End::Ahead {
            self.end = End::Reached;
            buffer[0] = b'\n';
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
