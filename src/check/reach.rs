//! Entries that hit nothing: because no message can have them, or because an exception vetoes them
//! wherever they stand.

use super::message::written;
use super::{Bounded, Check, EntryId};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::engine::{Cause, EntryHit};
use crate::rules::ListId;

/// What becomes of an entry that is written as a message.
enum Reach {
    Hit,
    /// By the exception that stands there.
    Vetoed(Location),
    Missed,
}

impl Check<'_> {
    /// Tells the entries of those lists that hit nothing, or nothing that others do not hit.
    pub(super) fn reach(&mut self, lists: &[ListId]) {
        let all: usize =
            lists.iter().map(|&list| self.engine.rules().list(list).entries.len()).sum();
        let mut done = 0;
        for &list in lists {
            let (mut missed, mut vetoed) = (Bounded::default(), Bounded::default());
            let mut superfluous = Bounded::default();
            for (number, entry) in self.engine.rules().list(list).entries.iter().enumerate() {
                self.progress("entries", done, all);
                done += 1;
                let id = (list, number);
                if entry.exception || self.told.contains(&id) {
                    continue;
                }
                match self.reached(id) {
                    Reach::Hit => {
                        if let Some(by) = self.covered(id) {
                            superfluous.push(entry.location, || self.superfluous(id, by));
                        }
                    }
                    Reach::Vetoed(by) => vetoed.push(entry.location, || {
                        let message = "an exception vetoes this entry wherever it stands";
                        Diagnostic::new(Code::VetoedEntry, entry.location, message)
                            .related(by, "this exception")
                            .help("remove one of the two, or narrow the exception to the words around it")
                    }),
                    Reach::Missed => missed.push(entry.location, || {
                        let message = "no message can hit this entry, not even one of its own words";
                        Diagnostic::new(Code::UnreachableEntry, entry.location, message)
                            .help("take out what is invisible in it, or write it as a pattern")
                    }),
                }
            }
            self.problems.extend(missed.into_problems(Code::UnreachableEntry));
            self.problems.extend(vetoed.into_problems(Code::VetoedEntry));
            self.problems.extend(superfluous.into_problems(Code::SuperfluousEntry));
        }
    }

    /// Whether an entry hits in the ways in which it may be written.
    fn reached(&mut self, id: EntryId) -> Reach {
        let mut reach = Reach::Missed;
        for message in written(self.entry(id)) {
            let found = self.engine.find(&message, None, &mut self.scratch);
            if found.iter().any(|it| it.cause == Cause::Entry(id.0, id.1)) {
                return Reach::Hit;
            }
            if let Some(by) = self.vetoing(&message, id) {
                reach = Reach::Vetoed(by);
            }
        }
        reach
    }

    /// Where the exception stands that holds an entry in a message.
    fn vetoing(&mut self, message: &str, id: EntryId) -> Option<Location> {
        let rules = self.engine.rules();
        let hits: Vec<EntryHit> = self.engine.find_entries(message, &mut self.scratch).collect();
        let hit = hits.iter().find(|hit| !hit.exception && (hit.list, hit.entry) == id)?;
        let heard =
            |it: &&EntryHit| it.list == hit.list || rules.settings.exceptions.contains(&it.list);
        let exception =
            hits.iter().filter(heard).find(|it| it.exception && it.span.holds(hit.span))?;
        Some(rules.list(exception.list).entries[exception.entry].location)
    }
}
