//! `check`: every problem in a rule folder, and the facts of what it comes down to.

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

use crate::cli::{CheckArgs, Problems};
use crate::output::text::render;
use crate::output::{github, json, sarif};
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::json_line;
use crate::{Outcome, even_unread};

use self::copy::Destination;
use self::progress_line::Progress;
use self::summary::Facts;

/// The common words told of an entry, unless all are asked for.
const MOST_WORDS: usize = 5;

pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    if let Some(code) = &args.explain {
        return codes::run(code);
    }
    let destination = args.copy_to.as_deref().map(Destination::new).transpose()?;
    let mut folder = RuleFolder::open(&args.folder.path)?;
    let corpus = corpus::read(&args.corpus, &mut folder.sources)?;
    let words = common_words::words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let progress = Progress::new();
    let tell = |progressed| progress.tell(progressed);
    let options = CheckOptions {
        day: Some(args.on.unwrap_or_else(today)),
        words: &words,
        max_words: if args.all_words { usize::MAX } else { MOST_WORDS },
        corpus: &corpus,
        progress: Some(&tell),
    };
    let mut problems = check_with(&folder.engine, &folder.sources, options);
    problems.append(&mut folder.problems);
    let cost = cost::measure(&folder, &args.folder.path, today());
    drop(progress);
    // What a debug build takes says nothing of a release build.
    problems.extend(over_budget(cost).filter(|_| !cfg!(debug_assertions)));
    problems.sort_by_key(|problem| problem.location);

    let facts = Facts::new(&folder, &problems, cost);
    even_unread(write(args.format, &folder.sources, &problems, &facts))?;
    let is_fine = facts.errors == 0 && !(args.deny_warnings && facts.warnings > 0);
    if let Some(destination) = &destination
        && is_fine
    {
        destination.write(&folder.sources)?;
    }
    Ok(if is_fine { Outcome::Fine } else { Outcome::Findings })
}

fn write(
    format: Problems,
    sources: &Sources,
    problems: &[Diagnostic],
    facts: &Facts,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    match format {
        Problems::Text => {
            for problem in problems {
                writeln!(out, "{}\n", render(sources, problem))?;
            }
            facts.write(&mut out)?;
        }
        Problems::Github => {
            for problem in problems {
                writeln!(out, "{}", github::command(sources, problem))?;
            }
            facts.write(&mut out)?;
        }
        Problems::Json => {
            for problem in problems {
                writeln!(out, "{}", json::line(sources, problem)?)?;
            }
            writeln!(out, "{}", json_line(facts)?)?;
        }
        Problems::Sarif => writeln!(out, "{}", sarif::log(sources, problems)?)?,
    }
    out.flush()
}
