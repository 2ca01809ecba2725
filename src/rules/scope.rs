//! When, where and for whom a rule applies: [`Scope`]. Senders whose messages are not reviewed:
//! [`Exempt`].

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Glob, Rollout};
use crate::ivs::Sender;

/// When, where and for whom a rule applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The mode of the rule where no `[[room]]` sets another one: the lower of its `mode` and that of
    /// its category in `[categories]`.
    pub mode: Mode,
    /// The part of the messages for which the rule acts where it is on; all if `None`.
    pub rollout: Option<Rollout>,
    /// The days on which the rule is active.
    pub days: DateRange,
    /// The rooms in which the rule is active; every room if empty.
    pub rooms: Vec<Glob>,
    /// The senders to whom the rule does not apply.
    pub unless: Option<SenderMatch>,
}

/// The mode of a rule, ordered so that `max` returns the lower mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mode {
    /// Matches are acted on.
    #[default]
    On,
    /// Matches are logged and change nothing.
    Shadow,
    /// The rule is not used.
    Off,
}

impl Mode {
    /// All modes.
    pub const ALL: [Mode; 3] = [Mode::On, Mode::Shadow, Mode::Off];

    /// Returns the name in `rules.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::On => "on",
            Mode::Shadow => "shadow",
            Mode::Off => "off",
        }
    }
}

/// A range of days (UTC), including both ends. Either end may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(u32, u32)", from = "(u32, u32)")]
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

/// Both days as words, for compiled rules.
impl From<DateRange> for (u32, u32) {
    fn from(days: DateRange) -> (u32, u32) {
        (day_word(days.from), day_word(days.until))
    }
}

impl From<(u32, u32)> for DateRange {
    fn from((from, until): (u32, u32)) -> DateRange {
        DateRange { from: day(from), until: day(until) }
    }
}

/// Returns a day as a word; the largest word if there is none.
fn day_word(day: Option<Date>) -> u32 {
    let word = |day: Date| {
        u32::from(day.year() as u16) << 16
            | u32::from(day.month() as u8) << 8
            | u32::from(day.day() as u8)
    };
    day.map_or(u32::MAX, word)
}

/// Returns the day of a word. A damaged one is none, so that the entry is active.
fn day(word: u32) -> Option<Date> {
    let [year, month, day] = [word >> 16, word >> 8 & 0xFF, word & 0xFF];
    Date::new(year as u16 as i16, month as u8 as i8, day as u8 as i8).ok()
}

impl Scope {
    /// Whether the rule applies on `day` in the room with this ARN, unless it is off. A `day` of
    /// `None` ignores dates; a `room` of `None` is unknown and may be any room.
    pub(crate) fn applies(&self, day: Option<Date>, room: Option<&str>) -> bool {
        self.days.contains(day) && self.includes_room(room)
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_words() {
        for date in [Date::constant(2026, 11, 30), Date::constant(-1, 1, 31), Date::MAX, Date::MIN]
        {
            assert_eq!(day(day_word(Some(date))), Some(date));
        }
        assert_eq!((day_word(None), day(u32::MAX), day(0)), (u32::MAX, None, None));
    }
}
