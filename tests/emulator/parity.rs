//! A thousand events get the same replies from the command line and from the function.

use std::process::Command;

use serde_json::Value;

use crate::command_line::{path, review};
use crate::emulator::Function;
use crate::generator;

const RULES: &str = "tests/emulator/rules";
const COUNT: usize = 1_000;

/// Events of other services, and what is left of ours.
const NOT_OURS: &[&str] = &[
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
    let odd = events.iter().filter(|event| has_odd_unicode(event)).count();
    assert!(odd >= COUNT / 5, "{odd} of {COUNT} hold odd Unicode");
    replies_agree(RULES, &events, COUNT / 10);
}

#[test]
fn and_so_it_does_by_the_rules_that_ship() {
    replies_agree("rules", &generator::events(3, COUNT), COUNT / 50);
}

/// Both give the same replies by those rules, each verdict at least so often.
fn replies_agree(rules: &str, events: &[String], least: usize) {
    let replies = review(&path(rules), events);
    for verdict in ["allow", "rewrite", "deny"] {
        let count = replies.stats["verdicts"][verdict].as_u64().expect(verdict);
        assert!(count >= least as u64, "{count} of {COUNT} get {verdict}");
    }
    let mut emulator = Function::with_rules_dir(&path(rules)).start();
    for (event, reply) in events.iter().zip(&replies.lines) {
        // The command line escapes what a terminal would act on; the value is the same.
        let value = |json: &str| serde_json::from_str::<Value>(json).expect("JSON");
        assert_eq!(value(&emulator.invoke(event).text), value(reply), "{event}");
    }
    assert_eq!(emulator.starts(), 1, "one process answers all");
}

#[test]
fn what_is_no_event_gets_the_same_error() {
    let replies = review(&path(RULES), NOT_OURS);
    let mut emulator = Function::with_rules_dir(&path(RULES)).start();
    for (event, reply) in NOT_OURS.iter().zip(&replies.lines) {
        let reply: Value = serde_json::from_str(reply).expect(reply);
        let told = reply["error"].as_str().unwrap_or_else(|| panic!("{event} gets {reply}"));
        let (kind, message) = emulator.invoke(event).error().expect(event);
        assert_eq!(kind, "EventError");
        assert!(message.contains(told), "{event}: {message}, and not: {told}");
    }
    assert_eq!(emulator.starts(), 1);
}

#[test]
fn the_rules_used_here_have_no_problem() {
    let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(["check", "--rules"])
        .arg(path(RULES))
        .output()
        .expect("cargo built it for this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn has_odd_unicode(event: &str) -> bool {
    let event: Value = serde_json::from_str(event).expect(event);
    !event["Content"].as_str().expect("ours").is_ascii()
}
