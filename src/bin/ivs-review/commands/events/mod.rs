//! `review --events`: reviews a stream of events and prints the handler's replies.

mod plain;
mod recorded;

use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use ivs_chat_review::display::json_safe;
use ivs_chat_review::recording::Start;
use serde::Serialize;

use super::event_stats::EventStats;
use crate::Outcome;
use crate::cli::ReviewArgs;
use crate::recordings::{self, BytesRead, Columns, Recordings};
use crate::rules_dir::RuleFolder;
use crate::terminal::{json_line, shown_path};

pub(crate) fn run(args: &ReviewArgs, file: &Path) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open_for_review(&args.folder.path)?;
    let mut stats = EventStats::new(folder.build_time);
    let engine = &folder.engine;
    let mut out = BufWriter::new(io::stdout().lock());
    if file.is_dir() || args.column.is_some() {
        let columns = args.column.as_ref().map(|text| Columns { text: text.clone(), label: None });
        let recordings = Recordings::open(file)?.with_columns(columns);
        let input = match (file.is_dir(), file == Path::new("-")) {
            (true, _) => Input::Folder,
            (_, true) => Input::Stdin,
            _ => Input::File,
        };
        recorded::run(args, engine, recordings, input, &mut out, &mut stats)?;
    } else {
        let context = || format!("cannot read `{}`", shown_path(file));
        let read = BytesRead::default();
        let input = recordings::open_counted(file, &read).with_context(context)?;
        match recordings::peek(input).with_context(context)? {
            (Start::Recording, input) => {
                let recordings = Recordings::of_stream(file, input, read);
                let input = if file == Path::new("-") { Input::Stdin } else { Input::File };
                recorded::run(args, engine, recordings, input, &mut out, &mut stats)?;
            }
            (Start::Events | Start::Text, input) => {
                let progress = recordings::progress(file, read, is_quiet(args));
                let input = BufReader::with_capacity(plain::CHUNK, input);
                plain::run(args, engine, input, &progress, &mut out, &mut stats)?;
            }
        }
    }
    out.flush()?;
    if args.stats {
        writeln!(io::stderr(), "{}", json_line(&stats.summary())?)?;
    }
    Ok(if stats.errors() > 0 && !args.lenient { Outcome::Findings } else { Outcome::Fine })
}

/// Whether no progress is shown. On a terminal it would be between the replies.
fn is_quiet(args: &ReviewArgs) -> bool {
    args.quiet || io::IsTerminal::is_terminal(&io::stdout())
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

fn write_line(out: &mut impl Write, json: &str) -> io::Result<()> {
    out.write_all(json_safe(json).as_bytes())?;
    out.write_all(b"\n")
}
