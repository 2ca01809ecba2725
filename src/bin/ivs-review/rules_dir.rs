//! Loads and compiles the rule folder of a command.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use ivs_chat_review::advice::advise;
use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::rules;
use ivs_chat_review::source::Sources;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock;
use crate::terminal::{count, shown_path};

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
        let sources = rules::load(path).with_context(|| hint(path))?;
        let parsed = rules::parse(&sources);
        let (engine, more) = Engine::compile(parsed.rules);
        let build_time = start.elapsed();
        let mut diagnostics = advise(&sources, parsed.diagnostics);
        diagnostics.extend(more);
        diagnostics.sort_by_key(|diagnostic| diagnostic.location);
        Ok(RuleFolder { sources, engine, diagnostics, build_time })
    }

    /// Like [`RuleFolder::open`], for commands that review messages: it is an error if the engine
    /// is empty, and a warning is printed if parts of the rules are invalid.
    pub(crate) fn open_for_review(path: &Path) -> anyhow::Result<RuleFolder> {
        let folder = RuleFolder::open(path)?;
        let errors = folder.diagnostics.iter().filter(|it| it.is_error()).count();
        if folder.engine.is_empty() {
            let path = shown_path(path);
            bail!(
                "no valid rules in the rule folder `{path}`; run `ivs-review check --rules {path}` for details"
            );
        }
        if errors > 0 {
            writeln!(
                anstream::stderr(),
                "warning: {} in the rules; invalid parts are skipped; run `ivs-review check --rules {}` for details",
                count(errors, "error", "errors"),
                shown_path(path)
            )?;
        }
        Ok(folder)
    }
}

fn hint(path: &Path) -> String {
    if path == Path::new("rules") {
        "cannot load the rules; select their folder with --rules DIR".to_owned()
    } else {
        "cannot load the rules".to_owned()
    }
}

/// Returns the current day in UTC.
pub(crate) fn today() -> Date {
    clock::now().to_zoned(TimeZone::UTC).date()
}
