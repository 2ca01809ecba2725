//! The entries that are searched in one form of folding: [`EntryIndex`].

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::alignment::Appearance;
use super::compile::EntryVariant;
use super::compiled::{CompiledEntry, GAP, Schedule};
use super::flat::BodyBuilder;
use super::interrupted::may_be_joined;
use super::letter_class::LetterClass;
use super::prefix_filter::{PrefixFilter, PrefixFilterParts};
use super::records::{Entries, EntriesParts, Record};
use super::repetition;
use super::slips::{SlipBuilder, SlipIndex, SlipParts};
use super::trie::{Keys, Trie, TrieParts};
use super::verify::{Letters, Verifier};
use super::view::FoldedView;
use super::walk::{Candidates, Symbols, TrieWalker};
use crate::engine::budget::Budget;
use crate::language::after_proclitics;
use crate::normalize::{CharProps, CharSet, Disguises, Folded, Form, Layout, leet};

/// The maximum number of entries with the same text that are examined for an equivalent one.
const MAX_COMPARED: usize = 64;

/// Entries folded in one form. Candidates are found by their letter classes and then verified.
#[derive(Clone, Copy)]
pub(super) struct EntryIndex<'d> {
    pub(super) parts: &'d IndexParts,
    /// The entries that must begin where a word begins.
    words: FilteredTrie<'d>,
    /// The entries that may begin anywhere.
    substrings: FilteredTrie<'d>,
    /// Those of `words` first, each part sorted by key.
    entries: Entries<'d>,
    slips: SlipIndex<'d>,
}

/// What an [`EntryIndex`] has besides its tables, and where these are in a body.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IndexParts {
    pub(super) form: Form,
    /// The symbols of the entries, one of which occurs in every match. `None` for
    /// [`Layout::Tokenized`], or if an entry has none.
    symbols: Option<CharSet>,
    words: FilteredTrieParts,
    substrings: FilteredTrieParts,
    /// Whether some entries may be found interrupted.
    pub(super) may_be_interrupted: bool,
    /// Whether some of `words` may follow a proclitic.
    proclitics: bool,
    /// Whether all of `substrings` begin with a letter in any accents. Since it may be repeated, a
    /// search from the first of several equal letters is enough.
    substrings_repeat: bool,
    /// Whether there are exceptions.
    pub(super) has_exceptions: bool,
    entries: EntriesParts,
    slips: SlipParts,
}

/// The keys of some entries, as a trie with a prefix filter.
#[derive(Clone, Copy)]
struct FilteredTrie<'d> {
    trie: Trie<'d>,
    filter: PrefixFilter<'d>,
    symbols: Symbols,
}

#[derive(Debug, Serialize, Deserialize)]
struct FilteredTrieParts {
    trie: TrieParts,
    filter: PrefixFilterParts,
    symbols: Symbols,
}

impl FilteredTrieParts {
    fn of<'d>(&'d self, body: &'d [u8]) -> FilteredTrie<'d> {
        let FilteredTrieParts { trie, filter, symbols } = self;
        FilteredTrie { trie: trie.of(body), filter: filter.of(body), symbols: *symbols }
    }
}

impl IndexParts {
    /// Returns the index, whose tables are in `body`.
    pub(super) fn of<'d>(&'d self, body: &'d [u8]) -> EntryIndex<'d> {
        EntryIndex {
            parts: self,
            words: self.words.of(body),
            substrings: self.substrings.of(body),
            entries: self.entries.of(body),
            slips: self.slips.of(body),
        }
    }

    /// Adds what is not stored. Returns `None` if a body of this length does not contain all tables.
    pub(super) fn prepared(mut self, length: usize) -> Option<IndexParts> {
        self.slips.prepare();
        let IndexParts { words, substrings, entries, slips, .. } = &self;
        let tries = [words, substrings];
        let tries =
            tries.into_iter().flat_map(|it| it.trie.all().into_iter().chain([it.filter.part()]));
        let mut parts = tries.chain(entries.all()).chain(slips.all());
        let is_inside = parts.all(|part| part.is_inside(length));
        drop(parts);
        is_inside.then_some(self)
    }

    /// Whether none of the entries can occur in a message with the symbols `seen`.
    pub(super) fn must_skip(&self, seen: CharSet) -> bool {
        self.symbols.is_some_and(|symbols| !symbols.may_intersect(seen))
    }
}

