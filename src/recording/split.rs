//! Splits a stream into JSON objects and lines: [`Splitter`].
//!
//! The first characters decide. After `{"` or `[{` the stream is a sequence of JSON values, with
//! anything between them that is whitespace or a comma. Otherwise each line is a piece.
//!
//! **Lists** are entered: of `[{…},{…}]` and of `{"events":[{…},{…}],…}` each item is a piece, and the
//! rest of the outer object is skipped. The members before the list are its head, which has the log
//! stream of a subscription.
//!
//! **Damage** costs as little as possible. An object is damaged if a bracket does not match, a string
//! has a line break, or an object begins where none can. Reading continues at the line in which that
//! was noticed if an object begins there, else at the next line.
//!
//! For example, of these lines the second one is unreadable, and the others are messages:
//!
//! ```text
//! {"Content":"a"}{"Content":"b"}
//! {"Content":"c
//! {"Content":"d"}
//! ```

use std::io::{self, Read};

use super::decode::Head;
use crate::ivs::plain_len;

/// The maximum size in bytes of an object or line; larger ones are unreadable.
pub const MAX_PIECE: usize = 6 << 20;

/// The number of bytes that are read at once.
const READ: usize = 64 << 10;

/// The maximum number of lists in lists.
const MAX_LEVELS: usize = 8;

/// A part of a recording.
#[derive(Clone, Copy)]
pub enum Piece<'a> {
    /// A JSON object, perhaps an invalid one.
    Object(&'a [u8]),
    /// A line without its line break.
    Line(&'a [u8]),
    /// A message, in a form that has nothing else, such as a column of a table. A [`Splitter`] does not
    /// return it.
    Text(&'a [u8]),
    /// A line of text between JSON objects, without its line break.
    Stray(&'a [u8]),
    /// Something that is damaged.
    Unreadable,
}

impl std::fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Piece::Object(json) => write!(f, "Object({} bytes)", json.len()),
            Piece::Line(line) => write!(f, "Line({} bytes)", line.len()),
            Piece::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Piece::Stray(line) => write!(f, "Stray({} bytes)", line.len()),
            Piece::Unreadable => f.write_str("Unreadable"),
        }
    }
}

/// A piece with its surroundings.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The piece.
    pub piece: Piece<'a>,
    /// What is known from the list that contains it.
    pub head: &'a Head,
    /// The number of the line in which it begins, from 1.
    pub line: u64,
}

/// Why a recording cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// It cannot be read.
    Io(io::Error),
    /// It is in a format that is not supported.
    Format {
        /// What it is, as a noun.
        what: &'static str,
        /// How to fix it.
        help: &'static str,
    },
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReadError::Io(error) => error.fmt(f),
            ReadError::Format { what, help } => write!(f, "{what} is not supported; {help}"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // Its own message is the one of `Display`.
            ReadError::Io(error) => error.source(),
            ReadError::Format { .. } => None,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> ReadError {
        ReadError::Io(error)
    }
}

/// Formats that are recognized by their first bytes, and refused.
const REFUSED: [(&[u8], &str, &str); 4] = [
    (
        b"PAR1",
        "Parquet",
        "set the format of the log delivery to JSON, or convert the file, for example with Athena or DuckDB",
    ),
    (b"PK\x03\x04", "a zip file", "unpack it first"),
    (b"\x28\xB5\x2F\xFD", "Zstandard", "unpack it first, with `zstd -d`"),
    (b"BZh", "bzip2", "unpack it first, with `bunzip2`"),
];

/// How a stream is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Json,
    Lines,
}

/// What the splitter is inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// A list whose items are pieces.
    List,
    /// An object that only leads to the next level. It is skipped after that.
    Object,
}

/// Splits a stream into pieces. Holds one piece at a time.
pub struct Splitter<R> {
    input: R,
    /// The bytes from `start` to `end` were read and not yet consumed.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    is_at_end: bool,
    syntax: Option<Syntax>,
    levels: Vec<Level>,
    /// The next object is the value of a member that leads to a list.
    expects_object: bool,
    head: Head,
    /// The number of line breaks that were consumed.
    lines: u64,
    /// The number of the line in which the last piece began, from 1.
    line: u64,
}

impl<R> std::fmt::Debug for Splitter<R> {
    // The buffer contains messages.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Splitter").field("line", &self.line).finish_non_exhaustive()
    }
}

/// A piece by its range, which is relative to the start of the buffer.
enum Found {
    Object(usize),
    Line { end: usize, next: usize },
    Unreadable,
}

