//! Modes of categories and rooms that change nothing, and rollouts of rules that are never on.

use std::collections::HashMap;

use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::display_short;
use crate::rules::{
    Glob, Mode, ModeSet, RoomSwitches, RuleId, Rules, Switch, SwitchKind, find_switch,
};

/// The maximum number of `[[room]]` tables with which a later one is compared.
const MAX_COMPARED: usize = 20;

/// A rule (`true`) or category (`false`), by its index.
type Target = (bool, u32);

impl Check<'_> {
    /// Reports switches and rollouts without effect.
    pub(super) fn switches(&mut self) {
        let rules = self.engine.rules();
        let mut found = Capped::default();
        let mut push = |problem: Option<Diagnostic>| {
            if let Some(problem) = problem {
                let location = problem.location.unwrap_or(rules.rules[0].location);
                found.push(location, || problem);
            }
        };
        let all = Categories::of(rules);
        let switches = &rules.switches;
        switches.categories.iter().for_each(|switch| push(all.in_all_rooms(switch)));
        let mut earlier: HashMap<Target, Vec<(&RoomSwitches, &Switch)>> = HashMap::new();
        for table in &switches.rooms {
            for switch in table.categories.iter().chain(&table.rules) {
                let of_target = earlier.entry(target(switch)).or_default();
                push(all.in_room(table, switch, of_target));
                of_target.truncate(MAX_COMPARED);
                of_target.push((table, switch));
            }
        }
        for (id, rule) in rules.enumerate_rules() {
            let rollout = rule.scope.rollout.filter(|_| !rules.is_on_somewhere(id));
            push(rollout.map(|rollout| {
                let message = "`rollout` has no effect: the rule is on in no room";
                unused(
                    rollout.location,
                    message.to_owned(),
                    "switch on the rule or its category, or remove `rollout`",
                )
            }));
        }
        self.diagnostics.extend(found.into_diagnostics(Code::UnusedSwitch));
    }
}

/// The rules of each category, and what all `[[room]]` tables set.
struct Categories<'r> {
    rules: &'r Rules,
    categories: HashMap<u32, Category>,
    in_rooms: HashMap<Target, ModeSet>,
}

/// What is known of the rules of a category, so that each switch is judged in constant time.
#[derive(Default)]
struct Category {
    members: Vec<RuleId>,
    /// Their own modes.
    own: ModeSet,
    /// Whether each mode as a switch in a `[[room]]` leaves all of them as they are in all rooms.
    is_same: [bool; Mode::ALL.len()],
}

