//! The entries that are searched in one form of folding: [`EntryIndex`].

use std::ops::Range;

use super::alignment::Appearance;
use super::compile::EntryVariant;
use super::compiled::{CompiledEntry, GAP, Schedule};
use super::interrupted::may_be_joined;
use super::letter_class::LetterClass;
use super::prefix_filter::PrefixFilter;
use super::repetition;
use super::slips::SlipIndex;
use super::trie::{Keys, Trie};
use super::verify::{Letters, Verifier};
use super::view::FoldedView;
use super::walk::{Candidates, Symbols, TrieWalker};
use crate::engine::budget::Budget;
use crate::language::after_proclitics;
use crate::normalize::{CharProps, CharSet, Disguises, Folded, Form, Layout, leet};
use crate::rules::{Entry, Rules};

/// The maximum number of entries with the same text that are examined for an equivalent one.
const MAX_COMPARED: usize = 64;

/// Entries folded in one form. Candidates are found by their letter classes and then verified.
pub(super) struct EntryIndex {
    pub(super) form: Form,
    /// The symbols of the entries, one of which occurs in every match. Empty for
    /// [`Layout::Tokenized`].
    symbols: CharSet,
    /// The entries that must begin where a word begins.
    words: FilteredTrie,
    /// The entries that may begin anywhere.
    substrings: FilteredTrie,
    /// Whether some entries may be found interrupted.
    pub(super) may_be_interrupted: bool,
    /// Whether some of `words` may follow a proclitic.
    proclitics: bool,
    /// Whether all of `substrings` begin with a letter in any accents. Since it may be repeated, a
    /// search from the first of several equal letters is enough.
    substrings_repeat: bool,
    /// Those of `words` first, each part sorted by key.
    entries: Vec<CompiledEntry>,
    slips: SlipIndex,
    /// The texts of all entries, concatenated.
    texts: String,
}

/// The keys of some entries, as a trie with a prefix filter.
struct FilteredTrie {
    trie: Trie,
    filter: PrefixFilter,
    symbols: Symbols,
}

/// A verified match of an entry in a folded text.
pub(super) struct FoldedMatch<'i> {
    pub(super) compiled: &'i CompiledEntry,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) appearance: Appearance,
}

impl EntryIndex {
    /// Whether none of the entries can occur in a message with the symbols `seen`.
    pub(super) fn must_skip(&self, seen: CharSet) -> bool {
        self.form.layout == Layout::Verbatim && !self.symbols.may_intersect(seen)
    }

    /// Returns the text of an entry.
    pub(super) fn text(&self, compiled: &CompiledEntry) -> &str {
        let (start, length) = compiled.text;
        &self.texts[start as usize..][..length as usize]
    }

