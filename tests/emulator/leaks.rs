//! Logs, metrics and errors contain no text of messages, senders and entries, at the most verbose level.
//!
//! Each place of an event that a client or an invalid sender can fill gets a unique word, a canary. A canary in the output
//! identifies the place that leaks.

use ivs_chat_review::ivs::MAX_ATTRIBUTES;
use serde_json::{Value, json};

use crate::command_line::path;
use crate::emulator::{Emulator, Function, Reply};

const RULES: &str = "tests/emulator/rules";

#[test]
fn log_lines_of_events_contain_only_rule_verdict_and_ids() {
    let mut canaries = Canaries::default();
    let mut emulator = start_verbose();
    for (id, content, verdict, rule, place) in [
        ("clean0000000", "{} hello", None, "", ""),
        ("masked000000", "{} you muppet", Some("rewrite"), "insults", "lists/insults.txt:1"),
        ("replaced0000", "{} at discord.gg/abc", Some("rewrite"), "invitations", "rules.toml:28"),
        ("denied000000", "{} begone", Some("deny"), "threats", "lists/threats.txt:1"),
        ("unreasonable", "{} gandalf dies", Some("deny"), "spoilers", "rules.toml:12"),
    ] {
        let before = emulator.lines().len();
        let canary = canaries.plant(&format!("Content of {id}"));
        let reply = emulator.invoke(event(&mut canaries, id, &content.replace("{}", &canary)));
        assert!(reply.text.contains(&canary), "{reply:?}");
        canaries.assert_absent(&reply.text, &[&canary]);

        // The first event starts the function, which logs `ready`.
        let is_ready = |line: &Value| line["message"] == "ready";
        let lines: Vec<Value> =
            emulator.lines().into_iter().skip(before).filter(|line| !is_ready(line)).collect();
        match verdict {
            None => assert_eq!(lines, [] as [Value; 0], "no line for a clean message"),
            Some(verdict) => {
                let [line] = &lines[..] else { panic!("{id} has the lines {lines:?}") };
                assert_eq!(line["level"], "INFO", "{line}");
                assert!(line.to_string().contains(id), "{line}");
                assert_eq!(line["verdict"], verdict, "{line}");
                assert_eq!(line["rules"], rule, "{line}");
                assert_eq!(line["causes"], format!("{rule}:{place}"), "{line}");
                for text in ["muppet", "discord", "begone", "gandalf"] {
                    assert!(!line.to_string().contains(text), "{line}");
                }
                assert_eq!(line["room_id"], "AbCdEf123456", "{line}");
            }
        }
    }
    canaries.assert_absent(&whole_log(emulator), &[]);
}

#[test]
fn log_lines_of_attributes_contain_only_rule_ids() {
    let mut canaries = Canaries::default();
    let mut emulator = start_verbose();
    let long = "x".repeat(1_200);
    for (id, attribute, sender, verdict, rules, shadow) in [
        ("maskedname00", "{} muppetry {}", "{}", "rewrite", "names", None),
        ("deniedsender", "{}", "{} the official {}", "deny", "impostors", None),
        ("taggedname00", "{} clubhouse", "{}", "rewrite", "clubs", None),
        ("taggedsender", "{}", "clubhouse {}", "rewrite", "clubs", None),
        ("shadowname00", "{} dubious", "{}", "allow", "", Some("shadow-words")),
        ("shadowsender", "{}", "dubious {}", "allow", "", Some("shadow-words")),
        ("shadowbeside", "muppetry {}", "dubious {}", "rewrite", "names", Some("shadow-words")),
        ("toolarge0000", &format!("muppetry {{}} {long}"), "{}", "deny", "names", None),
        ("tagsleftout0", "clubhouse {} ", "{}", "allow", "clubs", None),
    ] {
        let before = emulator.lines().len();
        let mut event: Value =
            serde_json::from_str(&event(&mut canaries, id, "hello")).expect("an event");
        event["Attributes"]["displayName"] = canaries.fill(attribute, id).into();
        if verdict == "rewrite" {
            event["Attributes"]["audience"] =
                canaries.plant(&format!("a forged tag of {id}")).into();
        }
        if id == "tagsleftout0" {
            // At the limit, so that no tag can be added.
            let room = MAX_ATTRIBUTES - event["Attributes"].to_string().len();
            let name = event["Attributes"]["displayName"].as_str().unwrap_or_default();
            event["Attributes"]["displayName"] = format!("{name}{}", "x".repeat(room)).into();
        }
        event["Sender"]["Attributes"]["role"] = canaries.fill(sender, id).into();
        emulator.invoke(event.to_string());

        let is_ready = |line: &Value| line["message"] == "ready";
        let mut lines = emulator.lines().into_iter().skip(before).filter(|line| !is_ready(line));
        let line = lines.next().unwrap_or_else(|| panic!("{id} has no line"));
        assert_eq!(line["message"], "match", "{line}");
        assert_eq!(line["verdict"], verdict, "{line}");
        assert_eq!(line["rules"], rules, "{line}");
        assert_eq!(line.get("shadow_rules").and_then(Value::as_str), shadow, "{line}");
        let left_out = line.get("tags_omitted").and_then(Value::as_bool);
        assert_eq!(left_out, (id == "tagsleftout0").then_some(true), "{line}");
        // A denial of too large attributes has a second line with the reason.
        assert_eq!(lines.count(), usize::from(id == "toolarge0000"), "{id}");
    }
    canaries.assert_absent(&whole_log(emulator), &[]);
}

