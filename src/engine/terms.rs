//! Entries compiled into automata, an automaton for each way of folding that the entries need.
//!
//! An automaton finds where an entry's characters stand; whether the entry may stand there (word
//! boundaries, endings, days) is asked afterwards, at those places alone.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use jiff::civil::Date;

use super::boundary;
use crate::charset::CharSet;
use crate::normalize::{Disguises, Facts, Form, Graphemes, Layout, MAX_SEPARATOR, Normalized};
use crate::rules::{ENDINGS, End, Entry, ListId, Rules, Start};
use crate::span::Span;

/// Entries with the same characters among which an equal one is looked for.
const MAX_COMPARED: usize = 64;

/// Entries of this many letters may follow an elision.
const MIN_ELIDABLE: usize = 4;

/// A hit of an entry or an exception, before exceptions are heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct TermHit {
    pub(super) list: ListId,
    /// The number of the entry in its list.
    pub(super) entry: u32,
    pub(super) exception: bool,
    /// In the original, on graphemes.
    pub(super) span: Span,
}

/// All entries of a rule set.
pub(super) struct Terms {
    /// Only those that have entries; those that read whole words stand first.
    indexes: Vec<Index>,
}

/// The entries that one way of folding serves.
struct Index {
    form: Form,
    /// The symbols in the entries; an entry needs one of them. Empty for [`Layout::Words`].
    symbols: CharSet,
    automaton: AhoCorasick,
    /// What each pattern of the automaton stands for: `targets[ends[p - 1]..ends[p]]`.
    targets: Vec<Target>,
    /// The first is the [`spacer`], which stands for nothing.
    ends: Vec<u32>,
}

/// An entry and what must hold where its characters were found.
struct Target {
    list: ListId,
    entry: u32,
    exception: bool,
    dated: bool,
    /// It begins with a letter, digit or mark, and a word must begin there.
    opens: bool,
    /// It may follow an elision.
    elidable: bool,
    end: End,
    /// It ends with a letter, digit or mark.
    ends_in_word: bool,
    /// An edge is a symbol, so that half a grapheme is no hit.
    whole_graphemes: bool,
    /// The further words of a phrase that has symbols; others are searched as a whole.
    tail: Box<[Box<str>]>,
}

struct Candidate {
    target: u32,
    start: usize,
    end: usize,
}

/// Buffers that are used again for each message.
#[derive(Default)]
pub(super) struct Buffers {
    folded: String,
    candidates: Vec<Candidate>,
}

impl Terms {
    /// Compiles the entries of all lists.
    pub(super) fn compile(rules: &Rules) -> Terms {
        let mut builders: HashMap<(Layout, Disguises), Builder> = HashMap::new();
        for (id, list) in rules.numbered_lists() {
            for (number, entry) in list.entries.iter().enumerate() {
                let (form, key, target) = target(id, number as u32, entry);
                builders.entry((form.layout, form.disguises)).or_default().add(rules, key, target);
            }
        }
        let mut indexes = Vec::new();
        for layout in [Layout::Words, Layout::Full] {
            for disguises in [Disguises::Standard, Disguises::None] {
                let form = Form { disguises, layout };
                if let Some(builder) = builders.remove(&(layout, disguises)) {
                    indexes.push(builder.build(form));
                }
            }
        }
        Terms { indexes }
    }

    /// Adds every place where an entry or an exception stands.
    ///
    /// Takes time linear in the content. What a place in it may cost depends on the rules: the
    /// entries that end there are each of another length or of another list, or phrases with
    /// symbols that begin with the same word.
    pub(super) fn find(
        &self,
        rules: &Rules,
        content: &str,
        day: Option<Date>,
        buffers: &mut Buffers,
        hits: &mut Vec<TermHit>,
    ) {
        let mut seen: Option<CharSet> = None;
        let mut graphemes = None;
        for index in &self.indexes {
            if seen.is_some_and(|seen| index.must_skip(seen)) {
                continue;
            }
            let normalized = Normalized::new(content, index.form, &mut buffers.folded);
            seen = Some(normalized.symbols());
            let candidates = &mut buffers.candidates;
            candidates.clear();
            index.search(rules, normalized.text(), day, candidates);
            if candidates.is_empty() {
                continue;
            }
            let origins = normalized.origins();
            let graphemes = graphemes.get_or_insert_with(|| Graphemes::new(content));
            for candidate in candidates {
                let target = &index.targets[candidate.target as usize];
                let folded = Span::new(candidate.start, candidate.end);
                let span = graphemes.widen(origins.of(folded));
                if target.whole_graphemes && origins.shows_more(folded, span) {
                    continue;
                }
                let &Target { list, entry, exception, .. } = target;
                hits.push(TermHit { list, entry, exception, span });
            }
        }
    }

