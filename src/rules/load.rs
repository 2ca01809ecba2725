//! A rule folder on disk, read into [`Sources`]. The only file of the library that reads a disk.
//!
//! It reads `rules.toml` and every `.txt` file below the folder, and judges none of it: what cannot be read is kept
//! as a source that says why, so that the parser reports it together with all other problems.
//!
//! Only regular files in the folder itself or in folders below are read. A symbolic link would make the rules depend
//! on files elsewhere, which a deployment does not contain, and show those files in diagnostics; a named pipe or a
//! device may never end. Files that an editor or a version control system keeps for itself are not part of the rules.

use std::fmt;
use std::fs::{self, File, FileType, Metadata};
use std::io::{self, Read};
use std::path::Path;

use super::MANIFEST;
use crate::display::display_safe;
use crate::source::{ReadError, Source, Sources};

/// The largest rule file that is read, in bytes: room for some 500,000 entries.
const MAX_FILE: u64 = 8 << 20;
/// The most that is read of a folder, in bytes.
const MAX_FOLDER: u64 = 64 << 20;
/// How many levels of folders below the rule folder are read.
const MAX_DEPTH: usize = 8;
/// How many files are read at the most.
const MAX_FILES: usize = 10_000;

/// Why a rule folder could not be loaded at all.
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
        let folder = display_safe(&self.folder);
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

/// Reads `rules.toml` and all lists (`*.txt`) of a folder, which may be given as a symbolic link.
///
/// Skipped are hidden files and folders (`.git`, `.list.txt.swp`), backups of editors (`list.txt~`, `#list.txt#`), and
/// regular files with other names (`README.md`).
///
/// # Errors
/// If the folder cannot be listed, has no `rules.toml`, or holds more than 10,000 files and folders.
///
/// A source without content is no error here: a file that cannot be read, or is larger than 8 MiB (or, with those
/// before it, than 64 MiB); a folder that cannot be listed, or is more than 8 levels deep; a symbolic link, a named
/// pipe, a socket or a device, none of which is opened.
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
    /// Reads a folder, in the order of the names, so that every machine reports the same.
    fn folder(&mut self, folder: &Path, inside: &str, depth: usize) -> Result<(), Cause> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(Cause::Folder)? {
            let entry = entry.map_err(Cause::Folder)?;
            // Of the entry itself: a link is not followed.
            entries.push((entry.file_name(), entry.file_type()));
            if self.seen + entries.len() > MAX_FILES {
                return Err(Cause::TooManyFiles);
            }
        }
        self.seen += entries.len();
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        for (name, kind) in entries {
            let disk = folder.join(&name);
            let is_utf8 = name.to_str().is_some();
            let name = name.to_string_lossy();
            if is_skipped(&name) {
                continue;
            }
            let path = format!("{inside}{name}");
            let is_rule_file = path == MANIFEST || name.ends_with(".txt");
            let content = match kind {
                Err(error) => Err(cannot_be_read(&error)),
                Ok(kind) if kind.is_file() && !is_rule_file => continue,
                // `rules.toml` could not name it.
                Ok(_) if !is_utf8 => Err(ReadError::Unsupported {
                    what: "has a name that is not UTF-8",
                    help: "rename it",
                }),
                Ok(kind) if kind.is_dir() && !is_rule_file => {
                    match self.subfolder(&disk, &format!("{path}/"), depth + 1)? {
                        Ok(()) => continue,
                        Err(why) => Err(why),
                    }
                }
                Ok(kind) => supported(kind).and_then(|()| read(&disk, self.room)),
            };
            self.room -= content.as_ref().map_or(0, |bytes| bytes.len() as u64);
            self.sources.push(Source { content, path });
        }
        Ok(())
    }

    fn subfolder(
        &mut self,
        folder: &Path,
        inside: &str,
        depth: usize,
    ) -> Result<Result<(), ReadError>, Cause> {
        if depth > MAX_DEPTH {
            let what = format!("is nested too deep: folders are read to {MAX_DEPTH} levels");
            return Ok(Err(ReadError::Unreadable(what)));
        }
        match self.folder(folder, inside, depth) {
            Err(Cause::Folder(error)) => Ok(Err(cannot_be_read(&error))),
            other => other.map(Ok),
        }
    }
}

/// Whether a file or folder of that name is not part of the rules: a hidden one, or a backup of an editor.
fn is_skipped(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

fn cannot_be_read(error: &io::Error) -> ReadError {
    ReadError::Unreadable(format!("cannot be read: {error}"))
}

/// Whether a file of that type is one to read.
fn supported(kind: FileType) -> Result<(), ReadError> {
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        return Err("is a folder, not a file".into());
    }
    let (what, help) = if kind.is_symlink() {
        (
            "is a symbolic link, which is neither read nor deployed",
            "copy the file or folder that it points to into the rule folder, and remove the link",
        )
    } else {
        (
            "is not a regular file",
            "remove it: a rule folder has regular files and folders, not pipes, sockets or devices",
        )
    };
    Err(ReadError::Unsupported { what, help })
}

/// The bytes of a file if it has no more than `room`, or what is wrong with it.
fn read(path: &Path, room: u64) -> Result<Vec<u8>, ReadError> {
    let cannot = |error: io::Error| cannot_be_read(&error);
    // Before opening, since to open a pipe would wait for its other end.
    let listed = fs::symlink_metadata(path).map_err(cannot)?;
    supported(listed.file_type())?;
    let file = File::open(path).map_err(cannot)?;
    if !is_same_file(&listed, &file.metadata().map_err(cannot)?) {
        return Err("was replaced while it was read".into());
    }
    let most = MAX_FILE.min(room);
    let mut bytes = Vec::new();
    // The limit applies to what is read, not to the size that the directory has.
    file.take(most + 1).read_to_end(&mut bytes).map_err(cannot)?;
    match bytes.len() as u64 {
        length if length <= most => Ok(bytes),
        length if length > MAX_FILE => {
            Err(ReadError::Unreadable(format!("is larger than {} MiB", MAX_FILE >> 20)))
        }
        _ => {
            let most = MAX_FOLDER >> 20;
            Err(ReadError::Unreadable(format!(
                "is too much: the folder holds more than {most} MiB"
            )))
        }
    }
}

/// Whether what was opened is what was looked at before, and not what a link in its place points to.
#[cfg(unix)]
fn is_same_file(listed: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    (listed.dev(), listed.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same_file(_: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}
