//! The event that IVS Chat sends: [`ReviewRequest`].
//!
//! Its format is documented in "Chat Message Review Handler" in the Amazon IVS Chat User Guide. The
//! page marks no field as required, so only `Content` is required here: a message that can be
//! reviewed is reviewed.

use std::borrow::Cow;
use std::fmt;

use super::attributes::Attributes;

/// A message to review.
///
/// Parts other than the content count as absent if they are missing, `null` or of an unexpected
/// type, without an effect on other parts. Unknown fields are ignored. Attributes of the message
/// are read whatever their type: a value that is not a string is taken as its JSON, because a chat may
/// show it so. Attributes are read up to [`MAX_ATTRIBUTES`](crate::ivs::MAX_ATTRIBUTES).
#[derive(Clone)]
pub struct ReviewRequest<'a> {
    /// The message as its sender typed it. The service sends 1 to 500 code points.
    pub content: Cow<'a, str>,
    /// The ID that the service assigned to the message.
    pub message_id: Option<Cow<'a, str>>,
    /// `arn:aws:ivschat:<region>:<account>:room/<id>`.
    pub room_arn: Option<Cow<'a, str>>,
    /// The attributes that the sender's client attached to the message.
    pub attributes: Attributes<'a>,
    /// The sender.
    pub sender: Sender<'a>,
    /// Whether the caller asks which rules the function has; see [`Probe`](crate::ivs::Probe).
    pub is_probe: bool,
}

/// The sender of a message, as in the chat token that the application created. The sender's IP
/// address is not kept.
#[derive(Clone, Default)]
pub struct Sender<'a> {
    /// The ID that the application chose.
    pub user_id: Option<Cow<'a, str>>,
    /// The attributes that the application chose.
    pub attributes: Attributes<'a>,
}

