//! The frames of the Messaging API, each one JSON object with members as recorded from the service.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// String attributes by name.
pub type Attributes = BTreeMap<String, String>;

/// The maximum size of the attributes of a message and of a request ID, in bytes. The service does not publish them.
const MAX_BYTES: usize = 1_024;
/// The maximum lengths of the operations of the control plane with the same names, in code points.
const MAX_REASON: usize = 256;
const MAX_USER: usize = 128;

/// A request of a client.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Action {
    SendMessage { content: String, attributes: Option<Attributes> },
    DeleteMessage { id: String, reason: Option<String> },
    DisconnectUser { user_id: String, reason: Option<String> },
}

/// The kinds of requests. The capabilities of a token have the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionKind {
    /// Send a message.
    SendMessage,
    /// Delete a message.
    DeleteMessage,
    /// Disconnect a user.
    DisconnectUser,
}

impl ActionKind {
    const ALL: [ActionKind; 3] =
        [ActionKind::SendMessage, ActionKind::DeleteMessage, ActionKind::DisconnectUser];

    /// As in frames and in the capabilities of a token.
    pub fn as_str(self) -> &'static str {
        match self {
            ActionKind::SendMessage => "SEND_MESSAGE",
            ActionKind::DeleteMessage => "DELETE_MESSAGE",
            ActionKind::DisconnectUser => "DISCONNECT_USER",
        }
    }

    pub(super) fn of(text: &str) -> Option<ActionKind> {
        ActionKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The members of such a request.
    fn members(self) -> &'static [&'static str] {
        match self {
            ActionKind::SendMessage => &["Action", "RequestId", "Content", "Attributes"],
            ActionKind::DeleteMessage => &["Action", "RequestId", "Id", "Reason"],
            ActionKind::DisconnectUser => &["Action", "RequestId", "UserId", "Reason"],
        }
    }
}

/// Why a request is refused: the code and the text of the ERROR frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) text: String,
}

impl Refusal {
    pub(super) fn new(code: u16, text: impl Into<String>) -> Refusal {
        Refusal { code, text: text.into() }
    }

    /// A request is over a rate.
    pub(super) fn over_rate() -> Refusal {
        Refusal::new(429, "rate limit exceeded")
    }
}

/// A request whose members are not checked yet.
pub(super) struct RawRequest {
    members: serde_json::Map<String, Value>,
}

impl RawRequest {
    /// Returns `None` for text that is not a JSON object.
    pub(super) fn parse(text: &str) -> Option<RawRequest> {
        let Ok(Value::Object(members)) = serde_json::from_str(text) else { return None };
        Some(RawRequest { members })
    }

    /// The ID of the request; empty if there is none.
    pub(super) fn request_id(&self) -> &str {
        let id = self.members.get("RequestId").and_then(Value::as_str);
        id.filter(|id| id.len() <= MAX_BYTES).unwrap_or_default()
    }

    pub(super) fn kind(&self) -> Option<ActionKind> {
        self.members.get("Action").and_then(Value::as_str).and_then(ActionKind::of)
    }

    /// The first member that such a request does not have. The service ignores it.
    pub(super) fn unknown_member(&self) -> Option<&str> {
        let is_known = |name: &str| match self.kind() {
            Some(kind) => kind.members().contains(&name),
            None => ActionKind::ALL.iter().any(|kind| kind.members().contains(&name)),
        };
        self.members.keys().map(String::as_str).find(|name| !is_known(name))
    }

    /// Returns the request with its members checked.
    pub(super) fn action(&self) -> Result<Action, Refusal> {
        let Some(kind) = self.kind() else {
            return Err(Refusal::new(
                400,
                match self.members.get("Action") {
                    Some(_) => "Action must be SEND_MESSAGE, DELETE_MESSAGE or DISCONNECT_USER",
                    None => "Action is missing",
                },
            ));
        };
        self.text("RequestId", |id| id.len() <= MAX_BYTES)?;
        let reason = || self.text("Reason", |text| text.chars().count() <= MAX_REASON);
        Ok(match kind {
            ActionKind::SendMessage => Action::SendMessage {
                content: self.required("Content", |_| true)?,
                attributes: self.attributes()?,
            },
            ActionKind::DeleteMessage => {
                let id = self.required("Id", |_| true)?;
                if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return Err(Refusal::new(400, "Id must have 12 letters and digits"));
                }
                Action::DeleteMessage { id, reason: reason()? }
            }
            ActionKind::DisconnectUser => {
                let user_id = self.required("UserId", |id| id.chars().count() <= MAX_USER)?;
                if user_id.is_empty() {
                    return Err(Refusal::new(400, "UserId must not be empty"));
                }
                Action::DisconnectUser { user_id, reason: reason()? }
            }
        })
    }

    /// Returns a string, `None` if it is missing or null.
    fn text(&self, name: &str, fits: impl FnOnce(&str) -> bool) -> Result<Option<String>, Refusal> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if fits(text) => Ok(Some(text.clone())),
            Some(Value::String(_)) => Err(Refusal::new(413, format!("{name} is too large"))),
            Some(_) => Err(Refusal::new(400, format!("{name} must be a string"))),
        }
    }

    fn required(&self, name: &str, fits: impl FnOnce(&str) -> bool) -> Result<String, Refusal> {
        let text = self.text(name, fits)?;
        text.ok_or_else(|| Refusal::new(400, format!("{name} is missing")))
    }

    fn attributes(&self) -> Result<Option<Attributes>, Refusal> {
        match self.members.get("Attributes") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => match strings(members) {
                None => Err(Refusal::new(400, "Attributes must be strings")),
                Some(attributes) if size(&attributes) > MAX_BYTES => {
                    Err(Refusal::new(413, "Attributes is too large"))
                }
                Some(attributes) => Ok(Some(attributes).filter(|it| !it.is_empty())),
            },
            Some(_) => Err(Refusal::new(400, "Attributes must be an object")),
        }
    }
}

/// Returns the members of an object if all are strings.
pub(super) fn strings(members: &serde_json::Map<String, Value>) -> Option<Attributes> {
    let pair = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    members.iter().map(pair).collect()
}

/// The size of attributes in bytes: names and values.
pub(super) fn size(attributes: &Attributes) -> usize {
    attributes.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// A frame to a client.
#[derive(Clone, Serialize)]
#[serde(tag = "Type", rename_all = "UPPERCASE")]
pub(super) enum Frame<'f> {
    #[serde(rename_all = "PascalCase")]
    Message {
        id: &'f str,
        request_id: &'f str,
        attributes: Option<&'f Attributes>,
        content: &'f str,
        send_time: Timestamp,
        sender: Sender<'f>,
    },
    #[serde(rename_all = "PascalCase")]
    Event {
        id: &'f str,
        request_id: &'f str,
        event_name: &'f str,
        attributes: Option<&'f Attributes>,
        send_time: Timestamp,
    },
    #[serde(rename_all = "PascalCase")]
    Error { id: &'f str, request_id: &'f str, error_code: u16, error_message: &'f str },
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Sender<'f> {
    pub(super) user_id: &'f str,
    pub(super) attributes: &'f Attributes,
}

impl Frame<'_> {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a frame has only strings and a number")
    }
}

/// Returns the record of a frame as IVS Chat logging writes it, without a line break. `kind` is
/// `MESSAGE` or `EVENT`.
pub(super) fn record(kind: &'static str, time: Timestamp, frame: &str) -> String {
    format!(
        r#"{{"event_timestamp":"{time:.3}","type":"{kind}","payload":{frame},"version":"1.0"}}"#
    )
}
