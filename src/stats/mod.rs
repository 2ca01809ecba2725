//! Counts what each rule and entry does with many messages: [`Counter`].
//!
//! Matches count whatever their effect, so rules in shadow mode are counted as well, and each message
//! counts once for a rule, an entry, a category or a pair of rules. A message is *caught* if it is
//! rewritten or denied.
//!
//! With labels, the [share](Share) of harmful messages that are caught is the recall, that of harmless
//! ones is the false-positive rate, and that of harmful ones among the labeled ones that are caught is
//! the precision. Messages that a moderator [deleted](Deletions) are labels too.
//!
//! The result is [`Stats`]. Those of parts of a recording can be merged, in any order.

mod deletions;
mod interval;
mod merge;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::deletions::{DeletionCounts, Deletions};
pub use self::interval::Share;
pub use self::merge::DifferentRules;
use crate::compare::{Level, name_of};
use crate::engine::{Cause, Engine, Match};
use crate::ivs::ReviewRequest;
use crate::review::Reviewer;
use crate::rules::{Rule, RuleId, Rules};

/// Whether a message should be caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// It should be.
    Harmful,
    /// It should not be.
    Harmless,
}

/// What the rules do with one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// What happens to the text.
    pub level: Level,
    /// The rules that match, in shadow mode or not, and by what, each once and in order.
    matched: Vec<(RuleId, Cause)>,
}

impl Observation {
    /// Reviews a message on a day.
    pub fn of(reviewer: &mut Reviewer<'_>, request: &ReviewRequest<'_>, day: Date) -> Observation {
        let review = reviewer.review(request, day);
        let matches = review.matches().chain(review.shadow());
        let mut matched: Vec<_> = matches.map(|it: &Match| (it.rule, it.cause)).collect();
        matched.sort_unstable();
        matched.dedup();
        Observation { level: Level::of(&review.verdict, request), matched }
    }

    /// Whether the message is rewritten or denied.
    pub fn is_caught(&self) -> bool {
        self.level > Level::Allow
    }
}

/// Counts observations of messages with one rule set.
#[derive(Debug)]
pub struct Counter<'e> {
    engine: &'e Engine,
    verdicts: Verdicts,
    matched: u64,
    /// By the index of the rule.
    rules: Vec<RuleCount>,
    categories: BTreeMap<&'e str, Counts>,
    overlap: BTreeMap<(RuleId, RuleId), u64>,
    labeled: Counts,
    caught: Counts,
}

#[derive(Debug)]
struct RuleCount {
    counts: Counts,
    only: u64,
    /// The entries by text, each with the number of the last message that it matched. Lists may have
    /// the same entry, and a message counts once for it.
    entries: Vec<(String, Counts, u64)>,
    /// The index of the entry of each cause, sorted by cause.
    index: Vec<(Cause, usize)>,
}

impl RuleCount {
    fn new(rule: &Rule, rules: &Rules) -> RuleCount {
        let causes = causes_of(rule, rules);
        let named = |&cause: &Cause| (name_of(cause, rule, rules), cause);
        let mut named: Vec<(String, Cause)> = causes.iter().map(named).collect();
        named.sort_unstable();
        let (mut entries, mut index) = (Vec::<(String, Counts, u64)>::new(), Vec::new());
        for (name, cause) in named {
            if entries.last().is_none_or(|(last, ..)| *last != name) {
                entries.push((name, Counts::default(), 0));
            }
            index.push((cause, entries.len() - 1));
        }
        index.sort_unstable();
        RuleCount { counts: Counts::default(), only: 0, entries, index }
    }
}

/// The number of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All messages.
    pub messages: u64,
    /// Those with the label [`Label::Harmful`].
    pub harmful: u64,
    /// Those with the label [`Label::Harmless`].
    pub harmless: u64,
}

impl Counts {
    fn add(&mut self, label: Option<Label>) {
        self.messages += 1;
        self.harmful += u64::from(label == Some(Label::Harmful));
        self.harmless += u64::from(label == Some(Label::Harmless));
    }
}

/// The number of messages by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts {
    /// Delivered as sent, perhaps with tags.
    pub allow: u64,
    /// Delivered with another text.
    pub rewrite: u64,
    /// Not delivered.
    pub deny: u64,
}

