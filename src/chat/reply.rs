//! The reply of a review handler: what is valid, and what happens to the message.

use serde_json::Value;

use super::frames::{Attributes, size, strings};

/// The maximum size of the attributes of a reply, in bytes of names and values.
const MAX_ATTRIBUTES: usize = 1_024;

/// How an invocation of the handler ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The function returned this.
    Reply(Vec<u8>),
    /// It did not answer within 200 ms.
    TimedOut,
    /// It failed, by its own fault.
    FunctionError,
    /// It could not be invoked; the reason.
    Unreachable(String),
}

/// A valid reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Deliver this content, with these attributes if there are any, else with the original ones.
    Allow { content: String, attributes: Option<Attributes> },
    /// Do not deliver the message. The sender gets the reason.
    Deny { reason: Option<String> },
}

impl Answer {
    /// Returns the reply, or why it counts as failed. Then the fallback of the room decides.
    pub(super) fn judge(&self, maximum_length: usize) -> Result<Reply, String> {
        match self {
            Answer::Reply(json) => {
                Reply::parse(json, maximum_length).map_err(|why| format!("invalid reply: {why}"))
            }
            Answer::TimedOut => Err("no answer in 200 ms".into()),
            Answer::FunctionError => Err("the function failed".into()),
            Answer::Unreachable(why) => Err(format!("cannot be reached: {why}")),
        }
    }
}

impl Reply {
    fn parse(json: &[u8], maximum_length: usize) -> Result<Reply, String> {
        let Ok(reply) = serde_json::from_slice::<Value>(json) else {
            return Err("not JSON".into());
        };
        let Some(members) = reply.as_object() else { return Err("not an object".into()) };
        let attributes = match members.get("Attributes") {
            None | Some(Value::Null) => None,
            Some(Value::Object(attributes)) => {
                Some(strings(attributes).ok_or("Attributes must be strings")?)
            }
            Some(_) => return Err("Attributes must be an object".into()),
        };
        if attributes.as_ref().is_some_and(|attributes| size(attributes) > MAX_ATTRIBUTES) {
            return Err("Attributes has more than 1 KB".into());
        }
        let content = match members.get("Content") {
            None => None,
            Some(Value::String(content)) => Some(content),
            Some(_) => return Err("Content must be a string".into()),
        };
        match (members.get("ReviewResult").and_then(Value::as_str), content) {
            (Some("DENY"), _) => {
                let reason = attributes.and_then(|mut attributes| attributes.remove("Reason"));
                Ok(Reply::Deny { reason })
            }
            (Some("ALLOW"), None) => Err("Content is missing".into()),
            (Some("ALLOW"), Some(content)) => match content.chars().count() {
                0 => Err("Content is empty".into()),
                length if length > maximum_length => {
                    Err(format!("Content has {length} characters, more than {maximum_length}"))
                }
                _ => Ok(Reply::Allow { content: content.clone(), attributes }),
            },
            _ => Err("ReviewResult must be ALLOW or DENY".into()),
        }
    }
}
