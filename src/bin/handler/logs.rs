//! Logs as JSON lines on standard output, which Lambda sends to CloudWatch.
//!
//! Nothing of a message is ever logged, at any level. Of other crates only errors are, since the
//! Lambda runtime logs whole events at TRACE; and a panic tells its place alone, since the message
//! of a panic may quote the text it stumbled over.

use std::io::{self, Write};
use std::{env, panic};

use tracing::level_filters::LevelFilter;
use tracing::{Level, error};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging at the level that the function's configuration names, INFO if it names none.
pub(crate) fn init() {
    let targets = Targets::new()
        .with_default(Level::ERROR)
        .with_target(env!("CARGO_CRATE_NAME"), level())
        // What it says of a failed review, the service says itself.
        .with_target("lambda_runtime::layers::panic", LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false);
    tracing_subscriber::registry().with(lines).with(targets).init();
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        error!(place, "panic");
    }));
}

/// The least urgent level that Lambda passes on, and INFO at least: what a line has to have that must
/// get through.
pub(crate) fn least_level() -> &'static str {
    let level = configured().unwrap_or_default();
    ["WARN", "ERROR", "FATAL"].into_iter().find(|name| level == *name).unwrap_or("INFO")
}

/// Writes lines that are JSON already.
pub(crate) fn write(lines: Option<String>) {
    // Where this fails, a log would fail as well.
    let _ = lines.map(|lines| io::stdout().lock().write_all(lines.as_bytes()));
}

fn level() -> LevelFilter {
    match configured().as_deref() {
        Some("FATAL") => LevelFilter::ERROR,
        Some(name) => name.parse().unwrap_or(LevelFilter::INFO),
        None => LevelFilter::INFO,
    }
}

/// The application log level of the function ("Configuring JSON and plain text log formats", AWS Lambda
/// Developer Guide).
fn configured() -> Option<String> {
    env::var("AWS_LAMBDA_LOG_LEVEL").ok()
}
