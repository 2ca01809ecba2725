//! The API of the page, below `/local/`.

use std::convert::Infallible;
use std::sync::Arc;

use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame};
use hyper::{Method, Response, StatusCode};
use ivs_chat_review::chat::control::{ServiceError, decoded};
use ivs_chat_review::chat::{Attributes, Decision, Delivered, contract};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::hub::{Fault, Hub, PLACE, REPLACED, Reviewed, Reviewing, function};
use super::review::{Candidate, explanation, review};
use super::server::{Answer, json_answer, message};
use crate::rules_dir::RuleFolder;

/// The maximum length of a message in any room, in code points.
const MAX_LENGTH: usize = 500;

/// Returns the events of the page, which do not end.
pub(super) fn events(hub: &Arc<Hub>) -> Answer {
    /// The first event is the state; then come those of the hub.
    struct Events {
        first: Option<String>,
        receiver: tokio::sync::broadcast::Receiver<Arc<str>>,
    }
    let receiver = hub.subscribe();
    let first = Some(format!("event: state\ndata: {}\n\n", hub.state()));
    let events = stream::unfold(Events { first, receiver }, |mut events| async move {
        let text = match events.first.take() {
            Some(first) => first,
            None => match events.receiver.recv().await {
                Ok(event) => event.to_string(),
                Err(RecvError::Lagged(missed)) => {
                    format!("event: lagged\ndata: {{\"missed\":{missed}}}\n\n")
                }
                Err(RecvError::Closed) => return None,
            },
        };
        Some((Ok::<_, Infallible>(Frame::data(Bytes::from(text))), events))
    });
    let mut answer = Response::new(StreamBody::new(events).boxed_unsync());
    let kind = hyper::header::HeaderValue::from_static("text/event-stream");
    answer.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    answer
}

/// Answers a request of the page.
pub(super) fn answer(
    hub: &Arc<Hub>,
    method: &Method,
    path: &str,
    query: Option<&str>,
    body: &[u8],
) -> Answer {
    let result = match (method.as_str(), path) {
        ("GET", "/local/state") => Ok(hub.state()),
        ("GET", "/local/explanation") => explain(hub, query.unwrap_or_default()),
        ("POST", "/local/connect") => connect(hub, body),
        ("POST", "/local/what-if") => what_if(hub, body),
        ("POST", "/local/event") => event(hub, body),
        ("POST", "/local/room") => room(hub, body),
        ("POST", "/local/fault") => fault(hub, body),
        _ => Err(Problem::new(404, "not found")),
    };
    match result {
        Ok(value) => json_answer(StatusCode::OK, value.to_string()),
        Err(Problem { status, text }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
            message(status, &text)
        }
    }
}

struct Problem {
    status: u16,
    text: String,
}

