//! A local IVS Chat without sockets and clock: the control plane with its 17 operations, and the Messaging API.
//!
//! [`Service`] is a state machine. Requests, frames, answers of review handlers and the time go in; responses and
//! [`Effect`]s come out. IDs and tokens come from [`Identifiers`]. The command `ivs-review chat` adds sockets, timers
//! and the review; the tests of `rooms` use the control plane alone.
//!
//! What Amazon documents is followed. Choices where it does not are comments where they are made.
//!
//! # Example
//!
//! ```
//! use ivs_chat_review::chat::{Context, Effect, RandomIds, Service, Settings, contract};
//! use serde_json::json;
//!
//! let mut service = Service::new(Settings::default());
//! let mut seed = 0_u8;
//! let mut ids = RandomIds::new(|bytes: &mut [u8]| bytes.fill_with(|| { seed = seed.wrapping_add(1); seed }));
//! let context = &mut Context { now: jiff::Timestamp::UNIX_EPOCH, ids: &mut ids };
//! let (place, mut effects) = (("us-west-2", "123456789012"), Vec::new());
//!
//! let mut call = |name: &str, input| {
//!     let operation = contract::named(name).expect("an operation");
//!     service.control(place, operation, &input, context, &mut effects)
//! };
//! let room = call("CreateRoom", json!({"name": "lobby"})).expect("a room");
//! let token = call("CreateChatToken", json!({
//!     "roomIdentifier": room["arn"], "userId": "ann", "capabilities": ["SEND_MESSAGE"],
//! })).expect("a token");
//!
//! let ann = service.connect(token["token"].as_str().unwrap(), "127.0.0.1", context.now).expect("a connection");
//! let frame = r#"{"Action":"SEND_MESSAGE","Content":"hello"}"#;
//! service.received(ann, frame, context, &mut effects);
//! assert!(effects.iter().any(|effect| matches!(effect, Effect::Deliver { to, .. } if to == &[ann])));
//! ```

pub mod account;
pub mod contract;
pub mod control;
mod frames;
mod ids;
mod rate;
mod reply;
mod service;

pub use self::frames::{ActionKind, Attributes};
pub use self::ids::{Identifiers, New, RandomIds};
pub use self::reply::Answer;
pub use self::service::{
    ConnectionId, Context, Decision, Delivered, Effect, ReviewId, Service, Settings,
};
