//! Asks a function which rules it has.

use ivs_chat_review::display::abridged;
use ivs_chat_review::ivs::Probe;
use serde_json::{Value, json};

use crate::rooms::client::{Invocation, Service, ServiceError};

/// The most that is shown of an error of the function, in characters.
const MAX_ERROR: usize = 300;

/// What a function answered to a message.
pub(crate) struct Reply {
    /// What IVS Chat would use, or the error of the function.
    pub(crate) review: Result<Value, String>,
    /// What the function said of itself, if it does.
    pub(crate) probe: Option<Probe>,
    pub(crate) invocation: Invocation,
}

/// Lets a function review a message, with a sender that no chat has.
pub(crate) async fn review(
    service: &Service,
    function: &str,
    event: &Value,
) -> Result<Reply, ServiceError> {
    let invocation = service.invoke(function, event.to_string().as_bytes()).await?;
    let mut payload: Value = serde_json::from_slice(&invocation.payload).unwrap_or_default();
    if let Some(kind) = &invocation.error {
        let text = payload["errorMessage"].as_str().unwrap_or_default();
        let review = Err(abridged(&format!("{kind}: {text}"), MAX_ERROR));
        return Ok(Reply { review, probe: None, invocation });
    }
    let probe = payload.as_object_mut().and_then(|payload| payload.remove("Probe"));
    let probe = probe.and_then(|probe| serde_json::from_value(probe).ok());
    let review = match payload.is_object() {
        true => Ok(payload),
        false => Err("the answer is not a JSON object".to_owned()),
    };
    Ok(Reply { review, probe, invocation })
}

/// Returns an event for a message.
pub(crate) fn event(content: &str, room: &str) -> Value {
    json!({
        "Content": content,
        "MessageId": "ivs-review",
        "RoomArn": room,
        "Attributes": {},
        "Sender": { "UserId": "ivs-review", "Ip": "127.0.0.1", "Attributes": {} },
        "Probe": true,
    })
}