    /// Adds all matches of active entries in a folded text. The cost is one search of the budget.
    pub(super) fn search<'i>(
        &'i self,
        schedule: Schedule<'_>,
        folded: &Folded,
        view: &FoldedView<'_>,
        verifier: &mut Verifier,
        budget: &Budget,
        found: &mut Vec<FoldedMatch<'i>>,
    ) {
        let mut walk = TrieWalker::new(view, budget);
        let mut verify = |start: usize, candidates: Candidates| {
            for compiled in &self.entries[candidates.items] {
                if compiled.only_spaced || !schedule.includes(compiled) {
                    continue;
                }
                if candidates.letters == Letters::Censored && !compiled.may_be_censored() {
                    continue;
                }
                let entry = self.text(compiled);
                let letters = candidates.letters;
                let may_end = !(candidates.word_continues && compiled.must_end_word());
                let end = Some(start).filter(|_| may_end);
                let end = end
                    .and_then(|start| verifier.end(view, compiled, entry, start, letters, budget));
                if let Some(end) = end {
                    let appearance = letters.into();
                    found.push(FoldedMatch { compiled, start, end, appearance });
                } else if letters == Letters::Visible
                    && let Some(end) = repetition::end(view, compiled, entry, start)
                {
                    let appearance = Appearance::RepeatedWord;
                    found.push(FoldedMatch { compiled, start, end, appearance });
                }
            }
        };
        let bytes = view.text().as_bytes();
        let EntryIndex { words, substrings, .. } = self;
        let starts = if words.trie.is_empty() { &[] } else { folded.starts() };
        let positions_left =
            |start: usize| if substrings.trie.is_empty() { 0 } else { bytes.len() - start };
        budget.take_fold(bytes.len(), folded.slow_bytes());
        budget.begin_search();
        for (number, &start) in starts.iter().enumerate() {
            if words.filter.may_begin(bytes, start) {
                budget.begin_position(starts.len() - number + positions_left(0));
                walk.walk_from(&words.trie, words.symbols, start, &mut verify);
            }
            if self.proclitics && has_proclitics(bytes[start]) {
                for length in after_proclitics(&view.text()[start..]) {
                    let start = start + length;
                    if words.filter.may_begin(bytes, start) {
                        budget.begin_position(starts.len() - number + positions_left(0));
                        walk.walk_from(&words.trie, words.symbols, start, &mut verify);
                    }
                }
            }
        }
        if !substrings.trie.is_empty() {
            let mut last = None;
            for (start, c) in view.text().char_indices() {
                let repeats = c.is_ascii_alphabetic() && last == Some(c);
                let is_done = repeats && self.substrings_repeat;
                if !is_done && substrings.filter.may_begin(bytes, start) {
                    budget.begin_position(positions_left(start));
                    walk.walk_from(&substrings.trie, substrings.symbols, start, &mut verify);
                }
                last = Some(c);
            }
        }
        budget.end_search();
    }

    /// Adds the words of a folded text that are slips of entries.
    pub(super) fn search_slips<'i>(
        &'i self,
        schedule: Schedule<'_>,
        folded: &Folded,
        view: &FoldedView<'_>,
        found: &mut Vec<FoldedMatch<'i>>,
    ) {
        if self.slips.is_empty() {
            return;
        }
        let text = |compiled: &CompiledEntry| self.text(compiled);
        let starts = folded.starts();
        let nexts = starts.iter().skip(1).copied().chain([usize::MAX]);
        let min_length = self.slips.min_length();
        let bytes = view.text().as_bytes();
        for (&start, next) in starts.iter().zip(nexts) {
            // Most words are too short. A hashtag may have another start inside of a word.
            if next - start <= min_length && !bytes[next - 1].is_ascii_lowercase() {
                continue;
            }
            self.slips.search(&self.entries, text, view, start, |compiled, end, slip| {
                if schedule.includes(compiled) {
                    found.push(FoldedMatch { compiled, start, end, appearance: slip.into() });
                }
            });
        }
    }

    /// Whether a word entry may begin at the start of a text.
    pub(super) fn may_begin(&self, text: &str) -> bool {
        self.words.filter.may_begin(text.as_bytes(), 0)
    }

    /// Returns the entries whose keys begin at byte `at` of a joined text.
    pub(super) fn begin_with<'i>(
        &'i self,
        schedule: Schedule<'_>,
        view: &FoldedView<'_>,
        at: usize,
        budget: &Budget,
    ) -> Vec<&'i CompiledEntry> {
        let mut found = Vec::new();
        for FilteredTrie { trie, .. } in [&self.words, &self.substrings] {
            let symbols = Symbols { are_literal: true, ..Symbols::default() };
            TrieWalker::new(view, budget).walk_from(trie, symbols, at, &mut |_, candidates| {
                let entries = self.entries[candidates.items].iter();
                found.extend(entries.filter(|it| it.may_be_spaced && schedule.includes(it)));
            });
        }
        found
    }

    /// Whether the index contains exceptions.
    pub(super) fn has_exceptions(&self) -> bool {
        self.entries.iter().any(|compiled| compiled.exception)
    }

    /// Returns the heap memory, in bytes.
    pub(super) fn memory(&self) -> usize {
        let trees = [&self.words, &self.substrings];
        trees.map(|tree| tree.trie.memory() + tree.filter.memory()).iter().sum::<usize>()
            + self.entries.capacity() * size_of::<CompiledEntry>()
            + self.slips.memory()
            + self.texts.capacity()
            + self.entries.iter().map(|it| size_of_val(&*it.confusables)).sum::<usize>()
    }
}

/// An [`EntryIndex`] under construction.
#[derive(Default)]
pub(super) struct Builder {
    variants: Vec<(Range<usize>, CompiledEntry)>,
    texts: String,
    keys: Vec<u8>,
}

impl Builder {
    pub(super) fn is_empty(&self) -> bool {
        self.variants.is_empty()
    }

    pub(super) fn add(
        &mut self,
        EntryVariant { text, mut compiled, .. }: EntryVariant,
        squeezes: bool,
    ) {
        compiled.text = (self.texts.len() as u32, text.len() as u32);
        let start = self.keys.len();
        let mut last = None;
        for class in text.chars().map(LetterClass::of) {
            if !(squeezes && last == Some(class)) {
                self.keys.extend(class.key_bytes());
            }
            last = Some(class);
        }
        self.texts.push_str(&text);
        self.variants.push((start..self.keys.len(), compiled));
    }

