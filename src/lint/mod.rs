//! What only shows when rules are put to work: samples, entries that do nothing or too much, and texts
//! that the rules would catch themselves.
//!
//! Entries are not compared with each other: each is written as a message, in the ways in which a
//! message may have it, and the engine says what happens. So a check takes as long as some reviews of
//! each entry, however many there are.

mod budget;
mod common_words;
mod confusables;
mod corpus;
mod duplicates;
mod expired;
mod inflections;
mod patterns;
mod probes;
mod redundant;
mod replacements;
mod samples;
mod unreachable;
mod unused_exceptions;
mod worst_case;

use std::collections::HashSet;

use jiff::civil::Date;

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::engine::{Engine, Scratch};
use crate::review::Reviewer;
use crate::rules::{Entry, ListId, MANIFEST};
use crate::source::{SourceId, Sources};

pub use self::budget::{Cost, over_budget};
use self::samples::Scope;
pub use self::samples::samples;
pub use self::worst_case::{Probe, WorstCaseSearch};

/// Problems of one kind told of one list; more would bury a reader, and memory with them.
const MAX_PROBLEMS: usize = 1_000;

/// How many entries or words pass between two times that progress is told.
const STEP: usize = 1 << 10;

/// What a check is options besides the rules.
#[derive(Clone, Copy, Default)]
pub struct CheckOptions<'o> {
    /// The day (UTC); without one nothing is expired.
    pub day: Option<Date>,
    /// Words that nobody minds, in small letters, the most common first.
    pub words: &'o [&'o str],
    /// How many of those are told of one entry.
    pub max_words: usize,
    /// Files whose lines nobody minds.
    pub corpus: &'o [SourceId],
    /// Is told now and then how far a long check has come.
    pub progress: Option<&'o dyn Fn(Progress)>,
}

impl std::fmt::Debug for CheckOptions<'_> {
    // The words are many.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CheckOptions").field("day", &self.day).finish_non_exhaustive()
    }
}

/// How far a check has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is looked at, in the plural.
    pub what: &'static str,
    /// How many of them are done.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// Checks an engine's rules by themselves and runs all samples in them; see [`check_with`].
pub fn check(engine: &Engine, sources: &Sources) -> Vec<Diagnostic> {
    check_with(engine, sources, CheckOptions::default())
}

/// Checks an engine's rules and runs all samples in them.
///
/// A sample is judged against its own list or rule alone, on any day: `caught` wants a hit, `ok`
/// wants none. Those of a list of exceptions to all lists are judged against all lists.
pub fn check_with(
    engine: &Engine,
    sources: &Sources,
    options: CheckOptions<'_>,
) -> Vec<Diagnostic> {
    let problems = engine.compile_patterns();
    let mut check = Check {
        engine,
        sources,
        options,
        reviewer: Reviewer::new(engine),
        scratch: Scratch::default(),
        reported: HashSet::new(),
        with_exceptions: HashSet::new(),
        problems,
    };
    let rules = engine.rules();
    let mut used = Vec::new();
    for (list, it) in rules.enumerate_lists() {
        check.duplicates(list, it);
        check.confusables(it);
        check.expired_entries(it);
        let everywhere = rules.settings.exceptions.contains(&list);
        if everywhere {
            check.samples(&it.samples, Scope::AllLists);
        } else if engine.is_used(list) {
            check.samples(&it.samples, Scope::List(list));
        } else {
            // It hits by a rule that uses it, and that has been left out for its own problem.
            continue;
        }
        check.unused_exceptions(list, everywhere);
        used.extend((!everywhere).then_some(list));
    }
    check.unreachable_entries(&used);
    check.common_words();
    check.corpus();
    for (id, rule) in rules.enumerate_rules() {
        check.samples(&rule.samples, Scope::Rule(id));
        check.patterns(rule);
        check.replacement(rule);
        check.expired_rule(rule);
    }
    check.slow_patterns();
    check.allowed_hosts();
    check.problems.sort_by_key(|problem| problem.location);
    check.problems
}

/// An entry, by its list and its number in that.
type EntryId = (ListId, usize);

struct Check<'c> {
    engine: &'c Engine,
    sources: &'c Sources,
    options: CheckOptions<'c>,
    reviewer: Reviewer<'c>,
    scratch: Scratch,
    /// Entries of which it was told that they do nothing.
    reported: HashSet<EntryId>,
    /// Entries that an exception vetoes somewhere.
    with_exceptions: HashSet<EntryId>,
    problems: Vec<Diagnostic>,
}

impl<'c> Check<'c> {
    fn entry(&self, (list, number): EntryId) -> &'c Entry {
        &self.engine.rules().list(list).entries[number]
    }

    /// Tells progress, once in [`STEP`] times.
    fn progress(&self, what: &'static str, done: usize, total: usize) {
        if let Some(report) = self.options.progress.filter(|_| done.is_multiple_of(STEP)) {
            report(Progress { what, done, total });
        }
    }

    /// A line of a list, as it is written where that list stands.
    fn line(&self, list: ListId, line: &str) -> String {
        match self.engine.rules().list(list).path.as_str() {
            MANIFEST => format!("'{line}',"),
            _ => line.to_owned(),
        }
    }
}

/// Problems of one kind, of which the first [`MAX_PROBLEMS`] are told and the others counted.
#[derive(Default)]
struct Capped {
    emitted: Vec<Diagnostic>,
    suppressed: Option<(usize, Location)>,
}

impl Capped {
    fn push(&mut self, location: Location, problem: impl FnOnce() -> Diagnostic) {
        if self.emitted.len() < MAX_PROBLEMS {
            return self.emitted.push(problem());
        }
        self.suppressed.get_or_insert((0, location)).0 += 1;
    }

    fn into_problems(mut self, code: Code) -> Vec<Diagnostic> {
        if let Some((suppressed, first)) = self.suppressed {
            let message = format!("{suppressed} more lines, from here on, have the same problem");
            self.emitted.push(Diagnostic::new(code, first, message));
        }
        self.emitted
    }
}
