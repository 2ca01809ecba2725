//! The rule folder that an import is written to. Nothing in it is overwritten: lists are new files,
//! and rules are appended to `rules.toml`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::display::display_safe;
use ivs_chat_review::import::{Import, append_rules};
use ivs_chat_review::rules::{MANIFEST, parse};
use ivs_chat_review::source::{Source, Sources};

use crate::files;
use crate::terminal::shown_path;

pub(super) struct Target {
    folder: PathBuf,
    /// `rules.toml` as it is; `None` if there is none.
    before: Option<String>,
    /// `rules.toml` with the imported rules.
    after: String,
}

impl Target {
    /// Checks that nothing would be overwritten. Writes nothing.
    pub(super) fn new(folder: &Path, imported: &Import) -> anyhow::Result<Target> {
        let manifest = folder.join(MANIFEST);
        let before = match fs::read(&manifest) {
            Ok(bytes) => Some(String::from_utf8(bytes).map_err(|_| {
                anyhow::anyhow!("`{}` is not UTF-8; save it as UTF-8 first", shown_path(&manifest))
            })?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("cannot read `{}`", shown_path(&manifest)));
            }
        };
        let after = append_rules(before.as_deref().unwrap_or_default(), &imported.rules);
        for (path, _) in imported.rules.iter().filter_map(|rule| rule.list.as_ref()) {
            let path = folder.join(path);
            if path.symlink_metadata().is_ok() {
                bail!(
                    "`{}` already exists; rename or remove it and its rule, or import into another \
                     folder with --into",
                    shown_path(&path)
                );
            }
        }
        if imported.rules.is_empty() {
            return Ok(Target { folder: folder.to_owned(), before, after });
        }
        let old = errors(before.as_deref(), imported);
        let is_old = |it: &Diagnostic| old.iter().any(|old| old.message == it.message);
        let new = errors(Some(&after), imported);
        if let Some(problem) = new.iter().find(|it| !is_old(it)) {
            bail!(
                "the rules cannot be added to `{}`: {}",
                shown_path(&manifest),
                display_safe(&problem.message)
            );
        }
        Ok(Target { folder: folder.to_owned(), before, after })
    }

    /// Writes the lists, then `rules.toml`. If something cannot be written, nothing is.
    pub(super) fn write(&self, imported: &Import) -> anyhow::Result<()> {
        if imported.rules.is_empty() {
            return Ok(());
        }
        let mut created = Vec::new();
        let written = self.try_write(imported, &mut created);
        if written.is_err() {
            created.iter().for_each(|path| drop(fs::remove_file(path)));
        }
        written
    }

    fn try_write(&self, imported: &Import, created: &mut Vec<PathBuf>) -> anyhow::Result<()> {
        for (path, text) in imported.rules.iter().filter_map(|rule| rule.list.as_ref()) {
            let path = self.folder.join(path);
            let context = || format!("cannot write `{}`", shown_path(&path));
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).with_context(context)?;
            }
            files::create(&path, text.as_bytes()).with_context(context)?;
            created.push(path);
        }
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("cannot create `{}`", shown_path(&self.folder)))?;
        let path = self.folder.join(MANIFEST);
        let after = self.after.as_bytes();
        match &self.before {
            Some(before) => files::replace_unchanged(&path, before.as_bytes(), after),
            None => files::create(&path, after)
                .with_context(|| format!("cannot write `{}`", shown_path(&path))),
        }
    }

    /// Returns the path of a file of the folder as one line.
    pub(super) fn shown(&self, file: &str) -> String {
        shown_path(&self.folder.join(file))
    }
}

/// Returns the errors of a manifest, with the imported lists.
fn errors(manifest: Option<&str>, imported: &Import) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    if let Some(manifest) = manifest {
        sources.push(Source { path: MANIFEST.into(), content: Ok(manifest.into()) });
    }
    for (path, text) in imported.rules.iter().filter_map(|rule| rule.list.as_ref()) {
        sources.push(Source { path: path.clone(), content: Ok(text.clone().into_bytes()) });
    }
    parse(&sources).diagnostics.into_iter().filter(Diagnostic::is_error).collect()
}
