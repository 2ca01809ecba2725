//! Which rules work for one message: [`ReviewContext`].

use std::cell::OnceCell;

use jiff::civil::Date;

use crate::engine::Cut;
use crate::ivs::{Attributes, Field, ReviewRequest};
use crate::rules::{Action, FieldSelector, Mode, Rule, RuleId, Rules};

/// A message on a day, and which rules work for it.
pub(crate) struct ReviewContext<'m> {
    pub(crate) rules: &'m Rules,
    pub(crate) request: &'m ReviewRequest<'m>,
    pub(crate) day: Option<Date>,
    /// By rule; worked out once something is hit.
    states: OnceCell<Vec<RuleState>>,
}

/// What a rule's hits in a message count for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleState {
    /// Its action.
    Active,
    /// A line in the log.
    Shadow,
    /// Nothing.
    Inactive,
}

impl<'m> ReviewContext<'m> {
    /// The context of a message on that day, or with every rule's days at once if none is given.
    pub(crate) fn new(
        rules: &'m Rules,
        request: &'m ReviewRequest<'m>,
        day: Option<Date>,
    ) -> ReviewContext<'m> {
        ReviewContext { rules, request, day, states: OnceCell::new() }
    }

    /// Which of the tables says that the message is not reviewed, if one does.
    pub(crate) fn exempt_by(&self) -> Option<usize> {
        self.rules.exempt.iter().position(|exempt| exempt.matches(&self.request.sender))
    }

    /// The first rule that acts on this message and would have to look at more attributes than are looked
    /// at. A rule that tags looks at those of the message as well, for its own names.
    pub(crate) fn oversized_for(&self) -> Option<RuleId> {
        let of_message = self.request.attributes.is_too_large();
        let of_sender = self.request.sender.attributes.is_too_large();
        if !of_message && !of_sender {
            return None;
        }
        let looks = |&(id, rule): &(RuleId, &Rule)| {
            let FieldSelector { attributes, sender, .. } = &rule.fields;
            let looks = of_message && !attributes.is_empty() || of_sender && !sender.is_empty();
            looks && self.state_in_any_field(rule) == RuleState::Active
                || of_message && self.tags_of(id).is_some()
        };
        self.rules.enumerate_rules().find(looks).map(|(id, _)| id)
    }

    /// The code points that a rewrite which lengthens a text may reach.
    pub(crate) fn longest(&self) -> usize {
        self.rules.settings.max_length(self.room())
    }

    /// What a rule's hits in that field count for.
    pub(crate) fn state(&self, rule: RuleId, field: Field) -> RuleState {
        let states = self.states.get_or_init(|| {
            self.rules.rules.iter().map(|rule| self.state_in_any_field(rule)).collect()
        });
        if self.searches(rule, field) { states[rule.0 as usize] } else { RuleState::Inactive }
    }

    /// Whether a rule looks at that field.
    pub(crate) fn searches(&self, rule: RuleId, field: Field) -> bool {
        let fields = &self.rules.rule(rule).fields;
        match field {
            Field::Content => fields.content,
            Field::Attribute(number) => {
                fields.attributes.contains(self.request.attributes.nth(number).0)
            }
            Field::Sender(number) => {
                fields.sender.contains(self.request.sender.attributes.nth(number).0)
            }
        }
    }

    /// Whether what was refused in that field may leave something in the message that a rule is there to keep out:
    /// a rule that acts, and neither tags nor is in shadow mode.
    pub(crate) fn is_cut_by(&self, cut: Cut, field: Field) -> bool {
        let concerns = |rule: &Rule| {
            (cut.entries && !rule.lists.is_empty()) || (cut.patterns && !rule.patterns.is_empty())
        };
        cut != Cut::default()
            && self.rules.enumerate_rules().any(|(id, rule)| {
                !matches!(rule.action, Action::Tag(_))
                    && concerns(rule)
                    && self.state(id, field) == RuleState::Active
            })
    }

    fn state_in_any_field(&self, rule: &Rule) -> RuleState {
        let scope = &rule.scope;
        if !scope.is_active(self.day, self.room()) || !scope.includes_sender(&self.request.sender) {
            return RuleState::Inactive;
        }
        match scope.mode {
            Mode::On => RuleState::Active,
            Mode::Shadow => RuleState::Shadow,
            Mode::Off => RuleState::Inactive,
        }
    }

    /// The tags that a rule gives out on this day and in this room, whoever the sender is: what a
    /// client says under the same names is not believed.
    pub(crate) fn tags_of(&self, rule: RuleId) -> Option<&'m Attributes<'static>> {
        let Rule { action: Action::Tag(tags), scope, .. } = self.rules.rule(rule) else {
            return None;
        };
        let reserved = scope.mode == Mode::On && scope.is_active(self.day, self.room());
        reserved.then_some(tags)
    }

    pub(crate) fn room(&self) -> Option<&str> {
        self.request.room_arn.as_deref()
    }
}

/// Rules that tag, with their tags.
pub(crate) type ReservedTags<'m> = Vec<(RuleId, &'m Attributes<'static>)>;

/// The rule that gives out a tag of that name, if one does.
pub(crate) fn reserved_by(reserved: &ReservedTags<'_>, name: &str) -> Option<RuleId> {
    reserved.iter().find(|(_, tags)| tags.get(name).is_some()).map(|&(rule, _)| rule)
}
