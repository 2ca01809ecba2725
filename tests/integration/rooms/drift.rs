//! The example that checks rooms on a schedule: its command finds drift, and its role allows what the command needs.

use std::collections::BTreeSet;

use serde_json::Value;

use super::command::{rooms, with_rooms};
use crate::template::yaml;

/// Returns the template and the command of its container, with a handler.
fn example(handler: &str) -> (Value, Vec<String>) {
    let template = yaml("examples/drift/template.yaml");
    let container =
        &template["Resources"]["Check"]["Properties"]["ContainerDefinitions"][0]["Command"];
    let words = container.as_array().expect("a command").iter().map(|word| match &word["Ref"] {
        Value::String(name) if name == "Handler" => handler.to_owned(),
        Value::String(name) if name == "AWS::Region" => super::fake::REGION.to_owned(),
        Value::String(name) => {
            template["Parameters"][name]["Default"].as_str().expect("a default").to_owned()
        }
        _ => word.as_str().expect("a word").to_owned(),
    });
    let words = words.collect();
    (template, words)
}

#[test]
fn the_scheduled_command_finds_drift_with_its_permissions() {
    let (fake, _) = with_rooms(3);
    let (template, words) = example("REVIEW");
    let [program, command @ ..] = &words[..] else { panic!("{words:?}") };
    assert_eq!(program, "rooms");
    let command = command.join(" ");
    rooms(&fake, "apply --all --handler REVIEW --fallback allow --yes").assert_exit(0);
    let calls = fake.calls().len();
    rooms(&fake, &command).assert_exit(0);
    rooms(&fake, "apply --name stage-2 --handler REVIEW --fallback deny --yes").assert_exit(0);
    rooms(&fake, &command).assert_exit(1);

    let used: BTreeSet<String> = fake.calls()[calls..]
        .iter()
        .map(|call| format!("ivschat:{}", call.operation))
        .filter(|action| action != "ivschat:UpdateRoom")
        .collect();
    let role = &template["Resources"]["CheckRole"]["Properties"]["Policies"][0]["PolicyDocument"];
    let allowed: BTreeSet<String> = role["Statement"]
        .as_array()
        .expect("statements")
        .iter()
        .map(|it| it["Action"].as_str().expect("an action").to_owned())
        .collect();
    assert!(used.is_subset(&allowed), "{used:?}");
    assert_eq!(allowed, ["ivschat:GetRoom", "ivschat:ListRooms"].map(str::to_owned).into());
}
