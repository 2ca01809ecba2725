//! Terminal output and confirmations of the commands about rooms.

pub(crate) mod advice;
pub(crate) mod argument_errors;
pub(crate) mod confirm;
pub(crate) mod details;
pub(crate) mod progress;
