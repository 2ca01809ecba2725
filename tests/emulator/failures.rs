//! What is broken, and what works nevertheless.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::command_line::path;
use crate::emulator::{Emulator, Function, program, temp_dir};
use crate::metrics::sums;

const RULES: &str = "tests/emulator/rules";
/// The largest event that Lambda takes (AWS Lambda Developer Guide, "Lambda quotas").
const LARGEST: usize = 6 << 20;

#[test]
fn without_rules_it_does_not_start_and_says_why() {
    let folder = temp_dir();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("empty")).expect("it is not there yet");
    write_rules(&at("broken"), "version = 1\n[[rule]]\nid = ", &[]);
    write_rules(&at("bare"), "version = 1\n", &[]);

    for (function, why) in [
        (Function::packaged(None), "cannot read rule folder"),
        (Function::with_rules_dir(&at("missing")), "missing`"),
        (Function::with_rules_dir(&at("empty")), "empty` does not contain rules.toml"),
        (Function::with_rules_dir(&at("broken")), "no valid rules in the rule folder"),
        (Function::with_rules_dir(&at("bare")), "no valid rules in the rule folder"),
    ] {
        let mut emulator = function.start();
        // What the emulator says of a process that ended.
        assert_eq!(emulator.invoke(r#"{"Content":"hello"}"#).status, 502, "{why}");
        let lines = emulator.lines();
        let told = |line: &&Value| line["error"].to_string().contains(why);
        let line = lines.iter().find(told).unwrap_or_else(|| panic!("{why}: {lines:?}"));
        assert_eq!(line["level"], "ERROR");
        assert_eq!(emulator.starts(), 0);
    }
}

#[test]
fn what_is_broken_is_left_out_and_the_rest_protects() {
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
    assert_eq!(emulator.metrics()[0]["RulesLeftOut"], left_out, "an alarm can be on it");
}

/// Cheap patterns are compiled when a message needs them, and only then turn out to be too large.
#[test]
fn a_pattern_that_fails_late_is_left_out_and_told_at_once() {
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
        emulator.metrics().iter().filter_map(|line| line["RulesLeftOut"].as_u64()).collect()
    };
    assert_masks(&mut emulator, "you muppet", "you ******");
    assert_eq!(left_out(&emulator), [0]);
    for _ in 0..2 {
        assert_masks(&mut emulator, "zugzwang, you muppet", "zugzwang, you ******");
        assert_eq!(left_out(&emulator), [0, 1]);
    }
    let greedy = |line: &Value| line["level"] == "ERROR" && line["rule"] == "greedy";
    emulator.end();
    assert_eq!(left_out(&emulator), [0, 1, 1], "an alarm can go on");
    let lines = emulator.lines();
    assert_eq!(lines.into_iter().filter(greedy).count(), 1, "{}", emulator.log());
}

#[test]
fn an_event_that_is_not_ours_is_an_error_and_the_process_goes_on() {
    let mut emulator = sound();
    let (_, message) = emulator.invoke(r#"{"source":"aws.ivs"}"#).error().expect("an error");
    assert!(message.contains("$.Content: missing"), "{message}");
    assert_masks(&mut emulator, "you muppet", "you ******");
    assert_eq!(emulator.starts(), 1);
}

#[test]
fn a_panic_is_an_error_without_its_words_and_the_process_goes_on() {
    let content = "a content that nobody must see";
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
    let told = |message: &str| lines.iter().filter(|line| line["message"] == message).count();
    assert_eq!((told("panic"), told("review failed"), told("match")), (2, 2, 3), "{lines:?}");
    let told = sums(&emulator);
    assert_eq!((told["Failures"], told["Rewritten"]), (2, 3), "{told:?}");
}

#[test]
fn no_panic_is_planted_in_what_is_deployed() {
    let planted = |variable| {
        let program = fs::read(program(variable)).expect("a program");
        program.windows(13).any(|bytes| bytes == b"PLANTED_PANIC")
    };
    assert!(planted("IVS_REVIEW_PANICKING_HANDLER"), "or the test would see nothing");
    assert!(!planted("IVS_REVIEW_HANDLER"));
}

#[test]
fn nesting_of_any_depth_is_passed_over() {
    let deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    let deeper = format!("{}1{}", r#"{"a":"#.repeat(500_000), "}".repeat(500_000));
    let mut emulator = sound();
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
fn the_largest_event_is_answered_in_full() {
    let mut emulator = sound();
    // The reply says a little more than the event.
    let clean = "hello ".repeat((LARGEST - 100) / 6);
    assert_masks(&mut emulator, &format!("{clean} muppet"), &format!("{clean} ******"));
    let hits = "muppet ".repeat((LARGEST - 100) / 7);
    assert_masks(&mut emulator, &hits, &"****** ".repeat((LARGEST - 100) / 7));
    assert_eq!(emulator.starts(), 1);
}

#[test]
fn marks_without_end_neither_hide_a_word_nor_make_one() {
    let marks = "\u{301}".repeat(500);
    let mut emulator = sound();
    assert_masks(&mut emulator, &format!("m{marks}uppet"), "******");
    assert_masks(&mut emulator, &format!("muppet{marks} hello"), "****** hello");
    let harmless = format!("hello x{marks}");
    assert_masks(&mut emulator, &harmless, &harmless);
    assert_masks(&mut emulator, &marks, &marks);
    assert_eq!(emulator.starts(), 1);
}

fn sound() -> Emulator {
    Function::with_rules_dir(&path(RULES)).start()
}

/// Asserts the content that is delivered in the place of another.
fn assert_masks(emulator: &mut Emulator, content: &str, delivered: &str) {
    let reply = emulator.invoke(json!({ "Content": content }).to_string());
    let expected = format!(r#"{{"ReviewResult":"ALLOW","Content":"{delivered}"}}"#);
    // Their difference would be too long to show.
    assert!(reply.text == expected, "{} bytes of content: {}", content.len(), start(&reply.text));
}

fn start(text: &str) -> String {
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
