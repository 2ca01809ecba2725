//! `chat`: a local IVS Chat with a page, for trying rules and for testing applications.
//!
//! ```text
//!  browser, SDKs ──▶ server ──▶ guard ──▶ control plane ─┐
//!                       │                 page's API ────┤
//!                       └─▶ socket ◀──────────────────── hub ──▶ rules or function
//! ```
//!
//! The service itself is [`ivs_chat_review::chat`]. The hub gives it requests, frames and answers of reviews, and
//! carries out its effects.

pub(crate) mod args; // arguments
mod assets; // the files of the page
mod clock; // the time of the service
mod guard; // which hosts and origins may send requests
mod hub; // what all connections share
mod invoke; // invocations of a function
mod local; // the API of the page
mod log; // `--log`
mod review; // reviews with the rules
mod rules; // the watched folder
mod server; // HTTP
mod socket; // the WebSocket of a client

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use ivs_chat_review::chat::{Service, Settings};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use self::args::ChatArgs;
use self::guard::Guard;
use self::hub::{Hub, REGION, Reviewing};
use self::invoke::{Function, Turns};
use self::log::ChatLog;
use self::rules::WatchedRules;
use self::server::{MAX_CONNECTIONS, Server};
use crate::Outcome;
use crate::options::Format;
use crate::terminal::{BOLD, count, json_line, shown_path};

/// How long connections may take to close at the end.
const CLOSING: Duration = Duration::from_secs(2);

/// The maximum number of rooms of an account. The quota of the service is ten times as high.
const MAX_ROOMS: usize = 5_000;

pub(crate) fn run(args: &ChatArgs) -> anyhow::Result<Outcome> {
    let rules = Arc::new(WatchedRules::open(&args.folder.path)?);
    let log = args.log.as_deref().map(ChatLog::new).transpose();
    let log = log.context("cannot create the folder of --log")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(args, rules, log))?;
    Ok(Outcome::Fine)
}

async fn serve(
    args: &ChatArgs,
    rules: Arc<WatchedRules>,
    log: Option<ChatLog>,
) -> anyhow::Result<()> {
    let listener = TcpListener::bind(args.listen).await;
    let listener = listener.with_context(|| {
        format!(
            "cannot listen on {}; is another one running? try --listen 127.0.0.1:0",
            args.listen
        )
    })?;
    let listen = listener.local_addr()?;
    if !listen.ip().is_loopback() {
        writeln!(
            anstream::stderr(),
            "warning: everyone who can reach {listen} can read and write in this chat, and create tokens"
        )?;
    }
    let has_limits = !args.no_limits;
    let service = Service::new(Settings {
        has_limits,
        max_connections: MAX_CONNECTIONS,
        max_rooms: MAX_ROOMS,
    });
    let reviewing = match &args.invoke {
        Some(endpoint) => {
            Reviewing::Function(Function::new(endpoint, &args.function), Turns::default())
        }
        None => Reviewing::Rules,
    };
    let reviewed_by = match &reviewing {
        Reviewing::Rules => {
            let rules = rules.loaded().folder.engine.rules().rules.len();
            format!("{} in {}", count(rules, "rule", "rules"), shown_path(&args.folder.path))
        }
        Reviewing::Function(function, _) => function.to_string(),
    };
    // An unspecified address is not one to which clients can connect.
    let host = match listen.ip().is_unspecified() {
        true => format!("127.0.0.1:{}", listen.port()),
        false => listen.to_string(),
    };
    let fallback = args.fallback.as_str();
    let hub = Hub::new(service, rules.clone(), reviewing, log, has_limits, fallback, host.clone())?;
    let hub = Arc::new(hub);
    let watching = hub.clone();
    rules.watch(move || watching.notify());
    let server = Arc::new(Server { hub: hub.clone(), guard: Guard::new(listen, &args.allow_host) });

    print(args.format, &host, &hub.lobby, &reviewed_by)?;
    tokio::select! {
        () = server.run(listener) => {}
        () = hub.clone().publish_states() => {}
        ended = end_of_process() => ended?,
    }
    hub.close_all();
    let _ = timeout(CLOSING, async {
        while hub.open_sockets() > 0 {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
async fn end_of_process() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            ended = tokio::signal::ctrl_c() => ended,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Prints what clients need to connect.
fn print(format: Format, host: &str, lobby: &str, reviewed_by: &str) -> anyhow::Result<()> {
    if format == Format::Json {
        let line = json_line(&json!({
            "page": format!("http://{host}/"),
            "endpoint": format!("http://{host}"),
            "webSocket": format!("ws://{host}"),
            "region": REGION,
            "room": lobby,
        }))?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}")?;
        return Ok(out.flush()?);
    }
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "\
{BOLD}page{BOLD:#}         http://{host}/
{BOLD}AWS SDKs{BOLD:#}     AWS_ENDPOINT_URL_IVSCHAT=http://{host} AWS_REGION={REGION} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
{BOLD}chat SDKs{BOLD:#}    regionOrUrl: 'ws://{host}'
{BOLD}room lobby{BOLD:#}   {lobby}
{BOLD}reviewed by{BOLD:#}  {reviewed_by}

Saved rules are used from the next message on. Press Ctrl-C to stop."
    )?;
    Ok(out.flush()?)
}
