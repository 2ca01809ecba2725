//! Determines the cost of a rule set: the times to load it, which are measured, and the search steps of
//! the slowest event, which are the same on every machine.

use std::path::Path;

use ivs_chat_review::compiled::{self, Compiled};
use ivs_chat_review::lint::{Cost, WorstCaseSearch};
use ivs_chat_review::review::Reviewer;
use jiff::civil::Date;

use super::clock::timed;
use crate::rules_dir::RuleFolder;

/// The number of events that are tried after the initial ones.
const PROBES: usize = 300;

/// How often the rules are compiled. The fastest run counts, since interruptions only make a run
/// slower.
const BUILDS: usize = 2;

/// How often the compiled rules are opened. The fastest time counts.
const STARTS: usize = 3;

pub(super) fn measure(folder: &RuleFolder, path: &Path, day: Date) -> Cost {
    let mut reviewer = Reviewer::new(&folder.engine);
    let mut search = WorstCaseSearch::new(&folder.engine, 0);
    for _ in 0..search.seeds() + PROBES {
        let probe = search.next_probe();
        let steps = reviewer.review(&probe.request(), day).steps;
        search.add(probe, u64::from(steps));
    }
    let builds = (0..BUILDS).map(|_| timed(|| RuleFolder::open(path)));
    let builds = builds.filter_map(|(folder, time)| folder.is_ok().then_some(time));
    let bytes = compiled::write(&folder.engine, &folder.sources);
    let starts = (0..STARTS).map(|_| {
        let bytes = bytes.clone();
        timed(|| Compiled::open(bytes))
    });
    let starts = starts.filter_map(|(opened, time)| opened.is_ok().then_some(time));
    Cost {
        start: starts.min().unwrap_or(folder.build_time),
        build: builds.min().unwrap_or(folder.build_time).min(folder.build_time),
        worst_steps: search.highest().first().map_or(0, |&(_, steps)| steps as u32),
        slow_patterns: folder.engine.unfiltered_patterns().count(),
    }
}
