//! One process, ten thousand events.

use std::time::{Duration, Instant};

use crate::command_line::path;
use crate::emulator::{Emulator, Function};
use crate::generator;
use crate::metrics::sums;

const WARM: usize = 500;
const COUNT: usize = 10_000;
/// What memory may grow by, once the buffers are as large as messages need them.
const GROWTH: u64 = 256 << 10;

#[test]
#[expect(clippy::print_stdout, reason = "`--nocapture` shows the figures")]
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
    let told = sums(&emulator);
    let told = |name: &str| told.get(name).copied().unwrap_or_default() as usize;
    assert_eq!(told("Allowed") + told("Rewritten") + told("Denied"), WARM + COUNT);
    assert_eq!((told("ReviewTime"), told("Failures")), (WARM + COUNT, 0));
}

fn run(emulator: &mut Emulator, events: &[String]) -> Vec<Duration> {
    let answer = |event: &String| {
        let begun = Instant::now();
        let reply = emulator.invoke(event);
        assert!(reply.error().is_none(), "{event}: {reply:?}");
        begun.elapsed()
    };
    events.iter().map(answer).collect()
}
