//! Decodes a piece of a recording: [`decode`].
//!
//! All forms share the names of their members, so one pass collects the members of interest of an
//! object and of its `payload`, and those that are present decide what the object is. A log event has
//! a record as a string, which is decoded in turn.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use super::room::room_of_stream;
use super::split::{Part, Piece};
use crate::ivs::{EventParts, Invalid, ReviewRequest, Scanner, Value};

/// What a piece of a recording is.
pub enum Item<'a> {
    /// A message.
    Message(Recorded<'a>),
    /// A message was deleted.
    Deletion(Deleted<'a>),
    /// Another event of IVS Chat or of the application, or a control message.
    Event,
    /// Nothing that is known.
    Unreadable,
}

impl fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Message(message) => message.fmt(f),
            Item::Deletion(_) => f.write_str("Deletion"),
            Item::Event => f.write_str("Event"),
            Item::Unreadable => f.write_str("Unreadable"),
        }
    }
}

/// A recorded message.
pub struct Recorded<'a> {
    /// The message as an event of the handler. The room may be an ID.
    pub request: ReviewRequest<'a>,
    time: Option<Time<'a>>,
}

impl fmt::Debug for Recorded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded").field("request", &self.request).finish_non_exhaustive()
    }
}

impl Recorded<'_> {
    /// Returns the time at which the message was sent, or logged if that is unknown.
    pub fn time(&self) -> Option<Timestamp> {
        self.time.as_ref()?.timestamp()
    }
}

/// The event of a message that was deleted.
pub struct Deleted<'a> {
    /// The ID of the message.
    pub id: Option<Cow<'a, str>>,
    /// The room, as an ARN or an ID.
    pub room: Option<Cow<'a, str>>,
    time: Option<Time<'a>>,
}

impl Deleted<'_> {
    /// Returns the time of the deletion, or at which it was logged if that is unknown.
    pub fn time(&self) -> Option<Timestamp> {
        self.time.as_ref()?.timestamp()
    }
}

/// A time as written.
enum Time<'a> {
    /// In RFC 3339, with up to nine digits of a second.
    Text(Cow<'a, str>),
    /// Milliseconds since 1970.
    Millisecond(i64),
}

impl Time<'_> {
    fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Time::Text(text) => text.parse().ok(),
            Time::Millisecond(millisecond) => Timestamp::from_millisecond(*millisecond).ok(),
        }
    }
}

/// What the members before a list say of its items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    room: Option<String>,
    is_control: bool,
}

impl Head {
    /// Reads an object that ends after the bracket of a list, or of another object.
    pub(super) fn read(json: &[u8], is_list: bool) -> Option<Head> {
        let json = str::from_utf8(json).ok()?;
        let closed = [json, if is_list { "]}" } else { "}}" }].concat();
        let members = Members::read(&closed)?;
        Some(Head {
            room: members.stream.as_deref().and_then(room_of_stream).map(str::to_owned),
            is_control: members.message_type.as_deref() == Some("CONTROL_MESSAGE"),
        })
    }
}

/// The name of the event of IVS Chat for a message that a moderator deleted.
const DELETE_MESSAGE: &str = "aws:DELETE_MESSAGE";

/// The log events that may be in log events.
const MAX_DEPTH: usize = 2;

/// Decodes a piece and passes it to `sink`. `room` is that of the file; a room in the piece takes
/// precedence.
pub fn decode(part: Part<'_>, room: Option<&str>, mut sink: impl FnMut(Item<'_>)) {
    let Part { piece, head, .. } = part;
    let room = head.room.as_deref().or(room);
    match piece {
        Piece::Object(_) if head.is_control => sink(Item::Event),
        Piece::Object(json) => match str::from_utf8(json) {
            Ok(json) => object(json, room, 0, &mut sink),
            Err(_) => sink(Item::Unreadable),
        },
        Piece::Line(line) => self::line(line, room, &mut sink),
        Piece::Text(bytes) => text(String::from_utf8_lossy(bytes), room, &mut sink),
        Piece::Stray(_) | Piece::Unreadable => sink(Item::Unreadable),
    }
}

/// Whether an object is part of a recording, and not an event of the handler.
pub(super) fn is_recorded(json: &[u8]) -> bool {
    let Some(members) = str::from_utf8(json).ok().and_then(Members::read) else { return false };
    members.payload.is_some()
        || members.source.is_some()
        || members.event_timestamp.is_some()
        || members.action.is_some()
        || members.event_name.is_some()
        || members.message_type.is_some()
        || members.kind.is_some() && members.id.is_some()
        || members.message.is_some() && members.parts.is_without_content()
}

fn line(line: &[u8], room: Option<&str>, sink: &mut impl FnMut(Item<'_>)) {
    let text = String::from_utf8_lossy(line);
    let text = if text.contains('\u{1B}') { without_control_sequences(&text).into() } else { text };
    if let Some((prefix, record)) = record_in_line(text.as_bytes()) {
        let (prefix, record) = (&text[..prefix], &text[prefix..prefix + record]);
        let stream = prefix.split_ascii_whitespace().find_map(room_of_stream);
        return object(record, stream.or(room), 0, sink);
    }
    self::text(text, room, sink);
}

fn text(text: Cow<'_, str>, room: Option<&str>, sink: &mut impl FnMut(Item<'_>)) {
    if text.trim().is_empty() {
        return;
    }
    let mut request = ReviewRequest::new(text);
    request.room_arn = room.map(Cow::Borrowed);
    sink(Item::Message(Recorded { request, time: None }));
}

