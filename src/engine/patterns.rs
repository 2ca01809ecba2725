//! Matches the patterns of rules: regular expressions, compiled under a size limit and searched in
//! linear time.
//!
//! The [prefilter](super::prefilter) selects the patterns that may match a message. Only those are
//! run, on the composed (NFKC) text, and each is compiled when it is first selected.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde::{Deserialize, Serialize};

use super::IsOn;
use super::budget::Budget;
use super::haystack::Haystack;
use super::prefilter::RequiredLiterals;
use crate::diagnostic::{Code, Diagnostic};
use crate::rules::{Action, Pattern, Rule, RuleId, Rules};
use crate::span::Span;

/// The maximum size of a compiled expression, in bytes as the `regex` crate counts them.
const SIZE_LIMIT: usize = 2 << 20;

/// The [`compile_cost`] above which a pattern is compiled at startup, so that no message waits for
/// it.
const MAX_LAZY_COMPILE_COST: usize = 5_000;

/// The maximum number of matches of one pattern in one content. The rest of the content counts as
/// one more match.
///
/// Iterating over all matches can take time quadratic in the content (documentation of the `regex`
/// crate, "Untrusted input"). Messages from IVS Chat are too short to reach this limit; other
/// events can.
const MAX_MATCHES: usize = 1_000;

/// The budget steps for each match of a pattern.
const STEPS_PER_MATCH: usize = 4;

/// The budget steps for the search of a text by one pattern. The regex runs as a DFA, at about a
/// nanosecond per byte, unless the text is not ASCII and the pattern has a Unicode word boundary,
/// which requires an NFA simulation, about thirty times slower (documentation of `regex`,
/// "Performance").
fn search_steps(text: &str, has_word_boundary: bool) -> usize {
    let is_dfa = !has_word_boundary || text.is_ascii();
    1 + if is_dfa { text.len() / 8 } else { text.len() }
}

/// The order in which patterns are searched, so that those that matter most are refused last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Priority {
    /// Of a rule that denies.
    Denies,
    /// Of a rule that rewrites.
    Rewrites,
    /// Of a rule that tags, or is not on for the message.
    Other,
}

impl Priority {
    fn of(rule: &Rule) -> Priority {
        match &rule.action {
            Action::Deny { .. } => Priority::Denies,
            Action::Mask(_) | Action::Replace(_) => Priority::Rewrites,
            Action::Tag(_) => Priority::Other,
        }
    }
}

/// All patterns of a rule set.
pub(super) struct Patterns {
    patterns: Vec<Compiled>,
    failures: AtomicUsize,
}

/// What is known of a pattern before it is compiled.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Conditions {
    required: RequiredLiterals,
    has_word_boundary: bool,
    /// Whether it is compiled at startup, so that no message waits for it.
    is_expensive: bool,
}

impl Conditions {
    fn of(hir: &Hir) -> Conditions {
        Conditions {
            required: RequiredLiterals::of(hir),
            has_word_boundary: hir.properties().look_set().contains_word_unicode(),
            is_expensive: compile_cost(hir) > MAX_LAZY_COMPILE_COST,
        }
    }
}

/// A pattern of a rule. Unless it is unfiltered or expensive to compile, it is compiled when a
/// message first needs it, since compiling all patterns would take longer than the rest of the
/// startup.
struct Compiled {
    rule: RuleId,
    /// The index of the pattern in its rule.
    number: usize,
    /// For each piece of the replacement, the capture group that it inserts. Empty if it inserts
    /// none.
    groups: Vec<Option<usize>>,
    priority: Priority,
    /// It has a Unicode word boundary.
    has_word_boundary: bool,
    /// The prefilter selects it for every message.
    is_unfiltered: bool,
    regex: OnceLock<Result<Regex, Box<Diagnostic>>>,
}

/// A match of a pattern.
pub(super) struct PatternMatch {
    pub(super) rule: RuleId,
    /// The index of the pattern in its rule.
    pub(super) number: usize,
    /// In the original content, on grapheme boundaries.
    pub(super) span: Span,
    /// For each piece of the replacement, the part of the original content that it inserts.
    pub(super) groups: Vec<Option<Span>>,
}

impl Patterns {
    /// Returns what [`with_conditions`](Patterns::with_conditions) needs to know of each pattern.
    pub(super) fn conditions(rules: &Rules) -> Vec<Conditions> {
        let patterns = rules.rules.iter().flat_map(|rule| &rule.patterns);
        patterns.map(|pattern| Conditions::of(pattern.hir())).collect()
    }

