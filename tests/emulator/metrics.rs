//! What CloudWatch is told.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::command_line::path;
use crate::emulator::{Emulator, Function};
use crate::generator;

const RULES: &str = "tests/emulator/rules";

/// What the figures of all metrics come to: by name, and the hits by rule and mode. A list counts as many
/// as it has.
pub(crate) fn sums(emulator: &Emulator) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for line in emulator.metrics() {
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().expect("a list");
        for metric in directives.iter().flat_map(|it| it["Metrics"].as_array().expect("a list")) {
            let name = metric["Name"].as_str().expect("a name");
            let figure = match &line[name] {
                Value::Array(values) => values.len() as u64,
                value => value.as_u64().expect("a figure"),
            };
            let of = |key: &str| line[key].as_str().map_or(String::new(), |it| format!(" {it}"));
            *sums.entry(name.to_owned() + &of("Rule") + &of("Mode")).or_default() += figure;
        }
    }
    sums
}

#[test]
fn figures_add_up_to_the_replies_once_the_process_has_ended() {
    let mut expected = BTreeMap::from([("ColdStarts", 1), ("RulesLeftOut", 0)]);
    let mut emulator = Function::with_rules_dir(&path(RULES)).start();
    for (i, event) in generator::events(5, 250).iter().enumerate() {
        // Some are not ours.
        let event = if i % 50 == 1 { "{}" } else { event };
        let reply = emulator.invoke(event);
        let content = serde_json::from_str::<Value>(event).expect(event)["Content"].take();
        let verdict = match serde_json::from_str::<Value>(&reply.text).expect("JSON") {
            reply if reply["ReviewResult"] == "DENY" => "Denied",
            reply if reply["ReviewResult"] != "ALLOW" => "Failures",
            // These rules tag nobody here.
            reply if reply["Content"] == content && reply.get("Attributes").is_none() => "Allowed",
            _ => "Rewritten",
        };
        *expected.entry(verdict).or_default() += 1;
        if verdict != "Failures" {
            *expected.entry("ReviewTime").or_default() += 1;
        }
        assert!(!emulator.metrics().is_empty(), "the first event is told at once");
    }
    emulator.end();

    let told = sums(&emulator);
    for (name, count) in expected {
        assert_eq!(told.get(name), Some(&count), "{name}: {told:?}");
    }
    let function = |line: &Value| line["FunctionName"] == "test_function";
    assert!(emulator.metrics().iter().all(function), "the emulator's name for it");
}

#[test]
fn hits_are_told_by_rule() {
    let mut emulator = Function::with_rules_dir(&path(RULES)).start();
    for content in ["hello", "muppet muppet", "you muppet, begone", "dubious", "hello again"] {
        emulator.invoke(json!({ "Content": content }).to_string());
    }
    emulator.end();
    let mut told = sums(&emulator);
    told.retain(|name, _| name.starts_with("Hits"));
    let expected = [("Hits insults on", 2), ("Hits on-trial shadow", 1), ("Hits threats on", 1)];
    assert_eq!(told, expected.map(|(name, count)| (name.to_owned(), count)).into());
}

#[test]
fn there_are_none_if_they_are_off() {
    let mut emulator = Function::with_rules_dir(&path(RULES)).env("METRICS", "off").start();
    emulator.invoke(r#"{"Content":"you muppet"}"#);
    emulator.end();
    assert_eq!(emulator.metrics(), [] as [Value; 0]);
    assert!(!emulator.log().contains("Internal agent"), "and no extension:\n{}", emulator.log());
    assert_eq!(emulator.lines().len(), 2, "but logs");
}
