//! Video channels of Amazon IVS and the rooms that belong to them: [`Channel`], [`Stream`],
//! [`RoomIndex`].
//!
//! AWS does not connect channels and rooms. Two conventions do:
//!
//! 1. A room with the tag `channel` and the ARN of a channel as its value belongs to that channel.
//!    `rooms link` and `rooms create --for-channel` set this tag.
//! 2. A channel without such a room has the rooms with its name that are not linked to any channel.
//!
//! ```text
//!   channels         rooms
//!   C1 "main"        R1 "main"                      C1: R1 by name
//!   C2 "late"        R2 "late"                      C2: R3 by tag, therefore not R2
//!                    R3 "chat"  channel=ARN of C2
//!   C3 "kids"        R4 "kids"  channel=ARN of C4   C3: no room, because R4 is linked to C4
//!   C4 "quiz"                                       C4: R4 by tag
//! ```

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::arn::ChannelArn;
use super::invalid_argument::InvalidArgument;
use super::room::Room;
use super::tags::{Tag, Tags};
use crate::display::abridged;

/// The key of the tag that links a room to a channel.
pub const CHANNEL_TAG: &str = "channel";

/// The state of a stream that ended.
const OFFLINE: &str = "OFFLINE";

/// A video channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its ARN.
    pub arn: ChannelArn,
    /// Its name, which need not be unique; empty if it has none or it is not known.
    pub name: String,
}

/// The live stream of a channel. Values of the service that are missing are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stream {
    /// `LIVE` or `OFFLINE`, or a state that this version does not know.
    pub state: String,
    /// `HEALTHY`, `STARVING` or `UNKNOWN`, or a value that this version does not know.
    pub health: String,
    /// How many viewers the channel has; `None` if the service could not count them.
    #[serde(rename = "viewerCount")]
    pub viewers: Option<u64>,
    /// When the stream started, in ISO 8601.
    pub start_time: Option<String>,
}

/// How a room belongs to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// By its tag.
    Tag,
    /// By its name.
    Name,
}

impl Stream {
    /// Whether the channel is live. A state that is missing or not known counts as live: it is in
    /// the list of live streams, and a room too many is checked rather than one too few.
    pub fn is_live(&self) -> bool {
        self.state != OFFLINE
    }
}

/// Returns the channel to which the tag of a room links it. A value that is not the ARN of a channel
/// has another purpose, so it is ignored.
pub fn linked_channel<A>(room: &Room<A>) -> Option<ChannelArn> {
    room.tags.get(CHANNEL_TAG).and_then(|value| ChannelArn::parse(value).ok())
}

/// Returns the tags that link a room with the tags `now` to a channel; `None` if they do already.
///
/// # Errors
///
/// If the room has another value of the tag and `replace` is not set, or has too many tags.
pub fn link(
    now: &BTreeMap<String, String>,
    channel: &ChannelArn,
    replace: bool,
) -> Result<Option<Tags>, InvalidArgument> {
    match now.get(CHANNEL_TAG) {
        Some(value) if value == channel.as_str() => return Ok(None),
        Some(value) if !replace => {
            return Err(InvalidArgument::new(format!(
                "the room has the tag `{CHANNEL_TAG}={}`; pass --replace to link it to {channel}",
                abridged(value, 200)
            )));
        }
        _ => {}
    }
    Tags::new(vec![link_tag(channel)])?.missing_from(now).map(Some)
}

/// Returns the tag that links a room to a channel.
pub fn link_tag(channel: &ChannelArn) -> Tag {
    (CHANNEL_TAG.to_owned(), channel.to_string())
}

/// All rooms of an account and Region by the channels to which they belong. A room is represented by
/// its position in the list of rooms.
#[derive(Debug)]
pub struct RoomIndex<'r> {
    by_channel: HashMap<ChannelArn, Vec<usize>>,
    /// Rooms with a name that are not linked.
    by_name: HashMap<&'r str, Vec<usize>>,
}

