//! boto3 as a second client of the fake: both clients see the same state, and each answer of the fake conforms to the
//! service models of AWS.
//!
//! Needs a Python with boto3, so that only `.ci/run` runs it:
//!
//! ```sh
//! IVS_REVIEW_PYTHON=target/ci/venv/bin/python cargo test --all-features --test integration boto3 -- --ignored
//! ```

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::chat::process::Chat;

use super::command::{review, rooms, rooms_json, with_rooms};
use super::fake::{
    ACCESS_KEY_ID, FakeService, REGION, SECRET_ACCESS_KEY, ViolationKind, describe, operation_names,
};

/// The operations on channels and streams.
const VIDEO_OPERATIONS: [&str; 5] =
    ["BatchGetChannel", "GetChannel", "GetStream", "ListChannels", "ListStreams"];

/// A Python process that calls operations with boto3.
struct Boto3 {
    process: Child,
    requests: ChildStdin,
    results: BufReader<ChildStdout>,
}

impl Boto3 {
    fn start(endpoint: &str) -> Boto3 {
        Boto3::start_in(endpoint, REGION)
    }

    fn start_in(endpoint: &str, region: &str) -> Boto3 {
        let python = env::var("IVS_REVIEW_PYTHON").expect("the path of a Python with boto3");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/boto3/client.py");
        let mut process = Command::new(python)
            .args([script, endpoint])
            .env("AWS_DEFAULT_REGION", region)
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
            .env_remove("AWS_SESSION_TOKEN")
            .env_remove("AWS_PROFILE")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a Python with boto3");
        let requests = process.stdin.take().expect("it is piped");
        let results = BufReader::new(process.stdout.take().expect("it is piped"));
        Boto3 { process, requests, results }
    }

    /// Sends a request to the process, and returns its result.
    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.requests, "{request}").expect("the process reads requests");
        let mut line = String::new();
        self.results.read_line(&mut line).expect("the process writes results");
        serde_json::from_str(&line).expect("a result")
    }

    /// Returns the answer, or the error.
    #[track_caller]
    fn result(&mut self, service: &str, operation: &str, parameters: Value) -> Value {
        let request = json!({"service": service, "operation": operation, "parameters": parameters});
        let result = self.ask(&request);
        assert_eq!(result["problems"], json!([]), "{request}: {result}");
        result
    }

    /// Calls an operation of IVS Chat.
    #[track_caller]
    fn chat(&mut self, operation: &str, parameters: Value) -> Value {
        let mut result = self.result("ivschat", operation, parameters);
        assert_eq!(result["error"], Value::Null, "{operation}");
        result["answer"].take()
    }

    /// Calls an operation of Amazon IVS.
    #[track_caller]
    fn video(&mut self, operation: &str, parameters: Value) -> Value {
        let mut result = self.result("ivs", operation, parameters);
        assert_eq!(result["error"], Value::Null, "{operation}");
        result["answer"].take()
    }

    /// Calls an operation that must be refused, and returns code and status.
    #[track_caller]
    fn refused(&mut self, service: &str, operation: &str, parameters: Value) -> (String, u64) {
        let result = self.result(service, operation, parameters);
        let error = &result["error"];
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{result}");
        let code = error["code"].as_str().unwrap_or_default().to_owned();
        (code, error["status"].as_u64().unwrap_or_default())
    }
}

