//! `review --events`: reviews a stream of events and prints the handler's replies.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use ivs_chat_review::display::json_safe;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::IgnoredAny;

use super::event_stats::EventStats;
use super::lines::Lines;
use crate::Outcome;
use crate::cli::ReviewArgs;
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::{json_line, shown_path};

pub(crate) fn run(args: &ReviewArgs, file: &Path) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open_for_review(&args.folder.path)?;
    let mut stats = EventStats::new(folder.build_time);
    let mut reviewer = Reviewer::new(&folder.engine);
    let out = BufWriter::new(io::stdout().lock());
    if file == Path::new("-") {
        answer_all(&mut reviewer, BufReader::new(io::stdin().lock()), out, args.on, &mut stats)?;
    } else {
        let context = || format!("cannot read `{}`", shown_path(file));
        let input = BufReader::new(File::open(file).with_context(context)?);
        answer_all(&mut reviewer, input, out, args.on, &mut stats)?;
    }
    if args.stats {
        writeln!(io::stderr(), "{}", json_line(&stats.summary())?)?;
    }
    Ok(if stats.errors() > 0 { Outcome::Findings } else { Outcome::Fine })
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
                let line = json_line(&InvalidEvent { error, line: lines.number() })?;
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
