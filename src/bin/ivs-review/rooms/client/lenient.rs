//! Answers with members of unexpected types: [`answer`].
//!
//! The SDK rejects an answer as a whole if one member has another type than in the service model, so
//! one odd room would end a list of fifty thousand. Here such a member counts as absent, except:
//!
//! - A handler, fallback, state or destination is replaced by one with an unknown value. An absent
//!   one has a meaning: a room without a handler may be changed.
//! - The lists themselves and the token of the next page stay, and the SDK rejects the answer: what
//!   follows would be lost.

use aws_sdk_ivschat::primitives::{DateTime, DateTimeFormat};
use serde_json::{Map, Value, json};

use super::body::TooLarge;

/// The maximum number of items of a list: no request asks for more in one page. Without a limit, a
/// list of empty items would take 200 times the memory of its body.
pub(super) const MAX_ITEMS: usize = 1_000;

/// The invalid members of a request in an error. An error remains one with too many of them.
const FIELDS: &str = "fieldList";

/// The lists that the client reads.
const LISTS: [&str; 6] =
    ["rooms", "loggingConfigurations", FIELDS, "channels", "streams", "errors"];

/// Returns the body of an answer in which all members have the types of the service model. A body
/// that is not a JSON object is not changed.
///
/// # Errors
///
/// If a list has too many items.
pub(super) fn answer(body: Vec<u8>) -> Result<Vec<u8>, TooLarge> {
    let parsed = serde_json::from_slice(&body)
        .or_else(|_| serde_json::from_str(&without_invalid_text(&body)));
    let Ok(Value::Object(mut answer)) = parsed else { return Ok(body) };
    convert(&mut answer)?;
    Ok(serde_json::to_vec(&answer).unwrap_or(body))
}

/// Replaces what is not Unicode in the strings of JSON by U+FFFD: invalid UTF-8, and escapes of half
/// a surrogate pair.
fn without_invalid_text(json: &[u8]) -> String {
    let json = String::from_utf8_lossy(json);
    let escape = |text: &str| -> Option<u32> {
        text.strip_prefix("\\u").and_then(|text| u32::from_str_radix(text.get(..4)?, 16).ok())
    };
    let mut valid = String::with_capacity(json.len());
    let mut rest = &*json;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        valid.push_str(before);
        let is_pair = |second: &str| matches!(escape(second), Some(0xDC00..=0xDFFF));
        let length = match escape(from) {
            Some(0xD800..=0xDBFF) if from.get(6..).is_some_and(is_pair) => 12,
            Some(0xD800..=0xDFFF) => {
                valid.push('\u{FFFD}');
                rest = &from[6..];
                continue;
            }
            // Another escape, such as of a backslash.
            _ => from.chars().take(2).map(char::len_utf8).sum(),
        };
        valid.push_str(&from[..length]);
        rest = &from[length..];
    }
    valid + rest
}

/// Replaces the members of an answer that have unexpected types.
fn convert(answer: &mut Map<String, Value>) -> Result<(), TooLarge> {
    for name in LISTS {
        let Some(Value::Array(items)) = answer.get_mut(name) else { continue };
        if name == FIELDS {
            items.truncate(MAX_ITEMS);
        }
        if items.len() > MAX_ITEMS {
            return Err(TooLarge::Items);
        }
        for item in items {
            // An item of another type counts as one without members.
            if !item.is_object() {
                *item = json!({});
            }
            if let Value::Object(members) = item {
                resource(members, false);
                keep_needed(name, members);
            }
        }
    }
    for name in ["channel", "stream"] {
        if let Some(Value::Object(members)) = answer.get_mut(name) {
            resource(members, false);
            keep_needed(name, members);
        }
    }
    resource(answer, true);
    Ok(())
}

/// Removes what the client does not need of a channel or stream, such as secrets of broadcasters.
fn keep_needed(kind: &str, members: &mut Map<String, Value>) {
    let needed: &[&str] = match kind {
        "channel" | "channels" => &["arn", "name"],
        "stream" | "streams" => &["channelArn", "state", "health", "viewerCount", "startTime"],
        _ => return,
    };
    members.retain(|name, _| needed.contains(&name.as_str()));
    if kind.starts_with("stream") {
        // The SDK would read an absent number as 0. The service writes -1 if it is not known.
        members.entry("viewerCount").or_insert_with(|| (-1).into());
    }
}

