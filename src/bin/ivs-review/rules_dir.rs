//! Loads and compiles the rule folder of a command.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::bail;
use ivs_chat_review::advice::advise;
use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::display::display_safe;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::rules::{self, MANIFEST};
use ivs_chat_review::source::Sources;
use ivs_chat_review::suggest::{Nearness, suggest};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock;
use crate::terminal::{argument, count, path_argument, shown_path};

/// A compiled rule folder.
pub(crate) struct RuleFolder {
    pub(crate) sources: Sources,
    pub(crate) engine: Engine,
    /// The diagnostics, sorted by location. The engine does not contain the parts that have errors.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The time for reading, parsing and compiling.
    pub(crate) build_time: Duration,
}

impl RuleFolder {
    /// Reads and compiles the rules as the handler does.
    pub(crate) fn open(path: &Path) -> anyhow::Result<RuleFolder> {
        let start = Instant::now();
        let sources = rules::load(path).map_err(|error| match hint(path) {
            Some(hint) => anyhow::anyhow!("{error}; {hint}"),
            None => error.into(),
        })?;
        Ok(RuleFolder::compile(sources, start))
    }

    /// Compiles the files of a rule folder, which were read since `start`.
    pub(crate) fn compile(sources: Sources, start: Instant) -> RuleFolder {
        let parsed = rules::parse(&sources);
        let (engine, more) = Engine::compile(parsed.rules);
        let build_time = start.elapsed();
        let mut diagnostics = advise(&sources, parsed.diagnostics);
        diagnostics.extend(more);
        diagnostics.sort_by_key(|diagnostic| diagnostic.location);
        RuleFolder { sources, engine, diagnostics, build_time }
    }

    /// Like [`RuleFolder::open`], but it is an error if the engine is empty.
    pub(crate) fn open_quietly(path: &Path) -> anyhow::Result<RuleFolder> {
        let folder = RuleFolder::open(path)?;
        if folder.engine.is_empty() {
            bail!(
                "no valid rules in the rule folder `{}`; run `ivs-review check --rules {}` for details",
                shown_path(path),
                path_argument(path)
            );
        }
        Ok(folder)
    }

    /// Like [`RuleFolder::open`], for commands that review messages: it is an error if the engine
    /// is empty, and a warning is printed if parts of the rules are invalid.
    pub(crate) fn open_for_review(path: &Path) -> anyhow::Result<RuleFolder> {
        let folder = RuleFolder::open_quietly(path)?;
        warn_of_errors(&folder, &path.to_string_lossy())?;
        Ok(folder)
    }
}

/// Prints a warning if parts of the rules are invalid.
pub(crate) fn warn_of_errors(folder: &RuleFolder, name: &str) -> anyhow::Result<()> {
    let errors = folder.diagnostics.iter().filter(|it| it.is_error()).count();
    if errors > 0 {
        let errors = count(errors, "error", "errors");
        let name = display_safe(name);
        let details = match name.starts_with("git:") {
            true => format!("{name} has {errors}"),
            false => format!("{errors} in the rules"),
        };
        let help = match name.starts_with("git:") {
            true => String::new(),
            false => format!("; run `ivs-review check --rules {}` for details", argument(&name)),
        };
        writeln!(anstream::stderr(), "warning: {details}; invalid parts are skipped{help}")?;
    }
    Ok(())
}

/// Returns where the rules probably are, if the folder cannot be loaded.
fn hint(path: &Path) -> Option<String> {
    let is_rule_folder = |folder: &Path| folder.join(MANIFEST).is_file();
    let shown = |folder: &Path| {
        let folder = folder.strip_prefix(".").unwrap_or(folder);
        match folder.as_os_str().is_empty() {
            true => ".".to_owned(),
            false => path_argument(folder),
        }
    };
    if path.is_file() {
        return Some(match folder_above(path) {
            Some(folder) => format!("it is a file; pass its folder: --rules {}", shown(&folder)),
            None => "it is a file; pass the folder that contains rules.toml".to_owned(),
        });
    }
    let inside = path.join("rules");
    if is_rule_folder(&inside) {
        return Some(format!("did you mean --rules {}?", shown(&inside)));
    }
    if path.is_dir()
        && let Some(above) = folder_above(path)
    {
        return Some(format!("it is in a folder above; did you mean --rules {}?", shown(&above)));
    }
    if let Some(name) = similar_manifest(path) {
        return Some(format!(
            "it contains `{}`; rename that to {MANIFEST} (file managers may hide the end of a name)",
            display_safe(&name)
        ));
    }
    if path.is_dir() {
        return None;
    }
    let near = [PathBuf::from("."), PathBuf::from("..")].into_iter().chain(subfolders());
    let near = near.flat_map(|folder| [folder.clone(), folder.join("rules")]);
    if let Some(folder) = near.into_iter().find(|folder| is_rule_folder(folder)) {
        return Some(format!("did you mean --rules {}?", shown(&folder)));
    }
    (path == Path::new("rules"))
        .then(|| "run this where the folder `rules` is, or pass --rules DIR".to_owned())
}

/// Returns the nearest folder above a path that contains `rules.toml`.
pub(crate) fn folder_above(path: &Path) -> Option<PathBuf> {
    const MAX_DEPTH: usize = 8;
    let is_current = |folder: &Path| folder.as_os_str().is_empty();
    let named = path.ancestors().skip(1).map(|it| if is_current(it) { Path::new(".") } else { it });
    // Above the current folder, which a relative path does not name.
    let unnamed = (1..=MAX_DEPTH).map(|depth| vec![".."; depth].join("/").into());
    let mut folders = named.map(Path::to_path_buf).chain(unnamed);
    let whole = path.canonicalize().ok()?;
    let is_above = |folder: &Path| folder.canonicalize().is_ok_and(|it| whole.starts_with(it));
    folders.find(|folder| folder.join(MANIFEST).is_file() && is_above(folder))
}

/// Returns some subfolders of the current folder.
fn subfolders() -> Vec<PathBuf> {
    const MAX: usize = 100;
    let entries = std::fs::read_dir(".").into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut folders: Vec<PathBuf> = folders.map(|it| it.file_name().into()).take(MAX).collect();
    folders.sort_unstable();
    folders
}

/// Returns the name of a file that is probably meant to be `rules.toml`.
fn similar_manifest(folder: &Path) -> Option<String> {
    let names = std::fs::read_dir(folder).ok()?.flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.len() <= 64).collect();
    names.sort_unstable();
    let is_similar = |name: &&String| {
        let name = name.to_lowercase();
        let stem = name.split('.').next().unwrap_or_default();
        matches!(stem, "rules" | "rule" | "rules-toml") && name.contains('.')
            || suggest(&name, [MANIFEST], Nearness::Edits(2)).is_some()
    };
    names.iter().find(is_similar).cloned()
}

/// Returns the current day in UTC.
pub(crate) fn today() -> Date {
    clock::now().to_zoned(TimeZone::UTC).date()
}
