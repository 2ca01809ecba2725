//! Entries compiled into automata, an automaton for each way of folding that the entries need.
//!
//! An automaton finds where an entry's characters stand; whether the entry may stand there (word
//! boundaries, repeated letters, endings, days) is asked afterwards, at those places alone.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::index::{Builder, Index};
use super::spelled;
use super::target::{Search, Target};
use crate::charset::CharSet;
use crate::normalize::{Disguises, Folded, Form, Graphemes, Layout, Normalized, Origins, Reading};
use crate::rules::{ListId, Rules};
use crate::span::Span;

/// A hit of an entry or an exception, before exceptions are heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct TermHit {
    pub(super) list: ListId,
    /// The number of the entry in its list.
    pub(super) entry: u32,
    pub(super) exception: bool,
    /// Which disguises were seen through; nothing if it would be a hit with either.
    pub(super) disguises: Option<Disguises>,
    /// In the original, on graphemes.
    pub(super) span: Span,
}

impl TermHit {
    /// Whether it is a hit for a rule that sees through those disguises.
    pub(super) fn serves(&self, disguises: Disguises) -> bool {
        self.disguises.is_none_or(|it| it == disguises)
    }
}

/// All entries of a rule set.
pub(super) struct Terms {
    /// Only those that have entries; those that read whole words stand first.
    indexes: Vec<Index>,
}

/// Buffers that are used again for each message.
#[derive(Default)]
pub(super) struct Buffers {
    folded: Folded,
}

impl Terms {
    /// Compiles the entries of all lists that rules use, for the disguises that those rules see
    /// through.
    pub(super) fn compile(rules: &Rules) -> Terms {
        let mut uses: BTreeSet<(ListId, Disguises)> = BTreeSet::new();
        for rule in &rules.rules {
            uses.extend(rule.lists.iter().map(|&list| (list, rule.disguises)));
        }
        let seen_through: BTreeSet<Disguises> = uses.iter().map(|&(_, it)| it).collect();
        for &list in &rules.settings.exceptions {
            uses.extend(seen_through.iter().map(|&disguises| (list, disguises)));
        }
        let mut builders: HashMap<Form, Builder> = HashMap::new();
        for (list, disguises) in uses {
            let everywhere = rules.settings.exceptions.contains(&list);
            for (number, entry) in rules.list(list).entries.iter().enumerate() {
                let disguises = if entry.plain { Disguises::None } else { disguises };
                let exception = entry.exception || everywhere;
                for search in Search::all(list, number as u32, entry, exception, disguises) {
                    let form = Form { disguises, layout: search.layout };
                    builders.entry(form).or_default().add(rules, search);
                }
            }
        }
        let mut indexes = Vec::new();
        for layout in [Layout::Words, Layout::Full] {
            for disguises in [Disguises::Standard, Disguises::None] {
                let form = Form { disguises, layout };
                indexes.extend(builders.remove(&form).map(|builder| builder.build(form)));
            }
        }
        Terms { indexes }
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
        hits: &mut Vec<TermHit>,
    ) {
        let mut seen: Option<CharSet> = None;
        let mut find = Find { rules, content, day, graphemes: None, hits };
        for index in &self.indexes {
            if seen.is_some_and(|seen| index.must_skip(seen)) {
                continue;
            }
            let buffer = &mut buffers.folded;
            let normalized = Normalized::new(content, index.form, Reading::Letters, buffer);
            seen = Some(normalized.folded().symbols());
            find.together(index, &normalized);
            if normalized.folded().may_spell() {
                find.one_by_one(index, &normalized);
            }
            if normalized.folded().reads_symbols() && index.form.layout == Layout::Words {
                find.together(index, &Normalized::new(content, index.form, Reading::Signs, buffer));
            }
        }
    }

    /// The heap memory of the automata and tables, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.indexes.iter().map(Index::memory).sum()
    }
}

/// A search under way.
struct Find<'f> {
    rules: &'f Rules,
    content: &'f str,
    day: Option<Date>,
    graphemes: Option<Graphemes>,
    hits: &'f mut Vec<TermHit>,
}

impl Find<'_> {
    /// Adds the entries whose letters stand together.
    fn together(&mut self, index: &Index, normalized: &Normalized<'_>) {
        let mut origins: Option<Origins> = None;
        for found in index.search(self.rules, normalized.folded(), self.day) {
            let origins = origins.get_or_insert_with(|| normalized.origins());
            let graphemes = self.graphemes.get_or_insert_with(|| Graphemes::new(self.content));
            let folded = Span::new(found.start, found.end);
            let span = graphemes.widen(origins.of(folded));
            if !(found.target.whole_graphemes && origins.shows_more(folded, span)) {
                self.hits.push(hit(index, found.target, span));
            }
        }
    }

    /// Adds the entries whose letters stand one by one.
    fn one_by_one(&mut self, index: &Index, normalized: &Normalized<'_>) {
        for spelling in normalized.origins().spellings() {
            let text = spelling.text().text();
            let candidates = index.candidates(self.rules, text, self.day);
            for (target, letters) in spelled::tiles(&spelling, candidates) {
                let graphemes = self.graphemes.get_or_insert_with(|| Graphemes::new(self.content));
                let span = spelling.origin(letters.start, letters.end);
                self.hits.push(hit(index, target, graphemes.widen(span)));
            }
        }
    }
}

fn hit(index: &Index, target: &Target, span: Span) -> TermHit {
    let &Target { list, entry, exception, plain, .. } = target;
    let disguises = (!plain).then_some(index.form.disguises);
    TermHit { list, entry, exception, disguises, span }
}
