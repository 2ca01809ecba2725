//! `check --copy-to DIR`: copies the checked files to a new folder.
//!
//! It writes the bytes in memory, so that the copy contains no links, no files that are not part of
//! the rules, and no changes made after the check.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, bail};
use ivs_chat_review::source::Sources;

use crate::terminal::shown_path;

/// The permissions of files and folders, regardless of the umask: Lambda runs the function as
/// another user, who must be able to read them.
const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;

/// The folder to create.
pub(super) struct Destination<'d> {
    folder: &'d Path,
    /// A temporary folder beside it that is renamed at the end, so that the copy is complete or
    /// absent.
    temporary: PathBuf,
}

impl<'d> Destination<'d> {
    /// Checks that `folder` does not exist. Writes nothing.
    pub(super) fn new(folder: &'d Path) -> anyhow::Result<Destination<'d>> {
        let Some(name) = folder.file_name() else {
            bail!("invalid folder name `{}`", shown_path(folder));
        };
        if folder.symlink_metadata().is_ok() {
            bail!("`{}` already exists; remove it or use another name", shown_path(folder));
        }
        let temporary = format!(".{}.part-{}", name.to_string_lossy(), process::id());
        Ok(Destination { folder, temporary: folder.with_file_name(temporary) })
    }

    /// Writes the files of the rule folder, without those added from outside.
    pub(super) fn write(&self, sources: &Sources) -> anyhow::Result<()> {
        let result = self.try_write(sources);
        if result.is_err() {
            // The folder may not exist.
            let _ = fs::remove_dir_all(&self.temporary);
        }
        result.with_context(|| format!("cannot copy the rules to `{}`", shown_path(self.folder)))
    }

    fn try_write(&self, sources: &Sources) -> io::Result<()> {
        if let Some(parent) = self.temporary.parent() {
            fs::create_dir_all(parent)?;
        }
        create_folder(&self.temporary)?;
        for source in sources.in_folder() {
            // All files were read, since the check found no error.
            let Ok(content) = &source.content else { continue };
            let (folders, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
            let mut path = self.temporary.clone();
            for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
                path.push(folder);
                if !path.is_dir() {
                    create_folder(&path)?;
                }
            }
            path.push(name);
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            file.write_all(content)?;
            set_mode(&file, FILE_MODE)?;
        }
        fs::rename(&self.temporary, self.folder)
    }
}

fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)?;
    set_mode(&File::open(path)?, FOLDER_MODE)
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    file.set_permissions(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}
