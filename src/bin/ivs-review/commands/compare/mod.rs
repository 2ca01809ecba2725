//! `compare`: what a change of the rules does with recorded chat.

mod output;
mod samples;

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::bail;
use ivs_chat_review::compare::{Class, Comparer, Comparison, Tally};
use ivs_chat_review::recording::{Counts, Item, Recorded};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::samples::Samples;
use crate::Outcome;
use crate::cli::{CompareArgs, CompareFormat};
use crate::parallel::all_cores;
use crate::recordings::{Recordings, day_of};
use crate::rules_dir::{RuleFolder, today, warn_of_errors};
use crate::rules_git;

/// What a run has counted.
struct Run {
    tally: Tally,
    counts: Counts,
    /// The number of messages that the options exclude.
    filtered: u64,
    samples: Samples,
}

pub(crate) fn run(args: &CompareArgs) -> anyhow::Result<Outcome> {
    let to = args.to.as_deref().unwrap_or(&args.folder.path);
    let before = open(&args.from, &args.folder.path)?;
    let after = open(&to.to_string_lossy(), &args.folder.path)?;
    let is_shown = args.with_text
        || !args.no_text && args.format == CompareFormat::Text && io::stdout().is_terminal();
    for path in &args.recordings {
        if path != Path::new("-") && !path.exists() {
            bail!("cannot read `{}`: no such file or folder", crate::terminal::shown_path(path));
        }
    }
    let mut run = Run {
        tally: Tally::default(),
        counts: Counts::default(),
        filtered: 0,
        samples: Samples::new(if is_shown { args.samples } else { 0 }),
    };
    let Run { tally, samples, filtered, .. } = &mut run;
    let counts = Recordings::all(&args.recordings)?.review(
        args.threads.unwrap_or_else(all_cores),
        args.quiet,
        || Comparer::new(&before.engine, &after.engine),
        |comparer, item, _| match item {
            Item::Message(message) => compare(args, comparer, message, is_shown),
            _ => Output::None,
        },
        |outputs| {
            for output in outputs {
                match output {
                    Output::Compared(comparison, text) => {
                        tally.add(&comparison);
                        if let Some(text) = text {
                            samples.add(&comparison, &text);
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
    output::print(args, &run)?;
    let messages = run.tally.messages();
    if messages == 0 {
        writeln!(
            anstream::stderr(),
            "warning: no message was compared; see the recording and --room, --since and --until"
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
    let is_damaged = run.counts.unreadable > 0 && !args.lenient;
    Ok(if exceeded.is_some() || is_damaged { Outcome::Findings } else { Outcome::Fine })
}

/// The outcome of an item.
enum Output {
    /// With the text if it may be shown.
    Compared(Comparison, Option<String>),
    /// Excluded by an option.
    Filtered,
    None,
}

fn compare(
    args: &CompareArgs,
    comparer: &mut Comparer<'_>,
    mut message: Recorded<'_>,
    is_shown: bool,
) -> Output {
    if let Some(room) = &args.room {
        let known = message.request.room_arn.as_deref();
        if known.is_some_and(|known| !is_room(known, room)) {
            return Output::Filtered;
        }
        if known.is_none() {
            message.request.room_arn = Some(Cow::Owned(room.clone()));
        }
    }
    if !is_in_time(&message, args.since.as_ref(), args.until.as_ref()) {
        return Output::Filtered;
    }
    let day = args.on.or_else(|| day_of(&message)).unwrap_or_else(today);
    let comparison = comparer.compare(&message.request, day);
    let is_sample = is_shown && comparison.class != Class::Unchanged;
    let text = is_sample.then(|| message.request.content.into_owned());
    Output::Compared(comparison, text)
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

/// Whether a room, as an ARN or an ID, is the wanted one.
fn is_room(known: &str, wanted: &str) -> bool {
    // If one of them is an ID, the ARNs are not known to differ.
    known == wanted || (!known.contains(':') || !wanted.contains(':')) && id(known) == id(wanted)
}

/// Returns the ID of a room, from an ARN or an ID.
fn id(room: &str) -> &str {
    room.rsplit('/').next().unwrap_or(room)
}

fn is_in_time(message: &Recorded<'_>, since: Option<&Moment>, until: Option<&Moment>) -> bool {
    if since.is_none() && until.is_none() {
        return true;
    }
    let Some(time) = message.time() else { return false };
    let day = || time.to_zoned(TimeZone::UTC).date();
    let is_after = since.is_none_or(|since| match since {
        Moment::Day(first) => day() >= *first,
        Moment::Time(first) => time >= *first,
    });
    is_after
        && until.is_none_or(|until| match until {
            Moment::Day(last) => day() <= *last,
            Moment::Time(last) => time <= *last,
        })
}

/// A day in UTC or a point in time.
#[derive(Clone, Debug)]
pub(crate) enum Moment {
    Day(Date),
    Time(Timestamp),
}

impl std::str::FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Moment, Self::Err> {
        match (text.len() <= "2026-11-30".len(), text.parse(), text.parse()) {
            (true, Ok(day), _) => Ok(Moment::Day(day)),
            (false, _, Ok(time)) => Ok(Moment::Time(time)),
            _ => Err("expected a date such as 2026-11-30 or a time such as 2026-11-30T18:00:00Z"),
        }
    }
}
