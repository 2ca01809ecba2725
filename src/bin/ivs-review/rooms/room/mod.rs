//! Commands about one room.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod link;
pub(crate) mod show;
pub(crate) mod tags;
pub(crate) mod update;
