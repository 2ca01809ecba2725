//! Metrics for CloudWatch.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::command_line::path;
use crate::emulator::{Emulator, Function};
use crate::generator;

const RULES: &str = "tests/emulator/rules";

/// Returns the sums of all metrics by name, and of hits also by rule and mode. A list counts with its length.
pub(crate) fn sums(emulator: &Emulator) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for line in emulator.metrics() {
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().expect("a list");
        for metric in directives.iter().flat_map(|it| it["Metrics"].as_array().expect("a list")) {
            let name = metric["Name"].as_str().expect("a name");
            let value = match &line[name] {
                Value::Array(values) => values.len() as u64,
                value => value.as_u64().expect("a number"),
            };
            let of = |key: &str| line[key].as_str().map_or(String::new(), |it| format!(" {it}"));
            *sums.entry(name.to_owned() + &of("Rule") + &of("Mode")).or_default() += value;
        }
    }
    sums
}

#[test]
fn metrics_equal_the_replies_after_the_process_has_ended() {
    let mut expected = BTreeMap::from([("ColdStarts", 1), ("SkippedRules", 0)]);
    let mut emulator = Function::with_rules_dir(&path(RULES)).start();
    for (i, event) in generator::events(5, 250).iter().enumerate() {
        // Some events are invalid.
        let event = if i % 50 == 1 { "{}" } else { event };
        let reply = emulator.invoke(event);
        let content = serde_json::from_str::<Value>(event).expect(event)["Content"].take();
        let verdict = match serde_json::from_str::<Value>(&reply.text).expect("JSON") {
            reply if reply["ReviewResult"] == "DENY" => "Denied",
            reply if reply["ReviewResult"] != "ALLOW" => "Failures",
            // No rule with tags matches here.
            reply if reply["Content"] == content && reply.get("Attributes").is_none() => "Allowed",
            _ => "Rewritten",
        };
        *expected.entry(verdict).or_default() += 1;
        if verdict != "Failures" {
            *expected.entry("ReviewTime").or_default() += 1;
        }
        assert!(!emulator.metrics().is_empty(), "the first event is written at once");
    }
    emulator.end();

    let metrics = sums(&emulator);
    for (name, count) in expected {
        assert_eq!(metrics.get(name), Some(&count), "{name}: {metrics:?}");
    }
    let function = |line: &Value| line["FunctionName"] == "test_function";
    assert!(emulator.metrics().iter().all(function), "the name in the emulator");
}

#[test]
fn hits_are_counted_by_rule() {
    let mut emulator = Function::with_rules_dir(&path(RULES)).start();
    for content in ["hello", "muppet muppet", "you muppet, begone", "dubious", "hello again"] {
        emulator.invoke(json!({ "Content": content }).to_string());
    }
    emulator.end();
    let mut metrics = sums(&emulator);
    metrics.retain(|name, _| name.starts_with("Matched"));
    let expected =
        [("Matched insults on", 2), ("Matched shadow-words shadow", 1), ("Matched threats on", 1)];
    assert_eq!(metrics, expected.map(|(name, count)| (name.to_owned(), count)).into());
}

#[test]
fn metrics_can_be_turned_off() {
    let mut emulator = Function::with_rules_dir(&path(RULES)).env("METRICS", "off").start();
    emulator.invoke(r#"{"Content":"you muppet"}"#);
    emulator.end();
    assert_eq!(emulator.metrics(), [] as [Value; 0]);
    assert!(
        !emulator.log().contains("Internal agent"),
        "an extension is registered:\n{}",
        emulator.log()
    );
    assert_eq!(emulator.lines().len(), 2, "the log lines remain");
}