    /// Compiles the patterns that are unfiltered or expensive to compile. The conditions of all are
    /// in their order; missing ones are derived from the pattern. What cannot be compiled is added
    /// to `problems`. Returns what the prefilter needs to know of each pattern as well.
    pub(super) fn with_conditions(
        rules: &Rules,
        conditions: Vec<Conditions>,
        problems: &mut Vec<Diagnostic>,
    ) -> (Patterns, Vec<RequiredLiterals>) {
        let mut conditions = conditions.into_iter();
        let (mut patterns, mut required, mut first) = (Vec::new(), Vec::new(), Vec::new());
        for (rule, it) in rules.enumerate_rules() {
            for (number, pattern) in it.patterns.iter().enumerate() {
                let conditions = conditions.next().unwrap_or_else(|| Conditions::of(pattern.hir()));
                let is_unfiltered = conditions.required.is_unfiltered();
                if conditions.is_expensive || is_unfiltered {
                    first.push(patterns.len());
                }
                patterns.push(Compiled {
                    rule,
                    number,
                    groups: pattern.groups().to_vec(),
                    priority: Priority::of(it),
                    has_word_boundary: conditions.has_word_boundary,
                    is_unfiltered,
                    regex: OnceLock::new(),
                });
                required.push(conditions.required);
            }
        }
        let patterns = Patterns { patterns, failures: AtomicUsize::new(0) };
        for number in first {
            let pattern = &patterns.patterns[number];
            problems.extend(patterns.regex(pattern, rules).err().cloned());
        }
        (patterns, required)
    }

    fn regex<'p>(
        &'p self,
        pattern: &'p Compiled,
        rules: &Rules,
    ) -> Result<&'p Regex, &'p Diagnostic> {
        let regex = pattern.regex.get_or_init(|| {
            compile(&rules.rule(pattern.rule).patterns[pattern.number]).inspect_err(|_| {
                self.failures.fetch_add(1, Ordering::Relaxed);
            })
        });
        regex.as_ref().map_err(|problem| &**problem)
    }

    /// The patterns that run on every message, as rules and indices in these.
    pub(super) fn unfiltered(&self) -> impl Iterator<Item = (RuleId, usize)> {
        let unfiltered = self.patterns.iter().filter(|pattern| pattern.is_unfiltered);
        unfiltered.map(|pattern| (pattern.rule, pattern.number))
    }

    /// The number of patterns.
    pub(super) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Compiles the patterns that are not compiled yet, and returns their errors.
    pub(super) fn compile_all(&self, rules: &Rules) -> Vec<Diagnostic> {
        let rest = self.patterns.iter().filter(|pattern| pattern.regex.get().is_none());
        rest.filter_map(|pattern| self.regex(pattern, rules).err()).cloned().collect()
    }

    /// The errors of the patterns compiled so far.
    pub(super) fn failures(&self) -> impl Iterator<Item = (RuleId, &Diagnostic)> {
        self.patterns.iter().filter_map(|pattern| match pattern.regex.get() {
            Some(Err(problem)) => Some((pattern.rule, &**problem)),
            _ => None,
        })
    }

    /// The number of [`failures`](Patterns::failures).
    pub(super) fn failures_count(&self) -> usize {
        self.failures.load(Ordering::Relaxed)
    }

    /// Adds every match of at least one character of those patterns that are `candidates`.
    pub(super) fn find(
        &self,
        rules: &Rules,
        is_on: IsOn<'_>,
        haystack: &Haystack<'_>,
        candidates: &[usize],
        budget: &Budget,
        matches: &mut Vec<PatternMatch>,
    ) {
        let candidates = candidates.iter().map(|&number| &self.patterns[number]);
        let with_priority = candidates.map(|pattern| match is_on(pattern.rule) {
            true => (pattern.priority, pattern),
            false => (Priority::Other, pattern),
        });
        let mut by_priority: Vec<(Priority, &Compiled)> = with_priority.collect();
        by_priority.sort_by_key(|&(priority, _)| priority);
        for (priority, pattern) in by_priority {
            let Ok(regex) = self.regex(pattern, rules) else { continue };
            let text = haystack.composed();
            let acts = priority != Priority::Other;
            if !budget.take_for_pattern(search_steps(text, pattern.has_word_boundary), acts) {
                continue;
            }
            let mut add = |part: Span, groups| {
                let span = haystack.origin(part);
                matches.push(PatternMatch {
                    rule: pattern.rule,
                    number: pattern.number,
                    span,
                    groups,
                });
            };
            let mut last = None;
            for (count, groups) in pattern.matches(regex, text).enumerate() {
                let part = groups.whole;
                if count == MAX_MATCHES || !budget.take_for_pattern(STEPS_PER_MATCH, acts) {
                    last = Some(part.start);
                    break;
                }
                let origin = |part: Option<Span>| part.map(|part| haystack.part(part));
                add(part, groups.inserted.into_iter().map(origin).collect());
            }
            if let Some(start) = last {
                add(Span::new(start, text.len()), Vec::new());
            }
        }
    }
}

