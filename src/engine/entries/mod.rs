//! Entries compiled into indexes, an index for each way of folding that the entries need.
//!
//! An index finds where an entry may stand, by what its letters and their disguises have in common;
//! whether it does stand there (letters, word boundaries, endings, days) is asked afterwards, at those
//! places alone.

mod alignment;
mod boundary;
mod compile;
mod compiled;
mod exceptions;
mod index;
mod letter_class;
mod prefix_filter;
mod spaced;
mod token;
mod trie;
mod verify;
mod view;
mod walk;

use jiff::civil::Date;

pub(crate) use self::alignment::{Alignment, Appearance};
use self::compile::EntryVariant;
use self::compiled::CompiledEntry;
pub(super) use self::exceptions::Exceptions;
use self::index::{Builder, EntryIndex, FoldedMatch, squeezes};
use self::verify::{Verifier, aligned};
use self::view::FoldedView;
use crate::engine::budget::Budget;
use crate::normalize::{
    CharProps, CharSet, Disguises, Folded, Form, Graphemes, Layout, Normalized, Origins, SymbolMode,
};
use crate::rules::{ListId, Rules};
use crate::span::Span;

/// A hit of an entry or an exception, before exceptions are heard.
#[derive(Clone, Debug)]
pub(super) struct RawHit {
    pub(super) list: ListId,
    /// The number of the entry in its list.
    pub(super) entry: u32,
    pub(super) exception: bool,
    /// Which disguises were seen through; nothing if it would be a hit with either.
    pub(super) disguises: Option<Disguises>,
    /// In the original, on graphemes.
    pub(super) span: Span,
    /// Where letters stand in the original that the entry has more than once in a row, and how often
    /// it has them.
    pub(super) doubled: Vec<(Span, usize)>,
}

impl RawHit {
    /// Whether it is a hit for a rule that sees through those disguises.
    pub(super) fn applies_to(&self, disguises: Disguises) -> bool {
        self.disguises.is_none_or(|it| it == disguises)
    }
}

/// Takes the hits of a search.
pub(super) trait HitSink {
    /// Takes a hit; `alignment` tells how it was seen, to who asks.
    fn add(&mut self, hit: RawHit, alignment: impl FnOnce() -> Alignment);
}

impl HitSink for Vec<RawHit> {
    fn add(&mut self, hit: RawHit, _: impl FnOnce() -> Alignment) {
        self.push(hit);
    }
}

/// All entries of a rule set.
pub(super) struct EntryMatcher {
    /// Only those that have entries; those that read whole words stand first.
    indexes: Vec<EntryIndex>,
    /// Only to exceptions it matters which letters stand twice.
    has_exceptions: bool,
    /// The letters of phrases without what separates their words, for letters that are written one by one.
    letters: EntryIndex,
}

/// Buffers that are used again for each message.
#[derive(Default)]
pub(super) struct Buffers {
    folded: Folded,
    verifier: Verifier,
    pub(super) budget: Budget,
}

impl EntryMatcher {
    /// Compiles the entries of all lists that rules use, for the disguises that those rules see
    /// through.
    pub(super) fn compile(rules: &Rules) -> EntryMatcher {
        let mut builders = FORMS.map(|form| (form, Builder::default()));
        let mut letters = Builder::spaced();
        for (list, disguises) in uses(rules) {
            let everywhere = rules.settings.exceptions.contains(&list);
            for (number, entry) in rules.list(list).entries.iter().enumerate() {
                let disguises = if entry.plain { Disguises::None } else { disguises };
                let exception = entry.exception || everywhere;
                for (search, spaced) in
                    EntryVariant::of(list, number as u32, entry, exception, disguises)
                {
                    if let Some(spaced) = spaced {
                        letters.add(spaced, true);
                    }
                    let form = Form { disguises, layout: search.layout };
                    let mut builders = builders.iter_mut();
                    if let Some((_, builder)) = builders.find(|(it, _)| *it == form) {
                        builder.add(search, squeezes(disguises));
                    }
                }
            }
        }
        let used = builders.into_iter().filter(|(_, builder)| !builder.is_empty());
        let indexes: Vec<EntryIndex> =
            used.map(|(form, builder)| builder.build(rules, form)).collect();
        let has_exceptions = indexes.iter().any(EntryIndex::has_exceptions);
        EntryMatcher { indexes, has_exceptions, letters: letters.build(rules, SPACED_FORM) }
    }

