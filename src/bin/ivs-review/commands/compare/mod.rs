//! `compare`: what a change of the rules does with recorded chat.

mod handler_log;
mod merge;
mod output;
mod samples;

use std::io::Write;
use std::path::Path;

use ivs_chat_review::compare::{Class, Comparer, Comparison, Tally};
use ivs_chat_review::recording::{Counts, Item, Recorded};

use self::handler_log::HandlerLog;
pub(super) use self::merge::read_json;
use self::samples::{Ids, Samples};
use super::selection::all_exist;
use crate::Outcome;
use crate::cli::{CompareArgs, CompareFormat};
use crate::recordings::Recordings;
use crate::rules_dir::{RuleFolder, warn_of_errors};
use crate::rules_git;

/// What a run has counted.
struct Run {
    tally: Tally,
    counts: Counts,
    /// The number of messages that the options exclude.
    filtered: u64,
    /// What the handler did, if its log was read.
    handler_log: Option<HandlerLog>,
    samples: Samples,
    ids: Ids,
}

pub(crate) fn run(args: &CompareArgs) -> anyhow::Result<Outcome> {
    let run = match args.merge.is_empty() {
        true => compare_all(args)?,
        false => merge::read(&args.merge)?,
    };
    output::print(args, &run)?;
    let messages = run.tally.messages();
    let proves_nothing = messages == 0 && args.max_changed.is_some();
    if messages == 0 {
        let severity = if proves_nothing { "error" } else { "warning" };
        writeln!(
            anstream::stderr(),
            "{severity}: no message was compared; see the recording and --room, --since and --until"
        )?;
    }
    let changed = percentage(run.tally.changes(), messages);
    let exceeded = args.max_changed.filter(|limit| changed > *limit);
    if let Some(limit) = exceeded {
        writeln!(
            anstream::stderr(),
            "error: {changed:.2} % of the messages change; --max-changed allows {limit} %"
        )?;
    }
    let unreadable = run.counts.unreadable + run.handler_log.map_or(0, |log| log.unreadable);
    let is_damaged = unreadable > 0 && !args.messages.lenient;
    Ok(if exceeded.is_some() || proves_nothing || is_damaged {
        Outcome::Findings
    } else {
        Outcome::Fine
    })
}

fn compare_all(args: &CompareArgs) -> anyhow::Result<Run> {
    let to = args.to.as_deref().unwrap_or(&args.folder.path);
    let before = open(&args.from, &args.folder.path)?;
    let after = open(&to.to_string_lossy(), &args.folder.path)?;
    let selection = &args.messages;
    let shows_text = selection.shows_text(args.format == CompareFormat::Text);
    all_exist(&args.recordings)?;
    let mut run = Run {
        tally: Tally::default(),
        counts: Counts::default(),
        filtered: 0,
        handler_log: None,
        samples: Samples::new(if shows_text { args.samples } else { 0 }),
        ids: Ids::default(),
    };
    if !args.handler_log.is_empty() {
        run.handler_log = Some(handler_log::read(&args.handler_log, selection)?);
    }
    let Run { tally, samples, filtered, ids, .. } = &mut run;
    let recordings = Recordings::all(&args.recordings)?.with_columns(selection.columns());
    let counts = recordings.review(
        selection.threads(),
        selection.quiet,
        || Comparer::new(&before.engine, &after.engine),
        |comparer, item, _| match item {
            Item::Message(message) => compare(args, comparer, message, shows_text),
            _ => Output::None,
        },
        |outputs| {
            for output in outputs {
                match output {
                    Output::Compared { comparison, id, text } => {
                        tally.add(&comparison);
                        if let Some(text) = text {
                            samples.add(&comparison, &text);
                        }
                        if let Some(id) = id {
                            ids.add(comparison.class, id);
                        }
                    }
                    Output::Filtered => *filtered += 1,
                    Output::None => {}
                }
            }
            Ok(())
        },
    )?;
    run.counts = counts;
    Ok(run)
}

/// The outcome of an item.
enum Output {
    /// The ID and the text of a message that changes, if they are to be shown.
    Compared {
        comparison: Comparison,
        id: Option<String>,
        text: Option<String>,
    },
    /// Excluded by an option.
    Filtered,
    None,
}

fn compare(
    args: &CompareArgs,
    comparer: &mut Comparer<'_>,
    mut message: Recorded<'_>,
    shows_text: bool,
) -> Output {
    if !args.messages.selects(&mut message) {
        return Output::Filtered;
    }
    let comparison = comparer.compare(&message.request, args.messages.day_of(&message));
    let request = message.request;
    let id = request.message_id.filter(|_| args.ids && comparison.class.is_change());
    let text = (shows_text && comparison.class != Class::Unchanged).then_some(request.content);
    Output::Compared {
        comparison,
        id: id.map(|id| id.into_owned()),
        text: text.map(|text| text.into_owned()),
    }
}

/// Returns the percentage of a part, 0 to 100.
fn percentage(part: u64, all: u64) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// Opens a folder or `git:REV[:PATH]`, and warns of errors in the rules.
fn open(rules: &str, folder: &Path) -> anyhow::Result<RuleFolder> {
    let opened = match rules.strip_prefix("git:") {
        Some(spec) => rules_git::open(spec, folder)?,
        None => RuleFolder::open(Path::new(rules))?,
    };
    warn_of_errors(&opened, rules)?;
    Ok(opened)
}
