//! Patterns that hit everywhere, or are searched everywhere.

use super::Check;
use crate::diagnostic::{Code, Diagnostic};
use crate::rules::Rule;

impl Check<'_> {
    /// A pattern that can match the empty string would hit between all characters.
    pub(super) fn patterns(&mut self, rule: &Rule) {
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

    /// A pattern that is run on every message costs each of them more than all entries together.
    pub(super) fn slow_patterns(&mut self) {
        for (rule, number) in self.engine.unfiltered_patterns() {
            let pattern = &self.engine.rules().rule(rule).patterns[number];
            if pattern.matches_empty() {
                continue;
            }
            let message = "this pattern is searched in every message, which takes long";
            self.problems.push(
                Diagnostic::new(Code::SlowPattern, pattern.location, message).help(
                    "give it two letters in a row, or a sign, that all its matches have; then only messages with these are searched",
                ),
            );
        }
    }
}
