//! Command line and function give the same replies to a thousand events.

use std::process::Command;

use serde_json::Value;

use crate::command_line::{path, review};
use crate::emulator::Function;
use crate::generator;

const RULES: &str = "tests/emulator/rules";
const COUNT: usize = 1_000;

/// Events of other services, and invalid events.
const INVALID: &[&str] = &[
    "{}",
    "[]",
    "null",
    "true",
    "12",
    "\"Content\"",
    r#"["Content"]"#,
    r#"{"content":"hello"}"#,
    r#"{"source":"aws.ivs","detail":{"Content":"hello"}}"#,
    r#"{"Content":null}"#,
    r#"{"Content":false}"#,
    r#"{"Content":1e999}"#,
    r#"{"Content":["hello"]}"#,
    r#"{"Content":{"Content":"hello"}}"#,
    r#"{"Content":"half a pair: \ud83d"}"#,
    r#"{"Content":"hello","Content":"again"}"#,
];

#[test]
fn the_function_replies_as_the_command_line_does() {
    let events = generator::events(2, COUNT);
    let odd = events.iter().filter(|event| has_unusual_unicode(event)).count();
    assert!(odd >= COUNT / 5, "{odd} of {COUNT} have unusual Unicode");
    assert_same_replies(RULES, &events, COUNT / 10);
}

#[test]
fn the_function_replies_as_the_command_line_does_with_the_shipped_rules() {
    assert_same_replies("rules", &generator::events(3, COUNT), COUNT / 50);
}

/// Asserts that both give the same replies, and each verdict at least `least` times.
fn assert_same_replies(rules: &str, events: &[String], least: usize) {
    let replies = review(&path(rules), events);
    for verdict in ["allow", "rewrite", "deny"] {
        let count = replies.stats["verdicts"][verdict].as_u64().expect(verdict);
        assert!(count >= least as u64, "{count} of {COUNT} get {verdict}");
    }
    let mut emulator = Function::with_rules_dir(&path(rules)).start();
    for (event, reply) in events.iter().zip(&replies.lines) {
        // The command line escapes control characters; the values are equal.
        let value = |json: &str| serde_json::from_str::<Value>(json).expect("JSON");
        assert_eq!(value(&emulator.invoke(event).text), value(reply), "{event}");
    }
    assert_eq!(emulator.starts(), 1, "one process for all events");
}

#[test]
fn invalid_events_have_the_same_error() {
    let replies = review(&path(RULES), INVALID);
    let mut emulator = Function::with_rules_dir(&path(RULES)).start();
    for (event, reply) in INVALID.iter().zip(&replies.lines) {
        let reply: Value = serde_json::from_str(reply).expect(reply);
        let error = reply["error"].as_str().unwrap_or_else(|| panic!("{event} gets {reply}"));
        let (kind, message) = emulator.invoke(event).error().expect(event);
        assert_eq!(kind, "EventError");
        assert!(message.contains(error), "{event}: {message}, expected: {error}");
    }
    assert_eq!(emulator.starts(), 1);
}

#[test]
fn the_rules_of_these_tests_have_no_diagnostics() {
    let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(["check", "--rules"])
        .arg(path(RULES))
        .output()
        .expect("cargo built it for this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn has_unusual_unicode(event: &str) -> bool {
    let event: Value = serde_json::from_str(event).expect(event);
    !event["Content"].as_str().expect("a content").is_ascii()
}
