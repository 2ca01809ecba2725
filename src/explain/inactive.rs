//! Why a rule that hits does not act: [`Idle`].

use super::Hit;
use crate::engine::{Match, MatchDetail};
use crate::ivs::Field;
use crate::policy::Stage;
use crate::rules::{Mode, RuleId};

/// A reason why nothing comes of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// The sender is exempt, so that the message is not reviewed.
    Exempt,
    /// The message is denied unread, since its attributes or its sender's are too large to be looked at.
    Oversized,
    /// The rule is off.
    Off,
    /// The rule does not work on this day.
    Day,
    /// The entry does not work on this day.
    EntryDay,
    /// The rule does not work in this room.
    Room,
    /// The rule does not apply to this sender.
    Sender,
    /// The rule does not look at this text.
    Field,
    /// The attribute has the name of a tag that this rule gives out, so that it is not looked at.
    Claimed(RuleId),
}

/// All reasons why nothing comes of what a rule finds in a field.
pub(super) fn idle(
    stage: &Stage<'_>,
    field: Field,
    found: &Match,
    claimed: Option<RuleId>,
) -> Vec<Idle> {
    let rule = stage.rules.rule(found.rule);
    let entry = found.entry(stage.rules);
    let scope = &rule.scope;
    let exempt = stage.exempting().is_some();
    let reasons = [
        (exempt, Idle::Exempt),
        (!exempt && stage.oversizing().is_some(), Idle::Oversized),
        (scope.mode == Mode::Off, Idle::Off),
        (!scope.days.contains(stage.day), Idle::Day),
        (entry.is_some_and(|entry| !entry.is_active_on(stage.day)), Idle::EntryDay),
        (!scope.includes_room(stage.room()), Idle::Room),
        (!scope.includes_sender(&stage.request.sender), Idle::Sender),
        (!stage.looks(found.rule, field), Idle::Field),
    ];
    let reasons = reasons.into_iter().filter_map(|(holds, reason)| holds.then_some(reason));
    reasons.chain(claimed.map(Idle::Claimed)).collect()
}

impl Hit {
    /// Whether the rule does what it says, as far as this hit goes.
    pub fn acts(&self) -> bool {
        self.counts() && !self.on_trial
    }

    /// Whether the hit counts, be it on trial alone.
    pub fn counts(&self) -> bool {
        self.idle.is_empty() && self.vetoed_by.is_empty() && self.allowed_by().is_none()
    }

    /// The item of `allow` for which a link is left.
    pub fn allowed_by(&self) -> Option<&str> {
        match &self.detail {
            Some(MatchDetail::Link { allowed_by, .. }) => allowed_by.as_deref(),
            _ => None,
        }
    }
}
