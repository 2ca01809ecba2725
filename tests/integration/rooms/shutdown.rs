//! Ctrl-C and SIGTERM: the call in flight is finished, what is left is said, and another run does it.

use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::command::{Running, assert_wired, command, rooms_json, updated, wiring, with_rooms};
use super::fake::{Double, Fault, Permission, Trouble, function};

const APPLY: &str = "apply --all --handler REVIEW --yes --format json";

/// Rooms enough that some are left, however many are under way at a time.
const ROOMS: usize = 60;

/// A double whose answers to UpdateRoom take a while from the fourth on: all of them over 7 seconds, in
/// which the slowest machine passes a signal on.
fn slow() -> (Double, Vec<String>) {
    let (double, arns) = with_rooms(ROOMS);
    let delay = Duration::from_secs(1);
    double.plan(Fault::new(Trouble::Slow(delay), "UpdateRoom").calls(4..));
    (double, arns)
}

#[track_caller]
fn stops_and_runs_again(signal: &str) {
    let (double, arns) = slow();
    let running = Running::start(command(&double, APPLY));
    double.wait_for("UpdateRoom", 4);
    running.signal(signal);
    let run = running.end().ends(1);

    // All that was sent is done and told.
    let calls = double.calls_of("UpdateRoom");
    assert!(calls.iter().all(|call| call.status == Some(200)), "{calls:?}");
    let done: Vec<_> = calls.iter().filter_map(|call| call.room()).collect();
    assert!(done.len() >= 4 && done.len() < ROOMS, "{run}");
    for arn in &done {
        assert_eq!(run.result(arn), "changed");
    }
    let left = ROOMS - done.len();
    run.sums_up(&format!("changed {}, left {left}", done.len()));

    double.heal();
    let again = rooms_json(&double, "apply --all --handler REVIEW --yes").ends(0);
    again.sums_up(&format!("changed {left}, unchanged {}", done.len()));
    let mut updated = updated(&double);
    updated.sort();
    assert_eq!(updated, arns, "each of them once");
}

#[test]
fn ctrl_c() {
    stops_and_runs_again("INT");
}

#[test]
fn sigterm() {
    stops_and_runs_again("TERM");
}

#[test]
fn what_is_left_is_said_to_people_as_well() {
    let (double, _) = slow();
    let running = Running::start(command(&double, "apply --all --handler REVIEW --yes"));
    double.wait_for("UpdateRoom", 4);
    running.signal("INT");
    let run = running.end().ends(1);
    let left = ROOMS - double.calls_of("UpdateRoom").len();
    run.tells(&format!("{left} rooms are left")).tells("the same command");
}

#[test]
fn waiting_for_a_turn_ends_at_once() {
    let (double, _) = with_rooms(3);
    let apply = command(&double, &format!("{APPLY} --rate 0.05"));
    let running = Running::start(apply);
    double.wait_for("UpdateRoom", 1);
    sleep(Duration::from_millis(100));
    let stopped = Instant::now();
    running.signal("TERM");
    running.end().ends(1).sums_up("changed 1, left 2");
    assert!(stopped.elapsed() < Duration::from_secs(10), "{:?}", stopped.elapsed());
}

#[test]
fn waiting_to_try_again_ends_at_once() {
    let (double, arns) = with_rooms(3);
    double.plan(Fault::new(Trouble::Busy(50), "UpdateRoom").calls(2..));
    let running = Running::start(command(&double, APPLY));
    double.wait_for("UpdateRoom", 3);
    let stopped = Instant::now();
    running.signal("INT");
    let run = running.end().ends(1);
    assert!(stopped.elapsed() < Duration::from_secs(20), "{:?}", stopped.elapsed());
    let done = arns.iter().filter(|arn| run.result(arn) == "changed").count();
    assert_eq!(done, 1, "{run}");
}

/// What may have come about is not told as left alone.
#[test]
fn a_call_without_an_answer_is_not_told_as_left() {
    let (double, arns) = with_rooms(1);
    double.plan(Fault::new(Trouble::CutAfter, "UpdateRoom"));
    // How it is then cannot be read.
    double.plan(Fault::new(Trouble::CutBefore, "GetRoom").calls(2..));
    let running = Running::start(command(&double, APPLY));
    double.wait_for("GetRoom", 2);
    running.signal("INT");
    let run = running.end().ends(1).sums_up("failed 1");
    assert!(run.line(&arns[0])["error"].as_str().is_some_and(|told| told.contains("no answer")));
    assert_wired(&double, &arns[0], "review", "ALLOW");
}

/// Nothing is changed yet, so that there is nothing to finish.
#[test]
fn a_list_can_be_stopped() {
    let (double, _) = with_rooms(120);
    let delay = Duration::from_secs(60);
    double.plan(Fault::new(Trouble::Slow(delay), "ListRooms").calls(2..=2));
    let running = Running::start(command(&double, APPLY));
    double.wait_for("ListRooms", 2);
    running.signal("INT");
    let run = running.end();
    assert_ne!(run.code, Some(0), "{run}");
    assert_eq!(run.stdout, "", "{run}");
    assert_eq!(double.calls().len(), 2, "{run}");
}

#[test]
fn a_second_signal_ends_it_without_waiting() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let (double, arns) = with_rooms(3);
        double.plan(Fault::new(Trouble::Slow(Duration::from_secs(60)), "UpdateRoom"));
        let running = Running::start(command(&double, APPLY));
        double.wait_for("UpdateRoom", 1);
        // Two at once count as one: some who pass signals on send them twice.
        running.signal_twice(signal);
        sleep(Duration::from_secs(1));
        let second = Instant::now();
        running.signal(signal);
        running.end().ends(code);
        assert!(second.elapsed() < Duration::from_secs(8), "{:?}", second.elapsed());
        assert_wired(&double, &arns[0], "-", "ALLOW");
    }
}

/// What was changed before is in the backup, and so is what may have been.
#[test]
fn a_run_that_is_killed_can_be_taken_back() {
    let (double, arns) = slow();
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("before.jsonl");
    let apply = format!("{APPLY} --backup {}", file.display());
    let running = Running::start(command(&double, &apply));
    double.wait_for("UpdateRoom", 4);
    running.signal("KILL");
    assert_eq!(running.end().code, None);
    double.heal();
    assert!(arns.iter().any(|arn| wiring(&double, arn).0 == "review"));
    rooms_json(&double, &format!("restore {} --yes", file.display())).ends(0);
    for arn in &arns {
        assert_wired(&double, arn, "-", "ALLOW");
    }
}

/// What was sent is answered, so that its ARN is told; what would come next is not begun.
#[test]
fn a_room_that_is_being_made_is_told() {
    let (double, _) = with_rooms(0);
    double.account(|account| account.permit(&function("review"), Permission::After(1)));
    let slow = Trouble::Slow(Duration::from_secs(3));
    double.plan(Fault::new(slow, "CreateRoom").calls(2..));
    let create = "create --name hall --handler REVIEW --fallback deny --format json";
    let running = Running::start(command(&double, create));
    double.wait_for("CreateRoom", 2);
    running.signal("INT");
    let run = running.end().ends(1).tells("stopping: ").tells("may go out unreviewed");
    let room = run.lines()[0]["room"].as_str().expect("an ARN").to_owned();
    assert!(double.account(|account| account.rooms.contains_key(&room)));
    assert_eq!(updated(&double), [""; 0]);
}