impl<R: Read> Splitter<R> {
    /// Creates a splitter of a stream that is not compressed.
    pub fn new(input: R) -> Splitter<R> {
        Splitter {
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            is_at_end: false,
            syntax: None,
            levels: Vec::new(),
            expects_object: false,
            head: Head::default(),
            lines: 0,
            line: 1,
        }
    }

    /// Returns the number of the line in which the last piece began, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Returns the next piece; `None` at the end.
    ///
    /// # Errors
    /// If the stream cannot be read, or is in a format that is not supported.
    pub fn next_part(&mut self) -> Result<Option<Part<'_>>, ReadError> {
        let syntax = match self.syntax {
            Some(syntax) => syntax,
            None => self.detect()?,
        };
        let found = match syntax {
            Syntax::Json => self.next_value()?,
            Syntax::Lines => self.next_line()?,
        };
        let Some(found) = found else { return Ok(None) };
        let start = self.start;
        let piece = match found {
            Found::Object(length) => {
                self.consume(length);
                Piece::Object(&self.buffer[start..start + length])
            }
            Found::Line { end, next } => {
                self.consume(next);
                let line = &self.buffer[start..start + end];
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                if syntax == Syntax::Lines { Piece::Line(line) } else { Piece::Stray(line) }
            }
            Found::Unreadable => Piece::Unreadable,
        };
        Ok(Some(Part { piece, head: &self.head, line: self.line }))
    }

    /// Decides how the stream is split, by its first characters.
    fn detect(&mut self) -> Result<Syntax, ReadError> {
        // The first two characters that are not whitespace; whitespace is never that long.
        const ENOUGH: usize = 4 << 10;
        while self.unread().len() < ENOUGH && !is_decisive(self.unread()) && self.fill()? {}
        for (magic, what, help) in REFUSED {
            if self.unread().starts_with(magic) {
                return Err(ReadError::Format { what, help });
            }
        }
        if self.unread().starts_with(BYTE_ORDER_MARK) {
            self.consume(BYTE_ORDER_MARK.len());
        }
        let syntax = if begins_json(self.unread()) { Syntax::Json } else { Syntax::Lines };
        self.syntax = Some(syntax);
        Ok(syntax)
    }

    fn next_line(&mut self) -> Result<Option<Found>, ReadError> {
        let mut searched = 0;
        loop {
            let unread = self.unread();
            if let Some(end) = unread[searched..].iter().position(|&byte| byte == b'\n') {
                self.line = self.lines + 1;
                let end = searched + end;
                if end > MAX_PIECE {
                    self.consume(end + 1);
                    return Ok(Some(Found::Unreadable));
                }
                return Ok(Some(Found::Line { end, next: end + 1 }));
            }
            searched = unread.len();
            if searched > MAX_PIECE {
                self.line = self.lines + 1;
                self.skip_line()?;
                return Ok(Some(Found::Unreadable));
            }
            if !self.fill()? {
                self.line = self.lines + 1;
                return Ok((searched > 0).then_some(Found::Line { end: searched, next: searched }));
            }
        }
    }

    fn next_value(&mut self) -> Result<Option<Found>, ReadError> {
        loop {
            let Some(&byte) = self.unread().first() else {
                if self.fill()? {
                    continue;
                }
                // A list that was cut off.
                let is_cut = !self.levels.is_empty();
                self.levels.clear();
                self.line = self.lines + 1;
                return Ok(is_cut.then_some(Found::Unreadable));
            };
            let level = self.levels.last().copied();
            if level == Some(Level::Object) && !self.expects_object {
                // The list was the value of a member; the other members are skipped.
                let mut rest = Scan::of_rest();
                let is_closed = self.scan(&mut rest)?;
                self.levels.pop();
                if !is_closed {
                    return self.resume(&rest);
                }
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => self.consume(1),
                b'[' if level.is_none() => {
                    self.head = Head::default();
                    self.levels.push(Level::List);
                    self.consume(1);
                }
                b']' if level == Some(Level::List) => {
                    self.levels.pop();
                    self.consume(1);
                }
                b'{' => {
                    if level.is_none() {
                        self.head = Head::default();
                    }
                    self.expects_object = false;
                    self.line = self.lines + 1;
                    let mut scan = Scan::default();
                    if self.scan(&mut scan)? {
                        match scan.entered {
                            Some(entered) => self.enter(&scan, entered),
                            None if scan.is_discarded => return Ok(Some(Found::Unreadable)),
                            None if scan.at > MAX_PIECE => {
                                self.consume(scan.at);
                                return Ok(Some(Found::Unreadable));
                            }
                            None => return Ok(Some(Found::Object(scan.at))),
                        }
                    } else {
                        return self.resume(&scan);
                    }
                }
                _ if level.is_none() => return self.next_line(),
                _ => {
                    self.line = self.lines + 1;
                    self.levels.clear();
                    self.skip_line()?;
                    return Ok(Some(Found::Unreadable));
                }
            }
        }
    }

    /// Enters a member of the scanned object.
    fn enter(&mut self, scan: &Scan, entered: Entered) {
        let head = &self.buffer[self.start..self.start + scan.at];
        if let Some(head) = Head::read(head, entered == Entered::List) {
            self.head = head;
        }
        self.levels.push(Level::Object);
        match entered {
            Entered::List => {
                self.levels.push(Level::List);
                self.consume(scan.at);
            }
            Entered::Object => {
                self.expects_object = true;
                // The object is scanned from its bracket.
                self.consume(scan.at - 1);
            }
        }
    }

    /// Continues after a damaged object.
    fn resume(&mut self, scan: &Scan) -> Result<Option<Found>, ReadError> {
        self.levels.clear();
        self.expects_object = false;
        if scan.line > 0 && self.unread().get(scan.line) == Some(&b'{') {
            self.consume(scan.line);
        } else {
            self.consume(scan.at);
            self.skip_line()?;
        }
        Ok(Some(Found::Unreadable))
    }

    /// Scans an object to its end or to a list in it. Returns `false` if it is damaged.
    fn scan(&mut self, scan: &mut Scan) -> Result<bool, ReadError> {
        loop {
            match scan.step(&self.buffer[self.start..self.end]) {
                Step::End => {
                    if scan.is_discarded {
                        self.consume(scan.at);
                    }
                    return Ok(true);
                }
                Step::Enter if self.levels.len() + 2 > MAX_LEVELS => return Ok(false),
                Step::Enter => return Ok(true),
                Step::Damaged => return Ok(false),
                Step::More => {}
            }
            if scan.is_discarded || self.unread().len() > MAX_PIECE {
                self.consume(scan.at);
                scan.discard();
            }
            if !self.fill()? {
                scan.at = self.unread().len();
                return Ok(false);
            }
        }
    }

    fn skip_line(&mut self) -> Result<(), ReadError> {
        loop {
            if let Some(end) = self.unread().iter().position(|&byte| byte == b'\n') {
                self.consume(end + 1);
                return Ok(());
            }
            self.consume(self.unread().len());
            if !self.fill()? {
                return Ok(());
            }
        }
    }

    fn unread(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    fn consume(&mut self, length: usize) {
        let consumed = &self.buffer[self.start..self.start + length];
        self.lines += consumed.iter().filter(|&&byte| byte == b'\n').count() as u64;
        self.start += length;
    }

    /// Reads more. Returns `false` at the end of the stream.
    fn fill(&mut self) -> Result<bool, ReadError> {
        if self.is_at_end {
            return Ok(false);
        }
        if self.buffer.len() - self.end < READ {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            // Twice as large for a piece that does not fit, and small again after it.
            let length = (2 * self.end).next_power_of_two().max(4 * READ);
            self.buffer.resize(length, 0);
            self.buffer.shrink_to_fit();
        }
        let read = loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.end += read;
        self.is_at_end = read == 0;
        Ok(read > 0)
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

fn characters(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace())
}

/// Whether the first bytes are enough for a magic number, or for a byte order mark and two characters.
fn is_decisive(bytes: &[u8]) -> bool {
    let may_become = |start: &[u8]| start.len() > bytes.len() && start.starts_with(bytes);
    let is_open =
        may_become(BYTE_ORDER_MARK) || REFUSED.iter().any(|(magic, ..)| may_become(magic));
    !is_open && characters(bytes).nth(1).is_some()
}

/// Whether a stream that begins with these bytes is a sequence of JSON values: `[12:03] hi` is not.
fn begins_json(bytes: &[u8]) -> bool {
    let mut characters = characters(bytes);
    matches!(
        (characters.next(), characters.next()),
        (Some(b'{'), Some(b'"' | b'}') | None) | (Some(b'['), Some(b'{' | b']'))
    )
}

/// What a stream contains, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Lines of text without records.
    Text,
    /// One event of the handler in each line.
    Events,
    /// Anything else that a [`Splitter`] reads.
    Recording,
}

