//! wip
pub mod check;
pub mod diagnostic;
pub mod engine;
pub mod event;
mod mask;
pub mod normalize;
pub mod policy;
pub mod reply;
pub mod review;
pub mod rules;
pub mod span;
