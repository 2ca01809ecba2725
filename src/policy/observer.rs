//! Observer of the decision process: [`DecisionObserver`].

use crate::engine::Match;
use crate::ivs::Field;
use crate::rules::{Mask, Replacement, RuleId};
use crate::span::Span;

/// Receives each step from the matches to a verdict. `()` is the no-op observer of normal reviews.
pub(crate) trait DecisionObserver {
    /// The decision continues with a field.
    fn on_field(&mut self, _field: Field) {}
    /// A text is about to be rewritten at these matches.
    fn on_rewrite(&mut self, _text: &str, _matches: &[&Match]) {}
    /// Overlapping matches are replaced by one substitution.
    fn on_cover(&mut self, _cluster: &[&Match], _union: Span, _substitution: &Substitution<'_>) {}
    /// The rewrite is not possible, so all matches are replaced by stars.
    fn on_fallback(&mut self, _why: RewriteFallback) {}
    /// The rewrite is done and gave this text.
    fn on_done(&mut self, _text: &str) {}
    /// A rule denies the rewritten text.
    fn on_deny(&mut self, _rule: RuleId) {}
}

impl DecisionObserver for () {}

/// What replaces overlapping matches.
#[derive(Clone, Copy)]
pub(crate) enum Substitution<'r> {
    /// The replacement of a rule whose match covers the whole cluster.
    Replacement(&'r Match, &'r Replacement),
    /// The mask of the first rule that masks.
    Mask(RuleId, Mask),
    /// Stars, because no replacement covers the whole cluster and no rule masks.
    Stars,
}

/// Why all matches of a text were replaced by stars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RewriteFallback {
    /// The rewrite has more code points than a message may have.
    TooLong,
    /// The rewrite has no visible character.
    Empty,
}
