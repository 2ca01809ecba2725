//! Logs as JSON lines on standard output, which Lambda sends to CloudWatch.
//!
//! Nothing of a message is ever logged, at any level. Of other crates only errors are, since the
//! Lambda runtime logs whole events at TRACE; and a panic tells its place alone, since the message
//! of a panic may quote the text it stumbled over.

use std::{env, panic};

use tracing::level_filters::LevelFilter;
use tracing::{Level, error};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging at the level that the function's configuration names, INFO if it names none.
pub(crate) fn init() {
    // "Configuring JSON and plain text log formats" (AWS Lambda Developer Guide).
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|name| level(&name));
    let targets = Targets::new()
        .with_default(Level::ERROR)
        .with_target(env!("CARGO_BIN_NAME"), level.unwrap_or(LevelFilter::INFO))
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

fn level(name: &str) -> Option<LevelFilter> {
    match name {
        "FATAL" => Some(LevelFilter::ERROR),
        name => name.parse().ok(),
    }
}