impl Drop for Boto3 {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Asserts that a command shows a room as boto3 sees it.
#[track_caller]
fn assert_same_room(seen: &Value, shown: &Value) {
    assert_eq!(seen["arn"], shown["room"]);
    for member in [
        "name",
        "tags",
        "maximumMessageRatePerSecond",
        "maximumMessageLength",
        "loggingConfigurationIdentifiers",
        "createTime",
        "updateTime",
    ] {
        assert_eq!(seen[member], shown[member], "{member}: {seen}\n{shown}");
    }
    let handler = &seen["messageReviewHandler"];
    assert_eq!(handler["uri"].as_str().unwrap_or_default(), shown["uri"], "{seen}");
    if shown["uri"] != "" {
        assert_eq!(handler["fallbackResult"], shown["fallbackResult"], "{seen}");
    }
}

/// Asserts that a command shows a logging configuration as boto3 sees it.
#[track_caller]
fn assert_same_logging(seen: &Value, shown: &Value) {
    assert_eq!(seen["arn"], shown["loggingConfiguration"]);
    for member in ["name", "destinationConfiguration", "state", "tags", "createTime", "updateTime"]
    {
        assert_eq!(seen[member], shown[member], "{member}: {seen}\n{shown}");
    }
}

#[track_caller]
fn shown(fake: &FakeService, arguments: &str) -> Value {
    rooms_json(fake, arguments).assert_exit(0).lines().remove(0)
}

/// The fake refuses what the models of AWS refuse, and nothing else: it has the same parameters with the same bounds.
#[test]
#[ignore = "needs boto3; .ci/run installs it"]
fn the_contract_of_the_fake_is_that_of_the_service_models() {
    let (fake, _) = with_rooms(0);
    let mut boto3 = Boto3::start(fake.endpoint());
    let mut found = Vec::new();
    for (service, operation, contract) in describe() {
        let request = json!({"service": service, "operation": operation, "contract": contract});
        let problems = boto3.ask(&request)["problems"].take();
        found.extend(problems.as_array().expect("a list").clone());
    }
    assert_eq!(found, [""; 0]);
}

/// Both clients create, change and delete, and each then sees what the other did.
#[test]
#[ignore = "needs boto3; .ci/run installs it"]
fn boto3_and_the_commands_see_the_same_state() {
    let (fake, _) = with_rooms(0);
    let mut boto3 = Boto3::start(fake.endpoint());

    // Logging configurations.
    let logs = boto3.chat(
        "create_logging_configuration",
        json!({"name": "chat", "tags": {"team": "safety"},
            "destinationConfiguration": {"cloudWatchLogs": {"logGroupName": "/ivs/chat"}}}),
    );
    let logging = logs["arn"].as_str().expect("an ARN").to_owned();
    assert_same_logging(&logs, &shown(&fake, &format!("logging show {logging}")));
    rooms(&fake, &format!("logging update {logging} --firehose chat-stream")).assert_exit(0);
    let read = boto3.chat("get_logging_configuration", json!({"identifier": logging}));
    assert_eq!(read["destinationConfiguration"]["firehose"]["deliveryStreamName"], "chat-stream");
    let changed = boto3.chat(
        "update_logging_configuration",
        json!({"identifier": logging, "name": "chat-2",
            "destinationConfiguration": {"s3": {"bucketName": "chat-archive"}}}),
    );
    assert_same_logging(&changed, &shown(&fake, &format!("logging show {logging}")));
    let more = shown(&fake, "logging create --name more --cloudwatch /ivs/more");
    let listed = boto3.chat("list_logging_configurations", json!({}));
    assert_eq!(listed["loggingConfigurations"].as_array().map(Vec::len), Some(2));
    assert_same_logging(&listed["loggingConfigurations"][1], &more);

    // Rooms.
    let created = boto3.chat(
        "create_room",
        json!({
            "name": "main",
            "maximumMessageRatePerSecond": 100,
            "maximumMessageLength": 1,
            "tags": {"stage": "prod", "empty": ""},
            "loggingConfigurationIdentifiers": [logging],
            "messageReviewHandler": {"uri": review(), "fallbackResult": "DENY"},
        }),
    );
    let main = created["arn"].as_str().expect("an ARN").to_owned();
    assert_same_room(&created, &shown(&fake, &format!("show {main}")));
    let created = shown(&fake, "create --name kids --message-rate 7 --tag a=b=c");
    let kids = created["room"].as_str().expect("an ARN").to_owned();
    let read = boto3.chat("get_room", json!({"identifier": kids}));
    assert_same_room(&read, &created);
    let changed = boto3.chat(
        "update_room",
        json!({"identifier": kids, "name": "kids-2", "maximumMessageLength": 250}),
    );
    assert_same_room(&changed, &shown(&fake, &format!("show {kids}")));
    rooms(&fake, "apply --all --handler REVIEW --fallback allow --yes").assert_exit(0);
    for arn in [&main, &kids] {
        let read = boto3.chat("get_room", json!({"identifier": arn}));
        assert_same_room(&read, &shown(&fake, &format!("show {arn}")));
        assert_eq!(
            read["messageReviewHandler"],
            json!({"uri": review(), "fallbackResult": "ALLOW"})
        );
    }
    let detached = boto3.chat(
        "update_room",
        json!({"identifier": kids, "messageReviewHandler": {"uri": "", "fallbackResult": "ALLOW"}}),
    );
    assert_same_room(&detached, &shown(&fake, &format!("show {kids}")));

    // Lists, with all filters and pages of one.
    for (filter, selection, count) in [
        (json!({}), "", 2),
        (json!({"name": "main"}), "--name main", 1),
        (json!({"messageReviewHandlerUri": review()}), "--attached-to REVIEW", 1),
        (json!({"loggingConfigurationIdentifier": logging}), &format!("--logging {logging}"), 1),
    ] {
        let mut arns = BTreeSet::new();
        let mut parameters = filter.clone();
        parameters["maxResults"] = json!(1);
        loop {
            let page = boto3.chat("list_rooms", parameters.clone());
            for room in page["rooms"].as_array().expect("rooms") {
                arns.insert(room["arn"].as_str().expect("an ARN").to_owned());
            }
            match page["nextToken"].as_str() {
                Some(token) => parameters["nextToken"] = json!(token),
                None => break,
            }
        }
        let lines = rooms_json(&fake, &format!("list {selection}")).assert_exit(0).lines();
        let listed = lines.iter().filter_map(|line| line["room"].as_str().map(str::to_owned));
        assert_eq!(arns, listed.collect(), "{filter}");
        assert_eq!(arns.len(), count, "{filter}");
    }

    // Tags of both kinds of resources.
    for arn in [&main, &logging] {
        boto3
            .chat("tag_resource", json!({"resourceArn": arn, "tags": {"k k": "ü=/:", "gone": ""}}));
        rooms(&fake, &format!("untag {arn} gone")).assert_exit(0);
        rooms(&fake, &format!("tag {arn} more=1")).assert_exit(0);
        boto3.chat("untag_resource", json!({"resourceArn": arn, "tagKeys": ["more", "never"]}));
        let tags = boto3.chat("list_tags_for_resource", json!({"resourceArn": arn}));
        assert_eq!(tags["tags"], shown(&fake, &format!("tags {arn}"))["tags"]);
        assert_eq!(tags["tags"]["k k"], "ü=/:");
        assert!(tags["tags"].get("gone").or(tags["tags"].get("more")).is_none(), "{tags}");
    }

    // Users.
    let token = boto3.chat(
        "create_chat_token",
        json!({"roomIdentifier": main, "userId": "ada", "sessionDurationInMinutes": 180,
            "capabilities": ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"],
            "attributes": {"role": "moderator"}}),
    );
    assert!(token["token"].as_str().is_some_and(|token| !token.is_empty()), "{token}");
    for (operation, parameters) in [
        ("send_event", json!({"eventName": "poll", "attributes": {"poll": "7"}})),
        ("delete_message", json!({"id": "AbCdEf123456", "reason": "Insults"})),
    ] {
        let mut parameters = parameters;
        parameters["roomIdentifier"] = json!(main);
        let answer = boto3.chat(operation, parameters);
        assert_eq!(answer["id"].as_str().map(str::len), Some(12), "{operation}");
    }
    let disconnected =
        boto3.chat("disconnect_user", json!({"roomIdentifier": main, "userId": "ada"}));
    assert_eq!(disconnected, json!({}));

    // Refusals.
    let unknown = format!("{main}9");
    for (operation, parameters, code, status) in [
        ("get_room", json!({"identifier": unknown}), "ResourceNotFoundException", 404),
        ("get_room", json!({"identifier": "main"}), "ValidationException", 400),
        ("delete_logging_configuration", json!({"identifier": logging}), "ConflictException", 409),
        ("create_room", json!({"name": "a b"}), "ValidationException", 400),
        (
            "create_room",
            json!({"messageReviewHandler": {"uri": super::fake::function("unknown")}}),
            "ValidationException",
            400,
        ),
        ("list_rooms", json!({"nextToken": "unknown"}), "ValidationException", 400),
        (
            "tag_resource",
            json!({"resourceArn": unknown, "tags": {}}),
            "ResourceNotFoundException",
            404,
        ),
    ] {
        let refused = boto3.refused("ivschat", operation, parameters.clone());
        assert_eq!(refused, (code.to_owned(), status), "{operation} {parameters}");
    }
    fake.account(|account| account.max_rooms = 2);
    let full = boto3.refused("ivschat", "create_room", json!({}));
    assert_eq!(full, ("ServiceQuotaExceededException".to_owned(), 402));

    channels(&fake, &mut boto3, &main);

    for arn in [&main, &kids] {
        assert_eq!(boto3.chat("delete_room", json!({"identifier": arn})), json!({}));
        rooms(&fake, &format!("show {arn}")).assert_exit(2).assert_stderr("not found");
    }
    let more = more["loggingConfiguration"].as_str().expect("an ARN").to_owned();
    for arn in [&logging, &more] {
        boto3.chat("delete_logging_configuration", json!({"identifier": arn}));
    }
    assert_eq!(rooms(&fake, "list").stdout + &rooms(&fake, "logging list").stdout, "");

    let called: BTreeSet<String> = fake.calls().into_iter().map(|call| call.operation).collect();
    let all = operation_names().into_iter().chain(VIDEO_OPERATIONS);
    assert_eq!(called, all.map(str::to_owned).collect());
    // Requests that were refused above are the only ones that violate the contract.
    let violations = fake.violations().into_iter();
    let contract = violations.filter(|violation| violation.kind != ViolationKind::Guarantee);
    assert_eq!(contract.count(), 3);
}

/// The command `chat` has the same control plane, whose effects reach its clients.
#[test]
#[ignore = "needs boto3; .ci/run installs it"]
fn boto3_uses_the_local_chat() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rules");
    let chat = Chat::start(&rules, &[]);
    let mut boto3 = Boto3::start_in(&format!("http://{}", chat.address), "us-west-2");
    let lobby = chat.lobby.clone();
    let read = boto3.chat("get_room", json!({"identifier": lobby}));
    assert_eq!(read["name"], "lobby");
    let logs = boto3.chat(
        "create_logging_configuration",
        json!({"name": "chat", "destinationConfiguration": {"s3": {"bucketName": "chat-archive"}}}),
    );
    let logging = logs["arn"].as_str().expect("an ARN").to_owned();
    boto3.chat("get_logging_configuration", json!({"identifier": logging}));
    boto3.chat("update_logging_configuration", json!({"identifier": logging, "name": "logs"}));
    let listed = boto3.chat("list_logging_configurations", json!({}));
    assert_eq!(listed["loggingConfigurations"][0]["name"], "logs");
    let room = boto3.chat("create_room", json!({"name": "hall"}));
    let hall = room["arn"].as_str().expect("an ARN").to_owned();
    boto3.chat(
        "update_room",
        json!({"identifier": hall, "loggingConfigurationIdentifiers": [logging]}),
    );
    let filter = json!({"loggingConfigurationIdentifier": logging});
    assert_eq!(boto3.chat("list_rooms", filter)["rooms"][0]["arn"], *hall);
    boto3.chat("tag_resource", json!({"resourceArn": hall, "tags": {"k k": "ü=/:"}}));
    let tags = boto3.chat("list_tags_for_resource", json!({"resourceArn": hall}));
    assert_eq!(tags["tags"], json!({"k k": "ü=/:"}));
    boto3.chat("untag_resource", json!({"resourceArn": hall, "tagKeys": ["k k"]}));

