//! Commands change only what was requested.

use serde_json::json;

use super::command::{assert_handler, review, rooms, rooms_json, updated, with_rooms};
use super::fake::{NoHandler, Permission, function};

#[test]
fn apply_sends_only_uri_and_fallback() {
    let (fake, arns) = with_rooms(1);
    let before = fake.account(|account| {
        let room = account.room(&arns[0]);
        room.maximum_length = 200;
        room.maximum_rate = 50;
        room.tags.insert("stage".into(), "beta".into());
        room.clone()
    });
    let run = rooms_json(&fake, "apply --all --handler REVIEW --fallback deny --yes");
    run.assert_exit(0).assert_summary("changed 1");
    let sent = fake.calls_of("UpdateRoom").remove(0).input;
    let handler = json!({"uri": review(), "fallbackResult": "DENY"});
    assert_eq!(sent, json!({"identifier": arns[0], "messageReviewHandler": handler}));
    fake.account(|account| {
        let after = account.room(&arns[0]);
        assert_eq!((&after.uri, &*after.fallback), (&review(), "DENY"));
        assert_eq!((&after.name, &after.tags), (&before.name, &before.tags));
        assert_eq!(after.maximum_length, before.maximum_length);
        assert_eq!(after.maximum_rate, before.maximum_rate);
    });
}

#[test]
fn apply_keeps_the_fallback_without_the_option() {
    for (before, option, after) in [
        ("ALLOW", "", "ALLOW"),
        ("DENY", "", "DENY"),
        ("ALLOW", "--fallback deny", "DENY"),
        ("DENY", "--fallback allow", "ALLOW"),
    ] {
        let (fake, arns) = with_rooms(2);
        fake.account(|account| {
            account.attach(&arns[0], &function("other"), before);
            account.attach(&arns[1], "", before);
            account.room(&arns[1]).no_handler = NoHandler::EmptyUri;
        });
        let run =
            rooms_json(&fake, &format!("apply --all --handler REVIEW --replace --yes {option}"));
        run.assert_exit(0).assert_summary("changed 2");
        for arn in &arns {
            assert_handler(&fake, arn, "review", after);
        }
    }
}

#[test]
fn up_to_date_rooms_are_not_changed() {
    let (fake, arns) = with_rooms(2);
    fake.account(|account| account.attach(&arns[0], &review(), "DENY"));
    fake.account(|account| account.attach(&arns[1], &review(), "ALLOW"));
    let apply = "apply --all --handler REVIEW --yes";
    rooms_json(&fake, apply).assert_exit(0).assert_summary("unchanged 2");
    rooms_json(&fake, &format!("{apply} --fallback deny"))
        .assert_exit(0)
        .assert_summary("changed 1, unchanged 1");
    rooms_json(&fake, &format!("{apply} --fallback deny"))
        .assert_exit(0)
        .assert_summary("unchanged 2");
    assert_eq!(updated(&fake), [arns[1].clone()]);
}

#[test]
fn a_second_run_changes_nothing() {
    let (fake, arns) = with_rooms(4);
    for command in ["apply --all --handler REVIEW --yes", "detach --all --yes"] {
        rooms_json(&fake, command).assert_exit(0).assert_summary("changed 4");
        rooms_json(&fake, command).assert_exit(0).assert_summary("unchanged 4");
    }
    assert_eq!(updated(&fake).len(), 2 * arns.len());
}

#[test]
fn rooms_with_another_handler_are_skipped_without_replace() {
    let (fake, arns) = with_rooms(3);
    let alias = format!("{}:live", review());
    fake.account(|account| {
        account.attach(&arns[0], &function("other"), "DENY");
        account.attach(&arns[1], &alias, "DENY");
    });
    let apply = "apply --all --handler REVIEW --yes";
    let run = rooms_json(&fake, apply).assert_exit(0).assert_summary("changed 1, skipped 2");
    assert_eq!(run.result(&arns[0]), "skipped");
    assert_eq!(run.result(&arns[1]), "skipped");
    assert_eq!(run.result(&arns[2]), "changed");
    assert_handler(&fake, &arns[0], "other", "DENY");
    assert_handler(&fake, &arns[1], "review:live", "DENY");
    assert_eq!(updated(&fake), [arns[2].clone()]);

    let run = rooms(&fake, apply).assert_exit(0);
    assert!((run.stdout + &run.stderr).contains(&function("other")));

    let run = rooms_json(&fake, &format!("{apply} --replace")).assert_exit(0);
    run.assert_summary("changed 2, unchanged 1");
    assert_handler(&fake, &arns[0], "review", "DENY");
    assert_handler(&fake, &arns[1], "review", "DENY");
}

#[test]
fn aliases_are_attached_as_written() {
    let (fake, arns) = with_rooms(1);
    let alias = format!("{}:live", review());
    fake.account(|account| account.permit(&alias, Permission::Granted));
    let apply = "apply --all --handler REVIEW:live --yes";
    rooms_json(&fake, apply).assert_exit(0).assert_summary("changed 1");
    rooms_json(&fake, apply).assert_exit(0).assert_summary("unchanged 1");
    assert_handler(&fake, &arns[0], "review:live", "ALLOW");
    rooms(&fake, "status --attached-to REVIEW:live --handler REVIEW:live").assert_exit(0);
    rooms_json(&fake, "detach --attached-to REVIEW:live --yes")
        .assert_exit(0)
        .assert_summary("changed 1");
}

