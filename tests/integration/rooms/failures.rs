//! What goes wrong on the way: what passes is tried again, what does not is told, and the rest is
//! done nevertheless.

use std::time::Duration;

use super::command::{Running, assert_handler, command, rooms, rooms_json, updated, with_rooms};
use super::fake::{FakeService, Fault, FaultKind, Permission, ViolationKind, function};

const APPLY: &str = "apply --all --handler REVIEW --yes";

/// Longer than a second attempt waits by itself.
const BUSY: FaultKind = FaultKind::RetryAfter(3);

/// Each meets another room, so that all are waited for at the same time.
#[test]
fn what_passes_is_tried_again() {
    let faults = [
        (FaultKind::THROTTLED, "UpdateRoom"),
        (FaultKind::THROTTLED, "GetRoom"),
        (FaultKind::INTERNAL, "UpdateRoom"),
        (FaultKind::UNAVAILABLE, "GetRoom"),
        (BUSY, "GetRoom"),
        (FaultKind::DisconnectBefore, "GetRoom"),
        (FaultKind::DisconnectBefore, "UpdateRoom"),
        (FaultKind::DisconnectAfter, "UpdateRoom"),
        (FaultKind::Truncated, "GetRoom"),
        (FaultKind::Truncated, "UpdateRoom"),
        // The page of a proxy, and an answer that is none.
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
        if *fault == BUSY {
            // The first of the two times is taken before it is answered.
            assert!(reads[1].at - reads[0].at >= Duration::from_secs(3), "{reads:?}");
        }
        // What came about without an answer is not sent again.
        let is_done = matches!(fault, FaultKind::DisconnectAfter | FaultKind::Truncated);
        let is_sent_once = *operation == "GetRoom" || is_done;
        assert_eq!(calls("UpdateRoom").len(), if is_sent_once { 1 } else { 2 }, "{fault:?}");
    }
    assert_handler(&fake, &arns[faults.len()], "review", "ALLOW");
}

/// Somebody else wires the room while it waits to be tried again.
#[test]
fn a_room_is_read_again_before_each_attempt() {
    let faults = [FaultKind::THROTTLED, FaultKind::UNAVAILABLE, FaultKind::DisconnectAfter];
    let started = faults.map(|fault| {
        let (fake, mut arns) = with_rooms(1);
        let room = arns.remove(0);
        fake.inject(Fault::new(fault, "UpdateRoom").calls(1..=1));
        let (meant, mut reads) = (room.clone(), 0);
        fake.on_call(move |call, account| {
            reads += usize::from(call.operation == "GetRoom");
            if call.operation == "GetRoom" && reads == 2 {
                account.attach(&meant, &function("other"), "DENY");
            }
            Ok(())
        });
        let running = Running::start(command(&fake, &format!("{APPLY} --format json")));
        (fake, room, running)
    });
    for (fake, room, running) in started {
        running.end().assert_exit(0).assert_summary("foreign 1");
        assert_handler(&fake, &room, "other", "DENY");
        assert_eq!(updated(&fake).len(), 1);
    }
}

#[test]
fn a_slow_answer_is_waited_for() {
    let (fake, arns) = with_rooms(3);
    let slow = FaultKind::Slow(Duration::from_millis(1_500));
    fake.inject(Fault::new(slow, "UpdateRoom").room(&arns[1]));
    rooms_json(&fake, APPLY).assert_exit(0).assert_summary("changed 3");
    assert_eq!(updated(&fake).len(), 3);
    assert!(fake.calls().iter().all(|call| call.status == Some(200)));
}