impl<'e> Counter<'e> {
    /// Creates a counter for the rules of an engine.
    pub fn new(engine: &'e Engine) -> Counter<'e> {
        let rules = engine.rules();
        Counter {
            engine,
            verdicts: Verdicts::default(),
            matched: 0,
            rules: rules.rules.iter().map(|rule| RuleCount::new(rule, rules)).collect(),
            categories: BTreeMap::new(),
            overlap: BTreeMap::new(),
            labeled: Counts::default(),
            caught: Counts::default(),
        }
    }

    /// Adds a message.
    pub fn add(&mut self, observation: &Observation, label: Option<Label>) {
        let Observation { level, matched } = observation;
        match level {
            Level::Allow => self.verdicts.allow += 1,
            Level::Rewrite => self.verdicts.rewrite += 1,
            Level::Deny => self.verdicts.deny += 1,
        }
        self.labeled.add(label);
        if observation.is_caught() {
            self.caught.add(label);
        }
        if matched.is_empty() {
            return;
        }
        self.matched += 1;
        // Sorted, so the causes of a rule are adjacent.
        let mut rules: Vec<RuleId> = matched.iter().map(|&(rule, _)| rule).collect();
        rules.dedup();
        for &(rule, cause) in matched {
            let RuleCount { entries, index, .. } = &mut self.rules[rule.0 as usize];
            if let Ok(at) = index.binary_search_by_key(&cause, |&(cause, _)| cause)
                && let (_, counts, last) = &mut entries[index[at].1]
                && std::mem::replace(last, self.matched) != self.matched
            {
                counts.add(label);
            }
        }
        for (at, &rule) in rules.iter().enumerate() {
            let count = &mut self.rules[rule.0 as usize];
            count.counts.add(label);
            count.only += u64::from(rules.len() == 1);
            for &other in &rules[at + 1..] {
                *self.overlap.entry((rule, other)).or_default() += 1;
            }
        }
        let category = |&rule: &RuleId| self.engine.rules().rule(rule).category.as_deref();
        for category in rules.iter().filter_map(category).collect::<BTreeSet<_>>() {
            self.categories.entry(category).or_default().add(label);
        }
    }

    /// Returns the counts by names. `deletions` are those of the same messages.
    pub fn stats(&self, deletions: DeletionCounts) -> Stats {
        let rules = self.engine.rules();
        let name = |rule: RuleId| rules.rule(rule).id.clone();
        let mut stats = Stats {
            verdicts: self.verdicts,
            matched: self.matched,
            rules: rules.enumerate_rules().map(|(id, rule)| self.rule(id, rule)).collect(),
            categories: self
                .categories
                .iter()
                .map(|(name, counts)| CategoryStats {
                    category: (*name).to_owned(),
                    counts: *counts,
                })
                .collect(),
            overlap: self
                .overlap
                .iter()
                .map(|(&(first, second), &messages)| {
                    let mut rules = [name(first), name(second)];
                    rules.sort_unstable();
                    Overlap { rules, messages }
                })
                .collect(),
            labels: Labels { labeled: self.labeled, caught: self.caught },
            deletions,
        };
        stats.sort();
        stats
    }

    fn rule(&self, id: RuleId, rule: &Rule) -> RuleStats {
        let RuleCount { counts, only, entries, .. } = &self.rules[id.0 as usize];
        let entries = entries.iter().map(|(name, counts, _)| (name.clone(), *counts)).collect();
        RuleStats::new(
            RuleHead {
                id: rule.id.clone(),
                action: rule.action.as_str().to_owned(),
                mode: rule.scope.mode.as_str().to_owned(),
                category: rule.category.clone(),
            },
            *counts,
            *only,
            entries,
        )
    }
}

/// All that a rule may match by.
fn causes_of(rule: &Rule, rules: &Rules) -> Vec<Cause> {
    let entries = rule.lists.iter().flat_map(|&list| {
        let entries = rules.list(list).entries.iter().enumerate();
        entries.filter(|(_, entry)| !entry.exception).map(move |(at, _)| Cause::Entry(list, at))
    });
    let patterns = (0..rule.patterns.len()).map(Cause::Pattern);
    let links = rule.links.iter().map(|_| Cause::Link);
    let limits = rule.limits.iter().map(|limit| Cause::Limit(limit.measure));
    let detect = rule.detect.iter().map(|detect| Cause::Detected(detect.detector));
    entries.chain(patterns).chain(links).chain(limits).chain(detect).collect()
}

/// What the rules do with any number of messages. Its size depends on the rules, not on the messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// The number of messages by verdict.
    pub verdicts: Verdicts,
    /// The number of messages that any rule matches.
    pub matched: u64,
    /// All rules, those that match most messages first.
    pub rules: Vec<RuleStats>,
    /// The categories of rules that match, those with most messages first.
    pub categories: Vec<CategoryStats>,
    /// The pairs of rules that match the same messages, those with most messages first.
    pub overlap: Vec<Overlap>,
    /// The messages with labels.
    pub labels: Labels,
    /// The messages that moderators deleted.
    pub deletions: DeletionCounts,
}

