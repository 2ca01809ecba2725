//! Where a rule looks and for whom it works; and who is exempt from all rules.

use std::collections::HashMap;

use super::Parser;
use crate::diagnostic::{Code, Diagnostic};
use crate::display::shown;
use crate::normalize::Disguises;
use crate::rules::manifest::{ExemptTable, Located, RuleTable, Strings, Wanted};
use crate::rules::{
    AttributeNames, DateRange, Exempt, FieldSelector, Glob, Mode, Scope, SenderMatch,
};
use crate::suggest::{Nearness, suggest};

const MODES: [&str; 3] = ["on", "shadow", "off"];
const DISGUISES: [&str; 2] = ["standard", "none"];

impl Parser<'_> {
    /// The texts that a rule looks at.
    pub(super) fn fields(&mut self, table: &RuleTable) -> Option<FieldSelector> {
        let Some(written) = &table.fields else { return Some(FieldSelector::CONTENT) };
        if written.value.is_empty() {
            let message = "a rule that looks at no field finds nothing";
            self.tell(
                Code::InvalidValue,
                written.location,
                message,
                "write fields = [\"content\"], or leave `fields` out, which is the same",
            );
            return None;
        }
        let mut seen = HashMap::new();
        let (mut content, mut attributes, mut sender) = (false, Vec::new(), Vec::new());
        let mut sound = true;
        for field in &written.value {
            match field.value.split_once('.') {
                None if field.value == "content" => content = true,
                Some(("attributes", name)) if !name.is_empty() => attributes.push(name.to_owned()),
                Some(("sender", name)) if !name.is_empty() => {
                    sender.push(name.to_owned());
                    sound &= self.is_for_senders(field, table);
                }
                _ => {
                    self.no_field(field);
                    sound = false;
                }
            }
            if let Some(first) = seen.insert(field.value.clone(), field.location) {
                let message = format!("`{}` stands here twice", shown(&field.value));
                self.problems.push(
                    Diagnostic::new(Code::DuplicateField, field.location, message)
                        .related(first, "the other one")
                        .help("remove one of the two"),
                );
            }
        }
        let fields = FieldSelector {
            content,
            attributes: AttributeNames::of(attributes),
            sender: AttributeNames::of(sender),
        };
        sound.then_some(fields)
    }

    /// Whether the action of a rule goes with a field of the sender; else that is told.
    fn is_for_senders(&mut self, field: &Located<String>, table: &RuleTable) -> bool {
        let rewrites = |action: &&Located<String>| matches!(&*action.value, "mask" | "replace");
        let Some(action) = table.action.as_ref().filter(rewrites) else { return true };
        let message = "the attributes of a sender are not part of the message, to be rewritten";
        self.problems.push(
            Diagnostic::new(Code::ConflictingKeys, field.location, message)
                .related(action.location, "the action")
                .help("remove this field, or write action = \"deny\" or \"tag\""),
        );
        false
    }

    fn no_field(&mut self, field: &Located<String>) {
        let (kind, name) = field.value.split_once('.').unwrap_or((&field.value, "*"));
        let name = if name.is_empty() { "*" } else { name };
        let help = match suggest(kind, ["content", "attributes", "sender"], Nearness::Similar) {
            Some("content") => "did you mean \"content\"?".to_owned(),
            Some(near) => format!("did you mean \"{near}.{}\"?", shown(name)),
            None => {
                "known: content, attributes.NAME, attributes.*, sender.NAME, sender.*".to_owned()
            }
        };
        let message = format!("there is no field `{}`", shown(&field.value));
        self.tell(Code::InvalidValue, field.location, &message, &help);
    }

    /// When, where and for whom a rule works.
    pub(super) fn scope(&mut self, table: &RuleTable) -> Option<Scope> {
        let mode = match &table.mode {
            None => Some(Mode::On),
            Some(mode) => self.choice("mode", mode, &MODES).map(|mode| match mode {
                "shadow" => Mode::Shadow,
                "off" => Mode::Off,
                _ => Mode::On,
            }),
        };
        let days = self.days(table);
        let rooms = match &table.rooms {
            None => Some(Vec::new()),
            Some(rooms) => self.rooms(rooms),
        };
        let unless = match &table.unless {
            None => Some(None),
            // Of a broken one that has been told already.
            Some(unless) if unless.value.is_empty() && table.broken => None,
            Some(unless) if unless.value.is_empty() => {
                let message = "an `unless` without an attribute would hold for everybody";
                self.tell(
                    Code::InvalidValue,
                    unless.location,
                    message,
                    "write unless = { role = [\"vip\"] }, or remove it",
                );
                None
            }
            Some(unless) => self.condition(unless).map(Some),
        };
        Some(Scope { mode: mode?, days: days?, rooms: rooms?, unless: unless? })
    }

    fn days(&mut self, table: &RuleTable) -> Option<DateRange> {
        if let (Some(from), Some(until)) = (&table.from, &table.until)
            && from.value > until.value
        {
            let message = "this rule would end before it begins";
            self.problems.push(
                Diagnostic::new(Code::ConflictingKeys, until.location, message)
                    .related(from.location, "its first day")
                    .help("write a day for `until` that is not before the one for `from`"),
            );
            return None;
        }
        let day = |day: &Option<Located<_>>| day.as_ref().map(|day| day.value);
        Some(DateRange { from: day(&table.from), until: day(&table.until) })
    }

    fn rooms(&mut self, rooms: &Strings) -> Option<Vec<Glob>> {
        if rooms.value.is_empty() {
            let message = "a rule for no room finds nothing";
            self.tell(
                Code::InvalidValue,
                rooms.location,
                message,
                "name a room, or leave `rooms` out for every room",
            );
            return None;
        }
        let globs: Vec<Option<Glob>> =
            rooms.value.iter().map(|room| self.glob(room.clone())).collect();
        globs.into_iter().collect()
    }

    /// A room or many.
    pub(super) fn glob(&mut self, room: Located<String>) -> Option<Glob> {
        let lost = !room.value.contains(':') && room.value.contains('/');
        if room.value.is_empty() || lost {
            let message = "no room is named so";
            self.tell(
                Code::InvalidValue,
                room.location,
                message,
                "write a room's id, or a whole ARN; * stands for any run of characters",
            );
            return None;
        }
        Some(Glob::new(room.value))
    }

    /// Attributes of a sender with the values that will do.
    fn condition(&mut self, wanted: &Wanted) -> Option<SenderMatch> {
        let before = self.problems.errors();
        for (name, values) in wanted.value.iter().filter(|(_, values)| values.value.is_empty()) {
            let message = format!("no value of `{}` is named", shown(&name.value));
            self.tell(
                Code::InvalidValue,
                values.location,
                &message,
                "write the values that will do, such as role = [\"vip\"]",
            );
        }
        let texts = |values: &[Located<String>]| values.iter().map(|it| it.value.clone()).collect();
        let pairs = wanted.value.iter();
        let pairs = pairs.map(|(name, values)| (name.value.clone(), texts(&values.value)));
        (self.problems.errors() == before).then(|| SenderMatch(pairs.collect()))
    }

    /// Whose messages are not reviewed.
    pub(super) fn exempt(&mut self, table: ExemptTable) -> Option<Exempt> {
        let empty = match &table.sender {
            Some(sender) => sender.value.is_empty().then_some(sender.location),
            None => table.user_ids.is_empty().then_some(table.location),
        };
        if let Some(at) = empty {
            let message = "this would exempt everybody from all rules";
            let help =
                "write sender = { role = [\"moderator\"] }, or user_ids = [\"...\"], or both";
            self.tell(Code::InvalidValue, at, message, help);
            return None;
        }
        let sender = match &table.sender {
            None => None,
            Some(sender) => Some(self.condition(sender)?),
        };
        let mut user_ids: Vec<String> = table.user_ids.into_iter().map(|id| id.value).collect();
        user_ids.sort_unstable();
        Some(Exempt { sender, user_ids })
    }

    /// The disguises that a rule sees through.
    pub(super) fn disguises(&mut self, written: Option<&Located<String>>) -> Option<Disguises> {
        let Some(written) = written else { return Some(Disguises::Standard) };
        self.choice("kind of disguises", written, &DISGUISES).map(|disguises| match disguises {
            "none" => Disguises::None,
            _ => Disguises::Standard,
        })
    }
}
