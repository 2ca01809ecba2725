//! Finds entries and exceptions: [`EntryMatcher`].
//!
//! Each form of folding that the entries need has an index. A search has three stages:
//!
//! 1. The index finds candidates: the entries whose letter classes occur at a position of the
//!    folded text.
//! 2. The verifier compares each candidate letter by letter, with word boundaries, endings and
//!    dates.
//! 3. What it accepts is mapped to the original text and widened to whole graphemes.

mod accents;
mod alignment;
mod boundary;
mod common_words;
mod compile;
mod compiled;
mod cover;
mod emphasis;
mod exceptions;
mod flat;
mod holes;
mod index;
mod interrupted;
mod kana;
mod letter_class;
mod prefix_filter;
mod records;
mod repetition;
mod slips;
mod spaced;
mod split;
mod token;
mod trie;
mod verify;
mod view;
mod walk;

use jiff::civil::Date;

pub(crate) use self::accents::required_marks;
pub(crate) use self::alignment::{Alignment, Appearance};
use self::compile::EntryVariant;
use self::compiled::{CompiledEntry, MIN_LENIENT, Schedule};
use self::cover::WordAround;
pub(super) use self::exceptions::Exceptions;
use self::flat::BodyBuilder;
pub(crate) use self::index::IndexParts;
use self::index::{Builder, EntryIndex, FoldedMatch, squeezes};
use self::interrupted::Interrupted;
use self::split::SplitWords;
use self::verify::{Verifier, aligned};
use self::view::FoldedView;
use crate::engine::budget::Budget;
use crate::language::{LONGEST_HARMLESS, is_harmless_word};
use crate::normalize::{
    CharProps, CharSet, Disguises, Folded, Form, Graphemes, Layout, Normalized, Origins, Reading,
    STOP, SymbolMode, is_nonspacing,
};
use crate::rules::{ListId, Rules};
use crate::span::Span;

/// A raw match of an entry or exception, before exceptions are applied.
#[derive(Clone, Debug)]
pub(super) struct RawHit {
    pub(super) list: ListId,
    /// The index of the entry in its list.
    pub(super) entry: u32,
    pub(super) exception: bool,
    /// The disguises with which the entry was found; `None` if it is found with either.
    pub(super) disguises: Option<Disguises>,
    /// In the original, on grapheme boundaries.
    pub(super) span: Span,
    /// The span, and the rest of the word where the entry has a wildcard.
    pub(super) cover: Span,
    /// For each letter that the entry repeats in a row, where it occurs in the original, and how
    /// often the entry has it.
    pub(super) doubled: Vec<(Span, usize)>,
}

impl RawHit {
    /// Whether this hit applies to a rule that searches with `disguises`.
    pub(super) fn applies_to(&self, disguises: Disguises) -> bool {
        self.disguises.is_none_or(|it| it == disguises)
    }
}

/// Receives the hits of a search.
pub(super) trait HitSink {
    /// Adds a hit. `alignment` is only called if the alignment is used.
    fn add(&mut self, hit: RawHit, alignment: impl FnOnce() -> Alignment);
}

impl HitSink for Vec<RawHit> {
    fn add(&mut self, hit: RawHit, _: impl FnOnce() -> Alignment) {
        self.push(hit);
    }
}

/// All entries of a rule set.
pub(super) struct EntryMatcher {
    /// Only those that have entries; those in [`Layout::Tokenized`] come first.
    indexes: Vec<IndexParts>,
    body: Body,
    /// Whether there are exceptions. Only these need to know which letters are doubled.
    has_exceptions: bool,
}

/// The tables of the indexes: bytes in memory, or of a mapped file from an offset on.
struct Body {
    bytes: Box<dyn AsRef<[u8]> + Send + Sync>,
    start: usize,
}

impl Body {
    fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref().get(self.start..).unwrap_or_default()
    }
}

/// Buffers that are reused for each message.
#[derive(Default)]
pub(super) struct Buffers {
    folded: Folded,
    verifier: Verifier,
    interrupted: Interrupted,
    split: SplitWords,
    pub(super) budget: Budget,
}

