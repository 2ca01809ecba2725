//! What is to become of rooms, and whether the service takes it.
//!
//! The pure half of `ivs-review rooms`: names of rooms and functions, which rooms are meant, what
//! becomes of each, and the limits of all that is sent. It asks the service nothing.

pub mod arn;
pub mod attachment;
pub mod attributes;
pub mod backup;
pub mod capability;
pub mod limit;
pub mod logging;
pub mod message;
pub mod name;
pub mod place;
pub mod plan;
pub mod room;
pub mod selection;
pub mod session;
pub mod settings;
pub mod tags;
pub mod user;
