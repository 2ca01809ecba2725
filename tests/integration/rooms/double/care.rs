//! What this project promises beyond the contract: nothing of a room is changed that was not asked for.

use serde_json::Value;

use super::account::Account;

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
    if uri.is_null() || fallback.is_null() {
        fault("uri and fallbackResult are not sent together");
    }
    let members = input.as_object().into_iter().flat_map(|object| object.keys());
    for member in members.filter(|key| !["identifier", "messageReviewHandler"].contains(&&key[..]))
    {
        fault(&format!("{member} is sent, which is nobody's business here"));
    }
    if account.unfinished.contains(client) {
        fault("a list is not read to its end, and the change moves a room to its front");
    }
    let room = input["identifier"].as_str().and_then(|arn| account.rooms.get(arn));
    if let Some(room) = room.filter(|_| !disturbed) {
        if !room.read {
            fault("the room was not read again before its change");
        }
        let same = uri == &*room.uri && (room.uri.is_empty() || fallback == &*room.fallback);
        if same {
            fault("nothing is changed by it");
        }
    }
    faults
}
