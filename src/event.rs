//! The event that IVS Chat sends: [`ReviewRequest`].
//!
//! Its shape is that of "Chat Message Review Handler" in the Amazon IVS Chat User Guide. The page
//! marks no field as required, so only `Content` is: a message that can be reviewed is reviewed.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::attributes::Attributes;

/// A message that is to be reviewed.
///
/// Parts other than the content that are missing, `null` or of another type than the service
/// sends count as absent; fields that it does not know are passed over.
#[derive(Clone)]
pub struct ReviewRequest<'a> {
    /// The message as its sender typed it. The service sends 1 to 500 code points.
    pub content: Cow<'a, str>,
    /// The id that the service gave the message.
    pub message_id: Text<'a>,
    /// `arn:aws:ivschat:<region>:<account>:room/<id>`.
    pub room_arn: Text<'a>,
    /// What the sender's client put on the message.
    pub attributes: Attributes<'a>,
    /// Who sent it.
    pub sender: Sender<'a>,
}

/// The sender of a message, by the token that the application gave out. The address that they sent
/// it from is not even kept.
#[derive(Clone, Default)]
pub struct Sender<'a> {
    /// The id that the application chose.
    pub user_id: Text<'a>,
    /// The attributes that the application chose.
    pub attributes: Attributes<'a>,
}

impl fmt::Debug for Sender<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// One of the texts of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The content.
    Content,
    /// The value of the attribute of that number.
    Attribute(usize),
    /// The value of the sender's attribute of that number.
    Sender(usize),
}

impl fmt::Debug for ReviewRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReviewRequest")
            .field("content_bytes", &self.content.len())
            .finish_non_exhaustive()
    }
}

impl<'a> ReviewRequest<'a> {
    /// A message without anything around it.
    pub fn new(content: impl Into<Cow<'a, str>>) -> ReviewRequest<'a> {
        ReviewRequest {
            content: content.into(),
            message_id: Text::default(),
            room_arn: Text::default(),
            attributes: Attributes::default(),
            sender: Sender::default(),
        }
    }

    /// The text of a field.
    ///
    /// # Panics
    /// If the message has no such field.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Content => &self.content,
            Field::Attribute(number) => self.attributes.nth(number).1,
            Field::Sender(number) => self.sender.attributes.nth(number).1,
        }
    }

    /// The last segment of the room's ARN.
    pub fn room_id(&self) -> Option<&str> {
        self.room_arn.as_deref()?.rsplit_once('/').map(|(_, id)| id)
    }

    /// Reads the JSON of an event.
    ///
    /// # Errors
    /// If the bytes are no JSON object with a string `Content`. The error holds nothing of them.
    pub fn from_json(json: &'a [u8]) -> Result<ReviewRequest<'a>, EventError> {
        // Why it failed is looked for only once it has: the parser's own words quote the event.
        serde_json::from_slice(json).or_else(|_| content_alone(json).map(ReviewRequest::new))
    }
}

/// The parts that an event is made of.
#[derive(serde::Deserialize)]
#[serde(field_identifier)]
enum Part {
    Content,
    MessageId,
    RoomArn,
    Attributes,
    Sender,
    UserId,
    #[serde(other)]
    Unknown,
}

impl<'de: 'a, 'a> Deserialize<'de> for ReviewRequest<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RequestVisitor)
    }
}

/// By hand, since a derived one would take a JSON list for an object.
struct RequestVisitor;

impl<'de> Visitor<'de> for RequestVisitor {
    type Value = ReviewRequest<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut content = None;
        let (mut message_id, mut room_arn) = (Text::default(), Text::default());
        let (mut attributes, mut sender) = (Attributes::default(), Sender::default());
        while let Some(part) = map.next_key()? {
            match part {
                Part::Content => {
                    if content.replace(map.next_value::<Text<'de>>()?).is_some() {
                        return Err(A::Error::duplicate_field("Content"));
                    }
                }
                Part::MessageId => message_id = map.next_value()?,
                Part::RoomArn => room_arn = map.next_value()?,
                Part::Attributes => attributes = lenient::<Texts<'_>>(map.next_value()?).0,
                Part::Sender => sender = lenient(map.next_value()?),
                Part::UserId | Part::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let content = content.and_then(|Text(content)| content);
        let content = content.ok_or_else(|| A::Error::missing_field("Content"))?;
        Ok(ReviewRequest { content, message_id, room_arn, attributes, sender })
    }
}

/// A string by itself; nothing if something else stands there.
fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = serde_json::from_slice(value.get().as_bytes());
    text.ok().map(|Lossy(text)| text)
}

