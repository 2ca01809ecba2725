//! From a connection to its answer: every request is looked at, then served, refused or ill-treated.

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
use super::bucket::Bucket;
use super::faults::Trouble;
use super::payload::{Payload, response};
use super::wire::Refusal;
use super::{Call, Kind, Shared, Violation, care, contract, signature, wire};

pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(&shared, request));
            // An answer that is an error closes the connection without a word, which is meant.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> io::Result<Response<Payload>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let arrival = arrive(shared, &head, &body);
    shared.changed.notify_all();

    if let Some(Trouble::Slow(delay)) = arrival.trouble {
        tokio::time::sleep(delay).await;
    }
    let served = match arrival.trouble {
        Some(Trouble::CutBefore) => return Err(io::Error::other("cut before")),
        Some(Trouble::Error(status, kind, message)) => Err(Refusal::new(status, kind, message)),
        Some(Trouble::Garbage(status)) => {
            shared.lock().calls[arrival.number].status = Some(status);
            return response(status, None, "<html>Bad gateway".into(), false);
        }
        _ => arrival.operation.and_then(|operation| {
            let mut state = shared.lock();
            wire::serve(&mut state.account, &arrival.client, operation, &arrival.input)
        }),
    };
    if arrival.trouble == Some(Trouble::CutAfter) {
        return Err(io::Error::other("cut after"));
    }
    let (status, kind, body) = match served {
        Ok(answer) => (200, None, answer),
        Err(refusal) => (refusal.status, Some(refusal.kind), refusal.body),
    };
    let torn = arrival.trouble == Some(Trouble::Torn);
    if !torn {
        shared.lock().calls[arrival.number].status = Some(status);
    }
    response(status, kind, body.to_string(), torn)
}

/// A request, looked at before anything is done.
struct Arrival {
    /// Its place among the calls.
    number: usize,
    client: String,
    /// What to do, or what to answer instead.
    operation: Result<&'static str, Refusal>,
    input: Value,
    trouble: Option<Trouble>,
}

fn arrive(shared: &Shared, head: &Parts, body: &[u8]) -> Arrival {
    let mut state = shared.lock();
    let state = &mut *state;
    let number = state.calls.len();
    let mut call = Call {
        operation: format!("{} {}", head.method, head.uri.path()),
        at: Instant::now(),
        input: Value::Null,
        status: None,
    };
    let parsed = parse(head, body);
    let signer = signature::verify(head, body, REGION);
    let client = signer.clone().unwrap_or_default();
    let mut refused = None;
    let mut trouble = None;
    let mut found = Vec::new();
    let mut violate = |kind, text: String| found.push(Violation { kind, text });

    let operation = match parsed {
        Ok((operation, input)) => {
            call.operation = operation.name.into();
            call.input = input;
            Some(operation)
        }
        Err(message) => {
            violate(Kind::Contract, format!("{}: {message}", call.operation));
            let mut refusal = Refusal::new(400, "ValidationException", &message);
            refusal.body["reason"] = "UNKNOWN_OPERATION".into();
            refused = Some(refusal);
            None
        }
    };
    if let Some(operation) = operation {
        let mut problems = contract::problems(operation, &call.input);
        if operation.name == "ListRooms" && problems.is_empty() {
            problems.extend(wire::token_problem(&state.account, &call.input));
        }
        if !problems.is_empty() {
            for problem in &problems {
                let text = format!("{}: {} {}", operation.name, problem.name, problem.message);
                violate(Kind::Contract, text);
            }
            refused = Some(Refusal::invalid(&problems));
        }
        for watcher in &mut state.watchers {
            if let Err(text) = watcher(&call, &mut state.account) {
                violate(Kind::Watcher, text);
            }
        }
        let room = call.room().map(str::to_owned);
        if operation.name == "UpdateRoom" {
            let disturbed = room.as_ref().is_some_and(|room| state.disturbed.contains(room));
            for text in care::faults(&state.account, &client, &call.input, disturbed) {
                violate(Kind::Care, format!("UpdateRoom: {text}"));
            }
        }
        for fault in &mut state.faults {
            trouble = fault.meets(operation.name, room.as_deref()).or(trouble);
        }
        if trouble.is_some() && operation.name == "UpdateRoom" {
            state.disturbed.extend(room);
        }
        if let Some(buckets) = &mut state.buckets {
            let bucket = buckets.entry(operation.name);
            if !bucket.or_insert_with(|| Bucket::new(operation.quota)).take() {
                violate(
                    Kind::Rate,
                    format!("{}: over {} a second", operation.name, operation.quota),
                );
                refused = Some(Refusal::throttled());
                trouble = None;
            }
        }
    }
    if let Err(message) = signer {
        violate(Kind::Signature, format!("{}: {message}", call.operation));
        refused = Some(Refusal::new(403, "InvalidSignatureException", &message));
        trouble = None;
    }

    let input = call.input.clone();
    state.calls.push(call);
    state.violations.append(&mut found);
    let operation = match (refused, operation) {
        (None, Some(operation)) => Ok(operation.name),
        (Some(refusal), _) => Err(refusal),
        (None, None) => unreachable!("what is no operation is refused"),
    };
    Arrival { number, client, operation, input, trouble }
}

/// The operation and its input, wherever that stands in the request.
fn parse(head: &Parts, body: &[u8]) -> Result<(&'static contract::Operation, Value), String> {
    let (operation, mut input) = wire::route(&head.method, &head.uri)?;
    if head.method == hyper::Method::POST {
        let kind = head.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        if kind != Some("application/json") {
            return Err(format!("content-type is {kind:?}"));
        }
        let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let Value::Object(body) = body else { return Err("the body is no object".into()) };
        input.extend(body);
    } else if !body.is_empty() {
        return Err("a body where none belongs".into());
    }
    Ok((operation, Value::Object(input)))
}
