//! Answers that IVS Chat does not give, or that lack members.

use serde_json::{Value, json};

use super::command::{assert_handler, rooms, rooms_json, updated, with_rooms};
use super::fake::{FakeService, Fault, FaultKind, function};
use super::retries::account;

/// A room of another function must not be taken for one without a handler.
#[test]
fn a_room_without_the_requested_arn_is_not_changed() {
    for answer in [
        FaultKind::Foreign(200, "{}"),
        FaultKind::Foreign(200, r#"{"message":"hello"}"#),
        FaultKind::Changed(r#"{"arn":null}"#),
        FaultKind::Changed(r#"{"arn":null,"messageReviewHandler":null}"#),
        FaultKind::Changed(r#"{"arn":"arn:aws:ivschat:eu-west-1:111122223333:room/Other"}"#),
        FaultKind::Changed(r#"{"arn":""}"#),
    ] {
        let (fake, arns) = with_rooms(2);
        fake.account(|account| account.attach(&arns[0], &function("other"), "DENY"));
        // The list does not show the handler that was attached meanwhile.
        let list = FaultKind::Changed(r#"{"rooms":{"messageReviewHandler":null}}"#);
        fake.inject(Fault::new(list, "ListRooms"));
        fake.inject(Fault::new(answer.clone(), "GetRoom").room(&arns[0]));
        let run = rooms_json(&fake, "apply --all --handler REVIEW --yes").assert_exit(1);
        let run = run.assert_summary("changed 1, failed 1");
        assert_eq!(run.result(&arns[0]), "failed", "{answer:?}");
        assert_handler(&fake, &arns[0], "other", "DENY");
        assert_eq!(updated(&fake), [arns[1].clone()], "{answer:?}");
        for command in ["show", "update --name hall"] {
            let words = command.split_once(' ').unwrap_or((command, ""));
            let run = rooms(&fake, &format!("{} {} {}", words.0, arns[0], words.1)).assert_exit(2);
            run.assert_stderr("unexpected answer");
        }
    }
}

#[test]
fn a_logging_configuration_without_the_requested_arn_is_not_shown() {
    for answer in [r#"{"arn":null}"#, r#"{"arn":"arn:aws:ivschat:eu-west-1:1:room/a"}"#] {
        let (fake, words) = account("logging show L");
        fake.inject(Fault::new(FaultKind::Changed(answer), "GetLoggingConfiguration"));
        rooms(&fake, &words).assert_exit(2).assert_stderr("unexpected answer");
    }
}

/// An answer about another room says nothing about the request.
#[test]
fn an_update_of_another_room_may_or_may_not_have_been_applied() {
    let (fake, words) = account("update R --name hall");
    let other = r#"{"arn":"arn:aws:ivschat:eu-west-1:111122223333:room/Other"}"#;
    fake.inject(Fault::new(FaultKind::Changed(other), "UpdateRoom"));
    let run = rooms(&fake, &words).assert_exit(2).assert_stderr("unexpected answer");
    run.assert_stderr("may or may not have been applied");
}

/// What an answer to a change lacks is unchanged, or as sent: the output is the same as with the complete answer.
#[test]
fn absent_members_of_an_answer_are_unchanged() {
    let room_members = r#"{"arn":null,"id":null,"name":null,"maximumMessageRatePerSecond":null,
        "maximumMessageLength":null,"messageReviewHandler":null,"tags":null,
        "loggingConfigurationIdentifiers":null,"createTime":null,"updateTime":null}"#;
    let handler_members = r#"{"messageReviewHandler":{"uri":null,"fallbackResult":null}}"#;
    let logging_members = r#"{"arn":null,"id":null,"name":null,"destinationConfiguration":null,
        "state":null,"tags":null,"createTime":null,"updateTime":null}"#;
    // The new ARN and the times are known only from the answer.
    let new_room_members = r#"{"name":null,"messageReviewHandler":null,"tags":null,
        "loggingConfigurationIdentifiers":null}"#;
    let new_logging_members = r#"{"name":null,"destinationConfiguration":null,"tags":null}"#;
    for (arguments, operation, absent) in [
        ("update R --name hall", "UpdateRoom", room_members),
        ("update R --message-rate 20", "UpdateRoom", room_members),
        ("update R --message-length 20", "UpdateRoom", room_members),
        ("logging attach R L", "UpdateRoom", room_members),
        ("apply --room R --handler REVIEW --fallback deny --yes", "UpdateRoom", room_members),
        ("apply --room R --handler REVIEW --fallback deny --yes", "UpdateRoom", handler_members),
        ("logging update L --name hall", "UpdateLoggingConfiguration", logging_members),
        ("logging update L --firehose hall", "UpdateLoggingConfiguration", logging_members),
        (
            "create --name hall --tag a=b --logging L --handler REVIEW --fallback deny",
            "CreateRoom",
            new_room_members,
        ),
        (
            "logging create --name hall --tag a=b --s3 hall",
            "CreateLoggingConfiguration",
            new_logging_members,
        ),
    ] {
        for format in ["text", "json"] {
            let [complete, partial] = ["{}", absent].map(|change| {
                let (fake, words) = account(arguments);
                fake.inject(Fault::new(FaultKind::Changed(change), operation));
                rooms(&fake, &format!("{words} --format {format}")).assert_exit(0).stdout
            });
            assert_eq!(partial, complete, "{arguments}: {absent}");
        }
    }
}

/// Such rooms are shown, never changed, and fail alone.
#[test]
fn an_unknown_fallback_is_shown_and_never_sent() {
    for backup in [false, true] {
        let (fake, arns) = with_rooms(3);
        fake.account(|account| {
            account.attach(&arns[0], &function("other"), "HOLD");
            account.attach(&arns[1], &function("other"), "DENY");
        });
        for arguments in ["list", "list --details", &format!("show {}", arns[0])] {
            for format in ["text", "json"] {
                let run = rooms(&fake, &format!("{arguments} --format {format}")).assert_exit(0);
                assert!(run.stdout.contains("HOLD"), "{run}");
            }
        }
        let status = rooms(&fake, "status --all --handler REVIEW").assert_exit(1);
        assert!(status.stdout.contains("other, HOLD"), "{status}");
        let plan = rooms(&fake, "plan --all --handler REVIEW --replace").assert_exit(1);
        assert!(plan.stdout.contains("2 to change, 0 up to date"), "{plan}");
        assert!(plan.stdout.contains("0 skipped (other handler), 1 failed\n"), "{plan}");

        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("before.jsonl");
        let file = if backup { format!(" --backup {}", file.display()) } else { String::new() };
        for (arguments, counts) in [
            ("apply --all --handler REVIEW --yes", "changed 1, skipped 2"),
            ("apply --all --handler REVIEW --replace --yes", "changed 1, unchanged 1, failed 1"),
            ("detach --all --yes", "changed 2, failed 1"),
        ] {
            let exit = i32::from(counts.contains("failed"));
            let run = rooms_json(&fake, &format!("{arguments}{file}")).assert_exit(exit);
            let run = run.assert_summary(counts);
            if exit == 1 {
                let line = run.line(&arns[0]);
                let error = line["error"].as_str().expect("a reason");
                assert!(error.contains("the fallback `HOLD` is unknown"), "{error}");
            }
        }
        assert_handler(&fake, &arns[0], "other", "HOLD");
        assert!(!updated(&fake).contains(&arns[0]));
    }
}

/// The fallback changes between the list and the read before the change.
#[test]
fn an_unknown_fallback_that_appears_meanwhile_is_not_replaced() {
    let (fake, arns) = with_rooms(2);
    let hold = FaultKind::Changed(r#"{"messageReviewHandler":{"fallbackResult":"HOLD"}}"#);
    fake.inject(Fault::new(hold, "GetRoom").room(&arns[0]));
    let run = rooms_json(&fake, "apply --all --handler REVIEW --yes").assert_exit(1);
    run.assert_summary("changed 1, failed 1");
    assert_eq!(updated(&fake), [arns[1].clone()]);
}

#[test]
fn unknown_states_and_destinations_are_shown() {
    let unknown = r#"{"state":"PAUSED","destinationConfiguration":{"s3":null,"kafka":{"a":"b"}}}"#;
    let listed = r#"{"loggingConfigurations":{"state":"PAUSED",
        "destinationConfiguration":{"s3":null,"kafka":{"a":"b"}}}}"#;
    for (arguments, operation, change) in [
        ("logging show L", "GetLoggingConfiguration", unknown),
        ("logging list", "ListLoggingConfigurations", listed),
        ("logging update L --name hall", "GetLoggingConfiguration", unknown),
        ("logging delete L --yes", "GetLoggingConfiguration", unknown),
    ] {
        let (fake, words) = account(arguments);
        fake.inject(Fault::new(FaultKind::Changed(change), operation));
        let run = rooms(&fake, &words).assert_exit(0);
        let is_shown = run.stdout.contains("PAUSED") && run.stdout.contains("unknown to this");
        assert!(is_shown || arguments.contains("delete"), "{arguments}: {run}");
    }
}

/// ARNs of unknown form, of another Region and of another account, as JSON.
const ODD_ARNS: [&str; 6] = [
    "null",
    r#""""#,
    r#""urn:room\u001b[31m""#,
    r#""arn:aws:ivschat:eu-west-1:111122223333:room/v2/A""#,
    r#""arn:aws:ivschat:us-east-1:111122223333:room/A""#,
    r#""arn:aws:ivschat:eu-west-1:999988887777:room/A""#,
];

/// Changes the ARN of the first room of the list, which is the newest.
fn with_odd_arn(fake: &FakeService, arn: &str) {
    let change = format!(r#"{{"rooms":{{"arn":{arn}}}}}"#);
    fake.inject(Fault::new(FaultKind::Changed(change.leak()), "ListRooms"));
    fake.account(|account| {
        let last = account.rooms.keys().next_back().expect("a room").clone();
        account.keep_newest(&last);
    });
}

/// The other rooms are processed.
#[test]
fn rooms_with_unknown_arns_fail_alone() {
    for arn in ODD_ARNS {
        let (fake, arns) = with_rooms(3);
        with_odd_arn(&fake, arn);
        let expected: Value = serde_json::from_str(arn).expect("JSON");
        let expected = if expected == "" { Value::Null } else { expected };
        for (arguments, key, counts) in [
            ("plan --all --handler REVIEW", "plan", json!({"change": 2, "fail_open": 2})),
            ("status --all --handler REVIEW", "result", json!({"drift": 2})),
            ("apply --all --handler REVIEW --yes", "result", json!({"changed": 2})),
            ("plan --all --handler REVIEW", "plan", json!({"unchanged": 2, "fail_open": 2})),
            ("status --all --handler REVIEW", "result", json!({"up_to_date": 2})),
            ("detach --all --handler REVIEW --yes", "result", json!({"changed": 2})),
        ] {
            let run = rooms_json(&fake, arguments).assert_exit(1);
            let mut lines = run.lines();
            assert_eq!(lines.len(), 4, "{arguments}: {run}");
            let summary = lines.pop().expect("a summary")["summary"].take();
            let mut counted = summary.as_object().expect("an object").clone();
            counted.retain(|name, count| name != "failed" && *count != 0);
            let counted = Value::Object(counted);
            assert_eq!((counted, &summary["failed"]), (counts, &json!(1)), "{arguments}: {run}");
            let failed: Vec<_> = lines.iter().filter(|line| line[key] == "failed").collect();
            assert_eq!(failed.len(), 1, "{arguments}: {run}");
            assert_eq!((&failed[0]["room"], &failed[0]["name"]), (&expected, &json!("stage-3")));
            assert!(failed[0]["error"].is_string(), "{run}");
            let text = rooms(&fake, arguments);
            let row = text.stdout.lines().find(|line| line.starts_with("failed    stage-3  "));
            assert!(row.is_some() && text.stdout.contains("1 failed"), "{arguments}: {text}");
            assert!(!text.stdout.contains('\u{1b}') && text.code == Some(1), "{text}");
        }
        let mut updated = updated(&fake);
        updated.sort();
        updated.dedup();
        assert_eq!(updated, arns[..2], "{arn}");
    }
}

#[test]
fn rooms_with_unknown_arns_are_listed() {
    for arn in ODD_ARNS {
        let (fake, _) = with_rooms(3);
        with_odd_arn(&fake, arn);
        let is_valid = arn.contains("us-east-1") || arn.contains("999988887777");
        for arguments in ["list", "list --name stage-3", "list --details"] {
            // The service does not know a room of another account, which counts as deleted.
            let has_details = arguments.contains("details");
            let is_missing = has_details && arn.contains("999988887777");
            let is_valid = is_valid && !(has_details && arn.contains("us-east-1"));
            let run = rooms_json(&fake, arguments).assert_exit(i32::from(!is_valid));
            let lines = run.lines().into_iter().filter(|line| line["name"] == "stage-3");
            let lines: Vec<_> = lines.collect();
            assert_eq!(lines.len(), usize::from(!is_missing), "{arguments}: {run}");
            if let [line] = lines.as_slice() {
                assert_eq!((&line["id"], &line["state"]), (&json!("Room00000003"), &json!("none")));
                assert_eq!(line["error"].is_string(), !is_valid, "{arguments}: {run}");
            }
            let warning = "1 room has an error, shown in the output";
            assert_eq!(run.stderr.contains(warning), !is_valid, "{run}");
        }
    }
}

/// Rooms are counted, not their names. The list is read in pages, and its beginning twice.
#[test]
fn each_room_without_an_arn_is_counted() {
    let (fake, _) = with_rooms(0);
    fake.account(|account| {
        (0..7).for_each(|_| drop(account.add_room("twin")));
        account.page_sizes = vec![2, 3];
    });
    let change = r#"{"rooms":{"arn":null,"createTime":null}}"#;
    fake.inject(Fault::new(FaultKind::Changed(change), "ListRooms"));
    let run = rooms_json(&fake, "list").assert_exit(1);
    // One room of each of three pages.
    assert_eq!(run.lines().len(), 7, "{run}");
    assert_eq!(run.lines().iter().filter(|line| line["room"].is_null()).count(), 3, "{run}");
    run.assert_stderr("3 rooms have errors");
}

/// Only if no room is left: the credentials probably belong to another account.
#[test]
fn rooms_of_another_account_end_a_run_if_there_are_no_others() {
    let (fake, _) = with_rooms(1);
    with_odd_arn(&fake, ODD_ARNS[5]);
    let run = rooms(&fake, "apply --all --handler REVIEW --yes").assert_exit(2);
    run.assert_stderr("account mismatch");
    rooms(&fake, "list").assert_exit(0);
}

#[test]
fn a_room_without_details_does_not_end_a_list() {
    for fault in [FaultKind::Foreign(200, "{}"), FaultKind::DENIED, FaultKind::UNAVAILABLE] {
        let (fake, arns) = with_rooms(3);
        fake.inject(Fault::new(fault, "GetRoom").room(&arns[1]));
        let run = rooms_json(&fake, "list --details --attempts 1").assert_exit(1);
        assert_eq!(run.lines().len(), 3, "{run}");
        let line = run.line(&arns[1]);
        assert!(line["error"].is_string() && line["maximumMessageLength"].is_null(), "{run}");
        run.assert_stderr("1 room has an error");
    }
    let (fake, _) = with_rooms(20);
    fake.inject(Fault::new(FaultKind::DENIED, "GetRoom"));
    rooms(&fake, "list --details").assert_exit(2).assert_stderr("ivschat:GetRoom");
    assert!(fake.calls_of("GetRoom").len() < 20);
}

/// Unless all do.
#[test]
fn a_named_room_that_cannot_be_read_fails_alone() {
    let (fake, arns) = with_rooms(3);
    fake.inject(Fault::new(FaultKind::Foreign(200, "{}"), "GetRoom").room(&arns[1]));
    let named = arns.iter().map(|arn| format!(" --room {arn}")).collect::<String>();
    for (arguments, key) in [
        (format!("list{named}"), "result"),
        (format!("list --details{named}"), "result"),
        (format!("plan --handler REVIEW{named}"), "plan"),
        (format!("status --handler REVIEW{named}"), "result"),
        (format!("apply --handler REVIEW --yes{named}"), "result"),
    ] {
        let run = rooms_json(&fake, &arguments).assert_exit(1);
        let line = run.line(&arns[1]);
        assert_eq!((&line[key], &line["uri"]), (&json!("failed"), &Value::Null), "{run}");
    }
    assert_eq!(updated(&fake).len(), 2);
    let run = rooms(&fake, &format!("apply --handler REVIEW --yes --room {}", arns[1]));
    run.assert_exit(2).assert_stderr("unexpected answer");
}

/// A later version of the service may have other ARNs: a command that names one uses it.
#[test]
fn named_arns_of_unknown_form_are_used_with_a_warning() {
    let (fake, mut arns) = with_rooms(1);
    let later = format!("{}/v2", arns[0]);
    let logging = fake.account(|account| {
        account.accepts_any_arn = true;
        let mut room = account.rooms.remove(&arns[0]).expect("a room");
        room.arn.clone_from(&later);
        account.rooms.insert(later.clone(), room);
        account.add_logging("chat", json!({"s3": {"bucketName": "chat"}}))
    });
    arns[0].clone_from(&later);
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("before.jsonl");
    for arguments in [
        format!("show {later}"),
        format!("update {later} --name hall"),
        format!("logging attach {later} {logging}"),
        format!("tag {later} stage=prod"),
        format!("list --details --room {later}"),
        format!("apply --room {later} --handler REVIEW --yes --backup {}", backup.display()),
        format!("restore {} --yes", backup.display()),
        format!("delete {later} --yes"),
    ] {
        let run = rooms(&fake, &arguments).assert_exit(0);
        run.assert_stderr(&format!("warning: the form of the ARN {later} is unknown"));
    }
    assert_eq!(fake.account(|account| account.rooms.len()), 0);
}

#[test]
fn logging_configurations_with_unknown_arns_are_listed() {
    for (arn, shown) in [("null", "  -  "), (r#""urn:logs\u009b31m""#, "urn:logs\\u{9b}31m")] {
        let (fake, words) = account("logging list");
        fake.account(|account| account.add_logging("b", json!({"s3": {"bucketName": "b"}})));
        let change = format!(r#"{{"loggingConfigurations":{{"arn":{arn}}}}}"#);
        let change = FaultKind::Changed(change.leak());
        fake.inject(Fault::new(change, "ListLoggingConfigurations"));
        let run = rooms(&fake, &words).assert_exit(1);
        assert!(run.stdout.contains(shown) && run.stdout.lines().count() == 2, "{run}");
        run.assert_stderr("1 logging configuration has an error");
        let run = rooms_json(&fake, &words).assert_exit(1);
        let expected: Value = serde_json::from_str(arn).expect("JSON");
        assert_eq!(run.lines()[0]["loggingConfiguration"], expected);
        assert!(run.lines()[0]["error"].is_string() && run.lines()[1]["error"].is_null(), "{run}");
    }
}

/// Another client sets an unknown fallback after the backup.
#[test]
fn restore_does_not_replace_an_unknown_fallback() {
    let (fake, arns) = with_rooms(2);
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("before.jsonl");
    let apply = format!("apply --all --handler REVIEW --yes --backup {}", backup.display());
    rooms(&fake, &apply).assert_exit(0);
    fake.account(|account| account.attach(&arns[0], &function("other"), "HOLD"));
    let restore = format!("restore {} --yes --replace", backup.display());
    let run = rooms_json(&fake, &restore).assert_exit(1).assert_summary("changed 1, failed 1");
    let error = run.line(&arns[0])["error"].as_str().expect("a reason").to_owned();
    assert!(error.contains("the fallback `HOLD` is unknown"), "{error}");
    assert_handler(&fake, &arns[0], "other", "HOLD");
    assert_handler(&fake, &arns[1], "-", "ALLOW");
}

/// A member of another type counts as absent, or as an unknown value. It does not end a list.
#[test]
fn members_of_unexpected_types_do_not_end_a_run() {
    for (change, state) in [
        (
            r#"{"name":5,"createTime":"soon","tags":["a"],"loggingConfigurationIdentifiers":7}"#,
            "none",
        ),
        (r#"{"messageReviewHandler":{"uri":["a"]}}"#, "other"),
        (r#"{"messageReviewHandler":"a"}"#, "other"),
    ] {
        let (fake, arns) = with_rooms(2);
        let in_list: &str = format!(r#"{{"rooms":{change}}}"#).leak();
        fake.inject(Fault::new(FaultKind::Changed(in_list), "ListRooms"));
        fake.inject(Fault::new(FaultKind::Changed(change), "GetRoom").room(&arns[1]));
        let run = rooms_json(&fake, "list --handler REVIEW").assert_exit(0);
        assert_eq!(run.line(&arns[1])["state"], state, "{run}");
        let apply = "apply --all --handler REVIEW --yes --replace";
        let run = rooms_json(&fake, apply).assert_exit(i32::from(state == "other"));
        run.assert_summary(if state == "none" { "changed 2" } else { "changed 1, failed 1" });
    }
}

/// Such a room has no ARN, and fails alone.
#[test]
fn a_room_that_is_not_an_object_does_not_end_a_list() {
    for odd in [r#"{"tags":[]}"#, r#"{"tags":"a"}"#, r#"{"name":5}"#, "{}", "[]", "7", "null"] {
        let (fake, arns) = with_rooms(1);
        let body = format!(r#"{{"rooms":[{odd},{{"arn":"{}","name":"stage-1"}}]}}"#, arns[0]);
        fake.inject(Fault::new(FaultKind::Foreign(200, body.leak()), "ListRooms"));
        let run = rooms_json(&fake, "list").assert_exit(1);
        assert_eq!(run.lines().len(), 2, "{odd}: {run}");
        assert_eq!(run.lines()[0]["error"], "the service returned no ARN", "{odd}: {run}");
        run.line(&arns[0]);
        let run = rooms_json(&fake, "apply --all --handler REVIEW --yes").assert_exit(1);
        run.assert_summary("changed 1, failed 1");
    }
}

#[test]
fn lists_of_too_many_items_are_an_error() {
    let (fake, _) = with_rooms(1);
    let body = json!({"rooms": vec![json!({}); 1_001]}).to_string();
    fake.inject(Fault::new(FaultKind::Foreign(200, body.leak()), "ListRooms"));
    let run = rooms(&fake, "list").assert_exit(2);
    run.assert_stderr("unexpected answer: a list has more than 1000 items");
    assert_eq!(fake.calls().len(), 1);
}

/// A room that was read by its ARN is not read again for its details.
#[test]
fn named_rooms_are_read_once() {
    let (fake, arns) = with_rooms(2);
    for (arguments, calls) in [("", 1), (" --details", 1)] {
        let before = fake.calls_of("GetRoom").len();
        let run = rooms_json(&fake, &format!("list --room {}{arguments}", arns[0])).assert_exit(0);
        assert_eq!(fake.calls_of("GetRoom").len() - before, calls, "{arguments}");
        let has_details = run.line(&arns[0])["maximumMessageLength"].is_u64();
        assert_eq!(has_details, !arguments.is_empty(), "{run}");
    }
}
