//! Invalid rules, invalid events and panics, and what works nevertheless.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::command_line::path;
use crate::emulator::{Emulator, Function, program, temp_dir};
use crate::metrics::sums;

const RULES: &str = "tests/emulator/rules";
/// The maximum size of an event for Lambda (AWS Lambda Developer Guide, "Lambda quotas").
const LARGEST: usize = 6 << 20;

#[test]
fn without_rules_the_function_fails_to_start_with_a_reason() {
    let folder = temp_dir();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("empty")).expect("it is not there yet");
    write_rules(&at("invalid"), "version = 1\n[[rule]]\nid = ", &[]);
    write_rules(&at("no-rules"), "version = 1\n", &[]);

    for (function, why) in [
        (Function::packaged(None), "cannot read rule folder"),
        (Function::with_rules_dir(&at("missing")), "missing`"),
        (Function::with_rules_dir(&at("empty")), "empty` does not contain rules.toml"),
        (Function::with_rules_dir(&at("invalid")), "no valid rules in the rule folder"),
        (Function::with_rules_dir(&at("no-rules")), "no valid rules in the rule folder"),
    ] {
        let mut emulator = function.start();
        // The emulator's reply if the process has ended.
        assert_eq!(emulator.invoke(r#"{"Content":"hello"}"#).status, 502, "{why}");
        let lines = emulator.lines();
        let has_reason = |line: &&Value| line["error"].to_string().contains(why);
        let line = lines.iter().find(has_reason).unwrap_or_else(|| panic!("{why}: {lines:?}"));
        assert_eq!(line["level"], "ERROR");
        assert_eq!(emulator.starts(), 0);
    }
}

#[test]
fn invalid_rules_and_entries_are_skipped_and_others_are_active() {
    let folder = temp_dir();
    let rules = folder.path().join("rules");
    let manifest = r#"version = 1

[[rule]]
id = "insults"
lists = ["lists/insults.txt", "lists/absent.txt"]
action = "mask"

[[rule]]
id = "misspelt"
terms = ["wally"]
acton = "mask"
"#;
    write_rules(
        &rules,
        manifest,
        &[("insults", b"muppet\nnumpty @untill 2026\nw\xe4lly\nplonker")],
    );

    let mut emulator = Function::with_rules_dir(&rules).start();
    let reply = emulator.invoke(r#"{"Content":"you muppet, you numpty, you wally, you plonker"}"#);
    let expected = "you ******, you numpty, you wally, you *******";
    assert_eq!(reply.text, format!(r#"{{"ReviewResult":"ALLOW","Content":"{expected}"}}"#));

    let lines = emulator.lines();
    for place in ["insults.txt:2:", "insults.txt:3:", "rules.toml:5:", "rules.toml:11:"] {
        let named = |line: &Value| {
            line["level"] == "ERROR"
                && line["location"].as_str().is_some_and(|it| it.contains(place))
        };
        assert!(lines.iter().any(named), "{place}: {lines:?}");
    }
    let ready = lines.iter().find(|line| line["message"] == "ready").expect("it started");
    let left_out = ready["skipped"].as_u64().expect("a count");
    assert!(left_out >= 4, "{ready}");
    assert_eq!(emulator.metrics()[0]["SkippedRules"], left_out, "the metric of the alarm");
}

/// Patterns are compiled on first use, and may only then turn out to be too large.
#[test]
fn a_pattern_that_fails_late_is_skipped_and_reported_at_once() {
    let folder = temp_dir();
    let rules = folder.path().join("rules");
    let manifest = r#"version = 1

[[rule]]
id = "insults"
terms = ["muppet"]
action = "mask"

[[rule]]
id = "greedy"
patterns = ['zugzwang[^a]{2400}']
action = "mask"
"#;
    write_rules(&rules, manifest, &[]);
    let mut emulator = Function::with_rules_dir(&rules).start();
    let left_out = |emulator: &Emulator| -> Vec<u64> {
        emulator.metrics().iter().filter_map(|line| line["SkippedRules"].as_u64()).collect()
    };
    assert_masks(&mut emulator, "you muppet", "you ******");
    assert_eq!(left_out(&emulator), [0]);
    for _ in 0..2 {
        assert_masks(&mut emulator, "zugzwang, you muppet", "zugzwang, you ******");
        assert_eq!(left_out(&emulator), [0, 1]);
    }
    let greedy = |line: &Value| line["level"] == "ERROR" && line["rule"] == "greedy";
    emulator.end();
    assert_eq!(left_out(&emulator), [0, 1, 1], "the metric continues");
    let lines = emulator.lines();
    assert_eq!(lines.into_iter().filter(greedy).count(), 1, "{}", emulator.log());
}

#[test]
fn an_event_of_another_service_is_an_error_and_the_process_continues() {
    let mut emulator = start_handler();
    let (_, message) = emulator.invoke(r#"{"source":"aws.ivs"}"#).error().expect("an error");
    assert!(message.contains("$.Content: missing"), "{message}");
    assert_masks(&mut emulator, "you muppet", "you ******");
    assert_eq!(emulator.starts(), 1);
}

#[test]
fn a_panic_is_an_error_without_its_message_and_the_process_continues() {
    let content = "a secret content";
    let mut emulator = Function::panicking(&path(RULES), content).start();
    assert_masks(&mut emulator, "you muppet", "you ******");
    for _ in 0..2 {
        let error = emulator.invoke(json!({ "Content": content }).to_string()).error();
        assert_eq!(error, Some(("Panic".to_owned(), "review panicked".to_owned())));
        assert_masks(&mut emulator, "you muppet", "you ******");
    }
    emulator.end();

    assert!(!emulator.log().contains(content), "{}", emulator.log());
    assert_eq!(emulator.starts(), 1);
    let lines = emulator.lines();
    let count = |message: &str| lines.iter().filter(|line| line["message"] == message).count();
    assert_eq!((count("panic"), count("review failed"), count("match")), (2, 2, 3), "{lines:?}");
    let metrics = sums(&emulator);
    assert_eq!((metrics["Failures"], metrics["Rewritten"]), (2, 3), "{metrics:?}");
}

#[test]
fn the_deployed_handler_has_no_planted_panic() {
    let planted = |variable| {
        let program = fs::read(program(variable)).expect("a program");
        program.windows(13).any(|bytes| bytes == b"PLANTED_PANIC")
    };
    assert!(planted("IVS_REVIEW_PANICKING_HANDLER"), "the marker of the feature");
    assert!(!planted("IVS_REVIEW_HANDLER"));
}

#[test]
fn nesting_of_any_depth_is_skipped() {
    let deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    let deeper = format!("{}1{}", r#"{"a":"#.repeat(500_000), "}".repeat(500_000));
    let mut emulator = start_handler();
    for nested in [&deep, &deeper] {
        let around = format!(r#"{{"Sender":{nested},"Content":"you muppet","RoomArn":{nested}}}"#);
        let reply = emulator.invoke(around);
        assert_eq!(reply.text, r#"{"ReviewResult":"ALLOW","Content":"you ******"}"#);
        let content = emulator.invoke(format!(r#"{{"Content":{nested}}}"#)).error();
        assert!(content.is_some_and(|(_, message)| message.contains("$.Content: expected")));
        assert!(emulator.invoke(nested).error().is_some());
    }
    assert_eq!(emulator.starts(), 1);
}

#[test]
fn the_largest_event_has_a_complete_reply() {
    let mut emulator = start_handler();
    // The reply is slightly larger than the event.
    let clean = "hello ".repeat((LARGEST - 100) / 6);
    assert_masks(&mut emulator, &format!("{clean} muppet"), &format!("{clean} ******"));
    let hits = "muppet ".repeat((LARGEST - 100) / 7);
    assert_masks(&mut emulator, &hits, &"****** ".repeat((LARGEST - 100) / 7));
    assert_eq!(emulator.starts(), 1);
}

#[test]
fn stacks_of_combining_marks_do_not_hide_words() {
    let marks = "\u{301}".repeat(500);
    let mut emulator = start_handler();
    assert_masks(&mut emulator, &format!("m{marks}uppet"), "******");
    assert_masks(&mut emulator, &format!("muppet{marks} hello"), "****** hello");
    let harmless = format!("hello x{marks}");
    assert_masks(&mut emulator, &harmless, &harmless);
    assert_masks(&mut emulator, &marks, &marks);
    assert_eq!(emulator.starts(), 1);
}

fn start_handler() -> Emulator {
    Function::with_rules_dir(&path(RULES)).start()
}

/// Asserts the delivered content of a message.
fn assert_masks(emulator: &mut Emulator, content: &str, delivered: &str) {
    let reply = emulator.invoke(json!({ "Content": content }).to_string());
    let expected = format!(r#"{{"ReviewResult":"ALLOW","Content":"{delivered}"}}"#);
    // `assert_eq!` would print megabytes.
    assert!(
        reply.text == expected,
        "{} bytes of content: {}",
        content.len(),
        beginning(&reply.text)
    );
}

fn beginning(text: &str) -> String {
    text.chars().take(200).collect()
}

fn write_rules(folder: &Path, manifest: &str, lists: &[(&str, &[u8])]) {
    fs::create_dir_all(folder.join("lists")).expect("a folder of ours");
    fs::write(folder.join("rules.toml"), manifest).expect("a file in a folder of ours");
    for (name, bytes) in lists {
        let file = folder.join("lists").join(format!("{name}.txt"));
        fs::write(file, bytes).expect("a file in a folder of ours");
    }
}
