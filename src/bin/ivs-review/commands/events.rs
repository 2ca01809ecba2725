//! `review --events`: reviews a stream of events and prints the handler's replies.

use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use ivs_chat_review::display::json_safe;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::recording::{Counts, Item, Start};
use ivs_chat_review::review::Reviewer;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::IgnoredAny;

use super::event_stats::EventStats;
use super::lines::Lines;
use crate::Outcome;
use crate::cli::ReviewArgs;
use crate::recordings::{self, Recordings, day_of};
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::{count, json_line, shown_path};

pub(crate) fn run(args: &ReviewArgs, file: &Path) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open_for_review(&args.folder.path)?;
    let mut stats = EventStats::new(folder.build_time);
    let mut reviewer = Reviewer::new(&folder.engine);
    let out = BufWriter::new(io::stdout().lock());
    if file.is_dir() {
        let recordings = Recordings::open(file)?;
        answer_recorded(&mut reviewer, recordings, Input::Folder, out, args.on, &mut stats)?;
    } else {
        let context = || format!("cannot read `{}`", shown_path(file));
        let input = recordings::open(file).with_context(context)?;
        match recordings::peek(input).with_context(context)? {
            (Start::Recording, input) => {
                let recordings = Recordings::of_stream(file, input);
                let input = if file == Path::new("-") { Input::Stdin } else { Input::File };
                answer_recorded(&mut reviewer, recordings, input, out, args.on, &mut stats)?;
            }
            (Start::Events | Start::Text, input) => {
                answer_all(&mut reviewer, BufReader::new(input), out, args.on, &mut stats)?;
            }
        }
    }
    if args.stats {
        writeln!(io::stderr(), "{}", json_line(&stats.summary())?)?;
    }
    Ok(if stats.errors() > 0 && !args.lenient { Outcome::Findings } else { Outcome::Fine })
}

const PART: &str = "this line is only a part of a JSON value: write each event on one line \
                    (`jq -c .` does), or use `explain` for a file with one event";

/// Whether a line is the beginning of a JSON value that continues on the next line.
fn is_part(line: &[u8]) -> bool {
    let value = serde_json::from_slice::<IgnoredAny>(line);
    let begins =
        line.trim_ascii_start().starts_with(b"{") || line.trim_ascii_start().starts_with(b"[");
    begins && value.is_err_and(|error| error.is_eof())
}

/// The output for an invalid event.
#[derive(Serialize)]
struct InvalidEvent {
    error: String,
    line: u64,
    /// Where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

/// What a recording is read from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    Folder,
    File,
    /// A pipe, perhaps of a program that does not end, such as `aws logs tail --follow`.
    Stdin,
}

fn answer_all(
    reviewer: &mut Reviewer<'_>,
    input: BufReader<impl io::Read>,
    mut out: impl Write,
    on: Option<Date>,
    stats: &mut EventStats,
) -> anyhow::Result<()> {
    let mut lines = Lines::new(input);
    // Whether the last line was a part of a JSON value, so that the next ones are too.
    let mut in_value = false;
    while let Some(line) = lines.next().context("cannot read the events")? {
        let start = Instant::now();
        let day = on.unwrap_or_else(today);
        let answered = line.and_then(|json| {
            if in_value && serde_json::from_slice::<IgnoredAny>(json).is_err() {
                return Ok(Vec::new());
            }
            let request = ReviewRequest::from_json(json).map_err(|error| {
                in_value = is_part(json);
                if in_value { PART.to_owned() } else { error.to_string() }
            })?;
            in_value = false;
            let review = reviewer.review(&request, day);
            stats.reviewed(&review);
            Ok(review.into_response(reviewer.engine(), request).to_json())
        });
        match answered {
            // The rest of a value, which was reported at its first line.
            Ok(reply) if reply.is_empty() => continue,
            Ok(reply) => {
                stats.answered(start.elapsed());
                out.write_all(json_safe(&String::from_utf8(reply)?).as_bytes())?;
            }
            Err(error) => {
                stats.failed();
                let line = json_line(&InvalidEvent { error, line: lines.number(), file: None })?;
                out.write_all(line.as_bytes())?;
            }
        }
        out.write_all(b"\n")?;
        // A client on a pipe may wait for this reply before it sends the next event.
        if !lines.has_next_line() {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Answers the messages of a recording, each on its own day.
fn answer_recorded(
    reviewer: &mut Reviewer<'_>,
    mut recordings: Recordings,
    input: Input,
    mut out: impl Write,
    on: Option<Date>,
    stats: &mut EventStats,
) -> anyhow::Result<()> {
    let mut failed = Ok(());
    let counts = recordings.read(|item, place| {
        let mut written = match item {
            Item::Message(message) => {
                let start = Instant::now();
                let day = on.or_else(|| day_of(&message)).unwrap_or_else(today);
                let review = reviewer.review(&message.request, day);
                stats.reviewed(&review);
                let reply = review.into_response(reviewer.engine(), message.request).to_json();
                stats.answered(start.elapsed());
                write_line(&mut out, &String::from_utf8_lossy(&reply))
            }
            Item::Unreadable => {
                stats.failed();
                let error = "damaged, or not a message in a known form".to_owned();
                let file = (input == Input::Folder).then(|| shown_path(place.file));
                serde_json::to_string(&InvalidEvent { error, line: place.line, file })
                    .map_err(io::Error::from)
                    .and_then(|json| write_line(&mut out, &json))
            }
            Item::Deletion(_) | Item::Event => Ok(()),
        };
        if input == Input::Stdin && written.is_ok() {
            written = out.flush();
        }
        if let Err(error) = written {
            failed = Err(error);
        }
        failed.is_ok()
    })?;
    failed?;
    out.flush()?;
    if let Some(note) = note(counts) {
        writeln!(anstream::stderr(), "note: {note}")?;
    }
    Ok(())
}

fn write_line(out: &mut impl Write, json: &str) -> io::Result<()> {
    out.write_all(json_safe(json).as_bytes())?;
    out.write_all(b"\n")
}

/// Returns what was left out of a recording.
fn note(counts: Counts) -> Option<String> {
    let Counts { messages, duplicates, events, .. } = counts;
    (duplicates + events > 0).then(|| {
        format!(
            "{} reviewed; left out: {}, {}",
            count(messages, "message", "messages"),
            count(duplicates, "duplicate", "duplicates"),
            count(events, "event", "events"),
        )
    })
}
