//! Parses `[categories]` and `[[room]]`.

use std::collections::{BTreeMap, BTreeSet};

use super::Parser;
use crate::diagnostic::{Code, Diagnostic};
use crate::display::display_short;
use crate::rules::manifest::{Manifest, Names, RoomTable, Spanned};
use crate::rules::switches::{ModeSet, Target, find};
use crate::rules::{Mode, RoomSwitches, Switch, SwitchKind};
use crate::source::SourceId;
use crate::suggest::{Nearness, suggest};

/// The maximum number of names for which similar ones are searched, since each is compared with all.
const MAX_SUGGESTIONS: usize = 100;

/// What sets the modes of rules, as it is written.
pub(super) struct SwitchTables {
    categories: Names,
    rooms: Vec<RoomTable>,
    /// The categories of all rules, also of those with errors.
    used: BTreeSet<String>,
    /// Whether a rule has no valid ID.
    has_unnamed_rule: bool,
}

impl SwitchTables {
    pub(super) fn take(manifest: &mut Manifest) -> SwitchTables {
        SwitchTables {
            categories: std::mem::take(&mut manifest.categories),
            rooms: std::mem::take(&mut manifest.room_tables),
            has_unnamed_rule: manifest.rules.iter().any(|rule| rule.id.is_none()),
            used: manifest.rules.iter().filter_map(|rule| rule.category.clone()).collect(),
        }
    }

    fn are_empty(&self) -> bool {
        self.categories.is_empty() && self.rooms.is_empty()
    }
}

/// The names that switches may use, with their indices.
struct Targets {
    categories: BTreeMap<String, u32>,
    rules: BTreeMap<String, u32>,
    /// The names of all rules and categories, also of those with errors; `None` if there may be
    /// others that could not be read.
    known: Option<Known>,
    /// The number of names that were searched for similar ones.
    suggested: usize,
}

struct Known {
    categories: BTreeSet<String>,
    rules: BTreeSet<String>,
}

impl Parser<'_> {
    /// Sets the modes of the rules that were parsed, and keeps what differs by room.
    pub(super) fn switches(&mut self, tables: SwitchTables, manifest: SourceId) {
        if tables.are_empty() {
            return;
        }
        let SwitchTables { categories, rooms, used, has_unnamed_rule } = tables;
        // A rule that is missing because of an error was reported.
        let is_known = !has_unnamed_rule && !self.diagnostics.hides_rules(manifest);
        let mut targets = self.targets(is_known.then_some(used));
        let switches = self.modes(categories, SwitchKind::Category, &mut targets);
        self.rules.switches.categories = switches;
        for table in rooms {
            let patterns = table.rooms.as_ref();
            let patterns = patterns.map(|rooms| self.rooms(rooms, "write `\"*\"` for every room"));
            let categories = self.modes(table.categories, SwitchKind::RoomCategory, &mut targets);
            let rules = self.modes(table.rules, SwitchKind::RoomRule, &mut targets);
            if let Some(Some(rooms)) = patterns {
                self.rules.switches.rooms.push(RoomSwitches { rooms, categories, rules });
            }
        }
        self.resolve(&targets);
    }

    fn targets(&self, used: Option<BTreeSet<String>>) -> Targets {
        let rules = self.rules.enumerate_rules();
        let mut categories = BTreeMap::new();
        for category in self.rules.rules.iter().filter_map(|rule| rule.category.as_ref()) {
            let next = categories.len() as u32;
            categories.entry(category.clone()).or_insert(next);
        }
        Targets {
            categories,
            rules: rules.map(|(id, rule)| (rule.id.clone(), id.0)).collect(),
            known: used
                .map(|categories| Known { categories, rules: self.ids.keys().cloned().collect() }),
            suggested: 0,
        }
    }

    /// Parses categories or rule IDs with their modes. What no valid rule has is left out.
    fn modes(&mut self, names: Names, kind: SwitchKind, targets: &mut Targets) -> Vec<Switch> {
        let mut switches = Vec::new();
        for (name, mode) in names {
            let mode = self.mode(&mode);
            let target = match kind {
                SwitchKind::Category | SwitchKind::RoomCategory => {
                    targets.categories.get(&name.value)
                }
                SwitchKind::RoomRule => targets.rules.get(&name.value),
            };
            if let Some(&target) = target {
                let location = name.location;
                switches.extend(mode.map(|mode| Switch { target, mode, kind, location }));
            } else {
                self.diagnostics.extend(targets.unknown(&name, kind));
            }
        }
        switches.sort_by_key(|switch| switch.target);
        switches
    }

    /// Applies `[categories]` to the scopes of rules, and collects what rooms set for each rule.
    fn resolve(&mut self, targets: &Targets) {
        let rules = &mut self.rules;
        let mut for_categories = vec![ModeSet::default(); targets.categories.len()];
        let mut for_rules = vec![ModeSet::default(); rules.rules.len()];
        for table in &rules.switches.rooms {
            table.categories.iter().for_each(|it| for_categories[it.target as usize].add(it.mode));
            table.rules.iter().for_each(|it| for_rules[it.target as usize].add(it.mode));
        }
        let switches = &mut rules.switches;
        for (rule, mut in_rooms) in rules.rules.iter_mut().zip(for_rules) {
            let name = rule.category.as_ref();
            let category = name.and_then(|name| targets.categories.get(name)).copied();
            let own = rule.scope.mode;
            let set = category.map_or(ModeSet::default(), |it| for_categories[it as usize]);
            for mode in Mode::ALL.into_iter().filter(|&mode| set.contains(mode)) {
                in_rooms.add(own.max(mode));
            }
            switches.targets.push(Target { category, own, in_rooms });
            let switch = category.and_then(|it| find(&switches.categories, it));
            rule.scope.mode = switch.map_or(own, |switch| own.max(switch.mode));
        }
    }
}

impl Targets {
    /// Reports a category or rule ID that no rule has.
    #[cold]
    fn unknown(&mut self, name: &Spanned<String>, kind: SwitchKind) -> Option<Diagnostic> {
        let known = self.known.as_ref()?;
        let (is_category, is_rule) =
            (known.categories.contains(&name.value), known.rules.contains(&name.value));
        let (code, what, names, other) = match kind {
            // Every rule with the category has an error, which was reported.
            SwitchKind::Category | SwitchKind::RoomCategory if is_category => return None,
            SwitchKind::RoomRule if is_rule => return None,
            SwitchKind::Category => {
                let other = is_rule.then_some("this is the ID of a rule; set its `mode`");
                (Code::UnusedSwitch, "category", &known.categories, other)
            }
            SwitchKind::RoomCategory => {
                let other = is_rule.then_some("this is the ID of a rule; write it in `rules`");
                (Code::UnusedSwitch, "category", &known.categories, other)
            }
            SwitchKind::RoomRule => {
                let other = is_category.then_some("this is a category; write it in `categories`");
                (Code::InvalidValue, "ID", &known.rules, other)
            }
        };
        let near = (self.suggested < MAX_SUGGESTIONS)
            .then(|| suggest(&name.value, names.iter().map(String::as_str), Nearness::Similar));
        self.suggested += 1;
        let help = match (other, near.flatten()) {
            (Some(other), _) => other.to_owned(),
            (None, Some(near)) => format!("did you mean `{}`?", display_short(near)),
            (None, None) => format!("remove it, or correct the {what}"),
        };
        let message = format!("no rule has the {what} `{}`", display_short(&name.value));
        Some(Diagnostic::new(code, name.location, message).help(help))
    }
}
