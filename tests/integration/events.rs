//! Decoding of arbitrary events, compared with a naive decoder of the same members.

use std::collections::BTreeMap;

use ivs_chat_review::ivs::{Attributes, MAX_ATTRIBUTES, ReviewRequest};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::properties::config;

/// JSON that `serde_json::Value` cannot represent: repeated names, unpaired surrogates and numbers out of range.
#[derive(Clone, Debug)]
enum Json {
    Null,
    /// A number or boolean as written.
    Scalar(&'static str),
    Text(Text),
    List(Vec<Json>),
    Object(Vec<(Text, Json)>),
}

/// A string in parts.
type Text = Vec<Part>;

#[derive(Clone, Debug)]
enum Part {
    /// A string; with `true`, each of its UTF-16 units is escaped.
    Valid(String, bool),
    /// An unpaired trailing surrogate.
    Surrogate,
}

impl Json {
    fn write(&self, out: &mut String) {
        self.write_with(out, &mut |text, out| {
            out.push('"');
            for part in text {
                match part {
                    Part::Surrogate => out.push_str("\\udc00"),
                    Part::Valid(text, true) => {
                        text.encode_utf16().for_each(|unit| *out += &format!("\\u{unit:04X}"));
                    }
                    Part::Valid(text, false) => {
                        let quoted = json!(text).to_string();
                        out.push_str(&quoted[1..quoted.len() - 1]);
                    }
                }
            }
            out.push('"');
        });
    }

    fn write_with(&self, out: &mut String, text: &mut impl FnMut(&Text, &mut String)) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Scalar(scalar) => out.push_str(scalar),
            Json::Text(it) => text(it, out),
            Json::List(items) => {
                out.push_str("[ ");
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { "," } else { "" });
                    item.write_with(out, text);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (i, (name, value)) in members.iter().enumerate() {
                    out.push_str(if i > 0 { " , " } else { "\n" });
                    text(name, out);
                    out.push(':');
                    value.write_with(out, text);
                }
                out.push('}');
            }
        }
    }

    /// Returns the last member with this name, and the number of members with it.
    fn member(&self, wanted: &str) -> (Option<&Json>, usize) {
        let Json::Object(members) = self else { return (None, 0) };
        let all = members.iter().filter(|(name, _)| read(name) == wanted);
        (all.clone().next_back().map(|(_, value)| value), all.count())
    }

    fn as_text(&self) -> Option<String> {
        if let Json::Text(text) = self { Some(read(text)) } else { None }
    }

    /// Returns what a chat may display.
    fn displayed(&self) -> Option<String> {
        match self {
            Json::Null => None,
            Json::Text(text) => Some(read(text)),
            _ => {
                let mut out = String::new();
                self.write_with(&mut out, &mut |text, out| *out += &format!("\"{}\"", read(text)));
                Some(out)
            }
        }
    }
}

/// Decodes a string. An unpaired surrogate takes three bytes, each of which becomes U+FFFD.
fn read(text: &Text) -> String {
    let part = |part: &Part| match part {
        Part::Valid(text, _) => text.clone(),
        Part::Surrogate => "\u{FFFD}".repeat(3),
    };
    text.iter().map(part).collect()
}

/// Returns the attributes of an object, and whether they exceed the size limit.
fn attributes(
    object: Option<&Json>,
    text: impl Fn(&Json) -> Option<String>,
) -> (BTreeMap<String, String>, bool) {
    let mut all: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut length = 1;
    let Some(Json::Object(members)) = object else { return (BTreeMap::new(), false) };
    let mut is_too_large = false;
    for (name, value) in members {
        let (name, text) = (read(name), text(value));
        // With a comma, or the brace at the end.
        length += format!("{}:{},", json!(name), json!(text)).len();
        if length > MAX_ATTRIBUTES {
            is_too_large = true;
            break;
        }
        match (all.get_mut(&name), text) {
            (Some(Some(before)), text) if name.contains('\u{FFFD}') => {
                before.extend(text.map(|text| format!("\n{text}")));
            }
            (_, text) => {
                all.insert(name, text);
            }
        }
    }
    let all = all.into_iter().filter_map(|(name, text)| Some((name, text?)));
    (all.collect(), is_too_large)
}