    let token = boto3.chat(
        "create_chat_token",
        json!({"roomIdentifier": lobby, "userId": "ann", "capabilities": ["SEND_MESSAGE"]}),
    );
    let mut ann = chat.join_with(token["token"].as_str().expect("a token")).expect("a connection");
    assert_eq!(ann.say("hello"), "hello");
    let sent = boto3.chat("send_event", json!({"roomIdentifier": lobby, "eventName": "poll"}));
    assert_eq!(ann.next()["Id"], sent["id"]);
    let id = json!({"roomIdentifier": lobby, "id": "AbCdEf123456", "reason": "Spam"});
    let deleted = boto3.chat("delete_message", id);
    assert_eq!(ann.next()["Id"], deleted["id"]);
    boto3.chat("disconnect_user", json!({"roomIdentifier": lobby, "userId": "ann"}));
    assert_eq!(ann.next()["EventName"], "aws:DISCONNECT_USER");
    assert_eq!(ann.closed(), Some(1000));

    let used =
        boto3.refused("ivschat", "delete_logging_configuration", json!({"identifier": logging}));
    assert_eq!(used, ("ConflictException".to_owned(), 409));
    boto3.chat("delete_room", json!({"identifier": hall}));
    boto3.chat("delete_logging_configuration", json!({"identifier": logging}));
    let missing = boto3.refused("ivschat", "get_room", json!({"identifier": hall}));
    assert_eq!(missing, ("ResourceNotFoundException".to_owned(), 404));
}

