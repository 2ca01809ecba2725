//! Exceptions that except nothing, as happens to one in the wrong list.

use super::{Bounded, Check};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::EntryHit;
use crate::rules::{ENDINGS, End, Entry, ListId, MANIFEST};

impl Check<'_> {
    /// Tells the exceptions of a list in whose own words nothing of the list hits. Those of a list
    /// `everywhere` may except entries of any list.
    pub(super) fn exceptions(&mut self, list: ListId, everywhere: bool) {
        let mut problems = Bounded::default();
        let entries = &self.engine.rules().list(list).entries;
        for entry in entries.iter().filter(|entry| entry.exception || everywhere) {
            let hits = self.hits_inside(entry);
            if hits.iter().any(|hit| everywhere || hit.list == list) {
                continue;
            }
            let whose = if everywhere { "any" } else { "its" };
            problems.push(entry.location, || self.idle(entry, whose, hits.first()));
        }
        self.problems.extend(problems.into_problems(Code::IdleException));
    }

    /// What is caught in the words of an exception alone.
    fn hits_inside(&mut self, entry: &Entry) -> Vec<EntryHit> {
        let engine = self.engine;
        let mut hits = |text: &str| -> Vec<EntryHit> {
            engine.find_entries(text, &mut self.scratch).filter(|hit| !hit.exception).collect()
        };
        let mut found = hits(&entry.text);
        if entry.end == End::Ending {
            for ending in ENDINGS {
                found.extend(hits(&format!("{}{ending}", entry.text)));
            }
        }
        found
    }

    fn idle(&self, entry: &Entry, whose: &str, elsewhere: Option<&EntryHit>) -> Diagnostic {
        let rules = self.engine.rules();
        let message =
            format!("this exception excepts nothing: no entry of {whose} list hits inside it");
        let problem = Diagnostic::new(Code::IdleException, entry.location, message);
        let Some(hit) = elsewhere else {
            return problem.help(
                "remove it, or correct its spelling; exceptions never hold against patterns",
            );
        };
        let path = rules.list(hit.list).path.as_str();
        let there = if path == MANIFEST { "the `terms` of that rule" } else { path };
        problem
            .related(rules.list(hit.list).entries[hit.entry].location, "this catches it")
            .help(format!("move the exception to where the entry stands, {there}"))
    }
}
