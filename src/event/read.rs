//! Reads the JSON of an event, each part by itself.
//!
//! `serde_json` makes sure that the event is JSON. Then one pass over each object of interest finds the names and
//! the values of its members as they are written; the last of each name counts. Each value is decoded by itself
//! and leniently, so that one that cannot be read never costs another one. Only the content must be there,
//! once, as a Unicode string.
//!
//! Most strings have no escapes and are borrowed from the event without being parsed a second time.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr2;
use serde::de::{Deserialize, Deserializer, Visitor};
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
    let value = <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(json));
    let json = value.map_err(|_| EventError::of_event(Fault::NotJson))?.get();
    if kind(json) != "an object" {
        return Err(EventError::of_event(Fault::NotAnObject(kind(json))));
    }
    let (mut contents, mut content) = (0, None);
    let (mut message_id, mut room_arn) = (None, None);
    let (mut attributes, mut sender) = (None, None);
    for (name, value) in Members::of(json) {
        match &*unquoted(name) {
            "Content" => (contents, content) = (contents + 1, Some(value)),
            "MessageId" => message_id = Some(value),
            "RoomArn" => room_arn = Some(value),
            "Attributes" => attributes = Some(value),
            "Sender" => sender = Some(value),
            _ => {}
        }
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

/// The content, which is delivered as it is, and so must be a string without half a surrogate pair.
fn unicode(value: &str) -> Result<Cow<'_, str>, EventError> {
    if kind(value) != "a string" {
        return Err(EventError::of_content(Fault::NotAString(kind(value))));
    }
    if let Some(text) = plain(value) {
        return Ok(Cow::Borrowed(text));
    }
    let text = serde_json::from_str(value).map(Cow::Owned);
    text.map_err(|_| EventError::of_content(Fault::BadString))
}

/// The sender, of which everything may be absent.
fn sender(object: &str) -> Sender<'_> {
    let (mut user_id, mut attributes) = (None, None);
    for (name, value) in Members::of(object) {
        match &*unquoted(name) {
            "UserId" => user_id = Some(value),
            "Attributes" => attributes = Some(value),
            _ => {}
        }
    }
    Sender {
        user_id: Text(user_id.and_then(string)),
        attributes: attributes.map_or_else(Attributes::default, |it| self::attributes(it, string)),
    }
}

/// The attributes in an object, up to [`MAX_ATTRIBUTES`]; `text` decodes the value of each.
fn attributes<'a>(
    object: &'a str,
    text: impl Fn(&'a str) -> Option<Cow<'a, str>>,
) -> Attributes<'a> {
    let mut collector = Collector::new();
    for (name, value) in Members::of(object) {
        let fits = name.len().max(value.len()) <= MAX_ESCAPE * (MAX_ATTRIBUTES + 1);
        if !fits || !collector.push(unquoted(name), text(value)) {
            collector.cut();
            break;
        }
    }
    collector.finish()
}

/// The text of a string, as [`unquoted`] gives it; `None` if the value is not a string.
fn string(value: &str) -> Option<Cow<'_, str>> {
    value.starts_with('"').then(|| unquoted(value))
}

/// The text that a chat may show of any value: that of a string, else the value as JSON with the strings
/// in it decoded. `None` if it is null.
///
/// The service is documented to send strings alone. Should it pass on what a client sent, words in a list
/// or an object must not get past the rules, and neither must a number or a boolean under a reserved name.
fn any(value: &str) -> Option<Cow<'_, str>> {
    match kind(value) {
        "null" => None,
        "a string" => string(value),
        _ if !value.contains('\\') => Some(Cow::Borrowed(value)),
        _ => Some(Cow::Owned(unescaped(value))),
    }
}

/// JSON with the strings in it decoded, quotes included: `["\u0041"]` gives `["A"]`.
fn unescaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('"') {
        let (before, strings) = rest.split_at(start);
        let (string, after) = strings.split_at(string_end(strings.as_bytes()));
        text.extend([before, "\"", &unquoted(string), "\""]);
        rest = after;
    }
    text + rest
}

/// The text of a string, with U+FFFD for each byte of half a surrogate pair, so that what surrounds it is
/// still reviewed.
fn unquoted(string: &str) -> Cow<'_, str> {
    plain(string).map_or_else(|| Cow::Owned(decoded(string)), Cow::Borrowed)
}

/// The text of a string without escapes, which is that between its quotes.
fn plain(string: &str) -> Option<&str> {
    let text = string.get(1..string.len().checked_sub(1)?)?;
    (!text.contains('\\')).then_some(text)
}

fn decoded(string: &str) -> String {
    struct Bytes(Vec<u8>);

    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct BytesVisitor;

            impl Visitor<'_> for BytesVisitor {
                type Value = Bytes;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a string")
                }

                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                    Ok(Bytes(bytes.to_owned()))
                }
            }

            // As bytes it may have halves of surrogate pairs.
            deserializer.deserialize_bytes(BytesVisitor)
        }
    }

    let Bytes(bytes) = serde_json::from_str(string).unwrap_or(Bytes(Vec::new()));
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The kind of a JSON value, by its first byte.
fn kind(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// The members of an object that is known to be JSON: names with their quotes and values, as they are written.
struct Members<'a> {
    rest: &'a str,
}

impl<'a> Members<'a> {
    /// Those of an object; any other value has none.
    fn of(value: &'a str) -> Members<'a> {
        Members { rest: value.strip_prefix('{').unwrap_or_default() }
    }

    /// What comes next and ends there, after white space and `separator`.
    fn take(&mut self, separator: u8, end: impl Fn(&[u8]) -> usize) -> &'a str {
        let is_between =
            |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r') || *byte == separator;
        let between = self.rest.bytes().take_while(is_between).count();
        let rest = &self.rest[between..];
        let (taken, rest) = rest.split_at(end(rest.as_bytes()));
        self.rest = rest;
        taken
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.take(b',', string_end);
        (!name.is_empty()).then(|| (name, self.take(b':', value_end)))
    }
}

/// Where the string ends with which some JSON begins; 0 if it begins otherwise.
fn string_end(json: &[u8]) -> usize {
    if json.first() != Some(&b'"') {
        return 0;
    }
    let mut at = 1;
    while let Some(found) = memchr2(b'"', b'\\', json.get(at..).unwrap_or_default()) {
        at += found;
        if json[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    json.len()
}

/// Where the value ends with which some JSON begins.
fn value_end(json: &[u8]) -> usize {
    if json.first() == Some(&b'"') {
        return string_end(json);
    }
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(&byte) = json.get(at) {
        match byte {
            b'"' => {
                at += string_end(&json[at..]);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 1 => depth -= 1,
            // Its own end, or without a beginning that of the object around it.
            b'}' | b']' => return at + depth,
            b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    json.len()
}
