//! Many rooms, and the rate limits.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::time::Duration;

use super::command::{
    Running, assert_handler, command_at_default_rate, rooms_json, updated, with_rooms,
};

/// An updated room moves to the start of the list, so a client that updates while it lists skips rooms. The fake
/// checks that the list is read to its end first.
#[test]
fn all_rooms_of_three_pages_are_changed_once() {
    let (fake, arns) = with_rooms(120);
    let run = rooms_json(&fake, "apply --all --handler REVIEW --yes").assert_exit(0);
    run.assert_summary("changed 120");
    let updated = updated(&fake);
    assert_eq!(updated.len(), 120);
    let updated: BTreeSet<_> = updated.iter().collect();
    assert_eq!(updated, arns.iter().collect());
    assert_eq!(fake.calls_of("ListRooms").len(), 4, "three pages, and the first one again");
    for arn in &arns {
        assert_handler(&fake, arn, "review", "ALLOW");
    }
}

/// Rooms that another client updates move to the start of the list, which was already read.
#[test]
fn rooms_that_move_while_the_list_is_read_are_not_missed() {
    let (fake, arns) = with_rooms(120);
    let mut lists = 0;
    fake.on_call(move |call, account| {
        lists += usize::from(call.operation == "ListRooms");
        if call.operation == "ListRooms" && lists == 2 {
            // More than a page; the oldest rooms come last.
            for arn in &arns[..60] {
                account.attach(arn, "", "DENY");
            }
        }
        Ok(())
    });
    rooms_json(&fake, "apply --all --handler REVIEW --yes")
        .assert_exit(0)
        .assert_summary("changed 120");
    assert_eq!(fake.calls_of("ListRooms").len(), 5);
}

#[test]
fn pages_may_be_short_or_empty() {
    let (fake, arns) = with_rooms(9);
    fake.account(|account| account.page_sizes = vec![2, 0, 3, 0, 0, 1]);
    rooms_json(&fake, "apply --all --handler REVIEW --yes")
        .assert_exit(0)
        .assert_summary("changed 9");
    assert_eq!(updated(&fake).len(), arns.len());
}

#[test]
fn five_hundred_rooms_without_a_rate_limit() {
    let (fake, arns) = with_rooms(500);
    let run = rooms_json(&fake, "apply --all --handler REVIEW --yes").assert_exit(0);
    let run = run.assert_summary("changed 500");
    assert_eq!(run.lines().len(), 501);
    assert_eq!(updated(&fake).len(), 500);
    assert_eq!(fake.calls_of("ListRooms").len(), 11);
    assert_eq!(fake.calls_of("GetRoom").len(), 500);
    let run = rooms_json(&fake, "status --all --handler REVIEW").assert_exit(0);
    assert_eq!(run.line(&arns[0])["state"], "attached");
}

/// The fake enforces the quotas, and a throttled call is a violation.
#[test]
fn the_default_rate_is_even_and_just_under_the_quota() {
    let (fake, _) = with_rooms(20);
    fake.enforce_quotas();
    let apply = command_at_default_rate(&fake, "apply --all --handler REVIEW --yes --format json");
    Running::start(apply).end().assert_exit(0).assert_summary("changed 20");
    for operation in ["GetRoom", "UpdateRoom"] {
        let times: Vec<_> = fake.calls_of(operation).iter().map(|call| call.at).collect();
        assert_eq!(times.len(), 20);
        let mut gaps: Vec<_> = times.windows(2).map(|two| two[1] - two[0]).collect();
        gaps.sort();
        // A burst, such as the calls of a second, would have no gaps. A stall of the machine also brings calls
        // together, but fewer.
        assert!(gaps[4] > Duration::from_millis(100), "{operation}: {gaps:?}");
        let median = Duration::from_millis(195)..Duration::from_millis(600);
        assert!(median.contains(&gaps[9]), "{operation}: {gaps:?}");
    }
}

/// Takes 41 seconds; `cargo test two_hundred -- --ignored` prints the measured rates.
#[test]
#[ignore = "a measurement of 41 seconds"]
fn two_hundred_rooms_at_the_real_quota() {
    let (fake, _) = with_rooms(200);
    fake.enforce_quotas();
    let mut stdout = io::stdout();
    let apply = command_at_default_rate(&fake, "apply --all --handler REVIEW --yes --format json");
    Running::start(apply).end().assert_exit(0).assert_summary("changed 200");
    for operation in ["ListRooms", "GetRoom", "UpdateRoom"] {
        let calls = fake.calls_of(operation);
        let throttled = calls.iter().filter(|call| call.status == Some(429)).count();
        let took = calls[calls.len() - 1].at - calls[0].at;
        let rate = (calls.len() - 1) as f64 / took.as_secs_f64();
        let calls = calls.len();
        writeln!(stdout, "{operation}: {calls} calls, {throttled} throttled, {rate:.3} a second")
            .expect("standard output is open");
        assert_eq!(throttled, 0);
        // Four `ListRooms` calls are too few for a rate.
        assert!(calls < 200 || rate > 0.95 * 5.0);
    }
}

/// Operations with lower quotas are called less often.
#[test]
fn each_operation_has_its_own_rate() {
    let (fake, _) = with_rooms(0);
    fake.account(|account| {
        for _ in 0..9 {
            account.add_logging("chat", serde_json::json!({"s3": {"bucketName": "logs"}}));
        }
        account.page_sizes = vec![1];
    });
    fake.enforce_quotas();
    let run = Running::start(command_at_default_rate(&fake, "logging list")).end().assert_exit(0);
    assert_eq!(run.stdout.lines().count(), 9, "{run}");
    assert_eq!(fake.calls_of("ListLoggingConfigurations").len(), 9);
}
