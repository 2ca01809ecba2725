//! Graceful shutdown, to flush the last metrics.
//!
//! Lambda sends SIGTERM 500 ms before SIGKILL, but only to functions with an extension ("Understand
//! the Lambda execution environment lifecycle", AWS Lambda Developer Guide). An internal extension
//! that subscribes to no events takes one request at startup and one that is never answered: it
//! runs no code, and no review waits for it. `lambda_runtime` has the same (feature
//! `graceful-shutdown`), but it adds eleven crates and half a megabyte, panics if Lambda rejects
//! the extension, and writes lines that are not JSON.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use lambda_runtime::tower::layer::layer_fn;
use lambda_runtime::{Error, LambdaInvocation, Runtime, Service, service_fn};
use lambda_runtime_api_client::body::Body;
use lambda_runtime_api_client::{PooledClient, build_request};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;
use tracing::warn;

/// The name of the extension.
const NAME: &str = "ivs-chat-review-metrics";
/// The base path of the Extensions API.
const BASE_PATH: &str = "/2020-01-01/extension";

/// How long startup waits for the registration. The answer is local and takes about a millisecond;
/// the 200 ms of the first message include it.
const REGISTRATION_TIMEOUT: Duration = Duration::from_millis(50);

/// Receives Lambda's notice that it shuts the process down.
pub(crate) struct ShutdownNotice {
    signal: Signal,
    event: Event,
}

/// The extension's request for an event, which is never answered.
type Event = Pin<Box<dyn Future<Output = ()>>>;

/// The request that registers the extension. Its result is the request that follows.
type Registration = Pin<Box<dyn Future<Output = Result<Event, Error>>>>;

impl ShutdownNotice {
    /// Registers the extension. This must happen before the runtime requests the first event.
    /// Without an answer reviews begin after [`REGISTRATION_TIMEOUT`].
    pub(crate) async fn register() -> Option<ShutdownNotice> {
        let warn = |error: &Error| warn!(%error, "the last metrics of this process will be lost");
        // Before the registration: a registered extension must request an event, or the function
        // does not start.
        let signal = signal(SignalKind::terminate()).map_err(Error::from).inspect_err(warn).ok()?;
        // The signal is also handled if the registration fails: it may be sent anyway, and its
        // default action is replaced.
        let mut registration: Registration = Box::pin(register());
        let event = match timeout(REGISTRATION_TIMEOUT, &mut registration).await {
            Ok(registered) => registered.inspect_err(warn).unwrap_or_else(|_| Box::pin(pending())),
            Err(_) => {
                warn(
                    &format!("no answer to the registration within {REGISTRATION_TIMEOUT:?}")
                        .into(),
                );
                late(registration)
            }
        };
        Some(ShutdownNotice { signal, event })
    }
}

/// Continues a registration that startup no longer waits for. It is not canceled: if Lambda has
/// registered the extension, it only starts the function after the extension has requested an
/// event.
fn late(registration: Registration) -> Event {
    Box::pin(async move {
        match registration.await {
            Ok(event) => event.await,
            Err(_) => pending().await,
        }
    })
}

async fn register() -> Result<Event, Error> {
    let client = PooledClient::builder().build();
    let register = build_request()
        .method("POST")
        .uri(format!("{BASE_PATH}/register"))
        .header("Lambda-Extension-Name", NAME)
        .header("Content-Type", "application/json")
        .body(Body::from(r#"{"events":[]}"#))?;
    let response = client.call(register).await?;
    let id = response.headers().get("Lambda-Extension-Identifier");
    let id = id.ok_or_else(|| format!("Lambda returned status {}", response.status()))?;
    let next = build_request()
        .uri(format!("{BASE_PATH}/event/next"))
        .header("Lambda-Extension-Identifier", id)
        .body(Body::empty())?;
    let event = client.call(next);
    Ok(Box::pin(async move {
        let _ = event.await;
        pending().await
    }))
}

/// Runs until Lambda shuts the process down. An event in progress is answered first. `after` is
/// called after each answer was sent.
pub(crate) async fn run<S>(
    runtime: Runtime<S>,
    mut notice: Option<ShutdownNotice>,
    after: impl FnMut(),
) -> Result<(), Error>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
{
    let is_busy = Rc::new(Cell::new(false));
    let after = Rc::new(RefCell::new(after));
    // Covers an event up to sending the reply. The service is always ready.
    let runtime = runtime.layer(layer_fn(|mut service: S| {
        let (is_busy, after) = (Rc::clone(&is_busy), Rc::clone(&after));
        service_fn(move |invocation| {
            is_busy.set(true);
            let sent = service.call(invocation);
            let (is_busy, after) = (Rc::clone(&is_busy), Rc::clone(&after));
            async move {
                let sent = sent.await;
                (after.borrow_mut())();
                is_busy.set(false);
                sent
            }
        })
    }));
    let mut is_shutdown = false;
    let mut run = pin!(runtime.run());
    poll_fn(|context| {
        if let Poll::Ready(end) = run.as_mut().poll(context) {
            return Poll::Ready(end);
        }
        if let Some(notice) = &mut notice {
            // Polled so that the request is sent; Lambda's init phase only ends with it.
            let _ = notice.event.as_mut().poll(context);
            is_shutdown = is_shutdown || notice.signal.poll_recv(context).is_ready();
        }
        if is_shutdown && !is_busy.get() { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await
}