fn text() -> impl Strategy<Value = Text> {
    let valid = prop_oneof![
        4 => select(&["", "a", "kys badge", "\"", "\\", "\n\u{1}", "é🙂", "\u{FFFD}"][..])
            .prop_map(str::to_owned),
        1 => (0..700_usize).prop_map(|length| "x".repeat(length)),
    ];
    let part = prop_oneof![
        6 => (valid, any::<bool>()).prop_map(|(text, escaped)| Part::Valid(text, escaped)),
        1 => Just(Part::Surrogate),
    ];
    vec(part, 0..3)
}

fn name(names: &'static [&'static str]) -> impl Strategy<Value = Text> {
    let known = (select(names), any::<bool>())
        .prop_map(|(name, it)| vec![Part::Valid(name.to_owned(), it)]);
    prop_oneof![8 => known, 1 => Just(vec![Part::Surrogate]), 1 => text()]
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        4 => text().prop_map(Json::Text),
        1 => Just(Json::Null),
        1 => select(&["0", "-1.5e3", "1e999", "true", "false"][..]).prop_map(Json::Scalar),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::List),
            vec((name(&["a", "b", "Content"]), inner), 0..4).prop_map(Json::Object),
        ]
    })
}

fn texts() -> impl Strategy<Value = Json> {
    let value = prop_oneof![3 => text().prop_map(Json::Text), 1 => json()];
    prop_oneof![
        6 => vec((name(&["a", "b", "displayName"]), value), 0..6).prop_map(Json::Object),
        1 => json(),
    ]
}

fn sender() -> impl Strategy<Value = Json> {
    const NAMES: &[&str] = &["UserId", "Attributes", "Ip", "userId"];
    let value = prop_oneof![3 => texts(), 2 => text().prop_map(Json::Text), 1 => json()];
    prop_oneof![
        6 => vec((name(NAMES), value), 0..5).prop_map(Json::Object),
        1 => json(),
    ]
}

fn event() -> impl Strategy<Value = Json> {
    const NAMES: &[&str] =
        &["MessageId", "RoomArn", "Attributes", "Sender", "content", "Content", "sender", "New"];
    let value = prop_oneof![
        3 => texts(), 3 => sender(), 2 => text().prop_map(Json::Text), 1 => json(),
    ];
    let content_name = Part::Valid("Content".to_owned(), false);
    let members = (vec((name(NAMES), value), 0..7), any::<prop::sample::Index>(), json());
    members.prop_map(move |(mut members, at, content)| {
        members.insert(at.index(members.len() + 1), (vec![content_name.clone()], content));
        Json::Object(members)
    })
}

/// Compares decoded attributes with those of the naive decoder.
fn assert_attributes(
    read: &Attributes<'_>,
    (expected, too_large): (BTreeMap<String, String>, bool),
) -> Result<(), TestCaseError> {
    let read_texts = read.iter().map(|(name, text)| (name.to_owned(), text.to_owned()));
    prop_assert_eq!(read_texts.collect::<BTreeMap<_, _>>(), expected);
    prop_assert_eq!(read.is_too_large(), too_large);
    Ok(())
}

/// An edit of an event, after which it may not be JSON.
#[derive(Clone, Debug)]
enum Edit {
    /// Replaces a few bytes.
    Replace(Index, usize, Vec<u8>),
    /// Copies a range to another position.
    Repeat(Index, usize, Index),
    Truncate(Index),
}

