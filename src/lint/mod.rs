//! Lints that need a compiled engine: samples, entries that match nothing or too much, and texts of
//! the rules that match the rules.
//!
//! Entries are not compared as text. Each is written as messages (see `probes`), and the engine
//! shows what happens. So a check takes the time of a few reviews per entry, whatever their number.

mod attribute_names;
mod budget;
mod causes;
mod common_words;
mod commonest;
mod confusables;
mod corpus;
mod duplicates;
mod empty_lists;
mod expired;
pub mod fix;
mod foreign_words;
mod hosts;
mod inflections;
mod limits;
mod manifest;
mod patterns;
mod probes;
mod redundant;
mod replacements;
mod rooms;
mod samples;
mod suspicious;
mod suspicious_patterns;
mod switches;
mod unreachable;
mod unused_exceptions;
mod worst_case;

use std::collections::HashSet;

use jiff::civil::Date;

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::engine::{Engine, Scratch};
use crate::language::Language;
use crate::review::Reviewer;
use crate::rules::{Entry, ListId, MANIFEST};
use crate::source::{SourceId, Sources};

pub use self::budget::{Cost, over_budget};
use self::manifest::Manifest;
pub use self::rooms::KnownRoom;
use self::samples::Scope;
pub use self::samples::{failed_samples, samples};
pub(crate) use self::suspicious::{
    MERGE_CONFLICT, day, is_conflict_marker, is_header, is_key, is_suspicious, meant, row,
};
pub use self::worst_case::{Probe, WorstCaseSearch};

/// The maximum number of diagnostics of one kind per list, so that output and memory stay bounded.
const MAX_DIAGNOSTICS: usize = 1_000;

/// The number of entries or words between two reports of progress.
const STEP: usize = 1 << 10;

/// Options of a check.
#[derive(Clone, Copy, Default)]
pub struct CheckOptions<'o> {
    /// The day (UTC); without one, nothing is expired.
    pub day: Option<Date>,
    /// Common words in lower case, the most common first.
    pub words: &'o [&'o str],
    /// The number of these that occur in every chat, so that no entry should be one of them.
    pub commonest: usize,
    /// The commonest words of other languages, in lower case.
    pub foreign_words: &'o [(Language, String)],
    /// The maximum number of common words that are listed for one entry.
    pub max_words: usize,
    /// Files of acceptable messages, one per line.
    pub corpus: &'o [SourceId],
    /// The rooms that exist, to compare `rooms` with; `None` if they are not known.
    pub rooms: Option<&'o [KnownRoom]>,
    /// Called now and then with the progress of a long check.
    pub progress: Option<&'o dyn Fn(Progress)>,
}

impl std::fmt::Debug for CheckOptions<'_> {
    // The list of words is long.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CheckOptions").field("day", &self.day).finish_non_exhaustive()
    }
}

/// The progress of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being checked, in the plural.
    pub what: &'static str,
    /// How many are done.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// Lints the rules of an engine and runs all samples, with default options; see [`check_with`].
pub fn check(engine: &Engine, sources: &Sources) -> Vec<Diagnostic> {
    check_with(engine, sources, CheckOptions::default())
}

