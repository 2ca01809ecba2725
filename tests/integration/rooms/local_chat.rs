//! The commands with `ivs-review chat` instead of the fake: no faults, but clients that see what happens.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::fake::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::chat::process::Chat;

/// Runs `ivs-review rooms` and returns the lines of its JSON output.
#[track_caller]
fn rooms(chat: &Chat, arguments: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .env_clear()
        .env("AWS_ENDPOINT_URL_IVSCHAT", format!("http://{}", chat.address))
        .env("AWS_REGION", "us-west-2")
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .arg("rooms")
        .args(arguments.split_whitespace())
        .args(["--format", "json"])
        .output()
        .expect("the binary under test");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments}: {errors}");
    // The default rate is the quota of the service, which the chat enforces.
    assert!(!errors.contains("Throttling"), "{errors}");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn the_commands_work_with_the_local_chat() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rules");
    let chat = Chat::start(&rules, &[]);
    let listed = rooms(&chat, "list");
    assert_eq!(listed.iter().filter(|line| line["room"] == *chat.lobby).count(), 1, "{listed:?}");
    let created = rooms(&chat, "create --name hall --tag stage=test");
    let hall = created[0]["room"].as_str().expect("an ARN").to_owned();
    let handler = "arn:aws:lambda:us-west-2:123456789012:function:ivs-chat-review";
    rooms(&chat, &format!("apply --all --handler {handler} --fallback deny --yes"));
    let shown = rooms(&chat, &format!("show {hall}"));
    assert_eq!(shown[0]["uri"], handler, "{shown:?}");
    assert_eq!(shown[0]["fallbackResult"], "DENY", "{shown:?}");

    let token =
        rooms(&chat, &format!("token {hall} --user ann --capability send-message,delete-message"));
    let token = token[0]["token"].as_str().expect("a token");
    let mut ann = chat.join_with(token).expect("a connection");
    assert_eq!(ann.say("hello"), "hello");
    rooms(&chat, &format!("event {hall} poll --attribute n=7"));
    let event = ann.next();
    assert_eq!((&event["EventName"], &event["Attributes"]), (&json!("poll"), &json!({"n": "7"})));
    rooms(&chat, &format!("disconnect {hall} --user ann --yes"));
    assert_eq!(ann.next()["EventName"], "aws:DISCONNECT_USER");
    assert_eq!(ann.closed(), Some(1000));
    rooms(&chat, &format!("delete {hall} --yes"));
    assert_eq!(rooms(&chat, "list").iter().filter(|line| line["room"] == *hall).count(), 0);
}