#[test]
fn wrong_types_are_ignored_without_a_log_line() {
    let mut canaries = Canaries::default();
    let mut emulator = start_verbose();
    for (field, odd) in [
        ("UserId", json!({ "Sender": { "UserId": ["{}", { "{}": "{}" }], "Ip": { "{}": "{}" } } })),
        ("Sender", json!({ "Sender": "{}" })),
        ("Sender.Attributes", json!({ "Sender": { "Attributes": ["{}"] } })),
        ("Attributes", json!({ "Attributes": "{}" })),
        ("an attribute", json!({ "Attributes": { "{}": ["{}"], "a {}": { "{}": 1 } } })),
        ("RoomArn", json!({ "RoomArn": { "{}": "{}" } })),
        ("the words of RoomArn", json!({ "RoomArn": "arn:{}:room/no room {}" })),
        ("MessageId", json!({ "MessageId": ["{}"] })),
        ("the words of MessageId", json!({ "MessageId": "{} is no id" })),
        ("an unknown field", json!({ "{}": "{}", "Unheard": { "{}": ["{}"] } })),
    ] {
        // A message without a match, and one with a log line.
        for words in ["hello", "muppet"] {
            let content = canaries.plant("Content");
            let mut event = odd.clone();
            event["Content"] = format!("{content} {words}").into();
            let reply = emulator.invoke(canaries.fill(&event.to_string(), field));
            assert!(reply.text.contains(&content), "{field}: {reply:?}");
            canaries.assert_absent(&reply.text, &[&content]);
        }
    }
    canaries.assert_absent(&whole_log(emulator), &[]);
}

