//! Recorded chat: reads every form in which messages of IVS Chat are on disk.
//!
//! ```text
//! bytes ──Splitter──▶ Piece (a JSON object, or a line) ──decode──▶ Item (a message, an event …)
//! ```
//!
//! The form is detected by content, so files of different forms can be mixed:
//!
//! | form | example |
//! |---|---|
//! | record of IVS Chat logging | `{"event_timestamp":"…","type":"MESSAGE","payload":{"Content":"…",…},"version":"1.0"}` |
//! | frame that a client receives | `{"Type":"MESSAGE","Content":"…",…}` |
//! | event of the handler | `{"Content":"…","RoomArn":"…",…}` |
//! | log event | `{"logStreamName":"…","message":"a record as a string"}`, or one that OpenSearch exports |
//! | list of log events | `{"events":[…]}` of the AWS CLI, `{"logEvents":[…]}` of a subscription, or an array |
//! | line of `aws logs tail` or of an export to S3 | a time, and perhaps a log stream, before a record |
//! | line of text | a message |
//!
//! JSON values may follow one another with or without line breaks, as Firehose writes them. Lists
//! are read item by item, so memory is bounded by the largest item. Compressed data is the caller's
//! concern.
//!
//! IVS Chat logs what was delivered. So a message that the handler denied is missing, and a
//! rewritten message has the text after the rewrite.

mod decode;
mod duplicates;
mod room;
mod split;

pub use self::decode::{Deleted, Head, Item, Recorded, decode};
pub(crate) use self::duplicates::Unchanged;
pub use self::duplicates::{Duplicates, IdHash};
pub use self::room::room_of_path;
pub use self::split::{MAX_PIECE, Part, Piece, ReadError, Splitter, Start};

/// How much of a recording was read, and what was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages, without duplicates.
    pub messages: u64,
    /// Messages that were left out because one with the same ID was read before.
    pub duplicates: u64,
    /// Events of IVS Chat or of the application, and control messages.
    pub events: u64,
    /// Pieces that are not understood: damaged, truncated, or of another kind.
    pub unreadable: u64,
}

/// What an item is, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A message, and its ID if it has one.
    Message(Option<IdHash>),
    /// An event or a control message.
    Event,
    /// Nothing that is known.
    Unreadable,
}

impl ItemKind {
    /// Returns the kind of an item.
    pub fn of(item: &Item<'_>) -> ItemKind {
        match item {
            Item::Message(message) => {
                ItemKind::Message(message.request.message_id.as_deref().map(IdHash::of))
            }
            Item::Deletion(_) | Item::Event => ItemKind::Event,
            Item::Unreadable => ItemKind::Unreadable,
        }
    }
}

impl Counts {
    /// Counts an item. Returns `false` for a message that was read before.
    pub fn add(&mut self, kind: ItemKind, duplicates: &mut Duplicates) -> bool {
        match kind {
            ItemKind::Message(Some(id)) if duplicates.contains_or_insert(id) => {
                self.duplicates += 1;
                return false;
            }
            ItemKind::Message(_) => self.messages += 1,
            ItemKind::Event => self.events += 1,
            ItemKind::Unreadable => self.unreadable += 1,
        }
        true
    }
}