    /// Adds every place where an entry or an exception stands. A place may be added twice.
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
        hits: &mut impl HitSink,
    ) {
        let mut seen: Option<CharSet> = None;
        let Buffers { folded, verifier, budget } = buffers;
        let graphemes = None;
        let mut find =
            Find { entries: self, rules, content, day, verifier, budget, graphemes, hits };
        // The readings in which letters are written one by one cost most, so they come last.
        let mut spaced = Vec::new();
        for index in &self.indexes {
            if seen.is_some_and(|seen| index.must_skip(seen)) {
                continue;
            }
            let normalized = Normalized::new(content, index.form, SymbolMode::Letters, folded);
            find.find_unspaced(index, &normalized);
            if index.form == SPACED_FORM && normalized.folded().may_have_spaced_letters() {
                spaced.push((index, SymbolMode::Letters));
            }
            if index.form.layout == Layout::Verbatim {
                continue;
            }
            // Where words are told apart, a mark that stands on no letter is a symbol, too.
            seen.get_or_insert(CharSet::NONE).extend(normalized.folded().symbols());
            if normalized.folded().reads_symbols() {
                let normalized =
                    Normalized::new(content, index.form, SymbolMode::Boundaries, folded);
                find.find_unspaced(index, &normalized);
                if index.form == SPACED_FORM && normalized.folded().may_have_spaced_letters() {
                    spaced.push((index, SymbolMode::Boundaries));
                }
            }
        }
        for (index, reading) in spaced {
            find.find_spaced(index, &Origins::new(content, index.form, reading));
        }
    }

    /// The heap memory of the automata and tables, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.indexes.iter().chain([&self.letters]).map(EntryIndex::memory).sum()
    }
}

/// All ways of folding, those that read whole words first.
const FORMS: [Form; 4] = [
    Form { layout: Layout::Tokenized, disguises: Disguises::Standard },
    Form { layout: Layout::Tokenized, disguises: Disguises::None },
    Form { layout: Layout::Verbatim, disguises: Disguises::Standard },
    Form { layout: Layout::Verbatim, disguises: Disguises::None },
];

/// The way of folding in which letters may stand one by one.
const SPACED_FORM: Form = Form { layout: Layout::Tokenized, disguises: Disguises::Standard };

/// The lists that rules use, with the disguises that those rules see through, each once.
fn uses(rules: &Rules) -> Vec<(ListId, Disguises)> {
    let of_rules = rules.rules.iter().flat_map(|rule| {
        let lists = rule.lists.iter().chain(&rules.settings.exceptions);
        lists.map(|&list| (list, rule.disguises))
    });
    let mut uses: Vec<_> = of_rules.collect();
    uses.sort_unstable();
    uses.dedup();
    uses
}

/// The steps of the budget for each byte of a hit that is aligned with its entry.
const ALIGN_STEPS_PER_BYTE: usize = 8;

/// A search under way.
struct Find<'f, H> {
    entries: &'f EntryMatcher,
    rules: &'f Rules,
    content: &'f str,
    day: Option<Date>,
    verifier: &'f mut Verifier,
    budget: &'f Budget,
    graphemes: Option<Graphemes>,
    hits: &'f mut H,
}

