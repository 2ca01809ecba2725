//! Ten thousand events in one process.

use std::time::{Duration, Instant};

use crate::command_line::path;
use crate::emulator::{Emulator, Function};
use crate::generator;
use crate::metrics::sums;

const WARM: usize = 2_500;
const COUNT: usize = 10_000;
/// The maximum growth of memory after most buffers have reached their size. It ends: from 100,000 to
/// 580,000 events a process does not grow at all.
const GROWTH: u64 = 256 << 10;

#[test]
#[expect(clippy::print_stdout, reason = "`--nocapture` shows the measurements")]
fn memory_does_not_grow_and_every_event_is_counted() {
    let events = generator::events(7, WARM + COUNT);
    let mut emulator = Function::with_rules_dir(&path("rules")).start();
    run(&mut emulator, &events[..WARM]);
    let warm = emulator.peak_memory();
    let mut times = run(&mut emulator, &events[WARM..]);
    let peak = emulator.peak_memory();
    times.sort_unstable();
    println!(
        "{COUNT} events: p50 {:?}, p99 {:?}, the emulator included; peak {} KiB, {} KiB after {WARM}",
        times[COUNT / 2],
        times[COUNT * 99 / 100],
        peak >> 10,
        warm >> 10
    );
    assert!(peak <= warm + GROWTH, "{warm} bytes at first, {peak} at last");

    emulator.end();
    assert_eq!(emulator.starts(), 1);
    let metrics = sums(&emulator);
    let metric = |name: &str| metrics.get(name).copied().unwrap_or_default() as usize;
    assert_eq!(metric("Allowed") + metric("Rewritten") + metric("Denied"), WARM + COUNT);
    assert_eq!((metric("ReviewTime"), metric("Failures")), (WARM + COUNT, 0));
}

fn run(emulator: &mut Emulator, events: &[String]) -> Vec<Duration> {
    let review = |event: &String| {
        let begun = Instant::now();
        let reply = emulator.invoke(event);
        assert!(reply.error().is_none(), "{event}: {reply:?}");
        begun.elapsed()
    };
    events.iter().map(review).collect()
}
