//! Quotas and injected faults.

use std::time::{Duration, Instant};

use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};

use super::raw_request::send;
use super::{arns, client, handler, refusal, run, violation, with_rooms};
use crate::rooms::fake::{Fault, FaultKind, ViolationKind, function};

#[test]
fn quotas_are_token_buckets() {
    let (fake, _) = with_rooms(1);
    fake.enforce_quotas();
    let call = || send(&fake, "POST /ListRooms", "{}");
    let begun = Instant::now();
    let mut served = 0;
    let refused = loop {
        let response = call();
        if response.status != 200 {
            break response;
        }
        served += 1;
    };
    assert_eq!((refused.status, &*refused.kind), (429, "ThrottlingException"));
    // The bucket is refilled meanwhile.
    let at_most = 5.0 + 5.0 * begun.elapsed().as_secs_f64();
    assert!(served >= 5 && f64::from(served) <= at_most, "{served} of {at_most}");
    assert_eq!(fake.violations(), [violation(ViolationKind::Rate, "ListRooms: over 5 a second")]);
    // Each operation has its own bucket, which is refilled.
    let get = send(&fake, "POST /GetRoom", &arns(&fake, r#"{"identifier":"R"}"#));
    assert_eq!(get.status, 200);
    std::thread::sleep(Duration::from_millis(250));
    assert_eq!(call().status, 200);
}

#[test]
fn faults_affect_the_selected_calls() {
    let (fake, rooms) = with_rooms(2);
    fake.inject(Fault::new(FaultKind::DENIED, "GetRoom").room(&rooms[0]).calls(2..=3));
    fake.inject(Fault::new(FaultKind::EXPIRED, "ListRooms").calls(1..2));
    fake.inject(Fault::new(FaultKind::InvalidBody(502), "ListRooms").calls(2..));
    let client = client(&fake);
    run(async {
        let get = |room: usize| client.get_room().identifier(&rooms[room]).send();
        get(0).await.expect("the first call is not affected");
        get(1).await.expect("another room is not affected");
        for _ in 2..=3 {
            get(1).await.expect("another room");
            let denied = refusal(get(0).await.expect_err("injected"));
            assert_eq!(denied, (403, "AccessDeniedException".into()));
        }
        get(0).await.expect("the fault has ended");

        let list = || client.list_rooms().send();
        let expired = refusal(list().await.expect_err("injected"));
        assert_eq!(expired, (403, "ExpiredTokenException".into()));
        for _ in 2..4 {
            let garbage = refusal(list().await.expect_err("injected"));
            assert_eq!(garbage, (502, String::new()));
        }
    });
    let statuses: Vec<_> = fake.calls_of("ListRooms").into_iter().map(|call| call.status).collect();
    assert_eq!(statuses, [Some(403), Some(502), Some(502)]);
}

#[test]
fn errors_have_status_and_type() {
    let (fake, _) = with_rooms(1);
    let faults = [FaultKind::THROTTLED, FaultKind::INTERNAL, FaultKind::UNAVAILABLE];
    for (fault, call) in faults.iter().zip(1..) {
        fake.inject(Fault::new(fault.clone(), "ListRooms").calls(call..=call));
    }
    for fault in faults {
        let error = run(client(&fake).list_rooms().send()).expect_err("injected");
        let FaultKind::Error(status, kind, message) = fault else { unreachable!() };
        assert_eq!(error.message(), Some(message));
        assert_eq!(refusal(error), (status, kind.into()));
    }
}

#[test]
fn connections_are_closed_before_after_and_during_the_response() {
    let (fake, rooms) = with_rooms(1);
    fake.inject(Fault::new(FaultKind::DisconnectBefore, "UpdateRoom").calls(1..=1));
    fake.inject(Fault::new(FaultKind::DisconnectAfter, "UpdateRoom").calls(2..=2));
    fake.inject(Fault::new(FaultKind::Truncated, "UpdateRoom").calls(3..=3));
    let client = client(&fake);
    let fallback = || fake.account(|account| account.room(&rooms[0]).fallback.clone());
    run(async {
        client.get_room().identifier(&rooms[0]).send().await.expect("a room");
        let update = |fallback: &str| {
            let handler = handler(&function("review"), fallback);
            client.update_room().identifier(&rooms[0]).message_review_handler(handler).send()
        };
        let closed = update("DENY").await.expect_err("it is closed");
        assert!(matches!(closed, SdkError::DispatchFailure(_)), "{closed:?}");
        assert_eq!(fallback(), "ALLOW");
        let closed = update("DENY").await.expect_err("it is closed");
        assert!(matches!(closed, SdkError::DispatchFailure(_)), "{closed:?}");
        assert_eq!(fallback(), "DENY");
        let torn = update("ALLOW").await.expect_err("it is truncated");
        assert!(matches!(torn, SdkError::ResponseError(_)), "{torn:?}");
        assert_eq!(fallback(), "ALLOW");
        // After a fault, an update may be repeated.
        update("ALLOW").await.expect("the fault has ended");
    });
    let statuses: Vec<_> = fake.calls().into_iter().map(|call| call.status).collect();
    assert_eq!(statuses, [Some(200), None, None, None, Some(200)]);
}

#[test]
fn a_slow_response_does_not_delay_others() {
    let (fake, rooms) = with_rooms(1);
    let delay = Duration::from_millis(1_500);
    fake.inject(Fault::new(FaultKind::Slow(delay), "GetRoom"));
    let client = client(&fake);
    run(async {
        let start = Instant::now();
        let slow = client.get_room().identifier(&rooms[0]).send();
        let quick = async {
            client.list_rooms().send().await.expect("a page");
            start.elapsed()
        };
        let (slow, quick) = tokio::join!(slow, quick);
        slow.expect("a delayed response");
        assert!(start.elapsed() >= delay);
        assert!(quick < delay, "{quick:?}");
        fake.wait_for("GetRoom", 1);
        assert!(fake.calls().iter().all(|call| call.at - start < delay));
    });
}