    /// The heap memory of the automata and tables, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.indexes.iter().map(Index::memory).sum()
    }
}

impl Index {
    /// Whether a message with those symbols cannot have any of the entries.
    fn must_skip(&self, seen: CharSet) -> bool {
        self.form.layout == Layout::Full && !self.symbols.may_share(seen)
    }

    fn search(&self, rules: &Rules, text: &str, day: Option<Date>, found: &mut Vec<Candidate>) {
        for hit in self.automaton.find_overlapping_iter(text) {
            for number in self.targets_of(hit.pattern().as_usize()) {
                let target = &self.targets[number as usize];
                let Some(end) = target.accepts(text, hit.start(), hit.end()) else { continue };
                if target.dated && !rules.entry(target.list, target.entry).works_on(day) {
                    continue;
                }
                found.push(Candidate { target: number, start: hit.start(), end });
            }
        }
    }

    fn targets_of(&self, pattern: usize) -> std::ops::Range<u32> {
        let start = pattern.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[pattern]
    }

    fn memory(&self) -> usize {
        let tails = self.targets.iter().flat_map(|target| &target.tail).map(|word| word.len() + 16);
        self.automaton.memory_usage()
            + self.targets.len() * size_of::<Target>()
            + self.ends.len() * size_of::<u32>()
            + tails.sum::<usize>()
    }
}

impl Target {
    /// Whether the two hit at the same places and do the same there.
    fn does_as(&self, other: &Target) -> bool {
        self.list == other.list
            && self.exception == other.exception
            && self.opens == other.opens
            && self.end == other.end
            && self.tail == other.tail
    }

    /// Where the hit ends, if the entry may stand at those bytes.
    fn accepts(&self, text: &str, start: usize, end: usize) -> Option<usize> {
        if self.opens && !boundary::opens(text, start, self.elidable) {
            return None;
        }
        if self.tail.is_empty() {
            return self.accepts_end(text, end);
        }
        let mut ends = vec![end];
        for word in &self.tail {
            let mut next: Vec<usize> =
                ends.iter().flat_map(|&end| word_after(text, end, word)).collect();
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        ends.into_iter().find_map(|end| self.accepts_end(text, end))
    }

    fn accepts_end(&self, text: &str, end: usize) -> Option<usize> {
        if !self.ends_in_word {
            // With a mark on it, it is another symbol.
            let marked = text[end..].chars().next().is_some_and(|c| Facts::of(c).is_mark());
            return (!marked).then_some(end);
        }
        if self.end == End::Anywhere || boundary::closes(text, end) {
            return Some(end);
        }
        if self.end == End::Ending {
            let endings = ENDINGS.iter().filter(|ending| text[end..].starts_with(*ending));
            return endings
                .map(|ending| end + ending.len())
                .find(|&end| boundary::closes(text, end));
        }
        None
    }
}

/// The ends of `word` where it stands behind a separator that begins at byte `at`.
fn word_after(text: &str, at: usize, word: &str) -> impl Iterator<Item = usize> {
    let is_word = |c: char| Facts::of(c).is_word();
    let before = text[..at].chars().next_back().is_some_and(is_word);
    let marked = text[at..].chars().next().is_some_and(|c| Facts::of(c).is_mark());
    let sound = if before { boundary::closes(text, at) } else { !marked };
    let first_is_word = word.chars().next().is_some_and(is_word);
    let separator = |c: char| {
        let facts = Facts::of(c);
        !facts.is_break() && (!facts.is_word() || facts.is_mark())
    };
    let starts = text[at..]
        .char_indices()
        .take(MAX_SEPARATOR as usize)
        .take_while(move |&(_, c)| sound && separator(c))
        .map(move |(offset, c)| at + offset + c.len_utf8());
    starts
        .filter(move |&start| text[start..].starts_with(word))
        .filter(move |&start| !first_is_word || boundary::opens(text, start, false))
        .map(move |start| start + word.len())
}

/// How an entry is folded, the text to search for, and the rest of it.
fn target(list: ListId, number: u32, entry: &Entry) -> (Form, String, Target) {
    let disguises = if entry.plain { Disguises::None } else { Disguises::Standard };
    let (layout, words) = folded_words(entry, disguises);
    let starts_in_word = words.first().is_some_and(|word| word.starts_with(is_base));
    let ends_in_word = words
        .last()
        .is_some_and(|word| word.trim_end_matches(|c| Facts::of(c).is_mark()).ends_with(is_base));
    let letters = words.iter().flat_map(|word| word.chars()).filter(|&c| Facts::of(c).is_letter());
    let elidable = letters.count() >= MIN_ELIDABLE;
    let mut words = words.into_iter();
    let key = words.next().unwrap_or_default();
    let tail = words.map(String::into_boxed_str).collect();
    let target = Target {
        list,
        entry: number,
        exception: entry.exception,
        dated: entry.from.is_some() || entry.until.is_some(),
        opens: starts_in_word && entry.start == Start::Word,
        elidable,
        end: entry.end,
        ends_in_word,
        whole_graphemes: !(starts_in_word && ends_in_word),
        tail,
    };
    (Form { disguises, layout }, key, target)
}

/// The layout in which an entry is searched, and its words: all as one text if no symbol is among
/// them, else one by one.
fn folded_words(entry: &Entry, disguises: Disguises) -> (Layout, Vec<String>) {
    let mut whole = String::new();
    let form = Form { disguises, layout: Layout::Words };
    let symbols = Normalized::new(&entry.text, form, &mut whole).symbols();
    let mut space = CharSet::NONE;
    space.add(' ');
    if space.holds(symbols) {
        return (Layout::Words, vec![whole]);
    }
    // Told apart before they are folded: an accent by itself folds to one behind a space.
    let fold = |word: &str| {
        let mut folded = String::new();
        Normalized::new(word, Form { disguises, layout: Layout::Full }, &mut folded);
        folded
    };
    let words = entry.text.split_whitespace().map(fold).filter(|word| !word.is_empty());
    let words: Vec<String> = words.collect();
    if words.join(" ") == whole { (Layout::Words, vec![whole]) } else { (Layout::Full, words) }
}

/// A letter or digit. A mark on one is part of the word; by itself it is a symbol.
fn is_base(c: char) -> bool {
    Facts::of(c).is_word() && !Facts::of(c).is_mark()
}

/// An [`Index`] under construction: entries with the same characters share a pattern.
#[derive(Default)]
struct Builder {
    keys: Vec<String>,
    targets: Vec<Vec<Target>>,
    numbers: HashMap<String, usize>,
}

impl Builder {
    fn add(&mut self, rules: &Rules, key: String, target: Target) {
        match self.numbers.get(&key) {
            Some(&number) => {
                // A line that stands there twice would be hit twice.
                let group = &mut self.targets[number];
                let entry = |target: &Target| rules.entry(target.list, target.entry);
                let same =
                    |it: &&Target| it.does_as(&target) && entry(it).same_days(entry(&target));
                if group.iter().take(MAX_COMPARED).find(same).is_none() {
                    group.push(target);
                }
            }
            None => {
                self.numbers.insert(key.clone(), self.keys.len());
                self.keys.push(key);
                self.targets.push(vec![target]);
            }
        }
    }

