//! The command with real connections.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::Message;

use super::process::Chat;

const MANIFEST: &str = r#"version = 1
[[rule]]
id = "insults"
lists = ["insults.txt"]
action = "mask"

[[rule]]
id = "advertising"
terms = ["buy followers"]
action = "deny"
reason = "No advertising, please."
"#;

/// A rule folder that masks `muppet` and denies `buy followers`.
pub(super) fn rules() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "rules.toml", MANIFEST);
    write(folder.path(), "insults.txt", "muppet+\n");
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("it can be written");
}

#[test]
fn messages_are_masked_denied_or_delivered() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &[]);
    let (mut ann, mut bob) = (chat.join("ann", &json!({})), chat.join("bob", &json!({})));
    assert_eq!(ann.say("hi muppet"), "hi ******");
    ann.send("buy followers");
    let error = ann.next();
    assert_eq!(error["ErrorCode"], 406);
    assert_eq!(error["ErrorMessage"], "No advertising, please.");
    assert_eq!(ann.say("hello"), "hello");
    assert_eq!(bob.next()["Content"], "hi ******");
    assert_eq!(bob.next()["Content"], "hello");
    ann.ping();

    let explained = chat.request(
        &format!("GET /local/explanation?id={}", error["Id"].as_str().expect("an ID")),
        "",
        "",
    );
    let explained = explained.json();
    assert_eq!(explained["rulesAreCurrent"], true);
    let review = &explained["review"];
    assert_eq!(review["outcome"], "denied");
    assert_eq!(review["decidedBy"], "rules");
    assert_eq!(review["delivered"], Value::Null);
    assert_eq!(review["rules"], json!(["advertising"]));
    assert_eq!(review["matches"][0]["line"], 9);
    assert_eq!(review["samples"]["caught"], "> caught: buy followers");
    assert_eq!(explained["explanation"]["denied_by"], json!(["advertising"]));
}

#[test]
fn saved_rules_are_used_and_broken_ones_are_not() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &[]);
    let mut ann = chat.join("ann", &json!({}));
    assert_eq!(ann.say("muppet wombat"), "****** wombat");
    write(rules.path(), "insults.txt", "muppet+\nwombat\n");
    chat.wait_for(|state| state["rules"]["generation"] == 2);
    assert_eq!(ann.say("muppet wombat"), "****** ******");

    write(rules.path(), "rules.toml", &MANIFEST.replace("mask", "maks"));
    let state = chat.wait_for(|state| state["rules"]["isCurrent"] == false);
    let problem = &state["rules"]["diagnostics"][0];
    assert_eq!((&problem["severity"], &problem["line"]), (&json!("error"), &json!(5)), "{state}");
    assert!(state["rules"]["text"].as_str().expect("a text").contains("maks"), "{state}");
    assert_eq!(ann.say("muppet wombat"), "****** ******");

    std::fs::remove_file(rules.path().join("rules.toml")).expect("it exists");
    chat.wait_for(|state| state["rules"]["text"].as_str().is_some_and(|it| !it.contains("maks")));
    assert_eq!(ann.say("muppet wombat"), "****** ******");

    write(rules.path(), "rules.toml", "version = 1\n");
    let state = chat.wait_for(|state| state["rules"]["text"].to_string().contains("no rules"));
    assert_eq!(state["rules"]["errors"], 1);

    write(rules.path(), "rules.toml", MANIFEST);
    write(rules.path(), "insults.txt", "wombat\n");
    chat.wait_for(|state| state["rules"]["isCurrent"] == true);
    assert_eq!(ann.say("muppet wombat"), "muppet ******");
}

#[test]
fn a_review_is_explained_by_its_rules_while_they_are_kept() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &[]);
    let mut ann = chat.join("ann", &json!({}));
    ann.send("muppet");
    let message = ann.next()["Id"].as_str().expect("an ID").to_owned();
    let explained = || {
        let explained =
            chat.request(&format!("GET /local/explanation?id={message}"), "", "").json();
        let matches = explained["explanation"]["texts"][0]["matches"].as_array().map(Vec::len);
        (explained["rulesAreCurrent"].clone(), explained["explainedBy"].clone(), matches)
    };
    assert_eq!(explained(), (json!(true), json!("then"), Some(1)));
    for generation in 2..=5 {
        write(rules.path(), "insults.txt", &"wombat\n".repeat(generation));
        chat.wait_for(|state| state["rules"]["generation"] == generation);
        // Rules are given up after a message.
        ann.say("hello");
        let by = if generation < 5 { ("then", Some(1)) } else { ("now", Some(0)) };
        assert_eq!(explained(), (json!(false), json!(by.0), by.1), "{generation}");
    }
}

