//! The commands for messages and rules.

pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod compile;
pub(crate) mod diff;
pub(crate) mod event_stats;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod generate;
pub(crate) mod import;
#[cfg(feature = "init")]
pub(crate) mod init;
pub(crate) mod lines;
pub(crate) mod outcome;
pub(crate) mod review;
pub(crate) mod selection;
pub(crate) mod stats;
pub(crate) mod table;
pub(crate) mod trial;
