//! Logs as JSON lines on standard output, which Lambda sends to CloudWatch.
//!
//! No part of a message is logged, at any level. Other crates only log errors, since the Lambda
//! runtime logs whole events at TRACE. A panic is logged with its location only, since its message
//! may quote text of an event.

use std::io::{self, Write};
use std::{env, panic};

use tracing::level_filters::LevelFilter;
use tracing::{Level, error};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging at the level of the function's configuration, or INFO.
pub(crate) fn init() {
    let targets = Targets::new()
        .with_default(Level::ERROR)
        .with_target(env!("CARGO_CRATE_NAME"), level())
        // `service` logs failed reviews.
        .with_target("lambda_runtime::layers::panic", LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false);
    tracing_subscriber::registry().with(lines).with(targets).init();
    panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        error!(location, "panic");
    }));
}

/// Returns the lowest level that Lambda keeps, INFO or above. Lines that must not be dropped carry
/// it.
pub(crate) fn lowest_kept_level() -> &'static str {
    let level = configured().unwrap_or_default();
    ["WARN", "ERROR", "FATAL"].into_iter().find(|name| level == *name).unwrap_or("INFO")
}

/// Writes lines that are already JSON.
pub(crate) fn write(lines: Option<String>) {
    // If this fails, logging the error would fail too.
    let _ = lines.map(|lines| io::stdout().lock().write_all(lines.as_bytes()));
}

fn level() -> LevelFilter {
    match configured().as_deref() {
        Some("FATAL") => LevelFilter::ERROR,
        Some(name) => name.parse().unwrap_or(LevelFilter::INFO),
        None => LevelFilter::INFO,
    }
}

/// The application log level of the function ("Configuring JSON and plain text log formats", AWS
/// Lambda Developer Guide).
fn configured() -> Option<String> {
    env::var("AWS_LAMBDA_LOG_LEVEL").ok()
}
