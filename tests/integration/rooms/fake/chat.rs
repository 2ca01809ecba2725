//! The four operations on users of a room.

use serde_json::{Value, json};

use super::account::{Account, timestamp};
use super::protocol::{ErrorResponse, text};

/// How long a token is valid, in seconds.
const TOKEN_SECONDS: u64 = 60;

pub(super) fn create_token(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    room(account, input)?;
    account.clock += 1;
    let now = account.clock;
    let minutes = input["sessionDurationInMinutes"].as_u64().unwrap_or(60);
    Ok(json!({
        "token": format!("AQICAHToken{now:08}.fake-only"),
        "tokenExpirationTime": timestamp(now + TOKEN_SECONDS),
        "sessionExpirationTime": timestamp(now + minutes * 60),
    }))
}

pub(super) fn send_event(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    room(account, input)?;
    Ok(json!({"id": id(account)}))
}

/// Accepts any id, since the service stores no messages.
pub(super) fn delete_message(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    room(account, input)?;
    Ok(json!({"id": id(account)}))
}

pub(super) fn disconnect_user(
    account: &mut Account,
    input: &Value,
) -> Result<Value, ErrorResponse> {
    room(account, input)?;
    Ok(json!({}))
}

fn room(account: &Account, input: &Value) -> Result<(), ErrorResponse> {
    let arn = text(input, "roomIdentifier");
    if account.rooms.contains_key(arn) { Ok(()) } else { Err(ErrorResponse::missing(arn)) }
}

/// Returns a new id of 12 letters and digits.
fn id(account: &mut Account) -> String {
    account.clock += 1;
    format!("Evnt{:08}", account.clock)
}