#[test]
fn what_if_sends_nothing() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &[]);
    let mut ann = chat.join("ann", &json!({}));
    let answer = chat.local("what-if", &json!({"content": "a muppet", "attributes": {"a": "b"}}));
    let answer = answer.json();
    assert_eq!(answer["id"], Value::Null);
    assert_eq!(answer["outcome"], "changed");
    assert_eq!(answer["delivered"], json!({"content": "a ******", "attributes": {"a": "b"}}));
    assert_eq!(answer["matches"][0]["text"], "muppet");
    assert_eq!(answer["explanation"]["verdict"], "rewrite");
    let denied = chat.local("what-if", &json!({"content": "buy followers"})).json();
    assert_eq!(denied["outcome"], "denied");
    assert_eq!(denied["reason"], "No advertising, please.");
    assert_eq!(chat.local("what-if", &json!({"content": 1})).status, 400);
    assert_eq!(chat.local("what-if", &json!({"content": "x".repeat(501)})).status, 400);
    assert_eq!(ann.say("next"), "next");
}

#[test]
fn faults_show_what_the_fallback_does() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &["--fallback", "deny"]);
    let mut ann = chat.join("ann", &json!({}));
    for (kind, failure) in [
        ("slow", "no answer in 200 ms"),
        ("error", "the function failed"),
        ("invalid", "invalid reply: ReviewResult must be ALLOW or DENY"),
        ("down", "cannot be reached: switched off on the page"),
    ] {
        let state = chat.local("fault", &json!({"kind": kind})).json();
        assert_eq!(state["fault"]["kind"], kind);
        ann.send("hello");
        let error = ann.next();
        assert_eq!(error["ErrorCode"], 406, "{kind}");
        let id = error["Id"].as_str().expect("an ID");
        let explained = chat.request(&format!("GET /local/explanation?id={id}"), "", "").json();
        assert_eq!(explained["review"]["failure"], failure);
        assert_eq!(explained["review"]["decidedBy"], "fallback");
    }
    let state = chat.local("room", &json!({"fallbackResult": "ALLOW"})).json();
    assert_eq!(state["rooms"][0]["fallbackResult"], "ALLOW");
    assert_eq!(ann.say("hi muppet"), "hi muppet");
    // Slower, but within the limit.
    chat.local("fault", &json!({"kind": "slow", "milliseconds": 50}));
    assert_eq!(ann.say("hi muppet"), "hi ******");
    chat.local("fault", &json!({"kind": "none"}));
    assert_eq!(ann.say("hi muppet"), "hi ******");
    chat.local("room", &json!({"hasHandler": false}));
    assert_eq!(ann.say("hi muppet"), "hi muppet");
    assert_eq!(chat.local("fault", &json!({"kind": "fire"})).status, 400);
}

#[test]
fn the_page_gets_events() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &[]);
    let mut stream = chat.connect_tcp();
    write!(stream, "GET /local/events HTTP/1.1\r\nhost: {}\r\n\r\n", chat.address)
        .expect("it reads");
    let mut lines = BufReader::new(stream).lines().map(|line| line.expect("UTF-8"));
    let mut event = |name: &str| {
        let wanted = format!("event: {name}");
        lines.find(|line| *line == wanted).expect("an event");
        let data = lines.next().expect("its data");
        serde_json::from_str::<Value>(data.strip_prefix("data: ").expect("data")).expect("JSON")
    };
    assert_eq!(event("state")["lobby"], *chat.lobby);
    let mut ann = chat.join("ann", &json!({"attributes": {"role": "vip"}}));
    while event("state")["rooms"][0]["connections"] != 1 {}
    ann.send("hi\nmuppet");
    let review = event("review");
    assert_eq!(review["userId"], "ann");
    assert_eq!(review["senderAttributes"], json!({"role": "vip"}));
    assert_eq!(review["content"], "hi\nmuppet");
    assert_eq!(review["delivered"]["content"], "hi\n******");
    assert_eq!(review["samples"], Value::Null);
    assert_eq!(review["requestId"], "r");
}

