//! What an error of the service says besides its code and message: [`with_details`].

use serde::Deserialize;

/// How much of a message and how many fields are read; more would not be shown.
const MAX_MESSAGE: usize = 4 << 10;
const MAX_FIELDS: usize = 20;

/// The members of all errors of IVS Chat, except the message (Amazon IVS Chat API Reference, "Errors"
/// of each operation), and the message of errors of Amazon IVS, which the SDK does not know. Each
/// error has some of them.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Details {
    exception_message: Option<String>,
    reason: Option<String>,
    field_list: Vec<Field>,
    resource_id: Option<String>,
    resource_type: Option<String>,
    limit: Option<i64>,
}

/// An invalid member of a request. Its value is not part of the answer.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Field {
    name: String,
    message: String,
}

/// Returns a message with what the body of the error says besides: `too many (ROOM a; limit 3)`.
/// What the message already contains is not repeated.
pub(super) fn with_details(message: &str, body: &[u8]) -> String {
    let details: Details = serde_json::from_slice(body).unwrap_or_default();
    let message = match (message, &details.exception_message) {
        ("", Some(message)) => message,
        (message, _) => message,
    };
    let mut more: Vec<String> = details.reason.into_iter().collect();
    let message = &message[..message.floor_char_boundary(MAX_MESSAGE)];
    for Field { name, message: problem } in details.field_list.into_iter().take(MAX_FIELDS) {
        if !(message.contains(&name) && message.contains(&problem)) {
            more.push(format!("{name}: {problem}"));
        }
    }
    let kind = details.resource_type.unwrap_or_default();
    match details.resource_id.filter(|id| !id.is_empty()) {
        Some(id) if kind.is_empty() => more.push(id),
        Some(id) => more.push(format!("{kind} {id}")),
        None => more.push(kind),
    }
    more.extend(details.limit.map(|limit| format!("limit {limit}")));
    more.retain(|part| !part.is_empty() && !message.contains(part.as_str()));
    match (message, more.join("; ")) {
        (message, more) if more.is_empty() => message.to_owned(),
        ("", more) => more,
        (message, more) => format!("{message} ({more})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_follow_the_message() {
        for (message, body, expected) in [
            ("no", "", "no"),
            ("no", "<html>", "no"),
            ("no", r#"{"message":"no"}"#, "no"),
            (
                "Input is invalid",
                r#"{"reason":"FIELD_VALIDATION_FAILED","fieldList":[{"name":"name","message":"too long"},{"name":"tags"}]}"#,
                "Input is invalid (FIELD_VALIDATION_FAILED; name: too long; tags: )",
            ),
            (
                "name is too long",
                r#"{"reason":"OTHER","fieldList":[{"name":"name","message":"too long"}]}"#,
                "name is too long (OTHER)",
            ),
            ("gone", r#"{"resourceId":"a","resourceType":"ROOM"}"#, "gone (ROOM a)"),
            ("a is gone", r#"{"resourceId":"a"}"#, "a is gone"),
            (
                "Rate exceeded",
                r#"{"resourceId":"","resourceType":"ROOM","limit":5}"#,
                "Rate exceeded (ROOM; limit 5)",
            ),
            ("", r#"{"limit":5,"later":[]}"#, "limit 5"),
            ("", r#"{"exceptionMessage":"gone"}"#, "gone"),
        ] {
            assert_eq!(with_details(message, body.as_bytes()), expected, "{body}");
        }
    }
}