/// What is written of a rule in the rule folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleHead {
    /// The ID.
    pub id: String,
    /// The name of the action.
    pub action: String,
    /// `on`, `shadow` or `off`.
    pub mode: String,
    /// The category.
    pub category: Option<String>,
}

/// The counts of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleStats {
    /// The rule.
    #[serde(flatten)]
    pub head: RuleHead,
    /// The messages that it matches.
    #[serde(flatten)]
    pub counts: Counts,
    /// Those that no other rule matches.
    pub only: u64,
    /// The entries that match, those that match most messages first.
    pub entries: Vec<EntryStats>,
    /// The entries that match no message, in alphabetical order.
    pub never_matched: Vec<String>,
}

/// The counts of an entry, a pattern or another matcher of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryStats {
    /// Its text, as in [`compare::Cause`](crate::compare::Cause).
    pub entry: String,
    /// The messages that it matches.
    #[serde(flatten)]
    pub counts: Counts,
}

/// The counts of the rules of a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryStats {
    /// The category.
    pub category: String,
    /// The messages that any of its rules matches.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Messages that two rules match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// The IDs of the rules, in alphabetical order.
    pub rules: [String; 2],
    /// The number of messages.
    pub messages: u64,
}

/// The counts of messages with labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// All messages.
    pub labeled: Counts,
    /// Those that are caught.
    pub caught: Counts,
}

impl RuleStats {
    fn new(head: RuleHead, counts: Counts, only: u64, all: BTreeMap<String, Counts>) -> RuleStats {
        let (matching, never): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, counts)| counts.messages > 0);
        let mut entries: Vec<EntryStats> =
            matching.into_iter().map(|(entry, counts)| EntryStats { entry, counts }).collect();
        // Stable, so the others remain in alphabetical order.
        entries.sort_by_key(|it| std::cmp::Reverse(it.counts.messages));
        let never_matched = never.into_iter().map(|(entry, _)| entry).collect();
        RuleStats { head, counts, only, entries, never_matched }
    }
}

impl Stats {
    /// Returns the number of messages.
    pub fn messages(&self) -> u64 {
        let Verdicts { allow, rewrite, deny } = self.verdicts;
        allow + rewrite + deny
    }

    /// Returns the rules all of whose messages another rule matches too: that rule, and the other
    /// one.
    pub fn subsets(&self) -> Vec<(&str, &str)> {
        let messages: BTreeMap<&str, u64> =
            self.rules.iter().map(|it| (it.head.id.as_str(), it.counts.messages)).collect();
        let mut subsets = Vec::new();
        for Overlap { rules: [first, second], messages: both } in &self.overlap {
            for (rule, other) in [(first, second), (second, first)] {
                if messages.get(rule.as_str()) == Some(both) {
                    subsets.push((rule.as_str(), other.as_str()));
                }
            }
        }
        subsets
    }

    fn sort(&mut self) {
        let most = std::cmp::Reverse::<u64>;
        self.rules.sort_by(|a, b| {
            (most(a.counts.messages), &a.head.id).cmp(&(most(b.counts.messages), &b.head.id))
        });
        self.categories.sort_by(|a, b| {
            (most(a.counts.messages), &a.category).cmp(&(most(b.counts.messages), &b.category))
        });
        self.overlap
            .sort_by(|a, b| (most(a.messages), &a.rules).cmp(&(most(b.messages), &b.rules)));
    }
}
