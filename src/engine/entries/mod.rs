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
mod prefix_filter;
mod spaced;
mod symbol;
mod token;
mod trie;
mod verify;
mod view;
mod walk;

use jiff::civil::Date;

pub(crate) use self::alignment::{Alignment, Appearance};
use self::compile::Search;
use self::compiled::Target;
pub(super) use self::exceptions::Exceptions;
use self::index::{Builder, Candidate, Index, squeezes};
use self::verify::{Matcher, aligned};
use self::view::Text;
use crate::engine::budget::Budget;
use crate::normalize::{
    CharSet, Disguises, Facts, Folded, Form, Graphemes, Layout, Normalized, Origins, Reading,
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
    pub(super) doubles: Vec<(Span, usize)>,
}

impl RawHit {
    /// Whether it is a hit for a rule that sees through those disguises.
    pub(super) fn serves(&self, disguises: Disguises) -> bool {
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
pub(super) struct Terms {
    /// Only those that have entries; those that read whole words stand first.
    indexes: Vec<Index>,
    /// Only to exceptions it matters which letters stand twice.
    has_exceptions: bool,
    /// The letters of phrases without what separates their words, for letters that are written one by one.
    letters: Index,
}

/// Buffers that are used again for each message.
#[derive(Default)]
pub(super) struct Buffers {
    folded: Folded,
    matcher: Matcher,
    pub(super) budget: Budget,
}

impl Terms {
    /// Compiles the entries of all lists that rules use, for the disguises that those rules see
    /// through.
    pub(super) fn compile(rules: &Rules) -> Terms {
        let mut builders = FORMS.map(|form| (form, Builder::default()));
        let mut letters = Builder::spelled();
        for (list, disguises) in uses(rules) {
            let everywhere = rules.settings.exceptions.contains(&list);
            for (number, entry) in rules.list(list).entries.iter().enumerate() {
                let disguises = if entry.plain { Disguises::None } else { disguises };
                let exception = entry.exception || everywhere;
                for (search, spelled) in
                    Search::of(list, number as u32, entry, exception, disguises)
                {
                    if let Some(spelled) = spelled {
                        letters.add(spelled, true);
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
        let indexes: Vec<Index> = used.map(|(form, builder)| builder.build(rules, form)).collect();
        let has_exceptions = indexes.iter().any(Index::has_exceptions);
        Terms { indexes, has_exceptions, letters: letters.build(rules, SPELLED) }
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
        let Buffers { folded, matcher, budget } = buffers;
        let graphemes = None;
        let mut find = Find { terms: self, rules, content, day, matcher, budget, graphemes, hits };
        // The readings in which letters are written one by one cost most, so they come last.
        let mut spelled = Vec::new();
        for index in &self.indexes {
            if seen.is_some_and(|seen| index.must_skip(seen)) {
                continue;
            }
            let normalized = Normalized::new(content, index.form, Reading::Letters, folded);
            find.together(index, &normalized);
            if index.form == SPELLED && normalized.folded().may_spell() {
                spelled.push((index, Reading::Letters));
            }
            if index.form.layout == Layout::Full {
                continue;
            }
            // Where words are told apart, a mark that stands on no letter is a symbol, too.
            seen.get_or_insert(CharSet::NONE).extend(normalized.folded().symbols());
            if normalized.folded().reads_symbols() {
                let normalized = Normalized::new(content, index.form, Reading::Signs, folded);
                find.together(index, &normalized);
                if index.form == SPELLED && normalized.folded().may_spell() {
                    spelled.push((index, Reading::Signs));
                }
            }
        }
        for (index, reading) in spelled {
            find.one_by_one(index, &Origins::new(content, index.form, reading));
        }
    }

    /// The heap memory of the automata and tables, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.indexes.iter().chain([&self.letters]).map(Index::memory).sum()
    }
}

/// All ways of folding, those that read whole words first.
const FORMS: [Form; 4] = [
    Form { layout: Layout::Words, disguises: Disguises::Standard },
    Form { layout: Layout::Words, disguises: Disguises::None },
    Form { layout: Layout::Full, disguises: Disguises::Standard },
    Form { layout: Layout::Full, disguises: Disguises::None },
];

/// The way of folding in which letters may stand one by one.
const SPELLED: Form = Form { layout: Layout::Words, disguises: Disguises::Standard };

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
const STEPS_TO_ALIGN: usize = 8;

/// A search under way.
struct Find<'f, H> {
    terms: &'f Terms,
    rules: &'f Rules,
    content: &'f str,
    day: Option<Date>,
    matcher: &'f mut Matcher,
    budget: &'f Budget,
    graphemes: Option<Graphemes>,
    hits: &'f mut H,
}

impl<H: HitSink> Find<'_, H> {
    /// Adds the entries whose letters stand together.
    fn together(&mut self, index: &Index, normalized: &Normalized<'_>) {
        let mut found: Vec<Candidate<'_>> = Vec::new();
        let folded = normalized.folded();
        index.search(self.rules, folded, self.day, self.matcher, self.budget, &mut found);
        if found.is_empty() {
            return;
        }
        let text = Text::new(folded, index.form);
        let origins: Origins = normalized.origins();
        let graphemes = self.graphemes.get_or_insert_with(|| Graphemes::new(self.content));
        for Candidate { target, start, end, letters } in found {
            let folded = Span::new(start, end);
            let span = graphemes.widen(origins.of(folded));
            if target.whole_graphemes && origins.shows_more(folded, span) {
                continue;
            }
            let mut doubles = Vec::new();
            if target.doubles && self.terms.has_exceptions {
                let entry = index.text(target);
                if self.budget.take_of_event(STEPS_TO_ALIGN * (end - start)) {
                    let aligned = aligned(&text, target, entry, folded, letters);
                    doubles = doubled(&text, entry, &aligned, &origins);
                } else if !target.exception {
                    // Doubled letters that no exception has, so that none vetoes the hit.
                    doubles.push((span, usize::MAX));
                }
            }
            self.hits.add(hit(index, target, span, doubles), || {
                Alignment::new(letters.into(), &text, target, index.text(target), folded, &origins)
            });
        }
    }

    /// Adds the entries whose letters stand one by one.
    fn one_by_one(&mut self, index: &Index, origins: &Origins) {
        for spelling in origins.spellings() {
            let text = Text::spelled(spelling.text());
            let phrases = &self.terms.letters;
            self.budget.begin_search();
            let found = spaced::tiles(&spelling, |letter| {
                self.budget.begin_place(spelling.letters_count() - letter);
                let at = spelling.start(letter);
                let mut tiles = Vec::new();
                for index in [index, phrases] {
                    for target in index.begin_with(self.rules, &text, at, self.day, self.budget) {
                        let entry = index.text(target);
                        let ends = self.matcher.all_ends(&text, target, entry, at, self.budget);
                        let ends = ends
                            .into_iter()
                            .map(|(end, is_long)| (spelling.letter_at(end), is_long));
                        tiles.push((target, ends.collect()));
                    }
                }
                tiles
            });
            self.budget.end_search();
            for (target, letters) in found {
                let graphemes = self.graphemes.get_or_insert_with(|| Graphemes::new(self.content));
                let span = spelling.origin(letters.start, letters.end);
                let hit = hit(index, target, graphemes.widen(span), Vec::new());
                self.hits.add(hit, || {
                    let index = if index.has(target) { index } else { phrases };
                    Alignment::spelled(&spelling, target, index.text(target), letters)
                });
            }
        }
    }
}

/// Where the letters stand in the original that an entry has more than once in a row, and how often.
fn doubled(
    text: &Text<'_>,
    entry: &str,
    aligned: &[(usize, usize)],
    origins: &Origins,
) -> Vec<(Span, usize)> {
    let chars: Vec<(usize, char)> = entry.char_indices().collect();
    let rows = chars.chunk_by(|a, b| a.1 == b.1);
    let rows = rows.filter(|row| row.len() > 1 && Facts::of(row[0].1).is_letter());
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

fn hit(index: &Index, target: &Target, span: Span, doubles: Vec<(Span, usize)>) -> RawHit {
    let &Target { list, entry, exception, plain, .. } = target;
    let disguises = (!plain).then_some(index.form.disguises);
    RawHit { list, entry, exception, disguises, span, doubles }
}
