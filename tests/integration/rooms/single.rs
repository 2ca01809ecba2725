//! Commands on one room, one logging configuration or the chat of a room.

use serde_json::{Value, json};

use super::command::{assert_handler, review, rooms, rooms_json, with_rooms};
use super::fake::{Fault, FaultKind, Permission, function};

#[test]
fn requests_contain_only_what_was_requested() {
    let (fake, arns) = with_rooms(1);
    let logging =
        fake.account(|account| account.add_logging("chat", json!({"s3": {"bucketName": "chat"}})));
    let room = &arns[0];
    let rows = [
        ("create".to_owned(), "CreateRoom", json!({})),
        (
            format!(
                "create --name hall --message-rate 100 --message-length 1 --tag a=1 --tag b= --logging {logging} --logging {logging} --handler REVIEW --fallback deny"
            ),
            "CreateRoom",
            json!({
                "name": "hall",
                "maximumMessageRatePerSecond": 100,
                "maximumMessageLength": 1,
                "tags": {"a": "1", "b": ""},
                "loggingConfigurationIdentifiers": [logging],
                "messageReviewHandler": {"uri": review(), "fallbackResult": "DENY"},
            }),
        ),
        (
            format!("update {room} --name stage-1 --message-rate 11"),
            "UpdateRoom",
            json!({"identifier": room, "maximumMessageRatePerSecond": 11}),
        ),
        (
            format!("logging attach {room} {logging}"),
            "UpdateRoom",
            json!({"identifier": room, "loggingConfigurationIdentifiers": [logging]}),
        ),
        (
            format!("logging detach {room} {logging} --yes"),
            "UpdateRoom",
            json!({"identifier": room, "loggingConfigurationIdentifiers": []}),
        ),
        (
            "logging create --cloudwatch /ivs/chat --name logs --tag a=1".to_owned(),
            "CreateLoggingConfiguration",
            json!({
                "name": "logs",
                "destinationConfiguration": {"cloudWatchLogs": {"logGroupName": "/ivs/chat"}},
                "tags": {"a": "1"},
            }),
        ),
        (
            format!("logging update {logging} --name chat --firehose stream"),
            "UpdateLoggingConfiguration",
            json!({
                "identifier": logging,
                "destinationConfiguration": {"firehose": {"deliveryStreamName": "stream"}},
            }),
        ),
        (
            format!("token {room} --user viewer"),
            "CreateChatToken",
            json!({"roomIdentifier": room, "userId": "viewer"}),
        ),
        (
            format!(
                "token {room} --user mod --minutes 180 --capability disconnect-user,SEND_MESSAGE --capability delete_message --capability send-message --attribute role=moderator"
            ),
            "CreateChatToken",
            json!({
                "roomIdentifier": room,
                "userId": "mod",
                "sessionDurationInMinutes": 180,
                "capabilities": ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"],
                "attributes": {"role": "moderator"},
            }),
        ),
        (
            format!("event {room} poll --attribute a=b=c"),
            "SendEvent",
            json!({"roomIdentifier": room, "eventName": "poll", "attributes": {"a": "b=c"}}),
        ),
        (
            format!("delete-message {room} AbCdEf123456 --yes"),
            "DeleteMessage",
            json!({"roomIdentifier": room, "id": "AbCdEf123456"}),
        ),
        (
            format!("disconnect {room} --user viewer --reason Insults --yes"),
            "DisconnectUser",
            json!({"roomIdentifier": room, "userId": "viewer", "reason": "Insults"}),
        ),
        (
            format!("tag {room} a=1 b=2"),
            "TagResource",
            json!({"resourceArn": room, "tags": {"a": "1", "b": "2"}}),
        ),
        (
            format!("untag {room} a c"),
            "UntagResource",
            json!({"resourceArn": room, "tagKeys": ["a"]}),
        ),
    ];
    for (arguments, operation, expected) in rows {
        rooms(&fake, &arguments).assert_exit(0);
        let input = fake.calls_of(operation).pop().expect("a call").input;
        assert_eq!(input, expected, "{arguments}");
    }
}