    fn build(self, form: Form) -> Index {
        let mut symbols = CharSet::NONE;
        if form.layout == Layout::Full {
            for (key, targets) in self.keys.iter().zip(&self.targets) {
                for target in targets {
                    symbols.extend(symbols_of(key, &target.tail));
                }
            }
        }
        let mut ends = Vec::with_capacity(self.keys.len() + 1);
        let mut targets = Vec::with_capacity(self.keys.len());
        let patterns = [spacer(self.keys.len())].into_iter().chain(self.keys);
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            // A DFA searches faster, and takes ten times as long to build; a function starts more
            // often than it gets enough messages to make up for that.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            // Chat begins too many words with the letters that entries begin with.
            .prefilter(false)
            .build(patterns)
            .expect("the size of a rule folder keeps the automaton far below its 2 billion states");
        ends.push(0);
        for group in self.targets {
            targets.extend(group);
            ends.push(targets.len() as u32);
        }
        Index { form, symbols, automaton, targets, ends }
    }
}

/// The symbols that a message needs for an entry to stand in it.
fn symbols_of(key: &str, tail: &[Box<str>]) -> CharSet {
    let mut symbols = CharSet::NONE;
    let chars = tail.iter().flat_map(|word| word.chars()).chain(key.chars());
    for c in chars.filter(|&c| !Facts::of(c).is_word()) {
        symbols.add(c);
    }
    if symbols == CharSet::NONE {
        // A mark by itself, which can only stand behind a space.
        symbols.add(' ');
    }
    symbols
}

/// A pattern that is put before all others for the sake of the states it makes.
///
/// To move match states to the front, `aho-corasick` 1.1 follows the cycles of a permutation, once
/// for each of their states. If the states of an automaton nearly all match, as those of the
/// entries `w1`, `w2`, … `w100000`, there is one cycle, and building takes minutes. States in front
/// that do not match cut it into as many pieces.
fn spacer(keys: usize) -> String {
    const MOST: usize = 8 << 10;
    "\n".repeat((keys / 64).clamp(1, MOST))
}
