//! The file of a [`Backup`]: written on before each change, and read to take changes back.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::backup::{Backup, Past, Problem, Record, Unreadable};
use ivs_chat_review::source::Position;

use crate::terminal::shown_path;

/// The largest file, in bytes: over 500,000 changes. Reading one takes several times as much memory.
const MAX_FILE: u64 = 256 << 20;

/// A backup that is written on. A new one in which nothing was written is removed in the end.
pub(crate) struct BackupFile {
    file: File,
    /// If it was not there before.
    new: Option<PathBuf>,
    /// In bytes.
    length: u64,
    /// Whether something could not be written, so that what the file ends with is not known.
    is_broken: bool,
}

impl BackupFile {
    /// Opens a backup to add to it, or makes a new one. What is no backup is left alone.
    pub(crate) fn open(path: &Path) -> anyhow::Result<BackupFile> {
        let named = || format!("cannot write the backup `{}`", shown_path(path));
        let new = (!path.exists()).then(|| path.to_owned());
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).with_context(named)?;
        if !file.metadata().with_context(named)?.is_file() {
            bail!("`{}` is no file", shown_path(path));
        }
        // Not every file system has locks.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            bail!("`{}` is being written by another run; name another file", shown_path(path));
        }
        let (backup, bytes) = parse(path, &mut file, "name another file, or mend these lines")?;
        // Nothing came of a line that was never finished.
        let mut length = backup.end as u64;
        if backup.unfinished.is_some() {
            file.set_len(length).with_context(named)?;
            file.seek(SeekFrom::End(0)).with_context(named)?;
        }
        if !bytes[..backup.end].ends_with(b"\n") && length > 0 {
            file.write_all(b"\n").with_context(named)?;
            length += 1;
        }
        file.sync_all().with_context(named)?;
        // A new file must be found again as well.
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            let folder = if folder == Path::new("") { Path::new(".") } else { folder };
            File::open(folder).and_then(|folder| folder.sync_all()).with_context(named)?;
        }
        Ok(BackupFile { file, new, length, is_broken: false })
    }

    /// Adds a record. Once this returns, it lasts. After an error nothing more is added, since it might
    /// stand behind half a line.
    pub(crate) fn add(&mut self, record: &Record) -> io::Result<()> {
        if self.is_broken {
            return Err(io::Error::other("what was to be written before could not be"));
        }
        let line = record.to_line();
        let length = self.length + line.len() as u64;
        if length > MAX_FILE {
            let mebibytes = MAX_FILE >> 20;
            return Err(io::Error::other(format!("it has {mebibytes} MiB; begin another file")));
        }
        // What could not be put back is not changed.
        Backup::parse(line.as_bytes()).map_err(|_| {
            io::Error::other(format!("how {} is wired now could not be put back", record.room))
        })?;
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        self.is_broken = written.is_err();
        self.length = length;
        written
    }
}

impl Drop for BackupFile {
    fn drop(&mut self) {
        if let Some(path) = self.new.take().filter(|_| self.length == 0) {
            // An empty file is no harm.
            let _ = fs::remove_file(path);
        }
    }
}

/// The rooms of a backup, and how they were. Of a line that was never finished it is told.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Past>> {
    let named = || format!("cannot read `{}`", shown_path(path));
    let help = "mend these lines, or take them out: their rooms are then left as they are";
    let (backup, _) = parse(path, &mut File::open(path).with_context(named)?, help)?;
    if let Some(line) = backup.unfinished {
        writeln!(
            anstream::stderr(),
            "note: line {line} of `{}` was never finished; its room was not changed",
            shown_path(path)
        )?;
    }
    Ok(backup.rooms())
}

fn parse(path: &Path, file: &mut File, help: &str) -> anyhow::Result<(Backup, Vec<u8>)> {
    let named = || format!("cannot read `{}`", shown_path(path));
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(named)?;
    if bytes.len() as u64 > MAX_FILE {
        bail!("`{}` is no backup of rooms: it has over {} MiB", shown_path(path), MAX_FILE >> 20);
    }
    match Backup::parse(&bytes) {
        Ok(backup) => Ok((backup, bytes)),
        Err(error) if error.records == 0 => {
            bail!("`{}` is no backup of rooms; nothing in it is a record", shown_path(path))
        }
        Err(error) => Err(unreadable(path, &error, help)),
    }
}

fn unreadable(path: &Path, error: &Unreadable, help: &str) -> anyhow::Error {
    let path = shown_path(path);
    let mut text = format!("there are lines in the backup `{path}` that are no records:\n");
    for Problem { position: Position { line, column }, message } in &error.problems {
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
    fn a_backup_is_added_to_and_nothing_else_is() {
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
            assert!(BackupFile::open(&path).is_err(), "two write to it");
            file.add(&record).expect("it can be written");
            assert_eq!(fs::read_to_string(&path).expect("it can be read"), after);
            assert_eq!(file.length, after.len() as u64);
        }
        for other in ["token", "token\n", "{}", "{\"token\":", "\0"] {
            fs::write(&path, other).expect("it can be written");
            assert!(BackupFile::open(&path).is_err(), "{other:?}");
            assert_eq!(fs::read_to_string(&path).expect("it can be read"), other);
        }
    }

    #[test]
    fn a_new_file_without_a_record_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("backup.jsonl");
        drop(BackupFile::open(&path).expect("a new file"));
        assert!(!path.exists());
        fs::write(&path, "").expect("it can be written");
        drop(BackupFile::open(&path).expect("an empty file"));
        assert!(path.exists());
    }
}
