//! Quotas and planned faults, as the real SDK meets them.

use std::time::{Duration, Instant};

use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};

use super::raw_request::send;
use super::{arns, client, handler, refusal, run, violation, with_rooms};
use crate::rooms::fake::{Fault, Kind, Trouble, function};

#[test]
fn a_quota_is_a_token_bucket() {
    let (double, _) = with_rooms(1);
    double.limit();
    let call = || send(&double, "POST /ListRooms", "{}");
    let begun = Instant::now();
    let mut served = 0;
    let refused = loop {
        let answer = call();
        if answer.status != 200 {
            break answer;
        }
        served += 1;
    };
    assert_eq!((refused.status, &*refused.kind), (429, "ThrottlingException"));
    // It fills meanwhile.
    let at_most = 5.0 + 5.0 * begun.elapsed().as_secs_f64();
    assert!(served >= 5 && f64::from(served) <= at_most, "{served} of {at_most}");
    assert_eq!(double.violations(), [violation(Kind::Rate, "ListRooms: over 5 a second")]);
    // Each operation has its own, and all fill again.
    let get = send(&double, "POST /GetRoom", &arns(&double, r#"{"identifier":"R"}"#));
    assert_eq!(get.status, 200);
    std::thread::sleep(Duration::from_millis(250));
    assert_eq!(call().status, 200);
}

#[test]
fn errors_meet_the_calls_they_are_planned_for() {
    let (double, rooms) = with_rooms(2);
    double.plan(Fault::new(Trouble::DENIED, "GetRoom").room(&rooms[0]).calls(2..=3));
    double.plan(Fault::new(Trouble::EXPIRED, "ListRooms").calls(1..2));
    double.plan(Fault::new(Trouble::Garbage(502), "ListRooms").calls(2..));
    let client = client(&double);
    run(async {
        let get = |room: usize| client.get_room().identifier(&rooms[room]).send();
        get(0).await.expect("the first is fine");
        get(1).await.expect("so is another room");
        for _ in 2..=3 {
            get(1).await.expect("another room");
            let denied = refusal(get(0).await.expect_err("planned"));
            assert_eq!(denied, (403, "AccessDeniedException".into()));
        }
        get(0).await.expect("all is well again");

        let list = || client.list_rooms().send();
        let expired = refusal(list().await.expect_err("planned"));
        assert_eq!(expired, (403, "ExpiredTokenException".into()));
        for _ in 2..4 {
            let garbage = refusal(list().await.expect_err("planned"));
            assert_eq!(garbage, (502, String::new()));
        }
    });
    let statuses: Vec<_> =
        double.calls_of("ListRooms").into_iter().map(|call| call.status).collect();
    assert_eq!(statuses, [Some(403), Some(502), Some(502)]);
}

#[test]
fn errors_have_their_status_and_type() {
    let (double, _) = with_rooms(1);
    let planned = [Trouble::THROTTLED, Trouble::INTERNAL, Trouble::UNAVAILABLE];
    for (trouble, call) in planned.iter().zip(1..) {
        double.plan(Fault::new(trouble.clone(), "ListRooms").calls(call..=call));
    }
    for trouble in planned {
        let error = run(client(&double).list_rooms().send()).expect_err("planned");
        let Trouble::Error(status, kind, message) = trouble else { unreachable!() };
        assert_eq!(error.message(), Some(message));
        assert_eq!(refusal(error), (status, kind.into()));
    }
}

#[test]
fn connections_are_cut_before_and_after() {
    let (double, rooms) = with_rooms(1);
    double.plan(Fault::new(Trouble::CutBefore, "UpdateRoom").calls(1..=1));
    double.plan(Fault::new(Trouble::CutAfter, "UpdateRoom").calls(2..=2));
    double.plan(Fault::new(Trouble::Torn, "UpdateRoom").calls(3..=3));
    let client = client(&double);
    let fallback = || double.account(|account| account.room(&rooms[0]).fallback.clone());
    run(async {
        client.get_room().identifier(&rooms[0]).send().await.expect("a room");
        let update = |fallback: &str| {
            let handler = handler(&function("review"), fallback);
            client.update_room().identifier(&rooms[0]).message_review_handler(handler).send()
        };
        let cut = update("DENY").await.expect_err("it is cut");
        assert!(matches!(cut, SdkError::DispatchFailure(_)), "{cut:?}");
        assert_eq!(fallback(), "ALLOW");
        let cut = update("DENY").await.expect_err("it is cut");
        assert!(matches!(cut, SdkError::DispatchFailure(_)), "{cut:?}");
        assert_eq!(fallback(), "DENY");
        let torn = update("ALLOW").await.expect_err("it is torn");
        assert!(matches!(torn, SdkError::ResponseError(_)), "{torn:?}");
        assert_eq!(fallback(), "ALLOW");
        // What went wrong before may be said again.
        update("ALLOW").await.expect("all is well again");
    });
    let statuses: Vec<_> = double.calls().into_iter().map(|call| call.status).collect();
    assert_eq!(statuses, [Some(200), None, None, None, Some(200)]);
}

#[test]
fn a_slow_answer_holds_up_no_other() {
    let (double, rooms) = with_rooms(1);
    let delay = Duration::from_millis(1_500);
    double.plan(Fault::new(Trouble::Slow(delay), "GetRoom"));
    let client = client(&double);
    run(async {
        let start = Instant::now();
        let slow = client.get_room().identifier(&rooms[0]).send();
        let quick = async {
            client.list_rooms().send().await.expect("a page");
            start.elapsed()
        };
        let (slow, quick) = tokio::join!(slow, quick);
        slow.expect("it comes at last");
        assert!(start.elapsed() >= delay);
        assert!(quick < delay, "{quick:?}");
        double.wait_for("GetRoom", 1);
        assert!(double.calls().iter().all(|call| call.at - start < delay));
    });
}