impl EntryMatcher {
    /// Compiles the entries of all lists that rules use, for the disguises of those rules.
    pub(super) fn compile(rules: &Rules) -> EntryMatcher {
        let mut builders = FORMS.map(|form| (form, Builder::default()));
        for (list, disguises) in used_lists(rules) {
            let everywhere = rules.settings.exceptions.contains(&list);
            for (index, entry) in rules.list(list).entries.iter().enumerate() {
                let disguises = if entry.plain { Disguises::None } else { disguises };
                let exception = entry.exception || everywhere;
                for variant in EntryVariant::of(list, index as u32, entry, exception, disguises) {
                    let form = Form { disguises, layout: variant.layout };
                    let mut builders = builders.iter_mut();
                    if let Some((_, builder)) = builders.find(|(it, _)| *it == form) {
                        builder.add(variant, squeezes(disguises));
                    }
                }
            }
        }
        let mut body = BodyBuilder::default();
        let used = builders.into_iter().filter(|(_, builder)| !builder.is_empty());
        let indexes = used.map(|(form, builder)| builder.build(form, &mut body)).collect();
        EntryMatcher::new(indexes, Body { bytes: Box::new(body.finish()), start: 0 })
    }

    fn new(indexes: Vec<IndexParts>, body: Body) -> EntryMatcher {
        let has_exceptions = indexes.iter().any(|index| index.has_exceptions);
        EntryMatcher { indexes, body, has_exceptions }
    }

    /// Returns the entries whose tables are in `bytes` from `start` on. `None` if some are not.
    pub(super) fn open(
        indexes: Vec<IndexParts>,
        bytes: Box<dyn AsRef<[u8]> + Send + Sync>,
        start: usize,
    ) -> Option<EntryMatcher> {
        let body = Body { bytes, start };
        let length = body.bytes().len();
        let prepared = indexes.into_iter().map(|index| index.prepared(length));
        let indexes: Vec<IndexParts> = prepared.collect::<Option<_>>()?;
        Some(EntryMatcher::new(indexes, body))
    }

    /// Returns the indexes, and the body with their tables.
    pub(super) fn parts(&self) -> (&[IndexParts], &[u8]) {
        (&self.indexes, self.body.bytes())
    }

    /// Adds all occurrences of entries and exceptions; some may be added twice. Without `undisguised`,
    /// no entry that is searched without disguises occurs.
    ///
    /// Takes time linear in the content. The cost of a position depends on the rules: the entries
    /// that end there differ in length or list, or are phrases with symbols that begin with the
    /// same word.
    pub(super) fn find(
        &self,
        content: &str,
        day: Option<Date>,
        undisguised: bool,
        buffers: &mut Buffers,
        hits: &mut impl HitSink,
    ) {
        let Buffers { folded, verifier, interrupted, split, budget } = buffers;
        let mut search = Search {
            entries: self,
            schedule: Schedule(day),
            content,
            verifier,
            interrupted,
            split,
            budget,
            in_reading: false,
            graphemes: None,
            hits,
        };
        let mut later = Later::default();
        let body = self.body.bytes();
        let is_disguised = |parts: &&IndexParts| parts.form.disguises == Disguises::Standard;
        for parts in self.indexes.iter().filter(|parts| undisguised || is_disguised(parts)) {
            search.find_in_form(parts, folded, &mut later);
        }
        for (parts, mode) in later.spaced {
            if !search.budget.may_read_again() {
                return;
            }
            search.find_spaced(&parts.of(body), &Origins::new(content, parts.form, mode));
        }
        for reading in &later.readings {
            if !search.budget.may_read_again() {
                return;
            }
            search.find_in_reading(&self.indexes[0].of(body), reading, folded);
        }
    }

