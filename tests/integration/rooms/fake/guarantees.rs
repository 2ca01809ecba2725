//! What this project promises beyond the contract: nothing of a room is changed that was not asked for.

use serde_json::Value;

use super::account::Account;

/// What `rooms update` sets.
const SETTINGS: [&str; 3] = ["name", "maximumMessageRatePerSecond", "maximumMessageLength"];

/// What is careless about an UpdateRoom. `disturbed`: an earlier one of this room went wrong, so the
/// client may rightly say again what is done already.
pub(super) fn faults(
    account: &Account,
    client: &str,
    input: &Value,
    disturbed: bool,
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |text: &str| faults.push(text.to_owned());

    let handler = &input["messageReviewHandler"];
    let (uri, fallback) = (&handler["uri"], &handler["fallbackResult"]);
    let wires = handler.is_object();
    if wires && (uri.is_null() || fallback.is_null()) {
        fault("uri and fallbackResult are not sent together");
    }
    let logs = !input["loggingConfigurationIdentifiers"].is_null();
    let sets = SETTINGS.iter().any(|name| !input[name].is_null());
    if [wires, logs, sets].iter().filter(|kind| **kind).count() != 1 {
        fault("handler, logging and settings are each changed by themselves");
    }
    if account.unfinished.contains(client) {
        fault("a list is not read to its end, and the change moves a room to its front");
    }
    let room = input["identifier"].as_str().and_then(|arn| account.rooms.get(arn));
    if let Some(room) = room.filter(|_| !disturbed) {
        if !room.read {
            fault("the room was not read again before its change");
        }
        let details = room.details();
        let same = if wires {
            uri == &*room.uri && (room.uri.is_empty() || fallback == &*room.fallback)
        } else if logs {
            input["loggingConfigurationIdentifiers"] == details["loggingConfigurationIdentifiers"]
        } else {
            // Nothing is sent that is so already, be it beside something else.
            SETTINGS.iter().any(|name| input[name] == details[name])
        };
        if same {
            fault("nothing is changed by it");
        }
    }
    faults
}
