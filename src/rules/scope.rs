//! When, where and for whom a rule works: [`Scope`]. And whose messages no rule looks at:
//! [`Exempt`].

use jiff::civil::Date;

use super::Glob;
use crate::ivs::Sender;

/// When, where and for whom a rule works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Whether it works at all.
    pub mode: Mode,
    /// The days on which it works.
    pub days: DateRange,
    /// The rooms in which it works; every room if empty.
    pub rooms: Vec<Glob>,
    /// The senders for whom it does not.
    pub unless: Option<SenderMatch>,
}

/// Whether a rule works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It does.
    #[default]
    On,
    /// Its hits are told and change nothing.
    Shadow,
    /// It does not.
    Off,
}

/// A first and a last day (UTC), both included; either may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateRange {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

impl DateRange {
    /// Whether the day is one of them; every day is if none is given.
    pub fn contains(self, day: Option<Date>) -> bool {
        let Some(day) = day else { return true };
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

impl Scope {
    /// Whether it works on that day, or on any if none is given, in the room of that ARN. A message
    /// whose room is not known might be of any.
    pub(crate) fn is_active(&self, day: Option<Date>, room: Option<&str>) -> bool {
        self.mode != Mode::Off && self.days.contains(day) && self.includes_room(room)
    }

    /// Whether it works in the room of that ARN.
    pub(crate) fn includes_room(&self, room: Option<&str>) -> bool {
        let here = |room| self.rooms.iter().any(|glob| glob.matches(room));
        self.rooms.is_empty() || room.is_none_or(here)
    }

    /// Whether it works for a sender.
    pub(crate) fn includes_sender(&self, sender: &Sender<'_>) -> bool {
        self.unless.as_ref().is_none_or(|unless| !unless.matches(sender))
    }
}

/// Attributes of a sender, each with the values that will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderMatch(pub(super) Vec<(String, Vec<String>)>);

impl SenderMatch {
    /// The names of the attributes, each with the values that will do.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Whether the sender has all of these attributes, each with one of its values.
    pub fn matches(&self, sender: &Sender<'_>) -> bool {
        self.0.iter().all(|(name, values)| {
            sender.attributes.get(name).is_some_and(|value| values.iter().any(|it| it == value))
        })
    }
}

/// `[[exempt]]`: whose messages are not reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exempt {
    /// What must hold of the sender's attributes.
    pub sender: Option<SenderMatch>,
    /// The senders' ids, sorted; any if empty.
    pub user_ids: Vec<String>,
}

impl Exempt {
    /// Whether all that it asks for holds of a sender.
    pub fn matches(&self, sender: &Sender<'_>) -> bool {
        let named = |id: &str| self.user_ids.binary_search_by(|it| it.as_str().cmp(id)).is_ok();
        self.sender.as_ref().is_none_or(|condition| condition.matches(sender))
            && (self.user_ids.is_empty() || sender.user_id.as_deref().is_some_and(named))
    }
}
