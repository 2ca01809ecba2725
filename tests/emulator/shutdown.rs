//! Shutdown of the process by Lambda.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::command_line::path;
use crate::emulator::{Emulator, Function, Reply, terminate};
use crate::metrics::sums;

const RULES: &str = "tests/emulator/rules";
/// Repetitions of "muppet " in a message whose review is slow.
const LONG: usize = 800_000;
/// The maximum number of attempts to send SIGTERM during a review.
const ATTEMPTS: usize = 30;

#[test]
fn an_idle_process_ends_at_once_and_writes_pending_metrics() {
    let mut emulator = Function::with_rules_dir(&path(RULES)).start();
    for _ in 0..5 {
        emulator.invoke(r#"{"Content":"you muppet"}"#);
    }
    let metrics = sums(&emulator);
    assert_eq!(
        (metrics["Rewritten"], metrics["Matched insults on"]),
        (1, 1),
        "only the first event"
    );
    let begun = Instant::now();
    terminate(emulator.function());
    wait_for_exit(&emulator);
    assert!(begun.elapsed() < Duration::from_millis(500), "Lambda waits 500 ms");
    let metrics = sums(&emulator);
    assert_eq!((metrics["Rewritten"], metrics["Matched insults on"]), (5, 5));
}

#[test]
fn a_review_in_progress_is_counted_and_its_reply_is_complete() {
    let long = json!({ "Content": "muppet ".repeat(LONG) }).to_string();
    let masked = json!({ "ReviewResult": "ALLOW", "Content": "****** ".repeat(LONG) });
    // The time until the review starts is unknown, so the delay is adapted until SIGTERM arrives during a review.
    let mut delay = Duration::from_millis(20);
    for _ in 0..ATTEMPTS {
        let mut emulator = Function::with_rules_dir(&path(RULES)).start();
        emulator.invoke(r#"{"Content":"hello"}"#);
        let function = emulator.function();
        let (reply, sent_first) = thread::scope(|scope| {
            let end = scope.spawn(move || {
                thread::sleep(delay);
                terminate(function);
                Instant::now()
            });
            let reply = emulator.invoke(&long);
            let replied = Instant::now();
            (reply, end.join().expect("the signal was sent") < replied)
        });
        wait_for_exit(&emulator);
        let metrics = sums(&emulator);
        assert_eq!(metrics["Allowed"], 1, "{metrics:?}");
        // An event that the process has not received yet has no reply and is not counted.
        if !is(&reply, &masked) {
            assert_eq!(
                (metrics.get("Rewritten"), metrics["ReviewTime"]),
                (Some(&0), 1),
                "{metrics:?}"
            );
            delay = delay * 3 / 2;
            continue;
        }
        assert_eq!((metrics["Rewritten"], metrics["ReviewTime"]), (1, 2), "{metrics:?}");
        if sent_first {
            return;
        }
        delay = delay * 2 / 3;
    }
    panic!("no signal arrived during a review");
}

fn is(reply: &Reply, expected: &serde_json::Value) -> bool {
    serde_json::from_str::<serde_json::Value>(&reply.text).is_ok_and(|reply| reply == *expected)
}

/// Waits until the function has exited with status 0.
fn wait_for_exit(emulator: &Emulator) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !emulator.log().contains("exited: exit status 0") {
        assert!(Instant::now() < deadline, "it does not end:\n{}", emulator.log());
        thread::sleep(Duration::from_millis(2));
    }
}