impl Start {
    /// Decides by the first bytes of a stream; `None` if it needs more of them.
    pub fn of(bytes: &[u8]) -> Option<Start> {
        if REFUSED.iter().any(|(magic, ..)| bytes.starts_with(magic)) {
            return Some(Start::Recording);
        }
        if !is_decisive(bytes) {
            return None;
        }
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).trim_ascii_start();
        if !begins_json(bytes) {
            // Another program may have written a line before the records.
            let end = bytes.iter().rposition(|&byte| byte == b'\n')?;
            let mut lines = bytes[..end].split(|&byte| byte == b'\n');
            let has_record = lines.any(|line| super::decode::record_in_line(line).is_some());
            return Some(if has_record { Start::Recording } else { Start::Text });
        }
        let mut scan = Scan::default();
        let is_recording = match scan.step(bytes) {
            _ if bytes[0] == b'[' => true,
            Step::Enter => true,
            Step::Damaged => false,
            Step::More => return None,
            Step::End => {
                let (object, rest) = bytes.split_at(scan.at);
                // Not one object in each line.
                object.contains(&b'\n')
                    || rest.first() == Some(&b'{')
                    || super::decode::is_recorded(object)
            }
        };
        Some(if is_recording { Start::Recording } else { Start::Events })
    }
}

