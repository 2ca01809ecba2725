//! Who hears how a verdict comes about: [`DecisionObserver`].

use crate::engine::Match;
use crate::ivs::Field;
use crate::rules::{Mask, Replacement, RuleId};
use crate::span::Span;

/// Hears the steps from matches to a verdict. A review that nobody asks about tells them to `()`, which
/// costs nothing.
pub(crate) trait DecisionObserver {
    /// The text of that field comes next.
    fn on_field(&mut self, _field: Field) {}
    /// A text is rewritten, where those matches are.
    fn on_rewrite(&mut self, _text: &str, _matches: &[&Match]) {}
    /// Matches that overlap give way to one thing.
    fn on_cover(&mut self, _cluster: &[&Match], _union: Span, _cover: &Substitution<'_>) {}
    /// What the rules ask for cannot be, so that stars cover all matches.
    fn on_fallback(&mut self, _why: RewriteFallback) {}
    /// The text as it is now.
    fn on_done(&mut self, _text: &str) {}
    /// The rewritten text is denied by a rule.
    fn on_deny(&mut self, _rule: RuleId) {}
}

impl DecisionObserver for () {}

/// What takes the place of matches that overlap.
#[derive(Clone, Copy)]
pub(crate) enum Substitution<'r> {
    /// The replacement of a rule whose match spans all of them.
    Replacement(&'r Match, &'r Replacement),
    /// The mask of the first rule that masks.
    Mask(RuleId, Mask),
    /// Stars, since none of the replacements stands for all of what is hit.
    Stars,
}

/// Why a text is covered with stars and not rewritten as its rules ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RewriteFallback {
    /// It would have more code points than a message may.
    TooLong,
    /// Nothing of it would be left to see.
    Empty,
}
