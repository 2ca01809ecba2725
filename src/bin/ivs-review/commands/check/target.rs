//! The folder to check, and the file whose problems are shown.

use std::path::{Path, PathBuf};

use anyhow::bail;
use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::rules::MANIFEST;
use ivs_chat_review::source::Sources;

use crate::cli::CheckArgs;
use crate::rules_dir::folder_above;
use crate::terminal::shown_path;

pub(super) struct Target {
    pub(super) folder: PathBuf,
    /// The path in the folder of the only file whose problems are shown.
    file: Option<String>,
}

impl Target {
    /// Finds the rule folder of `[DIR|FILE]`, or returns that of `--rules`. The folder of a file is
    /// the nearest one above it that contains `rules.toml`.
    pub(super) fn new(args: &CheckArgs) -> anyhow::Result<Target> {
        let Some(path) = &args.target else {
            return Ok(Target { folder: args.folder.path.clone(), file: None });
        };
        if !path.is_file() {
            return Ok(Target { folder: path.clone(), file: None });
        }
        let Some(folder) = folder_above(path) else {
            bail!(
                "`{}` is not in a rule folder: no folder above it contains {MANIFEST}",
                shown_path(path)
            );
        };
        if args.copy_to.is_some() {
            bail!("--copy-to copies a folder; pass the folder instead of a file");
        }
        // Below a folder such as `..`, the path is not written in full.
        let (whole, root) = (path.canonicalize()?, folder.canonicalize()?);
        let Ok(inside) = whole.strip_prefix(&root) else {
            bail!("`{}` is not in the rule folder `{}`", shown_path(path), shown_path(&folder));
        };
        let is_rule_file =
            inside == Path::new(MANIFEST) || inside.extension().is_some_and(|it| it == "txt");
        if !is_rule_file {
            bail!(
                "`{}` is not a rule file: rules are {MANIFEST} and files ending in .txt",
                shown_path(path)
            );
        }
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        Ok(Target { folder, file: Some(parts.join("/")) })
    }

    /// Removes the problems of other files, and returns their number.
    pub(super) fn hide_others(
        &self,
        sources: &Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> usize {
        let Some(file) = &self.file else { return 0 };
        let before = diagnostics.len();
        diagnostics.retain(|it| it.location.is_some_and(|at| sources.get(at.source).path == *file));
        before - diagnostics.len()
    }
}