fn channels(fake: &FakeService, boto3: &mut Boto3, room: &str) {
    let (live, offline) = fake.account(|account| {
        account.page_sizes = vec![1];
        (account.add_live_channel("main", 1_250), account.add_channel("late"))
    });
    let shown_channels = rooms_json(fake, "list --channels").assert_exit(0).lines();
    assert_eq!(shown_channels.len(), 2);

    for (operation, member) in [("list_channels", "channels"), ("list_streams", "streams")] {
        let mut all = Vec::new();
        let mut parameters = json!({});
        loop {
            let page = boto3.video(operation, parameters.clone());
            all.extend(page[member].as_array().expect("a list").clone());
            match page["nextToken"].as_str() {
                Some(token) => parameters["nextToken"] = json!(token),
                None => break,
            }
        }
        for line in &shown_channels {
            let id = if operation == "list_channels" { "arn" } else { "channelArn" };
            let found = all.iter().find(|it| it[id] == line["channel"]);
            if operation == "list_channels" {
                assert_eq!(found.map(|it| &it["name"]), Some(&line["name"]));
                continue;
            }
            assert_eq!(found.is_some(), line["state"] == "live", "{line}");
            let Some(stream) = found else { continue };
            for member in ["state", "health", "viewerCount", "startTime"] {
                assert_eq!(stream[member], line["stream"][member], "{member}");
            }
        }
    }
    let channel = boto3.video("get_channel", json!({"arn": live}));
    assert_eq!(channel["channel"]["name"], "main");
    let unknown = format!("{live}9");
    let batch = boto3.video("batch_get_channel", json!({"arns": [live, offline, unknown]}));
    assert_eq!(batch["channels"].as_array().map(Vec::len), Some(2));
    assert_eq!(batch["errors"][0]["arn"], unknown);
    let stream = boto3.video("get_stream", json!({"channelArn": live}));
    assert_eq!(stream["stream"]["viewerCount"], 1_250);
    for (channel, code) in
        [(&offline, "ChannelNotBroadcasting"), (&unknown, "ResourceNotFoundException")]
    {
        let refused = boto3.refused("ivs", "get_stream", json!({"channelArn": channel}));
        assert_eq!(refused, (code.to_owned(), 404));
    }
    // The tag is the link.
    rooms(fake, &format!("link {room} {live}")).assert_exit(0);
    let tags = boto3.chat("list_tags_for_resource", json!({"resourceArn": room}));
    assert_eq!(tags["tags"]["channel"], live);
    fake.account(|account| account.page_sizes.clear());
}
