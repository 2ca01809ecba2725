//! Reads the JSON of an event, each part by itself.
//!
//! `serde_json` makes sure that the event is JSON. Then one pass finds the names and the values of
//! the members of each object of interest, as they are written; the last of each name counts. Each value is decoded by itself
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
    value.map_err(|_| EventError::of_event(Fault::NotJson)).and_then(raw)
}

/// Reads an event that is known to be JSON.
pub(super) fn raw(event: &RawValue) -> Result<ReviewRequest<'_>, EventError> {
    let json = event.get();
    if kind(json) != "an object" {
        return Err(EventError::of_event(Fault::NotAnObject(kind(json))));
    }
    let (mut contents, mut content) = (0, "");
    let mut request = ReviewRequest::new("");
    let mut scanner = Scanner { rest: json };
    scanner.enter();
    while let Some(name) = scanner.name() {
        match &*unquoted(name) {
            "Content" => (contents, content) = (contents + 1, scanner.value()),
            "MessageId" => request.message_id = Text(string(scanner.value())),
            "RoomArn" => request.room_arn = Text(string(scanner.value())),
            "Attributes" => request.attributes = attributes(&mut scanner, any),
            "Sender" => request.sender = sender(&mut scanner),
            _ => {
                scanner.value();
            }
        }
    }
    request.content = match contents {
        1 => unicode(content)?,
        0 => return Err(EventError::of_content(Fault::Missing)),
        _ => return Err(EventError::of_content(Fault::ContentTwice)),
    };
    Ok(request)
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
fn sender<'a>(scanner: &mut Scanner<'a>) -> Sender<'a> {
    let mut sender = Sender::default();
    if !scanner.enter() {
        scanner.value();
        return sender;
    }
    while let Some(name) = scanner.name() {
        match &*unquoted(name) {
            "UserId" => sender.user_id = Text(string(scanner.value())),
            "Attributes" => sender.attributes = attributes(scanner, string),
            _ => {
                scanner.value();
            }
        }
    }
    sender
}

/// The attributes in an object, up to [`MAX_ATTRIBUTES`]; `text` decodes the value of each.
fn attributes<'a>(
    scanner: &mut Scanner<'a>,
    text: impl Fn(&'a str) -> Option<Cow<'a, str>>,
) -> Attributes<'a> {
    let begin = scanner.rest;
    if !scanner.enter() {
        scanner.value();
        return Attributes::default();
    }
    let mut collector = Collector::new();
    while let Some(name) = scanner.name() {
        let value = scanner.value();
        let fits = name.len().max(value.len()) <= MAX_ESCAPE * (MAX_ATTRIBUTES + 1);
        if !fits || !collector.push(unquoted(name), text(value)) {
            collector.cut();
            scanner.rest = begin;
            scanner.value();
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

/// Walks over the members of objects in text that is known to be JSON. Names are taken with their quotes, and
/// values as they are written.
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// Whether the value that comes next is an object; the names of its members come next then.
    fn enter(&mut self) -> bool {
        self.skip(b':');
        let inside = self.rest.strip_prefix('{');
        self.rest = inside.unwrap_or(self.rest);
        inside.is_some()
    }

    /// The name of the next member; `None` at the end of the object, after which what surrounds it comes next.
    fn name(&mut self) -> Option<&'a str> {
        self.skip(b',');
        let end = string_end(self.rest.as_bytes());
        if end == 0 {
            self.rest = self.rest.strip_prefix('}').unwrap_or_default();
            return None;
        }
        Some(self.take(end))
    }

    /// The value that comes next.
    fn value(&mut self) -> &'a str {
        self.skip(b':');
        self.take(value_end(self.rest.as_bytes()))
    }

    fn take(&mut self, end: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Skips white space and that separator.
    fn skip(&mut self, separator: u8) {
        let is_between =
            |byte: u8| byte == separator || matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let bytes = self.rest.as_bytes();
        let mut at = 0;
        while bytes.get(at).is_some_and(|&byte| is_between(byte)) {
            at += 1;
        }
        self.rest = &self.rest[at..];
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

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn the_kind_of_a_value_follows_from_its_first_byte() {
        for (value, expected) in [
            ("{}", "an object"),
            ("[1]", "a list"),
            ("\"x\"", "a string"),
            ("true", "a boolean"),
            ("false", "a boolean"),
            ("null", "null"),
            ("-1", "a number"),
            ("1e9", "a number"),
        ] {
            assert_eq!(kind(value), expected, "{value}");
        }
    }
}