impl<H: HitSink> Find<'_, H> {
    /// Adds the entries whose letters stand find_unspaced.
    fn find_unspaced(&mut self, index: &EntryIndex, normalized: &Normalized<'_>) {
        let mut found: Vec<FoldedMatch<'_>> = Vec::new();
        let folded = normalized.folded();
        index.search(self.rules, folded, self.day, self.verifier, self.budget, &mut found);
        if found.is_empty() {
            return;
        }
        let text = FoldedView::new(folded, index.form);
        let origins: Origins = normalized.origins();
        let graphemes = self.graphemes.get_or_insert_with(|| Graphemes::new(self.content));
        for FoldedMatch { compiled, start, end, letters } in found {
            let folded = Span::new(start, end);
            let span = graphemes.widen(origins.of(folded));
            if compiled.whole_graphemes && origins.shows_more(folded, span) {
                continue;
            }
            let mut doubled = Vec::new();
            if compiled.has_doubled_letters && self.entries.has_exceptions {
                let entry = index.text(compiled);
                if self.budget.take_from_event(ALIGN_STEPS_PER_BYTE * (end - start)) {
                    let aligned = aligned(&text, compiled, entry, folded, letters);
                    doubled = doubled_letters(&text, entry, &aligned, &origins);
                } else if !compiled.exception {
                    // Doubled letters that no exception has, so that none vetoes the hit.
                    doubled.push((span, usize::MAX));
                }
            }
            self.hits.add(hit(index, compiled, span, doubled), || {
                Alignment::new(
                    letters.into(),
                    &text,
                    compiled,
                    index.text(compiled),
                    folded,
                    &origins,
                )
            });
        }
    }

    /// Adds the entries whose letters stand one by one.
    fn find_spaced(&mut self, index: &EntryIndex, origins: &Origins) {
        for row in origins.spaced_letters() {
            let text = FoldedView::spaced(row.text());
            let phrases = &self.entries.letters;
            self.budget.begin_search();
            let found = spaced::segment_spaced(&row, |letter| {
                self.budget.begin_position(row.letters_count() - letter);
                let at = row.start(letter);
                let mut tiles = Vec::new();
                for index in [index, phrases] {
                    for compiled in index.begin_with(self.rules, &text, at, self.day, self.budget) {
                        let entry = index.text(compiled);
                        let ends = self.verifier.all_ends(&text, compiled, entry, at, self.budget);
                        let ends =
                            ends.into_iter().map(|(end, is_long)| (row.letter_at(end), is_long));
                        tiles.push((compiled, ends.collect()));
                    }
                }
                tiles
            });
            self.budget.end_search();
            for (compiled, letters) in found {
                let graphemes = self.graphemes.get_or_insert_with(|| Graphemes::new(self.content));
                let span = row.origin(letters.start, letters.end);
                let hit = hit(index, compiled, graphemes.widen(span), Vec::new());
                self.hits.add(hit, || {
                    let index = if index.has(compiled) { index } else { phrases };
                    Alignment::spaced(&row, compiled, index.text(compiled), letters)
                });
            }
        }
    }
}

/// Where the letters stand in the original that an entry has more than once in a row, and how often.
fn doubled_letters(
    text: &FoldedView<'_>,
    entry: &str,
    aligned: &[(usize, usize)],
    origins: &Origins,
) -> Vec<(Span, usize)> {
    let chars: Vec<(usize, char)> = entry.char_indices().collect();
    let rows = chars.chunk_by(|a, b| a.1 == b.1);
    let rows = rows.filter(|row| row.len() > 1 && CharProps::of(row[0].1).is_letter());
    let region = |row: &[(usize, char)]| {
        let (first, last) = (row[0].0, row[row.len() - 1].0);
        let places = aligned.iter().filter(|(_, read)| (first..=last).contains(read));
        let spans = places.map(|&(at, _)| {
            let length = text.char_at(at).map_or(0, char::len_utf8);
            origins.of(Span::new(at, at + length))
        });
        Some((spans.reduce(Span::union)?, row.len()))
    };
    rows.filter_map(region).collect()
}

fn hit(
    index: &EntryIndex,
    compiled: &CompiledEntry,
    span: Span,
    doubled: Vec<(Span, usize)>,
) -> RawHit {
    let &CompiledEntry { list, entry, exception, plain, .. } = compiled;
    let disguises = (!plain).then_some(index.form.disguises);
    RawHit { list, entry, exception, disguises, span, doubled }
}