/// Replaces the members of a room, a logging configuration or an error, or those of the whole answer.
fn resource(members: &mut Map<String, Value>, is_whole: bool) {
    let is_list_of_tags = is_whole && members.len() == 1;
    members.retain(|name, value| match name.as_str() {
        "arn" | "id" | "name" | "message" | "reason" | "resourceId" | "resourceType" | "token"
        | "code" | "__type" | "exceptionMessage" | "channelArn" => value.is_string(),
        "createTime"
        | "updateTime"
        | "startTime"
        | "tokenExpirationTime"
        | "sessionExpirationTime" => value.as_str().is_some_and(is_time),
        "maximumMessageLength" | "maximumMessageRatePerSecond" | "limit" => {
            value.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
        }
        "viewerCount" => value.is_i64(),
        // The answer to ListTagsForResource has no other member.
        "tags" => value.is_object() || is_list_of_tags,
        "loggingConfigurationIdentifiers" => value.is_array(),
        _ => true,
    });
    for (name, value) in members {
        match (name.as_str(), &mut *value) {
            ("tags", Value::Object(tags)) => tags.retain(|_, value| value.is_string()),
            ("loggingConfigurationIdentifiers", Value::Array(arns)) => {
                arns.retain(Value::is_string);
            }
            ("messageReviewHandler", handler) => review_handler(handler),
            ("state" | "health", state) => as_text(state),
            ("destinationConfiguration", Value::Object(kinds)) if is_destination(kinds) => {}
            ("destinationConfiguration", destination) if !destination.is_null() => {
                *destination = json!({"unknown": {}});
            }
            _ => {}
        }
    }
}

/// A handler whose function is unknown gets an unknown fallback: rooms with one are never changed.
fn review_handler(handler: &mut Value) {
    let original = handler.to_string();
    match handler {
        Value::Null => {}
        Value::Object(members)
            if members.get("uri").is_none_or(|uri| uri.is_string() || uri.is_null()) =>
        {
            if let Some(fallback) = members.get_mut("fallbackResult") {
                as_text(fallback);
            }
        }
        _ => *handler = json!({"uri": "unknown", "fallbackResult": original}),
    }
}

/// Replaces a value that is not a string by its JSON.
fn as_text(value: &mut Value) {
    if !value.is_string() && !value.is_null() {
        *value = value.to_string().into();
    }
}

/// Whether the SDK accepts a destination: a union has exactly one member.
fn is_destination(kinds: &Map<String, Value>) -> bool {
    let is_member = |member: &Value| {
        member.as_object().is_some_and(|members| members.values().all(Value::is_string))
    };
    let mut kinds = kinds.iter().filter(|(name, value)| !value.is_null() && *name != "__type");
    match (kinds.next(), kinds.next()) {
        (Some((name, member)), None) => {
            !["s3", "cloudWatchLogs", "firehose"].contains(&name.as_str()) || is_member(member)
        }
        _ => false,
    }
}

