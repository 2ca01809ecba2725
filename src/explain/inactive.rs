//! Why a match has no effect: [`InactiveReason`].

use super::ExplainedMatch;
use crate::engine::{Match, MatchDetail};
use crate::ivs::Field;
use crate::policy::ReviewContext;
use crate::rules::{Mode, RuleId};

/// A reason why a match has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InactiveReason {
    /// The sender is exempt, so the message is not reviewed.
    Exempt,
    /// The message is denied without a search, because attributes are too large.
    Oversized,
    /// The rule is off.
    Off,
    /// The rule is not active on this day.
    Day,
    /// The entry is not active on this day.
    EntryDay,
    /// The rule does not apply in this room.
    Room,
    /// The rule does not apply to this sender.
    Sender,
    /// The rule does not search this field.
    Field,
    /// The attribute has the name of a tag of this rule, so it is removed and not searched.
    ReservedTag(RuleId),
    /// The entry is inside a link that this rule allows with `ignore_words`.
    AllowedLink(RuleId),
}

/// Returns all reasons why a match in a field has no effect.
pub(super) fn inactive_reasons(
    context: &ReviewContext<'_>,
    field: Field,
    found: &Match,
    reserved: Option<RuleId>,
    ignored_by: Option<RuleId>,
) -> Vec<InactiveReason> {
    let rule = context.rules.rule(found.rule);
    let entry = found.entry(context.rules);
    let scope = &rule.scope;
    let exempt = context.exempt_by().is_some();
    let reasons = [
        (exempt, InactiveReason::Exempt),
        (!exempt && context.oversized_for().is_some(), InactiveReason::Oversized),
        (context.mode(found.rule) == Mode::Off, InactiveReason::Off),
        (!scope.days.contains(context.day), InactiveReason::Day),
        (entry.is_some_and(|entry| !entry.is_active_on(context.day)), InactiveReason::EntryDay),
        (!scope.includes_room(context.room()), InactiveReason::Room),
        (!scope.includes_sender(&context.request.sender), InactiveReason::Sender),
        (!context.searches(found.rule, field), InactiveReason::Field),
    ];
    let reasons = reasons.into_iter().filter_map(|(applies, reason)| applies.then_some(reason));
    let reasons = reasons.chain(reserved.map(InactiveReason::ReservedTag));
    reasons.chain(ignored_by.map(InactiveReason::AllowedLink)).collect()
}

impl ExplainedMatch {
    /// Whether the match leads to the action of its rule.
    pub fn acts(&self) -> bool {
        self.counts() && !self.is_shadow
    }

    /// Whether the match is reported, possibly in shadow mode only.
    pub fn counts(&self) -> bool {
        self.inactive.is_empty() && self.suppressed_by.is_empty() && self.allowed_by().is_none()
    }

    /// The item of `allow` that allows the link.
    pub fn allowed_by(&self) -> Option<&str> {
        match &self.detail {
            Some(MatchDetail::Link { allowed_by, .. }) => allowed_by.as_deref(),
            _ => None,
        }
    }
}
