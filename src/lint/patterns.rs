//! Patterns that match everywhere, or that run on every message.

use super::Check;
use crate::diagnostic::{Code, Diagnostic};
use crate::rules::Rule;

impl Check<'_> {
    /// Reports patterns that can match the empty string, and so would match between all characters;
    /// patterns that match nothing; and patterns that were probably meant otherwise.
    pub(super) fn patterns(&mut self, rule: &Rule) {
        for (number, pattern) in rule.patterns.iter().enumerate() {
            if let Some(first) = rule.patterns[..number].iter().find(|it| it.text == pattern.text) {
                self.diagnostics.push(
                    Diagnostic::new(Code::DuplicateEntry, pattern.location, "duplicate pattern")
                        .related(first.location, "first occurrence")
                        .help("remove one of them"),
                );
            } else if pattern.matches_empty() {
                let message = "pattern can match the empty string";
                self.diagnostics.push(
                    Diagnostic::new(Code::PatternMatchesEmpty, pattern.location, message).help(
                        "require at least one character, for example with `+` instead of `*`",
                    ),
                );
            } else {
                self.diagnostics.extend(self.suspicious_pattern(rule, pattern));
            }
        }
    }

    /// Reports unfiltered patterns. Each costs every message more than all entries together.
    pub(super) fn slow_patterns(&mut self) {
        for (rule, number) in self.engine.unfiltered_patterns() {
            let pattern = &self.engine.rules().rule(rule).patterns[number];
            if pattern.matches_empty() {
                continue;
            }
            let message = "slow pattern: no required literal, so it runs on every message";
            self.diagnostics.push(
                Diagnostic::new(Code::SlowPattern, pattern.location, message).help(
                    "add two adjacent letters or a symbol that every match contains; \
                     then only messages with these are searched",
                ),
            );
        }
    }
}