    /// Returns the texts of the entries that are searched without disguises, and of the exceptions
    /// that may suppress other entries as well.
    pub(super) fn undisguised_texts(&self) -> impl Iterator<Item = &str> {
        let indexes = self.indexes.iter().filter(|it| it.form.disguises == Disguises::None);
        let entries = indexes.flat_map(|parts| parts.of(self.body.bytes()).entries());
        entries.filter(|it| !it.exception || it.plain).map(|compiled| compiled.text)
    }

    /// Returns the heap memory of the indexes, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.body.bytes().len()
    }
}

/// All forms of folding, those in [`Layout::Tokenized`] first.
const FORMS: [Form; 4] = [
    Form { layout: Layout::Tokenized, disguises: Disguises::Standard },
    Form { layout: Layout::Tokenized, disguises: Disguises::None },
    Form { layout: Layout::Verbatim, disguises: Disguises::Standard },
    Form { layout: Layout::Verbatim, disguises: Disguises::None },
];

/// The form of folding in which spaced letters are searched.
const SPACED_FORM: Form = Form { layout: Layout::Tokenized, disguises: Disguises::Standard };

/// Returns the lists that rules use, with the disguises of those rules, each pair once.
fn used_lists(rules: &Rules) -> Vec<(ListId, Disguises)> {
    let of_rules = rules.rules.iter().flat_map(|rule| {
        let lists = rule.lists.iter().chain(&rules.settings.exceptions);
        lists.map(|&list| (list, rule.disguises))
    });
    let mut lists: Vec<_> = of_rules.collect();
    lists.sort_unstable();
    lists.dedup();
    lists
}

/// The budget steps for each byte of a hit that is aligned with its entry.
const ALIGN_STEPS_PER_BYTE: usize = 8;

/// The state of a search.
struct Search<'f, H> {
    entries: &'f EntryMatcher,
    schedule: Schedule,
    content: &'f str,
    verifier: &'f mut Verifier,
    interrupted: &'f mut Interrupted,
    split: &'f mut SplitWords,
    budget: &'f Budget,
    /// Whether a reading of the content is searched.
    in_reading: bool,
    graphemes: Option<Graphemes>,
    hits: &'f mut H,
}

/// What is searched after all forms, because it costs more.
#[derive(Default)]
struct Later<'e> {
    /// The symbols of the content, once a form has found them.
    symbols: Option<CharSet>,
    spaced: Vec<(&'e IndexParts, SymbolMode)>,
    readings: Vec<Reading>,
}

impl<'f, H: HitSink> Search<'f, H> {
    /// Adds the entries of one form of folding, except for what is searched later.
    fn find_in_form(&mut self, parts: &'f IndexParts, folded: &mut Folded, later: &mut Later<'f>) {
        if later.symbols.is_some_and(|symbols| parts.must_skip(symbols)) {
            return;
        }
        let form = parts.form;
        let index = parts.of(self.entries.body.bytes());
        let normalized = Normalized::new(self.content, form, SymbolMode::Letters, folded);
        self.find_unspaced(&index, &normalized);
        if form == SPACED_FORM {
            later.readings = normalized.readings();
        }
        if form == SPACED_FORM && normalized.folded().may_have_spaced_letters() {
            later.spaced.push((parts, SymbolMode::Letters));
        }
        if form.layout == Layout::Verbatim {
            return;
        }
        // In `Layout::Tokenized`, a combining mark without a base letter is a symbol as well.
        later.symbols.get_or_insert(CharSet::NONE).extend(normalized.folded().symbols());
        if normalized.folded().reads_symbols() {
            let normalized = Normalized::new(self.content, form, SymbolMode::Boundaries, folded);
            self.find_unspaced(&index, &normalized);
            if form == SPACED_FORM && normalized.folded().may_have_spaced_letters() {
                later.spaced.push((parts, SymbolMode::Boundaries));
            }
        }
    }

