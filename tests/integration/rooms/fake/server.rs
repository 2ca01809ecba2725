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
use super::body::{Payload, response};
use super::bucket::Bucket;
use super::contract::Operation;
use super::faults::Trouble;
use super::protocol::Refusal;
use super::{Call, Kind, Shared, State, Violation, contract, guarantees, protocol, signature};

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
        Some(Trouble::Busy(seconds)) => Err(Refusal::busy(seconds)),
        Some(Trouble::Garbage(status)) => {
            shared.lock().calls[arrival.number].status = Some(status);
            return response(status, None, None, "<html>Bad gateway".into(), false);
        }
        _ => arrival.operation.and_then(|operation| {
            let mut state = shared.lock();
            protocol::serve(&mut state.account, &arrival.client, operation, &arrival.input)
        }),
    };
    if arrival.trouble == Some(Trouble::CutAfter) {
        return Err(io::Error::other("cut after"));
    }
    let (status, kind, retry_after, body) = match served {
        Ok(Value::Null) => (204, None, None, String::new()),
        Ok(answer) => (200, None, None, answer.to_string()),
        Err(Refusal { status, kind, body, retry_after }) => {
            (status, Some(kind), retry_after, body.to_string())
        }
    };
    let torn = arrival.trouble == Some(Trouble::Torn);
    if !torn {
        shared.lock().calls[arrival.number].status = Some(status);
    }
    response(status, kind, retry_after, body, torn)
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
    let (name, input, asked) = match parse(head, body) {
        Ok((operation, input)) => (operation.name.to_owned(), input, Ok(operation)),
        Err(message) => (format!("{} {}", head.method, head.uri.path()), Value::Null, Err(message)),
    };
    let call = Call { operation: name, at: Instant::now(), input: input.clone(), status: None };
    let signer = signature::verify(head, body, REGION);
    let client = signer.clone().unwrap_or_default();

    let (operation, trouble) = match asked {
        Err(message) => {
            state.violate(Kind::Contract, &call, &message);
            (Err(Refusal::no_operation(&message)), None)
        }
        Ok(operation) => {
            let fits = state.check_contract(&call, operation);
            state.let_watch(&call);
            state.check_care(&call, &client);
            let trouble = state.meet_faults(&call);
            match (signer, state.take_token(&call, operation)) {
                (Err(message), _) => {
                    state.violate(Kind::Signature, &call, &message);
                    (Err(Refusal::new(403, "InvalidSignatureException", &message)), None)
                }
                (_, Err(throttled)) => (Err(throttled), None),
                _ => (fits.map(|()| operation.name), trouble),
            }
        }
    };
    let number = state.calls.len();
    state.calls.push(call);
    Arrival { number, client, operation, input, trouble }
}

impl State {
    fn violate(&mut self, kind: Kind, call: &Call, text: &str) {
        let text = format!("{}: {text}", call.operation);
        self.violations.push(Violation { kind, text });
    }

    fn check_contract(&mut self, call: &Call, operation: &Operation) -> Result<(), Refusal> {
        let mut problems = contract::problems(operation, &call.input);
        if operation.name == "ListRooms" && problems.is_empty() {
            problems.extend(protocol::token_problem(&self.account, &call.input));
        }
        for problem in &problems {
            self.violate(Kind::Contract, call, &format!("{} {}", problem.name, problem.message));
        }
        if problems.is_empty() { Ok(()) } else { Err(Refusal::invalid(&problems)) }
    }

    fn let_watch(&mut self, call: &Call) {
        for watcher in &mut self.watchers {
            if let Err(text) = watcher(call, &mut self.account) {
                self.violations.push(Violation { kind: Kind::Watcher, text });
            }
        }
    }

    fn check_care(&mut self, call: &Call, client: &str) {
        if call.operation == "UpdateRoom" {
            let disturbed = call.room().is_some_and(|room| self.disturbed.contains(room));
            for text in guarantees::faults(&self.account, client, &call.input, disturbed) {
                self.violate(Kind::Care, call, &text);
            }
        }
    }

    /// The last planned of those that this call meets; each counts it.
    fn meet_faults(&mut self, call: &Call) -> Option<Trouble> {
        let met = self.faults.iter_mut().filter_map(|fault| fault.meets(call)).last();
        if let Some(room) = call.room().filter(|_| met.is_some() && call.operation == "UpdateRoom")
        {
            self.disturbed.insert(room.to_owned());
        }
        met
    }

    fn take_token(&mut self, call: &Call, operation: &Operation) -> Result<(), Refusal> {
        let Some(buckets) = &mut self.buckets else { return Ok(()) };
        let bucket = buckets.entry(operation.name);
        if bucket.or_insert_with(|| Bucket::new(operation.quota)).take() {
            return Ok(());
        }
        self.violate(Kind::Rate, call, &format!("over {} a second", operation.quota));
        Err(Refusal::throttled())
    }
}

/// The operation and its input, wherever that stands in the request.
fn parse(head: &Parts, body: &[u8]) -> Result<(&'static Operation, Value), String> {
    let (operation, mut input) = protocol::route(&head.method, &head.uri)?;
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
