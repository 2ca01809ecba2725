//! Writes rule files completely or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::terminal::shown_path;

/// The number of bytes that are written at once. Linux keeps a piece as one in memory, and when a
/// process touches a byte of a mapped file, all of its piece counts as memory of the process. In pieces of 64 KB, as
/// other files are mapped, a search in a large file of compiled rules takes less.
const PIECE: usize = 64 << 10;

/// Replaces the content of a file. Its permissions stay, and of a symbolic link the target is
/// replaced. A reader sees the old or the new content, also if the process ends in between.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = path.canonicalize()?;
    let permissions = fs::metadata(&path)?.permissions();
    rename_over(&path, content, |file| file.set_permissions(permissions))
}

/// Replaces a file like [`replace`], unless it was changed since it was read.
pub(crate) fn replace_unchanged(path: &Path, old: &[u8], new: &[u8]) -> anyhow::Result<()> {
    let context = || format!("cannot write `{}`", shown_path(path));
    if fs::read(path).with_context(context)? != old {
        bail!("`{}` was changed since it was read; run this again", shown_path(path));
    }
    replace(path, new).with_context(context)
}

/// Creates or replaces a file that every user may read.
pub(crate) fn publish(path: &Path, content: &[u8]) -> io::Result<()> {
    rename_over(path, content, |file| {
        #[cfg(unix)]
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        #[cfg(not(unix))]
        let permissions = file.metadata()?.permissions();
        file.set_permissions(permissions)
    })
}

/// Writes a file under a temporary name and renames it. Until `set_permissions` was called, only its
/// owner can read it.
fn rename_over(
    path: &Path,
    content: &[u8],
    set_permissions: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let temporary = beside(path);
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = write_new(&mut options, &temporary, content)
        .and_then(|file| set_permissions(&file))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // It may not exist.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Creates a file, which must not exist.
pub(crate) fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = beside(path);
    // A hard link fails if the file exists; a rename would replace it.
    let mut options = OpenOptions::new();
    let created =
        write_new(&mut options, &temporary, content).and_then(|_| fs::hard_link(&temporary, path));
    let created = match created {
        // File systems without hard links.
        Err(error) if is_unsupported(&error) => {
            let created = write_new(&mut options, path, content).map(|_| ());
            if created.as_ref().is_err_and(|it| it.kind() != io::ErrorKind::AlreadyExists) {
                let _ = fs::remove_file(path);
            }
            created
        }
        created => created,
    };
    let _ = fs::remove_file(&temporary);
    created
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

fn write_new(options: &mut OpenOptions, path: &Path, content: &[u8]) -> io::Result<File> {
    let mut file = options.write(true).create_new(true).open(path)?;
    for piece in content.chunks(PIECE) {
        file.write_all(piece)?;
    }
    file.sync_all()?;
    Ok(file)
}

/// Returns the path of a temporary file in the same folder. As a hidden file it is not a rule file.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.part-{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a.txt"), folder.path().join("b.txt"));
        fs::write(&file, "old").expect("writable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("writable");
        symlink("a.txt", &link).expect("writable");
        replace(&link, b"new").expect("it is replaced");
        assert_eq!(fs::read(&file).expect("readable"), b"new");
        assert_eq!(fs::metadata(&file).expect("readable").permissions().mode() & 0o777, 0o640);
        assert!(link.symlink_metadata().expect("readable").is_symlink());
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2);
    }

    #[test]
    fn an_existing_file_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.txt");
        create(&file, b"first").expect("it is created");
        let error = create(&file, b"second").expect_err("it exists");
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&file).expect("readable"), b"first");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }
}
