//! What this project guarantees beyond the contract: a command changes only the requested settings of a room.

use serde_json::Value;

use super::account::Account;

/// The settings of `rooms update`.
const SETTINGS: [&str; 3] = ["name", "maximumMessageRatePerSecond", "maximumMessageLength"];

/// Returns the guarantees that an `UpdateRoom` call violates. `had_fault`: an earlier update of this room failed,
/// so the client may repeat what is already done.
pub(super) fn violations(
    account: &Account,
    client: &str,
    input: &Value,
    had_fault: bool,
) -> Vec<String> {
    let mut violations = Vec::new();
    let mut violation = |text: &str| violations.push(text.to_owned());

    let handler = &input["messageReviewHandler"];
    let (uri, fallback) = (&handler["uri"], &handler["fallbackResult"]);
    let sets_handler = handler.is_object();
    if sets_handler && (uri.is_null() || fallback.is_null()) {
        violation("uri and fallbackResult are not sent together");
    }
    let sets_logging = !input["loggingConfigurationIdentifiers"].is_null();
    let sets_settings = SETTINGS.iter().any(|name| !input[name].is_null());
    if [sets_handler, sets_logging, sets_settings].iter().filter(|kind| **kind).count() != 1 {
        violation("handler, logging and settings are changed in one call");
    }
    if account.unfinished.contains(client) {
        violation("the list was not read to its end, and the update moves the room to its start");
    }
    let room = input["identifier"].as_str().and_then(|arn| account.rooms.get(arn));
    if let Some(room) = room.filter(|_| !had_fault) {
        if !account.read.contains(&room.arn) {
            violation("the room was not read again before the update");
        }
        let details = room.details();
        let is_unchanged = if sets_handler {
            uri == &*room.uri && (room.uri.is_empty() || fallback == &*room.fallback)
        } else if sets_logging {
            input["loggingConfigurationIdentifiers"] == details["loggingConfigurationIdentifiers"]
        } else {
            // A setting that is already as requested must not be sent, not even with others.
            SETTINGS.iter().any(|name| input[name] == details[name])
        };
        if is_unchanged {
            violation("the update changes nothing");
        }
    }
    violations
}
