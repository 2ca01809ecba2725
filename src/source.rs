//! The files of a rule folder: [`Sources`].

use std::sync::OnceLock;

/// The number of a [`Source`] among the files of one rule folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub(crate) u32);

/// One file of a rule folder: its name, and its bytes or why they could not be had.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path inside the rule folder, with `/` between its parts: `lists/insults.txt`.
    pub path: String,
    /// The bytes of the file, or why they were not read.
    pub content: Result<Vec<u8>, ReadError>,
}

/// Why a file of a rule folder has no content. What is wrong is a phrase that follows the file's name: `is a folder,
/// not a file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The file cannot be read, or is over a limit.
    Unreadable(String),
    /// It is not a regular file: a symbolic link, a named pipe, a device.
    Unsupported {
        /// What it is.
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

/// A line and a column of a file, both counted from 1.
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
    /// Put before a path where a person reads it: `rules/` makes `rules/lists/insults.txt`.
    pub prefix: String,
    files: Vec<Source>,
    /// Files of no rule folder, which come last.
    outside: usize,
    /// Found once a position in the file is asked for.
    indexes: Vec<OnceLock<Index>>,
}

impl Sources {
    /// No files yet. `prefix` is put before each path where a person reads it.
    pub fn new(prefix: impl Into<String>) -> Sources {
        Sources { prefix: prefix.into(), ..Sources::default() }
    }

    /// Adds a file.
    pub fn push(&mut self, source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.files.len()).expect("the loader bounds the files"));
        self.files.push(source);
        self.indexes.push(OnceLock::new());
        id
    }

    /// Adds a file that is none of the rule folder's, under a name that takes no prefix. After it no file of
    /// the folder may be added.
    pub fn push_outside(&mut self, file: Source) -> SourceId {
        self.outside += 1;
        self.push(file)
    }

    /// The file of that number.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// The files of the folder, without those from outside.
    pub fn in_folder(&self) -> &[Source] {
        &self.files[..self.files.len() - self.outside]
    }

    /// The file at that path inside the folder.
    pub fn find(&self, path: &str) -> Option<SourceId> {
        self.files.iter().position(|source| source.path == path).map(|i| SourceId(i as u32))
    }

    /// All paths with the numbers of the files, in the order in which they were added.
    pub fn paths(&self) -> impl Iterator<Item = (&str, SourceId)> {
        let numbered = self.files.iter().enumerate();
        numbered.map(|(i, source)| (source.path.as_str(), SourceId(i as u32)))
    }

    /// The name under which a person knows the file: prefix and path.
    pub fn name(&self, id: SourceId) -> String {
        let is_outside = id.0 as usize >= self.files.len() - self.outside;
        let prefix = if is_outside { "" } else { self.prefix.as_str() };
        format!("{prefix}{}", self.get(id).path)
    }

    /// The line and column at a byte offset of the file; the end of the file
    /// for an offset beyond it, and line 1, column 1 of a file that could not be read.
    pub fn position(&self, id: SourceId, offset: usize) -> Position {
        let Ok(bytes) = &self.get(id).content else { return Position { line: 1, column: 1 } };
        let index = self.indexes[id.0 as usize].get_or_init(|| Index::new(bytes));
        index.position(bytes, offset.min(bytes.len()))
    }
}

/// What makes positions cheap to work out, also in a file that is one long line.
#[derive(Clone, Debug)]
struct Index {
    /// Where the lines end.
    breaks: Vec<usize>,
    /// How many code points begin before each [`STEP`] bytes.
    counts: Vec<usize>,
}

const STEP: usize = 1 << 10;

impl Index {
    fn new(bytes: &[u8]) -> Index {
        let breaks = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'\n');
        let counts = bytes.chunks(STEP).scan(0, |count, chunk| {
            let before = *count;
            *count += code_points(chunk);
            Some(before)
        });
        Index { breaks: breaks.map(|(at, _)| at).collect(), counts: counts.collect() }
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

    /// How many code points begin before a byte.
    fn count(&self, bytes: &[u8], offset: usize) -> usize {
        let step = offset / STEP;
        let counted = self.counts.get(step).copied();
        // At the end of the file there may be no step.
        let (before, from) = match counted {
            Some(count) => (count, step * STEP),
            None => (self.counts.last().copied().unwrap_or(0), step.saturating_sub(1) * STEP),
        };
        before + code_points(&bytes[from..offset])
    }
}

/// What some editors put in front of a file in UTF-8; it is no part of its text.
pub const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// How many code points begin in some bytes of UTF-8.
pub(crate) fn code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

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
