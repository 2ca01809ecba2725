//! Parses the fields and the scope of a rule, and exemptions from all rules.

use std::collections::HashMap;

use super::Parser;
use crate::diagnostic::{Code, Diagnostic};
use crate::display::display_short;
use crate::language::Language;
use crate::normalize::Disguises;
use crate::rules::list::unknown_language;
use crate::rules::manifest::keys::{DISGUISES, MODES, ROLLOUT_BY};
use crate::rules::manifest::{ExemptTable, RuleTable, Spanned, Strings, ValuesByName};
use crate::rules::{
    AttributeNames, DateRange, Exempt, FieldSelector, Glob, Mode, Rollout, RolloutBy, Scope,
    SenderMatch,
};
use crate::suggest::{Nearness, suggest};

impl Parser<'_> {
    /// Parses `fields`.
    pub(super) fn fields(&mut self, table: &RuleTable) -> Option<FieldSelector> {
        let Some(fields) = &table.fields else { return Some(FieldSelector::CONTENT) };
        if fields.value.is_empty() {
            let message = "empty `fields`";
            self.emit(
                Code::InvalidValue,
                fields.location,
                message,
                "write `fields = [\"content\"]`, or remove `fields`, which is the same",
            );
            return None;
        }
        let mut seen = HashMap::new();
        let (mut content, mut attributes, mut sender) = (false, Vec::new(), Vec::new());
        let mut is_valid = true;
        for field in &fields.value {
            match field.value.split_once('.') {
                None if field.value == "content" => content = true,
                Some(("attributes", name)) if !name.is_empty() => attributes.push(name.to_owned()),
                Some(("sender", name)) if !name.is_empty() => {
                    sender.push(name.to_owned());
                    is_valid &= self.check_sender_action(field, table);
                }
                _ => {
                    self.unknown_field(field);
                    is_valid = false;
                }
            }
            if let Some(first) = seen.insert(field.value.clone(), field.location) {
                let message = format!("duplicate field `{}`", display_short(&field.value));
                self.diagnostics.push(
                    Diagnostic::new(Code::DuplicateField, field.location, message)
                        .related(first, "first occurrence")
                        .help("remove one of them"),
                );
            }
        }
        let selector = FieldSelector {
            content,
            attributes: AttributeNames::of(attributes),
            sender: AttributeNames::of(sender),
        };
        is_valid.then_some(selector)
    }

    /// Returns whether the action can be used with a field of the sender, or reports an error.
    fn check_sender_action(&mut self, field: &Spanned<String>, table: &RuleTable) -> bool {
        let rewrites = |action: &&Spanned<String>| matches!(&*action.value, "mask" | "replace");
        let Some(action) = table.action.as_ref().filter(rewrites) else { return true };
        let message = "fields of the sender can only be used with `deny` or `tag`";
        self.diagnostics.push(
            Diagnostic::new(Code::ConflictingKeys, field.location, message)
                .related(action.location, "action of the rule")
                .help("remove this field, or write `action = \"deny\"` or `\"tag\"`"),
        );
        false
    }

    fn unknown_field(&mut self, field: &Spanned<String>) {
        let (kind, name) = field.value.split_once('.').unwrap_or((&field.value, "*"));
        let name = if name.is_empty() { "*" } else { name };
        let help = match suggest(kind, ["content", "attributes", "sender"], Nearness::Similar) {
            Some("content") => "did you mean `content`?".to_owned(),
            Some(near) => format!("did you mean `{near}.{}`?", display_short(name)),
            None => "known fields: content, attributes.NAME, attributes.*, sender.NAME, sender.*"
                .to_owned(),
        };
        let message = format!("unknown field `{}`", display_short(&field.value));
        self.emit(Code::InvalidValue, field.location, &message, &help);
    }

    /// Parses the mode, days, rooms and senders for which a rule applies.
    pub(super) fn scope(&mut self, table: &RuleTable) -> Option<Scope> {
        let mode = match &table.mode {
            None => Some(Mode::On),
            Some(mode) => self.mode(mode),
        };
        let rollout = self.rollout(table);
        let days = self.days(table);
        let rooms = match &table.rooms {
            None => Some(Vec::new()),
            Some(rooms) => self.rooms(rooms, "remove `rooms` to apply the rule in every room"),
        };
        let unless = match &table.unless {
            None => Some(None),
            // The invalid values were already reported.
            Some(unless) if unless.value.is_empty() && table.is_invalid => None,
            Some(unless) if unless.value.is_empty() => {
                let message = "empty `unless` would exclude every sender";
                self.emit(
                    Code::InvalidValue,
                    unless.location,
                    message,
                    "write `unless = { role = [\"vip\"] }`, or remove `unless`",
                );
                None
            }
            Some(unless) => self.sender_match(unless).map(Some),
        };
        Some(Scope { mode: mode?, rollout: rollout?, days: days?, rooms: rooms?, unless: unless? })
    }

    /// Parses the name of a mode.
    pub(super) fn mode(&mut self, value: &Spanned<String>) -> Option<Mode> {
        let name = self.choice("mode", value, &MODES)?;
        Mode::ALL.into_iter().find(|mode| mode.as_str() == name)
    }

    /// Parses `rollout` and `rollout_by`. `None` if they are invalid, `Some(None)` if missing.
    fn rollout(&mut self, table: &RuleTable) -> Option<Option<Rollout>> {
        let by = match &table.rollout_by {
            None => RolloutBy::Sender,
            Some(by) => match self.choice("`rollout_by` value", by, &ROLLOUT_BY)? {
                "room" => RolloutBy::Room,
                _ => RolloutBy::Sender,
            },
        };
        if let (Some(by), None, false) = (&table.rollout_by, &table.rollout, table.is_invalid) {
            let message = "`rollout_by` has no effect without `rollout`";
            let help = "add `rollout = 10`, or remove `rollout_by`";
            self.emit(Code::ConflictingKeys, by.location, message, help);
            return None;
        }
        let rollout = table.rollout.as_ref();
        Some(rollout.map(|it| Rollout { percent: it.value, by, location: it.location }))
    }

    fn days(&mut self, table: &RuleTable) -> Option<DateRange> {
        if let (Some(from), Some(until)) = (&table.from, &table.until)
            && from.value > until.value
        {
            let message = "`until` is before `from`";
            self.diagnostics.push(
                Diagnostic::new(Code::ConflictingKeys, until.location, message)
                    .related(from.location, "first day")
                    .help("set `until` to a date that is not before `from`"),
            );
            return None;
        }
        let day = |day: &Option<Spanned<_>>| day.as_ref().map(|day| day.value);
        Some(DateRange { from: day(&table.from), until: day(&table.until) })
    }

    /// Parses room patterns. `all` is how to write every room.
    pub(super) fn rooms(&mut self, rooms: &Strings, all: &str) -> Option<Vec<Glob>> {
        if rooms.value.is_empty() {
            let help = format!("add a room, or {all}");
            self.emit(Code::InvalidValue, rooms.location, "empty `rooms`", &help);
            return None;
        }
        let globs: Vec<Option<Glob>> =
            rooms.value.iter().map(|room| self.glob(room.clone())).collect();
        globs.into_iter().collect()
    }

    /// Parses a room pattern.
    pub(super) fn glob(&mut self, room: Spanned<String>) -> Option<Glob> {
        let is_partial_arn = !room.value.contains(':') && room.value.contains('/');
        if room.value.is_empty() || is_partial_arn {
            let message = "invalid room pattern";
            self.emit(
                Code::InvalidValue,
                room.location,
                message,
                "write a room ID or a full ARN; `*` matches any characters",
            );
            return None;
        }
        Some(Glob::new(room.value))
    }

    /// Parses a condition on the attributes of a sender.
    fn sender_match(&mut self, wanted: &ValuesByName) -> Option<SenderMatch> {
        let before = self.diagnostics.errors();
        for (name, values) in wanted.value.iter().filter(|(_, values)| values.value.is_empty()) {
            let message = format!("no values for `{}`", display_short(&name.value));
            self.emit(
                Code::InvalidValue,
                values.location,
                &message,
                "list the accepted values, such as `role = [\"vip\"]`",
            );
        }
        let texts = |values: &[Spanned<String>]| values.iter().map(|it| it.value.clone()).collect();
        let pairs = wanted.value.iter();
        let pairs = pairs.map(|(name, values)| (name.value.clone(), texts(&values.value)));
        (self.diagnostics.errors() == before).then(|| SenderMatch(pairs.collect()))
    }

    /// Parses `[[exempt]]`.
    pub(super) fn exempt(&mut self, table: ExemptTable) -> Option<Exempt> {
        let empty = match &table.sender {
            Some(sender) => sender.value.is_empty().then_some(sender.location),
            None => table.user_ids.is_empty().then_some(table.location),
        };
        if let Some(at) = empty {
            let message = "empty condition would exempt every sender";
            let help =
                "write `sender = { role = [\"moderator\"] }`, `user_ids = [\"...\"]`, or both";
            self.emit(Code::InvalidValue, at, message, help);
            return None;
        }
        let sender = match &table.sender {
            None => None,
            Some(sender) => Some(self.sender_match(sender)?),
        };
        let mut user_ids: Vec<String> = table.user_ids.into_iter().map(|id| id.value).collect();
        user_ids.sort_unstable();
        Some(Exempt { sender, user_ids })
    }

    /// Parses `language`. `None` if it is invalid, `Some(None)` if it is missing.
    pub(super) fn language(&mut self, value: Option<&Spanned<String>>) -> Option<Option<Language>> {
        let Some(tag) = value else { return Some(None) };
        let language = Language::from_tag(&tag.value);
        if language.is_none() {
            let (message, help) = unknown_language(&tag.value);
            self.emit(Code::InvalidValue, tag.location, &message, &help);
        }
        language.map(Some)
    }

    /// Parses `disguises`.
    pub(super) fn disguises(&mut self, value: Option<&Spanned<String>>) -> Option<Disguises> {
        let Some(value) = value else { return Some(Disguises::Standard) };
        self.choice("`disguises` value", value, &DISGUISES).map(|disguises| match disguises {
            "none" => Disguises::None,
            _ => Disguises::Standard,
        })
    }
}
