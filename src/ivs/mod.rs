//! The contract of IVS Chat: the event that it sends, the response that it accepts, and limits.

mod attributes;
mod decode;
mod error;
mod json;
mod probe;
mod request;
mod response;
mod scan;

pub use self::attributes::{Attributes, MAX_ATTRIBUTES};
pub(crate) use self::decode::EventParts;
pub use self::error::EventError;
pub(crate) use self::json::plain_len;
pub use self::probe::Probe;
pub use self::request::{Field, ReviewRequest, Sender};
pub use self::response::{ReviewResponse, ReviewResult};
pub(crate) use self::scan::{Invalid, Scanner, Value};

/// The maximum length of a message in code points (Amazon IVS Chat API Reference, `CreateRoom`,
/// `maximumMessageLength`).
pub const MAX_MESSAGE_LENGTH: usize = 500;
