//! Answers that IVS Chat does not give, or that lack members.

use super::command::{Running, assert_handler, command, rooms, rooms_json, updated, with_rooms};
use super::fake::{Fault, FaultKind, function};
use super::retries::account;

/// Commands and an operation of each.
const OPERATIONS: &[(&str, &str)] = &[
    ("create --name hall", "CreateRoom"),
    ("show R", "GetRoom"),
    ("list", "ListRooms"),
    ("update R --name hall", "UpdateRoom"),
    ("delete R --yes", "DeleteRoom"),
    ("tag R stage=prod", "TagResource"),
    ("untag R team", "UntagResource"),
    ("tags R", "ListTagsForResource"),
    ("logging create --s3 logs", "CreateLoggingConfiguration"),
    ("logging show L", "GetLoggingConfiguration"),
    ("logging list", "ListLoggingConfigurations"),
    ("logging update L --name hall", "UpdateLoggingConfiguration"),
    ("logging delete L --yes", "DeleteLoggingConfiguration"),
    ("token R --user SECRET", "CreateChatToken"),
    ("event R poll", "SendEvent"),
    ("delete-message R AbCdEf123456 --yes", "DeleteMessage"),
    ("disconnect R --user SECRET --yes", "DisconnectUser"),
    ("list --channels", "ListChannels"),
    ("list --live", "ListStreams"),
    ("list --live", "BatchGetChannel"),
    ("link R C", "GetChannel"),
];

/// A proxy or the wrong service answers each operation.
#[test]
fn answers_of_other_services_are_no_success() {
    let answers = [
        (200, "<html>Sign in"),
        (200, ""),
        (200, "[]"),
        (200, "null"),
        (201, "{}"),
        (202, "{}"),
        (206, "{}"),
    ];
    for (arguments, operation) in OPERATIONS {
        let started = answers.map(|(status, body)| {
            let (fake, words) = account(arguments);
            fake.inject(Fault::new(FaultKind::Foreign(status, body), operation));
            let running = Running::start(command(&fake, &format!("{words} --attempts 1")));
            (running, fake, status, body)
        });
        for (running, _fake, status, body) in started {
            let run = running.end().assert_exit(2);
            let at = format!("{operation}: {status} {body}\n{run}");
            assert!(run.stderr.contains(&format!("HTTP {status}")), "{at}");
            assert_eq!(run.stdout, "", "{at}");
            let reads = ["show", "list", "tags", "logging show", "logging list", "token", "link"];
            let is_change = !reads.iter().any(|read| arguments.starts_with(read));
            assert_eq!(run.stderr.contains("may or may not have been"), is_change, "{at}");
        }
    }
}

/// Deletions have no body.
#[test]
fn only_204_confirms_a_deletion() {
    for (arguments, operation) in
        [("delete R --yes", "DeleteRoom"), ("logging delete L --yes", "DeleteLoggingConfiguration")]
    {
        let (fake, words) = account(arguments);
        fake.inject(Fault::new(FaultKind::Foreign(200, "{}"), operation));
        let run = rooms(&fake, &format!("{words} --attempts 1")).assert_exit(2);
        run.assert_stderr("HTTP 200, expected 204")
            .assert_stderr("may or may not have been applied");
    }
}

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
        assert!(plan.stdout.contains("1 failed (unknown fallback)"), "{plan}");

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

/// The fault changes the first room of the list, which is the newest.
#[test]
fn rooms_with_unknown_arns_are_left_out() {
    for arn in ["null", r#""arn:aws:ivschat:xx-new-1:111122223333:room/A""#, r#""urn:room""#] {
        let (fake, _) = with_rooms(3);
        let change: String = format!(r#"{{"rooms":{{"arn":{arn}}}}}"#);
        let fault = FaultKind::Changed(Box::leak(change.into_boxed_str()));
        fake.inject(Fault::new(fault, "ListRooms"));
        for (arguments, lines) in [
            ("list", 2),
            ("list --details", 2),
            ("plan --all --handler REVIEW", 3),
            ("status --all --handler REVIEW", 3),
            ("apply --all --handler REVIEW --yes", 3),
            ("status --all --handler REVIEW", 3),
            ("detach --all --yes", 3),
        ] {
            let run = rooms_json(&fake, arguments).assert_exit(1);
            assert_eq!(run.lines().len(), lines, "{arguments}: {run}");
            run.assert_stderr("warning: left out: unexpected answer: a room named `stage-");
        }
        assert_eq!(updated(&fake).len(), 3);
    }
}

#[test]
fn a_room_without_details_does_not_end_a_list() {
    let (fake, arns) = with_rooms(3);
    fake.inject(Fault::new(FaultKind::Foreign(200, "{}"), "GetRoom").room(&arns[1]));
    let run = rooms_json(&fake, "list --details").assert_exit(1);
    assert_eq!(run.lines().len(), 2, "{run}");
    run.assert_stderr("1 room was left out");
}
