//! Errors of the service and the network: temporary ones are retried, permanent ones are reported, and other rooms
//! are changed nevertheless.

use std::time::Duration;

use super::command::{Running, assert_handler, command, rooms, rooms_json, updated, with_rooms};
use super::fake::{FakeService, Fault, FaultKind, Permission, ViolationKind, function};

const APPLY: &str = "apply --all --handler REVIEW --yes";

/// Longer than the back-off before a second attempt.
const RETRY_AFTER: FaultKind = FaultKind::RetryAfter(3);

/// Each fault affects another room, so that all back-offs run at the same time.
#[test]
fn temporary_errors_are_retried() {
    let faults = [
        (FaultKind::THROTTLED, "UpdateRoom"),
        (FaultKind::THROTTLED, "GetRoom"),
        (FaultKind::INTERNAL, "UpdateRoom"),
        (FaultKind::UNAVAILABLE, "GetRoom"),
        (RETRY_AFTER, "GetRoom"),
        (FaultKind::DisconnectBefore, "GetRoom"),
        (FaultKind::DisconnectBefore, "UpdateRoom"),
        (FaultKind::DisconnectAfter, "UpdateRoom"),
        (FaultKind::Truncated, "GetRoom"),
        (FaultKind::Truncated, "UpdateRoom"),
        // The error page of a proxy, and an invalid response.
        (FaultKind::InvalidBody(502), "UpdateRoom"),
        (FaultKind::InvalidBody(200), "UpdateRoom"),
    ];
    let (fake, arns) = with_rooms(faults.len() + 1);
    for (arn, (fault, operation)) in arns.iter().zip(&faults) {
        fake.inject(Fault::new(fault.clone(), operation).room(arn).calls(1..=1));
    }
    let run = rooms_json(&fake, APPLY).assert_exit(0);
    let run = run.assert_summary(&format!("changed {}", arns.len()));
    for (arn, (fault, operation)) in arns.iter().zip(&faults) {
        assert_handler(&fake, arn, "review", "ALLOW");
        assert_eq!(run.line(arn)["before"]["uri"], "", "{fault:?} of {operation}");
        let calls = |operation: &str| {
            let mut calls = fake.calls_of(operation);
            calls.retain(|call| call.room() == Some(arn));
            calls
        };
        let reads = calls("GetRoom");
        assert_eq!(reads.len(), 2, "{fault:?} of {operation}");
        if *fault == RETRY_AFTER {
            // Calls are timed when they arrive, before the response.
            assert!(reads[1].at - reads[0].at >= Duration::from_secs(3), "{reads:?}");
        }
        // An update that was executed without a response is not repeated.
        let was_executed = matches!(fault, FaultKind::DisconnectAfter | FaultKind::Truncated);
        let is_sent_once = *operation == "GetRoom" || was_executed;
        assert_eq!(calls("UpdateRoom").len(), if is_sent_once { 1 } else { 2 }, "{fault:?}");
    }
    assert_handler(&fake, &arns[faults.len()], "review", "ALLOW");
}

/// Another client attaches a handler between two attempts.
#[test]
fn a_room_is_read_again_before_each_attempt() {
    let faults = [FaultKind::THROTTLED, FaultKind::UNAVAILABLE, FaultKind::DisconnectAfter];
    let started = faults.map(|fault| {
        let (fake, mut arns) = with_rooms(1);
        let room = arns.remove(0);
        fake.inject(Fault::new(fault, "UpdateRoom").calls(1..=1));
        let (watched, mut reads) = (room.clone(), 0);
        fake.on_call(move |call, account| {
            reads += usize::from(call.operation == "GetRoom");
            if call.operation == "GetRoom" && reads == 2 {
                account.attach(&watched, &function("other"), "DENY");
            }
            Ok(())
        });
        let running = Running::start(command(&fake, &format!("{APPLY} --format json")));
        (fake, room, running)
    });
    for (fake, room, running) in started {
        running.end().assert_exit(0).assert_summary("skipped 1");
        assert_handler(&fake, &room, "other", "DENY");
        assert_eq!(updated(&fake).len(), 1);
    }
}

#[test]
fn slow_responses_are_awaited() {
    let (fake, arns) = with_rooms(3);
    let slow = FaultKind::Slow(Duration::from_millis(1_500));
    fake.inject(Fault::new(slow, "UpdateRoom").room(&arns[1]));
    rooms_json(&fake, APPLY).assert_exit(0).assert_summary("changed 3");
    assert_eq!(updated(&fake).len(), 3);
    assert!(fake.calls().iter().all(|call| call.status == Some(200)));
}

#[test]
fn a_failed_page_of_a_list_is_retried() {
    let (fake, arns) = with_rooms(120);
    fake.inject(Fault::new(FaultKind::THROTTLED, "ListRooms").calls(2..=2));
    let listed = rooms_json(&fake, "list").assert_exit(0);
    assert_eq!(listed.lines().len(), arns.len());
    let tokens: Vec<_> = fake
        .calls_of("ListRooms")
        .into_iter()
        .map(|call| call.input["nextToken"].clone())
        .collect();
    assert_eq!(tokens.len(), 5);
    assert_eq!(tokens[1], tokens[2]);
}