#[test]
fn values_may_begin_with_hyphens_and_names_contain_equals_signs() {
    let (fake, arns) = with_rooms(1);
    let room = &arns[0];
    let rows = [
        (
            r"create --name -hall --tag -a=-b --tag --c=-- --tag d\=e=f=g".to_owned(),
            "CreateRoom",
            json!({"name": "-hall", "tags": {"-a": "-b", "--c": "--", "d=e": "f=g"}}),
        ),
        (
            "logging create --name -- --s3 -logs- --tag -=-".to_owned(),
            "CreateLoggingConfiguration",
            json!({
                "name": "--",
                "destinationConfiguration": {"s3": {"bucketName": "-logs-"}},
                "tags": {"-": "-"},
            }),
        ),
        (
            format!("update {room} --name --help"),
            "UpdateRoom",
            json!({"identifier": room, "name": "--help"}),
        ),
        (
            format!(r"tag {room} --rate 1000 -- -a=1 --yes=-- b\=c=d"),
            "TagResource",
            json!({"resourceArn": room, "tags": {"-a": "1", "--yes": "--", "b=c": "d"}}),
        ),
        (
            format!("untag {room} --rate 1000 -- -a --yes b=c"),
            "UntagResource",
            json!({"resourceArn": room, "tagKeys": ["--yes", "-a", "b=c"]}),
        ),
        (
            format!(r"event {room} --attribute -a\=b=-- --rate 1000 -- --poll"),
            "SendEvent",
            json!({"roomIdentifier": room, "eventName": "--poll", "attributes": {"-a=b": "--"}}),
        ),
        (
            format!("disconnect {room} --user --ada --reason -- --yes"),
            "DisconnectUser",
            json!({"roomIdentifier": room, "userId": "--ada", "reason": "--"}),
        ),
    ];
    for (arguments, operation, expected) in rows {
        rooms(&fake, &arguments).assert_exit(0);
        let input = fake.calls_of(operation).pop().expect("a call").input;
        assert_eq!(input, expected, "{arguments}");
    }
    let listed = rooms_json(&fake, "list --name --help").assert_exit(0).lines();
    assert_eq!(listed.len(), 1);
    fake.account(|account| account.tag(room, "a=b", "c=d"));
    for (tag, count) in [(r"a\=b=c=d", 1), ("a=b=c=d", 0)] {
        assert_eq!(rooms_json(&fake, &format!("list --tag {tag}")).lines().len(), count, "{tag}");
    }
    // As it can be written in a command.
    let text = rooms(&fake, &format!("tags {room}")).assert_exit(0).stdout;
    assert!(text.contains(r"a\=b=c=d"), "{text}");
}

#[test]
fn nothing_is_sent_if_everything_is_up_to_date() {
    let (fake, arns) = with_rooms(1);
    let logging = fake.account(|account| {
        account.tag(&arns[0], "stage", "beta");
        let logging = account.add_logging("chat", json!({"s3": {"bucketName": "chat"}}));
        account.room(&arns[0]).logging.push(logging.clone());
        logging
    });
    let room = &arns[0];
    for arguments in [
        format!("update {room} --name stage-1 --message-rate 10 --message-length 500"),
        format!("tag {room} stage=beta"),
        format!("untag {room} stag"),
        format!("logging attach {room} {logging}"),
        format!("logging detach {room} {logging}x --yes"),
        format!("logging update {logging} --name chat --s3 chat"),
    ] {
        let run = rooms_json(&fake, &arguments).assert_exit(0).assert_stderr("already up to date");
        let line = run.lines().remove(0);
        assert_eq!((&line["result"], &line["after"]), (&json!("unchanged"), &Value::Null), "{run}");
    }
    let updates = fake
        .calls()
        .into_iter()
        .filter(|call| !call.operation.starts_with("Get") && !call.operation.starts_with("List"));
    assert_eq!(updates.count(), 0);
}