    /// Adds the entries that occur without spaces between their letters.
    fn find_unspaced(&mut self, index: &EntryIndex<'_>, normalized: &Normalized<'_>) {
        let mut found: Vec<FoldedMatch<'_>> = Vec::new();
        let folded = normalized.folded();
        let view = FoldedView::new(folded, index.parts.form);
        index.search(self.schedule, folded, &view, self.verifier, self.budget, &mut found);
        if index.parts.form == SPACED_FORM {
            index.search_slips(self.schedule, folded, &view, &mut found);
            if !folded.splits().is_empty() {
                self.find_split(index, folded, &view, &mut found);
            }
            // Their characters have three bytes or more in UTF-8.
            if index.parts.may_be_interrupted && view.text().bytes().any(|byte| byte >= 0xE0) {
                self.find_interrupted(index, &view, &mut found);
            }
        }
        if found.is_empty() {
            return;
        }
        let mut words = WordAround::new(&view);
        let origins: Origins = normalized.origins();
        let graphemes = self.graphemes.get_or_insert_with(|| Graphemes::new(self.content));
        for FoldedMatch { compiled, start, end, appearance } in found {
            let folded = Span::new(start, end);
            let span = graphemes.widen(origins.of(folded));
            if self.in_reading && compiled.language.has_lookalike_in(&self.content[span.range()]) {
                continue;
            }
            if is_mistaken(&compiled, index.parts.form, self.content, span, || {
                !self.in_reading && is_as_written(&compiled, &view, start)
            }) {
                continue;
            }
            let cover = match compiled.exception {
                true => span,
                false => match words.cover(&compiled, folded) {
                    covered if covered == folded => span,
                    covered => graphemes.widen(origins.of(covered)),
                },
            };
            if compiled.whole_graphemes && origins.shows_more(folded, span) {
                continue;
            }
            let mut doubled = Vec::new();
            let letters = appearance.letters();
            if compiled.has_doubled_letters
                && self.entries.has_exceptions
                && let Some(letters) = letters
            {
                let entry = compiled.text;
                if self.budget.take_from_event(ALIGN_STEPS_PER_BYTE * (end - start)) {
                    let aligned = aligned(&view, &compiled, entry, folded, letters);
                    doubled = doubled_letters(&view, entry, &aligned, &origins);
                } else if !compiled.exception {
                    // Counts that no exception has, so that none suppresses the hit.
                    doubled.push((span, usize::MAX));
                }
            }
            self.hits.add(RawHit { cover, ..hit(index, &compiled, span, doubled) }, || {
                Alignment::new(appearance, &view, &compiled, folded, &origins)
            });
        }
    }

