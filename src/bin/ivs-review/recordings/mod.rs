//! Opens recorded chat: files, folders, standard input, compressed or not.

mod chunks;
mod columns;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use flate2::bufread::MultiGzDecoder;
use ivs_chat_review::recording::{
    Counts, Duplicates, Head, Item, ItemKind, Part, Piece, ReadError, Recorded, Splitter, Start,
    decode, room_of_path,
};
use ivs_chat_review::stats::Label;
use ivs_chat_review::table::TableError;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub(crate) use self::columns::{Columns, LabelColumn};
use crate::progress::Progress;
use crate::terminal::shown_path;

/// The first byte of gzip.
const GZIP: u8 = 0x1F;

/// How often gzip may be applied. Firehose compresses what CloudWatch Logs has compressed.
const MAX_LAYERS: usize = 3;

/// The bytes of a file that are read at once.
const READ: usize = 64 << 10;

/// Opens a file, or standard input for `-`, and unpacks it.
pub(crate) fn open(file: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    open_counted(file, &BytesRead::default())
}

/// The same, and counts the bytes that are read from the file.
pub(crate) fn open_counted(file: &Path, read: &BytesRead) -> io::Result<Box<dyn BufRead + Send>> {
    let input: Box<dyn Read + Send> = match file == Path::new("-") {
        true => Box::new(io::stdin()),
        false => Box::new(Counted(File::open(file)?, read.clone())),
    };
    unpack(input)
}

/// Unpacks gzip, which may have several members, by its first byte, with which no text begins.
fn unpack(input: Box<dyn Read + Send>) -> io::Result<Box<dyn BufRead + Send>> {
    let mut input: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(READ, input));
    for _ in 0..MAX_LAYERS {
        if input.fill_buf()?.first() != Some(&GZIP) {
            break;
        }
        let unpacked = Unpacked(MultiGzDecoder::new(input));
        input = Box::new(BufReader::with_capacity(READ, unpacked));
    }
    Ok(input)
}

/// Unpacks gzip. Its errors say that the compressed data is damaged.
struct Unpacked<R>(MultiGzDecoder<R>);

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match is_damage(&error) {
            true => io::Error::new(
                error.kind(),
                "the gzip data is damaged or incomplete; download the file again",
            ),
            false => error,
        })
    }
}

/// Reads the first bytes of a stream until they decide what it contains, and returns the stream from
/// its beginning as well.
pub(crate) fn peek(
    mut input: Box<dyn BufRead + Send>,
) -> io::Result<(Start, Box<dyn Read + Send>)> {
    let mut bytes = Vec::new();
    let start = loop {
        if let Some(start) = Start::of(&bytes) {
            break start;
        }
        let read = input.fill_buf()?;
        if read.is_empty() || bytes.len() > READ {
            // A line without a line break at the end of the stream.
            bytes.push(b'\n');
            let start = Start::of(&bytes);
            bytes.pop();
            break start.unwrap_or(Start::Events);
        }
        let length = read.len();
        bytes.extend_from_slice(read);
        input.consume(length);
    };
    Ok((start, Box::new(Cursor::new(bytes).chain(input))))
}

/// Where an item of a recording begins, and the label that it has there.
pub(crate) struct Place<'f> {
    pub(crate) file: &'f Path,
    pub(crate) line: u64,
    pub(crate) label: Option<Label>,
}

/// A file that is read.
struct FileInfo {
    path: PathBuf,
    /// The room in the path.
    room: Option<String>,
}

/// Recordings, read one after another.
pub(crate) struct Recordings {
    files: std::vec::IntoIter<PathBuf>,
    /// A stream that is read first, with its name.
    stream: Option<(PathBuf, Box<dyn Read + Send>)>,
    /// The files are tables, and the messages are in a column.
    columns: Option<Columns>,
    /// The size of the files, as they are on disk; `None` for standard input.
    size: Option<u64>,
    /// How much of it was read.
    read: BytesRead,
}

