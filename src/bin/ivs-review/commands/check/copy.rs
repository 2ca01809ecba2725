//! `check --copy-to DIR`: the files that were checked, as a new folder.
//!
//! The bytes are those in memory. A file that changed since it was read, a link or a file that is not part of the
//! rules cannot get into the copy.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, bail};
use ivs_chat_review::source::Sources;

use crate::terminal::shown_path;

/// The modes of files and folders, whatever the umask is: Lambda runs the function as another user, who must be able
/// to read them.
const FILE: u32 = 0o644;
const FOLDER: u32 = 0o755;

/// The folder that a copy becomes.
pub(super) struct Destination<'d> {
    folder: &'d Path,
    /// Where it is made, in the same folder, so that it appears whole or not at all.
    part: PathBuf,
}

impl<'d> Destination<'d> {
    /// A folder that does not exist yet. Nothing is written.
    pub(super) fn new(folder: &'d Path) -> anyhow::Result<Destination<'d>> {
        let Some(name) = folder.file_name() else {
            bail!("`{}` cannot be the name of a new folder", shown_path(folder));
        };
        if folder.symlink_metadata().is_ok() {
            bail!("`{}` exists already; remove it, or name a new folder", shown_path(folder));
        }
        let part = format!(".{}.part-{}", name.to_string_lossy(), process::id());
        Ok(Destination { folder, part: folder.with_file_name(part) })
    }

    /// Writes the files of the rule folder, none of those from outside.
    pub(super) fn write(&self, sources: &Sources) -> anyhow::Result<()> {
        let written = self.make(sources);
        if written.is_err() {
            // It may not exist.
            let _ = fs::remove_dir_all(&self.part);
        }
        written.with_context(|| format!("cannot copy the rules to `{}`", shown_path(self.folder)))
    }

    fn make(&self, sources: &Sources) -> io::Result<()> {
        if let Some(parent) = self.part.parent() {
            fs::create_dir_all(parent)?;
        }
        make_folder(&self.part)?;
        for source in sources.in_folder() {
            // Without an error each has been read.
            let Ok(content) = &source.content else { continue };
            let (folders, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
            let mut path = self.part.clone();
            for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
                path.push(folder);
                if !path.is_dir() {
                    make_folder(&path)?;
                }
            }
            path.push(name);
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            file.write_all(content)?;
            set_mode(&file, FILE)?;
        }
        fs::rename(&self.part, self.folder)
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)?;
    set_mode(&File::open(path)?, FOLDER)
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
