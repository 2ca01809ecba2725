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
use serde_json::Value;
use tokio::net::TcpListener;

use super::account::REGION;
use super::body::{TestBody, response};
use super::bucket::Bucket;
use super::contract::Operation;
use super::faults::{FaultKind, Instead};
use super::protocol::ErrorResponse;
use super::{
    Call, Shared, State, Violation, ViolationKind, contract, guarantees, protocol, signature, video,
};

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
        let mut state = shared.lock();
        protocol::serve(&mut state.account, &arrival.client, operation, &arrival.input)
    });
    if arrival.fault == Some(FaultKind::DisconnectAfter) {
        return Err(io::Error::other("disconnected after"));
    }
    let served = served.map(|mut answer| {
        arrival.fault.iter().for_each(|fault| fault.change(&mut answer));
        answer
    });
    let (status, kind, retry_after, body) = match served {
        Ok(Value::Null) => (204, None, None, String::new()),
        Ok(answer) => (200, None, None, answer.to_string()),
        Err(error) => {
            let error = if arrival.is_video { error.of_video() } else { error };
            let ErrorResponse { status, kind, body, retry_after } = error;
            (status, Some(kind), retry_after, body.to_string())
        }
    };
    let is_truncated = arrival.fault == Some(FaultKind::Truncated);
    if !is_truncated {
        shared.lock().calls[arrival.index].status = Some(status);
    }
    response(status, kind, retry_after, body, is_truncated)
}

/// A request that was checked and not yet executed.
struct Arrival {
    /// Its index in the calls.
    index: usize,
    client: String,
    /// The operation, or the response if the request is invalid.
    operation: Result<&'static str, ErrorResponse>,
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
    let service = parsed.as_ref().map_or(contract::CHAT, |operation| operation.service);
    let signer = signature::verify(head, body, REGION, service);
    let client = signer.clone().unwrap_or_default();

    let (operation, fault) = match parsed {
        Err(message) => {
            state.violate(ViolationKind::Contract, &call, &message);
            (Err(ErrorResponse::no_operation(&message)), None)
        }
        Ok(operation) => {
            let checked = state.check_contract(&call, operation);
            state.call_watchers(&call);
            state.check_guarantees(&call, &client);
            let fault = state.find_fault(&call);
            match (signer, state.take_token(&call, operation)) {
                (Err(message), _) => {
                    state.violate(ViolationKind::Signature, &call, &message);
                    (Err(ErrorResponse::new(403, "InvalidSignatureException", &message)), None)
                }
                (_, Err(throttled)) => (Err(throttled), None),
                _ => (checked.map(|()| operation.name), fault),
            }
        }
    };
    let index = state.calls.len();
    state.calls.push(call);
    let is_video = service == contract::VIDEO;
    Arrival { index, client, operation, input, is_video, fault }
}

impl State {
    fn violate(&mut self, kind: ViolationKind, call: &Call, text: &str) {
        let text = format!("{}: {text}", call.operation);
        self.violations.push(Violation { kind, text });
    }

    fn check_contract(&mut self, call: &Call, operation: &Operation) -> Result<(), ErrorResponse> {
        let mut problems = contract::problems(operation, &call.input);
        if self.account.accepts_any_arn {
            problems.retain(|problem| problem.name != "identifier");
        }
        if problems.is_empty() {
            problems.extend(match operation.name {
                "ListRooms" => protocol::token_problem(&self.account, &call.input),
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
        if problems.is_empty() { Ok(()) } else { Err(ErrorResponse::invalid(&problems)) }
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

    fn take_token(&mut self, call: &Call, operation: &Operation) -> Result<(), ErrorResponse> {
        let Some(buckets) = &mut self.buckets else { return Ok(()) };
        let bucket = buckets.entry(operation.name);
        if bucket.or_insert_with(|| Bucket::new(operation.quota)).take() {
            return Ok(());
        }
        self.violate(ViolationKind::Rate, call, &format!("over {} a second", operation.quota));
        Err(ErrorResponse::throttled())
    }
}

/// Returns the operation and its input from path, query and body.
fn parse(head: &Parts, body: &[u8]) -> Result<(&'static Operation, Value), String> {
    let (operation, mut input) = protocol::route(&head.method, &head.uri)?;
    if head.method == hyper::Method::POST {
        let kind = head.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        if kind != Some("application/json") {
            return Err(format!("content-type is {kind:?}"));
        }
        let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let Value::Object(body) = body else { return Err("the body is not an object".into()) };
        input.extend(body);
    } else if !body.is_empty() {
        return Err("unexpected body".into());
    }
    Ok((operation, Value::Object(input)))
}
