//! Compiled rules and the search of messages for them: [`Engine`].
//!
//! An `Engine` is immutable and can be shared between threads. It finds matches, as spans of the
//! original content; [`policy`](crate::policy) decides what to do with them.

mod budget;
mod content;
mod entries;
mod haystack;
mod patterns;
mod places;
mod prefilter;

use std::cmp::Reverse;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use self::budget::Budget;
pub(crate) use self::budget::Cut;
pub use self::budget::MAX_STEPS;
pub use self::content::MatchDetail;
use self::content::{ContentMatchers, MatchSink};
pub(crate) use self::entries::{Alignment, Appearance, required_marks};
use self::entries::{EntryMatcher, Exceptions, HitSink, IndexParts, RawHit};
use self::haystack::Haystack;
use self::patterns::{Conditions, PatternMatch, Patterns};
pub use self::places::Place;
use self::places::Places;
use self::prefilter::{Candidates, EntryLiterals, LiteralTable, Prefilter, RequiredLiterals};
use crate::diagnostic::{Diagnostic, Location};
use crate::limits::Measure;
use crate::normalize::{Disguises, SearchKey};
use crate::pii::Detector;
use crate::rules::{Cover, Entry, ListId, Mode, RuleId, Rules};
use crate::source::Sources;
use crate::span::Span;

/// Whether a rule is on for the message that is searched.
type IsOn<'f> = &'f dyn Fn(RuleId) -> bool;

/// Compiled rules, ready to search.
pub struct Engine {
    rules: Rules,
    prefilter: Prefilter,
    entries: EntryMatcher,
    patterns: Patterns,
    content_matchers: ContentMatchers,
    /// Whether the search key of a text is read.
    needs_key: bool,
    /// The rules that use each list.
    list_rules: Vec<Vec<RuleId>>,
    counts: EntryCounts,
    places: Places,
}

/// What is known of the entries of compiled rules, whose lists have none.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct EntryCounts {
    /// The number of entries and exceptions.
    entries: usize,
    /// Whether a rule searches for an entry.
    are_searched: bool,
}

/// What a compiled file has of an engine besides the tables of its entries.
#[derive(Serialize, Deserialize)]
pub(crate) struct EngineParts<R, I> {
    rules: R,
    counts: EntryCounts,
    patterns: Vec<Conditions>,
    entry_literals: EntryLiterals,
    literals: Option<LiteralTable>,
    indexes: I,
    places: Places,
}

pub(crate) type Parts<'e> = EngineParts<&'e Rules, &'e [IndexParts]>;
pub(crate) type OpenedParts = EngineParts<Rules, Vec<IndexParts>>;

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("rules", &self.rules.rules.len())
            .field("entries", &self.entries())
            .field("patterns", &self.patterns.len())
            .finish()
    }
}

/// A match of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The rule.
    pub rule: RuleId,
    /// The part of the rule that matched.
    pub cause: Cause,
    /// The byte range in the original content; both ends are grapheme boundaries.
    pub span: Span,
    /// The byte range that a rewrite replaces: the span, or the whole word around it if an entry
    /// with a wildcard matched a part of the word and the rule [covers](crate::rules::Cover) words.
    /// Both ends are grapheme boundaries.
    pub cover: Span,
    /// For each part of the rule's replacement, the byte range of the content that it inserts.
    /// Empty unless the replacement refers to groups.
    pub(crate) groups: Vec<Option<Span>>,
}

impl Match {
    /// Creates a match whose cover is its span.
    fn new(rule: RuleId, cause: Cause, span: Span) -> Match {
        Match { rule, cause, span, cover: span, groups: Vec::new() }
    }

