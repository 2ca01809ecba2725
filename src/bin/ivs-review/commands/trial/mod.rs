//! `trial`: what rules in shadow mode matched, by the log of the handler.

mod output;

use std::io::Write;
use std::path::PathBuf;

use ivs_chat_review::handler_log::{Line, Match, Metrics};
use ivs_chat_review::recording::Piece;
use ivs_chat_review::source::Sources;
use ivs_chat_review::trial::{Options, Trial};

use self::output::Entries;
use super::selection::{all_exist, is_of_room};
use crate::Outcome;
use crate::cli::TrialArgs;
use crate::recordings::Recordings;

/// The maximum number of message IDs for each entry.
const MAX_IDS: usize = 1_000;

pub(crate) fn run(args: &TrialArgs) -> anyhow::Result<Outcome> {
    let files = match args.logs.is_empty() {
        true => vec![PathBuf::from("-")],
        false => args.logs.clone(),
    };
    all_exist(&files)?;
    let trial = read(&files, args)?;
    let entries = args.rules.as_deref().map(|rules| Entries::load(rules, &trial)).transpose()?;
    output::write(args, &trial, entries.as_ref())?;
    let is_other_log = trial.recognized == 0 && trial.unreadable > 0;
    if is_other_log {
        writeln!(
            anstream::stderr(),
            "error: no line is of the handler; pass the log of the review function"
        )?;
    }
    Ok(if is_other_log { Outcome::Findings } else { Outcome::Fine })
}

fn read(files: &[PathBuf], args: &TrialArgs) -> anyhow::Result<Trial> {
    let options = Options { all: args.all, max_ids: if args.ids { MAX_IDS } else { 0 } };
    let is_selected = |line: &Line| match line {
        Line::Match(Match { time, room_id, .. }) => {
            is_of_room(args.room.as_deref(), room_id.as_deref()) && args.period.contains(*time)
        }
        // Metrics are of all rooms.
        Line::Metrics(Metrics { time, .. }) => args.room.is_none() && args.period.contains(*time),
        _ => true,
    };
    let mut trial = Trial::default();
    Recordings::all(files)?.read_pieces(|piece| match piece {
        Piece::Object(bytes) | Piece::Line(bytes) | Piece::Text(bytes) | Piece::Stray(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            if !text.trim().is_empty() {
                trial.add(&Line::decode(&text), &text, options, is_selected);
            }
        }
        Piece::Unreadable => trial.unreadable += 1,
    })?;
    Ok(trial)
}

/// Returns a line of a rule file without whitespace around it; `None` if the file or line is missing.
fn line_of(sources: &Sources, place: &str) -> Option<String> {
    let (path, line) = place.rsplit_once(':')?;
    let line = sources.line(sources.find(path)?, line.parse().ok()?)?;
    Some(String::from_utf8_lossy(line).trim().to_owned())
}
