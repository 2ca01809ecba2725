//! Entries compiled into indexes, an index for each way of folding that the entries need.
//!
//! An index finds where an entry may stand, by what its letters and their disguises have in common;
//! whether it does stand there (letters, word boundaries, endings, days) is asked afterwards, at those
//! places alone.

use std::sync::OnceLock;

use jiff::civil::Date;

use super::index::{Builder, Candidate, Index, squeezes};
use super::matcher::{Matcher, aligned};
use super::search::Search;
use super::sight::Sight;
use super::spelled;
use super::target::Target;
use super::text::Text;
use crate::charset::CharSet;
use crate::normalize::{
    Disguises, Facts, Folded, Form, Graphemes, Layout, Normalized, Origins, Reading,
};
use crate::rules::{ListId, Rules};
use crate::span::Span;

/// A hit of an entry or an exception, before exceptions are heard.
#[derive(Clone, Debug)]
pub(super) struct TermHit {
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

impl TermHit {
    /// Whether it is a hit for a rule that sees through those disguises.
    pub(super) fn serves(&self, disguises: Disguises) -> bool {
        self.disguises.is_none_or(|it| it == disguises)
    }
}

/// Takes the hits of a search.
pub(super) trait Hits {
    /// Takes a hit; `sight` tells how it was seen, to who asks.
    fn add(&mut self, hit: TermHit, sight: impl FnOnce() -> Sight);
}

impl Hits for Vec<TermHit> {
    fn add(&mut self, hit: TermHit, _: impl FnOnce() -> Sight) {
        self.push(hit);
    }
}

/// All entries of a rule set.
pub(super) struct Terms {
    /// Only those that have entries; those that read whole words stand first.
    indexes: Vec<Index>,
    /// Only to exceptions it matters which letters stand twice.
    has_exceptions: bool,
    /// The letters of phrases without what stands between the words. Made for the first message that
    /// spells something, since few ever do.
    letters: OnceLock<Index>,
}

/// Buffers that are used again for each message.
#[derive(Default)]
pub(super) struct Buffers {
    folded: Folded,
    matcher: Matcher,
    /// Whether bounds kept the last search from trying all that its text may be read as.
    pub(super) bounded: bool,
}

impl Terms {
    /// Compiles the entries of all lists that rules use, for the disguises that those rules see
    /// through.
    pub(super) fn compile(rules: &Rules) -> Terms {
        let mut builders = FORMS.map(|form| (form, Builder::default()));
        for (list, disguises) in uses(rules) {
            let everywhere = rules.settings.exceptions.contains(&list);
            for (number, entry) in rules.list(list).entries.iter().enumerate() {
                let disguises = if entry.plain { Disguises::None } else { disguises };
                let exception = entry.exception || everywhere;
                for search in Search::of(list, number as u32, entry, exception, disguises) {
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
        Terms { indexes, has_exceptions, letters: OnceLock::new() }
    }

    /// The letters of the phrases that may stand one by one.
    fn letters(&self, rules: &Rules) -> &Index {
        self.letters.get_or_init(|| {
            let mut builder = Builder::spelled();
            let standard = |&(_, disguises): &(ListId, Disguises)| disguises == SPELLED.disguises;
            let everywhere = &rules.settings.exceptions;
            let lists = uses(rules).into_iter().filter(standard).map(|(list, _)| list);
            for list in lists.filter(|list| !everywhere.contains(list)) {
                let entries = (0..).zip(&rules.list(list).entries);
                let phrases = entries.flat_map(|(at, it)| Search::of_letters(list, at, it));
                phrases.for_each(|phrase| builder.add(phrase, true));
            }
            builder.build(rules, SPELLED)
        })
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
        hits: &mut impl Hits,
    ) {
        let mut seen: Option<CharSet> = None;
        let Buffers { folded, matcher, bounded } = buffers;
        *bounded = false;
        matcher.begin(content.len());
        let graphemes = None;
        let mut find = Find { terms: self, rules, content, day, matcher, bounded, graphemes, hits };
        for index in &self.indexes {
            if seen.is_some_and(|seen| index.must_skip(seen)) {
                continue;
            }
            let normalized = Normalized::new(content, index.form, Reading::Letters, folded);
            find.entries(index, &normalized);
            if index.form.layout == Layout::Full {
                continue;
            }
            // Where words are told apart, a mark that stands on no letter is a symbol, too.
            seen.get_or_insert(CharSet::NONE).extend(normalized.folded().symbols());
            if normalized.folded().reads_symbols() {
                find.entries(index, &Normalized::new(content, index.form, Reading::Signs, folded));
            }
        }
        *bounded |= matcher.was_bounded();
    }

    /// The heap memory of the automata and tables, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.indexes.iter().chain(self.letters.get()).map(Index::memory).sum()
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

/// A search under way.
struct Find<'f, H> {
    terms: &'f Terms,
    rules: &'f Rules,
    content: &'f str,
    day: Option<Date>,
    matcher: &'f mut Matcher,
    bounded: &'f mut bool,
    graphemes: Option<Graphemes>,
    hits: &'f mut H,
}

impl<H: Hits> Find<'_, H> {
    fn entries(&mut self, index: &Index, normalized: &Normalized<'_>) {
        self.together(index, normalized);
        if normalized.folded().may_spell() && index.form == SPELLED {
            self.one_by_one(index, normalized);
        }
    }

    /// Adds the entries whose letters stand together.
    fn together(&mut self, index: &Index, normalized: &Normalized<'_>) {
        let mut found: Vec<Candidate<'_>> = Vec::new();
        let folded = normalized.folded();
        *self.bounded |= !index.search(self.rules, folded, self.day, self.matcher, &mut found);
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
                let aligned = aligned(&text, target, entry, folded, letters);
                doubles = doubled(&text, entry, &aligned, &origins);
            }
            self.hits.add(hit(index, target, span, doubles), || {
                Sight::new(letters.into(), &text, target, index.text(target), folded, &origins)
            });
        }
    }

    /// Adds the entries whose letters stand one by one.
    fn one_by_one(&mut self, index: &Index, normalized: &Normalized<'_>) {
        for spelling in normalized.origins().spellings() {
            let text = Text::spelled(spelling.text());
            let phrases = self.terms.letters(self.rules);
            let (found, is_all) = spelled::tiles(&spelling, |letter| {
                let at = spelling.start(letter);
                let mut tiles = Vec::new();
                for index in [index, phrases] {
                    for target in index.begin_with(self.rules, &text, at, self.day) {
                        let ends = self.matcher.all_ends(&text, target, index.text(target), at);
                        let ends = ends
                            .into_iter()
                            .map(|(end, is_long)| (spelling.letter_at(end), is_long));
                        tiles.push((target, ends.collect()));
                    }
                }
                tiles
            });
            *self.bounded |= !is_all;
            for (target, letters) in found {
                let graphemes = self.graphemes.get_or_insert_with(|| Graphemes::new(self.content));
                let span = spelling.origin(letters.start, letters.end);
                let hit = hit(index, target, graphemes.widen(span), Vec::new());
                self.hits.add(hit, || {
                    let index = if index.has(target) { index } else { phrases };
                    Sight::spelled(&spelling, target, index.text(target), letters)
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

fn hit(index: &Index, target: &Target, span: Span, doubles: Vec<(Span, usize)>) -> TermHit {
    let &Target { list, entry, exception, plain, .. } = target;
    let disguises = (!plain).then_some(index.form.disguises);
    TermHit { list, entry, exception, disguises, span, doubles }
}
