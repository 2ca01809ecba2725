//! `compare --merge`: adds up the JSON of several runs, each on a part of a recording.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ivs_chat_review::compare::{CLASSES, LEVELS, RuleTally, Tally};
use ivs_chat_review::recording::Counts;
use serde::Deserialize;

use super::Run;
use super::handler_log::HandlerLog;
use super::samples::{Ids, Samples};
use crate::input::read_file;
use crate::terminal::shown_path;

/// The maximum size of the JSON of a run in bytes: some hundred thousand entries.
const MAX_SIZE: usize = 64 << 20;

/// The JSON of a run. What depends on the order of messages is not merged: samples and IDs.
#[derive(Deserialize)]
struct Part {
    duplicates: u64,
    events: u64,
    unreadable: u64,
    filtered: u64,
    handler_log: Option<HandlerLog>,
    verdicts: BTreeMap<String, BTreeMap<String, u64>>,
    classes: BTreeMap<String, u64>,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    before: u64,
    after: u64,
    classes: BTreeMap<String, u64>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    entry: String,
    classes: BTreeMap<String, u64>,
}

pub(super) fn read(files: &[PathBuf]) -> anyhow::Result<Run> {
    let mut run = Run {
        tally: Tally::default(),
        counts: Counts::default(),
        filtered: 0,
        handler_log: None,
        samples: Samples::new(0),
        ids: Ids::default(),
    };
    for file in files {
        let part: Part = read_json(file, "compare")?;
        run.counts.duplicates += part.duplicates;
        run.counts.events += part.events;
        run.counts.unreadable += part.unreadable;
        run.filtered += part.filtered;
        if let Some(other) = part.handler_log {
            let log = run.handler_log.get_or_insert_default();
            log.denied += other.denied;
            log.rewritten += other.rewritten;
            log.unreadable += other.unreadable;
        }
        run.tally += part.tally();
    }
    run.counts.messages = run.tally.messages();
    Ok(run)
}

/// Reads the JSON that a command prints.
pub(in crate::commands) fn read_json<T: for<'de> Deserialize<'de>>(
    file: &Path,
    command: &str,
) -> anyhow::Result<T> {
    let json = read_file(file, MAX_SIZE)?;
    let context = || {
        let file = shown_path(file);
        format!("`{file}` is not the output of `ivs-review {command} --format json`")
    };
    // serde's errors quote values, which may be text of messages.
    serde_json::from_slice(&json).map_err(|_| anyhow::anyhow!(context()))
}

impl Part {
    fn tally(self) -> Tally {
        let verdicts = LEVELS.map(|(_, name)| {
            let row = self.verdicts.get(name);
            LEVELS.map(|(_, name)| row.and_then(|row| row.get(name)).copied().unwrap_or(0))
        });
        let rules = self.rules.into_iter().map(|rule| {
            let entries = rule.entries.into_iter();
            let tally = RuleTally {
                before: rule.before,
                after: rule.after,
                classes: counts(&rule.classes),
                entries: entries.map(|it| (it.entry, counts(&it.classes))).collect(),
            };
            (rule.id, tally)
        });
        Tally { verdicts, classes: counts(&self.classes), rules: rules.collect() }
    }
}

fn counts(classes: &BTreeMap<String, u64>) -> [u64; CLASSES.len()] {
    CLASSES.map(|class| classes.get(class.as_str()).copied().unwrap_or(0))
}
