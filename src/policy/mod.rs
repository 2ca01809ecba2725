//! What the matches in a message lead to: [`Verdict`].
//!
//! A denial beats a rewrite, a rewrite beats a tag, and the order of the rules decides between
//! equals. What is rewritten is searched again, until the rules leave it alone.

mod attributes;
mod context;
mod decide;
mod mask;
mod observer;
mod rewrite;
mod verdict;

pub(crate) use self::context::{ReservedTags, ReviewContext, reserved_by};
pub use self::decide::FieldMatches;
pub(crate) use self::decide::{Search, decide, rules_of};
pub use self::observer::RewriteFallback;
pub(crate) use self::observer::{DecisionObserver, Substitution};
pub use self::verdict::{Rewrite, Verdict};
