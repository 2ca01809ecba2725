//! The entries that one way of folding applies_to: [`EntryIndex`].

use std::ops::Range;

use jiff::civil::Date;

use super::compile::EntryVariant;
use super::compiled::{CompiledEntry, GAP};
use super::letter_class::LetterClass;
use super::prefix_filter::PrefixFilter;
use super::trie::{Keys, Trie};
use super::verify::{Letters, Verifier};
use super::view::FoldedView;
use super::walk::{Candidates, Symbols, TrieWalker};
use crate::engine::budget::Budget;
use crate::normalize::{CharProps, CharSet, Disguises, Folded, Form, Layout, leet};
use crate::rules::{Entry, Rules};

/// Entries with the same text among which an equal one is looked for.
const MAX_COMPARED: usize = 64;

/// Entries folded in one way: found by the codes of their letters, and then compared.
pub(super) struct EntryIndex {
    pub(super) form: Form,
    /// The symbols in the entries; an entry needs one of them. Empty for [`Layout::Tokenized`].
    symbols: CharSet,
    /// The entries that stand where a word begins.
    words: Tree,
    /// The entries that stand anywhere.
    parts: Tree,
    /// Those begin with letters, which may repeat, so that none needs to be looked for behind the first
    /// of several equal letters.
    parts_repeat: bool,
    /// Sorted by their keys, those of `words` first.
    entries: Vec<CompiledEntry>,
    /// The texts of all compiled, one behind the other.
    texts: String,
}

/// The keys of some entries.
struct Tree {
    trie: Trie,
    filter: PrefixFilter,
    symbols: Symbols,
}

/// Where an entry stands in a folded text.
pub(super) struct FoldedMatch<'i> {
    pub(super) compiled: &'i CompiledEntry,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) letters: Letters,
}

impl EntryIndex {
    /// Whether a message with those symbols cannot have any of the entries.
    pub(super) fn must_skip(&self, seen: CharSet) -> bool {
        self.form.layout == Layout::Verbatim && !self.symbols.may_intersect(seen)
    }

    /// The text of an entry.
    pub(super) fn text(&self, compiled: &CompiledEntry) -> &str {
        let (start, length) = compiled.text;
        &self.texts[start as usize..][..length as usize]
    }

    /// Whether the entry is one of these.
    pub(super) fn has(&self, compiled: &CompiledEntry) -> bool {
        self.entries.as_ptr_range().contains(&std::ptr::from_ref(compiled))
    }

    /// Adds the entries that stand in a folded text where they may, of those that work on that day. Takes
    /// what that costs from a search of the budget.
    pub(super) fn search<'i>(
        &'i self,
        rules: &'i Rules,
        folded: &Folded,
        day: Option<Date>,
        verifier: &mut Verifier,
        budget: &Budget,
        found: &mut Vec<FoldedMatch<'i>>,
    ) {
        let text = FoldedView::new(folded, self.form);
        let mut walk = TrieWalker::new(&text, budget);
        let mut verify = |start: usize, candidates: Candidates| {
            for compiled in &self.entries[candidates.items] {
                if candidates.goes_on && compiled.must_end_word() {
                    continue;
                }
                if compiled.dated && !rules.entry(compiled.list, compiled.entry).is_active_on(day) {
                    continue;
                }
                if candidates.letters == Letters::Censored && !compiled.may_be_censored() {
                    continue;
                }
                let entry = self.text(compiled);
                if let Some(end) =
                    verifier.end(&text, compiled, entry, start, candidates.letters, budget)
                {
                    let letters = candidates.letters;
                    found.push(FoldedMatch { compiled, start, end, letters });
                }
            }
        };
        let bytes = text.text().as_bytes();
        let EntryIndex { words, parts, .. } = self;
        let starts = if words.trie.is_empty() { &[] } else { folded.starts() };
        let bytes_left = |start: usize| if parts.trie.is_empty() { 0 } else { bytes.len() - start };
        budget.take_fold(bytes.len(), folded.slow_bytes());
        budget.begin_search();
        for (number, &start) in starts.iter().enumerate() {
            if words.filter.may_begin(bytes, start) {
                budget.begin_position(starts.len() - number + bytes_left(0));
                walk.from(&words.trie, words.symbols, start, &mut verify);
            }
        }
        if !parts.trie.is_empty() {
            let mut last = None;
            for (start, c) in text.text().char_indices() {
                let repeats = c.is_ascii_alphabetic() && last == Some(c);
                let is_done = repeats && self.parts_repeat;
                if !is_done && parts.filter.may_begin(bytes, start) {
                    budget.begin_position(bytes_left(start));
                    walk.from(&parts.trie, parts.symbols, start, &mut verify);
                }
                last = Some(c);
            }
        }
        budget.end_search();
    }

    /// The entries whose letters may be some of a row that begin with the one at byte `at`.
    pub(super) fn begin_with<'i>(
        &'i self,
        rules: &'i Rules,
        letters: &FoldedView<'_>,
        at: usize,
        day: Option<Date>,
        budget: &Budget,
    ) -> Vec<&'i CompiledEntry> {
        let mut found = Vec::new();
        for Tree { trie, .. } in [&self.words, &self.parts] {
            let symbols = Symbols { are_literal: true, ..Symbols::default() };
            TrieWalker::new(letters, budget).from(trie, symbols, at, &mut |_, candidates| {
                let compiled =
                    self.entries[candidates.items].iter().filter(|compiled| compiled.may_be_spaced);
                found.extend(compiled.filter(|compiled| {
                    !compiled.dated || rules.entry(compiled.list, compiled.entry).is_active_on(day)
                }));
            });
        }
        found
    }

    /// Whether some of its entries are exceptions.
    pub(super) fn has_exceptions(&self) -> bool {
        self.entries.iter().any(|compiled| compiled.exception)
    }

    /// The heap memory, in bytes.
    pub(super) fn memory(&self) -> usize {
        let trees = [&self.words, &self.parts];
        trees.map(|tree| tree.trie.memory() + tree.filter.memory()).iter().sum::<usize>()
            + self.entries.capacity() * size_of::<CompiledEntry>()
            + self.texts.capacity()
            + self.entries.iter().map(|it| size_of_val(&*it.confusables)).sum::<usize>()
    }
}

