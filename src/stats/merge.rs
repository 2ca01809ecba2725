//! Adds the counts of parts of a recording: [`Stats::merge`].

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::{CategoryStats, Counts, DeletionCounts, Labels, Overlap, RuleStats, Stats, Verdicts};

/// The counts are those of different rules, so they cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DifferentRules;

impl std::fmt::Display for DifferentRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("made with different rules")
    }
}

impl std::error::Error for DifferentRules {}

impl Stats {
    /// Adds the counts of another part. The result does not depend on the order or number of parts.
    ///
    /// A deleted message counts as found if it is in the same part as its deletion.
    ///
    /// # Errors
    /// If the rules or their entries differ.
    pub fn merge(&mut self, other: Stats) -> Result<(), DifferentRules> {
        let others = other.rules.into_iter().map(|rule| (rule.head.id.clone(), rule));
        let mut others: BTreeMap<String, RuleStats> = others.collect();
        for rule in &mut self.rules {
            let other = others.remove(&rule.head.id).ok_or(DifferentRules)?;
            rule.merge(other)?;
        }
        if !others.is_empty() {
            return Err(DifferentRules);
        }
        self.verdicts += other.verdicts;
        self.matched += other.matched;
        let categories = self.categories.drain(..).chain(other.categories);
        let categories = categories.map(|it| (it.category, it.counts));
        let categories = sums(categories).into_iter();
        self.categories =
            categories.map(|(category, counts)| CategoryStats { category, counts }).collect();
        let overlap = self.overlap.drain(..).chain(other.overlap);
        let overlap = sums(overlap.map(|it| (it.rules, it.messages))).into_iter();
        self.overlap = overlap.map(|(rules, messages)| Overlap { rules, messages }).collect();
        self.labels += other.labels;
        self.deletions += other.deletions;
        self.sort();
        Ok(())
    }
}

impl RuleStats {
    fn merge(&mut self, other: RuleStats) -> Result<(), DifferentRules> {
        let mut entries = self.all_entries();
        let others = other.all_entries();
        if self.head != other.head || entries.keys().ne(others.keys()) {
            return Err(DifferentRules);
        }
        // With the same keys in the same order.
        for (counts, (_, others)) in entries.values_mut().zip(others) {
            *counts += others;
        }
        let mut counts = self.counts;
        counts += other.counts;
        *self = RuleStats::new(self.head.clone(), counts, self.only + other.only, entries);
        Ok(())
    }

    fn all_entries(&self) -> BTreeMap<String, Counts> {
        let never = self.never_matched.iter().map(|entry| (entry.clone(), Counts::default()));
        self.entries.iter().map(|it| (it.entry.clone(), it.counts)).chain(never).collect()
    }
}

fn sums<K: Ord, V: Default + AddAssign>(all: impl Iterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut sums: BTreeMap<K, V> = BTreeMap::new();
    for (key, value) in all {
        *sums.entry(key).or_default() += value;
    }
    sums
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.messages += other.messages;
        self.harmful += other.harmful;
        self.harmless += other.harmless;
    }
}

impl AddAssign for Verdicts {
    fn add_assign(&mut self, other: Verdicts) {
        self.allow += other.allow;
        self.rewrite += other.rewrite;
        self.deny += other.deny;
    }
}

impl AddAssign for Labels {
    fn add_assign(&mut self, other: Labels) {
        self.labeled += other.labeled;
        self.caught += other.caught;
    }
}

impl AddAssign for DeletionCounts {
    fn add_assign(&mut self, other: DeletionCounts) {
        self.deleted += other.deleted;
        self.found += other.found;
        self.caught += other.caught;
    }
}
