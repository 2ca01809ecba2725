//! Collects the diagnostics of a rule folder: [`Diagnostics`].

use crate::diagnostic::{Code, Diagnostic};
use crate::source::SourceId;

/// The maximum number of diagnostics per folder. Bounds the output and the memory.
const MAX_DIAGNOSTICS: usize = 10_000;

/// Diagnostics in the order in which they were found. The first [`MAX_DIAGNOSTICS`] are emitted,
/// the others counted.
#[derive(Default)]
pub(super) struct Diagnostics {
    emitted: Vec<Diagnostic>,
    suppressed: usize,
    errors: usize,
}

impl Diagnostics {
    #[cold]
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.is_error());
        if self.emitted.len() < MAX_DIAGNOSTICS {
            self.emitted.push(diagnostic);
        } else {
            self.suppressed += 1;
        }
    }

    pub(super) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Returns the number of errors so far, including suppressed ones.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether a rule may use lists that are not known, because an error was found where they are
    /// named.
    pub(super) fn hides_lists(&self, manifest: SourceId) -> bool {
        let hides = |code| {
            matches!(
                code,
                Code::InvalidPath
                    | Code::InvalidType
                    | Code::InvalidUtf8
                    | Code::MissingList
                    | Code::TomlSyntax
                    | Code::UnknownKey
            )
        };
        let mut emitted = self.emitted.iter();
        emitted.any(|it| hides(it.code) && it.location.is_some_and(|at| at.source == manifest))
    }

    /// Whether there may be rules that were not read, because of an error where they are written.
    pub(super) fn hides_rules(&self, manifest: SourceId) -> bool {
        let hides = |code| matches!(code, Code::TomlSyntax | Code::InvalidUtf8);
        let mut emitted = self.emitted.iter();
        emitted.any(|it| hides(it.code) && it.location.is_some_and(|at| at.source == manifest))
    }

    /// Returns the diagnostics sorted by location, then one with the number of suppressed ones.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.emitted.sort_by_key(|diagnostic| diagnostic.location);
        if self.suppressed > 0 {
            let message = format!("{} more problems not shown", self.suppressed);
            self.emitted.push(Diagnostic::for_folder(Code::TooManyProblems, message));
        }
        self.emitted
    }
}
