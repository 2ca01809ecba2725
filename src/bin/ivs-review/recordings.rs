//! Opens recorded chat: files, folders, standard input, compressed or not.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use flate2::bufread::MultiGzDecoder;
use ivs_chat_review::recording::{
    Counts, Duplicates, Item, ReadError, Recorded, Splitter, Start, decode, room_of_path,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::terminal::shown_path;

/// The first byte of gzip.
const GZIP: u8 = 0x1F;

/// How often gzip may be applied. Firehose compresses what CloudWatch Logs has compressed.
const MAX_LAYERS: usize = 3;

/// The bytes of a file that are read at once.
const READ: usize = 64 << 10;

/// Opens a file, or standard input for `-`, and unpacks it.
pub(crate) fn open(file: &Path) -> io::Result<Box<dyn BufRead>> {
    let input: Box<dyn Read> = match file == Path::new("-") {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(file)?),
    };
    unpack(input)
}

/// Unpacks gzip, which may have several members, by its first byte, with which no text begins.
fn unpack(input: Box<dyn Read>) -> io::Result<Box<dyn BufRead>> {
    let mut input: Box<dyn BufRead> = Box::new(BufReader::with_capacity(READ, input));
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
pub(crate) fn peek(mut input: Box<dyn BufRead>) -> io::Result<(Start, Box<dyn Read>)> {
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

/// Where an item of a recording begins.
pub(crate) struct Place<'f> {
    pub(crate) file: &'f Path,
    pub(crate) line: u64,
}

/// Recordings, read one after another.
pub(crate) struct Recordings {
    files: std::vec::IntoIter<PathBuf>,
    /// A stream that is read first, with its name.
    stream: Option<(PathBuf, Box<dyn Read>)>,
    duplicates: Duplicates,
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
        let files = files.into_iter();
        Ok(Recordings { files, stream: None, duplicates: Duplicates::default() })
    }

    /// Reads an open stream that is not compressed.
    pub(crate) fn of_stream(name: &Path, input: Box<dyn Read>) -> Recordings {
        Recordings {
            files: Vec::new().into_iter(),
            stream: Some((name.to_path_buf(), input)),
            duplicates: Duplicates::default(),
        }
    }

    /// Passes each item to `visit`, with the place where it begins, until it returns `false`. Skips
    /// duplicates.
    pub(crate) fn read(
        &mut self,
        mut visit: impl FnMut(Item<'_>, Place<'_>) -> bool,
    ) -> anyhow::Result<Counts> {
        let mut counts = Counts::default();
        let mut goes_on = true;
        while goes_on {
            let (name, input) = if let Some(stream) = self.stream.take() {
                stream
            } else if let Some(file) = self.files.next() {
                match open(&file) {
                    Err(error) if is_damage(&error) => {
                        counts.unreadable += 1;
                        goes_on = visit(Item::Unreadable, Place { file: &file, line: 1 });
                        continue;
                    }
                    input => {
                        let input = input
                            .with_context(|| format!("cannot read `{}`", shown_path(&file)))?;
                        (file, Box::new(input) as _)
                    }
                }
            } else {
                break;
            };
            let context = || format!("cannot read `{}`", shown_path(&name));
            let room = room_of_path(&name.to_string_lossy());
            let mut splitter = Splitter::new(input);
            while goes_on {
                let part = match splitter.next_part() {
                    Ok(Some(part)) => part,
                    Ok(None) => break,
                    Err(ReadError::Io(error)) if is_damage(&error) => {
                        counts.unreadable += 1;
                        goes_on =
                            visit(Item::Unreadable, Place { file: &name, line: splitter.line() });
                        break;
                    }
                    Err(error) => return Err(error).with_context(context),
                };
                decode(part, room.as_deref(), |item| {
                    if let Item::Message(message) = &item
                        && let Some(id) = message.request.message_id.as_deref()
                        && self.duplicates.contains_or_insert(id)
                    {
                        counts.duplicates += 1;
                        return;
                    }
                    match &item {
                        Item::Message(_) => counts.messages += 1,
                        Item::Deletion(_) | Item::Event => counts.events += 1,
                        Item::Unreadable => counts.unreadable += 1,
                    }
                    goes_on = visit(item, Place { file: &name, line: part.line });
                });
            }
        }
        Ok(counts)
    }
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
