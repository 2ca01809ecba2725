//! Answers the messages of a recording, each on its own day.

use std::io::Write;
use std::time::Instant;

use ivs_chat_review::engine::Engine;
use ivs_chat_review::recording::{Counts, Item};
use ivs_chat_review::review::Reviewer;

use super::super::event_stats::{EventStats, Reviewed};
use super::{Input, InvalidEvent, is_quiet, write_line};
use crate::cli::ReviewArgs;
use crate::parallel::all_cores;
use crate::recordings::{Recordings, day_of};
use crate::rules_dir::today;
use crate::terminal::{count, json_line, shown_path};

/// What is printed for an item.
enum Output {
    Reply(String, Reviewed),
    Error(String),
    /// An event has no reply.
    None,
}

pub(super) fn run(
    args: &ReviewArgs,
    engine: &Engine,
    recordings: Recordings,
    input: Input,
    out: &mut impl Write,
    stats: &mut EventStats,
) -> anyhow::Result<()> {
    let counts = recordings.review(
        args.threads.unwrap_or_else(all_cores),
        is_quiet(args),
        || Reviewer::new(engine),
        |reviewer, item, place| match item {
            Item::Message(message) => {
                let start = Instant::now();
                let day = args.on.or_else(|| day_of(&message)).unwrap_or_else(today);
                let review = reviewer.review(&message.request, day);
                let reviewed = Reviewed::new(&review);
                let reply = review.into_response(engine, message.request).to_json();
                let reviewed = reviewed.with_latency(start.elapsed());
                Ok(Output::Reply(String::from_utf8(reply)?, reviewed))
            }
            Item::Unreadable => {
                let error = "damaged, or not a message in a known form".to_owned();
                let file = (input == Input::Folder).then(|| shown_path(place.file));
                let line = json_line(&InvalidEvent { error, line: place.line, file })?;
                Ok(Output::Error(line))
            }
            Item::Deletion(_) | Item::Event => Ok(Output::None),
        },
        |outputs: Vec<anyhow::Result<Output>>| {
            for output in outputs {
                match output? {
                    Output::Reply(reply, reviewed) => {
                        stats.add(reviewed);
                        write_line(out, &reply)?;
                    }
                    Output::Error(line) => {
                        stats.failed();
                        write_line(out, &line)?;
                    }
                    Output::None => {}
                }
            }
            if input == Input::Stdin {
                out.flush()?;
            }
            Ok(())
        },
    )?;
    out.flush()?;
    if let Some(note) = note(counts).filter(|_| !args.quiet) {
        writeln!(anstream::stderr(), "note: {note}")?;
    }
    Ok(())
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
