//! A fake of the control plane of Lambda, of invocations, and of the alarms of CloudWatch, on a real socket.
//!
//! Paths, members, statuses and errors are those of the service models. Functions change with time as in Lambda: an
//! update is in progress for a moment, and the function has its old layers until then. An invocation unpacks the layers
//! and reviews the event with the rules in them, as the handler does. Each request is checked against the model, and its
//! signature is verified. Dropping a fake with violations panics.

mod invocation; // what a function answers
mod requests; // from a request to its operation and answer
mod state; // functions, layers and alarms

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::rooms::fake::body::{TestBody, response};
use crate::rooms::fake::faults::Instead;
use crate::rooms::fake::{Call, Fault, FaultKind, REGION, signature};

use requests::{Answer, Parsed, parse};
pub(crate) use state::{Function, Handler, Layer, State, layer_arn};

/// Called before each call is executed; may change the state.
type Watcher = Box<dyn FnMut(&str, &mut State) + Send>;

#[derive(Default)]
struct Shared {
    state: State,
    calls: Vec<Call>,
    violations: Vec<String>,
    faults: Vec<Fault>,
    watchers: Vec<Watcher>,
}

pub(crate) struct FakeLambda {
    shared: Arc<Mutex<Shared>>,
    endpoint: String,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl FakeLambda {
    /// Starts the fake with a function `review` without layers; it stops when dropped.
    pub(crate) fn start() -> FakeLambda {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket can");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let shared = Arc::new(Mutex::new(Shared::default()));
        let (stop, stopped) = oneshot::channel();
        let served = shared.clone();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a thread can have a runtime").block_on(async {
                let listener = TcpListener::from_std(listener).expect("it is nonblocking");
                tokio::select! {
                    () = accept(listener, served) => {}
                    _ = stopped => {}
                }
            });
        });
        FakeLambda { shared, endpoint, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Calls a function with the state.
    pub(crate) fn state<T>(&self, function: impl FnOnce(&mut State) -> T) -> T {
        function(&mut lock(&self.shared).state)
    }

    pub(crate) fn inject(&self, fault: Fault) {
        lock(&self.shared).faults.push(fault);
    }

    pub(crate) fn clear_faults(&self) {
        lock(&self.shared).faults.clear();
    }

    pub(crate) fn on_call(&self, watcher: impl FnMut(&str, &mut State) + Send + 'static) {
        lock(&self.shared).watchers.push(Box::new(watcher));
    }

    /// Returns the operations that were called, in order, and forgets them.
    pub(crate) fn take_calls(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.shared).calls).into_iter().map(|it| it.operation).collect()
    }
}

impl Drop for FakeLambda {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        if !thread::panicking() {
            assert_eq!(lock(&self.shared).violations, [] as [String; 0]);
        }
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Mutex<Shared>>) {
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

async fn answer(
    shared: &Mutex<Shared>,
    request: Request<Incoming>,
) -> io::Result<Response<TestBody>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let mut shared = lock(shared);
    let shared = &mut *shared;
    let Parsed { operation, service, input } = match parse(&head, &body) {
        Ok(parsed) => parsed,
        Err(problem) => {
            shared.violations.push(format!("{} {}: {problem}", head.method, head.uri));
            return response(404, Some("UnknownOperationException"), None, "{}".into(), false);
        }
    };
    let call = Call {
        operation: operation.to_owned(),
        at: Instant::now(),
        input: Value::Null,
        status: None,
    };
    if let Err(problem) = signature::verify(&head, &body, REGION, service) {
        shared.violations.push(format!("{operation}: {problem}"));
    }
    shared.watchers.iter_mut().for_each(|watcher| watcher(operation, &mut shared.state));
    let fault = shared.faults.iter_mut().filter_map(|fault| fault.matches_call(&call)).last();
    shared.calls.push(call);
    match fault.as_ref().map(|fault| fault.instead(shared.calls.len())).transpose()?.flatten() {
        Some(Instead::Disconnect) => return Err(io::Error::other("disconnected before")),
        Some(Instead::Respond(response)) => return Ok(response),
        None => {}
    }
    let Answer { status, error, headers, mut body } = shared.state.execute(operation, &input);
    if let Some(fault) = &fault {
        fault.change(&mut body);
    }
    if fault == Some(FaultKind::DisconnectAfter) {
        return Err(io::Error::other("disconnected after"));
    }
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let mut response = response(status, error, None, text, fault == Some(FaultKind::Truncated))?;
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().map_err(io::Error::other)?);
    }
    Ok(response)
}