    /// Returns the entry that matched; `None` if the cause is not an entry, or the rules are
    /// [compiled](crate::compiled).
    pub fn entry<'r>(&self, rules: &'r Rules) -> Option<&'r Entry> {
        match self.cause {
            Cause::Entry(list, entry) => rules.list(list).entries.get(entry),
            _ => None,
        }
    }

    /// Returns the location of the cause: a line of a list, or a key of the rule.
    pub fn location(&self, rules: &Rules) -> Location {
        let rule = rules.rule(self.rule);
        match self.cause {
            Cause::Entry(..) => self.entry(rules).map_or(rule.location, |entry| entry.location),
            Cause::Pattern(pattern) => rule.patterns[pattern].location,
            Cause::Link => rule.links.as_ref().map_or(rule.location, |links| links.location),
            Cause::Limit(measure) => {
                let limit = rule.limits.iter().find(|limit| limit.measure == measure);
                limit.map_or(rule.location, |limit| limit.location)
            }
            Cause::Detected(detector) => {
                let detect = rule.detect.iter().find(|detect| detect.detector == detector);
                detect.map_or(rule.location, |detect| detect.location)
            }
        }
    }
}

/// The part of a rule that matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The entry with this index in the list.
    Entry(ListId, usize),
    /// The pattern with this index in the rule.
    Pattern(usize),
    /// A link.
    Link,
    /// A limit that was exceeded.
    Limit(Measure),
    /// Personal data that was detected.
    Detected(Detector),
}

impl Cause {
    fn is_entry(self) -> bool {
        matches!(self, Cause::Entry(..))
    }
}

/// Buffers that [`Engine::find`] reuses for each content.
#[derive(Default)]
pub struct Scratch {
    entries: entries::Buffers,
    hits: Vec<RawHit>,
    key: SearchKey,
    candidates: Candidates,
}

impl fmt::Debug for Scratch {
    // The buffers contain text of the last message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}

impl Scratch {
    /// Begins an event, whose texts share one budget of search steps. [`Engine::find`] begins an
    /// event for each text.
    pub(crate) fn begin_event(&mut self) {
        self.entries.budget.begin_event();
    }

    /// Whether the search was cut: the budget was exhausted before all readings of the text were
    /// tried. Only adversarial texts cause that, with hundreds of symbols that may be letters or
    /// replace some.
    pub fn is_cut(&self) -> bool {
        self.entries.budget.is_cut()
    }

    /// Returns what was refused in the search of the last text.
    pub(crate) fn text_cut(&self) -> Cut {
        self.entries.budget.text_cut()
    }

    /// Returns the number of steps that the search took. It is the same on every machine, and at
    /// most [`MAX_STEPS`].
    pub fn steps(&self) -> u32 {
        self.entries.budget.taken()
    }
}

impl Engine {
    /// Compiles rules. Returns a diagnostic for each pattern that is too big, which then never
    /// matches.
    ///
    /// Most patterns are compiled only when a message first needs them; see
    /// [`compile_patterns`](Engine::compile_patterns).
    pub fn compile(rules: Rules) -> (Engine, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let entries = EntryMatcher::compile(&rules);
        let conditions = Patterns::conditions(&rules);
        let patterns = Patterns::with_conditions(&rules, conditions, &mut problems);
        let entry_literals = EntryLiterals::of(entries.undisguised_texts());
        let mut used = rules.rules.iter().flat_map(|rule| &rule.lists);
        let counts = EntryCounts {
            entries: rules.lists.iter().map(|list| list.entries.len()).sum(),
            are_searched: used.any(|&list| rules.list(list).has_entries()),
        };
        (Engine::new(rules, counts, entries, entry_literals, None, patterns), problems)
    }

    fn new(
        rules: Rules,
        counts: EntryCounts,
        entries: EntryMatcher,
        entry_literals: EntryLiterals,
        literals: Option<LiteralTable>,
        (patterns, required): (Patterns, Vec<RequiredLiterals>),
    ) -> Engine {
        let mut list_rules = vec![Vec::new(); rules.lists.len()];
        for (id, rule) in rules.enumerate_rules() {
            for list in &rule.lists {
                list_rules[list.0 as usize].push(id);
            }
        }
        let content_matchers = ContentMatchers::new(&rules);
        let prefilter = Prefilter::new(required, entry_literals, literals);
        let needs_key = prefilter.needs_key() || !content_matchers.is_empty();
        let places = Places::default();
        Engine {
            rules,
            prefilter,
            entries,
            patterns,
            content_matchers,
            needs_key,
            list_rules,
            counts,
            places,
        }
    }