/// A verified match of an entry in a folded text.
pub(super) struct FoldedMatch<'i> {
    pub(super) compiled: CompiledEntry<'i>,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) appearance: Appearance,
}

impl<'d> EntryIndex<'d> {
    /// Adds all matches of active entries in a folded text. The cost is one search of the budget.
    pub(super) fn search(
        &self,
        schedule: Schedule,
        folded: &Folded,
        view: &FoldedView<'_>,
        verifier: &mut Verifier,
        budget: &Budget,
        found: &mut Vec<FoldedMatch<'d>>,
    ) {
        let mut walk = TrieWalker::new(view, budget);
        let mut verify = |start: usize, candidates: Candidates| {
            for compiled in self.entries.with_key(candidates.first) {
                if compiled.only_spaced || !schedule.includes(&compiled) {
                    continue;
                }
                if candidates.letters == Letters::Censored && !compiled.may_be_censored() {
                    continue;
                }
                let entry = compiled.text;
                let letters = candidates.letters;
                let may_end = !(candidates.word_continues && compiled.must_end_word());
                let end = Some(start).filter(|_| may_end);
                let end = end
                    .and_then(|start| verifier.end(view, &compiled, entry, start, letters, budget));
                if let Some(end) = end {
                    let appearance = letters.into();
                    found.push(FoldedMatch { compiled, start, end, appearance });
                } else if letters == Letters::Visible
                    && let Some(end) = repetition::end(view, &compiled, entry, start)
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
            if words.filter.may_begin(view.text(), start) {
                budget.begin_position(starts.len() - number + positions_left(0));
                walk.walk_from(&words.trie, words.symbols, start, &mut verify);
            }
            if self.parts.proclitics && has_proclitics(bytes[start]) {
                for length in after_proclitics(&view.text()[start..]) {
                    let start = start + length;
                    if words.filter.may_begin(view.text(), start) {
                        budget.begin_position(starts.len() - number + positions_left(0));
                        walk.walk_from(&words.trie, words.symbols, start, &mut verify);
                    }
                }
            }
        }
        if !substrings.trie.is_empty() {
            let mut next = 0;
            while let Some(start) = substrings.filter.next(bytes, next) {
                next = start + 1;
                let is_letter = bytes[start].is_ascii_alphabetic();
                let repeats = is_letter && bytes[..start].last() == Some(&bytes[start]);
                if !(repeats && self.parts.substrings_repeat)
                    && view.text().is_char_boundary(start)
                    && substrings.filter.may_begin_with(view.text(), start)
                {
                    budget.begin_position(positions_left(start));
                    walk.walk_from(&substrings.trie, substrings.symbols, start, &mut verify);
                }
            }
        }
        budget.end_search();
    }

    /// Adds the words of a folded text that are slips of entries.
    pub(super) fn search_slips(
        &self,
        schedule: Schedule,
        folded: &Folded,
        view: &FoldedView<'_>,
        found: &mut Vec<FoldedMatch<'d>>,
    ) {
        if self.parts.slips.is_empty() {
            return;
        }
        let starts = folded.starts();
        let nexts = starts.iter().skip(1).copied().chain([usize::MAX]);
        let min_length = self.slips.min_length();
        let bytes = view.text().as_bytes();
        for (&start, next) in starts.iter().zip(nexts) {
            // Most words are too short. A hashtag may have another start inside of a word, and some
            // starts are not in order.
            let length = next.checked_sub(start).filter(|&length| length > 0);
            let is_short = length.is_some_and(|length| length <= min_length);
            if is_short && !bytes[next - 1].is_ascii_lowercase() {
                continue;
            }
            self.slips.search(self.entries, view, start, |compiled, end, slip| {
                if schedule.includes(&compiled) {
                    found.push(FoldedMatch { compiled, start, end, appearance: slip.into() });
                }
            });
        }
    }

    /// All entries and exceptions.
    pub(super) fn entries(self) -> impl Iterator<Item = CompiledEntry<'d>> {
        self.entries.iter().map(|(_, compiled)| compiled)
    }

    /// Whether a word entry may begin at the start of a text.
    pub(super) fn may_begin(&self, text: &str) -> bool {
        self.words.filter.may_begin(text, 0)
    }

