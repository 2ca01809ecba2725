//! What is to become of rooms, and whether the service takes it.
//!
//! The pure half of `ivs-review rooms`: names of rooms and functions, which rooms are meant, what
//! becomes of each, and the limits of all that is sent. It asks the service nothing.

pub mod account_region;
pub mod arn;
pub mod backup;
pub mod chat_actions;
pub mod chat_attributes;
pub mod desired;
pub mod invalid_argument;
pub mod logging_attachment;
pub mod logging_configuration;
pub mod name;
pub mod room;
pub mod selection;
pub mod session_duration;
pub mod settings;
pub mod tags;
pub mod token_capability;
pub mod user_id;
mod value_limits;
