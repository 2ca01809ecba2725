//! Ctrl-C and SIGTERM: requests in flight are completed, the remaining rooms are reported, and another run changes them.

use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::command::{
    Running, assert_handler, command, handler_of, rooms_json, updated, with_rooms,
};
use super::fake::{FakeService, Fault, FaultKind, Permission, function};

const APPLY: &str = "apply --all --handler REVIEW --yes --format json";

/// Enough rooms that some remain with any concurrency.
const ROOMS: usize = 60;

/// Starts a fake that answers `UpdateRoom` slowly from the fourth call on: all calls take more than 7 seconds, enough
/// to deliver a signal on a slow machine.
fn slow() -> (FakeService, Vec<String>) {
    let (fake, arns) = with_rooms(ROOMS);
    let delay = Duration::from_secs(1);
    fake.inject(Fault::new(FaultKind::Slow(delay), "UpdateRoom").calls(4..));
    (fake, arns)
}

#[track_caller]
fn assert_shutdown_and_second_run(signal: &str) {
    let (fake, arns) = slow();
    let running = Running::start(command(&fake, APPLY));
    fake.wait_for("UpdateRoom", 4);
    running.signal(signal);
    let run = running.end().assert_exit(1);

    // All requests that were sent are completed and reported.
    let calls = fake.calls_of("UpdateRoom");
    assert!(calls.iter().all(|call| call.status == Some(200)), "{calls:?}");
    let done: Vec<_> = calls.iter().filter_map(|call| call.room()).collect();
    assert!(done.len() >= 4 && done.len() < ROOMS, "{run}");
    for arn in &done {
        assert_eq!(run.result(arn), "changed");
    }
    let left = ROOMS - done.len();
    run.assert_summary(&format!("changed {}, left {left}", done.len()));

    fake.clear_faults();
    let again = rooms_json(&fake, "apply --all --handler REVIEW --yes").assert_exit(0);
    again.assert_summary(&format!("changed {left}, unchanged {}", done.len()));
    let mut updated = updated(&fake);
    updated.sort();
    assert_eq!(updated, arns, "each room once");
}

#[test]
fn sigint() {
    assert_shutdown_and_second_run("INT");
}

#[test]
fn sigterm() {
    assert_shutdown_and_second_run("TERM");
}

#[test]
fn remaining_rooms_are_reported_in_text() {
    let (fake, _) = slow();
    let running = Running::start(command(&fake, "apply --all --handler REVIEW --yes"));
    fake.wait_for("UpdateRoom", 4);
    running.signal("INT");
    let run = running.end().assert_exit(1);
    let left = ROOMS - fake.calls_of("UpdateRoom").len();
    run.assert_stderr(&format!("{left} rooms are left")).assert_stderr("the same command");
}

#[test]
fn a_signal_ends_the_wait_for_the_rate_limit() {
    let (fake, _) = with_rooms(3);
    let apply = command(&fake, &format!("{APPLY} --rate 0.05"));
    let running = Running::start(apply);
    fake.wait_for("UpdateRoom", 1);
    sleep(Duration::from_millis(100));
    let stopped = Instant::now();
    running.signal("TERM");
    running.end().assert_exit(1).assert_summary("changed 1, left 2");
    assert!(stopped.elapsed() < Duration::from_secs(10), "{:?}", stopped.elapsed());
}

#[test]
fn a_signal_ends_the_wait_for_a_retry() {
    let (fake, arns) = with_rooms(3);
    fake.inject(Fault::new(FaultKind::RetryAfter(50), "UpdateRoom").calls(2..));
    let running = Running::start(command(&fake, APPLY));
    fake.wait_for("UpdateRoom", 3);
    let stopped = Instant::now();
    running.signal("INT");
    let run = running.end().assert_exit(1);
    assert!(stopped.elapsed() < Duration::from_secs(20), "{:?}", stopped.elapsed());
    let done = arns.iter().filter(|arn| run.result(arn) == "changed").count();
    assert_eq!(done, 1, "{run}");
}