#[test]
fn updates_show_before_and_after() {
    let (fake, arns) = with_rooms(1);
    let room = &arns[0];
    let line =
        rooms_json(&fake, &format!("update {room} --name hall")).assert_exit(0).lines().remove(0);
    let settings = |name: &str| json!({"name": name, "maximumMessageRatePerSecond": 10, "maximumMessageLength": 500});
    let (before, after) = (settings("stage-1"), settings("hall"));
    let expected = json!({"room": room, "result": "changed", "before": before, "after": after});
    assert_eq!(line, expected);
    let text = rooms(&fake, &format!("update {room} --message-rate 20")).assert_exit(0).stdout;
    assert!(text.contains("name    hall\n"), "{text}");
    assert!(text.contains("10 messages per second -> 20 messages per second\n"), "{text}");
}

/// A fourth logging configuration and a fifty-first tag.
#[test]
fn limits_include_what_the_room_already_has() {
    let (fake, arns) = with_rooms(1);
    let room = &arns[0];
    let more = fake.account(|account| {
        for n in 0..50 {
            account.tag(room, &format!("k{n}"), "v");
        }
        let one = |account: &mut super::fake::Account| {
            account.add_logging("chat", json!({"s3": {"bucketName": "chat"}}))
        };
        let three = [one(account), one(account), one(account)];
        account.room(room).logging.extend(three);
        one(account)
    });
    rooms(&fake, &format!("logging attach {room} {more}"))
        .assert_exit(2)
        .assert_stderr("maximum of 3");
    rooms(&fake, &format!("tag {room} k51=v")).assert_exit(2).assert_stderr("maximum of 50");
    assert_eq!(fake.calls_of("UpdateRoom").len() + fake.calls_of("TagResource").len(), 0);
    rooms(&fake, &format!("tag {room} k1=other")).assert_exit(0);
}

#[test]
fn a_room_is_created_without_its_handler_if_the_permission_is_not_effective_yet() {
    for calls in [1, 2] {
        let (fake, _) = with_rooms(0);
        fake.account(|account| account.permit(&review(), Permission::After(calls)));
        let create = "create --name hall --handler REVIEW --fallback deny";
        let run =
            rooms_json(&fake, create).assert_exit(0).assert_stderr("creating the room without it");
        let line = run.lines().remove(0);
        assert_eq!((&line["result"], &line["uri"]), (&json!("created"), &json!(review())), "{run}");
        assert_handler(&fake, line["room"].as_str().expect("an ARN"), "review", "DENY");
        assert_eq!(fake.calls_of("CreateRoom").len(), 2);
        let handler = &fake.calls_of("CreateRoom")[1].input["messageReviewHandler"];
        assert_eq!(handler, &Value::Null);
    }
}

#[test]
fn a_room_without_its_handler_is_reported_with_its_arn() {
    let (fake, _) = with_rooms(0);
    fake.account(|account| account.permit(&review(), Permission::Never));
    let create = "create --name hall --handler REVIEW --fallback deny --attempts 2";
    let run = rooms_json(&fake, create).assert_exit(1).assert_stderr("invalid lambda permission");
    let line = run.lines().remove(0);
    let room = line["room"].as_str().expect("an ARN");
    assert!(line["error"].as_str().expect("why").contains("invalid lambda permission"), "{run}");
    assert_handler(&fake, room, "-", "ALLOW");
    let again = format!("rooms apply --room {room} --handler {} --fallback deny", review());
    let run = run.assert_stderr(&again);
    // The suggested command works.
    fake.account(|account| account.permit(&review(), Permission::Granted));
    let again = run.stderr.split('`').find(|text| text.starts_with("ivs-review rooms ap"));
    let again = again.expect("a command").replace("ivs-review rooms ", "");
    rooms(&fake, &format!("{again} --yes")).assert_exit(0);
    assert_handler(&fake, room, "review", "DENY");
}

