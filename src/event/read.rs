//! Reads the JSON of an event, each part by itself.
//!
//! One pass over an object finds the names and the raw JSON of its members; the last of each name counts.
//! Each raw value is decoded by itself and leniently, so that one that cannot be read never costs another
//! one. Only the content must be there, once, as a Unicode string.
//!
//! Most strings have no escapes and are borrowed from the event without being parsed a second time.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::error::{EventError, Fault};
use super::{ReviewRequest, Sender, Text};
use crate::attributes::{Attributes, Collector, MAX_ATTRIBUTES};

/// The most bytes of JSON that stand for one byte of a string: `\u0041` is `A`.
const MAX_ESCAPE: usize = 6;

/// Reads an event. What follows its JSON value is ignored.
pub(super) fn event(json: &[u8]) -> Result<ReviewRequest<'_>, EventError> {
    // The value may end before the first byte that is not UTF-8.
    let json = match str::from_utf8(json) {
        Ok(json) => json,
        Err(error) => str::from_utf8(&json[..error.valid_up_to()]).unwrap_or_default(),
    };
    let (mut contents, mut content) = (0, None);
    let (mut message_id, mut room_arn) = (None, None);
    let (mut attributes, mut sender) = (None, None);
    let is_object = members(json, |name, value| {
        match &*name {
            b"Content" => (contents, content) = (contents + 1, Some(value)),
            b"MessageId" => message_id = Some(value),
            b"RoomArn" => room_arn = Some(value),
            b"Attributes" => attributes = Some(value),
            b"Sender" => sender = Some(value),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    if !is_object {
        return Err(no_object(json));
    }
    let content = match (contents, content) {
        (1, Some(value)) => unicode(value)?,
        (0, _) => return Err(EventError::of_content(Fault::Missing)),
        _ => return Err(EventError::of_content(Fault::ContentTwice)),
    };
    Ok(ReviewRequest {
        content,
        message_id: Text(message_id.and_then(string)),
        room_arn: Text(room_arn.and_then(string)),
        attributes: attributes.map_or_else(Attributes::default, |it| self::attributes(it, any)),
        sender: sender.map_or_else(Sender::default, self::sender),
    })
}

/// Why an event is not an object.
fn no_object(json: &str) -> EventError {
    let value = <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(json));
    match value.map(kind) {
        Ok(kind) if kind != "an object" => EventError::of_event(Fault::NotAnObject(kind)),
        _ => EventError::of_event(Fault::NotJson),
    }
}

/// The content, which is delivered as it is, and so must be a string without half a surrogate pair.
fn unicode(value: &RawValue) -> Result<Cow<'_, str>, EventError> {
    if kind(value) != "a string" {
        return Err(EventError::of_content(Fault::NotAString(kind(value))));
    }
    plain(value).map_or_else(
        || {
            serde_json::from_str(value.get())
                .map(Cow::Owned)
                .map_err(|_| EventError::of_content(Fault::BadString))
        },
        |text| Ok(Cow::Borrowed(text)),
    )
}

/// The sender, of which everything may be absent.
fn sender(value: &RawValue) -> Sender<'_> {
    let (mut user_id, mut attributes) = (None, None);
    members(value.get(), |name, value| {
        match &*name {
            b"UserId" => user_id = Some(value),
            b"Attributes" => attributes = Some(value),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    Sender {
        user_id: Text(user_id.and_then(string)),
        attributes: attributes.map_or_else(Attributes::default, |it| self::attributes(it, string)),
    }
}

/// The attributes in an object, up to [`MAX_ATTRIBUTES`]; `text` decodes the value of each.
fn attributes<'a>(
    object: &'a RawValue,
    text: impl Fn(&'a RawValue) -> Option<Cow<'a, str>>,
) -> Attributes<'a> {
    let mut collector = Collector::new();
    members(object.get(), |name, value| {
        if value.get().len() > MAX_ESCAPE * (MAX_ATTRIBUTES + 1) {
            return collector.cut();
        }
        collector.push(lossy(name), text(value))
    });
    collector.finish()
}

/// A string with U+FFFD for each byte of half a surrogate pair, so that what surrounds it is still
/// reviewed; `None` if the value is not a string.
fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    if kind(value) != "a string" {
        return None;
    }
    if let Some(text) = plain(value) {
        return Some(Cow::Borrowed(text));
    }
    let Name(bytes) = serde_json::from_str(value.get()).ok()?;
    Some(lossy(bytes))
}

/// The text that a chat may show of any value: that of a string, else the value as JSON with the strings
/// in it decoded. `None` if it is null.
///
/// The service is documented to send strings alone. Should it pass on what a client sent, words in a list
/// or an object must not get past the rules, and neither must a number or a boolean under a reserved name.
fn any(value: &RawValue) -> Option<Cow<'_, str>> {
    match kind(value) {
        "null" => None,
        "a string" => string(value),
        _ if !value.get().contains('\\') => Some(Cow::Borrowed(value.get())),
        _ => Some(Cow::Owned(unescaped(value.get()))),
    }
}

/// JSON with the strings in it decoded, quotes included: `["\u0041"]` gives `["A"]`.
fn unescaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('"') {
        text.push_str(&rest[..=start]);
        let string = &rest[start..];
        let mut escaped = false;
        let end = string.bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let end = end.map_or(string.len() - 1, |end| end + 1);
        if let Ok(Name(bytes)) = serde_json::from_str(&string[..=end]) {
            text.push_str(&lossy(bytes));
        }
        text.push('"');
        rest = &string[end + 1..];
    }
    text + rest
}

/// The text of a string without escapes, which is that between its quotes.
fn plain(value: &RawValue) -> Option<&str> {
    let text = value.get().strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains('\\')).then_some(text)
}

fn lossy(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
            .into(),
    }
}

/// The kind of a JSON value, by its first byte.
fn kind(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// Calls `visit` with the name and the value of each member of the object that `json` begins with, until it
/// breaks. Returns whether `json` is an object, so far as it was read.
fn members<'a>(
    json: &'a str,
    visit: impl FnMut(Cow<'a, [u8]>, &'a RawValue) -> ControlFlow<()>,
) -> bool {
    let mut broken = false;
    let members = Members { visit, broken: &mut broken };
    let read = members.deserialize(&mut serde_json::Deserializer::from_str(json));
    read.is_ok() || broken
}

struct Members<'b, F> {
    visit: F,
    /// Whether `visit` broke, which ends the reading with an error.
    broken: &'b mut bool,
}

impl<'de, F: FnMut(Cow<'de, [u8]>, &'de RawValue) -> ControlFlow<()>> DeserializeSeed<'de>
    for Members<'_, F>
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(Cow<'de, [u8]>, &'de RawValue) -> ControlFlow<()>> Visitor<'de>
    for Members<'_, F>
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some((Name(name), value)) = map.next_entry()? {
            if (self.visit)(name, value).is_break() {
                *self.broken = true;
                break;
            }
        }
        Ok(())
    }
}

/// The bytes of a string, in UTF-8 but for halves of surrogate pairs.
struct Name<'a>(Cow<'a, [u8]>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(bytes)))
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(bytes.to_owned())))
            }
        }

        deserializer.deserialize_bytes(NameVisitor)
    }
}