    pub(super) fn build(mut self, rules: &Rules, form: Form) -> EntryIndex {
        let keys = std::mem::take(&mut self.keys);
        let key = |range: &Range<usize>| &keys[range.clone()];
        self.variants.sort_unstable_by(|(a, left), (b, right)| {
            let by_key = (!left.needs_word_start)
                .cmp(&!right.needs_word_start)
                .then_with(|| key(a).cmp(key(b)));
            by_key.then(a.start.cmp(&b.start))
        });
        let text = |compiled: &CompiledEntry| {
            &self.texts[compiled.text.0 as usize..][..compiled.text.1 as usize]
        };
        let mut symbols = CharSet::NONE;
        let mut sorted = Sorted { keys: &keys, ranges: Vec::with_capacity(self.variants.len()) };
        let mut entries: Vec<CompiledEntry> = Vec::with_capacity(self.variants.len());
        let mut group = 0;
        for (range, compiled) in self.variants {
            let is_same_key = entries
                .last()
                .is_some_and(|last| last.needs_word_start == compiled.needs_word_start)
                && sorted.ranges.last().is_some_and(|last| key(last) == key(&range));
            if !is_same_key {
                group = entries.len();
            }
            if form.layout == Layout::Verbatim {
                symbols.extend(symbols_of(text(&compiled)));
            }
            let same_text = |it: &&CompiledEntry| text(it) == text(&compiled);
            let mut group = entries[group..].iter().filter(same_text).take(MAX_COMPARED);
            if !group.any(|it| is_equivalent_to(rules, it, &compiled)) {
                entries.push(compiled);
                sorted.ranges.push(range);
            }
        }
        let first_substring = entries.partition_point(|compiled| compiled.needs_word_start);
        let (first, rest) = (0..first_substring, first_substring..entries.len());
        let squeezes = squeezes(form.disguises);
        let tree = |items: Range<usize>| FilteredTrie {
            filter: PrefixFilter::new(&sorted, items.clone(), squeezes),
            symbols: symbols_of_entries(form, &entries[items.clone()], text),
            trie: Trie::new(&sorted, items),
        };
        let (words, substrings) = (tree(first), tree(rest));
        let may_be_interrupted = entries.iter().any(|compiled| {
            let joined = text(compiled).chars().filter(|&c| may_be_joined(c));
            compiled.may_be_spaced && joined.take(2).count() == 2
        });
        let is_letter = |c| CharProps::of(c).is_letter();
        let substrings_repeat = squeezes
            && entries[first_substring..].iter().all(|compiled| {
                text(compiled).starts_with(is_letter) && compiled.accents().are_any()
            });
        let slips = match form {
            Form { disguises: Disguises::Standard, layout: Layout::Tokenized } => {
                SlipIndex::new(&entries, text)
            }
            _ => SlipIndex::default(),
        };
        EntryIndex {
            form,
            symbols,
            words,
            substrings,
            may_be_interrupted,
            proclitics: entries.iter().any(|compiled| compiled.takes_proclitics),
            substrings_repeat,
            entries,
            slips,
            texts: self.texts,
        }
    }
}

/// Returns what symbols in a message may be read as by these entries.
fn symbols_of_entries<'t>(
    form: Form,
    entries: &[CompiledEntry],
    text: impl Fn(&CompiledEntry) -> &'t str,
) -> Symbols {
    let mut symbols = Symbols::default();
    for compiled in entries {
        let text = text(compiled);
        symbols.are_literal |= text.contains(leet::is_leet);
        let words = form == (Form { disguises: Disguises::Standard, layout: Layout::Tokenized });
        if words && compiled.may_be_censored() {
            let length = text.chars().count();
            let repeated = text.chars().map(LetterClass::of).collect::<Vec<_>>();
            let repeated = repeated.windows(2).filter(|pair| pair[0] == pair[1]).count();
            symbols.longest_censored = symbols.longest_censored.max(length);
            symbols.most_repeated = symbols.most_repeated.max(repeated);
            symbols.censored_begin_with_symbol |= text
                .split(GAP)
                .any(|word| word.starts_with(|c: char| c.is_ascii_digit() || leet::is_leet(c)));
        }
    }
    symbols
}

/// Whether a word of which this is the first byte may begin with a proclitic: a letter of Hebrew or
/// Arabic in UTF-8.
fn has_proclitics(byte: u8) -> bool {
    matches!(byte, 0xD7..=0xDB)
}

struct Sorted<'k> {
    keys: &'k [u8],
    ranges: Vec<Range<usize>>,
}

impl Keys for Sorted<'_> {
    fn key(&self, item: usize) -> &[u8] {
        &self.keys[self.ranges[item].clone()]
    }
}

/// Whether two entries of the same text always match together, on the same days. Without this check
/// a duplicate line would match twice.
fn is_equivalent_to(rules: &Rules, a: &CompiledEntry, b: &CompiledEntry) -> bool {
    let entry = |compiled: &CompiledEntry| -> &Entry { rules.entry(compiled.list, compiled.entry) };
    a.is_equivalent_to(b) && entry(a).has_same_days(entry(b))
}

/// Returns the symbols of an entry, one of which occurs in every match.
fn symbols_of(text: &str) -> CharSet {
    let chars = || text.split(GAP).flat_map(str::chars);
    let (mut symbols, mut marks) = (CharSet::NONE, CharSet::NONE);
    chars().filter(|&c| !CharProps::of(c).is_word()).for_each(|c| symbols.add(c));
    chars().for_each(|c| marks.add(c));
    // A combining mark without a base letter is a symbol in a message.
    if symbols == CharSet::NONE { marks } else { symbols }
}

/// Whether a message may repeat the letters of an entry.
pub(super) fn squeezes(disguises: Disguises) -> bool {
    disguises == Disguises::Standard
}