#[test]
fn tokens_are_used_once() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &[]);
    let token = chat.token("ann", &json!({}));
    let mut ann = chat.join_with(&token).expect("a connection");
    assert_eq!(chat.join_with(&token).err(), Some(403));
    assert_eq!(chat.join_with("unknown").err(), Some(403));
    assert_eq!(chat.join_with("a, b").err(), Some(403));
    assert_eq!(ann.say("x"), "x");
}

#[test]
fn requests_of_other_sites_are_refused() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &["--allow-host", "chat.test"]);
    let own = format!("origin: http://{}\r\n", chat.address);
    let json = "content-type: application/json\r\n";
    for (line, headers, expected) in [
        ("GET /", "", 200),
        ("GET /", "host: localhost:1\r\n", 200),
        ("GET /", "host: chat.test\r\n", 200),
        ("GET /", "host: evil.example\r\n", 403),
        ("GET /", "host: localhost:1; script-src *\r\n", 403),
        ("GET /local/state", "", 200),
        ("GET /local/state", "host: evil.example\r\n", 403),
        ("GET /local/state", "sec-fetch-site: cross-site\r\n", 403),
        ("GET /local/state", "sec-fetch-site: same-origin\r\n", 200),
        ("GET /local/events", "origin: http://evil.example\r\n", 403),
        ("POST /local/connect", "origin: http://evil.example\r\n", 403),
        ("POST /local/connect", "origin: http://localhost:3000\r\n", 403),
        ("POST /local/connect", &own, 415),
        ("POST /local/connect", json, 400),
        ("POST /GetRoom", "origin: http://evil.example\r\n", 403),
        ("GET /page/none.js", "", 404),
        ("GET /local/none", "", 404),
    ] {
        assert_eq!(chat.request(line, headers, "").status, expected, "{line} {headers}");
    }
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                   sec-websocket-key: zC9w/6rLGff2GJ5L+u7jrw==\r\n";
    let token = chat.token("ann", &json!({}));
    for (origin, expected) in [("http://evil.example", 403), ("null", 403)] {
        let headers = format!("{upgrade}sec-websocket-protocol: {token}\r\norigin: {origin}\r\n");
        assert_eq!(chat.request("GET /", &headers, "").status, expected, "{origin}");
    }
    // It was not used.
    chat.join_with(&token).expect("a connection");
    let page = chat.request("GET /", "", "");
    assert!(page.head.contains("content-security-policy: default-src 'none'; "), "{}", page.head);
}

#[test]
fn requests_are_bounded() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &[]);
    let large = json!({"content": "x".repeat(70_000)});
    assert_eq!(chat.local("what-if", &large).status, 413);
    assert_eq!(chat.control("us-west-2", "CreateRoom", &large).status, 413);
    let mut ann = chat.join("ann", &json!({}));
    ann.send_frame(Message::Binary(b"x".to_vec().into()));
    assert_eq!(ann.next()["ErrorCode"], 400);
    ann.send(&"x".repeat(501));
    assert_eq!(ann.next()["ErrorCode"], 400);
    ann.send(&"x".repeat(70_000));
    assert_eq!(ann.next()["ErrorCode"], 413);
    assert_eq!(ann.closed(), Some(1009));
}

