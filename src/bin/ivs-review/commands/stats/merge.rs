//! `stats --merge`: adds up the JSON of several runs, each on a part of a recording.

use std::path::PathBuf;

use anyhow::Context;
use ivs_chat_review::recording::Counts;
use ivs_chat_review::stats::Stats;
use serde::Deserialize;

use super::super::compare::read_json;
use super::Run;
use super::missed::Missed;
use crate::terminal::shown_path;

/// The JSON of a run. Texts of deleted messages are not merged.
#[derive(Deserialize)]
struct Part {
    duplicates: u64,
    events: u64,
    unreadable: u64,
    filtered: u64,
    #[serde(flatten)]
    stats: Stats,
}

pub(super) fn read(files: &[PathBuf]) -> anyhow::Result<Run> {
    let mut sum: Option<Run> = None;
    for file in files {
        let part: Part = read_json(file, "stats")?;
        let counts = Counts {
            messages: part.stats.messages(),
            duplicates: part.duplicates,
            events: part.events,
            unreadable: part.unreadable,
        };
        match &mut sum {
            None => {
                let (stats, filtered) = (part.stats, part.filtered);
                sum = Some(Run { stats, counts, filtered, missed: Missed::default() });
            }
            Some(sum) => {
                let context = || format!("cannot add `{}`", shown_path(file));
                sum.stats.merge(part.stats).with_context(context)?;
                sum.filtered += part.filtered;
                sum.counts.messages += counts.messages;
                sum.counts.duplicates += counts.duplicates;
                sum.counts.events += counts.events;
                sum.counts.unreadable += counts.unreadable;
            }
        }
    }
    sum.context("no files")
}
