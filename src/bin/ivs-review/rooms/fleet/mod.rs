//! Commands about many rooms: they read the rooms, decide what to do with each, and change them.

pub(crate) mod apply;
pub(crate) mod backup_file;
pub(crate) mod change;
mod change_command;
mod channel_list;
pub(crate) mod channels;
pub(crate) mod detach;
mod failure_streak;
pub(crate) mod list;
pub(crate) mod plan;
pub(crate) mod report;
pub(crate) mod restore;
pub(crate) mod select;
pub(crate) mod status;
mod status_live;
pub(crate) mod summary;
