//! Modes that are set for several rules or for some rooms: [`Switches`].
//!
//! A rule has the lower of its own `mode` and the mode of its category, where `off` is lower than
//! `shadow` and `shadow` lower than `on`. So a category cannot switch on a rule that is off or in
//! shadow mode. The mode of a category is that of a `[[room]]` which matches the room, else that of
//! `[categories]`. The ID of a rule in `rules` of a `[[room]]` takes precedence over all of these. If
//! several `[[room]]` tables match a room and set the same, the first one counts.
//!
//! **Example.** The rule `taunts` of the category `insults` has no `mode`.
//!
//! | `mode` | `[categories]` | `categories` of the room | `rules` of the room | mode in the room |
//! |---|---|---|---|---|
//! | | `insults = "off"` | | | off |
//! | | `insults = "off"` | `insults = "on"` | | on |
//! | | | `insults = "on"` | `taunts = "shadow"` | shadow |
//! | `"shadow"` | `insults = "on"` | | | shadow |
//! | `"shadow"` | `insults = "off"` | | `taunts = "on"` | on |
//!
//! Names are resolved to indices when a folder is parsed, so a review compares no names.

use serde::{Deserialize, Serialize};

use super::{Glob, Mode, RuleId};
use crate::diagnostic::Location;

/// What `[categories]` and `[[room]]` set the mode of rules to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switches {
    /// For each rule, what switches refer to; empty if there are no switches.
    pub(super) targets: Vec<Target>,
    /// `[categories]`, sorted by category.
    pub categories: Vec<Switch>,
    /// `[[room]]`, in file order.
    pub rooms: Vec<RoomSwitches>,
}

/// A rule as switches refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Target {
    /// The index of its category.
    pub(super) category: Option<u32>,
    /// Its `mode`.
    pub(super) own: Mode,
    /// The modes that it has in rooms of `[[room]]` tables that set one.
    pub(super) in_rooms: ModeSet,
}

/// A set of modes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ModeSet(u8);

impl ModeSet {
    pub(crate) fn add(&mut self, mode: Mode) {
        self.0 |= 1 << mode as u8;
    }

    pub(crate) fn contains(self, mode: Mode) -> bool {
        self.0 & 1 << mode as u8 != 0
    }

    /// Whether the set has no mode except perhaps this one.
    pub(crate) fn is_only(self, mode: Mode) -> bool {
        self.0 & !(1 << mode as u8) == 0
    }
}

/// A `[[room]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSwitches {
    /// The rooms.
    pub rooms: Vec<Glob>,
    /// `categories`, sorted by category.
    pub categories: Vec<Switch>,
    /// `rules`, sorted by rule.
    pub rules: Vec<Switch>,
}

/// The mode of one rule, or of the rules of one category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// The index of the rule or category.
    pub(crate) target: u32,
    /// The mode.
    pub mode: Mode,
    /// Where it is written.
    pub kind: SwitchKind,
    /// The location of the key: the category or the rule ID.
    pub location: Location,
}

/// Where a [`Switch`] is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SwitchKind {
    /// In `[categories]`.
    Category,
    /// In `categories` of a `[[room]]`.
    RoomCategory,
    /// In `rules` of a `[[room]]`.
    RoomRule,
}

impl RoomSwitches {
    /// Whether the table applies to the room with this ARN.
    pub(crate) fn matches(&self, room: &str) -> bool {
        self.rooms.iter().any(|glob| glob.matches(room))
    }
}

impl Switches {
    /// Returns the `[[room]]` tables that apply to the room with this ARN. None applies to an
    /// unknown room.
    pub(crate) fn in_room(&self, room: Option<&str>) -> Vec<&RoomSwitches> {
        let Some(room) = room else { return Vec::new() };
        self.rooms.iter().filter(|table| table.matches(room)).collect()
    }

    /// Returns the switch that decides the mode of a rule where these tables apply; `None` if its
    /// own `mode` does.
    pub(crate) fn deciding<'s>(
        &'s self,
        rule: RuleId,
        tables: &[&'s RoomSwitches],
    ) -> Option<&'s Switch> {
        let target = self.target(rule)?;
        let of_category = |switches| find(switches, target.category?);
        let of_rule = tables.iter().find_map(|table| find(&table.rules, rule.0));
        of_rule.or_else(|| {
            let in_room = tables.iter().find_map(|table| of_category(&table.categories));
            in_room.or_else(|| of_category(&self.categories)).filter(|it| it.mode >= target.own)
        })
    }

    /// Returns the modes that a rule has in rooms of `[[room]]` tables that set one.
    pub(super) fn in_rooms(&self, rule: RuleId) -> ModeSet {
        self.target(rule).map_or(ModeSet::default(), |target| target.in_rooms)
    }

    /// Returns the index of the category of a rule.
    pub(crate) fn category(&self, rule: RuleId) -> Option<u32> {
        self.target(rule)?.category
    }

    /// Returns the `mode` of a rule.
    pub(super) fn own_mode(&self, rule: RuleId) -> Option<Mode> {
        Some(self.target(rule)?.own)
    }

    fn target(&self, rule: RuleId) -> Option<Target> {
        self.targets.get(rule.0 as usize).copied()
    }
}

/// Returns the switch of a rule or category among those sorted by it.
pub(crate) fn find(switches: &[Switch], target: u32) -> Option<&Switch> {
    switches.binary_search_by_key(&target, |switch| switch.target).ok().map(|at| &switches[at])
}
