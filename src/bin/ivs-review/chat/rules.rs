//! The rules of a folder that is watched: [`WatchedRules`].

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ivs_chat_review::diagnostic::{Diagnostic, Severity};
use ivs_chat_review::source::Sources;
use serde_json::{Value, json};

use crate::output::text;
use crate::rules_dir::RuleFolder;
use crate::terminal::shown_path;
use crate::watch::{INTERVAL, fingerprint};

/// The maximum number of diagnostics that are shown.
const MAX_DIAGNOSTICS: usize = 50;

/// A compiled rule folder and how often rules were loaded before it.
#[derive(Clone)]
pub(super) struct Loaded {
    pub(super) folder: Arc<RuleFolder>,
    pub(super) generation: u64,
}

/// What a folder contains now.
#[derive(Clone, Default)]
struct Problems {
    /// Whether the rules in force are those of the folder.
    is_current: bool,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Value>,
    /// The diagnostics as `check` prints them, without colors.
    text: String,
}

/// The rules in force: those of the folder, or the last ones without errors.
pub(super) struct WatchedRules {
    path: PathBuf,
    loaded: Mutex<Loaded>,
    problems: Mutex<Problems>,
    /// The fingerprint of the folder before its rules were loaded.
    fingerprint: u64,
}

impl WatchedRules {
    /// Loads the rules. It is an error if there are none.
    pub(super) fn open(path: &Path) -> anyhow::Result<WatchedRules> {
        let fingerprint = fingerprint(path);
        let folder = RuleFolder::open_for_review(path)?;
        let problems = Problems::of(&folder.sources, &folder.diagnostics, true);
        let loaded = Loaded { folder: Arc::new(folder), generation: 1 };
        Ok(WatchedRules {
            path: path.to_owned(),
            loaded: Mutex::new(loaded),
            problems: Mutex::new(problems),
            fingerprint,
        })
    }

    pub(super) fn loaded(&self) -> Loaded {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Watches the folder in a thread of its own, and calls `changed` after each change.
    pub(super) fn watch(self: &Arc<Self>, changed: impl Fn() + Send + 'static) {
        let rules = self.clone();
        let mut last = rules.fingerprint;
        thread::spawn(move || {
            loop {
                thread::sleep(INTERVAL);
                let now = fingerprint(&rules.path);
                if now != last {
                    last = now;
                    rules.reload();
                    changed();
                }
            }
        });
    }

    /// Loads the folder. Rules with errors are not used, unless those in force have errors too.
    fn reload(&self) {
        let has_errors = |folder: &RuleFolder| folder.diagnostics.iter().any(Diagnostic::is_error);
        let was_broken = has_errors(&self.loaded().folder);
        let problems = match RuleFolder::open(&self.path) {
            Err(error) => Problems { errors: 1, text: format!("{error:#}"), ..Problems::default() },
            Ok(folder) if folder.engine.is_empty() => {
                let mut problems = Problems::of(&folder.sources, &folder.diagnostics, false);
                if problems.text.is_empty() {
                    problems.text = "the folder has no rules".to_owned();
                }
                problems.errors = problems.errors.max(1);
                problems
            }
            Ok(folder) => {
                let is_current = was_broken || !has_errors(&folder);
                let problems = Problems::of(&folder.sources, &folder.diagnostics, is_current);
                if is_current {
                    let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
                    let generation = loaded.generation + 1;
                    *loaded = Loaded { folder: Arc::new(folder), generation };
                }
                problems
            }
        };
        problems.print(&shown_path(&self.path));
        *self.problems.lock().unwrap_or_else(PoisonError::into_inner) = problems;
    }

    /// Describes the rules for the page.
    pub(super) fn describe(&self) -> Value {
        let Loaded { folder, generation } = self.loaded();
        let rules = folder.engine.rules();
        let entries: usize = rules.lists.iter().map(|list| list.entries.len()).sum();
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        json!({
            "folder": self.path.to_string_lossy(),
            "generation": generation,
            "rules": rules.rules.len(),
            "entries": entries,
            "isCurrent": problems.is_current,
            "errors": problems.errors,
            "warnings": problems.warnings,
            "diagnostics": problems.diagnostics,
            "text": problems.text,
        })
    }
}

impl Problems {
    fn of(sources: &Sources, diagnostics: &[Diagnostic], is_current: bool) -> Problems {
        let errors = diagnostics.iter().filter(|it| it.is_error()).count();
        let shown = || diagnostics.iter().take(MAX_DIAGNOSTICS);
        let texts: Vec<String> = shown()
            .map(|it| anstream::adapter::strip_str(&text::render(sources, it)).to_string())
            .collect();
        Problems {
            is_current,
            errors,
            warnings: diagnostics.len() - errors,
            diagnostics: shown().map(|it| described(sources, it)).collect(),
            text: texts.join("\n\n"),
        }
    }

    fn print(&self, folder: &str) {
        let mut out = anstream::stderr().lock();
        if self.errors > 0 {
            let _ = writeln!(out, "{}", self.text);
        }
        let _ = match (self.is_current, self.errors) {
            (true, 0) => writeln!(out, "rules: loaded {folder}"),
            (true, _) => writeln!(out, "rules: loaded {folder} without its invalid parts"),
            (false, _) => {
                writeln!(out, "error: the last valid rules stay in force until {folder} is fixed")
            }
        };
    }
}

fn described(sources: &Sources, diagnostic: &Diagnostic) -> Value {
    let location = diagnostic.location;
    let position = location.map(|it| sources.position(it.source, it.span.start));
    let severity = match diagnostic.code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({
        "severity": severity,
        "code": diagnostic.code.as_str(),
        "file": location.map(|it| sources.name(it.source)),
        "line": position.map(|it| it.line),
        "column": position.map(|it| it.column),
        "message": diagnostic.message,
        "help": diagnostic.help.iter().chain(&diagnostic.paste).collect::<Vec<_>>(),
    })
}