/// A request that may have been executed is not reported as remaining.
#[test]
fn an_update_without_a_response_is_reported_as_failed() {
    let (fake, arns) = with_rooms(1);
    fake.inject(Fault::new(FaultKind::DisconnectAfter, "UpdateRoom"));
    // The state after it cannot be read.
    fake.inject(Fault::new(FaultKind::DisconnectBefore, "GetRoom").calls(2..));
    let running = Running::start(command(&fake, APPLY));
    fake.wait_for("GetRoom", 2);
    running.signal("INT");
    let run = running.end().assert_exit(1).assert_summary("failed 1");
    assert!(run.line(&arns[0])["error"].as_str().is_some_and(|it| it.contains("no answer")));
    assert_handler(&fake, &arns[0], "review", "ALLOW");
}

/// Nothing was changed, so the request is not completed.
#[test]
fn a_signal_ends_a_list() {
    let (fake, _) = with_rooms(120);
    let delay = Duration::from_secs(60);
    fake.inject(Fault::new(FaultKind::Slow(delay), "ListRooms").calls(2..=2));
    let running = Running::start(command(&fake, APPLY));
    fake.wait_for("ListRooms", 2);
    running.signal("INT");
    let run = running.end();
    assert_ne!(run.code, Some(0), "{run}");
    assert_eq!(run.stdout, "", "{run}");
    assert_eq!(fake.calls().len(), 2, "{run}");
}

#[test]
fn a_second_signal_ends_the_command_at_once() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let (fake, arns) = with_rooms(3);
        fake.inject(Fault::new(FaultKind::Slow(Duration::from_secs(60)), "UpdateRoom"));
        let running = Running::start(command(&fake, APPLY));
        fake.wait_for("UpdateRoom", 1);
        // Two signals at the same time count as one, since some process managers send them twice.
        running.signal_twice(signal);
        sleep(Duration::from_secs(1));
        let second = Instant::now();
        running.signal(signal);
        running.end().assert_exit(code);
        assert!(second.elapsed() < Duration::from_secs(8), "{:?}", second.elapsed());
        assert_handler(&fake, &arns[0], "-", "ALLOW");
    }
}

/// The backup contains all rooms that were changed or may have been changed.
#[test]
fn a_killed_run_can_be_restored() {
    let (fake, arns) = slow();
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("before.jsonl");
    let apply = format!("{APPLY} --backup {}", file.display());
    let running = Running::start(command(&fake, &apply));
    fake.wait_for("UpdateRoom", 4);
    running.signal("KILL");
    assert_eq!(running.end().code, None);
    fake.clear_faults();
    assert!(arns.iter().any(|arn| handler_of(&fake, arn).0 == "review"));
    rooms_json(&fake, &format!("restore {} --yes", file.display())).assert_exit(0);
    for arn in &arns {
        assert_handler(&fake, arn, "-", "ALLOW");
    }
}

/// The request in flight is completed, so that the ARN is reported; the next step is not started.
#[test]
fn a_room_that_is_being_created_is_reported() {
    let (fake, _) = with_rooms(0);
    fake.account(|account| account.permit(&function("review"), Permission::After(1)));
    let slow = FaultKind::Slow(Duration::from_secs(3));
    fake.inject(Fault::new(slow, "CreateRoom").calls(2..));
    let create = "create --name hall --handler REVIEW --fallback deny --format json";
    let running = Running::start(command(&fake, create));
    fake.wait_for("CreateRoom", 2);
    running.signal("INT");
    let run = running
        .end()
        .assert_exit(1)
        .assert_stderr("shutting down: ")
        .assert_stderr("may be delivered unreviewed");
    let room = run.lines()[0]["room"].as_str().expect("an ARN").to_owned();
    assert!(fake.account(|account| account.rooms.contains_key(&room)));
    assert_eq!(updated(&fake), [""; 0]);
}
