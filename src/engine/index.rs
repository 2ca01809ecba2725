//! The entries that one way of folding serves, in one automaton: [`Index`].

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use jiff::civil::Date;

use super::search::Search;
use super::spacer::spacer;
use super::target::{Target, Word};
use crate::charset::CharSet;
use crate::normalize::{Facts, Folded, Form, Layout};
use crate::rules::{Entry, Rules};

/// Entries with the same characters among which an equal one is looked for.
const MAX_COMPARED: usize = 64;

pub(super) struct Index {
    pub(super) form: Form,
    /// The symbols in the entries; an entry needs one of them. Empty for [`Layout::Words`].
    symbols: CharSet,
    automaton: AhoCorasick,
    /// What each pattern of the automaton stands for: `targets[ends[p - 1]..ends[p]]`.
    targets: Vec<Target>,
    /// The first is the [`spacer`], which stands for nothing.
    ends: Vec<u32>,
}

/// Where the characters of an entry stand.
pub(super) struct Candidate<'i> {
    pub(super) target: &'i Target,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Index {
    /// Whether a message with those symbols cannot have any of the entries.
    pub(super) fn must_skip(&self, seen: CharSet) -> bool {
        self.form.layout == Layout::Full && !self.symbols.may_share(seen)
    }

    /// Where the characters of entries stand in a folded text, of entries that work on that day.
    pub(super) fn candidates<'i>(
        &'i self,
        rules: &'i Rules,
        text: &'i str,
        day: Option<Date>,
    ) -> impl Iterator<Item = Candidate<'i>> {
        let works = move |target: &&Target| {
            !target.dated || rules.entry(target.list, target.entry).works_on(day)
        };
        self.automaton.find_overlapping_iter(text).flat_map(move |found| {
            let targets = self.targets_of(found.pattern().as_usize()).iter().filter(works);
            let (start, end) = (found.start(), found.end());
            targets.map(move |target| Candidate { target, start, end })
        })
    }

    /// The entries that stand in a folded text where they may.
    pub(super) fn search<'i>(
        &'i self,
        rules: &'i Rules,
        folded: &'i Folded,
        day: Option<Date>,
    ) -> impl Iterator<Item = Candidate<'i>> {
        self.candidates(rules, folded.squeezed().text(), day).filter_map(move |it| {
            let end = it.target.accepts(folded, it.start, it.end)?;
            Some(Candidate { end, ..it })
        })
    }

    fn targets_of(&self, pattern: usize) -> &[Target] {
        let start = pattern.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.targets[start as usize..self.ends[pattern] as usize]
    }

    /// The heap memory of the automaton and the tables, in bytes.
    pub(super) fn memory(&self) -> usize {
        let of_target = |target: &Target| -> usize {
            let tail = target.tail.iter().map(|word| word.memory() + size_of::<Word>());
            target.needs.memory() + tail.sum::<usize>()
        };
        self.automaton.memory_usage()
            + self.targets.len() * size_of::<Target>()
            + self.ends.len() * size_of::<u32>()
            + self.targets.iter().map(of_target).sum::<usize>()
    }
}

/// An [`Index`] under construction.
#[derive(Default)]
pub(super) struct Builder {
    searches: Vec<(String, Target)>,
}

impl Builder {
    pub(super) fn is_empty(&self) -> bool {
        self.searches.is_empty()
    }

    pub(super) fn add(&mut self, Search { key, target, .. }: Search) {
        self.searches.push((key, target));
    }

    pub(super) fn build(mut self, rules: &Rules, form: Form) -> Index {
        // The last first, since `aho-corasick` puts each new branch of its trie in order among those
        // that are there, and begins with the first.
        self.searches.sort_by(|(a, _), (b, _)| b.cmp(a));
        let mut symbols = CharSet::NONE;
        let mut keys: Vec<String> = Vec::with_capacity(self.searches.len() + 1);
        let mut targets: Vec<Target> = Vec::with_capacity(self.searches.len());
        let mut ends = Vec::with_capacity(self.searches.len() + 1);
        keys.push(spacer(self.searches.len()));
        ends.push(0);
        for (key, target) in self.searches {
            if form.layout == Layout::Full {
                symbols.extend(symbols_of(&key, &target.tail));
            }
            if keys.last() != Some(&key) {
                keys.push(key);
                ends.push(targets.len() as u32);
            }
            let group = &targets[ends[ends.len() - 2] as usize..];
            if !is_in(rules, group, &target) {
                targets.push(target);
            }
            if let Some(end) = ends.last_mut() {
                *end = targets.len() as u32;
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            // A DFA searches faster, and takes ten times as long to build; a function starts more
            // often than it gets enough messages to make up for that.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            // Chat begins too many words with the letters that entries begin with.
            .prefilter(false)
            .build(keys)
            .expect("the size of a rule folder keeps the automaton far below its 2 billion states");
        Index { form, symbols, automaton, targets, ends }
    }
}

/// Whether one of the entries does the same on the same days: a line that stands there twice would
/// be hit twice.
fn is_in(rules: &Rules, group: &[Target], target: &Target) -> bool {
    let entry = |target: &Target| -> &Entry { rules.entry(target.list, target.entry) };
    let same = |it: &Target| it.does_as(target) && entry(it).same_days(entry(target));
    group.iter().take(MAX_COMPARED).any(same)
}

/// The symbols that a message needs for an entry to stand in it.
fn symbols_of(key: &str, tail: &[Word]) -> CharSet {
    let chars = || tail.iter().flat_map(|word| word.text.chars()).chain(key.chars());
    let (mut symbols, mut marks) = (CharSet::NONE, CharSet::NONE);
    chars().filter(|&c| !Facts::of(c).is_word()).for_each(|c| symbols.add(c));
    chars().for_each(|c| marks.add(c));
    // A mark by itself stands on no letter, and so is a symbol in a message.
    if symbols == CharSet::NONE { marks } else { symbols }
}
