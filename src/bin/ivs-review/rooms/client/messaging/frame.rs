//! What the messaging API sends: [`Frame`].

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

/// A frame, of which only the members are kept that are needed here (Amazon IVS Chat Messaging API
/// Reference).
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A message that was delivered to the room.
    Message { id: String, request_id: String, content: String },
    /// Clients should delete this message.
    Deleted { message_id: String },
    /// A request that failed.
    Error { request_id: String, code: i64, reason: String },
    /// Any other frame, also one that is not of IVS Chat.
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Members {
    r#type: String,
    #[serde(default)]
    id: String,
    request_id: Option<String>,
    content: Option<String>,
    event_name: Option<String>,
    attributes: Option<HashMap<String, Value>>,
    error_code: Option<i64>,
    error_message: Option<String>,
}

impl Frame {
    pub(super) fn parse(text: &str) -> Frame {
        let Ok(members) = serde_json::from_str::<Members>(text) else { return Frame::Other };
        let Members { id, request_id, content, attributes, .. } = members;
        let request_id = request_id.unwrap_or_default();
        match (members.r#type.as_str(), content, members.error_code) {
            ("MESSAGE", Some(content), _) => Frame::Message { id, request_id, content },
            ("ERROR", _, Some(code)) => {
                let reason = members.error_message.unwrap_or_default();
                Frame::Error { request_id, code, reason }
            }
            ("EVENT", ..) if members.event_name.as_deref() == Some("aws:DELETE_MESSAGE") => {
                let attributes = attributes.unwrap_or_default();
                // The second name is that of 2022.
                let id = ["MessageId", "MessageID"].iter().find_map(|name| attributes.get(*name));
                match id.and_then(Value::as_str) {
                    Some(id) => Frame::Deleted { message_id: id.to_owned() },
                    None => Frame::Other,
                }
            }
            _ => Frame::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_parsed_leniently() {
        let message = |id: &str, request_id: &str, content: &str| Frame::Message {
            id: id.to_owned(),
            request_id: request_id.to_owned(),
            content: content.to_owned(),
        };
        let error = |request_id: &str, code, reason: &str| Frame::Error {
            request_id: request_id.to_owned(),
            code,
            reason: reason.to_owned(),
        };
        let deleted = || Frame::Deleted { message_id: "M2YcHkgffEvU".to_owned() };
        for (text, expected) in [
            (
                r#"{"Type":"MESSAGE","Id":"M2YcHkgffEvU","RequestId":"r","Attributes":null,"Content":"Hi","SendTime":"2022-12-02T08:21:20.754555595Z","Sender":{"UserId":"u1","Attributes":{}}}"#,
                message("M2YcHkgffEvU", "r", "Hi"),
            ),
            (r#"{"Type":"MESSAGE","Content":""}"#, message("", "", "")),
            (
                r#"{"Type":"ERROR","Id":"x","RequestId":"r","ErrorCode":406,"ErrorMessage":"No."}"#,
                error("r", 406, "No."),
            ),
            (r#"{"Type":"ERROR","ErrorCode":429}"#, error("", 429, "")),
            (
                r#"{"Type":"EVENT","EventName":"aws:DELETE_MESSAGE","Attributes":{"MessageID":"M2YcHkgffEvU"}}"#,
                deleted(),
            ),
            (
                r#"{"Type":"EVENT","EventName":"aws:DELETE_MESSAGE","Attributes":{"MessageId":"M2YcHkgffEvU","Reason":"x"}}"#,
                deleted(),
            ),
            (
                r#"{"Type":"EVENT","EventName":"aws:DELETE_MESSAGE","Attributes":null}"#,
                Frame::Other,
            ),
            (r#"{"Type":"EVENT","EventName":"poll","Attributes":{"MessageId":"x"}}"#, Frame::Other),
            (r#"{"Type":"message","Content":"x"}"#, Frame::Other),
            (r#"{"Type":"MESSAGE","Content":7}"#, Frame::Other),
            (r#"{"Type":"ERROR","ErrorCode":"406"}"#, Frame::Other),
            ("[]", Frame::Other),
            ("ok", Frame::Other),
            ("", Frame::Other),
        ] {
            assert_eq!(Frame::parse(text), expected, "{text}");
        }
    }
}
