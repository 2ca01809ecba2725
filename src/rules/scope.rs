//! When, where and for whom a rule applies: [`Scope`]. Senders whose messages are not reviewed:
//! [`Exempt`].

use jiff::civil::Date;

use super::Glob;
use crate::ivs::Sender;

/// When, where and for whom a rule applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The mode of the rule.
    pub mode: Mode,
    /// The days on which the rule is active.
    pub days: DateRange,
    /// The rooms in which the rule is active; every room if empty.
    pub rooms: Vec<Glob>,
    /// The senders to whom the rule does not apply.
    pub unless: Option<SenderMatch>,
}

/// The mode of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Matches are acted on.
    #[default]
    On,
    /// Matches are logged and change nothing.
    Shadow,
    /// The rule is not used.
    Off,
}

/// A range of days (UTC), including both ends. Either end may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateRange {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

impl DateRange {
    /// Whether the range contains `day`. `None` ignores dates and is always contained.
    pub fn contains(self, day: Option<Date>) -> bool {
        let Some(day) = day else { return true };
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

impl Scope {
    /// Whether the rule is active on `day` in the room with this ARN. A `day` of `None` ignores
    /// dates; a `room` of `None` is unknown and may be any room.
    pub(crate) fn is_active(&self, day: Option<Date>, room: Option<&str>) -> bool {
        self.mode != Mode::Off && self.days.contains(day) && self.includes_room(room)
    }

    /// Whether the scope includes the room with this ARN. An unknown room may be any room.
    pub(crate) fn includes_room(&self, room: Option<&str>) -> bool {
        let is_listed = |room| self.rooms.iter().any(|glob| glob.matches(room));
        self.rooms.is_empty() || room.is_none_or(is_listed)
    }

    /// Whether the rule applies to a sender.
    pub(crate) fn includes_sender(&self, sender: &Sender<'_>) -> bool {
        self.unless.as_ref().is_none_or(|unless| !unless.matches(sender))
    }
}

/// A condition on the attributes of a sender: each must have one of the listed values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderMatch(pub(super) Vec<(String, Vec<String>)>);

impl SenderMatch {
    /// Returns the attribute names, each with its accepted values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Whether the sender has all of these attributes, each with one of the accepted values.
    pub fn matches(&self, sender: &Sender<'_>) -> bool {
        self.0.iter().all(|(name, values)| {
            sender.attributes.get(name).is_some_and(|value| values.iter().any(|it| it == value))
        })
    }
}

/// `[[exempt]]`: senders whose messages are not reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exempt {
    /// The condition on the attributes of the sender.
    pub sender: Option<SenderMatch>,
    /// The user ids of the senders, sorted; any user if empty.
    pub user_ids: Vec<String>,
}

impl Exempt {
    /// Whether the sender satisfies both conditions.
    pub fn matches(&self, sender: &Sender<'_>) -> bool {
        let is_listed = |id: &str| self.user_ids.binary_search_by(|it| it.as_str().cmp(id)).is_ok();
        self.sender.as_ref().is_none_or(|condition| condition.matches(sender))
            && (self.user_ids.is_empty() || sender.user_id.as_deref().is_some_and(is_listed))
    }
}