/// A rate over the quota is throttled and retried.
#[test]
fn a_rate_over_the_quota_succeeds() {
    let (fake, _) = with_rooms(8);
    fake.enforce_quotas();
    rooms_json(&fake, &format!("{APPLY} --rate 1000 --attempts 20"))
        .assert_exit(0)
        .assert_summary("changed 8");
    let violations = fake.violations();
    assert!(
        !violations.is_empty() && violations.iter().all(|found| found.kind == ViolationKind::Rate)
    );
}

#[test]
fn a_permission_that_is_not_effective_yet_is_retried() {
    let (fake, arns) = with_rooms(2);
    fake.account(|account| account.permit(&function("review"), Permission::After(1)));
    rooms_json(&fake, APPLY).assert_exit(0).assert_summary("changed 2");
    assert_eq!(updated(&fake).len(), 3);
    assert_handler(&fake, &arns[0], "review", "ALLOW");
}

#[test]
fn a_missing_permission_is_reported_with_advice() {
    let (fake, arns) = with_rooms(1);
    fake.account(|account| account.permit(&function("review"), Permission::Never));
    let run = rooms(&fake, &format!("{APPLY} --attempts 2"));
    assert_ne!(run.code, Some(0), "{run}");
    assert!((run.stdout.clone() + &run.stderr).contains("invalid lambda permission"), "{run}");
    let run = run.assert_stderr("no permission to invoke the function");
    assert_eq!(updated(&fake).len(), 2, "{run}");
    assert_handler(&fake, &arns[0], "-", "ALLOW");
}

#[test]
fn a_failed_room_does_not_stop_others() {
    let (fake, arns) = with_rooms(5);
    fake.inject(Fault::new(FaultKind::DENIED, "UpdateRoom").room(&arns[2]));
    let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 4, failed 1");
    let line = run.line(&arns[2]);
    assert_eq!(line["result"], "failed");
    let error = line["error"].as_str().expect("a reason");
    assert!(error.contains("AccessDeniedException"), "{error}");
    assert!(error.contains("is not authorized"), "{error}");
    // A permanent error is not retried.
    assert_eq!(updated(&fake).len(), 5);

    let run = rooms(&fake, APPLY).assert_exit(1);
    let text = run.stdout + &run.stderr;
    assert!(text.contains(&arns[2]) && text.contains("AccessDeniedException"), "{text}");
}

#[test]
fn a_room_that_cannot_be_read_does_not_stop_others() {
    let (fake, arns) = with_rooms(3);
    fake.inject(Fault::new(FaultKind::DENIED, "GetRoom").room(&arns[0]));
    let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 2, failed 1");
    assert_eq!(run.result(&arns[0]), "failed");
}

#[test]
fn a_room_that_is_deleted_meanwhile_fails() {
    let (fake, arns) = with_rooms(3);
    let deleted = arns[1].clone();
    fake.on_call(move |call, account| {
        if call.operation == "GetRoom" {
            account.rooms.remove(&deleted);
        }
        Ok(())
    });
    let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 2, failed 1");
    assert!(run.line(&arns[1])["error"].as_str().unwrap_or("").contains("ResourceNotFound"));
}

#[test]
fn permanent_errors_are_not_retried() {
    for (status, kind) in [
        (402, "ServiceQuotaExceededException"),
        (409, "ConflictException"),
        (400, "ValidationException"),
        (403, "PendingVerification"),
        (404, "ResourceNotFoundException"),
    ] {
        let (fake, arns) = with_rooms(2);
        let fault = FaultKind::Error(status, kind, "a reason");
        fake.inject(Fault::new(fault, "UpdateRoom").room(&arns[0]));
        let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 1, failed 1");
        let error = run.line(&arns[0])["error"].as_str().expect("a reason").to_owned();
        assert!(error.contains(kind) && error.contains("a reason"), "{error}");
        assert_eq!(updated(&fake).len(), 2, "{kind}");
    }
}

#[test]
fn retries_end_after_the_maximum_of_attempts() {
    let (fake, arns) = with_rooms(2);
    fake.inject(Fault::new(FaultKind::UNAVAILABLE, "UpdateRoom").room(&arns[0]));
    let run = rooms_json(&fake, &format!("{APPLY} --attempts 2")).assert_exit(1);
    let run = run.assert_summary("changed 1, failed 1");
    assert_eq!(run.result(&arns[0]), "failed");
    assert_eq!(updated(&fake).iter().filter(|arn| **arn == arns[0]).count(), 2);
    assert_handler(&fake, &arns[1], "review", "ALLOW");
}

/// The maximum number of rooms in progress when a run ends.
const CONCURRENCY: usize = 8;

