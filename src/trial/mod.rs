//! What rules matched while they were on trial, by the log of the handler: [`Trial`].
//!
//! A rule in shadow mode changes no message, so only the log shows what it would do. The log names
//! entries by file and line, and messages by their IDs; neither text is in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::handler_log::{Line, Match};
use crate::recording::{Duplicates, IdHash};

/// The maximum number of places, which bounds the memory for input that is not a handler log.
const MAX_PLACES: usize = 200_000;

/// A rule, and whether it was in shadow mode.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleKey {
    /// Its ID.
    pub rule: String,
    /// Whether it was in shadow mode when it matched.
    pub shadow: bool,
}

/// What a rule matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// The messages that it matched.
    pub messages: u64,
    /// By the file and line of what matched; empty if the log does not say it.
    pub places: BTreeMap<String, PlaceCount>,
}

/// What an entry, a pattern or another part of a rule matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceCount {
    /// The messages that it matched.
    pub messages: u64,
    /// The IDs of the first of them.
    pub ids: Vec<String>,
}

/// How the lines of a log are counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether active rules are counted too.
    pub all: bool,
    /// The maximum number of IDs for each place.
    pub max_ids: usize,
}

/// Counts of a log.
#[derive(Debug, Default)]
pub struct Trial {
    /// By rule.
    pub rules: BTreeMap<RuleKey, RuleCount>,
    /// The messages that were reviewed; 0 if the log has no metrics.
    pub reviewed: u64,
    /// The messages in which something was found.
    pub matched: u64,
    /// Lines about messages and metrics that were counted before.
    pub duplicates: u64,
    /// Other lines of the handler and of Lambda.
    pub others: u64,
    /// Lines that are not understood.
    pub unreadable: u64,
    /// The lines of the handler or of Lambda, including those that were not selected.
    pub recognized: u64,
    /// The matches of a rule whose place was not counted, because there are too many places.
    pub left_out: u64,
    /// The hashes of the rules.
    pub hashes: BTreeSet<String>,
    places: usize,
    seen: Duplicates,
}

impl Trial {
    /// Counts a line. `text` identifies it, so that overlapping exports do not count twice;
    /// `is_selected` decides by the room and the time.
    pub fn add(
        &mut self,
        line: &Line,
        text: &str,
        options: Options,
        is_selected: impl Fn(&Line) -> bool,
    ) {
        self.recognized += u64::from(!matches!(line, Line::Damaged | Line::Unreadable));
        match line {
            Line::Match(found) if is_selected(line) => {
                let id = found.message_id.as_deref().map_or_else(|| IdHash::of(text), IdHash::of);
                match self.seen.contains_or_insert(id) {
                    true => self.duplicates += 1,
                    false => self.add_match(found, options),
                }
            }
            Line::Metrics(metrics) if is_selected(line) => {
                match self.seen.contains_or_insert(IdHash::of(text)) {
                    true => self.duplicates += 1,
                    false => self.reviewed = self.reviewed.saturating_add(metrics.reviewed),
                }
            }
            Line::Match(_) | Line::Metrics(_) => {}
            Line::Ready { hash } => {
                self.others += 1;
                if self.hashes.len() < MAX_PLACES {
                    self.hashes.insert(hash.clone());
                }
            }
            Line::Other => self.others += 1,
            Line::Damaged | Line::Unreadable => self.unreadable += 1,
        }
    }

    fn add_match(&mut self, found: &Match, options: Options) {
        self.matched += 1;
        let active = found.rules.iter().filter(|_| options.all).map(|rule| (rule, false));
        let rules = found.shadow_rules.iter().map(|rule| (rule, true)).chain(active);
        for (rule, shadow) in rules {
            let key = RuleKey { rule: rule.clone(), shadow };
            let is_full = self.places >= MAX_PLACES;
            if is_full && !self.rules.contains_key(&key) {
                self.left_out += 1;
                continue;
            }
            let count = self.rules.entry(key).or_default();
            count.messages += 1;
            let places = found.causes.iter().filter(|(of, _)| of == rule).map(|(_, place)| place);
            let mut places: BTreeSet<&str> = places.map(String::as_str).collect();
            if places.is_empty() {
                places.insert("");
            }
            for place in places {
                let is_new = !count.places.contains_key(place);
                if is_new && is_full {
                    self.left_out += 1;
                    continue;
                }
                self.places += usize::from(is_new);
                let count = count.places.entry(place.to_owned()).or_default();
                count.messages += 1;
                if let Some(id) =
                    found.message_id.as_ref().filter(|_| count.ids.len() < options.max_ids)
                {
                    count.ids.push(id.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, rules: &str, shadow: &str, causes: &str) -> String {
        format!(
            r#"{{"timestamp":"2026-11-30T20:15:04Z","level":"INFO","message":"match","verdict":"allow","rules":"{rules}","shadow_rules":"{shadow}","causes":"{causes}","message_id":"{id}"}}"#
        )
    }

    fn trial(lines: &[String], options: Options) -> Trial {
        let mut trial = Trial::default();
        for line in lines {
            trial.add(&Line::decode(line), line, options, |_| true);
        }
        trial
    }

    #[test]
    fn messages_are_counted_by_rule_and_place() {
        let lines = [
            line("a", "", "trial", "trial:a.txt:1,trial:a.txt:2"),
            line("b", "insults", "trial", "trial:a.txt:1,insults:b.txt:1"),
            line("b", "insults", "trial", "trial:a.txt:1,insults:b.txt:1"),
            // Of a handler that did not log causes yet.
            line("c", "", "trial", ""),
            r#"{"_aws":{},"Allowed":7,"Rewritten":2,"Denied":1}"#.to_owned(),
            r#"{"level":"INFO","message":"ready","hash":"0"}"#.to_owned(),
            "what a muppet".to_owned(),
        ];
        let found = trial(&lines, Options { all: false, max_ids: 1 });
        let numbers =
            (found.reviewed, found.matched, found.duplicates, found.others, found.unreadable);
        assert_eq!(numbers, (10, 3, 1, 1, 1));
        let [(key, count)] = &found.rules.iter().collect::<Vec<_>>()[..] else { panic!() };
        assert_eq!((key.rule.as_str(), key.shadow, count.messages), ("trial", true, 3));
        let places: Vec<_> = count
            .places
            .iter()
            .map(|(place, count)| (place.as_str(), count.messages, count.ids.join(",")))
            .collect();
        let of = |place, messages, ids: &str| (place, messages, ids.to_owned());
        assert_eq!(places, [of("", 1, "c"), of("a.txt:1", 2, "a"), of("a.txt:2", 1, "a")]);

        let all = trial(&lines, Options { all: true, max_ids: 0 });
        let rules: Vec<_> =
            all.rules.iter().map(|(key, it)| (&*key.rule, key.shadow, it.messages)).collect();
        assert_eq!(rules, [("insults", false, 1), ("trial", true, 3)]);
        assert!(all.rules.values().flat_map(|it| it.places.values()).all(|it| it.ids.is_empty()));
    }
}
