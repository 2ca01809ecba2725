//! Entries that hit nothing: because no message can have them, because their rule works on other days, or
//! because an exception vetoes them wherever they stand.

use jiff::civil::Date;

use super::probes::plain_probes;
use super::{Capped, Check, EntryId};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::engine::{Cause, EntryHit};
use crate::rules::{DateRange, Entry, ListId, Rule};

/// What becomes of an entry that is written as a message.
enum Reachability {
    Reached,
    /// By the exception that stands there.
    Suppressed(Location),
    /// The one of its list that is the same to the engine, if there is one.
    Unreached(Option<EntryId>),
}

impl Check<'_> {
    /// Tells the entries of those lists that hit nothing, or nothing that others do not hit.
    pub(super) fn unreachable_entries(&mut self, lists: &[ListId]) {
        let all: usize =
            lists.iter().map(|&list| self.engine.rules().list(list).entries.len()).sum();
        let mut done = 0;
        for &list in lists {
            let (mut missed, mut shadowed) = (Capped::default(), Capped::default());
            let mut redundant = Capped::default();
            for (number, entry) in self.engine.rules().list(list).entries.iter().enumerate() {
                self.progress("entries", done, all);
                done += 1;
                let id = (list, number);
                if entry.exception
                    || self.reported.contains(&id)
                    || self.passed(entry.until).is_some()
                {
                    continue;
                }
                if let Some(rule) = self.never_active(list, entry) {
                    missed.push(entry.location, || {
                        let message = "no message can hit this entry: its rule works on other days";
                        Diagnostic::new(Code::UnreachableEntry, entry.location, message)
                            .related(rule, "this rule")
                            .help("remove it, or change its days or those of the rule")
                    });
                    continue;
                }
                match self.reachability(id) {
                    Reachability::Reached => {
                        if let Some(by) = self.made_redundant_by(id) {
                            redundant.push(entry.location, || self.redundant(id, by));
                        }
                    }
                    Reachability::Unreached(Some(by)) => {
                        redundant.push(entry.location, || self.redundant(id, by));
                    }
                    Reachability::Suppressed(by) => shadowed.push(entry.location, || {
                        let message = "an exception vetoes this entry wherever it stands";
                        Diagnostic::new(Code::ShadowedEntry, entry.location, message)
                            .related(by, "this exception")
                            .help("remove one of the two, or make the exception longer: ! it and the word beside it")
                    }),
                    Reachability::Unreached(None) => missed.push(entry.location, || {
                        let message = "no message can hit this entry, not even one of its own words";
                        Diagnostic::new(Code::UnreachableEntry, entry.location, message)
                            .help("write it as a pattern")
                    }),
                }
            }
            self.problems.extend(missed.into_problems(Code::UnreachableEntry));
            self.problems.extend(shadowed.into_problems(Code::ShadowedEntry));
            self.problems.extend(redundant.into_problems(Code::RedundantEntry));
        }
    }

    /// Where the first rule of an entry stands, if no rule of it works on one of its days.
    fn never_active(&self, list: ListId, entry: &Entry) -> Option<Location> {
        let of_list = |rule: &&Rule| rule.lists.contains(&list);
        let mut rules = self.engine.rules().rules.iter().filter(of_list);
        let first = rules.clone().next()?.location;
        let meet = |days: DateRange| {
            let ends = |until: Option<Date>, from: Option<Date>| {
                until.zip(from).is_some_and(|(until, from)| until < from)
            };
            !ends(entry.until, days.from) && !ends(days.until, entry.from)
        };
        let is_dated = entry.from.is_some() || entry.until.is_some();
        (is_dated && !rules.any(|rule| meet(rule.scope.days))).then_some(first)
    }

    /// Whether an entry hits in the ways in which it may be written.
    fn reachability(&mut self, id: EntryId) -> Reachability {
        let mut reachability = Reachability::Unreached(None);
        for message in plain_probes(self.entry(id)) {
            let found = self.engine.find(&message, None, &mut self.scratch);
            if found.iter().any(|it| it.cause == Cause::Entry(id.0, id.1)) {
                return Reachability::Reached;
            }
            if let Some(by) = self.suppressing_exception(&message, id) {
                reachability = Reachability::Suppressed(by);
            } else if matches!(reachability, Reachability::Unreached(None)) {
                let twins = found.iter().filter_map(|it| match it.cause {
                    Cause::Entry(list, number) if list == id.0 => {
                        Some((it.span.end - it.span.start, (list, number)))
                    }
                    _ => None,
                });
                reachability = Reachability::Unreached(twins.max().map(|(_, twin)| twin));
            }
        }
        reachability
    }

    /// Where the exception stands that holds an entry in a message.
    fn suppressing_exception(&mut self, message: &str, id: EntryId) -> Option<Location> {
        let rules = self.engine.rules();
        let hits: Vec<EntryHit> = self.engine.find_entries(message, &mut self.scratch).collect();
        let hit = hits.iter().find(|hit| !hit.exception && (hit.list, hit.entry) == id)?;
        let heard =
            |it: &&EntryHit| it.list == hit.list || rules.settings.exceptions.contains(&it.list);
        let exception =
            hits.iter().filter(heard).find(|it| it.exception && it.span.contains(hit.span))?;
        Some(rules.list(exception.list).entries[exception.entry].location)
    }
}
