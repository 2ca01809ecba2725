//! Replacements and reasons that the rules match themselves.

use super::Check;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Match;
use crate::rules::{Action, Rule};

impl Check<'_> {
    /// Reports a replacement or a reason that an active rule matches.
    pub(super) fn replacement(&mut self, rule: &Rule) {
        let texts: Vec<&str> = match &rule.action {
            Action::Replace(replacement) => replacement.literals().collect(),
            Action::Deny { reason } => reason.iter().map(String::as_str).collect(),
            Action::Mask(_) | Action::Tag(_) => return,
        };
        for text in texts {
            let found = self.engine.find(text, None, &mut self.scratch);
            let acts = |found: &&Match| {
                let rules = self.engine.rules();
                let other = rules.rule(found.rule);
                let meets = !rule.action.rewrites() || rule.fields.overlaps(&other.fields);
                meets
                    && rules.is_on_somewhere(found.rule)
                    && !matches!(other.action, Action::Tag(_))
            };
            let Some(matched) = found.iter().find(acts) else { continue };
            let what = match rule.action {
                Action::Deny { .. } => "reason",
                Action::Mask(_) | Action::Replace(_) | Action::Tag(_) => "replacement",
            };
            let caught = &text[matched.span.range()];
            let message = format!("the rules match `{caught}` in this {what}");
            self.diagnostics.push(
                Diagnostic::new(Code::SelfMatchingReplacement, rule.text_location, message)
                    .related(matched.location(self.engine.rules()), "matched by this")
                    .help("use other words"),
            );
        }
    }
}
