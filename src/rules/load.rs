//! A rule folder on disk, read into [`Sources`]. The only file of the library that reads a disk.
//!
//! It reads `rules.toml` and every `.txt` file below the folder, and judges none of it: what
//! cannot be read is kept as a source that says why, so that the parser can tell it together
//! with all other problems.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::MANIFEST;
use crate::source::{Source, Sources};

/// The largest rule file that is read, in bytes: room for some 500,000 entries.
const MAX_FILE: u64 = 8 << 20;
/// The most that is read of a folder, in bytes.
const MAX_FOLDER: u64 = 64 << 20;
/// How deep the folder is searched for lists.
const MAX_DEPTH: usize = 8;
/// How many files are read at the most.
const MAX_FILES: usize = 10_000;

/// Why there is no rule folder to speak of.
#[derive(Debug)]
pub struct LoadError {
    folder: String,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Folder(io::Error),
    NoManifest,
    TooManyFiles,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = &self.folder;
        match &self.cause {
            Cause::Folder(error) => write!(f, "the rule folder `{folder}` cannot be read: {error}"),
            Cause::NoManifest => write!(f, "the rule folder `{folder}` has no {MANIFEST}"),
            Cause::TooManyFiles => {
                write!(f, "the rule folder `{folder}` holds more than {MAX_FILES} files or folders")
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// Reads `rules.toml` and all lists (`*.txt`) of a folder. Hidden files and folders are passed over.
///
/// # Errors
/// If the folder cannot be listed, has no `rules.toml`, or holds more than 10,000 files.
/// A single file that cannot be read, is larger than 8 MiB (or, with those before it, than 64 MiB)
/// or is no file at all is no error here.
pub fn load(folder: &Path) -> Result<Sources, LoadError> {
    let failed = |cause| LoadError { folder: folder.display().to_string(), cause };
    let mut prefix = folder.display().to_string();
    if !prefix.ends_with('/') {
        prefix.push('/');
    }
    let mut walk = Walk { sources: Sources::new(prefix), seen: 0, room: MAX_FOLDER };
    walk.folder(folder, "", 0).map_err(failed)?;
    if walk.sources.find(MANIFEST).is_none() {
        return Err(failed(Cause::NoManifest));
    }
    Ok(walk.sources)
}

struct Walk {
    sources: Sources,
    /// Files and folders so far.
    seen: usize,
    /// The bytes that may still be read.
    room: u64,
}

impl Walk {
    /// Reads what is in a folder, in the order of the names, so that every machine tells the same.
    fn folder(&mut self, folder: &Path, inside: &str, depth: usize) -> Result<(), Cause> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(Cause::Folder)? {
            names.push(entry.map_err(Cause::Folder)?.file_name());
            if self.seen + names.len() > MAX_FILES {
                return Err(Cause::TooManyFiles);
            }
        }
        self.seen += names.len();
        names.sort_unstable();
        for name in names {
            let disk = folder.join(&name);
            let name = name.to_string_lossy();
            let path = format!("{inside}{name}");
            if name.starts_with('.') {
                continue;
            }
            if path == MANIFEST || name.ends_with(".txt") {
                let content = read(&disk, self.room);
                self.room -= content.as_ref().map_or(0, |bytes| bytes.len() as u64);
                self.sources.push(Source { content, path });
            } else if depth < MAX_DEPTH && disk.is_dir() {
                // A subfolder that cannot be listed hides its lists; the rules that name them tell it.
                match self.folder(&disk, &format!("{path}/"), depth + 1) {
                    Ok(()) | Err(Cause::Folder(_)) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        Ok(())
    }
}

/// The bytes of a file if it has no more than `room`, or what is wrong with it.
fn read(path: &Path, room: u64) -> Result<Vec<u8>, String> {
    let cannot = |error: io::Error| format!("cannot be read: {error}");
    // Asked before opening: to open a pipe would wait for its other end.
    let kind = fs::metadata(path).map_err(cannot)?;
    if kind.is_dir() {
        return Err("is a folder, not a file".to_owned());
    }
    if !kind.is_file() {
        return Err("is not a plain file".to_owned());
    }
    let most = MAX_FILE.min(room);
    let mut bytes = Vec::new();
    // The limit holds for what is read, not for what the directory says of the size.
    File::open(path)
        .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
        .map_err(cannot)?;
    match bytes.len() as u64 {
        length if length <= most => Ok(bytes),
        length if length > MAX_FILE => Err(format!("is larger than {} MiB", MAX_FILE >> 20)),
        _ => Err(format!("is too much: the folder holds more than {} MiB", MAX_FOLDER >> 20)),
    }
}
