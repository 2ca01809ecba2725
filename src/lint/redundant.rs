//! Entries whose every hit is another one's as well.
//!
//! Another entry stands for one if it hits whatever that hits, with at least as many letters, for a rule
//! that leads to the same or decides alone. An entry without `*` is also found spelled out and with hidden
//! letters, which those with `*` are not; so `badword*` makes `badwords` redundant only where they are.

use super::probes::{obfuscated_probes, plain_probes};
use super::{Check, EntryId};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Cause, Match};
use crate::normalize::Disguises;
use crate::rules::{Action, Entry, Mode, Rule, RuleId};
use crate::span::Span;

/// Entries that may stand for one and are looked at.
const MAX_LOOKED_AT: usize = 8;

impl Check<'_> {
    /// The entry that stands for another one; of two that do for each other the first.
    pub(super) fn made_redundant_by(&mut self, id: EntryId) -> Option<EntryId> {
        let entry = self.entry(id);
        let mut candidates = self.substitutes_for(&entry.text, id, None);
        if candidates.is_empty() {
            return None;
        }
        let mut messages = plain_probes(entry);
        // Of a phrase its words may be spelled each by itself.
        if !entry.text.contains(char::is_whitespace) {
            messages.extend(obfuscated_probes(entry));
        }
        for message in messages.iter().skip(1) {
            candidates = self.substitutes_for(message, id, Some(&candidates));
        }
        let location = self.entry(id).location;
        let earlier = |&by: &EntryId| self.entry(by).location < location;
        if let Some(&by) = candidates.iter().find(|by| earlier(by)) {
            return Some(by);
        }
        candidates.into_iter().find(|&by| !self.makes_redundant(id, by))
    }

    /// Whether an entry stands for another one.
    fn makes_redundant(&mut self, id: EntryId, other: EntryId) -> bool {
        let entry = self.entry(other);
        let messages: Vec<String> =
            plain_probes(entry).into_iter().chain(obfuscated_probes(entry)).collect();
        messages
            .iter()
            .all(|message| self.substitutes_for(message, other, Some(&[id])).contains(&id))
    }

    /// The entries, of some or of all, that stand for an entry in a message.
    fn substitutes_for(
        &mut self,
        message: &str,
        id: EntryId,
        of: Option<&[EntryId]>,
    ) -> Vec<EntryId> {
        let rules = self.engine.rules();
        let found = self.engine.find(message, None, &mut self.scratch);
        let is_own = |it: &&Match| it.cause == Cause::Entry(id.0, id.1);
        let own: Vec<(RuleId, Span)> =
            found.iter().filter(is_own).map(|it| (it.rule, it.span)).collect();
        let entry = self.entry(id);
        let mut others: Vec<EntryId> = Vec::new();
        for it in &found {
            let Cause::Entry(list, number) = it.cause else { continue };
            let other = (list, number);
            let is_wanted = of.is_none_or(|of| of.contains(&other)) && !others.contains(&other);
            if other != id && is_wanted && !self.reported.contains(&other) {
                others.push(other);
            }
        }
        others.retain(|&other| {
            let by = self.entry(other);
            let hits: Vec<&Match> =
                found.iter().filter(|it| it.cause == Cause::Entry(other.0, other.1)).collect();
            let free = !self.with_exceptions.contains(&other);
            is_active_as_long(by, entry)
                && (!by.plain || entry.plain)
                && own.iter().all(|&(rule, span)| {
                    hits.iter().any(|hit| {
                        let denies = matches!(rules.rule(rule).action, Action::Deny { .. });
                        let holds = hit.span.contains(span) && (free || other.0 == id.0);
                        let inside = denies && free && span.contains(hit.span);
                        (holds || inside) && can_stand_in_for(hit.rule, rule, |id| rules.rule(id))
                    })
                })
        });
        others.truncate(MAX_LOOKED_AT);
        others
    }

    pub(super) fn redundant(&self, id: EntryId, by: EntryId) -> Diagnostic {
        let (entry, other) = (self.entry(id), self.entry(by));
        let message = "this entry is redundant: another one hits whatever it hits";
        Diagnostic::new(Code::RedundantEntry, entry.location, message)
            .related(other.location, "this one")
            .help("remove it, or put a # before it")
    }
}

/// Whether an entry works on all days of another one.
fn is_active_as_long(by: &Entry, entry: &Entry) -> bool {
    by.from.is_none_or(|from| entry.from.is_some_and(|it| from <= it))
        && by.until.is_none_or(|until| entry.until.is_some_and(|it| it <= until))
}

/// Whether nothing changes for a message if a rule hits no more where another one does.
fn can_stand_in_for<'r>(by: RuleId, id: RuleId, rule: impl Fn(RuleId) -> &'r Rule) -> bool {
    if by == id {
        return true;
    }
    let (first, (by_rule, rule)) = (by < id, (rule(by), rule(id)));
    let (theirs, ours) = (&by_rule.scope, &rule.scope);
    let as_wide = (theirs.mode, ours.mode) == (Mode::On, Mode::On)
        && (theirs.rooms.is_empty() || theirs.rooms == ours.rooms)
        && (theirs.unless.is_none() || theirs.unless == ours.unless)
        && (theirs.days == Default::default() || theirs.days == ours.days)
        && by_rule.fields == rule.fields
        && (by_rule.disguises == Disguises::Standard || rule.disguises == Disguises::None);
    as_wide
        && match (&by_rule.action, &rule.action) {
            (Action::Deny { .. }, Action::Deny { .. }) | (Action::Mask(_), Action::Mask(_)) => {
                first
            }
            (Action::Deny { .. }, _) => true,
            _ => false,
        }
}
