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

pub(crate) use self::context::{Claims, Stage, claiming};
pub use self::decide::Found;
pub(crate) use self::decide::{Search, decide, rules_of};
pub use self::observer::Unfit;
pub(crate) use self::observer::{Cover, Listener};
pub use self::verdict::{Rewrite, Verdict};
