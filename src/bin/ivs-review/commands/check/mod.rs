//! `check`: the diagnostics of a rule folder, and a summary.

mod clock;
mod codes;
mod common_words;
mod copy;
mod corpus;
mod cost;
mod progress_line;
#[cfg(test)]
mod snapshots;
mod summary;

use std::io::{self, Write};

use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::lint::{CheckOptions, check_with, over_budget};
use ivs_chat_review::source::Sources;

use crate::cli::{CheckArgs, CheckFormat};
use crate::output::text::render;
use crate::output::{github, json, sarif};
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::json_line;
use crate::{Outcome, ignore_broken_pipe};

use self::copy::Destination;
use self::progress_line::ProgressLine;
use self::summary::Summary;

/// The common words reported per entry without `--all-words`.
const MAX_WORDS: usize = 5;

pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    if let Some(code) = &args.explain {
        return codes::run(code);
    }
    let destination = args.copy_to.as_deref().map(Destination::new).transpose()?;
    let mut folder = RuleFolder::open(&args.folder.path)?;
    let corpus = corpus::read(&args.corpus, &mut folder.sources)?;
    let words = common_words::words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let line = ProgressLine::new();
    let update = |progress| line.update(progress);
    let options = CheckOptions {
        day: Some(args.on.unwrap_or_else(today)),
        words: &words,
        max_words: if args.all_words { usize::MAX } else { MAX_WORDS },
        corpus: &corpus,
        progress: Some(&update),
    };
    let mut diagnostics = check_with(&folder.engine, &folder.sources, options);
    diagnostics.append(&mut folder.diagnostics);
    let cost = cost::measure(&folder, &args.folder.path, today());
    drop(line);
    // The time of a debug build does not predict that of a release build.
    diagnostics.extend(over_budget(cost).filter(|_| !cfg!(debug_assertions)));
    diagnostics.sort_by_key(|diagnostic| diagnostic.location);

    let summary = Summary::new(&folder, &diagnostics, cost);
    ignore_broken_pipe(write(args.format, &folder.sources, &diagnostics, &summary))?;
    let passed = summary.errors == 0 && !(args.deny_warnings && summary.warnings > 0);
    if let Some(destination) = &destination
        && passed
    {
        destination.write(&folder.sources)?;
    }
    Ok(if passed { Outcome::Fine } else { Outcome::Findings })
}

fn write(
    format: CheckFormat,
    sources: &Sources,
    diagnostics: &[Diagnostic],
    summary: &Summary,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    match format {
        CheckFormat::Text => {
            for diagnostic in diagnostics {
                writeln!(out, "{}\n", render(sources, diagnostic))?;
            }
            summary.write(&mut out)?;
        }
        CheckFormat::Github => {
            for diagnostic in diagnostics {
                writeln!(out, "{}", github::command(sources, diagnostic))?;
            }
            summary.write(&mut out)?;
        }
        CheckFormat::Json => {
            for diagnostic in diagnostics {
                writeln!(out, "{}", json::line(sources, diagnostic)?)?;
            }
            writeln!(out, "{}", json_line(summary)?)?;
        }
        CheckFormat::Sarif => writeln!(out, "{}", sarif::log(sources, diagnostics)?)?,
    }
    out.flush()
}
