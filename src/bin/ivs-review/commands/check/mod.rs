//! `check`: the diagnostics of a rule folder, and a summary.

mod clock;
mod codes;
pub(super) mod common_words;
mod copy;
mod corpus;
mod cost;
mod output;
mod rooms;
#[cfg(test)]
mod snapshots;
mod summary;
mod target;

use ivs_chat_review::diagnostic::sort;
use ivs_chat_review::lint::{CheckOptions, Progress, check_with, over_budget};

use crate::cli::CheckArgs;
use crate::progress::ProgressLine;
use crate::rules_dir::{RuleFolder, today};
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
    let destination = args.copy_to.as_deref().map(Destination::new).transpose()?;
    let target = Target::new(args)?;
    let mut folder = RuleFolder::open(&target.folder)?;
    let corpus = corpus::read(&args.corpus, &mut folder.sources)?;
    let rooms = args.rooms.as_deref().map(rooms::read).transpose()?;
    let words = common_words::words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let foreign_words = common_words::foreign_words();
    let line = ProgressLine::new();
    let update = |Progress { what, done, total }| {
        line.update(|| format!("checked {done} of {total} {what}"));
    };
    let options = CheckOptions {
        day: Some(args.on.unwrap_or_else(today)),
        words: &words,
        commonest: COMMONEST,
        foreign_words: &foreign_words,
        max_words: if args.all_words { usize::MAX } else { MAX_WORDS },
        corpus: &corpus,
        rooms: rooms.as_deref(),
        progress: Some(&update),
    };
    let mut diagnostics = check_with(&folder.engine, &folder.sources, options);
    diagnostics.append(&mut folder.diagnostics);
    let cost = cost::measure(&folder, &target.folder, today());
    drop(line);
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
