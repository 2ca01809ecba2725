//! What only shows when rules are put to work: samples, entries that do nothing, and texts that the
//! rules would catch themselves.

mod duplicates;
mod exceptions;
mod patterns;
mod rewrites;
mod samples;

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::engine::{Engine, Scratch};
use crate::review::Reviewer;
use crate::source::Sources;

use self::samples::Scope;
pub use self::samples::samples;

/// Problems of one kind told of one list; more would bury a reader, and memory with them.
const MAX_PROBLEMS: usize = 1_000;

/// Checks an engine's rules and runs all samples in them.
///
/// A sample is judged against its own list or rule alone, on any day: `caught` wants a hit, `ok`
/// wants none. Those of a list of exceptions to all lists are judged against all lists.
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
        check.duplicates(it);
        let everywhere = rules.settings.exceptions.contains(&list);
        if everywhere {
            check.samples(&it.samples, Scope::AllLists);
        } else if engine.uses(list) {
            check.samples(&it.samples, Scope::List(list));
        } else {
            // It hits by a rule that uses it, and that has been left out for its own problem.
            continue;
        }
        check.exceptions(list, everywhere);
    }
    for (id, rule) in rules.numbered() {
        check.samples(&rule.samples, Scope::Rule(id));
        check.patterns(rule);
        check.replacement(rule);
    }
    check.dear_patterns();
    check.problems.sort_by_key(|problem| problem.location);
    check.problems
}

struct Check<'c> {
    engine: &'c Engine,
    sources: &'c Sources,
    reviewer: Reviewer<'c>,
    scratch: Scratch,
    problems: Vec<Diagnostic>,
}

/// Problems of one kind, of which the first [`MAX_PROBLEMS`] are told and the others counted.
#[derive(Default)]
struct Bounded {
    told: Vec<Diagnostic>,
    untold: Option<(usize, Location)>,
}

impl Bounded {
    fn push(&mut self, location: Location, problem: impl FnOnce() -> Diagnostic) {
        if self.told.len() < MAX_PROBLEMS {
            return self.told.push(problem());
        }
        self.untold.get_or_insert((0, location)).0 += 1;
    }

    fn into_problems(mut self, code: Code) -> Vec<Diagnostic> {
        if let Some((untold, first)) = self.untold {
            let message = format!("{untold} more lines, from here on, have the same problem");
            self.told.push(Diagnostic::new(code, first, message));
        }
        self.told
    }
}