/// An [`EntryIndex`] under construction.
#[derive(Default)]
pub(super) struct Builder {
    searches: Vec<(Range<usize>, CompiledEntry)>,
    texts: String,
    keys: Vec<u8>,
    /// Of letters that stand one by one, without what stands between the words.
    spaced: bool,
}

impl Builder {
    /// Of entries whose letters stand one by one.
    pub(super) fn spaced() -> Builder {
        Builder { spaced: true, ..Builder::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.searches.is_empty()
    }

    pub(super) fn add(
        &mut self,
        EntryVariant { text, mut compiled, .. }: EntryVariant,
        squeezes: bool,
    ) {
        compiled.text = (self.texts.len() as u32, text.len() as u32);
        let start = self.keys.len();
        let mut last = None;
        let spaced = self.spaced;
        let chars = text.chars().filter(|&c| !(spaced && matches!(c, GAP | '\'')));
        for class in chars.map(LetterClass::of) {
            if !(squeezes && last == Some(class)) {
                self.keys.extend(class.key_bytes());
            }
            last = Some(class);
        }
        self.texts.push_str(&text);
        self.searches.push((start..self.keys.len(), compiled));
    }

    pub(super) fn build(mut self, rules: &Rules, form: Form) -> EntryIndex {
        let keys = std::mem::take(&mut self.keys);
        let key = |range: &Range<usize>| &keys[range.clone()];
        self.searches.sort_unstable_by(|(a, left), (b, right)| {
            let by_key = (!left.needs_word_start)
                .cmp(&!right.needs_word_start)
                .then_with(|| key(a).cmp(key(b)));
            by_key.then(a.start.cmp(&b.start))
        });
        let text = |compiled: &CompiledEntry| {
            &self.texts[compiled.text.0 as usize..][..compiled.text.1 as usize]
        };
        let mut symbols = CharSet::NONE;
        let mut sorted = Sorted { keys: &keys, ranges: Vec::with_capacity(self.searches.len()) };
        let mut entries: Vec<CompiledEntry> = Vec::with_capacity(self.searches.len());
        let mut group = 0;
        for (range, compiled) in self.searches {
            let goes_on = entries
                .last()
                .is_some_and(|last| last.needs_word_start == compiled.needs_word_start)
                && sorted.ranges.last().is_some_and(|last| key(last) == key(&range));
            if !goes_on {
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
        let anywhere = entries.partition_point(|compiled| compiled.needs_word_start);
        let (first, rest) = (0..anywhere, anywhere..entries.len());
        let squeezes = squeezes(form.disguises);
        let tree = |items: Range<usize>| Tree {
            filter: PrefixFilter::new(&sorted, items.clone(), squeezes),
            symbols: symbols_of_entries(form, &entries[items.clone()], text),
            trie: Trie::new(&sorted, items),
        };
        let (words, parts) = (tree(first), tree(rest));
        let is_letter = |c| CharProps::of(c).is_letter();
        let parts_repeat = squeezes
            && entries[anywhere..].iter().all(|compiled| text(compiled).starts_with(is_letter));
        EntryIndex { form, symbols, words, parts, parts_repeat, entries, texts: self.texts }
    }
}

/// What symbols in a message may be to these entries.
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
            symbols.longest_hidden = symbols.longest_hidden.max(length);
            symbols.most_repeated = symbols.most_repeated.max(repeated);
            symbols.begin_hidden |= text
                .split(GAP)
                .any(|word| word.starts_with(|c: char| c.is_ascii_digit() || leet::is_leet(c)));
        }
    }
    symbols
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

/// Whether two entries of the same text do the same on the same days: a line that stands there twice would
/// be hit twice.
fn is_equivalent_to(rules: &Rules, a: &CompiledEntry, b: &CompiledEntry) -> bool {
    let entry = |compiled: &CompiledEntry| -> &Entry { rules.entry(compiled.list, compiled.entry) };
    a.is_equivalent_to(b) && entry(a).has_same_days(entry(b))
}

/// The symbols that a message needs for an entry to stand in it.
fn symbols_of(text: &str) -> CharSet {
    let chars = || text.split(GAP).flat_map(str::chars);
    let (mut symbols, mut marks) = (CharSet::NONE, CharSet::NONE);
    chars().filter(|&c| !CharProps::of(c).is_word()).for_each(|c| symbols.add(c));
    chars().for_each(|c| marks.add(c));
    // A mark by itself stands on no letter, and so is a symbol in a message.
    if symbols == CharSet::NONE { marks } else { symbols }
}

/// Whether a message may repeat the letters of entries.
pub(super) fn squeezes(disguises: Disguises) -> bool {
    disguises == Disguises::Standard
}
