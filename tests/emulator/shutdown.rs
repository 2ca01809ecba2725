//! A process that Lambda ends.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::command_line::path;
use crate::emulator::{Emulator, Function, Reply, terminate};
use crate::metrics::sums;

const RULES: &str = "tests/emulator/rules";
/// Times "muppet ", a message that takes a while.
const LONG: usize = 800_000;
/// Reviews that are tried until one is under way when the process is told to end.
const ATTEMPTS: usize = 30;

#[test]
fn an_idle_process_ends_at_once_and_tells_what_is_pending() {
    let mut emulator = Function::with_rules_dir(&path(RULES)).start();
    for _ in 0..5 {
        emulator.invoke(r#"{"Content":"you muppet"}"#);
    }
    let told = sums(&emulator);
    assert_eq!((told["Rewritten"], told["Hits insults on"]), (1, 1), "the first, and no more");
    let begun = Instant::now();
    terminate(emulator.function());
    wait_for_exit(&emulator);
    assert!(begun.elapsed() < Duration::from_millis(500), "Lambda waits no longer");
    let told = sums(&emulator);
    assert_eq!((told["Rewritten"], told["Hits insults on"]), (5, 5));
}

#[test]
fn a_review_that_is_under_way_is_told_and_its_reply_is_whole() {
    let long = json!({ "Content": "muppet ".repeat(LONG) }).to_string();
    let masked = json!({ "ReviewResult": "ALLOW", "Content": "****** ".repeat(LONG) });
    // How long the event is on its way is not known: it is told to end sooner or later until a review is under way.
    let mut delay = Duration::from_millis(20);
    for _ in 0..ATTEMPTS {
        let mut emulator = Function::with_rules_dir(&path(RULES)).start();
        emulator.invoke(r#"{"Content":"hello"}"#);
        let function = emulator.function();
        let (reply, told_first) = thread::scope(|scope| {
            let end = scope.spawn(move || {
                thread::sleep(delay);
                terminate(function);
                Instant::now()
            });
            let reply = emulator.invoke(&long);
            let replied = Instant::now();
            (reply, end.join().expect("it was sent") < replied)
        });
        wait_for_exit(&emulator);
        let told = sums(&emulator);
        assert_eq!(told["Allowed"], 1, "{told:?}");
        // One that the process was not given yet is not answered, and not counted.
        if !is(&reply, &masked) {
            assert_eq!((told.get("Rewritten"), told["ReviewTime"]), (Some(&0), 1), "{told:?}");
            delay = delay * 3 / 2;
            continue;
        }
        assert_eq!((told["Rewritten"], told["ReviewTime"]), (1, 2), "{told:?}");
        if told_first {
            return;
        }
        delay = delay * 2 / 3;
    }
    panic!("none of the reviews was under way");
}

fn is(reply: &Reply, expected: &serde_json::Value) -> bool {
    serde_json::from_str::<serde_json::Value>(&reply.text).is_ok_and(|reply| reply == *expected)
}

/// Waits until the function has ended by itself, in good order.
fn wait_for_exit(emulator: &Emulator) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !emulator.log().contains("exited: exit status 0") {
        assert!(Instant::now() < deadline, "it does not end:\n{}", emulator.log());
        thread::sleep(Duration::from_millis(2));
    }
}
