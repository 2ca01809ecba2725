//! What the commands about rooms write to a terminal and ask there.

pub(crate) mod advice;
pub(crate) mod argument_errors;
pub(crate) mod confirm;
pub(crate) mod details;
pub(crate) mod progress;