    /// Returns the entries whose keys begin at byte `at` of a joined text.
    pub(super) fn begin_with(
        &self,
        schedule: Schedule,
        view: &FoldedView<'_>,
        at: usize,
        budget: &Budget,
    ) -> Vec<CompiledEntry<'d>> {
        let mut found = Vec::new();
        for FilteredTrie { trie, .. } in [&self.words, &self.substrings] {
            let symbols = Symbols { are_literal: true, ..Symbols::default() };
            TrieWalker::new(view, budget).walk_from(trie, symbols, at, &mut |_, candidates| {
                let entries = self.entries.with_key(candidates.first);
                found.extend(entries.filter(|it| it.may_be_spaced && schedule.includes(it)));
            });
        }
        found
    }
}

/// The entries of an index that are not written yet.
#[derive(Default)]
pub(super) struct Builder {
    variants: Vec<Variant>,
    texts: String,
    keys: Vec<u8>,
}

/// An [`EntryVariant`] with its text and key among those of the others.
struct Variant {
    key: (u32, u32),
    text: (u32, u32),
    compiled: CompiledEntry<'static>,
    /// Few entries have confusables or marks.
    extra: Option<Box<Extra>>,
}

#[derive(PartialEq, Eq)]
struct Extra {
    confusables: Vec<usize>,
    marks: Vec<(usize, char)>,
}

impl Builder {
    pub(super) fn is_empty(&self) -> bool {
        self.variants.is_empty()
    }

    pub(super) fn add(&mut self, variant: EntryVariant, squeezes: bool) {
        let EntryVariant { text, compiled, confusables, marks, .. } = variant;
        let key = self.keys.len() as u32;
        let mut last = None;
        for class in text.chars().map(LetterClass::of) {
            if !(squeezes && last == Some(class)) {
                self.keys.extend(class.key_bytes());
            }
            last = Some(class);
        }
        let extra = Extra { confusables, marks };
        let has_extra = !(extra.confusables.is_empty() && extra.marks.is_empty());
        self.variants.push(Variant {
            key: (key, self.keys.len() as u32 - key),
            text: (self.texts.len() as u32, text.len() as u32),
            compiled,
            extra: has_extra.then(|| Box::new(extra)),
        });
        self.texts.push_str(&text);
    }

    fn key(&self, variant: &Variant) -> &[u8] {
        &self.keys[variant.key.0 as usize..][..variant.key.1 as usize]
    }

    fn text(&self, variant: &Variant) -> &str {
        &self.texts[variant.text.0 as usize..][..variant.text.1 as usize]
    }

    /// Sorts the variants by key, those that must begin where a word begins first.
    fn sort(&mut self) {
        let mut variants = std::mem::take(&mut self.variants);
        variants.sort_unstable_by(|a, b| {
            let by_key = (!a.compiled.needs_word_start)
                .cmp(&!b.compiled.needs_word_start)
                .then_with(|| self.key(a).cmp(self.key(b)));
            by_key.then(a.key.0.cmp(&b.key.0))
        });
        self.variants = variants;
    }

    /// Returns the sorted variants without those that match like another one. Without this a
    /// duplicate line would match twice.
    fn without_equivalent(&self) -> Vec<&Variant> {
        let mut kept: Vec<&Variant> = Vec::with_capacity(self.variants.len());
        let mut group = 0;
        for variant in &self.variants {
            let is_same_key = kept.last().is_some_and(|last| {
                last.compiled.needs_word_start == variant.compiled.needs_word_start
                    && self.key(last) == self.key(variant)
            });
            if !is_same_key {
                group = kept.len();
            }
            let same_text = |it: &&&Variant| self.text(it) == self.text(variant);
            let mut group = kept[group..].iter().filter(same_text).take(MAX_COMPARED);
            let is_equivalent = |it: &&Variant| {
                it.compiled.is_equivalent_to(&variant.compiled) && it.extra == variant.extra
            };
            if !group.any(is_equivalent) {
                kept.push(variant);
            }
        }
        kept
    }