    /// Returns what a compiled file stores: the parts that are read at startup, and the body.
    /// `sources` are the files from which the rules were parsed.
    pub(crate) fn parts(&self, sources: &Sources) -> (Parts<'_>, Vec<u8>) {
        let (indexes, own) = self.entries.parts();
        let entry_literals = EntryLiterals::of(self.entries.undisguised_texts());
        let mut body = own.to_vec();
        let places = Places::of(&self.rules, sources).stored(&mut body);
        let (rules, patterns) = (&self.rules, Patterns::conditions(&self.rules));
        let literals = self.prefilter.table().map(|table| table.stored(own, &mut body));
        let counts = self.counts;
        (EngineParts { rules, counts, patterns, entry_literals, literals, indexes, places }, body)
    }

    /// Returns the engine whose body is in `bytes` from `start` on, and the diagnostics as
    /// [`compile`](Engine::compile) does. `None` if the parts do not belong together.
    pub(crate) fn open(
        parts: OpenedParts,
        bytes: Box<dyn AsRef<[u8]> + Send + Sync>,
        start: usize,
    ) -> Option<(Engine, Vec<Diagnostic>)> {
        let OpenedParts { rules, counts, patterns, entry_literals, literals, indexes, places } =
            parts;
        let used = rules.rules.iter().flat_map(|rule| &rule.lists);
        let mut used = used.chain(&rules.settings.exceptions);
        if used.any(|list| list.0 as usize >= rules.lists.len()) {
            return None;
        }
        let entries = EntryMatcher::open(indexes, bytes, start)?;
        let mut problems = Vec::new();
        let patterns = Patterns::with_conditions(&rules, patterns, &mut problems);
        let engine = Engine::new(rules, counts, entries, entry_literals, literals, patterns);
        Some((Engine { places, ..engine }, problems))
    }

    /// Records the lines of all entries and patterns, so that [`place`](Engine::place) returns them.
    /// `sources` are the files from which the rules were parsed.
    pub fn locate(&mut self, sources: &Sources) {
        self.places = Places::of(&self.rules, sources);
    }

    /// Returns the file and line of what matched. `None` unless the rules were
    /// [located](Engine::locate) or are [compiled](crate::compiled).
    pub fn place(&self, found: &Match) -> Option<Place<'_>> {
        let (_, body) = self.entries.parts();
        self.places.of_match(&self.rules, found, body)
    }

    /// Returns the rules that this engine was compiled from.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether a rule searches for the entries of a list.
    pub(crate) fn is_used(&self, list: ListId) -> bool {
        !self.list_rules[list.0 as usize].is_empty()
    }

    /// Returns the number of entries and exceptions.
    pub fn entries(&self) -> usize {
        self.counts.entries
    }

    /// Returns the number of patterns.
    pub fn patterns(&self) -> usize {
        self.patterns.len()
    }

    /// Returns the patterns that run on every message, because they have no required literal and no
    /// class of rare characters that the prefilter could search for. Each is a rule and the index
    /// of the pattern in it.
    pub fn unfiltered_patterns(&self) -> impl Iterator<Item = (RuleId, usize)> {
        self.patterns.unfiltered()
    }

    /// Compiles the patterns that no message has needed yet, and returns their errors.
    pub fn compile_patterns(&self) -> Vec<Diagnostic> {
        self.patterns.compile_all(&self.rules)
    }

    /// Returns the errors of patterns that failed to compile, at startup or when a message needed
    /// them. These patterns never match.
    pub fn failed_patterns(&self) -> impl Iterator<Item = (RuleId, &Diagnostic)> {
        self.patterns.failures()
    }

    /// Returns the number of [`failed_patterns`](Engine::failed_patterns), which is cheap enough to
    /// check after each message.
    pub fn failed_patterns_count(&self) -> usize {
        self.patterns.failures_count()
    }

    /// Whether the rules search for nothing.
    pub fn is_empty(&self) -> bool {
        self.patterns() == 0 && self.content_matchers.is_empty() && !self.counts.are_searched
    }

    /// Returns the memory of the compiled entries, in bytes. Patterns are not included.
    pub fn entries_memory(&self) -> usize {
        self.entries.memory()
    }