/// The state of the scan of an object, which may continue when more was read.
#[derive(Default)]
struct Scan {
    /// The number of bytes that were scanned.
    at: usize,
    /// The open brackets.
    open: Vec<u8>,
    in_string: bool,
    /// The last byte outside of strings that is not whitespace; `"` after a string.
    previous: u8,
    /// The range of the last string directly in the object.
    string: (usize, usize),
    /// Where the current line begins; 0 for the first line.
    line: usize,
    /// Too large: what was scanned is dropped.
    is_discarded: bool,
    entered: Option<Entered>,
}

/// The value of a member that leads to pieces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entered {
    List,
    Object,
}

enum Step {
    /// The object has ended.
    End,
    /// A list begins whose items are pieces, or an object that leads to one.
    Enter,
    More,
    Damaged,
}

impl Scan {
    /// The scan of an object after the value of a member.
    fn of_rest() -> Scan {
        Scan { open: vec![b'{'], previous: b']', is_discarded: true, ..Scan::default() }
    }

    /// Forgets the bytes that were scanned.
    fn discard(&mut self) {
        self.at = 0;
        self.line = 0;
        self.string = (0, 0);
        self.is_discarded = true;
    }

    fn step(&mut self, bytes: &[u8]) -> Step {
        while let Some(&byte) = bytes.get(self.at) {
            if self.in_string {
                self.at += plain_len(&bytes[self.at..]);
                match bytes.get(self.at) {
                    None => return Step::More,
                    Some(b'"') => {
                        self.in_string = false;
                        self.at += 1;
                        self.string.1 = self.at;
                    }
                    Some(b'\\') if self.at + 1 < bytes.len() => self.at += 2,
                    Some(b'\\') => return Step::More,
                    // A control character, such as a line break.
                    Some(_) => return Step::Damaged,
                }
                continue;
            }
            match byte {
                b'"' => {
                    self.in_string = true;
                    self.string.0 = self.at;
                }
                b'{' | b'[' => {
                    let may_open = match self.previous {
                        0 => self.open.is_empty(),
                        b':' | b'[' => true,
                        b',' => self.open.last() == Some(&b'['),
                        _ => false,
                    };
                    if !may_open {
                        return Step::Damaged;
                    }
                    self.entered = self.leads_to_pieces(byte, bytes);
                    if self.entered.is_some() {
                        self.at += 1;
                        return Step::Enter;
                    }
                    self.open.push(byte);
                }
                b'}' | b']' => {
                    // In ASCII a closing bracket is two after its opening one.
                    if self.open.pop() != Some(byte - 2) {
                        return Step::Damaged;
                    }
                    if self.open.is_empty() {
                        self.at += 1;
                        return Step::End;
                    }
                }
                b'\n' => self.line = self.at + 1,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                self.previous = byte;
            }
            self.at += 1;
        }
        Step::More
    }

    /// Whether the value that begins with a bracket contains pieces.
    fn leads_to_pieces(&self, bracket: u8, bytes: &[u8]) -> Option<Entered> {
        if self.open.len() != 1 || self.previous != b':' || self.is_discarded {
            return None;
        }
        match (&bytes[self.string.0..self.string.1], bracket) {
            (b"\"events\"" | b"\"logEvents\"" | b"\"hits\"", b'[') => Some(Entered::List),
            (b"\"hits\"", b'{') => Some(Entered::Object),
            _ => None,
        }
    }
}
