//! The end of a process.
//!
//! Lambda announces it with SIGTERM, 500 ms before SIGKILL, but only to functions with an extension
//! ("Understand the Lambda execution environment lifecycle", AWS Lambda Developer Guide). An internal one
//! that asks for no events is a request at the start and one that is never answered: nothing runs, and
//! no review waits for it. `lambda_runtime` has the like (`graceful-shutdown`), but that brings eleven
//! crates and half a megabyte, panics where Lambda refuses the extension, and writes lines that are no
//! JSON.

use std::cell::Cell;
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

/// Lambda knows the extension by this name.
const NAME: &str = "ivs-chat-review-metrics";
/// Of the Extensions API.
const VERSION: &str = "/2020-01-01/extension";

/// How long the function waits for its registration. The answer is local and takes a millisecond or so, and
/// IVS Chat waits 200 ms for the first message, this included.
const PATIENCE: Duration = Duration::from_millis(50);

/// What Lambda announces the end with.
pub(crate) struct Announcement {
    signal: Signal,
    event: Event,
}

/// The extension's request for an event, which it never gets.
type Event = Pin<Box<dyn Future<Output = ()>>>;

/// The extension's request to be registered, and what follows it.
type Registration = Pin<Box<dyn Future<Output = Result<Event, Error>>>>;

impl Announcement {
    /// Registers the extension that makes Lambda announce the end. It must happen before the runtime asks
    /// for the first event. Reviews go on without, too, after [`PATIENCE`] at the latest.
    pub(crate) async fn ask_for() -> Option<Announcement> {
        let lost = |error: &Error| warn!(%error, "the last metrics of this process will be lost");
        // Before the extension: what has registered must ask for an event, or the function does not start.
        let signal = signal(SignalKind::terminate()).map_err(Error::from).inspect_err(lost).ok()?;
        // The signal may come without it as well, and no longer ends the process by itself.
        let mut registration: Registration = Box::pin(register());
        let event = match timeout(PATIENCE, &mut registration).await {
            Ok(registered) => registered.inspect_err(lost).unwrap_or_else(|_| Box::pin(pending())),
            Err(_) => {
                lost(&format!("no answer to the registration after {PATIENCE:?}").into());
                late(registration)
            }
        };
        Some(Announcement { signal, event })
    }
}

/// The request for an event of an extension that the function no longer waits for. It is not given up: Lambda
/// may have registered it, and then starts the function only once it has asked for an event.
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
        .uri(format!("{VERSION}/register"))
        .header("Lambda-Extension-Name", NAME)
        .header("Content-Type", "application/json")
        .body(Body::from(r#"{"events":[]}"#))?;
    let answer = client.call(register).await?;
    let id = answer.headers().get("Lambda-Extension-Identifier");
    let id = id.ok_or_else(|| format!("Lambda answers {}", answer.status()))?;
    let next = build_request()
        .uri(format!("{VERSION}/event/next"))
        .header("Lambda-Extension-Identifier", id)
        .body(Body::empty())?;
    let event = client.call(next);
    Ok(Box::pin(async move {
        let _ = event.await;
        pending().await
    }))
}

/// Runs until Lambda announces the end of the process, to the end of the event that is being answered.
pub(crate) async fn run<S>(
    runtime: Runtime<S>,
    mut announcement: Option<Announcement>,
) -> Result<(), Error>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
{
    let answering = Rc::new(Cell::new(false));
    // Around all that is done for an event, up to sending the reply. The service is always ready.
    let runtime = runtime.layer(layer_fn(|mut service: S| {
        let answering = Rc::clone(&answering);
        service_fn(move |invocation| {
            answering.set(true);
            let sent = service.call(invocation);
            let answering = Rc::clone(&answering);
            async move {
                let sent = sent.await;
                answering.set(false);
                sent
            }
        })
    }));
    let mut ending = false;
    let mut run = pin!(runtime.run());
    poll_fn(|context| {
        if let Poll::Ready(end) = run.as_mut().poll(context) {
            return Poll::Ready(end);
        }
        if let Some(announcement) = &mut announcement {
            // The start of the function ends with this request, too.
            let _ = announcement.event.as_mut().poll(context);
            ending = ending || announcement.signal.poll_recv(context).is_ready();
        }
        if ending && !answering.get() { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await
}
