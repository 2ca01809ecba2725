//! Faults that a test injects, the calls that they affect, and the responses that they replace or change.
//!
//! They know nothing of the operations, so they can be put before any service.

use std::io;
use std::ops::RangeBounds;
use std::time::Duration;

use hyper::Response;
use serde_json::{Value, json};

use super::Call;
use super::body::{TestBody, endless, response};

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum FaultKind {
    /// An error response with this status, type and message; the request has no effect.
    Error(u16, &'static str, &'static str),
    /// 503 with `Retry-After` in seconds; the request has no effect.
    RetryAfter(u32),
    /// The usual response, after this delay.
    Slow(Duration),
    /// The connection is closed before the request has an effect, without a response.
    DisconnectBefore,
    /// The connection is closed after the request was executed, without a response.
    DisconnectAfter,
    /// The request is executed, and the connection is closed in the middle of the response.
    Truncated,
    /// This status with a body that is not JSON; the request has no effect.
    InvalidBody(u16),
    /// This status and body; the request has no effect.
    Foreign(u16, &'static str),
    /// This response; the request has no effect.
    Replaced(Replacement),
    /// 200 and a JSON object of this size, in bytes; the request has no effect.
    Huge(usize),
    /// 200 and a body that does not end; the request has no effect.
    Endless,
    /// 200 and a body of one byte per second; the request has no effect.
    Dripping,
    /// Empty pages of a list, each with the token of another one.
    EndlessPages { same_token: bool },
    /// The usual response, changed by this JSON: objects are merged, `null` removes a member.
    Changed(&'static str),
}

impl FaultKind {
    pub(crate) const DENIED: FaultKind = FaultKind::Error(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::111122223333:user/operator is not authorized to perform this",
    );
    pub(crate) const EXPIRED: FaultKind = FaultKind::Error(
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    );
    pub(crate) const THROTTLED: FaultKind =
        FaultKind::Error(429, "ThrottlingException", "Rate exceeded");
    pub(crate) const INTERNAL: FaultKind =
        FaultKind::Error(500, "InternalServerException", "Internal failure");
    pub(crate) const UNAVAILABLE: FaultKind =
        FaultKind::Error(503, "ServiceUnavailableException", "Service unavailable");
}

/// A response that the service does not give.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Replacement {
    pub(crate) status: u16,
    /// The error code.
    pub(crate) code: Option<String>,
    /// The header of a redirect.
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

/// What a fault does in place of the service.
pub(crate) enum Instead {
    /// The connection is closed.
    Disconnect,
    Respond(Response<TestBody>),
}

impl FaultKind {
    /// Returns what the client gets in place of the response of the service, to which the request is then not passed
    /// on. `number` is different for each call.
    pub(crate) fn instead(&self, number: usize) -> io::Result<Option<Instead>> {
        let replacement = match self {
            FaultKind::DisconnectBefore => return Ok(Some(Instead::Disconnect)),
            FaultKind::Error(status, code, message) => Replacement {
                status: *status,
                code: Some((*code).to_owned()),
                location: None,
                body: json!({"message": message}).to_string(),
            },
            FaultKind::RetryAfter(seconds) => {
                let body = json!({"message": "Service unavailable"}).to_string();
                let busy = Some("ServiceUnavailableException");
                let response = response(503, busy, Some(*seconds), body, false)?;
                return Ok(Some(Instead::Respond(response)));
            }
            FaultKind::InvalidBody(status) => Replacement::new(*status, "<html>Bad gateway"),
            FaultKind::Foreign(status, body) => Replacement::new(*status, body),
            FaultKind::Replaced(replacement) => replacement.clone(),
            FaultKind::Huge(bytes) => {
                Replacement::new(200, &format!("{{{}}}", " ".repeat(bytes - 2)))
            }
            FaultKind::Endless => return Ok(Some(Instead::Respond(endless(None)?))),
            FaultKind::Dripping => {
                return Ok(Some(Instead::Respond(endless(Some(Duration::from_secs(1)))?)));
            }
            FaultKind::EndlessPages { same_token } => {
                let token = if *same_token { "same".to_owned() } else { number.to_string() };
                let page = json!({"rooms": [], "loggingConfigurations": [], "nextToken": token});
                Replacement::new(200, &page.to_string())
            }
            FaultKind::Slow(_)
            | FaultKind::DisconnectAfter
            | FaultKind::Truncated
            | FaultKind::Changed(_) => return Ok(None),
        };
        Ok(Some(Instead::Respond(replacement.response()?)))
    }

    /// Changes an answer of the service.
    pub(crate) fn change(&self, answer: &mut Value) {
        if let FaultKind::Changed(change) = self {
            merge(answer, &serde_json::from_str(change).expect("valid JSON"));
        }
    }
}

impl Replacement {
    fn new(status: u16, body: &str) -> Self {
        Self { status, code: None, location: None, body: body.to_owned() }
    }

    fn response(self) -> io::Result<Response<TestBody>> {
        let mut response = response(self.status, None, None, self.body, false)?;
        let headers = response.headers_mut();
        // Header values may be any bytes but control characters of ASCII.
        let mut set = |name: &'static str, text: Option<String>| {
            let value = text.map(|text| text.into_bytes().try_into().map_err(io::Error::other));
            value.transpose().map(|value| value.map(|value| headers.insert(name, value)))
        };
        set("x-amzn-errortype", self.code)?;
        set("location", self.location)?;
        Ok(response)
    }
}

/// Merges a change into JSON. A change of an array is merged into its first element.
fn merge(answer: &mut Value, change: &Value) {
    match (answer, change) {
        (Value::Array(elements), Value::Object(_)) => {
            elements.first_mut().into_iter().for_each(|first| merge(first, change));
        }
        (Value::Object(members), Value::Object(changes)) => {
            for (name, change) in changes {
                match change {
                    Value::Null => drop(members.remove(name)),
                    change => merge(members.entry(name.as_str()).or_insert(Value::Null), change),
                }
            }
        }
        (answer, change) => *answer = change.clone(),
    }
}

/// A fault and the calls that it affects.
pub(crate) struct Fault {
    kind: FaultKind,
    operation: &'static str,
    room: Option<String>,
    /// Selects by call number, counted from 1 over the calls with this operation and room.
    calls: Box<dyn Fn(u32) -> bool + Send>,
    seen: u32,
}

impl Fault {
    /// Affects every call of the operation.
    pub(crate) fn new(kind: FaultKind, operation: &'static str) -> Self {
        Self { kind, operation, room: None, calls: Box::new(|_| true), seen: 0 }
    }

    /// Restricts the fault to calls about this room.
    pub(crate) fn room(self, arn: &str) -> Self {
        Self { room: Some(arn.into()), ..self }
    }

    /// Restricts the fault to these call numbers, counted from 1.
    pub(crate) fn calls(self, calls: impl RangeBounds<u32> + Send + 'static) -> Self {
        Self { calls: Box::new(move |call| calls.contains(&call)), ..self }
    }

    /// Counts this call; returns the fault if the call is affected.
    pub(crate) fn matches_call(&mut self, call: &Call) -> Option<FaultKind> {
        let room = self.room.as_deref();
        if self.operation != call.operation || (room.is_some() && room != call.room()) {
            return None;
        }
        self.seen += 1;
        (self.calls)(self.seen).then(|| self.kind.clone())
    }
}