impl<'r> RoomIndex<'r> {
    /// Indexes rooms. All rooms are needed, not only selected ones: a linked room that is not
    /// selected still prevents others from belonging to its channel by name.
    pub fn new<A>(rooms: &'r [Room<A>]) -> RoomIndex<'r> {
        let mut index = RoomIndex { by_channel: HashMap::new(), by_name: HashMap::new() };
        for (at, room) in rooms.iter().enumerate() {
            match linked_channel(room) {
                Some(channel) => index.by_channel.entry(channel).or_default().push(at),
                None if room.name.is_empty() => {}
                None => index.by_name.entry(&room.name).or_default().push(at),
            }
        }
        index
    }

    /// Returns the rooms of a channel, in the order of the list, and how they belong to it.
    pub fn rooms_of(&self, channel: &Channel) -> (Link, &[usize]) {
        match self.by_channel.get(&channel.arn) {
            Some(rooms) => (Link::Tag, rooms),
            None => (
                Link::Name,
                self.by_name.get(channel.name.as_str()).map(Vec::as_slice).unwrap_or_default(),
            ),
        }
    }

    /// Returns the channels to which rooms are linked, with these rooms, in no particular order.
    pub fn linked(&self) -> impl Iterator<Item = (&ChannelArn, &[usize])> {
        self.by_channel.iter().map(|(channel, rooms)| (channel, rooms.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provision::arn::RoomArn;

    fn channel(id: &str, name: &str) -> Channel {
        let arn = format!("arn:aws:ivs:eu-west-1:123456789012:channel/{id}");
        Channel { arn: ChannelArn::parse(&arn).expect("an ARN"), name: name.to_owned() }
    }

    /// A room with this value of the tag, unless it is empty.
    fn room(id: &str, name: &str, tag: &str) -> Room {
        let arn = format!("arn:aws:ivschat:eu-west-1:123456789012:room/{id}");
        let tag = (!tag.is_empty()).then(|| (CHANNEL_TAG.to_owned(), tag.to_owned()));
        let (name, tags) = (name.to_owned(), tag.into_iter().collect());
        let room = Room::<()> { name, tags, ..Room::default() };
        room.with_arn(RoomArn::parse(&arn).expect("an ARN"))
    }

    #[test]
    fn rooms_belong_to_channels_by_tag_else_by_name() {
        let arn = |id: &str| channel(id, "").arn.to_string();
        let rooms = [
            room("R1", "main", ""),
            room("R2", "late", ""),
            room("R3", "chat", &arn("C2")),
            room("R4", "kids", &arn("C5")),
            room("R5", "", ""),
            room("R6", "main", "sports"),
            room("R7", "news", &arn("C6")),
            room("R8", "more", &arn("C6")),
        ];
        let index = RoomIndex::new(&rooms);
        for (id, name, link, ids) in [
            ("C1", "main", Link::Name, vec!["R1", "R6"]),
            ("C2", "late", Link::Tag, vec!["R3"]),
            ("C3", "kids", Link::Name, vec![]),
            ("C4", "", Link::Name, vec![]),
            ("C5", "main", Link::Tag, vec!["R4"]),
            ("C6", "", Link::Tag, vec!["R7", "R8"]),
            ("C7", "Main", Link::Name, vec![]),
        ] {
            let (found, positions) = index.rooms_of(&channel(id, name));
            let found_ids: Vec<&str> = positions.iter().map(|&at| rooms[at].arn.id()).collect();
            assert_eq!((found, found_ids), (link, ids), "{id}");
        }
        assert_eq!(index.linked().count(), 3);
    }

    #[test]
    fn a_link_is_replaced_only_on_request() {
        let (new, old) = (channel("C1", "").arn, channel("C2", "").arn);
        let tags = |value: &str| -> BTreeMap<String, String> {
            let tag = (!value.is_empty()).then(|| (CHANNEL_TAG.to_owned(), value.to_owned()));
            tag.into_iter().chain([("stage".to_owned(), "prod".to_owned())]).collect()
        };
        let sent = Some(Tags::new(vec![link_tag(&new)]).expect("one tag"));
        for (value, replace, expected) in [
            ("", false, Some(&sent)),
            (new.as_str(), false, Some(&None)),
            (new.as_str(), true, Some(&None)),
            (old.as_str(), false, None),
            (old.as_str(), true, Some(&sent)),
            ("sports", false, None),
            ("sports", true, Some(&sent)),
        ] {
            let linked = link(&tags(value), &new, replace);
            assert_eq!(linked.as_ref().ok(), expected, "{value} {replace}: {linked:?}");
        }
        let full = (0..50).map(|n| (format!("k{n}"), String::new())).collect();
        assert!(link(&full, &new, true).is_err());
    }

    #[test]
    fn only_a_stream_that_ended_is_offline() {
        for (state, is_live) in [("LIVE", true), ("OFFLINE", false), ("", true), ("PAUSED", true)] {
            let stream = Stream { state: state.to_owned(), ..Stream::default() };
            assert_eq!(stream.is_live(), is_live, "{state}");
        }
    }
}