fn is_time(text: &str) -> bool {
    DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lenient(json: &str) -> Value {
        serde_json::from_slice(&body(json.as_bytes())).expect("it is JSON")
    }

    fn body(body: &[u8]) -> Vec<u8> {
        answer(body.to_vec()).expect("lists are short")
    }

    #[test]
    fn other_bodies_are_not_changed() {
        for original in ["", "<html>", "[5]", "{", "\"a\"", "{\"arn\":\"a\",\"later\":5}"] {
            assert_eq!(body(original.as_bytes()), original.as_bytes());
        }
    }

    #[test]
    fn members_of_unexpected_types_are_replaced() {
        for (member, expected) in [
            (r#""arn":5"#, "{}"),
            (r#""name":["a"]"#, "{}"),
            (r#""createTime":1767225600"#, "{}"),
            (r#""updateTime":"2026-13-01T00:00:00Z""#, "{}"),
            (r#""createTime":"2026-01-01T00:00:00.123456789Z""#, ""),
            (r#""maximumMessageLength":500.5"#, "{}"),
            (r#""maximumMessageRatePerSecond":99999999999"#, "{}"),
            (r#""tags":{"a":5,"b":"c"}"#, r#"{"tags":{"b":"c"}}"#),
            (r#""name":"a","tags":[]"#, r#"{"name":"a"}"#),
            (
                r#""loggingConfigurationIdentifiers":["a",5]"#,
                r#"{"loggingConfigurationIdentifiers":["a"]}"#,
            ),
            (r#""loggingConfigurationIdentifiers":"a""#, "{}"),
            (r#""messageReviewHandler":{"uri":"f","fallbackResult":"DENY"}"#, ""),
            (r#""messageReviewHandler":{}"#, ""),
            (r#""messageReviewHandler":null"#, ""),
            (
                r#""messageReviewHandler":{"uri":"f","fallbackResult":5}"#,
                r#"{"messageReviewHandler":{"uri":"f","fallbackResult":"5"}}"#,
            ),
            (
                r#""messageReviewHandler":"f""#,
                r#"{"messageReviewHandler":{"uri":"unknown","fallbackResult":"\"f\""}}"#,
            ),
            (
                r#""messageReviewHandler":{"uri":["f"]}"#,
                r#"{"messageReviewHandler":{"uri":"unknown","fallbackResult":"{\"uri\":[\"f\"]}"}}"#,
            ),
            (r#""state":7"#, r#"{"state":"7"}"#),
            (r#""destinationConfiguration":{"s3":{"bucketName":"b"}}"#, ""),
            (r#""destinationConfiguration":{"kafka":{"topic":5}}"#, ""),
            (r#""destinationConfiguration":{}"#, r#"{"destinationConfiguration":{"unknown":{}}}"#),
            (
                r#""destinationConfiguration":{"s3":5}"#,
                r#"{"destinationConfiguration":{"unknown":{}}}"#,
            ),
            (
                r#""destinationConfiguration":{"s3":{},"firehose":{}}"#,
                r#"{"destinationConfiguration":{"unknown":{}}}"#,
            ),
            (r#""later":{"of":["the",5]}"#, ""),
        ] {
            let original = format!("{{{member}}}");
            let expected = if expected.is_empty() { &original } else { expected };
            let expected: Value = serde_json::from_str(expected).expect("JSON");
            assert_eq!(lenient(&original), expected, "{member}");
            let listed = format!(r#"{{"rooms":[{original},{{"name":"b"}}],"nextToken":"a"}}"#);
            let listed = lenient(&listed);
            assert_eq!(listed["rooms"][0], expected, "{member}");
            assert_eq!(listed["rooms"][1]["name"], "b");
        }
    }

    #[test]
    fn text_that_is_not_unicode_is_replaced() {
        for (name, expected) in [
            (r"\ud83d\ude00 \\ud83d \u0041 \n \\", "😀 \\ud83d A \n \\"),
            (r"a\ud83d", "a\u{FFFD}"),
            (r"\ude00\ud83d\u0041", "\u{FFFD}\u{FFFD}A"),
            (r"\ud83d\ud83d\ude00", "\u{FFFD}😀"),
            (r"\ud83d\\ude00", "\u{FFFD}\\ude00"),
            (r"\ud83dé", "\u{FFFD}é"),
        ] {
            let found = lenient(&format!(r#"{{"rooms":[{{"name":"{name}"}}]}}"#));
            assert_eq!(found["rooms"][0]["name"], expected, "{name}");
        }
        let found = body(b"{\"name\":\"a\xFFb\"}");
        assert_eq!(found, "{\"name\":\"a\u{FFFD}b\"}".as_bytes());
        for broken in [r#"{"a":"\u"#, r#"{"a":"\ud83d"#, "{\"\\é", r#"{"a":"\uD8é"}"#] {
            assert_eq!(body(broken.as_bytes()), broken.as_bytes());
        }
    }

    #[test]
    fn only_what_is_needed_of_channels_is_kept() {
        let channel = r#"{"arn":"a","name":5,"authorized":"x","srt":{"passphrase":"b"}}"#;
        let stream = r#"{"channelArn":"a","viewerCount":"many","health":7,"playbackUrl":"b"}"#;
        let found = lenient(&format!(
            r#"{{"channels":[{channel}],"channel":{channel},"streams":[{stream}],"stream":{stream}}}"#
        ));
        let channel = json!({"arn": "a"});
        let stream = json!({"channelArn": "a", "health": "7", "viewerCount": -1});
        let expected = json!({
            "channels": [channel], "channel": channel, "streams": [stream], "stream": stream
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn items_of_other_types_are_counted_and_lists_stay() {
        let rooms = lenient(r#"{"rooms":[null,5,{"arn":"a"}]}"#);
        assert_eq!(rooms, json!({"rooms": [{}, {}, {"arn": "a"}]}));
        // Tags alone are a list only as the whole answer.
        assert_eq!(lenient(r#"{"rooms":[{"tags":[]}]}"#), json!({"rooms": [{}]}));
        for list in [r#"{"rooms":"a"}"#, r#"{"rooms":[],"nextToken":5}"#, r#"{"tags":"a"}"#] {
            let unchanged: Value = serde_json::from_str(list).expect("JSON");
            assert_eq!(lenient(list), unchanged);
        }
    }

    #[test]
    fn lists_of_too_many_items_are_an_error() {
        for list in LISTS {
            let of_length =
                |length| json!({list: vec![json!({}); length]}).to_string().into_bytes();
            assert!(answer(of_length(MAX_ITEMS)).is_ok(), "{list}");
            let too_long = answer(of_length(MAX_ITEMS + 1));
            match list {
                FIELDS => assert_eq!(too_long, answer(of_length(MAX_ITEMS))),
                _ => assert_eq!(too_long, Err(TooLarge::Items), "{list}"),
            }
        }
    }
}
