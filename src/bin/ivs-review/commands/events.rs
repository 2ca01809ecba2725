//! `review --events`: reviews a stream of events and prints the handler's replies.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use ivs_chat_review::display::json_safe;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use jiff::civil::Date;
use serde::Serialize;

use super::event_stats::EventStats;
use crate::Outcome;
use crate::cli::ReviewArgs;
use crate::input::MAX_EVENT;
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
    let mut lines = Lines { input, line: Vec::new(), number: 0 };
    while let Some(line) = lines.next().context("cannot read the events")? {
        let start = Instant::now();
        let day = on.unwrap_or_else(today);
        let answered = line.and_then(|json| {
            let request = ReviewRequest::from_json(json).map_err(|error| error.to_string())?;
            let review = reviewer.review(&request, day);
            stats.reviewed(&review);
            Ok(review.into_response(reviewer.engine(), request).to_json())
        });
        match answered {
            Ok(reply) => {
                stats.answered(start.elapsed());
                out.write_all(json_safe(&String::from_utf8(reply)?).as_bytes())?;
            }
            Err(error) => {
                stats.failed();
                let line = json_line(&InvalidEvent { error, line: lines.number })?;
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

/// Reads lines into one buffer of bounded size.
struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    /// The number of the current line, from 1.
    number: u64,
}

impl<R: io::Read> Lines<R> {
    /// Returns the next line without its line break, or an error for a line that is too long;
    /// `None` at the end of the input.
    fn next(&mut self) -> io::Result<Option<Result<&[u8], String>>> {
        self.line.clear();
        let mut too_long = false;
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                if self.line.is_empty() && !too_long {
                    return Ok(None);
                }
                break;
            }
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            if self.line.len() + part.len() > MAX_EVENT {
                too_long = true;
                self.line.clear();
            } else if !too_long {
                self.line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        self.number += 1;
        if too_long {
            return Ok(Some(Err(format!("$: longer than {} MiB", MAX_EVENT >> 20))));
        }
        Ok(Some(Ok(&self.line)))
    }

    /// Whether the buffer contains another complete line.
    fn has_next_line(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_and_counted_and_long_ones_are_errors() {
        let long = "x".repeat(MAX_EVENT + 1);
        let text = format!("one\n\n{long}\nlast");
        let mut lines =
            Lines { input: BufReader::new(text.as_bytes()), line: Vec::new(), number: 0 };
        let mut next = || {
            let line = lines.next().expect("memory can be read");
            line.map(|line| line.map(|line| String::from_utf8_lossy(line).into_owned()))
        };
        assert_eq!(next(), Some(Ok("one".into())));
        assert_eq!(next(), Some(Ok(String::new())));
        assert_eq!(next(), Some(Err("$: longer than 6 MiB".into())));
        assert_eq!(next(), Some(Ok("last".into())));
        assert_eq!(next(), None);
        assert_eq!(lines.number, 4);
    }
}
