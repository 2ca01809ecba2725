//! wip
pub mod diagnostic;
pub mod normalize;
pub mod rules;
pub mod span;