/// Finds the record at the end of a line of `aws logs tail`. Returns the length of what is before it
/// and its own length.
pub(super) fn record_in_line(line: &[u8]) -> Option<(usize, usize)> {
    let line = line.trim_ascii_end();
    if line.last() != Some(&b'}') {
        return None;
    }
    let start = line.iter().position(|&byte| byte == b'{')?;
    let record = str::from_utf8(&line[start..]).ok()?;
    (record.contains("\"event_timestamp\"") && Members::read(record).is_some())
        .then_some((start, line.len() - start))
}

/// Removes control sequences (ECMA-48, 5.4), such as colors: ESC, `[`, parameters and a final
/// character. The text after an incomplete one is kept.
fn without_control_sequences(text: &str) -> String {
    let mut parts = text.split("\u{1B}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c| matches!(c, ' '..='?'));
        plain += rest.strip_prefix(|c| matches!(c, '@'..='~')).unwrap_or(part);
    }
    plain
}

fn object(json: &str, room: Option<&str>, depth: usize, sink: &mut impl FnMut(Item<'_>)) {
    let Some(mut members) = Members::read(json) else { return sink(Item::Unreadable) };
    let mut stream = members.stream.take();
    if let Some(source) = members.source.take() {
        members = *source;
        stream = members.stream.take().or(stream);
    }
    let room = stream.as_deref().and_then(room_of_stream).or(room);
    let logged = members.event_timestamp.take();
    if let Some(payload) = members.payload.take() {
        members = *payload;
    } else if let Some(message) = members.message.filter(|_| members.parts.is_without_content()) {
        // A log event.
        return match message.unicode() {
            Some(record) if depth < MAX_DEPTH && record.trim_start().starts_with('{') => {
                object(&record, room, depth + 1, sink);
            }
            _ => sink(Item::Unreadable),
        };
    }
    let is_event = members.event_name.is_some()
        || members.action.is_some()
        || members.message_type.is_some()
        || members.kind.as_deref().is_some_and(|kind| kind != "MESSAGE")
            && members.parts.is_without_content();
    let time = members.send_time.or(logged).map(Time::Text);
    let time = time.or(members.timestamp.map(Time::Millisecond));
    let id = members.id;
    if is_event {
        // An event has no content.
        let attributes = members.parts.request.attributes;
        return sink(match members.event_name.as_deref() {
            Some(DELETE_MESSAGE) => {
                let id = attributes.get("MessageID").or(attributes.get("MessageId"));
                let owned = |text: &str| Cow::Owned(text.to_owned());
                Item::Deletion(Deleted { id: id.map(owned), room: room.map(owned), time })
            }
            _ => Item::Event,
        });
    }
    let Ok(mut request) = members.parts.finish() else { return sink(Item::Unreadable) };
    request.message_id = request.message_id.or(id).filter(|id| !id.is_empty());
    if request.room_arn.is_none() {
        request.room_arn = room.map(|room| Cow::Owned(room.to_owned()));
    }
    sink(Item::Message(Recorded { request, time }));
}

/// The members of an object that any form has.
struct Members<'a> {
    /// Those of an event of the handler. A frame has the same names for most of them.
    parts: EventParts<'a>,
    /// `Id`
    id: Option<Cow<'a, str>>,
    /// `Type` of a frame, or `type` of a record.
    kind: Option<Cow<'a, str>>,
    /// `Action` of a frame that a client sends.
    action: Option<Cow<'a, str>>,
    event_name: Option<Cow<'a, str>>,
    send_time: Option<Cow<'a, str>>,
    event_timestamp: Option<Cow<'a, str>>,
    timestamp: Option<i64>,
    payload: Option<Box<Members<'a>>>,
    /// `_source` of OpenSearch.
    source: Option<Box<Members<'a>>>,
    /// A record as a string.
    message: Option<Value<'a>>,
    message_type: Option<Cow<'a, str>>,
    /// The log stream; its name differs between forms.
    stream: Option<Cow<'a, str>>,
}

impl<'a> Members<'a> {
    fn read(json: &'a str) -> Option<Members<'a>> {
        let mut scanner = Scanner::new(json);
        scanner.at_object().then_some(())?;
        Members::scan(&mut scanner, 0).ok()
    }

    fn scan(scanner: &mut Scanner<'a>, depth: usize) -> Result<Members<'a>, Invalid> {
        let mut members = Members {
            parts: EventParts::new(),
            id: None,
            kind: None,
            action: None,
            event_name: None,
            send_time: None,
            event_timestamp: None,
            timestamp: None,
            payload: None,
            source: None,
            message: None,
            message_type: None,
            stream: None,
        };
        scanner.members(|scanner, name| {
            match &*name.string() {
                "payload" if depth < MAX_DEPTH && scanner.at_object() => {
                    members.payload = Some(Box::new(Members::scan(scanner, depth + 1)?));
                }
                "_source" if depth == 0 && scanner.at_object() => {
                    members.source = Some(Box::new(Members::scan(scanner, depth + 1)?));
                }
                "Id" => members.id = scanner.value()?.text(),
                "Type" | "type" => members.kind = scanner.value()?.text(),
                "Action" => members.action = scanner.value()?.text(),
                "EventName" => members.event_name = scanner.value()?.text(),
                "SendTime" => members.send_time = scanner.value()?.text(),
                "event_timestamp" => members.event_timestamp = scanner.value()?.text(),
                "timestamp" => members.timestamp = scanner.value()?.json.parse().ok(),
                "message" | "@message" => {
                    members.message = Some(scanner.value()?).filter(|value| value.is_string());
                }
                "messageType" => members.message_type = scanner.value()?.text(),
                "logStreamName" | "logStream" | "@log_stream" | "@logStream" => {
                    members.stream = scanner.value()?.text();
                }
                name => members.parts.member(name, scanner)?,
            }
            Ok(())
        })?;
        Ok(members)
    }
}