impl Recordings {
    /// Finds the files of a folder and its subfolders. Hidden files and symbolic links are skipped.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Recordings> {
        Recordings::all(&[path.to_path_buf()])
    }

    /// Finds the files of several paths, in order.
    pub(crate) fn all(paths: &[PathBuf]) -> anyhow::Result<Recordings> {
        let mut files = Vec::new();
        for path in paths {
            if path.is_dir() {
                let mut found = Vec::new();
                find(path, &mut found)?;
                found.sort_unstable();
                files.append(&mut found);
            } else {
                files.push(path.clone());
            }
        }
        let size = files.iter().map(|file| size_of(file)).sum();
        Ok(Recordings {
            files: files.into_iter(),
            stream: None,
            columns: None,
            size,
            read: BytesRead::default(),
        })
    }

    /// Reads the files as tables, if there are columns.
    pub(crate) fn with_columns(self, columns: Option<Columns>) -> Recordings {
        Recordings { columns, ..self }
    }

    /// Reads an open file that is not compressed, or standard input.
    pub(crate) fn of_stream(
        name: &Path,
        input: Box<dyn Read + Send>,
        read: BytesRead,
    ) -> Recordings {
        Recordings {
            files: Vec::new().into_iter(),
            stream: Some((name.to_path_buf(), input)),
            columns: None,
            size: size_of(name),
            read,
        }
    }

    /// Passes each item to `visit`, until it returns `false`. Skips duplicates.
    pub(crate) fn read(self, mut visit: impl FnMut(Item<'_>) -> bool) -> anyhow::Result<Counts> {
        let mut counts = Counts::default();
        let mut duplicates = Duplicates::default();
        self.parts(
            || {},
            |file, part, _| {
                let mut goes_on = true;
                decode(part, file.room.as_deref(), |item| {
                    if counts.add(ItemKind::of(&item), &mut duplicates) {
                        goes_on &= visit(item);
                    }
                });
                goes_on
            },
        )?;
        Ok(counts)
    }

    /// Passes each piece to `visit`.
    pub(crate) fn read_pieces(self, mut visit: impl FnMut(Piece<'_>)) -> anyhow::Result<()> {
        self.parts(
            || {},
            |_, part, _| {
                visit(part.piece);
                true
            },
        )
    }

    /// Passes each part to `visit`, with its label, until it returns `false`. Calls `before_read`
    /// before it reads from a file or stream, which may take long. What is damaged is an unreadable
    /// part.
    fn parts(
        mut self,
        mut before_read: impl FnMut(),
        mut visit: impl FnMut(&Arc<FileInfo>, Part<'_>, Option<Label>) -> bool,
    ) -> anyhow::Result<()> {
        loop {
            let (path, input) = if let Some((path, input)) = self.stream.take() {
                (path, Ok(input))
            } else if let Some(path) = self.files.next() {
                let input = open_counted(&path, &self.read);
                (path, input.map(|input| Box::new(input) as _))
            } else {
                return Ok(());
            };
            let room = room_of_path(&path.to_string_lossy());
            let file = Arc::new(FileInfo { path, room });
            let mut line = 1;
            let mut visit_part = |part: Part<'_>, label| {
                line = part.line;
                visit(&file, part, label)
            };
            let result = input.map_err(ReadError::from).and_then(|input| {
                let input = Announced { input, before_read: &mut before_read };
                match &self.columns {
                    Some(columns) => columns.read(input, &mut visit_part),
                    None => split(input, |part| visit_part(part, None)),
                }
            });
            let goes_on = match result {
                Err(ReadError::Io(error)) if is_damage(&error) => {
                    warn_of_damage(&file.path, &error);
                    let head = Head::default();
                    visit(&file, Part { piece: Piece::Unreadable, head: &head, line }, None)
                }
                result => {
                    result.with_context(|| format!("cannot read `{}`", shown_path(&file.path)))?
                }
            };
            if !goes_on {
                return Ok(());
            }
        }
    }
}

/// Says where a table is damaged: rows after that are not read.
fn warn_of_damage(file: &Path, error: &io::Error) {
    if let Some(error) = error.get_ref().and_then(|error| error.downcast_ref::<TableError>()) {
        let file = shown_path(file);
        // Without standard error, the part is counted as unreadable nevertheless.
        let _ = writeln!(anstream::stderr(), "warning: `{file}` is not read to its end: {error}");
    }
}

/// Passes each part of a stream to `visit`, until it returns `false`. Returns whether it was read to
/// the end.
fn split(input: impl Read, mut visit: impl FnMut(Part<'_>) -> bool) -> Result<bool, ReadError> {
    let mut splitter = Splitter::new(input);
    while let Some(part) = splitter.next_part()? {
        if !visit(part) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A stream that announces when it is read.
struct Announced<R, F> {
    input: R,
    before_read: F,
}

impl<R: Read, F: FnMut()> Read for Announced<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (self.before_read)();
        self.input.read(buffer)
    }
}

/// The number of bytes that were read from files.
#[derive(Clone, Default)]
pub(crate) struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A file whose bytes are counted when they are read.
struct Counted<R>(R, BytesRead);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.0.read(buffer)?;
        self.1.0.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// Starts to show the progress of reading a file.
pub(crate) fn progress(file: &Path, read: BytesRead, is_quiet: bool) -> Progress {
    Progress::new(size_of(file), read, is_quiet)
}

/// Returns the size of a regular file.
fn size_of(file: &Path) -> Option<u64> {
    let metadata = fs::metadata(file).ok()?;
    metadata.is_file().then_some(metadata.len())
}

/// Whether compressed data is damaged or was cut off. Other files are read nevertheless.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

/// Returns the files below a folder.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let context = || format!("cannot read `{}`", shown_path(folder));
    for entry in fs::read_dir(folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        let kind = entry.file_type().with_context(context)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            find(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Returns the day on which a message was sent, in UTC.
pub(crate) fn day_of(message: &Recorded<'_>) -> Option<Date> {
    Some(message.time()?.to_zoned(TimeZone::UTC).date())
}