#[test]
fn a_fallback_of_allow_is_warned_about() {
    let (fake, _) = with_rooms(0);
    fake.account(|account| account.permit(&function("review"), Permission::Granted));
    rooms(&fake, "create --handler REVIEW")
        .assert_exit(0)
        .assert_stderr("warning: this room will deliver messages unreviewed");
    let run = rooms(&fake, "create --handler REVIEW --fallback deny").assert_exit(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn tokens_are_only_on_standard_output() {
    let (fake, arns) = with_rooms(1);
    let run = rooms(&fake, &format!("token {} --user ada", arns[0])).assert_exit(0);
    let token = run.stdout.strip_suffix('\n').expect("a line");
    assert!(token.starts_with("AQICAHToken"), "{run}");
    assert!(!run.stderr.contains(token) && !run.stderr.contains("ada"), "{run}");
    let run =
        rooms_json(&fake, &format!("token {} --user ada --minutes 1", arns[0])).assert_exit(0);
    let line = run.lines().remove(0);
    for member in ["token", "tokenExpirationTime", "sessionExpirationTime"] {
        assert!(line[member].is_string(), "{run}");
    }
    assert_eq!(run.stderr, "");
}

#[test]
fn event_prints_its_id_and_a_warning_between_the_two_documented_limits() {
    let (fake, arns) = with_rooms(1);
    let event = |bytes: usize| {
        let value = "x".repeat(bytes - 1);
        rooms(&fake, &format!("event {} poll --attribute a={value}", arns[0])).assert_exit(0)
    };
    let run = event(1_024);
    assert_eq!((run.stdout.len(), &*run.stderr), (13, ""), "{run}");
    event(1_025).assert_stderr("1 KB");
    event(4_096).assert_stderr("1 KB");
}

#[test]
fn errors_of_the_service_are_reported_with_advice() {
    let (fake, arns) = with_rooms(1);
    let logging = fake.account(|account| {
        account.max_rooms = 1;
        let logging = account.add_logging("chat", json!({"s3": {"bucketName": "chat"}}));
        account.room(&arns[0]).logging.push(logging.clone());
        logging
    });
    rooms(&fake, "create")
        .assert_exit(2)
        .assert_stderr("ServiceQuotaExceededException")
        .assert_stderr("higher quota");
    let delete = format!("logging delete {logging} --yes");
    rooms(&fake, &delete)
        .assert_exit(2)
        .assert_stderr("ConflictException")
        .assert_stderr("logging detach");
    rooms(&fake, &format!("show {}x", arns[0]))
        .assert_exit(2)
        .assert_stderr("ResourceNotFound")
        .assert_stderr("list");
    fake.inject(Fault::new(FaultKind::DENIED, "TagResource"));
    rooms(&fake, &format!("tag {} a=b", arns[0]))
        .assert_exit(2)
        .assert_stderr("in docs/provisioning.md");
    let pending =
        FaultKind::Error(403, "PendingVerification", "Your account is pending verification");
    fake.inject(Fault::new(pending, "CreateChatToken"));
    let run = rooms(&fake, &format!("token {} --user ada", arns[0])).assert_exit(2);
    let run = run.assert_stderr("PendingVerification; the message").assert_stderr("AWS Support");
    assert!(!run.stderr.contains("needs its own permission"), "{run}");
    for _ in 0..9 {
        rooms(&fake, "logging create --s3 logs").assert_exit(0);
    }
    rooms(&fake, "logging create --s3 logs")
        .assert_exit(2)
        .assert_stderr("ServiceQuotaExceededException");
}

#[test]
fn logging_list_reads_all_pages() {
    let (fake, _) = with_rooms(0);
    rooms(&fake, "logging list").assert_exit(0).assert_stderr("no logging configurations");
    fake.account(|account| {
        for (name, destination) in [
            ("a", json!({"s3": {"bucketName": "bucket"}})),
            ("b", json!({"cloudWatchLogs": {"logGroupName": "group"}})),
            ("", json!({"firehose": {"deliveryStreamName": "stream"}})),
            ("later", json!({"carrierPigeon": {"loft": "north"}})),
        ] {
            account.add_logging(name, destination);
        }
        account.page_sizes = vec![2];
    });
    let text = rooms(&fake, "logging list").assert_exit(0).stdout;
    for part in ["S3 bucket bucket", "CloudWatch Logs group group", "Firehose stream stream"] {
        assert!(text.contains(part), "{text}");
    }
    let lines = rooms_json(&fake, "logging list").assert_exit(0).lines();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[1]["destinationConfiguration"]["cloudWatchLogs"]["logGroupName"], "group");
    assert_eq!(lines[3]["destinationConfiguration"], Value::Null);
}
