//! What the caller has to do after an input: [`Effect`].

use jiff::Timestamp;
use serde::Serialize;

use crate::chat::frames::Attributes;

/// A connection of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub(super) u64);

/// A review that was requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewId(pub(super) u64);

/// What the caller has to do after an input, in order.
#[derive(Clone)]
pub enum Effect {
    /// Send a text frame to these connections.
    Deliver {
        /// In ascending order.
        to: Vec<ConnectionId>,
        /// JSON.
        frame: String,
    },
    /// Close a connection with a closing handshake (code 1000), after the frames so far.
    Close(ConnectionId),
    /// Invoke the handler and pass its answer to [`reviewed`](super::Service::reviewed).
    Review {
        /// The argument of `reviewed`.
        id: ReviewId,
        /// The ARN of the function.
        uri: String,
        /// The event for the handler, as JSON.
        event: String,
    },
    /// Write a line to the log of a room.
    Record {
        /// The ARN of the room.
        room: String,
        /// When the message or event was received.
        time: Timestamp,
        /// JSON, without a line break.
        line: String,
    },
    /// A message was delivered or denied.
    Decided(Box<Decision>),
    /// Something that is probably a mistake of the application.
    Warn(String),
}

/// How a message was decided.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The review, if there was one.
    #[serde(skip)]
    pub review: Option<ReviewId>,
    /// The ID of the message.
    pub id: String,
    /// The ID that the sender's client chose; empty if it did not.
    pub request_id: String,
    /// The ARN of the room.
    pub room: String,
    /// The sender.
    pub user_id: String,
    /// When the message was received.
    pub send_time: Timestamp,
    /// As sent.
    pub content: String,
    /// As sent.
    pub attributes: Option<Attributes>,
    /// Those of the token.
    pub sender_attributes: Attributes,
    /// What the room gets; `None` if the message is denied.
    pub delivered: Option<Delivered>,
    /// The text of the ERROR frame of a message that is not delivered.
    pub reason: Option<String>,
    /// Its code.
    pub error_code: Option<u16>,
    /// Why the handler's reply does not count. The fallback of the room decided.
    pub failure: Option<String>,
}

/// What a room gets of a message.
#[derive(Clone, Serialize)]
pub struct Delivered {
    /// The content.
    pub content: String,
    /// The attributes.
    pub attributes: Option<Attributes>,
}