#[test]
fn detach_removes_only_the_named_handler() {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| {
        account.attach(&arns[0], &function("other"), "DENY");
        account.attach(&arns[1], &review(), "DENY");
    });
    let run = rooms_json(&fake, "detach --all --handler REVIEW --yes").assert_exit(0);
    let run = run.assert_summary("changed 1, unchanged 1, skipped 1");
    assert_eq!(run.result(&arns[0]), "skipped");
    assert_eq!(run.result(&arns[1]), "changed");
    assert_eq!(run.result(&arns[2]), "unchanged");
    assert_handler(&fake, &arns[0], "other", "DENY");
    assert_eq!(sent_handlers(&fake), [("".into(), "DENY".into())]);

    rooms_json(&fake, "detach --all --yes").assert_exit(0).assert_summary("changed 1, unchanged 2");
    assert_eq!(updated(&fake), [arns[1].clone(), arns[0].clone()]);
}

/// Returns URI and fallback of each `UpdateRoom` call.
fn sent_handlers(fake: &super::fake::FakeService) -> Vec<(String, String)> {
    let calls = fake.calls_of("UpdateRoom").into_iter();
    let text = |value: &serde_json::Value| value.as_str().expect("a string").to_owned();
    calls
        .map(|call| {
            let handler = &call.input["messageReviewHandler"];
            (text(&handler["uri"]), text(&handler["fallbackResult"]))
        })
        .collect()
}

#[test]
fn all_representations_of_no_handler_are_equal() {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| {
        for (arn, no_handler) in
            arns.iter().zip([NoHandler::Absent, NoHandler::Empty, NoHandler::EmptyUri])
        {
            account.room(arn).no_handler = no_handler;
        }
    });
    let listed = rooms_json(&fake, "list").assert_exit(0);
    for arn in &arns {
        let line = listed.line(arn);
        assert_eq!(line["state"], "none");
        assert_eq!(line["uri"], "");
        assert_eq!(line["fallbackResult"], "ALLOW");
    }
    rooms_json(&fake, "detach --all --yes").assert_exit(0).assert_summary("unchanged 3");
    let run = rooms_json(&fake, "apply --all --handler REVIEW --yes").assert_exit(0);
    let run = run.assert_summary("changed 3");
    for arn in &arns {
        assert_eq!(run.line(arn)["before"], json!({"uri": "", "fallbackResult": "ALLOW"}));
    }
}

#[test]
fn read_only_commands_only_read() {
    let (fake, arns) = with_rooms(60);
    fake.account(|account| {
        account.attach(&arns[0], &function("other"), "DENY");
        account.attach(&arns[1], &review(), "DENY");
    });
    rooms(&fake, "list").assert_exit(0);
    rooms(&fake, "list --details --handler REVIEW").assert_exit(0);
    rooms(&fake, "plan --all --handler REVIEW").assert_exit(0);
    rooms(&fake, "plan --all --handler REVIEW --fallback deny --replace").assert_exit(0);
    rooms(&fake, "status --all --handler REVIEW").assert_exit(1);
    let calls = fake.calls();
    let is_read = |name: &str| ["ListRooms", "GetRoom"].contains(&name);
    assert!(calls.len() > 60 && calls.iter().all(|call| is_read(&call.operation)));
}

#[test]
fn status_detects_drift() {
    let (fake, arns) = with_rooms(2);
    let status = |more: &str| rooms(&fake, &format!("status --all --handler REVIEW {more}")).code;
    for arn in &arns {
        fake.account(|account| account.attach(arn, &review(), "DENY"));
    }
    assert_eq!(status(""), Some(0));
    assert_eq!(status("--fallback deny"), Some(0));
    assert_eq!(status("--fallback allow"), Some(1));
    for (uri, fallback) in [
        (String::new(), "DENY"),
        (function("other"), "DENY"),
        (format!("{}:live", review()), "DENY"),
    ] {
        fake.account(|account| account.attach(&arns[1], &uri, fallback));
        assert_eq!(status(""), Some(1), "{uri}");
    }
}

#[test]
fn a_handler_that_another_client_attaches_meanwhile_is_kept() {
    let (fake, arns) = with_rooms(3);
    let (other, third) = (arns[1].clone(), arns[2].clone());
    let mut listed = false;
    fake.on_call(move |call, account| {
        // In the list, both have no handler.
        if call.operation == "GetRoom" && !std::mem::replace(&mut listed, true) {
            account.attach(&other, &function("other"), "DENY");
            account.attach(&third, &review(), "ALLOW");
        }
        Ok(())
    });
    // Other rooms may be read before the first one is changed.
    let run = rooms_json(&fake, "apply --all --handler REVIEW --yes").assert_exit(0);
    let run = run.assert_summary("changed 1, unchanged 1, skipped 1");
    assert_eq!(run.result(&arns[1]), "skipped");
    assert_eq!(run.result(&arns[2]), "unchanged");
    assert_handler(&fake, &arns[1], "other", "DENY");
    assert_eq!(updated(&fake), [arns[0].clone()]);
}

#[test]
fn a_fallback_that_another_client_changes_meanwhile_is_kept() {
    let (fake, arns) = with_rooms(1);
    fake.account(|account| account.attach(&arns[0], &function("other"), "ALLOW"));
    fake.account(|account| account.permit(&function("other"), Permission::Granted));
    let room = arns[0].clone();
    fake.on_call(move |call, account| {
        if call.operation == "GetRoom" {
            account.attach(&room, &function("other"), "DENY");
        }
        Ok(())
    });
    rooms_json(&fake, "apply --all --handler REVIEW --replace --yes")
        .assert_exit(0)
        .assert_summary("changed 1");
    assert_handler(&fake, &arns[0], "review", "DENY");
}
