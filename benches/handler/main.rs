//! The cost of logs and metrics for a message without matches.
//!
//! Measures the modules of the handler without the Lambda runtime, from the bytes of an event to
//! its response: `cargo bench --no-default-features --features lambda --bench handler`.

#[path = "../../src/bin/handler/logs.rs"]
#[expect(dead_code, reason = "nothing is printed here")]
mod logs;
#[expect(dead_code, reason = "the handler also loads rules")]
#[path = "../../src/bin/handler/metrics/mod.rs"]
mod metrics;
#[expect(dead_code, reason = "the handler also replaces rules")]
#[path = "../../src/bin/handler/service.rs"]
mod service;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::Criterion;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;

use crate::metrics::Metrics;
use crate::service::Service;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let engine = engine(&root.join("rules"));
    let event = fs::read(root.join("events/clean.json")).expect("the sample event");
    let mut criterion = Criterion::default()
        .without_plots()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();

    measure(&mut criterion, "neither", &event, Service::new(Reviewer::new(&engine), None));
    logs::init();
    measure(&mut criterion, "logs", &event, Service::new(Reviewer::new(&engine), None));
    let metrics = Metrics::new("chat-review".to_owned(), logs::lowest_kept_level());
    measure(
        &mut criterion,
        "logs and metrics",
        &event,
        Service::new(Reviewer::new(&engine), Some(metrics)),
    );
    criterion.final_summary();
}

/// Measures all work for one event; metrics are written once per hundred events.
fn measure(criterion: &mut Criterion, name: &str, event: &[u8], mut service: Service<'_>) {
    service.warm_up();
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            black_box(service.answer(event).expect("an event"));
            black_box(service.metrics_if_due());
        });
    });
    black_box(service.flush_metrics());
}

fn engine(folder: &Path) -> Engine {
    let parsed = rules::parse(&rules::load(folder).expect("the shipped rules"));
    Engine::compile(parsed.rules).0
}
