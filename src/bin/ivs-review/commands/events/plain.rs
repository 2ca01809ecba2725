//! Answers events of the handler, one per line.

use std::io::{self, BufReader, Write};
use std::ops::Range;
use std::time::Instant;

use anyhow::Context;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use jiff::civil::Date;
use serde::de::IgnoredAny;

use super::super::event_stats::{EventStats, Reviewed};
use super::super::lines::Lines;
use super::{InvalidEvent, write_line};
use crate::cli::ReviewArgs;
use crate::parallel::{self, all_cores};
use crate::progress::Progress;
use crate::rules_dir::today;
use crate::terminal::json_line;

/// The size of the buffer for lines, and of a chunk in bytes from which on it is complete.
pub(super) const CHUNK: usize = 64 << 10;

const PART: &str = "this line is only a part of a JSON value: write each event on one line \
                    (`jq -c .` does), or use `explain` for a file with one event";

/// Lines that follow one another.
#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    lines: Vec<Line>,
}

/// The range of a line, or an error for a line that is too long.
type Line = Result<Range<usize>, String>;

/// The outcome of a line.
struct Output {
    outcome: Outcome,
    /// Not a JSON value by itself. Only known where it matters: for the first lines of a chunk, and after
    /// such a line.
    is_fragment: bool,
}

enum Outcome {
    Reply(Vec<u8>, Reviewed),
    Invalid {
        error: String,
        /// The line is the beginning of a JSON value that continues on the next line.
        is_part: bool,
    },
    TooLong(String),
}

pub(super) fn run(
    args: &ReviewArgs,
    engine: &Engine,
    input: BufReader<impl io::Read + Send>,
    progress: &Progress,
    out: &mut impl Write,
    stats: &mut EventStats,
) -> anyhow::Result<()> {
    // Whether the last line was a part of a JSON value, so that the next ones are too.
    let mut in_value = false;
    let mut number = 0;
    parallel::in_order(
        args.threads.unwrap_or_else(all_cores),
        |send| send_lines(Lines::new(input), send),
        || Reviewer::new(engine),
        |reviewer, chunk| answer_all(reviewer, chunk, args.on.unwrap_or_else(today)),
        |outputs| {
            for Output { outcome, is_fragment } in outputs {
                number += 1;
                if in_value && is_fragment {
                    // The rest of a value, which was reported at its first line.
                    continue;
                }
                let error = match outcome {
                    Outcome::Reply(reply, reviewed) => {
                        in_value = false;
                        stats.add(reviewed);
                        write_line(out, &String::from_utf8(reply)?)?;
                        continue;
                    }
                    Outcome::Invalid { error, is_part } => {
                        in_value = is_part;
                        if is_part { PART.to_owned() } else { error }
                    }
                    Outcome::TooLong(error) => error,
                };
                stats.failed();
                let error = InvalidEvent { error, line: number, file: None };
                write_line(out, &json_line(&error)?)?;
            }
            // A client on a pipe may wait for these replies before it sends the next event.
            out.flush()?;
            progress.update(number);
            Ok(())
        },
    )
}

/// Reads lines into chunks, until `send` returns `false`. A chunk ends before reading may block.
fn send_lines(
    mut lines: Lines<impl io::Read>,
    send: &mut dyn FnMut(Chunk) -> bool,
) -> anyhow::Result<()> {
    let mut chunk = Chunk::default();
    while let Some(line) = lines.next().context("cannot read the events")? {
        let start = chunk.bytes.len();
        let line = line.map(|line| chunk.bytes.extend_from_slice(line));
        chunk.lines.push(line.map(|()| start..chunk.bytes.len()));
        let is_complete = chunk.bytes.len() >= CHUNK || !lines.has_next_line();
        if is_complete && !send(std::mem::take(&mut chunk)) {
            return Ok(());
        }
    }
    Ok(())
}

fn answer_all(reviewer: &mut Reviewer<'_>, chunk: Chunk, day: Date) -> Vec<Output> {
    // Before the first line of a chunk there may be a part of a JSON value.
    let mut may_be_in_value = true;
    let answer = |line: Line| {
        let json = match line {
            Ok(range) => &chunk.bytes[range],
            Err(error) => return Output { outcome: Outcome::TooLong(error), is_fragment: false },
        };
        let outcome = answer(reviewer, json, day);
        let is_fragment = may_be_in_value && parse(json).is_err();
        may_be_in_value = is_fragment || matches!(outcome, Outcome::Invalid { is_part: true, .. });
        Output { outcome, is_fragment }
    };
    chunk.lines.into_iter().map(answer).collect()
}

fn answer(reviewer: &mut Reviewer<'_>, json: &[u8], day: Date) -> Outcome {
    let start = Instant::now();
    match ReviewRequest::from_json(json) {
        Ok(request) => {
            let review = reviewer.review(&request, day);
            let reviewed = Reviewed::new(&review);
            let reply = review.into_response(reviewer.engine(), request).to_json();
            Outcome::Reply(reply, reviewed.with_latency(start.elapsed()))
        }
        Err(error) => {
            let begins = matches!(json.trim_ascii_start().first(), Some(b'{' | b'['));
            let is_part = begins && parse(json).is_err_and(|error| error.is_eof());
            Outcome::Invalid { error: error.to_string(), is_part }
        }
    }
}

fn parse(json: &[u8]) -> serde_json::Result<IgnoredAny> {
    serde_json::from_slice(json)
}
