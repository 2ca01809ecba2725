//! Decides which rules apply to one message: [`ReviewContext`].

use std::cell::OnceCell;

use jiff::civil::Date;

use crate::engine::Cut;
use crate::ivs::{Attributes, Field, ReviewRequest};
use crate::rules::{Action, FieldSelector, Mode, RoomSwitches, Rule, RuleId, Rules, Switch};

/// A message on a day, and which rules apply to it.
pub(crate) struct ReviewContext<'m> {
    pub(crate) rules: &'m Rules,
    pub(crate) request: &'m ReviewRequest<'m>,
    pub(crate) day: Option<Date>,
    /// Whether every rule that is on for some room and sender is on, as for checks of the rules.
    ignores_modes: bool,
    /// The state of each rule; computed when the first match is found.
    states: OnceCell<Vec<RuleState>>,
    /// The `[[room]]` tables that apply to the message.
    tables: OnceCell<Vec<&'m RoomSwitches>>,
}

/// What a match of a rule leads to in this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleState {
    /// The action of the rule.
    Active,
    /// A log line.
    Shadow,
    /// Nothing.
    Inactive,
}

impl<'m> ReviewContext<'m> {
    /// The context of a message on a day; `None` ignores date restrictions.
    pub(crate) fn new(
        rules: &'m Rules,
        request: &'m ReviewRequest<'m>,
        day: Option<Date>,
    ) -> ReviewContext<'m> {
        ReviewContext {
            rules,
            request,
            day,
            ignores_modes: false,
            states: OnceCell::new(),
            tables: OnceCell::new(),
        }
    }

    /// The context of a message that may be sent on any day, in any room and by any sender.
    pub(crate) fn anywhere(rules: &'m Rules, request: &'m ReviewRequest<'m>) -> ReviewContext<'m> {
        ReviewContext { ignores_modes: true, ..ReviewContext::new(rules, request, None) }
    }

    /// The index of the `[[exempt]]` table that exempts the sender.
    pub(crate) fn exempt_by(&self) -> Option<usize> {
        self.rules.exempt.iter().position(|exempt| exempt.matches(&self.request.sender))
    }

    /// The first active rule that needs attributes which are too large to be searched. A rule that
    /// tags needs those of the message too, because its own names are reserved there.
    pub(crate) fn oversized_for(&self) -> Option<RuleId> {
        let of_message = self.request.attributes.is_too_large();
        let of_sender = self.request.sender.attributes.is_too_large();
        if !of_message && !of_sender {
            return None;
        }
        let is_concerned = |&(id, rule): &(RuleId, &Rule)| {
            let FieldSelector { attributes, sender, .. } = &rule.fields;
            let searches = of_message && !attributes.is_empty() || of_sender && !sender.is_empty();
            searches && self.state_in_any_field(id, rule) == RuleState::Active
                || of_message && self.tags_of(id).is_some()
        };
        self.rules.enumerate_rules().find(is_concerned).map(|(id, _)| id)
    }

    /// The maximum length in code points of a rewrite that lengthens a text.
    pub(crate) fn longest(&self) -> usize {
        self.rules.settings.max_length(self.room())
    }

    /// What a match of a rule in a field leads to.
    pub(crate) fn state(&self, rule: RuleId, field: Field) -> RuleState {
        let states = self.states.get_or_init(|| {
            let rules = self.rules.enumerate_rules();
            rules.map(|(id, rule)| self.state_in_any_field(id, rule)).collect()
        });
        if self.searches(rule, field) { states[rule.0 as usize] } else { RuleState::Inactive }
    }

    /// Whether a rule searches a field.
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

    /// Whether a cut search of a field may have missed something that an active rule would deny or
    /// rewrite.
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

    fn state_in_any_field(&self, id: RuleId, rule: &Rule) -> RuleState {
        let scope = &rule.scope;
        if !scope.applies(self.day, self.room()) || !scope.includes_sender(&self.request.sender) {
            return RuleState::Inactive;
        }
        match self.mode(id) {
            Mode::On => RuleState::Active,
            Mode::Shadow => RuleState::Shadow,
            Mode::Off => RuleState::Inactive,
        }
    }

    /// The mode of a rule for this message.
    pub(crate) fn mode(&self, rule: RuleId) -> Mode {
        if self.ignores_modes {
            return if self.rules.is_on_somewhere(rule) { Mode::On } else { Mode::Off };
        }
        match self.mode_in_room(rule) {
            Mode::On if !self.is_in_rollout(rule) => Mode::Shadow,
            mode => mode,
        }
    }

    /// Whether a rule is in shadow mode because its rollout does not include this message.
    pub(crate) fn is_outside_rollout(&self, rule: RuleId) -> bool {
        self.mode_in_room(rule) == Mode::On && !self.is_in_rollout(rule)
    }

    /// The mode of a rule in the room of this message.
    fn mode_in_room(&self, rule: RuleId) -> Mode {
        if self.rules.switches.rooms.is_empty() {
            return self.rules.rule(rule).scope.mode;
        }
        self.switch(rule).map_or(self.rules.own_mode(rule), |switch| switch.mode)
    }

    /// The switch that decides the mode of a rule in the room of this message; `None` if its own
    /// `mode` does.
    pub(crate) fn switch(&self, rule: RuleId) -> Option<&'m Switch> {
        let switches = &self.rules.switches;
        switches.deciding(rule, self.tables.get_or_init(|| switches.in_room(self.room())))
    }

    /// Whether a rule that is on acts for this message, by its rollout.
    fn is_in_rollout(&self, rule: RuleId) -> bool {
        let rule = self.rules.rule(rule);
        rule.scope.rollout.is_none_or(|rollout| rollout.includes(&rule.id, self.request))
    }

    /// The tags that a rule sets on this day and in this room: for any sender, or with a rollout for
    /// those whom it includes. Attributes of the client under these names are removed.
    pub(crate) fn tags_of(&self, rule: RuleId) -> Option<&'m Attributes<'static>> {
        let Rule { action: Action::Tag(tags), scope, .. } = self.rules.rule(rule) else {
            return None;
        };
        let reserved = scope.applies(self.day, self.room()) && self.mode(rule) == Mode::On;
        reserved.then_some(tags)
    }

    pub(crate) fn room(&self) -> Option<&str> {
        self.request.room_arn.as_deref()
    }
}

/// The rules that set tags, with their tags.
pub(crate) type ReservedTags<'m> = Vec<(RuleId, &'m Attributes<'static>)>;

/// The rule that reserves an attribute name.
pub(crate) fn reserved_by(reserved: &ReservedTags<'_>, name: &str) -> Option<RuleId> {
    reserved.iter().find(|(_, tags)| tags.get(name).is_some()).map(|&(rule, _)| rule)
}