impl<'r> Categories<'r> {
    fn of(rules: &'r Rules) -> Categories<'r> {
        let mut categories: HashMap<u32, Category> = HashMap::new();
        for (id, _) in rules.enumerate_rules() {
            if let Some(category) = rules.switches.category(id) {
                let category = categories.entry(category).or_default();
                category.members.push(id);
                category.own.add(rules.own_mode(id));
            }
        }
        for category in categories.values_mut() {
            category.is_same = Mode::ALL.map(|mode| {
                let mut members = category.members.iter();
                members.all(|&id| is_same(rules, id, rules.own_mode(id).max(mode)))
            });
        }
        let mut in_rooms: HashMap<Target, ModeSet> = HashMap::new();
        for table in &rules.switches.rooms {
            for switch in table.categories.iter().chain(&table.rules) {
                in_rooms.entry(target(switch)).or_default().add(switch.mode);
            }
        }
        Categories { rules, categories, in_rooms }
    }

    /// A switch in `[categories]`. `on` may be written as documentation, so it is only reported if it cannot take effect.
    fn in_all_rooms(&self, switch: &Switch) -> Option<Diagnostic> {
        if switch.mode == Mode::On {
            return self.cannot_switch_on(switch);
        }
        let category = self.categories.get(&switch.target)?;
        let mut higher = Mode::ALL.into_iter().filter(|&mode| mode < switch.mode);
        let changes_nothing = !higher.any(|mode| category.own.contains(mode));
        changes_nothing.then(|| {
            let modes = match switch.mode {
                Mode::Shadow => "`mode = \"shadow\"` or `\"off\"`",
                Mode::On | Mode::Off => "`mode = \"off\"`",
            };
            let message = format!("this has no effect: each rule of the category has {modes}");
            unused(switch.location, message, "remove it, or remove `mode` of the rules")
        })
    }

    /// A category of which each rule has a lower `mode`.
    fn cannot_switch_on(&self, switch: &Switch) -> Option<Diagnostic> {
        let category = self.categories.get(&switch.target)?;
        let &first = category.members.first()?;
        let mut not_lower = Mode::ALL.into_iter().filter(|&mode| mode <= switch.mode);
        let is_limited = !not_lower.any(|mode| category.own.contains(mode));
        is_limited.then(|| {
            let mode = self.rules.own_mode(first).as_str();
            let rule = self.rules.rule(first);
            let message = format!(
                "this has no effect: rule `{}` has `mode = \"{mode}\"`, which a category does not \
                 change",
                rule.id
            );
            unused(switch.location, message, "remove `mode` of the rule")
                .related(rule.location, "rule")
        })
    }

    /// A switch in a `[[room]]`; `earlier` are those of earlier tables for the same.
    fn in_room(
        &self,
        table: &RoomSwitches,
        switch: &Switch,
        earlier: &[(&RoomSwitches, &Switch)],
    ) -> Option<Diagnostic> {
        let shadowing = earlier.iter().find(|(other, _)| covers(&other.rooms, &table.rooms));
        if let Some((_, other)) = shadowing {
            let message = "this has no effect: an earlier `[[room]]` sets it in the same rooms";
            let help = "remove one of them, or move the table with fewer rooms before the other";
            let problem = unused(switch.location, message.to_owned(), help);
            return Some(problem.related(other.location, "this one counts"));
        }
        let mode = switch.mode;
        let (is_same, what) = if switch.kind == SwitchKind::RoomRule {
            if let Some(problem) = self.outside_scope(table, switch) {
                return Some(problem);
            }
            (is_same(self.rules, RuleId(switch.target), mode), "the rule is")
        } else {
            let category = self.categories.get(&switch.target)?;
            let is_set = |id: &RuleId| find_switch(&table.rules, id.0).is_some();
            if category.members.len() <= table.rules.len() && category.members.iter().all(is_set) {
                let message = "this has no effect: `rules` of this table sets each of its rules";
                return Some(unused(switch.location, message.to_owned(), "remove it"));
            }
            let is_redundant = mode != Mode::Off && category.is_same[mode as usize];
            if let Some(problem) = self.cannot_switch_on(switch).filter(|_| is_redundant) {
                return Some(problem);
            }
            (category.is_same[mode as usize], "its rules are")
        };
        // In another table the same may be set otherwise for some of these rooms.
        let is_set_alike = self.in_rooms.get(&target(switch)).is_none_or(|it| it.is_only(mode));
        (is_set_alike && is_same).then(|| {
            let mode = match mode {
                Mode::On => "on",
                Mode::Shadow => "in shadow mode",
                Mode::Off => "off",
            };
            let message = format!("this has no effect: {what} {mode} in all rooms");
            unused(switch.location, message, "remove it")
        })
    }

    /// A rule that does not apply in these rooms, because of its own `rooms`.
    fn outside_scope(&self, table: &RoomSwitches, switch: &Switch) -> Option<Diagnostic> {
        let rule = self.rules.rule(RuleId(switch.target));
        let is_outside = |room: &Glob| {
            // Whether two patterns have a room in common is not known.
            let is_exact = !room.as_str().contains('*');
            is_exact && !rule.scope.includes_room(Some(room.as_str()))
        };
        // An ID may be that of any ARN.
        let by_id = rule.scope.rooms.iter().all(|room| !room.as_str().contains(':'));
        (by_id && table.rooms.iter().all(is_outside)).then(|| {
            let id = display_short(&rule.id);
            let message = format!("this has no effect: rule `{id}` does not apply in these rooms");
            let help = "add the rooms to `rooms` of the rule, or remove this";
            unused(switch.location, message, help).related(rule.location, "rule")
        })
    }
}

/// Whether a rule with this mode in some rooms is as in all rooms.
fn is_same(rules: &Rules, id: RuleId, mode: Mode) -> bool {
    mode == rules.rule(id).scope.mode && rules.in_rooms(id).is_only(mode)
}

fn target(switch: &Switch) -> Target {
    (switch.kind == SwitchKind::RoomRule, switch.target)
}

/// Whether each room that `rooms` match is matched by `wider`, as far as it is known.
fn covers(wider: &[Glob], rooms: &[Glob]) -> bool {
    rooms.iter().all(|room| {
        let is_exact = !room.as_str().contains('*');
        wider
            .iter()
            .any(|it| it == room || it.as_str() == "*" || (is_exact && it.matches(room.as_str())))
    })
}

fn unused(location: Location, message: String, help: &str) -> Diagnostic {
    Diagnostic::new(Code::UnusedSwitch, location, message).help(help)
}
