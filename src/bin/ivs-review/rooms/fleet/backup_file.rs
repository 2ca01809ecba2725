//! The file of a [`Backup`]: appended to before each change, and read to revert changes.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::backup::{Backup, InvalidBackup, InvalidLine, Record, SavedRoom};
use ivs_chat_review::source::Position;

use crate::terminal::shown_path;

/// The maximum size of a file, in bytes: more than 500,000 changes. Reading takes several times as
/// much memory.
const MAX_FILE: u64 = 256 << 20;

/// An open backup file. A new file to which nothing was written is removed on drop.
pub(crate) struct BackupFile {
    file: File,
    /// The path if the file did not exist before.
    new: Option<PathBuf>,
    /// The length of the file in bytes.
    length: u64,
    /// Whether a write failed, so the file may end with an incomplete line.
    is_broken: bool,
}

impl BackupFile {
    /// Opens a backup to append to it, or creates one. Other files are not modified, and symbolic
    /// links are not followed, because the owner of a link chooses the file.
    pub(crate) fn open(path: &Path) -> anyhow::Result<BackupFile> {
        let message = || format!("cannot write the backup `{}`", shown_path(path));
        let is_new = match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => {
                bail!("`{}` is a symbolic link; name the file itself", shown_path(path))
            }
            Ok(_) => false,
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(error).with_context(message),
        };
        let new = is_new.then(|| path.to_owned());
        let mut options = OpenOptions::new();
        // A new file is never opened through a link.
        options.read(true).write(true).create_new(is_new);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).with_context(message)?;
        if !file.metadata().with_context(message)?.is_file() {
            bail!("`{}` is not a regular file", shown_path(path));
        }
        #[cfg(unix)]
        check_same_file(path, &file)?;
        // Other errors are ignored: not every file system supports locks.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            bail!("`{}` is in use by another run; use another file", shown_path(path));
        }
        let (backup, bytes) = parse(path, &mut file, "fix these lines or use another file")?;
        #[cfg(unix)]
        make_private(&file).with_context(message)?;
        // The room of an incomplete line was not changed.
        let mut length = backup.end as u64;
        if backup.incomplete.is_some() {
            file.set_len(length).with_context(message)?;
            file.seek(SeekFrom::End(0)).with_context(message)?;
        }
        if !bytes[..backup.end].ends_with(b"\n") && length > 0 {
            file.write_all(b"\n").with_context(message)?;
            length += 1;
        }
        file.sync_all().with_context(message)?;
        // The directory entry of a new file must be on disk too.
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            let folder = if folder == Path::new("") { Path::new(".") } else { folder };
            File::open(folder).and_then(|folder| folder.sync_all()).with_context(message)?;
        }
        Ok(BackupFile { file, new, length, is_broken: false })
    }

    /// Appends a record; when this returns, it is on disk. After an error nothing more is appended,
    /// because it might follow an incomplete line.
    pub(crate) fn append(&mut self, record: &Record) -> io::Result<()> {
        if self.is_broken {
            return Err(io::Error::other("an earlier write failed"));
        }
        let line = record.to_line();
        let length = self.length + line.len() as u64;
        if length > MAX_FILE {
            let mebibytes = MAX_FILE >> 20;
            return Err(io::Error::other(format!(
                "maximum size of {mebibytes} MiB reached; use another file"
            )));
        }
        // A room whose handler could not be restored is not changed.
        Backup::parse(line.as_bytes()).map_err(|_| {
            io::Error::other(format!(
                "the current handler of {} could not be restored",
                record.room
            ))
        })?;
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        self.is_broken = written.is_err();
        self.length = length;
        written
    }
}

/// Returns an error if the path was replaced, for example by a symbolic link, while the file was
/// opened.
#[cfg(unix)]
fn check_same_file(path: &Path, file: &File) -> anyhow::Result<()> {
    use std::os::unix::fs::MetadataExt;

    let message = || format!("cannot write the backup `{}`", shown_path(path));
    let opened = file.metadata().with_context(message)?;
    let named = fs::symlink_metadata(path).with_context(message)?;
    if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
        bail!("`{}` was replaced while it was opened; use another file", shown_path(path));
    }
    Ok(())
}

/// Withdraws all permissions from the group and from others, also from a file that existed before.
#[cfg(unix)]
fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let mut permissions = file.metadata()?.permissions();
    if permissions.mode() & 0o7777 != 0o600 {
        permissions.set_mode(0o600);
        file.set_permissions(permissions)?;
    }
    Ok(())
}

impl Drop for BackupFile {
    fn drop(&mut self) {
        if let Some(path) = self.new.take().filter(|_| self.length == 0) {
            // An empty file that stays is harmless.
            let _ = fs::remove_file(path);
        }
    }
}

