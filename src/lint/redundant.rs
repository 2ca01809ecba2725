//! Entries whose every match is also a match of another entry.
//!
//! An entry makes another one redundant if it matches whatever that matches, with at least as many
//! letters, for a rule with the same or an overriding action. Entries without `*` are also found as
//! spaced letters and with hidden letters, and entries with `*` are not. So `badword*` makes
//! `badwords` redundant only where neither matters.

use super::probes::{obfuscated_probes, plain_probes};
use super::{Check, EntryId};
use crate::diagnostic::{Code, Diagnostic};
use crate::display::display_short;
use crate::engine::{Cause, Match};
use crate::normalize::Disguises;
use crate::rules::{Action, Entry, Mode, RuleId, Rules};
use crate::span::Span;

/// The maximum number of candidates that are examined for an entry.
const MAX_CANDIDATES: usize = 8;

impl Check<'_> {
    /// The entry that makes another one redundant; of two that do so for each other, the first.
    pub(super) fn made_redundant_by(&mut self, id: EntryId) -> Option<EntryId> {
        let entry = self.entry(id);
        let mut candidates = self.covering_entries(&entry.text, id, None);
        if candidates.is_empty() {
            return None;
        }
        let mut messages = plain_probes(entry);
        // The words of a phrase may be spaced out one by one.
        if !entry.text.contains(char::is_whitespace) {
            messages.extend(obfuscated_probes(entry));
        }
        for message in messages.iter().skip(1) {
            candidates = self.covering_entries(message, id, Some(&candidates));
        }
        let location = self.entry(id).location;
        let earlier = |&by: &EntryId| self.entry(by).location < location;
        if let Some(&by) = candidates.iter().find(|by| earlier(by)) {
            return Some(by);
        }
        candidates.into_iter().find(|&by| !self.makes_redundant(id, by))
    }

    /// Whether one entry makes another one redundant.
    fn makes_redundant(&mut self, id: EntryId, other: EntryId) -> bool {
        let entry = self.entry(other);
        let messages: Vec<String> =
            plain_probes(entry).into_iter().chain(obfuscated_probes(entry)).collect();
        messages
            .iter()
            .all(|message| self.covering_entries(message, other, Some(&[id])).contains(&id))
    }

    /// The entries, among `of` or all, whose match in a message replaces that of an entry.
    fn covering_entries(
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
            let matches: Vec<&Match> =
                found.iter().filter(|it| it.cause == Cause::Entry(other.0, other.1)).collect();
            let has_no_exception = !self.with_exceptions.contains(&other);
            is_active_as_long(by, entry)
                && (!by.plain || entry.plain)
                && (by.slip || !entry.slip)
                && own.iter().all(|&(rule, span)| {
                    matches.iter().any(|matched| {
                        let denies = matches!(rules.rule(rule).action, Action::Deny { .. });
                        let contains =
                            matched.span.contains(span) && (has_no_exception || other.0 == id.0);
                        let inside = denies && has_no_exception && span.contains(matched.span);
                        (contains || inside) && can_replace(matched.rule, rule, rules)
                    })
                })
        });
        others.truncate(MAX_CANDIDATES);
        others
    }

    pub(super) fn redundant(&self, id: EntryId, by: EntryId) -> Diagnostic {
        let (entry, other) = (self.entry(id), self.entry(by));
        let message = format!(
            "this entry is not needed: `{}` already matches everything that it matches",
            display_short(&other.written())
        );
        Diagnostic::new(Code::RedundantEntry, entry.location, message)
            .related(other.location, "this entry")
            .help("remove it, or comment it out with `#`")
    }
}

/// Whether `by` is active on all days of `entry`.
fn is_active_as_long(by: &Entry, entry: &Entry) -> bool {
    by.from.is_none_or(|from| entry.from.is_some_and(|it| from <= it))
        && by.until.is_none_or(|until| entry.until.is_some_and(|it| it <= until))
}

/// Whether rule `id` changes nothing where rule `by` matches as well.
fn can_replace(by: RuleId, id: RuleId, rules: &Rules) -> bool {
    if by == id {
        return true;
    }
    let (first, (by_rule, rule)) = (by < id, (rules.rule(by), rules.rule(id)));
    let (theirs, ours) = (&by_rule.scope, &rule.scope);
    let as_wide = rules.is_on_everywhere(by)
        && ours.mode == Mode::On
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