/// Lints the rules of an engine and runs all samples.
///
/// A sample is run against its own list or rule only, on any day: `caught` requires a match, `ok`
/// requires none. Samples in a list of global exceptions are run against all lists.
pub fn check_with(
    engine: &Engine,
    sources: &Sources,
    options: CheckOptions<'_>,
) -> Vec<Diagnostic> {
    let mut check = Check::new(engine, sources, options);
    check.diagnostics = engine.compile_patterns();
    let rules = engine.rules();
    if let Some(manifest) = Manifest::read(sources) {
        check.rooms(&manifest);
        check.switches();
        check.hosts(&manifest);
        check.attribute_names(&manifest);
    }
    let mut used = Vec::new();
    // Without a rule no list is used, which would be reported for each of its exceptions.
    let has_rules = !rules.rules.is_empty();
    for (list, it) in rules.enumerate_lists().filter(|_| has_rules) {
        check.empty_list(it);
        check.duplicates(list, it);
        check.confusables(it);
        check.suspicious(it);
        check.expired_entries(it);
        let everywhere = rules.settings.exceptions.contains(&list);
        if everywhere {
            check.samples(&it.samples, Scope::AllLists);
        } else if engine.is_used(list) {
            check.samples(&it.samples, Scope::List(list));
        } else {
            // Every rule that uses the list is invalid and was left out, so no entry can match.
            continue;
        }
        check.unused_exceptions(list, everywhere);
        if !everywhere {
            used.push(list);
        }
    }
    check.commonest(&used);
    check.unreachable_entries(&used);
    check.common_words();
    check.foreign_words();
    check.corpus();
    for (id, rule) in rules.enumerate_rules() {
        check.samples(&rule.samples, Scope::Rule(id));
        check.patterns(rule);
        check.replacement(rule);
        check.limits(rule);
        check.expired_rule(rule);
    }
    check.slow_patterns();
    check.allowed_hosts();
    let mut diagnostics = causes::merge(check.diagnostics);
    causes::hold_back(&mut diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.location);
    diagnostics
}

/// An entry: its list and its index in the list.
type EntryId = (ListId, usize);

struct Check<'c> {
    engine: &'c Engine,
    sources: &'c Sources,
    options: CheckOptions<'c>,
    reviewer: Reviewer<'c>,
    scratch: Scratch,
    /// Entries that were already reported as having no effect.
    reported: HashSet<EntryId>,
    /// Entries that are a single letter, or one of the most common words of all.
    commonest: HashSet<EntryId>,
    /// Entries that an exception suppresses somewhere.
    with_exceptions: HashSet<EntryId>,
    diagnostics: Vec<Diagnostic>,
}

impl<'c> Check<'c> {
    fn new(engine: &'c Engine, sources: &'c Sources, options: CheckOptions<'c>) -> Check<'c> {
        Check {
            engine,
            sources,
            options,
            reviewer: Reviewer::new(engine),
            scratch: Scratch::default(),
            reported: HashSet::new(),
            commonest: HashSet::new(),
            with_exceptions: HashSet::new(),
            diagnostics: Vec::new(),
        }
    }
}

impl<'c> Check<'c> {
    fn entry(&self, (list, number): EntryId) -> &'c Entry {
        &self.engine.rules().list(list).entries[number]
    }

    /// Reports progress at every [`STEP`]th call.
    fn progress(&self, what: &'static str, done: usize, total: usize) {
        if let Some(report) = self.options.progress.filter(|_| done.is_multiple_of(STEP)) {
            report(Progress { what, done, total });
        }
    }

    /// A line of a list, in the syntax of the file that contains the list.
    fn line(&self, list: ListId, line: &str) -> String {
        match self.engine.rules().list(list).path.as_str() {
            MANIFEST => format!("'{line}',"),
            _ => line.to_owned(),
        }
    }
}

/// Diagnostics of one kind: the first [`MAX_DIAGNOSTICS`], and the number of further ones.
#[derive(Default)]
struct Capped {
    emitted: Vec<Diagnostic>,
    suppressed: Option<(usize, Location)>,
}

impl Capped {
    fn push(&mut self, location: Location, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.emitted.len() < MAX_DIAGNOSTICS {
            return self.emitted.push(diagnostic());
        }
        self.suppressed.get_or_insert((0, location)).0 += 1;
    }

    fn into_diagnostics(mut self, code: Code) -> Vec<Diagnostic> {
        if let Some((suppressed, first)) = self.suppressed {
            let message = format!("{suppressed} more lines from here on have the same problem");
            self.emitted.push(Diagnostic::new(code, first, message));
        }
        self.emitted
    }
}
