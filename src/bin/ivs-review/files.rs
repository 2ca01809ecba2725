//! Writes rule files completely or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Replaces the content of a file. Its permissions stay, and of a symbolic link the target is
/// replaced. A reader sees the old or the new content, also if the process ends in between.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = path.canonicalize()?;
    let permissions = fs::metadata(&path)?.permissions();
    let temporary = beside(&path);
    let written = write_new(&temporary, content)
        .and_then(|file| file.set_permissions(permissions))
        .and_then(|()| fs::rename(&temporary, &path));
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
    let created = write_new(&temporary, content).and_then(|_| fs::hard_link(&temporary, path));
    let created = match created {
        // File systems without hard links.
        Err(error) if is_unsupported(&error) => write_new(path, content).map(|_| ()),
        created => created,
    };
    let _ = fs::remove_file(&temporary);
    created
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
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
