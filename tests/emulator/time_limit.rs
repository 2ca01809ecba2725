//! Slow events with the share of a CPU that Lambda allocates.

use std::io::{self, Write};
use std::time::{Duration, Instant};
use std::{env, fs};

use ivs_chat_review::lint::Cost;

use crate::command_line::path;
use crate::cpu_quota::Quota;
use crate::emulator::Function;
use crate::storms::storms;

/// How long IVS Chat waits for a review.
const WAIT: Duration = Duration::from_millis(200);
/// Measurements per event, of which the fastest counts, since other work on the machine can only slow them down.
const MEASUREMENTS: usize = 3;

#[test]
fn storms_are_reviewed_in_time_with_the_default_memory() {
    assert_in_time(Cost::MEMORY.into());
}

#[test]
fn storms_are_reviewed_in_time_with_256_megabytes() {
    assert_in_time(256);
}

fn assert_in_time(megabytes: u64) {
    let quota = match Quota::of_memory(megabytes) {
        Ok(quota) => quota,
        Err(tried) if env::var_os("IVS_REVIEW_REQUIRE_QUOTA").is_none() => {
            return print(&format!(
                "SKIPPED: storms with {megabytes} MB: no control group: {tried}"
            ));
        }
        Err(tried) => panic!("no control group for {megabytes} MB: {tried}"),
    };
    let storms = storms();
    let mut late = Vec::new();
    for storm in &storms {
        let event = storm.event();
        // Lambda does not throttle the start. Here it is throttled, so the first reply takes longer.
        let mut emulator = Function::packaged(Some(&path("rules"))).within(&quota).start();
        let mut times = [Duration::ZERO; MEASUREMENTS + 1];
        for time in &mut times {
            let begun = Instant::now();
            let reply = emulator.invoke(&event);
            *time = begun.elapsed();
            assert_eq!(storm.verdict_of(&reply.text), storm.verdict, "{}: {reply:?}", storm.name);
        }
        let processes = fs::read_to_string(quota.processes()).expect("a file of the group");
        assert!(!processes.trim().is_empty(), "the function is not in its group");
        emulator.end();
        let [first, warm @ ..] = times;
        let best = warm.into_iter().min().unwrap_or_default();
        print(&format!("{megabytes} MB: {}: first {first:.1?}, then {best:.1?}", storm.name));
        if best >= WAIT {
            late.push(format!("{}: {best:.1?}", storm.name));
        }
    }
    if megabytes < Cost::MEMORY.into() {
        assert!(quota.throttled() > 0, "the group was not throttled");
    }
    assert!(late.is_empty(), "later than {WAIT:?} with {megabytes} MB: {late:#?}");
}

/// Writes a line that `cargo test` also shows for tests that pass.
fn print(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
