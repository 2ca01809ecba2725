//! The event that IVS Chat sends: [`ReviewRequest`].
//!
//! Its shape is that of "Chat Message Review Handler" in the Amazon IVS Chat User Guide. The page
//! marks no field as required, so only `Content` is: a message that can be reviewed is reviewed.

mod error;
mod read;

use std::borrow::Cow;
use std::fmt;

pub use self::error::EventError;
use self::error::content_alone;
use self::read::Sound;
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
        let text = str::from_utf8(json).ok();
        let sound = text.and_then(|text| serde_json::from_str(text).ok());
        sound
            .map_or_else(|| serde_json::from_slice(json), |Sound(request)| Ok(request))
            .or_else(|_| content_alone(json).map(ReviewRequest::new))
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
            (r#"{"Content":null,"Content":"secret"}"#, "$.Content: there more than once"),
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
