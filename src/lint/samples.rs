//! Samples, run as the tests that they are.

use std::collections::HashMap;

use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::engine::{Cause, Engine, Match};
use crate::rules::{Expect, ListId, RuleId, Rules, Sample};
use crate::span::Span;

/// How many samples the rules have.
pub fn samples(engine: &Engine) -> usize {
    let rules = engine.rules();
    let in_lists: usize = rules.lists.iter().map(|list| list.samples.len()).sum();
    in_lists + rules.rules.iter().map(|rule| rule.samples.len()).sum::<usize>()
}

/// What alone decides about a sample.
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
        let mut problems = Capped::default();
        for sample in samples {
            let first = *seen.entry(sample.text.trim()).or_insert(sample);
            let found = if first.expect == sample.expect {
                [self.converges(sample), self.sample(sample, scope)]
            } else {
                [Some(conflict(sample, first)), None]
            };
            for problem in found.into_iter().flatten() {
                problems.push(sample.location, || problem);
            }
        }
        self.problems.extend(problems.into_problems(Code::TooManyProblems));
    }

    fn sample(&mut self, sample: &Sample, scope: Scope) -> Option<Diagnostic> {
        let found = self.engine.find(&sample.text, None, &mut self.scratch);
        let (mine, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|found| scope.has(found));
        match (sample.expect, mine.first()) {
            (Expect::Caught, Some(_)) | (Expect::Ok, None) => None,
            (Expect::Caught, None) => Some(self.missed(sample, scope, others.first())),
            (Expect::Ok, Some(hit)) => Some(self.caught(sample, hit)),
        }
    }

    fn missed(&mut self, sample: &Sample, scope: Scope, elsewhere: Option<&Match>) -> Diagnostic {
        let message = "nothing in this sample is caught";
        let problem = Diagnostic::new(Code::SampleMissed, sample.location, message);
        if let Some(exception) = self.excepted_by(sample, scope) {
            return problem
                .related(exception, "this exception lets it through")
                .help("narrow the exception, or correct the sample");
        }
        let (this, other) = match scope {
            Scope::AllLists | Scope::List(_) => ("list", "another list or rule"),
            Scope::Rule(_) => ("rule", "another rule"),
        };
        match elsewhere {
            Some(hit) => problem
                .related(hit.location(self.engine.rules()), format!("{other} catches it"))
                .help(format!("move the sample there, or add the word to this {this} too")),
            None if self.has_no_words(scope) => {
                problem.help("widen what the rule looks for, or correct the sample")
            }
            None => problem.help(format!("add the word to the {this}, or correct the sample")),
        }
    }

    /// Whether it is a rule that looks for no words.
    fn has_no_words(&self, scope: Scope) -> bool {
        matches!(scope, Scope::Rule(rule) if self.engine.rules().rule(rule).lists.is_empty())
    }

    /// Where the exception stands that vetoes what would be caught.
    fn excepted_by(&mut self, sample: &Sample, scope: Scope) -> Option<Location> {
        let rules = self.engine.rules();
        let hits: Vec<_> = self.engine.find_entries(&sample.text, &mut self.scratch).collect();
        let hit = hits.iter().find(|hit| !hit.exception && scope.has_list(rules, hit.list))?;
        let everywhere = &rules.settings.exceptions;
        let exception = hits.iter().find(|it| {
            let heard = it.list == hit.list || everywhere.contains(&it.list);
            it.exception && heard && it.span.contains(hit.span)
        })?;
        Some(rules.list(exception.list).entries[exception.entry].location)
    }

    fn caught(&self, sample: &Sample, hit: &Match) -> Diagnostic {
        let caught = &sample.text[hit.span.range()];
        let shown = caught.replace(char::is_control, " ");
        let message = format!("this sample should be left alone, but `{shown}` in it is caught");
        let word = surrounding_word(&sample.text, hit.span);
        Diagnostic::new(Code::SampleCaught, self.in_sample(sample, hit.span), message)
            .related(hit.location(self.engine.rules()), "caught by this")
            .help(match hit.cause {
                Cause::Pattern(_) => "make the pattern narrower".to_owned(),
                Cause::Link => "allow the host, or remove the sample".to_owned(),
                Cause::Limit(_) => "raise the limit, or remove the sample".to_owned(),
                Cause::Detected(_) => "remove the sample".to_owned(),
                Cause::Entry(..) if word == caught => {
                    "remove the sample, or the line that catches it".to_owned()
                }
                Cause::Entry(..) => {
                    format!("add an exception to the list that catches it, such as: ! {word}")
                }
            })
    }

    /// Where a part of a sample stands in its file; all of the sample if it is written with escapes.
    fn in_sample(&self, sample: &Sample, span: Span) -> Location {
        let Location { source, span: whole } = sample.location;
        let raw = self.sources.get(source).content.as_ref().ok();
        let raw = raw.and_then(|bytes| std::str::from_utf8(&bytes[whole.range()]).ok());
        let start = raw.and_then(|raw| {
            // A line's location ends where its blanks begin.
            raw.rfind(&sample.text).or_else(|| raw.rfind(sample.text.trim_end()))
        });
        let Some(start) = start.map(|at| whole.start + at) else { return sample.location };
        let end = whole.end.min(start + span.end);
        Location { source, span: Span::new((start + span.start).min(end), end) }
    }

    /// A replacement that puts back what is hit would be replaced without end.
    fn converges(&mut self, sample: &Sample) -> Option<Diagnostic> {
        let message = "the rules catch the rewrite of this sample again, without end";
        (!self.reviewer.converges(&sample.text)).then(|| {
            Diagnostic::new(Code::SelfMatchingReplacement, sample.location, message)
                .help("take what is hit out of `with`: such a message is denied")
        })
    }
}

fn conflict(sample: &Sample, first: &Sample) -> Diagnostic {
    let message = "the same message is a sample of what to catch and of what not to";
    Diagnostic::new(Code::ConflictingKeys, sample.location, message)
        .related(first.location, "the first one")
        .help("remove one of the two samples")
}

/// The whole word around a hit, which is what an exception is best written for; the hit itself if it is
/// more than a word.
pub(super) fn surrounding_word(text: &str, hit: Span) -> &str {
    let caught = &text[hit.range()];
    let start = text[..hit.start].rfind(char::is_whitespace);
    let start = start.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let end = text[hit.end..].find(char::is_whitespace).map_or(text.len(), |at| hit.end + at);
    let word = text[start..end].trim_matches(|c: char| !c.is_alphanumeric());
    if word.contains(caught) && !caught.contains(char::is_whitespace) { word } else { caught }
}
