//! Counts comparisons: [`Tally`].

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::{Class, Comparison, Level};

/// All classes, in the order of output.
pub const CLASSES: [Class; 8] = [
    Class::NewlyCaught,
    Class::Harsher,
    Class::Softer,
    Class::NoLongerCaught,
    Class::ReplyChanged,
    Class::TagsChanged,
    Class::ShadowOnly,
    Class::Unchanged,
];

/// All levels and their names.
pub const LEVELS: [(Level, &str); 3] =
    [(Level::Allow, "allow"), (Level::Rewrite, "rewrite"), (Level::Deny, "deny")];

/// A rule by its ID, and what it matched: the text of an entry or pattern, or the kind of matcher.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// The ID of the rule.
    pub rule: String,
    /// The entry with its wildcards, the pattern, `links`, `limit …` or `detect …`.
    pub entry: String,
}

/// The counts of any number of comparisons. Its size depends on the rules, not on the messages.
///
/// Counts of parts of a recording can be added, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of messages by level before and after.
    pub verdicts: [[u64; LEVELS.len()]; LEVELS.len()],
    /// The number of messages by [class](CLASSES).
    pub classes: [u64; CLASSES.len()],
    /// The counts of each rule that matched.
    pub rules: BTreeMap<String, RuleTally>,
}

/// The counts of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleTally {
    /// The number of messages in which it matched before.
    pub before: u64,
    /// The number of messages in which it matches after.
    pub after: u64,
    /// The messages by class whose change is attributed to the rule.
    pub classes: [u64; CLASSES.len()],
    /// The same for each of its entries.
    pub entries: BTreeMap<String, [u64; CLASSES.len()]>,
}

impl RuleTally {
    /// Returns the number of changes that are attributed to the rule.
    pub fn changes(&self) -> u64 {
        changes(&self.classes)
    }
}

impl Tally {
    /// Adds a comparison.
    pub fn add(&mut self, comparison: &Comparison) {
        let Comparison { class, levels, causes, rules, .. } = comparison;
        self.verdicts[levels.0 as usize][levels.1 as usize] += 1;
        self.classes[*class as usize] += 1;
        for id in &rules.0 {
            self.rule(id).before += 1;
        }
        for id in &rules.1 {
            self.rule(id).after += 1;
        }
        // Causes are sorted, so those of a rule are adjacent.
        let mut last = None;
        for cause in causes {
            let rule = self.rule(&cause.rule);
            if last != Some(&cause.rule) {
                rule.classes[*class as usize] += 1;
                last = Some(&cause.rule);
            }
            rule.entries.entry(cause.entry.clone()).or_default()[*class as usize] += 1;
        }
    }

    fn rule(&mut self, id: &str) -> &mut RuleTally {
        if !self.rules.contains_key(id) {
            self.rules.insert(id.to_owned(), RuleTally::default());
        }
        self.rules.get_mut(id).expect("it was inserted")
    }

    /// Returns the number of messages.
    pub fn messages(&self) -> u64 {
        self.classes.iter().sum()
    }

    /// Returns the number of messages for which the room or the sender sees a difference.
    pub fn changes(&self) -> u64 {
        changes(&self.classes)
    }
}

fn changes(classes: &[u64; CLASSES.len()]) -> u64 {
    CLASSES.iter().filter(|class| class.is_change()).map(|&class| classes[class as usize]).sum()
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        for (row, others) in self.verdicts.iter_mut().zip(other.verdicts) {
            add(row, others);
        }
        add(&mut self.classes, other.classes);
        for (id, other) in other.rules {
            let rule = self.rule(&id);
            rule.before += other.before;
            rule.after += other.after;
            add(&mut rule.classes, other.classes);
            for (entry, classes) in other.entries {
                add(rule.entries.entry(entry).or_default(), classes);
            }
        }
    }
}

fn add<const N: usize>(counts: &mut [u64; N], others: [u64; N]) {
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
}