    /// Returns all matches of rules that are active on `day`, sorted by span; `None` ignores date
    /// restrictions.
    ///
    /// Takes time linear in the content, and at most [`MAX_STEPS`] steps for its readings;
    /// [`Scratch::is_cut`] reports whether some readings were not tried.
    pub fn find(&self, content: &str, day: Option<Date>, scratch: &mut Scratch) -> Vec<Match> {
        scratch.begin_event();
        let is_on = |rule: RuleId| self.rules.rule(rule).scope.mode == Mode::On;
        self.find_more(content, day, &is_on, scratch)
    }

    /// Like [`find`](Engine::find), for one more text of the event that was
    /// [begun](Scratch::begin_event). Rules that are on for its message have priority over others
    /// for the budget, and only their links protect entries from matching.
    pub(crate) fn find_more(
        &self,
        content: &str,
        day: Option<Date>,
        is_on: IsOn<'_>,
        scratch: &mut Scratch,
    ) -> Vec<Match> {
        let Scratch { entries, hits, key, candidates } = scratch;
        entries.budget.begin_text(content);
        hits.clear();
        if self.needs_key {
            key.read(content);
        }
        self.prefilter.find(key, self.entries.parts().1, candidates);
        let undisguised = candidates.may_have_undisguised_entries();
        self.entries.find(content, day, undisguised, entries, hits);
        let mut matches = Vec::new();
        if !hits.is_empty() {
            self.add_entries(hits, &entries.budget, &mut matches);
        }
        let (candidates, budget) = (candidates.patterns(), &entries.budget);
        let haystack = Haystack::new(content, key);
        self.find_patterns_and_content(&haystack, is_on, candidates, budget, &mut matches);
        let key = |found: &Match| (found.span, found.rule, found.cause);
        matches.sort_unstable_by_key(|found| {
            (key(found), found.cover.start, Reverse(found.cover.end))
        });
        // A symbol has two readings, and spaced letters have many.
        matches.dedup_by_key(|found| key(found));
        matches
    }

    /// Adds the matches of all entries that no exception suppresses.
    fn add_entries(&self, hits: &[RawHit], budget: &Budget, matches: &mut Vec<Match>) {
        let exceptions = Exceptions::of(&self.rules.settings.exceptions, hits);
        for hit in hits.iter().filter(|hit| !hit.exception) {
            for (found, disguises) in self.matches_for_rules(hit) {
                if !budget.take_match() {
                    return;
                }
                if !exceptions.suppresses(hit, disguises) {
                    matches.push(found);
                }
            }
        }
    }

    /// Returns a match for each rule that uses the list of a hit and searches with the disguises
    /// with which the entry was found, together with the disguises of the rule.
    fn matches_for_rules(&self, hit: &RawHit) -> impl Iterator<Item = (Match, Disguises)> {
        let rules = self.list_rules.get(hit.list.0 as usize).into_iter().flatten();
        let rules = rules.map(|&rule| (rule, self.rules.rule(rule).disguises));
        rules.filter(|&(_, disguises)| hit.applies_to(disguises)).map(|(rule, disguises)| {
            let cause = Cause::Entry(hit.list, hit.entry as usize);
            let cover = match self.rules.rule(rule).cover {
                Cover::Word => hit.cover,
                Cover::Match => hit.span,
            };
            (Match { cover, ..Match::new(rule, cause, hit.span) }, disguises)
        })
    }

    fn find_patterns_and_content(
        &self,
        haystack: &Haystack<'_>,
        is_on: IsOn<'_>,
        candidates: &[usize],
        budget: &Budget,
        matches: &mut impl MatchSink,
    ) {
        let mut found = Vec::new();
        self.patterns.find(&self.rules, is_on, haystack, candidates, budget, &mut found);
        for PatternMatch { rule, number, span, groups } in found {
            let found = Match { groups, ..Match::new(rule, Cause::Pattern(number), span) };
            matches.add(found, || None);
        }
        if !self.content_matchers.is_empty() {
            self.content_matchers.find(&self.rules, is_on, haystack, matches);
        }
    }

