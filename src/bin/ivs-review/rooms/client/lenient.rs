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

/// Returns the body of an answer in which all members have the types of the service model. A body
/// that is not a JSON object is not changed.
pub(super) fn answer(body: Vec<u8>) -> Vec<u8> {
    match serde_json::from_slice(&body) {
        Ok(Value::Object(answer)) => with_expected_types(answer).unwrap_or(body),
        Ok(_) => body,
        Err(_) => match serde_json::from_str(&without_invalid_text(&body)) {
            Ok(Value::Object(answer)) => {
                let repaired = with_expected_types(answer.clone());
                repaired.or_else(|| serde_json::to_vec(&answer).ok()).unwrap_or(body)
            }
            _ => body,
        },
    }
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

/// Returns the JSON of an answer with members of the expected types; `None` if it has them already.
fn with_expected_types(original: Map<String, Value>) -> Option<Vec<u8>> {
    let mut answer = original.clone();
    for name in ["rooms", "loggingConfigurations", "fieldList", "channels", "streams", "errors"] {
        if let Some(Value::Array(items)) = answer.get_mut(name) {
            for item in items {
                // An item of another type counts as one without members.
                if !item.is_object() {
                    *item = json!({});
                }
                if let Value::Object(members) = item {
                    resource(members);
                    of_video(name, members);
                }
            }
        }
    }
    for name in ["channel", "stream"] {
        if let Some(Value::Object(members)) = answer.get_mut(name) {
            resource(members);
            of_video(name, members);
        }
    }
    resource(&mut answer);
    if answer == original { None } else { serde_json::to_vec(&answer).ok() }
}

/// Removes what the client does not need of a channel or stream, such as secrets of broadcasters.
fn of_video(kind: &str, members: &mut Map<String, Value>) {
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

/// Replaces the members of a room, a logging configuration or an error.
fn resource(members: &mut Map<String, Value>) {
    let is_list = members.len() == 1;
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
        "tags" => value.is_object() || is_list,
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
        serde_json::from_slice(&answer(json.as_bytes().to_vec())).expect("it is JSON")
    }

    #[test]
    fn other_bodies_are_not_changed() {
        for body in
            ["", "<html>", "[5]", "{", " {\"rooms\" : [ ]}\n", "{\"arn\":\"a\",\"later\":5}"]
        {
            assert_eq!(answer(body.as_bytes().to_vec()), body.as_bytes());
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
        let found = answer(b"{\"name\":\"a\xFFb\"}".to_vec());
        assert_eq!(found, "{\"name\":\"a\u{FFFD}b\"}".as_bytes());
        for broken in [r#"{"a":"\u"#, r#"{"a":"\ud83d"#, "{\"\\é", r#"{"a":"\uD8é"}"#] {
            assert_eq!(answer(broken.as_bytes().to_vec()), broken.as_bytes());
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
        for body in [r#"{"rooms":"a"}"#, r#"{"rooms":[],"nextToken":5}"#, r#"{"tags":"a"}"#] {
            assert_eq!(answer(body.as_bytes().to_vec()), body.as_bytes());
        }
    }
}