    /// Writes the index into a body.
    pub(super) fn build(mut self, form: Form, body: &mut BodyBuilder) -> IndexParts {
        self.sort();
        let kept = self.without_equivalent();
        let sorted = Sorted { builder: &self, variants: &kept };
        let first_substring = kept.partition_point(|variant| variant.compiled.needs_word_start);
        let (first, rest) = (0..first_substring, first_substring..kept.len());
        let shares_key = |item: usize| {
            let next = item + 1;
            next < kept.len() && next != first_substring && sorted.key(item) == sorted.key(next)
        };
        let (entries_parts, positions) = Entries::build(
            kept.iter().enumerate().map(|(item, variant)| Record {
                text: self.text(variant),
                compiled: variant.compiled,
                confusables: variant.extra.as_ref().map_or(&[], |extra| &extra.confusables),
                marks: variant.extra.as_ref().map_or(&[], |extra| &extra.marks),
                shares_key: shares_key(item),
            }),
            body,
        );
        let squeezes = squeezes(form.disguises);
        let is_words = form == (Form { disguises: Disguises::Standard, layout: Layout::Tokenized });

        let entries = entries_parts.of(body.bytes());
        let mut symbols = (form.layout == Layout::Verbatim).then_some(CharSet::NONE);
        let (mut word_symbols, mut substring_symbols) = <(Symbols, Symbols)>::default();
        let (mut may_be_interrupted, mut proclitics, mut has_exceptions) = (false, false, false);
        let mut substrings_repeat = squeezes;
        let is_letter = |c| CharProps::of(c).is_letter();
        for (item, (_, compiled)) in entries.iter().enumerate() {
            symbols = symbols.zip(symbols_of(compiled.text)).map(|(mut all, of_entry)| {
                all.extend(of_entry);
                all
            });
            if item < first_substring {
                add_symbols(&mut word_symbols, is_words, &compiled);
            } else {
                add_symbols(&mut substring_symbols, is_words, &compiled);
                substrings_repeat &=
                    compiled.text.starts_with(is_letter) && compiled.accents().are_any();
            }
            let joined = || compiled.text.chars().filter(|&c| may_be_joined(c)).take(2).count();
            may_be_interrupted |= compiled.may_be_spaced && joined() == 2;
            proclitics |= compiled.takes_proclitics;
            has_exceptions |= compiled.exception;
        }
        let slips = if is_words { SlipBuilder::new(entries) } else { SlipBuilder::default() };

        let mut tree = |items: Range<usize>, symbols| FilteredTrieParts {
            filter: PrefixFilter::build(&sorted, items.clone(), squeezes, body),
            trie: Trie::build(&sorted, items, &positions, body),
            symbols,
        };
        IndexParts {
            form,
            symbols,
            words: tree(first, word_symbols),
            substrings: tree(rest, substring_symbols),
            may_be_interrupted,
            proclitics,
            substrings_repeat,
            has_exceptions,
            entries: entries_parts,
            slips: slips.build(body),
        }
    }
}

/// Adds what symbols in a message may be read as by an entry.
fn add_symbols(symbols: &mut Symbols, may_be_censored: bool, compiled: &CompiledEntry<'_>) {
    let text = compiled.text;
    symbols.are_literal |= text.contains(leet::is_leet);
    if !(may_be_censored && compiled.may_be_censored()) {
        return;
    }
    let mut last = None;
    let (mut length, mut repeated) = (0, 0);
    for class in text.chars().map(LetterClass::of) {
        length += 1;
        repeated += usize::from(last == Some(class));
        last = Some(class);
    }
    symbols.longest_censored = symbols.longest_censored.max(length);
    symbols.most_repeated = symbols.most_repeated.max(repeated);
    symbols.censored_begin_with_symbol |= text
        .split(GAP)
        .any(|word| word.starts_with(|c: char| c.is_ascii_digit() || leet::is_leet(c)));
}

/// Whether a word of which this is the first byte may begin with a proclitic: a letter of Hebrew or
/// Arabic in UTF-8.
fn has_proclitics(byte: u8) -> bool {
    matches!(byte, 0xD7..=0xDB)
}

struct Sorted<'b> {
    builder: &'b Builder,
    variants: &'b [&'b Variant],
}

impl Keys for Sorted<'_> {
    fn key(&self, item: usize) -> &[u8] {
        self.builder.key(self.variants[item])
    }
}

/// Returns the symbols of an entry, one of which occurs in every match. `None` if it has none, but only
/// combining marks without a base.
fn symbols_of(text: &str) -> Option<CharSet> {
    let mut symbols = CharSet::NONE;
    let chars = text.split(GAP).flat_map(str::chars);
    chars.filter(|&c| !CharProps::of(c).is_word()).for_each(|c| symbols.add(c));
    (symbols != CharSet::NONE).then_some(symbols)
}

/// Whether a message may repeat the letters of an entry.
pub(super) fn squeezes(disguises: Disguises) -> bool {
    disguises == Disguises::Standard
}
