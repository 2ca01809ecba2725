//! Nothing is changed that was not asked for.

use serde_json::json;

use super::command::{assert_wired, review, rooms, rooms_json, updated, with_rooms};
use super::fake::{Bare, Permission, function};

#[test]
fn uri_and_fallback_are_sent_and_nothing_else() {
    let (double, arns) = with_rooms(1);
    let before = double.account(|account| {
        let room = account.room(&arns[0]);
        room.maximum_length = 200;
        room.maximum_rate = 50;
        room.tags.insert("stage".into(), "beta".into());
        room.clone()
    });
    let run = rooms_json(&double, "apply --all --handler REVIEW --fallback deny --yes");
    run.ends(0).sums_up("changed 1");
    let sent = double.calls_of("UpdateRoom").remove(0).input;
    let handler = json!({"uri": review(), "fallbackResult": "DENY"});
    assert_eq!(sent, json!({"identifier": arns[0], "messageReviewHandler": handler}));
    double.account(|account| {
        let after = account.room(&arns[0]);
        assert_eq!((&after.uri, &*after.fallback), (&review(), "DENY"));
        assert_eq!((&after.name, &after.tags), (&before.name, &before.tags));
        assert_eq!(after.maximum_length, before.maximum_length);
        assert_eq!(after.maximum_rate, before.maximum_rate);
    });
}

#[test]
fn a_room_keeps_its_fallback_unless_told() {
    for (now, told, then) in [
        ("ALLOW", "", "ALLOW"),
        ("DENY", "", "DENY"),
        ("ALLOW", "--fallback deny", "DENY"),
        ("DENY", "--fallback allow", "ALLOW"),
    ] {
        let (double, arns) = with_rooms(2);
        double.account(|account| {
            account.wire(&arns[0], &function("other"), now);
            account.wire(&arns[1], "", now);
            account.room(&arns[1]).bare = Bare::EmptyUri;
        });
        let run =
            rooms_json(&double, &format!("apply --all --handler REVIEW --replace --yes {told}"));
        run.ends(0).sums_up("changed 2");
        for arn in &arns {
            assert_wired(&double, arn, "review", then);
        }
    }
}

#[test]
fn a_room_wired_as_asked_is_let_be() {
    let (double, arns) = with_rooms(2);
    double.account(|account| account.wire(&arns[0], &review(), "DENY"));
    double.account(|account| account.wire(&arns[1], &review(), "ALLOW"));
    let apply = "apply --all --handler REVIEW --yes";
    rooms_json(&double, apply).ends(0).sums_up("unchanged 2");
    rooms_json(&double, &format!("{apply} --fallback deny"))
        .ends(0)
        .sums_up("changed 1, unchanged 1");
    rooms_json(&double, &format!("{apply} --fallback deny")).ends(0).sums_up("unchanged 2");
    assert_eq!(updated(&double), [arns[1].clone()]);
}

#[test]
fn a_run_after_a_run_changes_nothing() {
    let (double, arns) = with_rooms(4);
    for command in ["apply --all --handler REVIEW --yes", "detach --all --yes"] {
        rooms_json(&double, command).ends(0).sums_up("changed 4");
        rooms_json(&double, command).ends(0).sums_up("unchanged 4");
    }
    assert_eq!(updated(&double).len(), 2 * arns.len());
}

#[test]
fn a_room_of_another_function_is_left_alone_unless_it_is_to_be_replaced() {
    let (double, arns) = with_rooms(3);
    let alias = format!("{}:live", review());
    double.account(|account| {
        account.wire(&arns[0], &function("other"), "DENY");
        account.wire(&arns[1], &alias, "DENY");
    });
    let apply = "apply --all --handler REVIEW --yes";
    let run = rooms_json(&double, apply).ends(0).sums_up("changed 1, foreign 2");
    assert_eq!(run.result(&arns[0]), "foreign");
    assert_eq!(run.result(&arns[1]), "foreign");
    assert_eq!(run.result(&arns[2]), "changed");
    assert_wired(&double, &arns[0], "other", "DENY");
    assert_wired(&double, &arns[1], "review:live", "DENY");
    assert_eq!(updated(&double), [arns[2].clone()]);

    let told = rooms(&double, apply).ends(0);
    assert!((told.stdout + &told.stderr).contains(&function("other")));

    let run = rooms_json(&double, &format!("{apply} --replace")).ends(0);
    run.sums_up("changed 2, unchanged 1");
    assert_wired(&double, &arns[0], "review", "DENY");
    assert_wired(&double, &arns[1], "review", "DENY");
}

#[test]
fn an_alias_is_wired_as_it_is_written() {
    let (double, arns) = with_rooms(1);
    let alias = format!("{}:live", review());
    double.account(|account| account.permit(&alias, Permission::Granted));
    let apply = "apply --all --handler REVIEW:live --yes";
    rooms_json(&double, apply).ends(0).sums_up("changed 1");
    rooms_json(&double, apply).ends(0).sums_up("unchanged 1");
    assert_wired(&double, &arns[0], "review:live", "ALLOW");
    rooms(&double, "status --wired-to REVIEW:live --handler REVIEW:live").ends(0);
    rooms_json(&double, "detach --wired-to REVIEW:live --yes").ends(0).sums_up("changed 1");
}

