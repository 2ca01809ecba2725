//! Runs samples.

use std::collections::HashMap;

use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::engine::{Cause, Engine, Match, Scratch};
use crate::rules::{Action, Expect, ListId, RuleId, Rules, Sample};
use crate::span::Span;

/// Returns the number of samples in the rules of an engine.
pub fn samples(engine: &Engine) -> usize {
    let rules = engine.rules();
    let in_lists: usize = rules.lists.iter().map(|list| list.samples.len()).sum();
    in_lists + rules.rules.iter().map(|rule| rule.samples.len()).sum::<usize>()
}

/// Returns how many samples in the rules of an engine have another result than expected.
pub fn failed_samples(engine: &Engine) -> usize {
    let rules = engine.rules();
    let lists = rules.enumerate_lists().filter_map(|(list, it)| {
        let scope = match rules.settings.exceptions.contains(&list) {
            true => Scope::AllLists,
            false => Scope::List(list),
        };
        let is_run = matches!(scope, Scope::AllLists) || engine.is_used(list);
        is_run.then_some((scope, &it.samples))
    });
    let rules = rules.enumerate_rules().map(|(id, rule)| (Scope::Rule(id), &rule.samples));
    let mut scratch = Scratch::default();
    let mut fails = |scope: Scope, sample: &Sample| {
        let found = engine.find(&sample.text, None, &mut scratch);
        found.iter().any(|found| scope.has(found)) != (sample.expect == Expect::Caught)
    };
    let all = lists.chain(rules);
    all.map(|(scope, samples)| samples.iter().filter(|sample| fails(scope, sample)).count()).sum()
}

/// Which matches count for a sample.
#[derive(Clone, Copy)]
pub(super) enum Scope {
    AllLists,
    List(ListId),
    Rule(RuleId),
}

impl Scope {
    fn has(self, found: &Match) -> bool {
        match self {
            Scope::AllLists => matches!(found.cause, Cause::Entry(..)),
            Scope::List(list) => matches!(found.cause, Cause::Entry(id, _) if id == list),
            Scope::Rule(rule) => found.rule == rule,
        }
    }

    fn has_list(self, rules: &Rules, list: ListId) -> bool {
        match self {
            Scope::AllLists => true,
            Scope::List(id) => id == list,
            Scope::Rule(rule) => rules.rule(rule).lists.contains(&list),
        }
    }
}