#[test]
fn a_list_is_tried_again_where_it_stopped() {
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

/// Whoever is faster than the quota is throttled, and gets through nevertheless.
#[test]
fn a_pace_over_the_quota_gets_through() {
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
fn a_permission_that_is_not_known_yet_passes() {
    let (fake, arns) = with_rooms(2);
    fake.account(|account| account.permit(&function("review"), Permission::After(1)));
    rooms_json(&fake, APPLY).assert_exit(0).assert_summary("changed 2");
    assert_eq!(updated(&fake).len(), 3);
    assert_handler(&fake, &arns[0], "review", "ALLOW");
}

#[test]
fn a_permission_that_is_never_there_is_told_with_what_to_do() {
    let (fake, arns) = with_rooms(1);
    fake.account(|account| account.permit(&function("review"), Permission::Never));
    let run = rooms(&fake, &format!("{APPLY} --attempts 2"));
    assert_ne!(run.code, Some(0), "{run}");
    assert!((run.stdout.clone() + &run.stderr).contains("invalid lambda permission"), "{run}");
    let run = run.assert_stderr("may not invoke the function");
    assert_eq!(updated(&fake).len(), 2, "{run}");
    assert_handler(&fake, &arns[0], "-", "ALLOW");
}

#[test]
fn one_room_that_fails_holds_up_no_other() {
    let (fake, arns) = with_rooms(5);
    fake.inject(Fault::new(FaultKind::DENIED, "UpdateRoom").room(&arns[2]));
    let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 4, failed 1");
    let line = run.line(&arns[2]);
    assert_eq!(line["result"], "failed");
    let error = line["error"].as_str().expect("a reason");
    assert!(error.contains("AccessDeniedException"), "{error}");
    assert!(error.contains("is not authorized"), "{error}");
    // What another attempt would not change is not attempted again.
    assert_eq!(updated(&fake).len(), 5);

    // In text as well, at the end.
    let run = rooms(&fake, APPLY).assert_exit(1);
    let told = run.stdout + &run.stderr;
    assert!(told.contains(&arns[2]) && told.contains("AccessDeniedException"), "{told}");
}

#[test]
fn a_room_that_cannot_be_read_holds_up_no_other() {
    let (fake, arns) = with_rooms(3);
    fake.inject(Fault::new(FaultKind::DENIED, "GetRoom").room(&arns[0]));
    let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 2, failed 1");
    assert_eq!(run.result(&arns[0]), "failed");
}

#[test]
fn a_room_that_is_deleted_meanwhile_has_failed() {
    let (fake, arns) = with_rooms(3);
    let gone = arns[1].clone();
    fake.on_call(move |call, account| {
        if call.operation == "GetRoom" {
            account.rooms.remove(&gone);
        }
        Ok(())
    });
    let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 2, failed 1");
    assert!(run.line(&arns[1])["error"].as_str().unwrap_or("").contains("ResourceNotFound"));
}

#[test]
fn what_no_attempt_would_change_is_attempted_once() {
    for (status, kind) in [
        (402, "ServiceQuotaExceededException"),
        (409, "ConflictException"),
        (400, "ValidationException"),
        (403, "PendingVerification"),
        (404, "ResourceNotFoundException"),
    ] {
        let (fake, arns) = with_rooms(2);
        let fault = FaultKind::Error(status, kind, "this is so");
        fake.inject(Fault::new(fault, "UpdateRoom").room(&arns[0]));
        let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 1, failed 1");
        let error = run.line(&arns[0])["error"].as_str().expect("a reason").to_owned();
        assert!(error.contains(kind) && error.contains("this is so"), "{error}");
        assert_eq!(updated(&fake).len(), 2, "{kind}");
    }
}

#[test]
fn it_gives_up_after_so_many_attempts() {
    let (fake, arns) = with_rooms(2);
    fake.inject(Fault::new(FaultKind::UNAVAILABLE, "UpdateRoom").room(&arns[0]));
    let run = rooms_json(&fake, &format!("{APPLY} --attempts 2")).assert_exit(1);
    let run = run.assert_summary("changed 1, failed 1");
    assert_eq!(run.result(&arns[0]), "failed");
    assert_eq!(updated(&fake).iter().filter(|arn| **arn == arns[0]).count(), 2);
    assert_handler(&fake, &arns[1], "review", "ALLOW");
}

/// How many rooms may be under way at a time when something ends a run.
const UNDER_WAY: usize = 8;

#[test]
fn credentials_that_expire_end_the_run_with_one_message() {
    let (fake, arns) = with_rooms(40);
    fake.inject(Fault::new(FaultKind::EXPIRED, "UpdateRoom").calls(11..));
    let run = rooms_json(&fake, APPLY).assert_exit(2);
    assert_eq!(run.stderr.matches("ExpiredTokenException").count(), 1, "{run}");
    let run = run.assert_stderr("sign in").assert_stderr("30 rooms are left; the same command");
    let done: Vec<_> = arns.iter().filter(|arn| wired(&fake, arn)).collect();
    assert_eq!(done.len(), 10);
    for arn in done {
        assert_eq!(run.result(arn), "changed");
    }
    assert!(updated(&fake).len() <= 10 + UNDER_WAY, "the rest is not attempted");
    run.assert_summary("changed 10, left 30");
}

#[test]
fn signed_in_again_the_rest_is_done() {
    let (fake, arns) = with_rooms(40);
    fake.inject(Fault::new(FaultKind::EXPIRED, "GetRoom").calls(11..));
    let run = rooms_json(&fake, APPLY).assert_exit(2);
    // Some of the ten that were read may have waited for their turn to be changed yet.
    let done = arns.iter().filter(|arn| wired(&fake, arn)).count();
    assert!((1..=10).contains(&done), "{run}");
    let left = arns.len() - done;
    run.assert_summary(&format!("changed {done}, left {left}"));
    fake.clear_faults();
    let rest = format!("changed {left}, unchanged {done}");
    rooms_json(&fake, APPLY).assert_exit(0).assert_summary(&rest);
    assert!(arns.iter().all(|arn| wired(&fake, arn)));
    assert_eq!(updated(&fake).len(), 40, "each of them once");
}

fn wired(fake: &FakeService, arn: &str) -> bool {
    fake.account(|account| account.room(arn).uri == function("review"))
}

#[test]
fn credentials_that_expire_while_listing_end_the_run() {
    let (fake, _) = with_rooms(60);
    fake.inject(Fault::new(FaultKind::EXPIRED, "ListRooms").calls(2..));
    let run = rooms(&fake, APPLY).assert_exit(2);
    assert_eq!(run.stderr.matches("ExpiredTokenException").count(), 1, "{run}");
    assert_eq!(fake.calls().len(), 2);
}

#[test]
fn who_may_change_no_room_at_all_is_told_once() {
    let (fake, _) = with_rooms(40);
    fake.inject(Fault::new(FaultKind::DENIED, "UpdateRoom"));
    let run = rooms_json(&fake, APPLY).assert_exit(2).assert_stderr("AccessDeniedException");
    assert!((3..=3 + UNDER_WAY).contains(&updated(&fake).len()), "{run}");
    assert_eq!(run.stderr.matches("AccessDeniedException").count(), 1, "{run}");
}

#[test]
fn so_is_who_may_read_no_room() {
    let (fake, _) = with_rooms(40);
    fake.inject(Fault::new(FaultKind::DENIED, "GetRoom"));
    rooms_json(&fake, APPLY)
        .assert_exit(2)
        .assert_stderr("AccessDeniedException")
        .assert_stderr("ivschat:GetRoom");
    assert!((3..=3 + UNDER_WAY).contains(&fake.calls_of("GetRoom").len()));
}

#[test]
fn rooms_denied_after_others_were_done_do_not_end_the_run() {
    let (fake, arns) = with_rooms(30);
    fake.inject(Fault::new(FaultKind::DENIED, "UpdateRoom").calls(11..=20));
    let run = rooms_json(&fake, APPLY).assert_exit(1).assert_summary("changed 20, failed 10");
    assert_eq!(arns.iter().filter(|arn| run.result(arn) == "failed").count(), 10);
}

#[test]
fn who_may_not_list_is_told() {
    let (fake, _) = with_rooms(1);
    fake.inject(Fault::new(FaultKind::DENIED, "ListRooms"));
    for command in ["list", APPLY, "status --all --handler REVIEW"] {
        rooms(&fake, command).assert_exit(2).assert_stderr("AccessDeniedException");
    }
    assert_eq!(fake.calls().len(), 3);
}

/// The service knows no such answer to a plain list; whoever gives it is another one.
#[test]
fn a_list_that_is_not_there_is_not_empty() {
    let (fake, _) = with_rooms(1);
    let fault = FaultKind::Error(404, "ResourceNotFoundException", "no such thing");
    fake.inject(Fault::new(fault, "ListRooms"));
    rooms(&fake, "list").assert_exit(2).assert_stderr("ResourceNotFoundException");
}

#[test]
fn nobody_there_is_told() {
    let (fake, _) = with_rooms(1);
    let mut list = command(&fake, "list --attempts 1");
    // Port 9 is reserved for who discards all.
    list.env("AWS_ENDPOINT_URL_IVSCHAT", "http://127.0.0.1:9");
    let run = Running::start(list).end().assert_exit(2);
    run.assert_stderr("no answer");
}