    /// Adds the entries that occur with something between their characters.
    fn find_interrupted<'i>(
        &mut self,
        index: &EntryIndex<'i>,
        view: &FoldedView<'_>,
        found: &mut Vec<FoldedMatch<'i>>,
    ) {
        if !self.interrupted.read(view) {
            return;
        }
        let joined = self.interrupted.view();
        let length = joined.text().len();
        self.budget.begin_search();
        for at in self.interrupted.starts() {
            self.budget.begin_position(length - at);
            for compiled in index.begin_with(self.schedule, &joined, at, self.budget) {
                let entry = compiled.text;
                let end = at + entry.len();
                if joined.text()[at..].starts_with(entry)
                    && self.interrupted.is_word(at, end, compiled.language.particles())
                {
                    let Span { start, end } = self.interrupted.origin(at, end);
                    let appearance = Appearance::Split;
                    found.push(FoldedMatch { compiled, start, end, appearance });
                }
            }
        }
        self.budget.end_search();
    }

    /// Adds the entries that occur as split words.
    fn find_split<'i>(
        &mut self,
        index: &EntryIndex<'i>,
        folded: &Folded,
        view: &FoldedView<'_>,
        found: &mut Vec<FoldedMatch<'i>>,
    ) {
        if !self.split.read(view.text(), folded.splits()) {
            return;
        }
        self.budget.begin_search();
        for first in 0..self.split.len() {
            if !self.split.join(view, first, |joined| index.may_begin(joined)) {
                continue;
            }
            self.budget.begin_position(self.split.len() - first);
            let joined = self.split.joined();
            for compiled in index.begin_with(self.schedule, &joined, 0, self.budget) {
                let is_word = compiled.may_be_censored() && !compiled.run_together;
                if !is_word || !compiled.confusables.is_empty() {
                    continue;
                }
                let entry = compiled.text;
                let mut ends = |at| {
                    let ends = self.verifier.all_ends(&joined, &compiled, entry, at, self.budget);
                    ends.into_iter().map(|(end, _)| end).collect::<Vec<_>>()
                };
                let all = ends(0);
                let without_first = self.split.after_repeat().filter(|_| !all.is_empty());
                let without_first = without_first.map(&mut ends).unwrap_or_default();
                for &end in &all {
                    let before = self.split.before_repeat(end);
                    let is_longer = before.is_some_and(|before| all.contains(&before));
                    if is_longer || without_first.contains(&end) {
                        continue;
                    }
                    let is_exact = joined.text().starts_with(entry);
                    let part = self.split.part(view, first, end);
                    let part = part.filter(|&part| {
                        !are_words(view, part, &compiled, is_exact)
                            && allows_digits(entry, &view.text()[part.range()])
                    });
                    if let Some(Span { start, end }) = part {
                        let appearance = Appearance::Split;
                        found.push(FoldedMatch { compiled, start, end, appearance });
                    }
                }
            }
        }
        self.budget.end_search();
    }

    /// Adds the entries that occur in a reading of the content.
    fn find_in_reading(&mut self, index: &EntryIndex<'_>, reading: &Reading, folded: &mut Folded) {
        self.in_reading = true;
        for mode in [SymbolMode::Letters, SymbolMode::Boundaries] {
            let normalized = Normalized::of_reading(reading, index.parts.form, mode, folded);
            self.find_unspaced(index, &normalized);
            let (reads_symbols, has_spaced_letters) = {
                let folded = normalized.folded();
                (folded.reads_symbols(), folded.may_have_spaced_letters())
            };
            if has_spaced_letters {
                self.find_spaced(index, &Origins::of_reading(reading, index.parts.form, mode));
            }
            if !reads_symbols {
                break;
            }
        }
    }

    /// Adds the entries that occur as spaced letters.
    fn find_spaced(&mut self, index: &EntryIndex<'_>, origins: &Origins) {
        for row in origins.spaced_letters(self.content) {
            let view = FoldedView::spaced(&row);
            self.budget.begin_search();
            let found = spaced::segment_spaced(&row, |letter| {
                self.budget.begin_position(row.letters_count() - letter);
                let at = row.start(letter);
                let mut matches = Vec::new();
                for compiled in index.begin_with(self.schedule, &view, at, self.budget) {
                    let entry = compiled.text;
                    let ends = self.verifier.all_ends(&view, &compiled, entry, at, self.budget);
                    let ends =
                        ends.into_iter().map(|(end, is_long)| (row.letter_at(end), end, is_long));
                    // An entry may not end inside an ß.
                    let ends = ends.filter(|&(letter, end, _)| row.start(letter) == end);
                    let ends = ends.map(|(letter, _, is_long)| (letter, is_long));
                    matches.push((compiled, ends.collect()));
                }
                matches
            });
            self.budget.end_search();
            for (compiled, letters) in found {
                let graphemes = self.graphemes.get_or_insert_with(|| Graphemes::new(self.content));
                let span = row.origin(letters.start, letters.end);
                let span = graphemes.widen(span);
                if self.in_reading
                    && compiled.language.has_lookalike_in(&self.content[span.range()])
                {
                    continue;
                }
                let hit = hit(index, &compiled, span, Vec::new());
                self.hits.add(hit, || Alignment::spaced(&row, &compiled, letters));
            }
        }
    }
}

