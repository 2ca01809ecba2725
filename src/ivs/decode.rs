//! Decodes the JSON of an event, each part by itself.
//!
//! One pass validates the event and finds its parts: [`Scanner`] accepts the same values as
//! `serde_json`, and returns the members of each object of interest in their original form. Each
//! value of interest is decoded by itself and leniently, so one that cannot be decoded does not
//! affect another one. The last value of a name counts. Only the content is required, exactly once
//! and as a Unicode string.
//!
//! For example, `{"Sender":{"UserId":"u","Ip":[1]},"Content":"\u0078"}` has the members `Sender`
//! and `Content`. The scanner enters the first and returns its members `UserId`, which is borrowed
//! from the event, and `Ip`, which is validated and dropped. Only the content has an escape, so
//! only the content is copied.

use std::borrow::Cow;

use super::attributes::{Attributes, Collector, MAX_ATTRIBUTES};
use super::error::{EventError, Fault};
use super::request::{ReviewRequest, Sender};
use super::scan::{Invalid, Scanner, Value};

/// The most bytes of JSON for one byte of a string: `\u0041` is `A`.
const MAX_ESCAPE: usize = 6;

impl<'a> ReviewRequest<'a> {
    /// Decodes the JSON of an event. After the object only whitespace is allowed.
    ///
    /// # Errors
    /// If the bytes are not a JSON object that has exactly one string `Content`. The error contains
    /// no text of the event.
    pub fn from_json(json: &'a [u8]) -> Result<ReviewRequest<'a>, EventError> {
        let not_json = EventError::of_event(Fault::NotJson);
        let mut scanner = Scanner::new(str::from_utf8(json).map_err(|_| not_json)?);
        let mut event = EventParts::new();
        let kind = event.scan(&mut scanner).map_err(|Invalid| not_json)?;
        if !scanner.is_at_end() {
            return Err(EventError::of_event(Fault::TrailingText));
        }
        match kind {
            None => event.finish(),
            Some(kind) => Err(EventError::of_event(Fault::NotAnObject(kind))),
        }
    }
}

/// An event that is being decoded.
pub(crate) struct EventParts<'a> {
    /// All but the content.
    pub(crate) request: ReviewRequest<'a>,
    /// The number of `Content` members, and the last of them.
    contents: usize,
    content: Option<Value<'a>>,
}

impl<'a> EventParts<'a> {
    pub(crate) fn new() -> EventParts<'a> {
        EventParts { request: ReviewRequest::new(""), contents: 0, content: None }
    }

    pub(crate) fn is_without_content(&self) -> bool {
        self.contents == 0
    }

    /// Scans the event. Returns the kind of the value if it is not an object.
    fn scan(&mut self, scanner: &mut Scanner<'a>) -> Result<Option<&'static str>, Invalid> {
        if !scanner.at_object() {
            return Ok(Some(scanner.value()?.kind()));
        }
        scanner.members(|scanner, name| self.member(&name.string(), scanner))?;
        Ok(None)
    }

    /// Reads the value of a member, or skips it.
    #[inline]
    pub(crate) fn member(&mut self, name: &str, scanner: &mut Scanner<'a>) -> Result<(), Invalid> {
        let request = &mut self.request;
        match name {
            "Content" => {
                self.contents += 1;
                self.content = Some(scanner.value()?);
            }
            "MessageId" => request.message_id = scanner.value()?.text(),
            "RoomArn" => request.room_arn = scanner.value()?.text(),
            "Attributes" => request.attributes = attributes(scanner, any)?,
            "Sender" => request.sender = sender(scanner)?,
            "Probe" => request.is_probe = scanner.value()?.json == "true",
            _ => scanner.skip()?,
        }
        Ok(())
    }

    /// Decodes the content. It may be delivered as it is, so it must not have unpaired surrogates.
    pub(crate) fn finish(self) -> Result<ReviewRequest<'a>, EventError> {
        let fault = match self.content {
            None => Fault::Missing,
            Some(_) if self.contents > 1 => Fault::DuplicateContent,
            Some(value) if !value.is_string() => Fault::NotAString(value.kind()),
            Some(value) => match value.unicode() {
                Some(content) => return Ok(ReviewRequest { content, ..self.request }),
                None => Fault::InvalidString,
            },
        };
        Err(EventError::of_content(fault))
    }
}

/// Decodes the sender, of which every part is optional.
fn sender<'a>(scanner: &mut Scanner<'a>) -> Result<Sender<'a>, Invalid> {
    let mut sender = Sender::default();
    if !scanner.at_object() {
        scanner.skip()?;
        return Ok(sender);
    }
    scanner.members(|scanner, name| {
        match &*name.string() {
            "UserId" => sender.user_id = scanner.value()?.text(),
            "Attributes" => sender.attributes = attributes(scanner, Value::text)?,
            _ => scanner.skip()?,
        }
        Ok(())
    })?;
    Ok(sender)
}

/// Decodes attributes, up to [`MAX_ATTRIBUTES`]; `text` decodes each value.
fn attributes<'a>(
    scanner: &mut Scanner<'a>,
    text: impl Fn(Value<'a>) -> Option<Cow<'a, str>>,
) -> Result<Attributes<'a>, Invalid> {
    if !scanner.at_object() {
        scanner.skip()?;
        return Ok(Attributes::default());
    }
    let mut collector = Collector::new();
    let mut full = false;
    scanner.members(|scanner, name| {
        let value = scanner.value()?;
        if !full {
            // A longer one is too large whatever its escapes, and is not decoded.
            let fits = name.json.len().max(value.json.len()) <= MAX_ESCAPE * (MAX_ATTRIBUTES + 1);
            full = !fits || !collector.push(name.string(), text(value));
        }
        Ok(())
    })?;
    if full {
        collector.cut();
    }
    Ok(collector.finish())
}

/// The text of any value as a chat may show it: that of a string, or else the JSON with the strings
/// in it decoded. `None` for `null`.
///
/// The service is documented to send only strings. If it passes on what a client sent, words in an
/// array or object must not bypass the rules, nor a number or boolean under a reserved name.
fn any(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value.kind() {
        "null" => None,
        "a string" => Some(value.string()),
        _ => Some(value.unescaped()),
    }
}
