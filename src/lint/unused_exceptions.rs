//! Exceptions that suppress nothing, for example because they are in the wrong list.

use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Cause, EntryHit};
use crate::language::Language;
use crate::rules::{End, Entry, ListId, MANIFEST};

/// Why an exception suppresses nothing.
enum UnusedReason {
    /// It does not match even its own words.
    Unreachable,
    /// No entry of the list matches in its words; an entry of another list may.
    Elsewhere(Option<EntryHit>),
    /// What matches in its words is longer than the exception, or requires a repeated letter.
    TooNarrow(EntryHit),
}

impl Check<'_> {
    /// Reports the exceptions of a list that suppress no entry in their own words. Those of a list
    /// that applies `everywhere` may suppress entries of any list.
    pub(super) fn unused_exceptions(&mut self, list: ListId, everywhere: bool) {
        let mut diagnostics = Capped::default();
        let entries = &self.engine.rules().list(list).entries;
        for (number, entry) in entries.iter().enumerate() {
            let is_exception = entry.exception || everywhere;
            // That of a duplicate is the first one.
            if !is_exception || self.reported.contains(&(list, number)) {
                continue;
            }
            if let Some(why) = self.unused_reason(list, number, entry, everywhere) {
                let whose = if everywhere { "any" } else { "its" };
                diagnostics.push(entry.location, || self.unused_exception(entry, whose, why));
            }
        }
        self.diagnostics.extend(diagnostics.into_diagnostics(Code::UnusedException));
    }

    /// Why an exception suppresses nothing; `None` if it suppresses a match.
    fn unused_reason(
        &mut self,
        list: ListId,
        number: usize,
        entry: &Entry,
        everywhere: bool,
    ) -> Option<UnusedReason> {
        let endings = Some(entry.language).filter(|_| entry.end == End::Ending);
        let endings = endings.into_iter().flat_map(Language::endings);
        let mut elsewhere = None;
        let mut too_narrow = None;
        let mut reached = false;
        for ending in std::iter::once("").chain(endings) {
            let text = format!("{}{ending}", entry.text);
            let hits: Vec<EntryHit> = self.engine.find_entries(&text, &mut self.scratch).collect();
            let is_own = |hit: &&EntryHit| (hit.list, hit.entry) == (list, number);
            let own: Vec<EntryHit> = hits.iter().filter(is_own).copied().collect();
            reached |= !own.is_empty();
            let mine = |hit: &&EntryHit| !hit.exception && (everywhere || hit.list == list);
            if !hits.iter().any(|hit| mine(&hit)) {
                elsewhere = elsewhere.or(hits.into_iter().find(|hit| !hit.exception));
                continue;
            }
            let left = self.engine.find(&text, None, &mut self.scratch);
            let mut suppresses = false;
            for hit in hits.iter().filter(mine) {
                let is_covered = own.iter().any(|it| it.span.contains(hit.span));
                let cause = Cause::Entry(hit.list, hit.entry);
                if is_covered && !left.iter().any(|it| (it.cause, it.span) == (cause, hit.span)) {
                    self.with_exceptions.insert((hit.list, hit.entry));
                    suppresses = true;
                } else {
                    too_narrow = too_narrow.or(Some(*hit));
                }
            }
            if suppresses {
                return None;
            }
        }
        Some(match too_narrow {
            _ if !reached => UnusedReason::Unreachable,
            Some(hit) => UnusedReason::TooNarrow(hit),
            None => UnusedReason::Elsewhere(elsewhere),
        })
    }

    fn unused_exception(&self, entry: &Entry, whose: &str, why: UnusedReason) -> Diagnostic {
        let rules = self.engine.rules();
        let diagnostic = |why: &str| {
            let message = format!("this exception has no effect: {why}");
            Diagnostic::new(Code::UnusedException, entry.location, message)
        };
        let location = |hit: EntryHit| rules.list(hit.list).entries[hit.entry].location;
        match why {
            UnusedReason::Unreachable => {
                diagnostic("no message can match it").help("remove the symbols from it")
            }
            UnusedReason::TooNarrow(hit) => diagnostic("it does not cover the whole match")
                .related(location(hit), "this entry matches more letters, or a repeated letter")
                .help("write the exception with all letters of the acceptable word"),
            UnusedReason::Elsewhere(None) => {
                diagnostic(&format!("no entry of {whose} list matches inside it"))
                    .help("remove it, or correct its spelling; exceptions do not apply to patterns")
            }
            UnusedReason::Elsewhere(Some(hit)) => {
                let path = rules.list(hit.list).path.as_str();
                let there = if path == MANIFEST { "the `terms` of its rule" } else { path };
                diagnostic(&format!("no entry of {whose} list matches inside it"))
                    .related(location(hit), "this entry matches")
                    .help(format!("move the exception to the entry, in {there}"))
            }
        }
    }
}