/// A match in the composed text, and the groups that the replacement inserts.
struct Groups {
    whole: Span,
    inserted: Vec<Option<Span>>,
}

impl Compiled {
    /// Returns all matches that are not empty. Capture groups are only resolved if the replacement
    /// inserts some.
    fn matches<'t>(
        &'t self,
        regex: &'t Regex,
        text: &'t str,
    ) -> Box<dyn Iterator<Item = Groups> + 't> {
        if self.groups.is_empty() {
            let found = regex.find_iter(text).filter(|found| !found.is_empty());
            return Box::new(
                found.map(|found| Groups { whole: found.range().into(), inserted: Vec::new() }),
            );
        }
        Box::new(regex.captures_iter(text).filter_map(|captures| {
            let whole: Span = captures.get_match().range().into();
            let group = |number: &Option<usize>| {
                number.and_then(|number| captures.get(number)).map(|group| group.range().into())
            };
            let inserted = self.groups.iter().map(group).collect();
            (whole.start < whole.end).then_some(Groups { whole, inserted })
        }))
    }
}

fn compile(pattern: &Pattern) -> Result<Regex, Box<Diagnostic>> {
    let built =
        RegexBuilder::new(&pattern.text).case_insensitive(true).size_limit(SIZE_LIMIT).build();
    built.map_err(|error| {
        Box::new(match error {
            regex::Error::CompiledTooBig(limit) => {
                pattern.too_big(format!("compiled pattern is larger than {} MiB", limit >> 20))
            }
            _ => {
                let message = "pattern does not compile";
                Diagnostic::new(Code::InvalidPattern, pattern.location, message)
            }
        })
    })
}

/// Estimates the time and memory that compiling a pattern takes: the number of character ranges in
/// it, multiplied by their repetitions.
fn compile_cost(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Capture(group) => compile_cost(&group.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            compile_cost(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Concat(subs) | HirKind::Alternation(subs) => {
            subs.iter().map(compile_cost).fold(0, usize::saturating_add)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Engine, Scratch};
    use crate::rules;
    use crate::source::{Source, Sources};

    #[test]
    fn a_search_takes_steps_by_the_length_of_the_text() {
        for (text, dfa, nfa) in
            [("", 1, 1), ("1234567", 1, 1), ("12345678", 2, 2), ("é", 1, 3), ("ééééa", 2, 10)]
        {
            assert_eq!((search_steps(text, false), search_steps(text, true)), (dfa, nfa), "{text}");
        }
    }

    fn engine(patterns: &[&str]) -> (Engine, Vec<Diagnostic>) {
        let manifest = format!(
            "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\npatterns = {patterns:?}\n"
        );
        let mut sources = Sources::default();
        sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into_bytes()) });
        let parsed = rules::parse(&sources);
        assert_eq!(parsed.diagnostics, []);
        Engine::compile(parsed.rules)
    }

    #[test]
    fn a_pattern_that_cannot_be_compiled_is_left_out_and_reported() {
        let (engine, problems) = engine(&["ab", r"xyz\p{L}{1,100}", "cd"]);
        let codes: Vec<Code> = problems.iter().map(|it| it.code).collect();
        assert_eq!((engine.patterns(), codes), (3, vec![Code::PatternTooBig]));
        let failed: Vec<_> = engine.failed_patterns().map(|(rule, it)| (rule, it.code)).collect();
        assert_eq!(failed, [(RuleId(0), Code::PatternTooBig)]);
        assert_eq!(engine.failed_patterns_count(), 1);
        assert_eq!(engine.compile_patterns(), [], "it was reported before");
        let found = engine.find("xyzabc cd", None, &mut Scratch::default());
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn patterns_that_compile_are_not_counted_as_failures() {
        let (engine, _) = engine(&["ab", "cd"]);
        engine.find("ab", None, &mut Scratch::default());
        assert_eq!((engine.failed_patterns().count(), engine.failed_patterns_count()), (0, 0));
    }

    /// Matches beyond the limit are reported as one match to the end of the text.
    #[test]
    fn matches_are_reported_up_to_a_limit() {
        let (engine, _) = engine(&["a1"]);
        let mut scratch = Scratch::default();
        for (count, expected) in [
            (MAX_MATCHES - 1, MAX_MATCHES - 1),
            (MAX_MATCHES, MAX_MATCHES),
            (MAX_MATCHES + 9, MAX_MATCHES + 1),
        ] {
            let text = "a1".repeat(count);
            let found = engine.find(&text, None, &mut scratch);
            assert_eq!(found.len(), expected);
            assert_eq!(found.last().map(|last| last.span.end), Some(text.len()));
            assert!(!scratch.is_cut());
        }
    }
}
