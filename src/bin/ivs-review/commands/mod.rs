//! The commands about messages and rules, one a module.

pub(crate) mod check;
pub(crate) mod event_stats;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod review;
