//! The files of a rule folder: [`Sources`].

use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

use crate::encoding::{Encoding, to_utf8};

/// The index of a [`Source`] in its [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub(crate) u32);

/// One file of a rule folder: its path, and its bytes or the reason why they could not be read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path relative to the rule folder, with `/` as separator: `lists/insults.txt`.
    pub path: String,
    /// The bytes of the file, or why it was not read.
    pub content: Result<Vec<u8>, ReadError>,
}

/// Why a file of a rule folder has no content.
///
/// The messages are phrases that follow the name of the file: `is a folder, not a file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The file cannot be read, or exceeds a limit.
    Unreadable(String),
    /// Not a regular file: a symbolic link, a named pipe, a device.
    Unsupported {
        /// What is wrong.
        what: &'static str,
        /// How to fix it.
        help: &'static str,
    },
}

impl From<&str> for ReadError {
    fn from(what: &str) -> ReadError {
        ReadError::Unreadable(what.to_owned())
    }
}

/// A line and a column of a file, both starting at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in code points.
    pub column: usize,
}

/// All files of one rule folder.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The prefix of displayed paths: with `rules/`, a path is shown as `rules/lists/insults.txt`.
    pub prefix: String,
    files: Vec<Source>,
    /// The encoding of each file before it was converted.
    encodings: Vec<Encoding>,
    /// The number of files that are not part of the rule folder. They come last.
    outside: usize,
    /// Computed when the first position in a file is requested.
    line_indexes: Vec<OnceLock<LineIndex>>,
}

impl Sources {
    /// Creates an empty set of files. `prefix` is prepended to each displayed path.
    pub fn new(prefix: impl Into<String>) -> Sources {
        Sources { prefix: prefix.into(), ..Sources::default() }
    }

    /// Adds a file and returns its id. A file that is UTF-16 by its byte order mark is converted to
    /// UTF-8.
    pub fn push(&mut self, mut source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.files.len()).expect("the loader bounds the files"));
        self.encodings.push(source.content.as_mut().map_or(Encoding::Utf8, to_utf8));
        self.files.push(source);
        self.line_indexes.push(OnceLock::new());
        id
    }

    /// Adds a file that is not part of the rule folder and is displayed without the prefix.
    ///
    /// No file of the folder may be added after it.
    pub fn push_outside(&mut self, file: Source) -> SourceId {
        self.outside += 1;
        self.push(file)
    }

    /// Returns a file.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// Returns the encoding in which a file was saved.
    pub fn encoding(&self, id: SourceId) -> Encoding {
        self.encodings[id.0 as usize]
    }

    /// Returns the files of the folder, without those added by
    /// [`push_outside`](Sources::push_outside).
    pub fn in_folder(&self) -> &[Source] {
        &self.files[..self.files.len() - self.outside]
    }

    /// Returns the id of the file with this path.
    pub fn find(&self, path: &str) -> Option<SourceId> {
        self.files.iter().position(|source| source.path == path).map(|i| SourceId(i as u32))
    }

    /// Returns the paths and ids of all files, in insertion order.
    pub fn paths(&self) -> impl Iterator<Item = (&str, SourceId)> {
        let numbered = self.files.iter().enumerate();
        numbered.map(|(i, source)| (source.path.as_str(), SourceId(i as u32)))
    }

    /// Returns the displayed name of a file: prefix and path.
    pub fn name(&self, id: SourceId) -> String {
        let is_outside = id.0 as usize >= self.files.len() - self.outside;
        let prefix = if is_outside { "" } else { self.prefix.as_str() };
        format!("{prefix}{}", self.get(id).path)
    }

    /// Returns the line and column of a byte offset.
    ///
    /// Offsets beyond the end are treated as the end. The position in a file that could not be read
    /// is line 1, column 1.
    pub fn position(&self, id: SourceId, offset: usize) -> Position {
        let Ok(bytes) = &self.get(id).content else { return Position { line: 1, column: 1 } };
        let index = self.line_indexes[id.0 as usize].get_or_init(|| LineIndex::new(bytes));
        index.position(bytes, offset.min(bytes.len()))
    }

    /// Returns the bytes of a line without its line break. Lines start at 1. `None` if the file has no
    /// such line, or could not be read.
    pub fn line(&self, id: SourceId, line: usize) -> Option<&[u8]> {
        let bytes = self.get(id).content.as_ref().ok()?;
        let index = self.line_indexes[id.0 as usize].get_or_init(|| LineIndex::new(bytes));
        let start = match line.checked_sub(2) {
            Some(before) => index.breaks.get(before)? + 1,
            None => (line == 1).then_some(0)?,
        };
        let end = index.breaks.get(line - 1).copied().unwrap_or(bytes.len());
        let line = &bytes[start..end];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// An index of line breaks and code points that makes positions cheap to compute, even if the file
/// is one long line.
#[derive(Clone, Debug)]
struct LineIndex {
    /// The offsets of the line feeds.
    breaks: Vec<usize>,
    /// The number of code points that begin before each block of [`STEP`] bytes.
    counts: Vec<usize>,
}

const STEP: usize = 1 << 10;

impl LineIndex {
    fn new(bytes: &[u8]) -> LineIndex {
        let breaks = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'\n');
        let counts = bytes.chunks(STEP).scan(0, |count, chunk| {
            let before = *count;
            *count += code_points(chunk);
            Some(before)
        });
        LineIndex { breaks: breaks.map(|(at, _)| at).collect(), counts: counts.collect() }
    }

    fn position(&self, bytes: &[u8], offset: usize) -> Position {
        let passed = self.breaks.partition_point(|&at| at < offset);
        let start = match passed.checked_sub(1) {
            Some(last) => self.breaks[last] + 1,
            None if bytes.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len().min(offset),
            None => 0,
        };
        let column = self.count(bytes, offset) - self.count(bytes, start) + 1;
        Position { line: passed + 1, column }
    }

    /// Returns the number of code points that begin before a byte offset.
    fn count(&self, bytes: &[u8], offset: usize) -> usize {
        let step = offset / STEP;
        let counted = self.counts.get(step).copied();
        // The end of the file may not belong to a block.
        let (before, from) = match counted {
            Some(count) => (count, step * STEP),
            None => (self.counts.last().copied().unwrap_or(0), step.saturating_sub(1) * STEP),
        };
        before + code_points(&bytes[from..offset])
    }
}

