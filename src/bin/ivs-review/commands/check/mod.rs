//! `check`: the diagnostics of a rule folder, and a summary.

mod clock;
mod codes;
pub(super) mod common_words;
mod copy;
mod corpus;
mod cost;
mod fix;
mod output;
mod rooms;
#[cfg(test)]
mod snapshots;
mod summary;
mod target;

use std::io::Write;
use std::path::Path;

use ivs_chat_review::diagnostic::{Diagnostic, sort};
use ivs_chat_review::display::display_safe_block;
use ivs_chat_review::lint::{CheckOptions, Progress, check_with, over_budget};

use crate::cli::CheckArgs;
use crate::progress::ProgressLine;
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::shown_path;
use crate::watch::{fingerprint, wait_for_change};
use crate::{Outcome, ignore_broken_pipe};

use self::copy::Destination;
use self::output::Output;
use self::summary::Summary;
use self::target::Target;

/// The number of common words that occur in every chat.
const COMMONEST: usize = 1_000;
/// The common words reported per entry without `--all-words`.
const MAX_WORDS: usize = 5;

pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    if let Some(code) = &args.explain {
        return codes::run(code);
    }
    if args.watch {
        return watch(args);
    }
    check(args)
}

/// Checks the folder after each change, until the process is ended.
fn watch(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let folder = Target::new(args)?.folder;
    let mut last = fingerprint(&folder);
    loop {
        if let Err(error) = check(args) {
            // The folder may be away for a moment.
            let error = format!("{error:#}");
            writeln!(anstream::stderr(), "error: {}", display_safe_block(&error))?;
        }
        writeln!(anstream::stderr(), "watching {} for changes; Ctrl-C ends", shown_path(&folder))?;
        last = wait_for_change(&folder, last);
        writeln!(anstream::stderr(), "\n{} changed", shown_path(&folder))?;
    }
}

fn check(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let destination = args.copy_to.as_deref().map(Destination::new).transpose()?;
    let target = Target::new(args)?;
    if let Some(what) = args.fix {
        let outcome = fix::run(args, &target, what)?;
        if args.dry_run {
            return Ok(outcome);
        }
    }
    let mut folder = RuleFolder::open(&target.folder)?;
    let corpus = corpus::read(&args.corpus, &mut folder.sources)?;
    let rooms = args.rooms.as_deref().map(rooms::read).transpose()?;
    let options = CheckOptions {
        day: Some(args.on.unwrap_or_else(today)),
        max_words: if args.all_words { usize::MAX } else { MAX_WORDS },
        corpus: &corpus,
        rooms: rooms.as_deref(),
        ..CheckOptions::default()
    };
    let mut diagnostics = diagnose(&mut folder, options);
    let cost = cost::measure(&folder, &target.folder, today());
    // The time of a debug build does not predict that of a release build.
    diagnostics.extend(over_budget(cost).filter(|_| !cfg!(debug_assertions)));
    sort(&folder.sources, &mut diagnostics);
    let hidden = target.hide_others(&folder.sources, &mut diagnostics);

    let summary = Summary::new(&folder, &diagnostics, cost);
    let output = Output { args, sources: &folder.sources, diagnostics: &diagnostics, hidden };
    ignore_broken_pipe(output.write(&summary))?;
    let passed = summary.errors == 0 && !(args.deny_warnings && summary.warnings > 0);
    if let Some(destination) = &destination
        && passed
    {
        destination.write(&folder.sources)?;
    }
    Ok(if passed { Outcome::Fine } else { Outcome::Findings })
}

/// Returns the problems of a folder, in no order, with the words and the progress of the command
/// line.
fn diagnose(folder: &mut RuleFolder, options: CheckOptions<'_>) -> Vec<Diagnostic> {
    let words = common_words::words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let foreign_words = common_words::foreign_words();
    let line = ProgressLine::new();
    let update = |Progress { what, done, total }| {
        line.update(|| format!("checked {done} of {total} {what}"));
    };
    let options = CheckOptions {
        words: &words,
        commonest: COMMONEST,
        foreign_words: &foreign_words,
        progress: Some(&update),
        ..options
    };
    let mut diagnostics = check_with(&folder.engine, &folder.sources, options);
    diagnostics.append(&mut folder.diagnostics);
    diagnostics
}

/// Returns the numbers of errors and of warnings of a folder.
pub(crate) fn count_problems(folder: &Path) -> anyhow::Result<(usize, usize)> {
    let mut folder = RuleFolder::open(folder)?;
    let options =
        CheckOptions { day: Some(today()), max_words: MAX_WORDS, ..CheckOptions::default() };
    let diagnostics = diagnose(&mut folder, options);
    let errors = diagnostics.iter().filter(|it| it.is_error()).count();
    Ok((errors, diagnostics.len() - errors))
}