/// For each letter or digit that an entry repeats in a row, returns where it occurs in the original, and how
/// often the entry has it.
fn doubled_letters(
    view: &FoldedView<'_>,
    entry: &str,
    aligned: &[(usize, usize)],
    origins: &Origins,
) -> Vec<(Span, usize)> {
    let chars: Vec<(usize, char)> = entry.char_indices().collect();
    let rows = chars.chunk_by(|a, b| a.1 == b.1);
    let is_base = |c: char| CharProps::of(c).is_letter() || c.is_ascii_digit();
    let rows = rows.filter(|row| row.len() > 1 && is_base(row[0].1));
    let occurrence = |row: &[(usize, char)]| {
        let (first, last) = (row[0].0, row[row.len() - 1].0);
        let places = aligned.iter().filter(|(_, read)| (first..=last).contains(read));
        let spans = places.map(|&(at, _)| {
            let length = view.char_at(at).map_or(0, char::len_utf8);
            origins.of(Span::new(at, at + length))
        });
        Some((spans.reduce(Span::union)?, row.len()))
    };
    rows.filter_map(occurrence).collect()
}

/// Whether an entry does not match, since the word around `span` of the message is another one, which
/// only looks like the entry, obfuscated. A match that is written as the entry is never another word.
fn is_mistaken(
    compiled: &CompiledEntry<'_>,
    form: Form,
    content: &str,
    span: Span,
    is_as_written: impl FnOnce() -> bool,
) -> bool {
    let may_be =
        form.disguises == Disguises::Standard && !(compiled.exception || compiled.starts_anywhere);
    if !may_be || span.end - span.start > LONGEST_HARMLESS {
        return false;
    }
    let is_letter = |c: char| c.is_alphabetic() || is_nonspacing(c);
    // In scripts without spaces a word may be as long as the message.
    let first = content.floor_char_boundary(span.start.saturating_sub(LONGEST_HARMLESS));
    let last = content.ceil_char_boundary(content.len().min(span.end + LONGEST_HARMLESS));
    let start = first + content[first..span.start].trim_end_matches(is_letter).len();
    let rest = &content[span.end..last];
    let end = span.end + rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
    !(start == span.start && is_as_written()) && is_harmless_word(&content[start..end])
}

/// Whether a part of a text is two words of another language, or a short word beside another one, rather
/// than an entry in two pieces: Czech *již z* and `jizz`, *shoot a* and `shota`.
fn are_words(
    view: &FoldedView<'_>,
    part: Span,
    compiled: &CompiledEntry<'_>,
    is_exact: bool,
) -> bool {
    const SPACE: char = '\u{1}';
    let is_word = |text: &str| text.chars().all(|c| CharProps::of(c).is_word());
    let pieces = view.text()[part.range()].split_once(SPACE);
    let Some((one, other)) = pieces.filter(|&(one, other)| is_word(one) && is_word(other)) else {
        return false;
    };
    let has_marks = || view.marks_in(part.range()).iter().any(|&(_, mark)| mark != STOP);
    let has_short_word = || [one, other].iter().any(|it| matches!(*it, "a" | "i"));
    (compiled.marks.is_empty() && has_marks()) || (!is_exact && has_short_word())
}

/// Whether an entry is long enough for the digits in the pieces of a word.
fn allows_digits(entry: &str, pieces: &str) -> bool {
    !pieces.bytes().any(|byte| byte.is_ascii_digit())
        || entry.chars().filter(|&c| !CharProps::of(c).is_mark()).count() >= MIN_LENIENT
}

/// Whether a text has an entry at byte `start` exactly as it is written in the list.
fn is_as_written(compiled: &CompiledEntry<'_>, view: &FoldedView<'_>, start: usize) -> bool {
    let end = start + compiled.text.len();
    let marks = || view.marks_in(start..end).iter().filter(|&&(_, mark)| mark != STOP).count();
    view.text()[start..].starts_with(compiled.text) && marks() == compiled.marks.len()
}

fn hit(
    index: &EntryIndex<'_>,
    compiled: &CompiledEntry<'_>,
    span: Span,
    doubled: Vec<(Span, usize)>,
) -> RawHit {
    let &CompiledEntry { list, entry, exception, plain, .. } = compiled;
    let disguises = (!plain).then_some(index.parts.form.disguises);
    RawHit { list, entry, exception, disguises, span, cover: span, doubled }
}