#[test]
fn the_control_plane_has_accounts_and_regions() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &[]);
    let lobby = json!({"identifier": chat.lobby});
    let room = chat.control("us-west-2", "GetRoom", &lobby);
    assert_eq!(room.status, 200, "{}", room.body);
    assert_eq!(room.json()["messageReviewHandler"]["fallbackResult"], "ALLOW");
    let missing = chat.control("eu-west-1", "GetRoom", &lobby);
    assert_eq!(missing.status, 404);
    assert!(missing.head.contains("x-amzn-errortype: ResourceNotFoundException"));
    let created = chat.control("eu-west-1", "CreateRoom", &json!({"name": "hall"})).json();
    let arn = created["arn"].as_str().expect("an ARN");
    assert!(arn.starts_with("arn:aws:ivschat:eu-west-1:123456789012:room/"), "{arn}");
    // A room without a handler is not reviewed.
    let mut ann = chat.join("ann", &json!({"room": arn}));
    assert_eq!(ann.say("hi muppet"), "hi muppet");
    let event = json!({"roomIdentifier": arn, "eventName": "poll"});
    let sent = chat.control("eu-west-1", "SendEvent", &event).json();
    assert_eq!(ann.next()["Id"], sent["id"]);
    let kick = json!({"roomIdentifier": arn, "userId": "ann"});
    assert_eq!(chat.control("eu-west-1", "DisconnectUser", &kick).json(), json!({}));
    assert_eq!(ann.next()["EventName"], "aws:DISCONNECT_USER");
    assert_eq!(ann.closed(), Some(1000));
    let deleted = chat.control("eu-west-1", "DeleteRoom", &json!({"identifier": arn}));
    assert_eq!((deleted.status, &*deleted.body), (204, ""));

    let json = "content-type: application/json\r\n";
    let scope = "AWS4-HMAC-SHA256 Credential=local/20261130/us-west-2/ivschat/aws4_request";
    for (kind, expected) in [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("text/plain", 400),
        ("application/jsonp", 400),
    ] {
        let headers = format!("content-type: {kind}\r\nauthorization: {scope}, Signature=0\r\n");
        assert_eq!(chat.request("POST /ListRooms", &headers, "{}").status, expected, "{kind}");
    }
    let unsigned = chat.request("POST /ListRooms", json, "{}");
    assert_eq!(unsigned.status, 403);
    assert!(unsigned.head.contains("MissingAuthenticationTokenException"));
    assert_eq!(chat.request("POST /Unknown", json, "{}").status, 400);
}

#[test]
fn only_what_is_created_makes_an_account() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &[]);
    let lobby = json!({"identifier": chat.lobby});
    for number in 0..20 {
        let region = format!("eu-west-{number}");
        assert_eq!(chat.control(&region, "GetRoom", &lobby).status, 404, "{region}");
        let listed = chat.control(&region, "ListRooms", &json!({}));
        assert_eq!(listed.json(), json!({"rooms": []}), "{region}");
    }
    let arn = "arn:aws:ivschat:eu-west-21:123456789012:room/AbCdEf123456";
    let token = json!({"room": arn, "userId": "ann"});
    assert_eq!(chat.local("connect", &token).status, 404);
    assert_eq!(chat.control("eu-west-22", "CreateRoom", &json!({})).status, 200);
}

#[test]
fn the_page_has_the_lobby_and_the_rooms_that_changed_last() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &["--no-limits"]);
    for number in 0..210 {
        let name = json!({"name": format!("room-{number}")});
        assert_eq!(chat.control("us-west-2", "CreateRoom", &name).status, 200);
    }
    let state = chat.state();
    let rooms = state["rooms"].as_array().expect("a list");
    assert_eq!(rooms.len(), 200);
    assert_eq!(rooms[0]["arn"], *chat.lobby);
    assert_eq!(rooms[1]["name"], "room-209");
    let lobby = json!({"identifier": chat.lobby});
    assert_eq!(chat.control("us-west-2", "DeleteRoom", &lobby).status, 204);
    assert_eq!(chat.state()["rooms"][0]["name"], "room-209");
    assert_eq!(chat.local("connect", &json!({"userId": "ann"})).status, 404);
}

#[test]
fn the_log_is_a_recording() {
    let (rules, log) = (rules(), TempDir::new().expect("a folder"));
    let folder = log.path().join("chat");
    let chat = Chat::start(rules.path(), &["--log", folder.to_str().expect("UTF-8")]);
    let mut ann = chat.join("ann", &json!({}));
    assert_eq!(ann.say("hi muppet"), "hi ******");
    ann.send("buy followers");
    ann.next();
    assert_eq!(ann.say("hello"), "hello");
    drop(chat);
    let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(["review", "--stats", "--rules"])
        .arg(rules.path())
        .arg("--events")
        .arg(&folder)
        .output()
        .expect("the binary under test");
    let replies = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success());
    assert_eq!(replies.lines().count(), 2, "{replies}");
    assert!(replies.contains("hi ******"), "{replies}");
}

