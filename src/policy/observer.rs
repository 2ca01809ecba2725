//! Who hears how a verdict comes about: [`Listener`].

use crate::engine::Match;
use crate::ivs::Field;
use crate::rules::{Mask, Replacement, RuleId};
use crate::span::Span;

/// Hears the steps from matches to a verdict. A review that nobody asks about tells them to `()`, which
/// costs nothing.
pub(crate) trait Listener {
    /// The text of that field comes next.
    fn turns_to(&mut self, _field: Field) {}
    /// A text is rewritten, where those matches are.
    fn begins(&mut self, _text: &str, _matches: &[&Match]) {}
    /// Matches that overlap give way to one thing.
    fn covers(&mut self, _cluster: &[&Match], _union: Span, _cover: &Cover<'_>) {}
    /// What the rules ask for cannot be, so that stars cover all matches.
    fn unfit(&mut self, _why: Unfit) {}
    /// The text as it is now.
    fn ends(&mut self, _text: &str) {}
    /// The rewritten text is denied by a rule.
    fn denies(&mut self, _rule: RuleId) {}
}

impl Listener for () {}

/// What takes the place of matches that overlap.
#[derive(Clone, Copy)]
pub(crate) enum Cover<'r> {
    /// The replacement of a rule whose match spans all of them.
    Replacement(&'r Match, &'r Replacement),
    /// The mask of the first rule that masks.
    Mask(RuleId, Mask),
    /// Stars, since none of the replacements stands for all of what is hit.
    Stars,
}

/// Why a text is covered with stars and not rewritten as its rules ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It would have more code points than a message may.
    TooLong,
    /// Nothing of it would be left to see.
    Nothing,
}
