//! Reads a rule folder from disk into [`Sources`]. No other file of the library reads files.
//!
//! Reads `rules.toml` and every `.txt` file in the folder and its subfolders, without parsing them.
//! A file that cannot be read becomes a source without content, so that the parser reports it
//! together with all other problems.
//!
//! Only regular files are read. A symbolic link would make the rules depend on files that a
//! deployment does not contain, and would show those files in diagnostics; reading a named pipe or
//! a device may never end. Files of editors and version control systems are not part of the rules.

use std::fmt;
use std::fs::{self, File, FileType, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::MANIFEST;
use crate::compiled;
use crate::display::display_safe;
use crate::encoding::{Encoding, to_utf8};
use crate::fnv::Fnv;
use crate::source::{ReadError, Source, Sources};

/// The maximum size of a rule file, in bytes: enough for some 500,000 entries.
pub const MAX_FILE: u64 = 8 << 20;
/// The maximum total size of a rule folder, in bytes.
pub const MAX_FOLDER: u64 = 64 << 20;
/// The maximum nesting depth of subfolders.
const MAX_DEPTH: usize = 8;
/// The maximum number of files and folders.
pub const MAX_FILES: usize = 10_000;

/// The error for a rule folder that cannot be loaded at all.
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
            Cause::Folder(error) => write!(f, "cannot read rule folder `{folder}`: {error}"),
            Cause::NoManifest => write!(f, "rule folder `{folder}` does not contain {MANIFEST}"),
            Cause::TooManyFiles => {
                write!(f, "rule folder `{folder}` contains more than {MAX_FILES} files and folders")
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// Reads `rules.toml` and all lists (`*.txt`) of a folder. `folder` itself may be a symbolic link.
///
/// Hidden files and folders (`.git`, `.list.txt.swp`), editor backups (`list.txt~`, `#list.txt#`)
/// and regular files with other names (`README.md`) are skipped.
///
/// # Errors
/// If the folder cannot be listed, has no `rules.toml`, or contains more than 10,000 files and
/// folders.
///
/// These are not errors here, but become sources without content: a file that cannot be read or is
/// larger than 8 MiB (or 64 MiB together with those before it); a folder that cannot be listed or
/// is nested more than 8 levels deep; a symbolic link, named pipe, socket or device, none of which
/// is opened.
pub fn load(folder: &Path) -> Result<Sources, LoadError> {
    let failed = |cause| LoadError { folder: folder.display().to_string(), cause };
    let mut prefix = folder.display().to_string();
    if !prefix.ends_with('/') {
        prefix.push('/');
    }
    let mut sources = Sources::new(prefix);
    let mut remaining = MAX_FOLDER;
    let mut walk = Walk {
        seen: 0,
        visit: |path, file: Result<&Path, ReadError>| {
            let content = file.and_then(|file| read(file, remaining));
            remaining -= content.as_ref().map_or(0, |bytes| bytes.len() as u64);
            sources.push(Source { content, path });
        },
    };
    walk.folder(folder, "", 0).map_err(failed)?;
    if sources.find(MANIFEST).is_none() {
        return Err(failed(Cause::NoManifest));
    }
    Ok(sources)
}

/// A rule file as it was when the rules were compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    /// The path relative to the rule folder.
    pub path: String,
    /// The length on disk in bytes; `None` if the file was converted to UTF-8.
    pub length: Option<u64>,
    /// The FNV-1a hash of the content in UTF-8.
    pub hash: u64,
}

impl FileStamp {
    /// Returns the stamps of the files of a rule folder.
    pub(crate) fn all(sources: &Sources) -> impl Iterator<Item = FileStamp> {
        sources.in_folder().iter().zip(sources.paths()).map(|(source, (_, id))| {
            let content = source.content.as_deref().unwrap_or_default();
            let is_utf8 = sources.encoding(id) == Encoding::Utf8;
            let length = is_utf8.then_some(content.len() as u64);
            FileStamp { path: source.path.clone(), length, hash: hash(content) }
        })
    }
}

fn hash(content: &[u8]) -> u64 {
    let mut hash = Fnv::default();
    hash.add(content);
    hash.hash()
}

/// Returns the first file of a rule folder that is not as it was when `compiled` was written with
/// these stamps; `None` if there is none.
///
/// A file is read only if it was modified after `compiled`, or was not UTF-8. Copies have other
/// times, so a later time alone does not mean that the content changed.
///
/// # Errors
/// As [`load`].
pub fn changed_file(
    folder: &Path,
    stamps: &[FileStamp],
    compiled: &Metadata,
) -> Result<Option<String>, LoadError> {
    let failed = |cause| LoadError { folder: folder.display().to_string(), cause };
    let written = compiled.modified().ok();
    let is_same = |stamp: &FileStamp, file: &Path| {
        let Ok(listed) = fs::symlink_metadata(file) else { return false };
        if stamp.length.is_some_and(|length| length != listed.len()) {
            return false;
        }
        let is_older = written.zip(listed.modified().ok()).is_some_and(|(at, it)| it <= at);
        (is_older && stamp.length.is_some())
            || read(file, MAX_FILE).is_ok_and(|mut content| {
                to_utf8(&mut content);
                hash(&content) == stamp.hash
            })
    };
    let mut left = stamps.iter();
    let mut changed = None;
    let mut walk = Walk {
        seen: 0,
        // Both are in the order of the walk.
        visit: |path: String, file: Result<&Path, ReadError>| {
            if changed.is_some() {
                return;
            }
            let is_removed = |stamp: &&FileStamp| {
                stamp.path != path && fs::symlink_metadata(folder.join(&stamp.path)).is_err()
            };
            let stamp = left.next();
            if let Some(stamp) = stamp.filter(is_removed) {
                changed = Some(stamp.path.clone());
                return;
            }
            let stamp = stamp.filter(|stamp| stamp.path == path);
            let is_same = stamp.zip(file.ok()).is_some_and(|(stamp, file)| is_same(stamp, file));
            changed = (!is_same).then_some(path);
        },
    };
    walk.folder(folder, "", 0).map_err(failed)?;
    Ok(changed.or_else(|| left.next().map(|stamp| stamp.path.clone())))
}

/// Lists the files of a rule folder, with [compiled rules](crate::compiled) if it has some: their
/// paths, lengths and times of modification. A file that cannot be read has a length of 0.
///
/// # Errors
/// As [`load`].
pub fn listing(folder: &Path) -> Result<Vec<(String, u64, Option<SystemTime>)>, LoadError> {
    let mut files = Vec::new();
    let listed = |path: String, file: Option<&Path>| {
        let listed = file.and_then(|file| fs::symlink_metadata(file).ok());
        let modified = listed.as_ref().and_then(|listed| listed.modified().ok());
        (path, listed.map_or(0, |listed| listed.len()), modified)
    };
    let mut walk = Walk {
        seen: 0,
        visit: |path, file: Result<&Path, ReadError>| files.push(listed(path, file.ok())),
    };
    let failed = |cause| LoadError { folder: folder.display().to_string(), cause };
    walk.folder(folder, "", 0).map_err(failed)?;
    files.push(listed(compiled::FILE.to_owned(), Some(&folder.join(compiled::FILE))));
    Ok(files)
}

/// A walk through the files of a rule folder.
struct Walk<V> {
    /// The number of files and folders so far.
    seen: usize,
    /// Called with each rule file: its path in the rule folder, and where it is on disk.
    visit: V,
}

impl<V: FnMut(String, Result<&Path, ReadError>)> Walk<V> {
    /// Visits the files of a folder, sorted by name so that the result is the same on every machine.
    fn folder(&mut self, folder: &Path, inside: &str, depth: usize) -> Result<(), Cause> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(Cause::Folder)? {
            let entry = entry.map_err(Cause::Folder)?;
            // `file_type` does not follow symbolic links.
            entries.push((entry.file_name(), entry.file_type()));
            if self.seen + entries.len() > MAX_FILES {
                return Err(Cause::TooManyFiles);
            }
        }
        self.seen += entries.len();
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        for (name, kind) in entries {
            let disk_path = folder.join(&name);
            let is_utf8 = name.to_str().is_some();
            let name = name.to_string_lossy();
            if is_skipped(&name) {
                continue;
            }
            let path = format!("{inside}{name}");
            let is_rule_file = path == MANIFEST || name.ends_with(".txt");
            let file = match kind {
                Err(error) => Err(cannot_be_read(&error)),
                Ok(kind) if kind.is_file() && !is_rule_file => continue,
                // `rules.toml` cannot refer to it.
                Ok(_) if !is_utf8 => Err(ReadError::Unsupported {
                    what: "has a name that is not UTF-8",
                    help: "rename it",
                }),
                Ok(kind) if kind.is_dir() && !is_rule_file => {
                    match self.subfolder(&disk_path, &format!("{path}/"), depth + 1)? {
                        Ok(()) => continue,
                        Err(why) => Err(why),
                    }
                }
                Ok(kind) => supported(kind).map(|()| disk_path.as_path()),
            };
            (self.visit)(path, file);
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
            let what = format!("is nested more than {MAX_DEPTH} levels deep");
            return Ok(Err(ReadError::Unreadable(what)));
        }
        match self.folder(folder, inside, depth) {
            Err(Cause::Folder(error)) => Ok(Err(cannot_be_read(&error))),
            other => other.map(Ok),
        }
    }
}

