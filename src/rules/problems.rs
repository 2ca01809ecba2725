//! The problems of a folder that is being read: [`Problems`].

use crate::diagnostic::{Code, Diagnostic};

/// Problems told of one folder; more would bury a reader, and memory with them.
const MAX_PROBLEMS: usize = 10_000;

/// Problems in the order in which they were met, of which the first are told and the others counted.
#[derive(Default)]
pub(super) struct Problems {
    told: Vec<Diagnostic>,
    untold: usize,
    errors: usize,
}

impl Problems {
    #[cold]
    pub(super) fn push(&mut self, problem: Diagnostic) {
        self.errors += usize::from(problem.is_error());
        if self.told.len() < MAX_PROBLEMS {
            self.told.push(problem);
        } else {
            self.untold += 1;
        }
    }

    pub(super) fn extend(&mut self, problems: impl IntoIterator<Item = Diagnostic>) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }

    /// How many errors there have been.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The problems by place, and how many more there are.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.told.sort_by_key(|problem| problem.location);
        if self.untold > 0 {
            let message = format!("{} more problems are in this folder", self.untold);
            self.told.push(Diagnostic::for_folder(Code::TooManyProblems, message));
        }
        self.told
    }
}