impl Problem {
    fn new(status: u16, text: impl Into<String>) -> Problem {
        Problem { status, text: text.into() }
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Problem {
        Problem::new(error.status, error.message())
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Problem {
        Problem::new(400, error.to_string())
    }
}

/// Calls an operation of the control plane for a room; without one, for the lobby.
fn call(hub: &Arc<Hub>, name: &str, room: &'static str, body: &[u8]) -> Result<Value, Problem> {
    let mut input: Value = serde_json::from_slice(body)?;
    let Some(members) = input.as_object_mut() else {
        return Err(Problem::new(400, "expected an object"));
    };
    let arn = members.remove("room").unwrap_or_else(|| hub.lobby.clone().into());
    members.insert(room.to_owned(), arn.clone());
    let operation = contract::named(name).ok_or_else(|| Problem::new(404, "not found"))?;
    Ok(hub.control(place(arn.as_str().unwrap_or_default()), operation, &input)?)
}

/// Returns Region and account of a room.
fn place(arn: &str) -> (&str, &str) {
    let mut parts = arn.split(':').skip(3);
    match (parts.next(), parts.next()) {
        (Some(region), Some(account)) => (region, account),
        // The operation reports that the ARN is invalid.
        _ => PLACE,
    }
}

fn connect(hub: &Arc<Hub>, body: &[u8]) -> Result<Value, Problem> {
    call(hub, "CreateChatToken", "roomIdentifier", body)
}

fn event(hub: &Arc<Hub>, body: &[u8]) -> Result<Value, Problem> {
    call(hub, "SendEvent", "roomIdentifier", body)
}

fn room(hub: &Arc<Hub>, body: &[u8]) -> Result<Value, Problem> {
    let mut input: Value = serde_json::from_slice(body)?;
    let Some(members) = input.as_object_mut() else {
        return Err(Problem::new(400, "expected an object"));
    };
    let mut handler = serde_json::Map::new();
    if let Some(fallback) = members.remove("fallbackResult") {
        handler.insert("fallbackResult".into(), fallback);
    }
    match members.remove("hasHandler") {
        None => {}
        Some(Value::Bool(true)) => drop(handler.insert("uri".into(), function().into())),
        Some(Value::Bool(false)) => drop(handler.insert("uri".into(), "".into())),
        Some(_) => return Err(Problem::new(400, "hasHandler must be a boolean")),
    }
    if !handler.is_empty() {
        members.insert("messageReviewHandler".into(), handler.into());
    }
    call(hub, "UpdateRoom", "identifier", input.to_string().as_bytes())?;
    Ok(hub.state())
}

fn fault(hub: &Arc<Hub>, body: &[u8]) -> Result<Value, Problem> {
    #[derive(Deserialize)]
    struct Input {
        kind: String,
        milliseconds: Option<u64>,
    }
    let input: Input = serde_json::from_slice(body)?;
    let unknown = || Problem::new(400, "kind must be none, slow, error, invalid or down");
    hub.set_fault(Fault::of(&input.kind).ok_or_else(unknown)?, input.milliseconds);
    Ok(hub.state())
}

fn what_if(hub: &Arc<Hub>, body: &[u8]) -> Result<Value, Problem> {
    #[derive(Deserialize)]
    struct Input {
        room: Option<String>,
        content: String,
        #[serde(default)]
        attributes: Option<Attributes>,
        #[serde(default)]
        sender: Sender,
    }
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Sender {
        user_id: String,
        attributes: Attributes,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        review_result: String,
        content: String,
        attributes: Option<Attributes>,
    }
    let Input { room, content, attributes, sender } = serde_json::from_slice(body)?;
    // Longer messages are refused before their review, which would take long.
    if content.chars().count() > MAX_LENGTH {
        return Err(Problem::new(400, "Message exceeds maximum length"));
    }
    let room = room.unwrap_or_else(|| hub.lobby.clone());
    let event = json!({
        "Content": content,
        "MessageId": "",
        "RoomArn": room,
        "Attributes": attributes,
        "Sender": {"UserId": sender.user_id, "Attributes": sender.attributes},
    });
    let rules = hub.rules.loaded();
    let invalid = || Problem::new(400, "the message cannot be reviewed");
    let (reply, findings, _) =
        review(&rules.folder, event.to_string().as_bytes()).ok_or_else(invalid)?;
    let reply: Reply = serde_json::from_slice(&reply)?;
    let is_denied = reply.review_result == "DENY";
    let reason = reply.attributes.as_ref().and_then(|it| it.get("Reason")).cloned();
    let reason = reason.unwrap_or_else(|| "the message was denied in review".into());
    let attributes = attributes.filter(|it| !it.is_empty());
    let delivered = Delivered {
        content: reply.content,
        attributes: reply.attributes.or_else(|| attributes.clone()).filter(|it| !it.is_empty()),
    };
    let decision = Decision {
        review: None,
        id: String::new(),
        request_id: String::new(),
        room,
        user_id: sender.user_id,
        send_time: crate::clock::now(),
        content,
        attributes,
        sender_attributes: sender.attributes,
        delivered: (!is_denied).then_some(delivered),
        reason: is_denied.then_some(reason),
        error_code: is_denied.then_some(406),
        failure: None,
    };
    let reviewed = Reviewed::new(decision, findings, rules, &Reviewing::Rules);
    let mut answer = serde_json::to_value(&reviewed)?;
    answer["id"] = Value::Null;
    answer["decidedBy"] = "rules".into();
    answer["explanation"] = explanation_of(&reviewed, &reviewed.rules.folder)?;
    Ok(answer)
}

fn explain(hub: &Arc<Hub>, query: &str) -> Result<Value, Problem> {
    let id = query.split('&').find_map(|pair| pair.strip_prefix("id=")).unwrap_or_default();
    let id = decoded(id).map_err(|why| Problem::new(400, why))?;
    let missing = "the message is not among the last ones";
    let reviewed = hub.find(&id).ok_or_else(|| Problem::new(404, missing))?;
    let (loaded, is_kept) = (hub.rules.loaded(), reviewed.rules.generation != REPLACED);
    let rules = if is_kept { &reviewed.rules } else { &loaded };
    let explanation = match hub.is_invoking() {
        true => Value::Null,
        false => explanation_of(&reviewed, &rules.folder)?,
    };
    Ok(json!({
        "review": reviewed,
        "explanation": explanation,
        "rulesAreCurrent": reviewed.rules.generation == loaded.generation,
        "explainedBy": if is_kept { "then" } else { "now" },
    }))
}

/// Explains a message by these rules.
fn explanation_of(reviewed: &Reviewed, rules: &Arc<RuleFolder>) -> Result<Value, Problem> {
    let decision = &reviewed.decision;
    let none = Attributes::new();
    let candidate = Candidate {
        room: &decision.room,
        user_id: &decision.user_id,
        content: &decision.content,
        attributes: decision.attributes.as_ref().unwrap_or(&none),
        sender: &decision.sender_attributes,
    };
    let explanation = explanation(rules, &candidate.request());
    let explanation = explanation.map_err(|error| Problem::new(500, error.to_string()))?;
    Ok(serde_json::to_value(&explanation)?)
}