/// Whether the file with this path in a rule folder is read by [`load`].
pub fn is_rule_file(path: &str) -> bool {
    let is_read = path == MANIFEST || path.ends_with(".txt");
    is_read && !path.split('/').any(is_skipped) && path.split('/').count() <= MAX_DEPTH + 1
}

/// Whether a file or folder with this name is not part of the rules: hidden, an editor backup, or the
/// lock file of a word processor.
fn is_skipped(name: &str) -> bool {
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
}

fn cannot_be_read(error: &io::Error) -> ReadError {
    ReadError::Unreadable(format!("cannot be read: {error}"))
}

/// Returns an error unless files of this type can be read.
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
        ("is not a regular file", "remove it: pipes, sockets and devices are not supported")
    };
    Err(ReadError::Unsupported { what, help })
}

/// Returns the bytes of a file, or an error if it is longer than `remaining` bytes.
fn read(path: &Path, remaining: u64) -> Result<Vec<u8>, ReadError> {
    let cannot = |error: io::Error| cannot_be_read(&error);
    // Checked before opening, because opening a pipe waits for its other end.
    let listed = fs::symlink_metadata(path).map_err(cannot)?;
    supported(listed.file_type())?;
    let file = File::open(path).map_err(cannot)?;
    if !is_same_file(&listed, &file.metadata().map_err(cannot)?) {
        return Err("was replaced while it was being read".into());
    }
    let limit = MAX_FILE.min(remaining);
    let mut bytes = Vec::new();
    // The limit applies to the bytes read, because the size in the metadata may be out of date.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(cannot)?;
    match bytes.len() as u64 {
        length if length <= limit => Ok(bytes),
        length if length > MAX_FILE => {
            Err(ReadError::Unreadable(format!("is larger than {} MiB", MAX_FILE >> 20)))
        }
        _ => {
            let limit = MAX_FOLDER >> 20;
            Err(ReadError::Unreadable(format!("exceeds the limit of {limit} MiB for the folder")))
        }
    }
}

/// Whether the opened file is the one that was checked, and not the target of a link that replaced
/// it.
#[cfg(unix)]
fn is_same_file(listed: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    (listed.dev(), listed.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same_file(_: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}
