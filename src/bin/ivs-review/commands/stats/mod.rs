//! `stats`: what each rule and entry does with recorded or labeled chat.

mod merge;
mod missed;
mod output;

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::recording::{Counts, IdHash, Item, Recorded};
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::stats::{Counter, Deletions, Label, Observation, Stats};

use self::missed::Missed;
use super::selection::all_exist;
use crate::Outcome;
use crate::cli::{StatsArgs, StatsFormat};
use crate::recordings::{Columns, LabelColumn, Recordings};
use crate::rules_dir::RuleFolder;

/// What a run has counted.
struct Run {
    stats: Stats,
    counts: Counts,
    /// The number of messages that the options exclude.
    filtered: u64,
    missed: Missed,
}

pub(crate) fn run(args: &StatsArgs) -> anyhow::Result<Outcome> {
    let run = match args.merge.is_empty() {
        true => count_all(args)?,
        false => merge::read(&args.merge)?,
    };
    output::print(args, &run)?;
    if run.stats.messages() == 0 {
        writeln!(
            anstream::stderr(),
            "warning: no message was reviewed; see the recording and --room, --since and --until"
        )?;
    }
    let is_damaged = run.counts.unreadable > 0 && !args.messages.lenient;
    Ok(if is_damaged { Outcome::Findings } else { Outcome::Fine })
}

fn count_all(args: &StatsArgs) -> anyhow::Result<Run> {
    let folder = RuleFolder::open_for_review(&args.folder.path)?;
    let shows_text = args.messages.shows_text(args.format == StatsFormat::Text);
    let mut count = Count {
        args,
        engine: &folder.engine,
        counter: Counter::new(&folder.engine),
        deletions: Deletions::default(),
        counts: Counts::default(),
        filtered: 0,
        missed: Missed::new(if shows_text { args.samples } else { 0 }),
    };
    let label = |name: &Option<String>| name.clone().context("missing column");
    let labeled = match args.labeled.is_empty() {
        true => None,
        false => Some(Columns {
            text: label(&args.text)?,
            label: Some(LabelColumn {
                name: label(&args.label)?,
                harmful: args.harmful_is.clone(),
            }),
        }),
    };
    let columns = || args.messages.columns();
    for (paths, label, columns) in [
        (&args.recordings, None, columns()),
        (&args.harmful, Some(Label::Harmful), columns()),
        (&args.harmless, Some(Label::Harmless), columns()),
        (&args.labeled, None, labeled),
    ] {
        count.read(paths, label, columns)?;
    }
    Ok(Run {
        stats: count.counter.stats(count.deletions.counts()),
        counts: count.counts,
        filtered: count.filtered,
        missed: count.missed,
    })
}

/// Counts the messages of files.
struct Count<'c> {
    args: &'c StatsArgs,
    engine: &'c Engine,
    counter: Counter<'c>,
    deletions: Deletions,
    counts: Counts,
    filtered: u64,
    missed: Missed,
}

/// The outcome of an item.
enum Output {
    Reviewed {
        observation: Observation,
        label: Option<Label>,
        id: Option<IdHash>,
        /// If it is not caught and may be shown.
        text: Option<String>,
    },
    Deleted(Option<IdHash>),
    /// Excluded by an option.
    Filtered,
    None,
}

impl Count<'_> {
    /// Reads files, with the label of all their messages if they have the same.
    fn read(
        &mut self,
        paths: &[PathBuf],
        label: Option<Label>,
        columns: Option<Columns>,
    ) -> anyhow::Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        all_exist(paths)?;
        let Count { args, engine, counter, deletions, filtered, missed, .. } = self;
        let shows_text = missed.is_enabled();
        let counts = Recordings::all(paths)?.with_columns(columns).review(
            args.messages.threads(),
            args.messages.quiet,
            || Reviewer::new(engine),
            |reviewer, item, place| match item {
                Item::Message(message) => {
                    observe(args, reviewer, message, label.or(place.label), shows_text)
                }
                Item::Deletion(it) if args.messages.selects_deletion(&it) => {
                    Output::Deleted(it.id.as_deref().map(IdHash::of))
                }
                Item::Deletion(_) | Item::Event | Item::Unreadable => Output::None,
            },
            |outputs| {
                for output in outputs {
                    match output {
                        Output::Reviewed { observation, label, id, text } => {
                            counter.add(&observation, label);
                            let is_caught = observation.is_caught();
                            let deleted = id.and_then(|id| deletions.message(id, is_caught, text));
                            missed.extend(deleted);
                        }
                        Output::Deleted(id) => {
                            missed.extend(id.and_then(|id| deletions.deletion(id)));
                        }
                        Output::Filtered => *filtered += 1,
                        Output::None => {}
                    }
                }
                Ok(())
            },
        )?;
        self.counts.messages += counts.messages;
        self.counts.duplicates += counts.duplicates;
        self.counts.events += counts.events;
        self.counts.unreadable += counts.unreadable;
        Ok(())
    }
}

fn observe(
    args: &StatsArgs,
    reviewer: &mut Reviewer<'_>,
    mut message: Recorded<'_>,
    label: Option<Label>,
    shows_text: bool,
) -> Output {
    if !args.messages.selects(&mut message) {
        return Output::Filtered;
    }
    let day = args.messages.day_of(&message);
    let observation = Observation::of(reviewer, &message.request, day);
    let request = message.request;
    let text = (shows_text && !observation.is_caught()).then_some(request.content);
    Output::Reviewed {
        observation,
        label,
        id: request.message_id.as_deref().map(IdHash::of),
        text: text.map(|text| text.into_owned()),
    }
}
