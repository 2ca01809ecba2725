//! What only shows when rules are put to work: samples, and texts that the rules would catch
//! themselves.

use crate::diagnostic::{Code, Diagnostic, place};
use crate::engine::{Cause, Engine, Match, Scratch};
use crate::review::Reviewer;
use crate::rules::{Action, Expect, Mode, Rule, Sample};
use crate::source::Sources;

/// Checks an engine's rules and runs all samples in them.
///
/// A sample is judged against its own list or rule alone, on any day: `caught` wants a hit, `ok`
/// wants none.
pub fn check(engine: &Engine, sources: &Sources) -> Vec<Diagnostic> {
    let problems = engine.compile_patterns();
    let mut check = Check {
        engine,
        sources,
        reviewer: Reviewer::new(engine),
        scratch: Scratch::default(),
        problems,
    };
    let rules = engine.rules();
    for (list, it) in rules.numbered_lists() {
        // A list hits by a rule that uses it, and that may have been left out for its own problem.
        for sample in it.samples.iter().filter(|_| engine.uses(list)) {
            check.sample(sample, |found| matches!(found.cause, Cause::Entry(id, _) if id == list));
        }
    }
    for (id, rule) in rules.numbered() {
        for sample in &rule.samples {
            check.sample(sample, |found| found.rule == id);
        }
        check.patterns(rule);
        check.replacement(rule);
    }
    check.problems.sort_by_key(|problem| problem.location);
    check.problems
}

/// How many samples the rules have.
pub fn samples(engine: &Engine) -> usize {
    let rules = engine.rules();
    let in_lists: usize = rules.lists.iter().map(|list| list.samples.len()).sum();
    in_lists + rules.rules.iter().map(|rule| rule.samples.len()).sum::<usize>()
}

struct Check<'c> {
    engine: &'c Engine,
    sources: &'c Sources,
    reviewer: Reviewer<'c>,
    scratch: Scratch,
    problems: Vec<Diagnostic>,
}

impl Check<'_> {
    fn sample(&mut self, sample: &Sample, ours: impl Fn(&Match) -> bool) {
        self.comes_to_rest(sample);
        let found = self.engine.find(&sample.text, None, &mut self.scratch);
        let (mine, others): (Vec<_>, Vec<_>) = found.into_iter().partition(ours);
        let problem = match (sample.expect, mine.first()) {
            (Expect::Caught, Some(_)) | (Expect::Ok, None) => return,
            (Expect::Caught, None) => {
                let problem = Diagnostic::new(
                    Code::SampleMissed,
                    sample.location,
                    "nothing in this sample is caught",
                );
                match others.first() {
                    Some(other) => problem.help(format!(
                        "it is caught elsewhere, by {}",
                        self.describe(other, &sample.text)
                    )),
                    None => problem.help("add the word to the list, or correct the sample"),
                }
            }
            (Expect::Ok, Some(hit)) => {
                let message = format!(
                    "this sample should be left alone, but it is caught by {}",
                    self.describe(hit, &sample.text)
                );
                let caught = &sample.text[hit.span.range()];
                let word = surrounding_word(&sample.text, caught);
                let problem = Diagnostic::new(Code::SampleCaught, sample.location, message);
                let problem = problem.help(match hit.cause {
                    Cause::Pattern(_) => "make the pattern narrower".to_owned(),
                    Cause::Entry(..) if word == caught => {
                        "remove the sample, or the line that catches it".to_owned()
                    }
                    Cause::Entry(..) => format!("add an exception to the list, such as: ! {word}"),
                });
                problem.related(hit.location(self.engine.rules()), "caught by this")
            }
        };
        self.problems.push(problem);
    }

    /// A replacement that puts back what is hit would be replaced without end.
    fn comes_to_rest(&mut self, sample: &Sample) {
        if !self.reviewer.comes_to_rest(&sample.text) {
            let message = "the rules catch the rewrite of this sample again, without end";
            self.problems.push(
                Diagnostic::new(Code::CaughtReplacement, sample.location, message)
                    .help("take what is hit out of `with`: such a message is denied"),
            );
        }
    }

    /// A hit in words: what, and by which line.
    fn describe(&self, found: &Match, text: &str) -> String {
        let place = place(self.sources, found.location(self.engine.rules()));
        format!("`{}` ({place})", &text[found.span.range()])
    }

    /// A pattern that can match the empty string would hit between all characters.
    fn patterns(&mut self, rule: &Rule) {
        for pattern in &rule.patterns {
            if pattern.matches_empty() {
                let message = "this pattern can match without any character";
                self.problems.push(
                    Diagnostic::new(Code::PatternMatchesEmpty, pattern.location, message).help(
                        "make at least one part of it required: + and not *, no ? around all",
                    ),
                );
            }
        }
    }

    /// A replacement, or a reason, that the rules would catch themselves.
    fn replacement(&mut self, rule: &Rule) {
        let texts: Vec<&str> = match &rule.action {
            Action::Replace(replacement) => replacement.literals().collect(),
            Action::Deny { reason } => reason.iter().map(String::as_str).collect(),
            Action::Mask(_) | Action::Tag(_) => return,
        };
        for text in texts {
            let found = self.engine.find(text, None, &mut self.scratch);
            let acts = |found: &&Match| {
                let other = self.engine.rules().rule(found.rule);
                let meets = !rule.action.rewrites() || rule.fields.meet(&other.fields);
                meets && other.scope.mode == Mode::On && !matches!(other.action, Action::Tag(_))
            };
            let Some(hit) = found.iter().find(acts) else { continue };
            let what = match rule.action {
                Action::Deny { .. } => "reason",
                Action::Mask(_) | Action::Replace(_) | Action::Tag(_) => "replacement",
            };
            let message = format!(
                "the rules would catch this {what} themselves: {}",
                self.describe(hit, text)
            );
            self.problems.push(
                Diagnostic::new(Code::CaughtReplacement, rule.text_location, message)
                    .help("choose other words"),
            );
        }
    }
}

/// The whole word around a hit, which is what an exception is best written for.
fn surrounding_word<'t>(text: &'t str, hit: &'t str) -> &'t str {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .find(|word| word.contains(hit))
        .unwrap_or(hit)
}