#[test]
fn errors_contain_no_text_of_events() {
    let mut canaries = Canaries::default();
    let mut emulator = start_verbose();
    for (case, event) in [
        ("Content as an object", r#"{"Content":{"{}":"{}"},"Sender":{"UserId":"{}"}}"#),
        ("Content as a list", r#"{"Content":["{}",{"{}":"{}"}],"Attributes":{"{}":"{}"}}"#),
        ("Content as a number", r#"{"Content":1,"Attributes":{"{}":"{}"}}"#),
        ("half a surrogate pair", r#"{"Content":"{} \ud83d {}"}"#),
        ("an unknown escape", r#"{"Content":"{} \x {}"}"#),
        ("a bare line break", "{\"Content\":\"{} \n {}\"}"),
        ("Content twice", r#"{"Content":"{}","Content":"{}"}"#),
        ("no Content", r#"{"{}":"{}","Sender":{"UserId":"{}","Ip":"{}"}}"#),
        ("no Content but a name that is not Unicode", r#"{"{} \ud83d":"{}"}"#),
        ("a list", r#"["{}",{"Content":"{}"}]"#),
        ("a string", r#""{}""#),
        ("no JSON", "{}"),
        ("an end too early", r#"{"Content":"{}"#),
        ("a key without quotes", r#"{{}:"{}"}"#),
    ] {
        let event = canaries.fill(event, case);
        assert_error(&mut canaries, emulator.invoke(event), case);
    }

    let not_utf8 = canaries.fill(r#"{"Content":"{} ? {}"}"#, "no UTF-8");
    let not_utf8: Vec<u8> =
        not_utf8.bytes().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
    assert_error(&mut canaries, emulator.invoke(not_utf8), "no UTF-8");

    assert_eq!(emulator.starts(), 1);
    canaries.assert_absent(&whole_log(emulator), &[]);
}

#[test]
fn log_lines_have_unique_keys_and_numeric_times() {
    let mut emulator = start_verbose();
    emulator.invoke(event(&mut Canaries::default(), "masked000000", "you muppet"));
    let log = emulator.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.starts_with('{')).collect();
    assert!(lines.len() >= 2, "{log}");
    for line in lines {
        let parsed: Value = serde_json::from_str(line).expect(line);
        for key in parsed.as_object().expect("an object").keys() {
            // Readers handle duplicate keys differently.
            assert_eq!(line.matches(&format!("\"{key}\":")).count(), 1, "{key} in {line}");
        }
        let micros = parsed.get("duration_us");
        assert!(micros.is_none_or(Value::is_number), "not a number: {line}");
    }
}

fn start_verbose() -> Emulator {
    Function::with_rules_dir(&path(RULES))
        .env("AWS_LAMBDA_LOG_LEVEL", "TRACE")
        .env("RUST_LOG", "trace")
        .start()
}

/// Ends the process and returns its complete output, including the last metrics.
fn whole_log(mut emulator: Emulator) -> String {
    emulator.end();
    assert!(!emulator.metrics().is_empty(), "the output contains metrics");
    emulator.log()
}

/// Returns an event of IVS Chat with canaries in all places except content and ids.
fn event(canaries: &mut Canaries, id: &str, content: &str) -> String {
    let mut plant = |place: &str| canaries.plant(&format!("{place} of {id}"));
    json!({
        "Content": content,
        "MessageId": id,
        "RoomArn": "arn:aws:ivschat:us-west-2:123456789012:room/AbCdEf123456",
        "Attributes": {
            (plant("an attribute's name")): plant("an attribute's value"),
            "displayName": plant("displayName"),
        },
        "Sender": {
            "Attributes": {
                (plant("a sender attribute's name")): plant("a sender attribute's value"),
                "role": plant("role"),
            },
            "UserId": plant("UserId"),
            "Ip": plant("Ip"),
        },
    })
    .to_string()
}

fn assert_error(canaries: &mut Canaries, reply: Reply, case: &str) {
    assert!(reply.error().is_some(), "{case}: {reply:?}");
    canaries.assert_absent(&reply.text, &[]);
}

/// Unique words, each with the place where it was inserted.
#[derive(Default)]
struct Canaries {
    planted: Vec<(String, String)>,
}

impl Canaries {
    fn plant(&mut self, place: &str) -> String {
        // Lower-case letters, which folding does not change, and of equal length, so that none contains another.
        let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).expect("below 26"));
        let n = self.planted.len();
        let canary = format!("canary{}{}q", letter(n / 26), letter(n));
        self.planted.push((canary.clone(), place.to_owned()));
        canary
    }

    /// Replaces each `{}` with a canary.
    fn fill(&mut self, text: &str, place: &str) -> String {
        let mut parts = text.split("{}");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            filled += &self.plant(place);
            filled += part;
        }
        filled
    }

    fn assert_absent(&self, text: &str, but: &[&str]) {
        let lower = text.to_lowercase();
        for (canary, place) in &self.planted {
            if but.contains(&canary.as_str()) {
                continue;
            }
            // As text, and as bytes in `Debug` output.
            let bytes = format!("{:?}", canary.as_bytes());
            let shown = [canary.as_str(), bytes.trim_matches(['[', ']'])];
            assert!(!shown.iter().any(|shown| lower.contains(shown)), "{place} leaks:\n{text}");
        }
    }
}
