//! Decides what the matches in a message lead to: [`Verdict`].
//!
//! A denial takes precedence over a rewrite, and a rewrite over a tag. Between equal actions the
//! order of the rules decides. A rewritten text is searched again until it reaches a fixed point.

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
