//! Who reviews the messages of which room, and what is to change about it.
//!
//! The pure half of `ivs-review rooms`: names of rooms and functions, which rooms are meant, what
//! becomes of each. It asks the service nothing.

pub mod arn;
pub mod backup;
pub mod place;
pub mod plan;
pub mod room;
pub mod selection;