/// Serves invocations, one after another, each with the next of these responses.
fn function(responses: Vec<(Duration, &'static str)>) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let thread = thread::spawn(move || {
        let mut requests = Vec::new();
        for (delay, response) in responses {
            let (mut stream, _) = listener.accept().expect("an invocation");
            let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a header");
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a length");
                }
                if line == "\r\n" {
                    break;
                }
                head += &line;
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("the event");
            requests.push(head + &String::from_utf8(body).expect("UTF-8"));
            thread::sleep(delay);
            let _ = stream.write_all(response.as_bytes());
        }
        requests
    });
    (format!("http://{address}"), thread)
}

#[test]
fn a_function_reviews_instead_of_the_rules() {
    const ALLOW: &str = "HTTP/1.1 200 OK\r\ncontent-length: 39\r\n\r\n{\"ReviewResult\":\"ALLOW\",\"Content\":\"ok\"}";
    const FAILED: &str =
        "HTTP/1.1 200 OK\r\nx-amz-function-error: Unhandled\r\ncontent-length: 2\r\n\r\n{}";
    const BUSY: &str = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";
    let fast = Duration::ZERO;
    let (url, served) = function(vec![
        (fast, ALLOW),
        (fast, FAILED),
        (fast, BUSY),
        (Duration::from_millis(400), ALLOW),
        (fast, ALLOW),
    ]);
    let rules = rules();
    let chat = Chat::start(rules.path(), &["--invoke", &url, "--function", "review"]);
    let mut ann = chat.join("ann", &json!({"attributes": {"role": "vip"}}));
    // The fallback allows what the function does not review.
    for expected in ["ok", "muppet", "muppet", "muppet", "ok"] {
        assert_eq!(ann.say("muppet"), expected);
    }
    let requests = served.join().expect("no panic");
    let path = "POST /2015-03-31/functions/review/invocations HTTP/1.1";
    assert!(requests[0].starts_with(path), "{}", requests[0]);
    let event: Value =
        serde_json::from_str(&requests[0][requests[0].find('{').expect("JSON")..]).expect("JSON");
    assert_eq!(event["Content"], "muppet");
    assert_eq!(event["RoomArn"], *chat.lobby);
    assert_eq!(
        event["Sender"],
        json!({"UserId": "ann", "Ip": "127.0.0.1", "Attributes": {"role": "vip"}})
    );
    // It is gone now.
    assert_eq!(ann.say("muppet"), "muppet");
    let state = chat.state();
    assert_eq!(state["reviewedBy"], "invoke");
}

#[test]
fn a_function_that_hangs_does_not_collect_messages() {
    // Connections are accepted by the system.
    let function = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", function.local_addr().expect("it is bound"));
    let rules = rules();
    let chat = Chat::start(rules.path(), &["--invoke", &url, "--no-limits"]);
    let mut ann = chat.join("ann", &json!({}));
    for number in 0..1_003 {
        ann.send(&number.to_string());
    }
    // One is under review, and as many as possible wait.
    let mut first: Vec<_> = (0..4).map(|_| ann.next()["Content"].clone()).collect();
    first.sort_by_key(Value::to_string);
    assert_eq!(first, ["0", "1000", "1001", "1002"]);
}

#[cfg(unix)]
#[test]
fn signals_end_it_with_closing_handshakes() {
    for signal in ["INT", "TERM"] {
        let rules = rules();
        let chat = Chat::start(rules.path(), &[]);
        let ann = chat.join("ann", &json!({}));
        let closed = thread::spawn(|| ann.closed());
        assert_eq!(chat.end(signal), Some(0), "{signal}");
        assert_eq!(closed.join().expect("no panic"), Some(1000), "{signal}");
    }
}

#[test]
fn a_client_that_does_not_read_is_disconnected() {
    let rules = rules();
    let chat = Chat::start(rules.path(), &["--no-limits"]);
    let _slow = chat.join("slow", &json!({}));
    let mut ann = chat.join("ann", &json!({}));
    chat.local("room", &json!({"hasHandler": false}));
    // More than the buffers of two sockets, and the frames that may wait.
    let text = "x".repeat(500);
    let frame = json!({"Action": "SEND_MESSAGE", "Content": text, "Attributes": {"a": text}});
    for _ in 0..60 {
        (0..200).for_each(|_| ann.send_frame(Message::text(frame.to_string())));
        (0..200).for_each(|_| assert_eq!(ann.next()["Content"], text));
    }
    chat.wait_for(|state| state["rooms"][0]["connections"] == 1);
}