impl Edit {
    fn apply(&self, json: &mut Vec<u8>) {
        let place = |at: &Index| at.index(json.len() + 1);
        match self {
            Edit::Replace(at, length, bytes) => {
                let at = place(at);
                let end = json.len().min(at + length);
                json.splice(at..end, bytes.iter().copied());
            }
            Edit::Repeat(from, length, to) => {
                let (from, to) = (place(from), place(to));
                let piece = json[from..json.len().min(from + length)].to_vec();
                json.splice(to..to, piece);
            }
            Edit::Truncate(at) => json.truncate(place(at)),
        }
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    const BYTES: &[&[u8]] = &[
        b"",
        b"\"",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b" ",
        b"\0",
        b"\x0b",
        b"\x1f",
        b"\x7f",
        b"0",
        b"01",
        b"-",
        b".",
        b"e",
        b"E-1",
        b"+",
        b"true",
        b"nul",
        b"\\x",
        b"\\u00",
        b"\\uD800",
        b"\xff",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\"Content\":\"x\",",
    ];
    let bytes = prop_oneof![
        4 => select(BYTES).prop_map(<[u8]>::to_vec),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop_oneof![
        8 => (any::<Index>(), 0..4_usize, bytes).prop_map(|(at, length, it)| Edit::Replace(at, length, it)),
        1 => (any::<Index>(), 0..40_usize, any::<Index>())
            .prop_map(|(from, length, to)| Edit::Repeat(from, length, to)),
        1 => any::<Index>().prop_map(Edit::Truncate),
    ]
}

proptest! {
    // A few thousand cases, since each is fast.
    #![proptest_config(ProptestConfig { cases: config(1).cases * 16, ..config(1) })]

    #[test]
    fn validation_of_json_agrees_with_serde_json(event in event(), edits in vec(edit(), 0..4)) {
        let mut json = String::new();
        event.write(&mut json);
        let mut json = json.into_bytes();
        edits.iter().for_each(|edit| edit.apply(&mut json));
        let text = str::from_utf8(&json).ok();
        let value = text.and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
        let read = ReviewRequest::from_json(&json);
        let is_json = !read.as_ref().is_err_and(|error| {
            ["$: invalid JSON or UTF-8", "$: text after the JSON value"].contains(&&*error.to_string())
        });
        prop_assert_eq!(value.is_some(), is_json, "{:?}", text);
        let content = value.and_then(|value| serde_json::from_str::<Value>(value.get()).ok());
        if let (Some(content), Ok(request)) = (content, read) {
            prop_assert_eq!(content["Content"].as_str(), Some(&*request.content));
        }
    }
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn members_agree_with_a_naive_decoder(
        event in event(),
        before in select(&["", " \n"][..]),
        after in select(&["", " ", "\r\n", "x", "{\"Content\":\"y\"}", "]"][..]),
    ) {
        let mut json = before.to_owned();
        event.write(&mut json);
        // `serde_json` decodes the same content.
        let plain = serde_json::from_str::<Value>(&json).ok();
        json += after;
        let request = ReviewRequest::from_json(json.as_bytes());
        if !after.trim().is_empty() {
            let error = request.map(|_| ()).map_err(|error| error.to_string());
            prop_assert_eq!(error, Err("$: text after the JSON value".to_owned()));
            return Ok(());
        }
        let content = match event.member("Content") {
            (Some(Json::Text(text)), 1) if !text.iter().any(|it| matches!(it, Part::Surrogate)) => text,
            _ => {
                prop_assert!(request.is_err_and(|error| error.path() == "$.Content"), "{}", json);
                return Ok(());
            }
        };
        let request = request.map_err(|error| TestCaseError::fail(format!("{error}: {json}")))?;
        prop_assert_eq!(&*request.content, read(content));
        if let Some(plain) = plain {
            prop_assert_eq!(plain["Content"].as_str(), Some(&*request.content));
            prop_assert_eq!(plain["MessageId"].as_str(), request.message_id.as_deref());
            prop_assert_eq!(plain["RoomArn"].as_str(), request.room_arn.as_deref());
            prop_assert_eq!(plain["Sender"]["UserId"].as_str(), request.sender.user_id.as_deref());
        }
        let part = |name| event.member(name).0;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let text = |json: Option<&Json>| json.and_then(Json::as_text);
        prop_assert_eq!(owned(request.message_id.as_deref()), text(part("MessageId")));
        prop_assert_eq!(owned(request.room_arn.as_deref()), text(part("RoomArn")));
        assert_attributes(&request.attributes, attributes(part("Attributes"), Json::displayed))?;
        let of_sender = |name| part("Sender").and_then(|sender| sender.member(name).0);
        prop_assert_eq!(owned(request.sender.user_id.as_deref()), text(of_sender("UserId")));
        assert_attributes(&request.sender.attributes, attributes(of_sender("Attributes"), Json::as_text))?;
    }
}