#[test]
fn expired_credentials_end_the_run_with_one_message() {
    let (fake, arns) = with_rooms(40);
    fake.inject(Fault::new(FaultKind::EXPIRED, "UpdateRoom").calls(11..));
    let run = rooms_json(&fake, APPLY).assert_exit(2);
    assert_eq!(run.stderr.matches("ExpiredTokenException").count(), 1, "{run}");
    let run = run.assert_stderr("sign in").assert_stderr("30 rooms are left; run the same command");
    let done: Vec<_> = arns.iter().filter(|arn| is_attached(&fake, arn)).collect();
    assert_eq!(done.len(), 10);
    for arn in done {
        assert_eq!(run.result(arn), "changed");
    }
    assert!(updated(&fake).len() <= 10 + CONCURRENCY, "other rooms are not attempted");
    run.assert_summary("changed 10, left 30");
}

#[test]
fn a_run_with_new_credentials_completes_the_first() {
    let (fake, arns) = with_rooms(40);
    fake.inject(Fault::new(FaultKind::EXPIRED, "GetRoom").calls(11..));
    let run = rooms_json(&fake, APPLY).assert_exit(2);
    // Some of the ten rooms that were read may not have been changed yet.
    let done = arns.iter().filter(|arn| is_attached(&fake, arn)).count();
    assert!((1..=10).contains(&done), "{run}");
    let left = arns.len() - done;
    run.assert_summary(&format!("changed {done}, left {left}"));
    fake.clear_faults();
    let rest = format!("changed {left}, unchanged {done}");
    rooms_json(&fake, APPLY).assert_exit(0).assert_summary(&rest);
    assert!(arns.iter().all(|arn| is_attached(&fake, arn)));
    assert_eq!(updated(&fake).len(), 40, "each room once");
}

fn is_attached(fake: &FakeService, arn: &str) -> bool {
    fake.account(|account| account.room(arn).uri == function("review"))
}

#[test]
fn credentials_that_expire_during_a_list_end_the_run() {
    let (fake, _) = with_rooms(60);
    fake.inject(Fault::new(FaultKind::EXPIRED, "ListRooms").calls(2..));
    let run = rooms(&fake, APPLY).assert_exit(2);
    assert_eq!(run.stderr.matches("ExpiredTokenException").count(), 1, "{run}");
    assert_eq!(fake.calls().len(), 2);
}

#[test]
fn a_missing_permission_to_update_ends_the_run() {
    let (fake, _) = with_rooms(40);
    fake.inject(Fault::new(FaultKind::DENIED, "UpdateRoom"));
    let run = rooms_json(&fake, APPLY).assert_exit(2).assert_stderr("AccessDeniedException");
    assert!((3..=3 + CONCURRENCY).contains(&updated(&fake).len()), "{run}");
    assert_eq!(run.stderr.matches("AccessDeniedException").count(), 1, "{run}");
}

#[test]
fn a_missing_permission_to_read_ends_the_run() {
    let (fake, _) = with_rooms(40);
    fake.inject(Fault::new(FaultKind::DENIED, "GetRoom"));
    rooms_json(&fake, APPLY)
        .assert_exit(2)
        .assert_stderr("AccessDeniedException")
        .assert_stderr("ivschat:GetRoom");
    assert!((3..=3 + CONCURRENCY).contains(&fake.calls_of("GetRoom").len()));
}

#[test]
fn denied_rooms_after_successful_ones_do_not_end_the_run() {
    let (fake, arns) = with_rooms(30);
    fake.inject(Fault::new(FaultKind::DENIED, "UpdateRoom").calls(11..=20));
    let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 20, failed 10");
    assert_eq!(arns.iter().filter(|arn| run.result(arn) == "failed").count(), 10);
}

#[test]
fn a_missing_permission_to_list_is_reported() {
    let (fake, _) = with_rooms(1);
    fake.inject(Fault::new(FaultKind::DENIED, "ListRooms"));
    for command in ["list", APPLY, "status --all --handler REVIEW"] {
        rooms(&fake, command).assert_exit(2).assert_stderr("AccessDeniedException");
    }
    assert_eq!(fake.calls().len(), 3);
}

/// The service does not return this error for a list, so the endpoint is another service.
#[test]
fn not_found_is_not_an_empty_list() {
    let (fake, _) = with_rooms(1);
    let fault = FaultKind::Error(404, "ResourceNotFoundException", "not found");
    fake.inject(Fault::new(fault, "ListRooms"));
    rooms(&fake, "list").assert_exit(2).assert_stderr("ResourceNotFoundException");
}

#[test]
fn an_unreachable_service_is_reported() {
    let (fake, _) = with_rooms(1);
    let mut list = command(&fake, "list --attempts 1");
    // The discard port, on which nothing listens.
    list.env("AWS_ENDPOINT_URL_IVSCHAT", "http://127.0.0.1:9");
    let run = Running::start(list).end().assert_exit(2);
    run.assert_stderr("no answer");
}
