//! Why an event cannot be reviewed: [`EventError`].

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use super::read::{FromObject, Part, object};

/// Why an event cannot be reviewed. Holds the place and the kind of fault, and nothing of the
/// event itself, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventError {
    /// A path into the event: `$` for the event itself, else `$.Field`.
    path: &'static str,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    NotJson,
    NotAnObject(&'static str),
    Missing,
    NotAString(&'static str),
    BadString,
    ContentTwice,
    Malformed,
}

impl EventError {
    /// Where the fault is: `$` for the event itself, else `$.Field`.
    pub fn path(&self) -> &'static str {
        self.path
    }
}

/// The content of an event that cannot be read as a whole, or what is wrong with the content.
pub(super) fn content_alone(json: &[u8]) -> Result<String, EventError> {
    let event = |fault| EventError { path: "$", fault };
    let content = |fault| EventError { path: "$.Content", fault };
    let value: &RawValue = serde_json::from_slice(json).map_err(|_| event(Fault::NotJson))?;
    if kind(value) != "an object" {
        return Err(event(Fault::NotAnObject(kind(value))));
    }
    let contents: Contents<'_> =
        serde_json::from_slice(value.get().as_bytes()).map_err(|_| event(Fault::Malformed))?;
    match contents.0[..] {
        [] => Err(content(Fault::Missing)),
        // Half a surrogate pair in an escape is in no Unicode text.
        [value] if kind(value) == "a string" => {
            serde_json::from_slice(value.get().as_bytes()).map_err(|_| content(Fault::BadString))
        }
        [value] => Err(content(Fault::NotAString(kind(value)))),
        _ => Err(content(Fault::ContentTwice)),
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path)?;
        match self.fault {
            Fault::NotJson => f.write_str("not JSON in UTF-8"),
            Fault::NotAnObject(found) => write!(f, "expected an object, found {found}"),
            Fault::Missing => f.write_str("missing"),
            Fault::NotAString(found) => write!(f, "expected a string, found {found}"),
            Fault::BadString => f.write_str("not a Unicode string"),
            Fault::ContentTwice => f.write_str("there more than once"),
            Fault::Malformed => f.write_str("a field whose name cannot be read"),
        }
    }
}

impl std::error::Error for EventError {}

/// The kind of a JSON value, which its first byte tells.
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

/// All values of `Content` in an object.
struct Contents<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Contents<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

impl<'de: 'a, 'a> FromObject<'de> for Contents<'a> {
    fn from_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut contents = Vec::new();
        while let Some(part) = map.next_key()? {
            match part {
                Part::Content => contents.push(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Contents(contents))
    }
}