impl Check<'_> {
    /// Runs the samples of a list or rule.
    pub(super) fn samples(&mut self, samples: &[Sample], scope: Scope) {
        let mut seen: HashMap<&str, &Sample> = HashMap::with_capacity(samples.len());
        let mut diagnostics = Capped::default();
        for sample in samples {
            let first = *seen.entry(sample.text.trim()).or_insert(sample);
            let found = if first.expect == sample.expect {
                [self.converges(sample), self.sample(sample, scope)]
            } else {
                [Some(conflict(sample, first)), None]
            };
            for diagnostic in found.into_iter().flatten() {
                diagnostics.push(sample.location, || diagnostic);
            }
        }
        self.diagnostics.extend(diagnostics.into_diagnostics(Code::TooManyProblems));
    }

    fn sample(&mut self, sample: &Sample, scope: Scope) -> Option<Diagnostic> {
        let found = self.engine.find(&sample.text, None, &mut self.scratch);
        let (mine, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|found| scope.has(found));
        match (sample.expect, mine.first()) {
            (Expect::Caught, Some(_)) | (Expect::Ok, None) => None,
            (Expect::Caught, None) => Some(self.missed(sample, scope, others.first())),
            (Expect::Ok, Some(matched)) => Some(self.caught(sample, matched)),
        }
    }

    fn missed(&mut self, sample: &Sample, scope: Scope, elsewhere: Option<&Match>) -> Diagnostic {
        let message = "this sample expects a match, but nothing matched";
        let diagnostic = Diagnostic::new(Code::SampleMissed, sample.location, message);
        if let Some(exception) = self.suppressing_exception_of(sample, scope) {
            return diagnostic
                .related(exception, "suppressed by this exception")
                .help("narrow the exception, or correct the sample");
        }
        let (this, other) = match scope {
            Scope::AllLists | Scope::List(_) => ("list", "another list or rule"),
            Scope::Rule(_) => ("rule", "another rule"),
        };
        match elsewhere {
            Some(matched) => diagnostic
                .related(matched.location(self.engine.rules()), format!("{other} matches it"))
                .help(format!("move the sample there, or add the word to this {this} too")),
            None if self.is_rule_without_lists(scope) => {
                diagnostic.help("widen the rule, or correct the sample")
            }
            None => diagnostic.help(format!("add the word to the {this}, or correct the sample")),
        }
    }

    /// Whether the scope is a rule without lists.
    fn is_rule_without_lists(&self, scope: Scope) -> bool {
        matches!(scope, Scope::Rule(rule) if self.engine.rules().rule(rule).lists.is_empty())
    }

    /// The location of the exception that suppresses a match in a sample.
    fn suppressing_exception_of(&mut self, sample: &Sample, scope: Scope) -> Option<Location> {
        let rules = self.engine.rules();
        let hits: Vec<_> = self.engine.find_entries(&sample.text, &mut self.scratch).collect();
        let hit = hits.iter().find(|hit| !hit.exception && scope.has_list(rules, hit.list))?;
        let everywhere = &rules.settings.exceptions;
        let exception = hits.iter().find(|it| {
            let applies = it.list == hit.list || everywhere.contains(&it.list);
            it.exception && applies && it.span.contains(hit.span)
        })?;
        Some(rules.list(exception.list).entries[exception.entry].location)
    }

    fn caught(&self, sample: &Sample, matched: &Match) -> Diagnostic {
        let caught = &sample.text[matched.span.range()];
        let shown = caught.replace(char::is_control, " ");
        let message = format!("this sample expects no match, but `{shown}` matched");
        let word = surrounding_word(&sample.text, matched.span);
        Diagnostic::new(Code::SampleCaught, self.in_sample(sample, matched.span), message)
            .related(matched.location(self.engine.rules()), "matched by this")
            .help(match matched.cause {
                Cause::Pattern(_) => "narrow the pattern".to_owned(),
                Cause::Link => "allow the host, or remove the sample".to_owned(),
                Cause::Limit(_) => "raise the limit, or remove the sample".to_owned(),
                Cause::Detected(_) => "remove the sample".to_owned(),
                Cause::Entry(..) if word == caught => "remove the sample or the entry".to_owned(),
                Cause::Entry(..) => {
                    format!("add an exception to the list of the entry, for example: ! {word}")
                }
            })
    }

    /// The location of a part of a sample; that of the whole sample if it is written with escapes.
    fn in_sample(&self, sample: &Sample, span: Span) -> Location {
        let Location { source, span: whole } = sample.location;
        let raw = self.sources.get(source).content.as_ref().ok();
        let raw = raw.and_then(|bytes| std::str::from_utf8(&bytes[whole.range()]).ok());
        let start = raw.and_then(|raw| {
            // The location of a line ends before trailing whitespace.
            raw.rfind(&sample.text).or_else(|| raw.rfind(sample.text.trim_end()))
        });
        let Some(start) = start.map(|at| whole.start + at) else { return sample.location };
        let end = whole.end.min(start + span.end);
        Location { source, span: Span::new((start + span.start).min(end), end) }
    }

    /// Reports a sample whose rewrite does not converge.
    fn converges(&mut self, sample: &Sample) -> Option<Diagnostic> {
        if self.reviewer.converges(&sample.text) {
            return None;
        }
        let message = "the rules match what they write instead of a match, so this is denied";
        let diagnostic = Diagnostic::new(Code::SelfMatchingReplacement, sample.location, message);
        let rules = self.engine.rules();
        let found = self.engine.find(&sample.text, None, &mut self.scratch);
        let rewritten = |it: &&Match| {
            let rule = rules.rule(it.rule);
            rules.is_on_somewhere(it.rule) && rule.action.rewrites()
        };
        let Some(cause) = found.iter().find(rewritten) else {
            return Some(diagnostic.help("remove the matched words from `with`"));
        };
        let help = match rules.rule(cause.rule).action {
            Action::Mask(_) => "write a longer entry, which what is left does not match again",
            _ => "remove the matched words from `with`",
        };
        Some(diagnostic.related(cause.location(rules), "rewritten because of this").help(help))
    }
}

fn conflict(sample: &Sample, first: &Sample) -> Diagnostic {
    let message = "the same message is both a `caught` and an `ok` sample";
    Diagnostic::new(Code::ConflictingKeys, sample.location, message)
        .related(first.location, "first occurrence")
        .help("remove one of them")
}

/// The whole word around a match, which is usually the right exception; the match itself if it is
/// more than a word.
pub(super) fn surrounding_word(text: &str, span: Span) -> &str {
    let caught = &text[span.range()];
    let start = text[..span.start].rfind(char::is_whitespace);
    let start = start.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let end = text[span.end..].find(char::is_whitespace).map_or(text.len(), |at| span.end + at);
    let word = text[start..end].trim_matches(|c: char| !c.is_alphanumeric());
    if word.contains(caught) && !caught.contains(char::is_whitespace) { word } else { caught }
}
