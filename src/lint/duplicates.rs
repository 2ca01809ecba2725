//! Entries that occur twice in a list.

use std::collections::HashMap;
use std::collections::hash_map;

use super::probes::folded_with_accents;
use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic};
use crate::normalize::Folded;
use crate::rules::{Entry, List, ListId};

impl Check<'_> {
    /// Reports entries that match the same as an earlier one of their list, on the same days.
    pub(super) fn duplicates(&mut self, id: ListId, list: &List) {
        let mut buffer = Folded::default();
        let mut seen = HashMap::with_capacity(list.entries.len());
        let mut diagnostics = Capped::default();
        for (number, entry) in list.entries.iter().enumerate() {
            let Entry { start, end, exception, plain, slip, from, until, .. } = *entry;
            let text = folded_with_accents(entry, &mut buffer);
            let key = (text, start, end, exception, plain, slip, from, until);
            match seen.entry(key) {
                hash_map::Entry::Vacant(place) => {
                    place.insert(entry);
                }
                hash_map::Entry::Occupied(first) => {
                    self.reported.insert((id, number));
                    diagnostics.push(entry.location, || duplicate(entry, first.get()));
                }
            }
        }
        self.diagnostics.extend(diagnostics.into_diagnostics(Code::DuplicateEntry));
    }
}

fn duplicate(entry: &Entry, first: &Entry) -> Diagnostic {
    let what = if entry.exception { "exception" } else { "entry" };
    let message = format!("this {what} is already in the list");
    let help = if entry.text == first.text {
        "remove one of them"
    } else {
        "remove one of them; case and obfuscation do not matter"
    };
    Diagnostic::new(Code::DuplicateEntry, entry.location, message)
        .related(first.location, "first occurrence")
        .help(help)
}