/// The byte order mark that some editors write at the start of a UTF-8 file. Not part of the text.
pub const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Returns the number of code points that begin in a part of a UTF-8 string.
pub(crate) fn code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_their_number() {
        let mut sources = Sources::default();
        let id = sources.push(Source { path: "a".into(), content: Ok(b"a\r\n\nc".to_vec()) });
        let ended = sources.push(Source { path: "b".into(), content: Ok(b"a\n".to_vec()) });
        let lost = sources.push(Source { path: "c".into(), content: Err("lost".into()) });
        for (id, line, expected) in [
            (id, 0, None),
            (id, 1, Some("a")),
            (id, 2, Some("")),
            (id, 3, Some("c")),
            (id, 4, None),
            (ended, 2, Some("")),
            (ended, 3, None),
            (ended, usize::MAX, None),
            (lost, 1, None),
        ] {
            assert_eq!(sources.line(id, line), expected.map(str::as_bytes), "{line}");
        }
    }

    #[test]
    fn columns_count_code_points_and_not_the_byte_order_mark() {
        let mut sources = Sources::new("rules/");
        let text = "\u{FEFF}one\r\ntwo\ndréi x".as_bytes().to_vec();
        let x = text.len() - 1;
        let id = sources.push(Source { path: "a.txt".into(), content: Ok(text) });
        assert_eq!(sources.position(id, 3), Position { line: 1, column: 1 });
        assert_eq!(sources.position(id, x), Position { line: 3, column: 6 });
        assert_eq!(sources.position(id, 999), Position { line: 3, column: 7 });
        // A line ends with its line feed.
        assert_eq!(sources.position(id, 7), Position { line: 1, column: 5 });
        assert_eq!(sources.position(id, 8), Position { line: 2, column: 1 });
        assert_eq!(sources.name(id), "rules/a.txt");
    }

    #[test]
    fn files_outside_of_the_folder_have_no_prefix() {
        let mut sources = Sources::new("rules/");
        let file = |path: &str| Source { path: path.into(), content: Ok(Vec::new()) };
        let inside = [sources.push(file("a.txt")), sources.push(file("b.txt"))];
        assert_eq!(inside.map(|id| sources.name(id)), ["rules/a.txt", "rules/b.txt"]);
        let outside = sources.push_outside(file("chat.txt"));
        assert_eq!(inside.map(|id| sources.name(id)), ["rules/a.txt", "rules/b.txt"]);
        assert_eq!(sources.name(outside), "chat.txt");
    }

    #[test]
    fn long_lines_are_counted_in_steps() {
        let mut sources = Sources::default();
        let text = "é".repeat(2 * STEP);
        let id = sources.push(Source { path: "a.txt".into(), content: Ok(text.into()) });
        for column in [1, 2, STEP / 2, STEP / 2 + 1, STEP, 2 * STEP, 2 * STEP + 1] {
            let position = sources.position(id, 2 * (column - 1));
            assert_eq!(position, Position { line: 1, column });
        }
    }
}
