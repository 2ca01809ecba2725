//! Limits that no message exceeds.

use super::Check;
use crate::diagnostic::{Code, Diagnostic};
use crate::ivs::MAX_MESSAGE_LENGTH;
use crate::limits::{MAX_LIMIT, Measure};
use crate::rules::Rule;

impl Check<'_> {
    /// Reports limits of a rule that are as high as what a message can have.
    pub(super) fn limits(&mut self, rule: &Rule) {
        let counts = rule.limits.iter().filter(|limit| limit.measure != Measure::Capitals);
        for limit in counts.filter(|limit| limit.most >= MAX_LIMIT) {
            let name = limit.measure.as_str();
            let message = format!(
                "no message exceeds this limit, because it has at most {MAX_MESSAGE_LENGTH} characters"
            );
            self.diagnostics.push(
                Diagnostic::new(Code::UnreachableLimit, limit.location, message)
                    .help(format!("write a lower number for `{name}`, or remove it")),
            );
        }
    }
}
