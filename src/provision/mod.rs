//! The model of rooms and their handlers, and the limits of the service.
//!
//! The pure half of `ivs-review rooms`: ARNs, the selection of rooms, the desired state of each
//! room and what has to change, backups, and checks of all values before they are sent; and of
//! `publish` and `doctor`: versions of layers, policies and reports of invocations. It makes no calls.

pub mod account_region;
pub mod arn;
pub mod backup;
pub mod channel;
pub mod chat_actions;
pub mod chat_attributes;
pub mod desired;
pub mod invalid_argument;
pub mod invocation_report;
pub mod layer;
pub mod logging_attachment;
pub mod logging_configuration;
pub mod name;
pub mod pair;
pub mod policy;
pub mod room;
pub mod selection;
pub mod session_duration;
pub mod settings;
pub mod tags;
pub mod token_capability;
pub mod user_id;
mod value_limits;