/// An object by itself, so that one that cannot be read counts as absent and leaves the others alone.
fn lenient<'de, T: Deserialize<'de> + Default>(value: &'de RawValue) -> T {
    serde_json::from_slice(value.get().as_bytes()).unwrap_or_default()
}

impl<'de: 'a, 'a> Deserialize<'de> for Sender<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SenderVisitor;

        impl<'de> Visitor<'de> for SenderVisitor {
            type Value = Sender<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut sender = Sender::default();
                while let Some(part) = map.next_key()? {
                    let value = map.next_value()?;
                    match part {
                        Part::UserId => sender.user_id = Text(text(value)),
                        Part::Attributes => sender.attributes = lenient::<Texts<'_>>(value).0,
                        _ => {}
                    }
                }
                Ok(sender)
            }
        }

        deserializer.deserialize_map(SenderVisitor)
    }
}

/// The texts of an object; its other values count as absent.
#[derive(Default)]
struct Texts<'a>(Attributes<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor;

        impl<'de> Visitor<'de> for TextsVisitor {
            type Value = Texts<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(Lossy(name)) = map.next_key()? {
                    pairs.push((name, text(map.next_value()?)));
                }
                Ok(Texts(Attributes::last_of_each(pairs)))
            }
        }

        deserializer.deserialize_map(TextsVisitor)
    }
}

/// A string, with a sign for each half of a surrogate pair: a name or a text that cannot be read
/// whole must not hide from the rules.
struct Lossy<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Lossy<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LossyVisitor;

        impl<'de> Visitor<'de> for LossyVisitor {
            type Value = Lossy<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(Lossy(String::from_utf8_lossy(bytes)))
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Lossy(Cow::Owned(String::from_utf8_lossy(bytes).into_owned())))
            }
        }

        deserializer.deserialize_bytes(LossyVisitor)
    }
}

/// A string, or nothing if something else stands there.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text<'a>(pub Option<Cow<'a, str>>);