/// Reads the rooms of a backup. Prints a note about an incomplete last line.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<SavedRoom>> {
    let message = || format!("cannot read `{}`", shown_path(path));
    let help = "fix these lines, or remove them to leave their rooms unchanged";
    let (backup, _) = parse(path, &mut File::open(path).with_context(message)?, help)?;
    if let Some(line) = backup.incomplete {
        writeln!(
            anstream::stderr(),
            "note: line {line} of `{}` is incomplete and was ignored; its room was not changed",
            shown_path(path)
        )?;
    }
    Ok(backup.rooms())
}

fn parse(path: &Path, file: &mut File, help: &str) -> anyhow::Result<(Backup, Vec<u8>)> {
    let message = || format!("cannot read `{}`", shown_path(path));
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(message)?;
    if bytes.len() as u64 > MAX_FILE {
        bail!(
            "`{}` is not a backup of rooms: larger than {} MiB",
            shown_path(path),
            MAX_FILE >> 20
        );
    }
    match Backup::parse(&bytes) {
        Ok(backup) => Ok((backup, bytes)),
        Err(error) if error.records == 0 => {
            bail!("`{}` is not a backup of rooms: no valid record", shown_path(path))
        }
        Err(error) => Err(invalid(path, &error, help)),
    }
}

fn invalid(path: &Path, error: &InvalidBackup, help: &str) -> anyhow::Error {
    let path = shown_path(path);
    let mut text = format!("invalid lines in the backup `{path}`:\n");
    for InvalidLine { position: Position { line, column }, message } in &error.lines {
        text += &format!("  {path}:{line}:{column}: {}\n", display_safe(message));
    }
    if error.more > 0 {
        text += &format!("  and {} more\n", error.more);
    }
    anyhow!(text + help)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"room":"arn:aws:ivschat:eu-west-1:123456789012:room/A","name":"","at":"2026-11-21T06:00:00Z","before":{"uri":"","fallbackResult":"ALLOW"},"after":{"uri":"","fallbackResult":"DENY"}}"#;

    #[test]
    fn only_backups_are_appended_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("backup.jsonl");
        let record = Backup::parse(LINE.as_bytes()).expect("a backup").records.remove(0);
        let rows = [
            (String::new(), format!("{LINE}\n")),
            (LINE.to_owned(), format!("{LINE}\n{LINE}\n")),
            (format!("{LINE}\r\n"), format!("{LINE}\r\n{LINE}\n")),
            (format!("{LINE}\n{}", &LINE[..99]), format!("{LINE}\n{LINE}\n")),
            (LINE[..1].to_owned(), format!("{LINE}\n")),
        ];
        for (before, after) in rows {
            fs::write(&path, &before).expect("it can be written");
            let mut file = BackupFile::open(&path).expect(&before);
            assert!(BackupFile::open(&path).is_err(), "it is locked");
            file.append(&record).expect("it can be written");
            assert_eq!(fs::read_to_string(&path).expect("it can be read"), after);
            assert_eq!(file.length, after.len() as u64);
        }
        for other in ["token", "token\n", "{}", "{\"token\":", "\0"] {
            fs::write(&path, other).expect("it can be written");
            assert!(BackupFile::open(&path).is_err(), "{other:?}");
            assert_eq!(fs::read_to_string(&path).expect("it can be read"), other);
        }
    }

    #[cfg(unix)]
    #[test]
    fn backups_are_private_and_links_are_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("backup.jsonl");
        let mode = |path: &Path| fs::metadata(path).expect("it exists").permissions().mode();
        let set_mode = |mode| {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it can be set");
        };
        let record = Backup::parse(LINE.as_bytes()).expect("a backup").records.remove(0);
        let mut file = BackupFile::open(&path).expect("a new file");
        file.append(&record).expect("it can be written");
        drop(file);
        assert_eq!(mode(&path) & 0o7777, 0o600);
        for before in [0o644, 0o660, 0o606, 0o777, 0o600] {
            set_mode(before);
            drop(BackupFile::open(&path).expect("a backup"));
            assert_eq!(mode(&path) & 0o7777, 0o600, "{before:o}");
        }
        // Other files keep their modes, too.
        fs::write(&path, "token").expect("it can be written");
        set_mode(0o644);
        assert!(BackupFile::open(&path).is_err());
        assert_eq!(mode(&path) & 0o7777, 0o644);

        fs::write(&path, format!("{LINE}\n")).expect("it can be written");
        let missing = folder.path().join("missing");
        let link = folder.path().join("link");
        for target in [&path, &missing] {
            symlink(target, &link).expect("it can be made");
            let error = BackupFile::open(&link).map(drop).expect_err("a link").to_string();
            assert!(error.contains("is a symbolic link"), "{error}");
            assert!(fs::symlink_metadata(&link).expect("it stays").is_symlink());
            fs::remove_file(&link).expect("it exists");
        }
        assert!(!missing.exists());
        assert_eq!(mode(&path) & 0o7777, 0o644);
    }

    #[test]
    fn a_new_file_without_records_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("backup.jsonl");
        drop(BackupFile::open(&path).expect("a new file"));
        assert!(!path.exists());
        fs::write(&path, "").expect("it can be written");
        drop(BackupFile::open(&path).expect("an empty file"));
        assert!(path.exists());
    }
}