    /// Returns all matches of rules that are active on `day`, including suppressed ones, sorted by
    /// span, with their alignments and the exceptions that suppress them. `None` ignores date
    /// restrictions.
    pub(crate) fn trace(
        &self,
        content: &str,
        day: Option<Date>,
        is_on: IsOn<'_>,
        scratch: &mut Scratch,
    ) -> Vec<Trace> {
        scratch.begin_event();
        let Scratch { entries, key, candidates, .. } = scratch;
        let mut aligned = AlignedHits::default();
        if self.needs_key {
            key.read(content);
        }
        self.prefilter.find(key, self.entries.parts().1, candidates);
        let undisguised = candidates.may_have_undisguised_entries();
        self.entries.find(content, day, undisguised, entries, &mut aligned);
        let exceptions = Exceptions::of(&self.rules.settings.exceptions, &aligned.hits);
        let mut traces = Vec::new();
        for (hit, alignment) in
            aligned.hits.iter().zip(&aligned.alignments).filter(|(hit, _)| !hit.exception)
        {
            for (found, disguises) in self.matches_for_rules(hit) {
                let suppressed_by =
                    exceptions.suppressing(hit, disguises).map(EntryHit::of).collect();
                traces.push(Trace {
                    found,
                    alignment: Some(alignment.clone()),
                    suppressed_by,
                    detail: None,
                    ignored_by: None,
                });
            }
        }
        let (candidates, budget) = (candidates.patterns(), &entries.budget);
        let haystack = Haystack::new(content, key);
        self.find_patterns_and_content(&haystack, is_on, candidates, budget, &mut traces);
        // Of several readings, one that is not suppressed takes precedence.
        let key = |it: &Trace| (it.found.span, it.found.rule, it.found.cause);
        traces.sort_by_key(|it| {
            let cover = it.found.cover;
            (key(it), !it.suppressed_by.is_empty(), cover.start, Reverse(cover.end))
        });
        traces.dedup_by_key(|it| key(it));
        traces
    }

    /// Returns all occurrences of entries and exceptions, before exceptions are applied and without
    /// date restrictions.
    pub(crate) fn find_entries(
        &self,
        content: &str,
        scratch: &mut Scratch,
    ) -> impl Iterator<Item = EntryHit> {
        scratch.begin_event();
        scratch.hits.clear();
        self.entries.find(content, None, true, &mut scratch.entries, &mut scratch.hits);
        scratch.hits.iter().map(EntryHit::of)
    }
}

/// A match, possibly suppressed, with the details that explain it.
pub(crate) struct Trace {
    pub(crate) found: Match,
    /// `None` if the cause is not an entry.
    pub(crate) alignment: Option<Alignment>,
    /// The exceptions that suppress the match; one is enough.
    pub(crate) suppressed_by: Vec<EntryHit>,
    /// Details of a link or a limit.
    pub(crate) detail: Option<MatchDetail>,
    /// The rule that allows the link around it and ignores words in it.
    pub(crate) ignored_by: Option<RuleId>,
}

impl MatchSink for Vec<Trace> {
    fn add(&mut self, found: Match, detail: impl FnOnce() -> Option<MatchDetail>) {
        self.push(Trace {
            found,
            alignment: None,
            suppressed_by: Vec::new(),
            detail: detail(),
            ignored_by: None,
        });
    }

    fn add_allowed(&mut self, found: Match, detail: impl FnOnce() -> Option<MatchDetail>) {
        self.add(found, detail);
    }

    fn ignore_words(&mut self, rule: RuleId, link: Span) {
        for trace in self {
            if trace.found.cause.is_entry() && link.contains(trace.found.span) {
                trace.ignored_by = Some(rule);
            }
        }
    }
}

/// Hits and their alignments.
#[derive(Default)]
struct AlignedHits {
    hits: Vec<RawHit>,
    alignments: Vec<Alignment>,
}

impl HitSink for AlignedHits {
    fn add(&mut self, hit: RawHit, alignment: impl FnOnce() -> Alignment) {
        self.hits.push(hit);
        self.alignments.push(alignment());
    }
}

/// An occurrence of an entry or an exception.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntryHit {
    pub(crate) list: ListId,
    pub(crate) entry: usize,
    pub(crate) exception: bool,
    pub(crate) span: Span,
}

impl EntryHit {
    fn of(hit: &RawHit) -> EntryHit {
        let &RawHit { list, entry, exception, span, .. } = hit;
        EntryHit { list, entry: entry as usize, exception, span }
    }
}