impl fmt::Debug for Sender<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// A field of a message that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The content.
    Content,
    /// The value of the attribute at an index.
    Attribute(usize),
    /// The value of the sender's attribute at an index.
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
    /// A message with content only.
    pub fn new(content: impl Into<Cow<'a, str>>) -> ReviewRequest<'a> {
        ReviewRequest {
            content: content.into(),
            message_id: None,
            room_arn: None,
            attributes: Attributes::default(),
            sender: Sender::default(),
            is_probe: false,
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

    /// The room ID: the last segment of the room's ARN.
    pub fn room_id(&self) -> Option<&str> {
        self.room_arn.as_deref()?.rsplit_once('/').map(|(_, id)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_except_the_content_may_be_absent_null_or_invalid() {
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
    fn the_room_id_is_the_last_segment_of_the_arn() {
        for (event, id) in [
            (
                r#"{"Content":"x","RoomArn":"arn:aws:ivschat:us-west-2:123456789012:room/AbC123"}"#,
                Some("AbC123"),
            ),
            (r#"{"Content":"x","RoomArn":"AbC123"}"#, None),
            (r#"{"Content":"x"}"#, None),
        ] {
            let request = ReviewRequest::from_json(event.as_bytes()).expect(event);
            assert_eq!(request.room_id(), id, "{event}");
        }
    }

    fn pairs(attributes: &Attributes<'_>) -> Vec<(String, String)> {
        attributes.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    }

    #[test]
    fn the_last_value_of_an_attribute_counts() {
        // The expected attributes of the message, and those of the sender where they differ.
        for (json, expected, of_sender) in [
            (r#"{"b":"2","a":"1"}"#, &[("a", "1"), ("b", "2")][..], None),
            (r#"{"a":"1","a":"2"}"#, &[("a", "2")], None),
            (r#"{"a":"1","\u0061":"\u00e9"}"#, &[("a", "é")], None),
            (r#"{"a":"1","a":2}"#, &[("a", "2")], Some(&[][..])),
            (r#"{"a":"1","a":null}"#, &[], None),
            (
                r#"{"a":null,"b":["x"],"c":{"d":"x"},"e":true,"f":"x","g":-1e999}"#,
                &[
                    ("b", r#"["x"]"#),
                    ("c", r#"{"d":"x"}"#),
                    ("e", "true"),
                    ("f", "x"),
                    ("g", "-1e999"),
                ],
                Some(&[("f", "x")]),
            ),
            (
                r#"{"a":["\u006b\"\\", {"\ud83d":"\n"} , "\\"]}"#,
                &[("a", "[\"k\"\\\", {\"���\":\"\n\"} , \"\\\"]")],
                Some(&[]),
            ),
            (r#"{"a":"x\ud83d","\udc00":"y"}"#, &[("a", "x���"), ("���", "y")], None),
            (r#"{"\udc00":"x","\udc01":"y","\ud800":null}"#, &[("���", "x\ny")], None),
            (r#"{"":""}"#, &[("", "")], None),
            ("{}", &[], None),
            ("null", &[], None),
            (r#"["a","b"]"#, &[], None),
            (r#""a""#, &[], None),
        ] {
            let event = format!(
                r#"{{"Attributes":{{"x":"y"}},"Attributes":{json},"Content":"x","Sender":{{"Attributes":{json},"UserId":"u"}}}}"#
            );
            let request = ReviewRequest::from_json(event.as_bytes()).expect(json);
            let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
                pairs.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
            };
            assert_eq!(pairs(&request.attributes), owned(expected), "{json}");
            let of_sender = owned(of_sender.unwrap_or(expected));
            assert_eq!(pairs(&request.sender.attributes), of_sender, "{json}");
            assert_eq!(request.sender.user_id.as_deref(), Some("u"));
            assert_eq!(request.content, "x");
        }
    }

    #[test]
    fn an_invalid_part_does_not_affect_others() {
        const PARTS: [(&str, &str); 5] = [
            ("Content", r#""x""#),
            ("MessageId", r#""m""#),
            ("RoomArn", r#""r""#),
            ("Attributes", r#"{"a":"b"}"#),
            ("Sender", r#"{"UserId":"u","Ip":"127.0.0.1","Attributes":{"c":"d"}}"#),
        ];
        let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
        let huge = format!("\"{}\"", "x".repeat(1 << 20));
        let odd = [
            "null",
            "true",
            "0",
            "-1e999",
            "[]",
            "[\"x\"]",
            "{}",
            "\"\"",
            r#""\ud800""#,
            r#""\udfffx""#,
            r#"{"\ud800":1}"#,
            &deep,
            &huge,
        ];
        for (at, (broken, _)) in PARTS.iter().enumerate().skip(1) {
            for value in odd {
                let mut event = format!("{{\"\\ud800\":{value},\"Unknown\":{value}");
                for (part, sound) in PARTS {
                    let value = if part == *broken { value } else { sound };
                    event += &format!(",\"{part}\":{value}");
                }
                event += "}";
                let request = ReviewRequest::from_json(event.as_bytes()).expect(broken);
                let parts = [
                    Some(request.content.to_string()),
                    request.message_id.as_deref().map(str::to_owned),
                    request.room_arn.as_deref().map(str::to_owned),
                    request.attributes.get("a").map(str::to_owned),
                    request.sender.user_id.as_deref().map(str::to_owned),
                    request.sender.attributes.get("c").map(str::to_owned),
                ];
                for (number, expected) in ["x", "m", "r", "b", "u", "d"].iter().enumerate() {
                    if number.min(4) != at {
                        assert_eq!(parts[number].as_deref(), Some(*expected), "{broken}: {value}");
                    }
                }
            }
        }
        for (broken, value) in
            [("UserId", "[1]"), ("Ip", r#""\ud800""#), ("Ip", "1e999"), ("\\ud800", "1")]
        {
            let event = format!(
                r#"{{"Content":"x","Sender":{{"UserId":"u","Attributes":{{"c":"d","e":1e999}},"{broken}":{value}}}}}"#
            );
            let request = ReviewRequest::from_json(event.as_bytes()).expect(broken);
            assert_eq!(pairs(&request.sender.attributes), [("c".to_owned(), "d".to_owned())]);
            assert_eq!(request.sender.user_id.as_deref(), (broken != "UserId").then_some("u"));
        }
    }

    #[test]
    fn only_whitespace_may_follow_the_object() {
        let event = |after| format!(r#" {{"Content":"x","MessageId":"m"}}{after}"#);
        for after in ["", " ", "\n\t\r\n"] {
            let event = event(after);
            let request = ReviewRequest::from_json(event.as_bytes()).expect(after);
            assert_eq!((&*request.content, request.message_id.as_deref()), ("x", Some("m")));
        }
        for after in ["x", "}", "{\"Content\":\"y\"}", ",", "\0", "\n\n\"", "[[["] {
            let error = ReviewRequest::from_json(event(after).as_bytes()).expect_err(after);
            assert_eq!(error.to_string(), "$: text after the JSON value");
        }
        assert!(ReviewRequest::from_json(b"{\"Content\":\"x\"}\xFF").is_err());
        let error = ReviewRequest::from_json(b"{\"Content\":\"x\xFF\"}").expect_err("not UTF-8");
        assert_eq!(error.to_string(), "$: invalid JSON or UTF-8");
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
    fn attributes_are_read_up_to_their_limit() {
        let many: Vec<String> = (0..200_000).map(|n| format!(r#""{n}":"x""#)).collect();
        let many = format!("{{{}}}", many.join(","));
        let huge = format!(r#"{{"a":"b","c":"{}"}}"#, "x".repeat(1 << 20));
        let escaped = format!(r#"{{"a":"b","c":"{}"}}"#, r"\u0078".repeat(1 << 16));
        let listed = format!(r#"{{"a":"b","c":["{}"]}}"#, r"\u0078".repeat(1 << 16));
        for (json, read) in [(&many, 110), (&huge, 1), (&escaped, 1), (&listed, 1)] {
            let event = format!(
                r#"{{"Content":"x","Attributes":{json},"Sender":{{"Attributes":{json}}}}}"#
            );
            let request = ReviewRequest::from_json(event.as_bytes()).expect("an event");
            for attributes in [&request.attributes, &request.sender.attributes] {
                assert!(attributes.is_too_large());
                assert_eq!(attributes.len(), read);
            }
        }
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
    fn an_error_contains_only_path_and_kind() {
        let deep = "[".repeat(100_000);
        for (json, message) in [
            ("", "$: invalid JSON or UTF-8"),
            ("secret", "$: invalid JSON or UTF-8"),
            (&deep, "$: invalid JSON or UTF-8"),
            ("[\"secret\"]", "$: expected an object, found an array"),
            ("\"secret\"", "$: expected an object, found a string"),
            ("{\"secret\":1}", "$.Content: missing"),
            ("{\"content\":\"secret\"}", "$.Content: missing"),
            ("{\"Content\":[\"secret\"]}", "$.Content: expected a string, found an array"),
            ("{\"Content\":null}", "$.Content: expected a string, found null"),
            ("{\"Content\":12}", "$.Content: expected a string, found a number"),
            (r#"{"Content":"secret\ud800"}"#, "$.Content: unpaired surrogate in string"),
            (r#"{"Content":"secret","Content":"b"}"#, "$.Content: duplicate field"),
            (r#"{"Content":null,"Content":"secret"}"#, "$.Content: duplicate field"),
        ] {
            let error = ReviewRequest::from_json(json.as_bytes()).expect_err(message);
            assert_eq!(error.to_string(), message);
            assert!(!format!("{error:?}").contains("secret"));
        }
        let not_utf8 = ReviewRequest::from_json(b"{\"Content\":\"\xFF\"}").expect_err("not UTF-8");
        assert_eq!(not_utf8.to_string(), "$: invalid JSON or UTF-8");
    }

    #[test]
    fn nested_values_are_skipped_at_any_depth() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let json = format!(r#"{{"Sender":{deep},"Content":"x","RoomArn":{deep}}}"#);
        let request = ReviewRequest::from_json(json.as_bytes()).expect("an event");
        assert_eq!(request.content, "x");
    }
}
