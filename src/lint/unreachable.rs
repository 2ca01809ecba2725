//! Entries that match nothing: because no message can contain them, because their rules are active
//! on other days, or because an exception always suppresses them.

use jiff::civil::Date;

use super::probes::plain_probes;
use super::{Capped, Check, EntryId};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::engine::{Cause, EntryHit};
use crate::rules::{DateRange, Entry, ListId, Rule};

/// What happens to an entry in its own probes.
enum Reachability {
    Reached,
    /// Suppressed by the exception at this location.
    Suppressed(Location),
    /// Not found; with the entry of its list that is found instead.
    Unreached(Option<EntryId>),
}

impl Check<'_> {
    /// Reports the entries of some lists that match nothing, or nothing that others do not match.
    pub(super) fn unreachable_entries(&mut self, lists: &[ListId]) {
        let all: usize =
            lists.iter().map(|&list| self.engine.rules().list(list).entries.len()).sum();
        let mut done = 0;
        for &list in lists {
            let (mut unreached, mut shadowed) = (Capped::default(), Capped::default());
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
                    unreached.push(entry.location, || {
                        let message = "this entry never matches: its rule is active on other days";
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
                        let message = "an exception cancels this entry completely";
                        Diagnostic::new(Code::ShadowedEntry, entry.location, message)
                            .related(by, "the exception")
                            .help(
                                "remove one of them, or make the exception more specific with the \
                                 word before or after it",
                            )
                    }),
                    Reachability::Unreached(None) => unreached.push(entry.location, || {
                        let message =
                            "no message can match this entry, not even one with its own words";
                        Diagnostic::new(Code::UnreachableEntry, entry.location, message)
                            .help("use a pattern instead")
                    }),
                }
            }
            self.diagnostics.extend(unreached.into_diagnostics(Code::UnreachableEntry));
            self.diagnostics.extend(shadowed.into_diagnostics(Code::ShadowedEntry));
            self.diagnostics.extend(redundant.into_diagnostics(Code::RedundantEntry));
        }
    }

    /// The location of the first rule of an entry, if none of its rules is active on its days.
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

    /// Whether an entry is found in its probes.
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

    /// The location of the exception that suppresses an entry in a message.
    fn suppressing_exception(&mut self, message: &str, id: EntryId) -> Option<Location> {
        let rules = self.engine.rules();
        let hits: Vec<EntryHit> = self.engine.find_entries(message, &mut self.scratch).collect();
        let hit = hits.iter().find(|hit| !hit.exception && (hit.list, hit.entry) == id)?;
        let applies =
            |it: &&EntryHit| it.list == hit.list || rules.settings.exceptions.contains(&it.list);
        let exception =
            hits.iter().filter(applies).find(|it| it.exception && it.span.contains(hit.span))?;
        Some(rules.list(exception.list).entries[exception.entry].location)
    }
}
