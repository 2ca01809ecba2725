//! The four operations about those who are in a room, or are to be.

use serde_json::{Value, json};

use super::account::{Account, timestamp};
use super::protocol::{Refusal, text};

/// How long a token can be used, in seconds.
const TOKEN: u64 = 60;

pub(super) fn create_token(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    room(account, input)?;
    account.clock += 1;
    let now = account.clock;
    let minutes = input["sessionDurationInMinutes"].as_u64().unwrap_or(60);
    Ok(json!({
        "token": format!("AQICAHToken{now:08}.double-only"),
        "tokenExpirationTime": timestamp(now + TOKEN),
        "sessionExpirationTime": timestamp(now + minutes * 60),
    }))
}

pub(super) fn send_event(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    room(account, input)?;
    Ok(json!({"id": id(account)}))
}

/// Any id will do: the service keeps no messages.
pub(super) fn delete_message(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    room(account, input)?;
    Ok(json!({"id": id(account)}))
}

pub(super) fn disconnect_user(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    room(account, input)?;
    Ok(json!({}))
}

fn room(account: &Account, input: &Value) -> Result<(), Refusal> {
    let arn = text(input, "roomIdentifier");
    if account.rooms.contains_key(arn) { Ok(()) } else { Err(Refusal::missing(arn)) }
}

/// An id that was never given out, of 12 letters and digits.
fn id(account: &mut Account) -> String {
    account.clock += 1;
    format!("Evnt{:08}", account.clock)
}
