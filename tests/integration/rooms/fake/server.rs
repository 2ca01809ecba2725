//! From a connection to its response: each request is checked, then executed, refused or disturbed by a fault.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use ivs_chat_review::chat::contract::Operation;
use ivs_chat_review::chat::control::{HttpRequest, ServiceError, token_problem};
use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;

use super::account::{ACCOUNT, REGION};
use super::body::{TestBody, response};
use super::faults::{FaultKind, Instead};
use super::{Call, Shared, State, Violation, ViolationKind, guarantees, named, signature, video};

pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(&shared, request));
            // An error closes the connection without a response, as intended.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> io::Result<Response<TestBody>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let arrival = arrive(shared, &head, &body);
    shared.changed.notify_all();

    if let Some(FaultKind::Slow(delay)) = arrival.fault {
        tokio::time::sleep(delay).await;
    }
    let instead = arrival.fault.as_ref().map(|fault| fault.instead(arrival.index));
    match instead.transpose()?.flatten() {
        Some(Instead::Disconnect) => return Err(io::Error::other("disconnected before")),
        Some(Instead::Respond(response)) => {
            shared.lock().calls[arrival.index].status = Some(response.status().as_u16());
            return Ok(response);
        }
        None => {}
    }
    let served = arrival.operation.and_then(|operation| {
        let account = &mut shared.lock().account;
        match arrival.is_video {
            true => video::serve(account, operation, &arrival.input).map_err(video::error),
            false => account.serve(&arrival.client, operation, &arrival.input),
        }
    });
    if arrival.fault == Some(FaultKind::DisconnectAfter) {
        return Err(io::Error::other("disconnected after"));
    }
    let served = served.map(|mut answer| {
        arrival.fault.iter().for_each(|fault| fault.change(&mut answer));
        answer
    });
    let (status, kind, body) = match served {
        Ok(Value::Null) => (204, None, String::new()),
        Ok(answer) => (200, None, answer.to_string()),
        Err(ServiceError { status, kind, body }) => (status, Some(kind), body.to_string()),
    };
    let is_truncated = arrival.fault == Some(FaultKind::Truncated);
    if !is_truncated {
        shared.lock().calls[arrival.index].status = Some(status);
    }
    response(status, kind, None, body, is_truncated)
}

/// A request that was checked and not yet executed.
struct Arrival {
    /// Its index in the calls.
    index: usize,
    client: String,
    /// The operation, or the response if the request is invalid.
    operation: Result<&'static str, ServiceError>,
    input: Value,
    /// Whether the operation is one of Amazon IVS.
    is_video: bool,
    fault: Option<FaultKind>,
}

fn arrive(shared: &Shared, head: &Parts, body: &[u8]) -> Arrival {
    let mut state = shared.lock();
    let (name, input, parsed) = match parse(head, body) {
        Ok((operation, input)) => (operation.name.to_owned(), input, Ok(operation)),
        Err(message) => (format!("{} {}", head.method, head.uri.path()), Value::Null, Err(message)),
    };
    let call = Call { operation: name, at: Instant::now(), input: input.clone(), status: None };
    let service = parsed.as_ref().map_or("ivschat", |operation| operation.service);
    let signer = signature::verify(head, body, REGION, service);
    let client = signer.clone().unwrap_or_default();

    let (operation, fault) = match parsed {
        Err(message) => {
            state.violate(ViolationKind::Contract, &call, &message);
            (Err(ServiceError::no_operation(&message)), None)
        }
        Ok(operation) => {
            let checked = state.check_contract(&call, operation);
            state.call_watchers(&call);
            state.check_guarantees(&call, &client);
            let fault = state.find_fault(&call);
            match (signer, state.take_token(&call, operation)) {
                (Err(message), _) => {
                    state.violate(ViolationKind::Signature, &call, &message);
                    (Err(ServiceError::new(403, "InvalidSignatureException", &message)), None)
                }
                (_, Err(throttled)) => (Err(throttled), None),
                _ => (checked.map(|()| operation.name), fault),
            }
        }
    };
    let index = state.calls.len();
    state.calls.push(call);
    let is_video = service == video::VIDEO;
    Arrival { index, client, operation, input, is_video, fault }
}

impl State {
    fn violate(&mut self, kind: ViolationKind, call: &Call, text: &str) {
        let text = format!("{}: {text}", call.operation);
        self.violations.push(Violation { kind, text });
    }

    fn check_contract(&mut self, call: &Call, operation: &Operation) -> Result<(), ServiceError> {
        let mut problems = operation.problems(&call.input);
        if self.account.accepts_any_arn {
            problems.retain(|problem| problem.name != "identifier");
        }
        if problems.is_empty() {
            problems.extend(match operation.name {
                "ListRooms" => token_problem(&call.input),
                "ListChannels" | "ListStreams" => {
                    video::token_problem(&self.account, operation.name, &call.input)
                }
                _ => None,
            });
        }
        for problem in &problems {
            self.violate(
                ViolationKind::Contract,
                call,
                &format!("{} {}", problem.name, problem.message),
            );
        }
        if problems.is_empty() { Ok(()) } else { Err(ServiceError::invalid(&problems)) }
    }

    fn call_watchers(&mut self, call: &Call) {
        for watcher in &mut self.watchers {
            if let Err(text) = watcher(call, &mut self.account) {
                self.violations.push(Violation { kind: ViolationKind::Watcher, text });
            }
        }
    }

    fn check_guarantees(&mut self, call: &Call, client: &str) {
        if call.operation == "UpdateRoom" {
            let had_fault = call.room().is_some_and(|room| self.had_fault.contains(room));
            for text in guarantees::violations(&self.account, client, &call.input, had_fault) {
                self.violate(ViolationKind::Guarantee, call, &text);
            }
        }
    }

    /// Returns the last fault that affects this call. All faults count the call.
    fn find_fault(&mut self, call: &Call) -> Option<FaultKind> {
        let found = self.faults.iter_mut().filter_map(|fault| fault.matches_call(call)).last();
        if let Some(room) =
            call.room().filter(|_| found.is_some() && call.operation == "UpdateRoom")
        {
            self.had_fault.insert(room.to_owned());
        }
        found
    }

    fn take_token(&mut self, call: &Call, operation: &Operation) -> Result<(), ServiceError> {
        let (name, quota) = (operation.name, operation.quota);
        if self.account.take(name, quota, Timestamp::now()) {
            return Ok(());
        }
        self.violate(ViolationKind::Rate, call, &format!("over {quota} a second"));
        Err(ServiceError::throttled(ACCOUNT, 5))
    }
}

/// Returns the operation and its input from path, query and body.
fn parse(head: &Parts, body: &[u8]) -> Result<(&'static Operation, Value), String> {
    let content_type = head.headers.get("content-type").and_then(|kind| kind.to_str().ok());
    HttpRequest {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query(),
        content_type,
        body,
    }
    .parse_with(named)
}