impl Text<'_> {
    /// The string, if there is one.
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Text)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

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
fn content_alone(json: &[u8]) -> Result<String, EventError> {
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
        struct ContentsVisitor;

        impl<'de> Visitor<'de> for ContentsVisitor {
            type Value = Vec<&'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut contents = Vec::new();
                while let Some(part) = map.next_key()? {
                    match part {
                        Part::Content => contents.push(map.next_value()?),
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(contents)
            }
        }

        deserializer.deserialize_map(ContentsVisitor).map(Contents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_content_may_be_absent_null_or_odd() {
        for json in [
            r#"{"Content":"x"}"#,
            r#"{"Content":"x","Attributes":null,"Sender":null,"MessageId":null,"RoomArn":null}"#,
            r#"{"Content":"x","Attributes":{},"Sender":{},"New":[1,{"a":[]}]}"#,
            r#"{"Attributes":[1],"Sender":5,"MessageId":{"a":1},"RoomArn":[[2]],"Content":"x"}"#,
            r#" {"Content":"\u0078","MessageId":-1,"RoomArn":true} "#,
            r#"{"Content":"x","MessageId":1e999,"RoomArn":"\udc00"}"#,
        ] {
            let request = ReviewRequest::from_json(json.as_bytes()).expect(json);
            assert_eq!(request.content, "x");
            assert_eq!(request.message_id.as_deref(), None);
        }
    }

    #[test]
    fn attributes_are_texts_by_name_and_the_last_counts() {
        let pairs = |attributes: &Attributes<'_>| -> Vec<(String, String)> {
            attributes.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
        };
        for (json, expected) in [
            (r#"{"b":"2","a":"1"}"#, &[("a", "1"), ("b", "2")][..]),
            (r#"{"a":"1","a":"2"}"#, &[("a", "2")]),
            (r#"{"a":"1","\u0061":"\u00e9"}"#, &[("a", "é")]),
            (r#"{"a":"1","a":2}"#, &[]),
            (r#"{"a":null,"b":["x"],"c":{"d":"x"},"e":true,"f":"x"}"#, &[("f", "x")]),
            (r#"{"a":"x\ud83d","\udc00":"y"}"#, &[("a", "x���"), ("���", "y")]),
            (r#"{"":""}"#, &[("", "")]),
            ("{}", &[]),
            ("null", &[]),
            (r#"["a","b"]"#, &[]),
            (r#""a""#, &[]),
        ] {
            let event = format!(
                r#"{{"Attributes":{{"x":"y"}},"Attributes":{json},"Content":"x","Sender":{{"Attributes":{json},"UserId":"u"}}}}"#
            );
            let request = ReviewRequest::from_json(event.as_bytes()).expect(json);
            let expected: Vec<_> =
                expected.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
            assert_eq!(pairs(&request.attributes), expected, "{json}");
            assert_eq!(pairs(&request.sender.attributes), expected, "{json}");
            assert_eq!(request.sender.user_id.as_deref(), Some("u"));
            assert_eq!(request.content, "x");
        }
    }

    #[test]
    fn attributes_are_borrowed_where_they_have_no_escapes() {
        let json = r#"{"Content":"x","Attributes":{"näme":"välue"}}"#;
        let request = ReviewRequest::from_json(json.as_bytes()).expect("an event");
        let (name, text) = request.attributes.nth(0);
        for part in [name, text] {
            assert!(json.as_bytes().as_ptr_range().contains(&part.as_ptr()), "{part}");
        }
    }

    #[test]
    fn attributes_take_no_more_than_their_share_of_time() {
        let pairs: Vec<String> =
            (0..200_000).rev().map(|n| format!(r#""{}":"x""#, n % 70_000)).collect();
        let json = format!(r#"{{"Content":"x","Attributes":{{{}}}}}"#, pairs.join(","));
        let begun = std::time::Instant::now();
        let request = ReviewRequest::from_json(json.as_bytes()).expect("an event");
        assert_eq!(request.attributes.len(), 70_000);
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    }

    #[test]
    fn debug_hides_the_text() {
        let json = br#"{"Content":"secret","MessageId":"secret","Attributes":{"secret":"secret"},
            "Sender":{"UserId":"secret","Ip":"secret","Attributes":{"secret":"secret"}}}"#;
        let request = ReviewRequest::from_json(json).expect("an event");
        let parts = (&request.sender, &request.attributes);
        assert!(!format!("{parts:?}").contains("secret"));
        assert!(!format!("{request:?}").contains("secret"));
    }

    #[test]
    fn an_error_names_path_and_kind_alone() {
        let deep = "[".repeat(100_000);
        for (json, told) in [
            ("", "$: not JSON in UTF-8"),
            ("secret", "$: not JSON in UTF-8"),
            (&deep, "$: not JSON in UTF-8"),
            ("[\"secret\"]", "$: expected an object, found a list"),
            ("\"secret\"", "$: expected an object, found a string"),
            ("{\"secret\":1}", "$.Content: missing"),
            ("{\"content\":\"secret\"}", "$.Content: missing"),
            ("{\"Content\":[\"secret\"]}", "$.Content: expected a string, found a list"),
            ("{\"Content\":null}", "$.Content: expected a string, found null"),
            ("{\"Content\":12}", "$.Content: expected a string, found a number"),
            (r#"{"Content":"secret\ud800"}"#, "$.Content: not a Unicode string"),
            (r#"{"Content":"secret","Content":"b"}"#, "$.Content: there more than once"),
            (r#"{"Content":"secret","secret\ud800":1}"#, "$: a field whose name cannot be read"),
        ] {
            let error = ReviewRequest::from_json(json.as_bytes()).expect_err(told);
            assert_eq!(error.to_string(), told);
            assert!(!format!("{error:?}").contains("secret"));
        }
        let not_utf8 = ReviewRequest::from_json(b"{\"Content\":\"\xFF\"}").expect_err("no UTF-8");
        assert_eq!(not_utf8.to_string(), "$: not JSON in UTF-8");
    }

    #[test]
    fn nested_values_are_passed_over_however_deep() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let json = format!(r#"{{"Sender":{deep},"Content":"x","RoomArn":{deep}}}"#);
        let request = ReviewRequest::from_json(json.as_bytes()).expect("an event");
        assert_eq!(request.content, "x");
    }
}