#[test]
fn detaching_takes_only_what_was_named() {
    let (double, arns) = with_rooms(3);
    double.account(|account| {
        account.wire(&arns[0], &function("other"), "DENY");
        account.wire(&arns[1], &review(), "DENY");
    });
    let run = rooms_json(&double, "detach --all --handler REVIEW --yes").ends(0);
    let run = run.sums_up("changed 1, unchanged 1, foreign 1");
    assert_eq!(run.result(&arns[0]), "foreign");
    assert_eq!(run.result(&arns[1]), "changed");
    assert_eq!(run.result(&arns[2]), "unchanged");
    assert_wired(&double, &arns[0], "other", "DENY");
    assert_eq!(wired_sent(&double), [("".into(), "DENY".into())]);

    rooms_json(&double, "detach --all --yes").ends(0).sums_up("changed 1, unchanged 2");
    assert_eq!(updated(&double), [arns[1].clone(), arns[0].clone()]);
}

/// What each UpdateRoom said.
fn wired_sent(double: &super::fake::Double) -> Vec<(String, String)> {
    let calls = double.calls_of("UpdateRoom").into_iter();
    let text = |value: &serde_json::Value| value.as_str().expect("a string").to_owned();
    calls
        .map(|call| {
            let handler = &call.input["messageReviewHandler"];
            (text(&handler["uri"]), text(&handler["fallbackResult"]))
        })
        .collect()
}

#[test]
fn no_handler_is_no_handler_however_the_service_says_it() {
    let (double, arns) = with_rooms(3);
    double.account(|account| {
        for (arn, bare) in arns.iter().zip([Bare::Absent, Bare::Empty, Bare::EmptyUri]) {
            account.room(arn).bare = bare;
        }
    });
    let listed = rooms_json(&double, "list").ends(0);
    for arn in &arns {
        let line = listed.line(arn);
        assert_eq!(line["state"], "bare");
        assert_eq!(line["uri"], "");
        assert_eq!(line["fallbackResult"], "ALLOW");
    }
    rooms_json(&double, "detach --all --yes").ends(0).sums_up("unchanged 3");
    let run = rooms_json(&double, "apply --all --handler REVIEW --yes").ends(0);
    let run = run.sums_up("changed 3");
    for arn in &arns {
        assert_eq!(run.line(arn)["before"], json!({"uri": "", "fallbackResult": "ALLOW"}));
    }
}

#[test]
fn what_only_looks_changes_nothing() {
    let (double, arns) = with_rooms(60);
    double.account(|account| {
        account.wire(&arns[0], &function("other"), "DENY");
        account.wire(&arns[1], &review(), "DENY");
    });
    rooms(&double, "list").ends(0);
    rooms(&double, "list --details --handler REVIEW").ends(0);
    rooms(&double, "plan --all --handler REVIEW").ends(0);
    rooms(&double, "plan --all --handler REVIEW --fallback deny --replace").ends(0);
    rooms(&double, "status --all --handler REVIEW").ends(1);
    let calls = double.calls();
    let looks = |name: &str| ["ListRooms", "GetRoom"].contains(&name);
    assert!(calls.len() > 60 && calls.iter().all(|call| looks(&call.operation)));
}

#[test]
fn status_finds_what_has_drifted() {
    let (double, arns) = with_rooms(2);
    let status = |more: &str| rooms(&double, &format!("status --all --handler REVIEW {more}")).code;
    for arn in &arns {
        double.account(|account| account.wire(arn, &review(), "DENY"));
    }
    assert_eq!(status(""), Some(0));
    assert_eq!(status("--fallback deny"), Some(0));
    assert_eq!(status("--fallback allow"), Some(1));
    for (uri, fallback) in [
        (String::new(), "DENY"),
        (function("other"), "DENY"),
        (format!("{}:live", review()), "DENY"),
    ] {
        double.account(|account| account.wire(&arns[1], &uri, fallback));
        assert_eq!(status(""), Some(1), "{uri}");
    }
}

#[test]
fn a_room_that_somebody_wires_meanwhile_is_left_alone() {
    let (double, arns) = with_rooms(3);
    let (other, third) = (arns[1].clone(), arns[2].clone());
    let mut listed = false;
    double.watch(move |call, account| {
        // The list says that both are bare.
        if call.operation == "GetRoom" && !std::mem::replace(&mut listed, true) {
            account.wire(&other, &function("other"), "DENY");
            account.wire(&third, &review(), "ALLOW");
        }
        Ok(())
    });
    // Other rooms may be read before the first one is changed.
    let run = rooms_json(&double, "apply --all --handler REVIEW --yes").ends(0);
    let run = run.sums_up("changed 1, unchanged 1, foreign 1");
    assert_eq!(run.result(&arns[1]), "foreign");
    assert_eq!(run.result(&arns[2]), "unchanged");
    assert_wired(&double, &arns[1], "other", "DENY");
    assert_eq!(updated(&double), [arns[0].clone()]);
}

#[test]
fn a_fallback_that_somebody_changes_meanwhile_is_kept() {
    let (double, arns) = with_rooms(1);
    double.account(|account| account.wire(&arns[0], &function("other"), "ALLOW"));
    double.account(|account| account.permit(&function("other"), Permission::Granted));
    let room = arns[0].clone();
    double.watch(move |call, account| {
        if call.operation == "GetRoom" {
            account.wire(&room, &function("other"), "DENY");
        }
        Ok(())
    });
    rooms_json(&double, "apply --all --handler REVIEW --replace --yes")
        .ends(0)
        .sums_up("changed 1");
    assert_wired(&double, &arns[0], "review", "DENY");
}
