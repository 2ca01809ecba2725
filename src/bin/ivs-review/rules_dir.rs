//! The rule folder a command works with, and the day it works on.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::rules;
use ivs_chat_review::source::Sources;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::terminal::{count, shown_path};

/// A rule folder, ready to review with.
pub(crate) struct RuleFolder {
    pub(crate) sources: Sources,
    pub(crate) engine: Engine,
    /// What is wrong with the rules, sorted by place. What it is about is not in the engine.
    pub(crate) problems: Vec<Diagnostic>,
    /// How long reading, parsing and compiling took.
    pub(crate) build: Duration,
}

impl RuleFolder {
    /// Reads and compiles the rules as the handler does.
    pub(crate) fn open(path: &Path) -> anyhow::Result<RuleFolder> {
        let begun = Instant::now();
        let sources = rules::load(path).with_context(|| hint(path))?;
        let parsed = rules::parse(&sources);
        let (engine, more) = Engine::compile(parsed.rules);
        let build = begun.elapsed();
        let mut problems = parsed.diagnostics;
        problems.extend(more);
        problems.sort_by_key(|problem| problem.location);
        Ok(RuleFolder { sources, engine, problems, build })
    }

    /// The same, for a command that has no use for rules of which nothing is left.
    pub(crate) fn open_sound(path: &Path) -> anyhow::Result<RuleFolder> {
        let folder = RuleFolder::open(path)?;
        let errors = folder.problems.iter().filter(|problem| problem.is_error()).count();
        if folder.engine.is_empty() {
            let path = shown_path(path);
            bail!(
                "nothing in the rule folder `{path}` can be used; `ivs-review check --rules {path}` tells why"
            );
        }
        if errors > 0 {
            writeln!(
                anstream::stderr(),
                "warning: {} in the rules, with what they are about left out; `ivs-review check --rules {}` tells them",
                count(errors, "problem", "problems"),
                shown_path(path)
            )?;
        }
        Ok(folder)
    }
}

fn hint(path: &Path) -> String {
    if path == Path::new("rules") {
        "no rules; name their folder with --rules DIR".to_owned()
    } else {
        "no rules".to_owned()
    }
}

/// The day in UTC.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}
