//! Log lines at each level; metrics are written at all levels.

use std::collections::BTreeSet;

use serde_json::json;

use crate::command_line::path;
use crate::emulator::Function;

const RULES: &str = "tests/emulator/rules";
/// Lambda's levels, the most verbose first ("Log-level filtering", AWS Lambda Developer Guide).
const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

#[test]
fn the_functions_level_decides_what_is_logged() {
    let failed = &["review failed"][..];
    let denied = &["denied: attributes are too large to search", "review failed"][..];
    let all =
        &["denied: attributes are too large to search", "match", "review failed", "ready"][..];
    for (level, expected) in [
        (None, all),
        (Some("TRACE"), all),
        (Some("DEBUG"), all),
        (Some("INFO"), all),
        (Some("WARN"), denied),
        (Some("ERROR"), failed),
        (Some("FATAL"), failed),
        (Some("no level"), all),
    ] {
        let function = Function::with_rules_dir(&path(RULES));
        let mut emulator = match level {
            Some(level) => function.env("AWS_LAMBDA_LOG_LEVEL", level).start(),
            None => function.start(),
        };
        let crowded = json!({ "displayName": "muppetry", "other": "x".repeat(1_200) });
        emulator.invoke(r#"{"Content":"hello"}"#);
        emulator.invoke(r#"{"Content":"you muppet"}"#);
        emulator.invoke(json!({ "Content": "hello", "Attributes": crowded }).to_string());
        emulator.invoke("{}");
        emulator.end();

        let lines = emulator.lines();
        let messages: BTreeSet<&str> =
            lines.iter().filter_map(|line| line["message"].as_str()).collect();
        assert_eq!(messages, expected.iter().copied().collect(), "{level:?}");
        // Lambda drops lines below its level; lines without a level count as INFO.
        let place = |name: &str| LEVELS.iter().position(|level| *level == name);
        let least = level.and_then(place).or(place("INFO"));
        assert!(emulator.metrics().len() >= 2, "{level:?}");
        for line in emulator.metrics() {
            let level = line["level"].as_str().and_then(place);
            assert!(level.is_some() && level >= least, "{line}");
        }
    }
}
