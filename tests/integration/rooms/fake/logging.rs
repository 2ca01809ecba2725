//! The five operations on logging configurations.

use serde_json::{Value, json};

use super::account::Account;
use super::protocol::{ErrorResponse, text};
use super::tags;

/// The number of logging configurations per account.
const QUOTA: usize = 10;

pub(super) fn create(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    if account.logging.len() >= QUOTA {
        return Err(ErrorResponse::over_quota(QUOTA));
    }
    let arn = account.add_logging(text(input, "name"), input["destinationConfiguration"].clone());
    let logging = account.logging.get_mut(&arn).expect("it was just made");
    logging.tags = tags::of(input);
    Ok(logging.to_json())
}

pub(super) fn get(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    let arn = text(input, "identifier");
    account
        .logging
        .get(arn)
        .map(|logging| logging.to_json())
        .ok_or_else(|| ErrorResponse::missing(arn))
}

/// Returns a page. Its token is the index of the next one's first item.
pub(super) fn list(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    let from = text(input, "nextToken").parse().unwrap_or(0);
    let requested = input["maxResults"].as_u64().and_then(|it| usize::try_from(it).ok());
    let size = account.page_sizes.first().copied().unwrap_or(50).min(requested.unwrap_or(50));
    let page: Vec<Value> =
        account.logging.values().skip(from).take(size).map(|logging| logging.to_json()).collect();
    let mut answer = json!({"loggingConfigurations": page});
    if from + size < account.logging.len() {
        answer["nextToken"] = json!((from + size).to_string());
    }
    Ok(answer)
}

pub(super) fn update(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    let arn = text(input, "identifier");
    account.clock += 1;
    let clock = account.clock;
    let logging = account.logging.get_mut(arn).ok_or_else(|| ErrorResponse::missing(arn))?;
    logging.updated = clock;
    if let Some(name) = input["name"].as_str() {
        logging.name = name.into();
    }
    if input["destinationConfiguration"].is_object() {
        logging.destination = input["destinationConfiguration"].clone();
    }
    Ok(logging.to_json())
}

/// Refuses to delete a configuration that a room uses.
pub(super) fn delete(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    let arn = text(input, "identifier");
    if !account.logging.contains_key(arn) {
        return Err(ErrorResponse::missing(arn));
    }
    if account.rooms.values().any(|room| room.logging.iter().any(|id| id == arn)) {
        return Err(ErrorResponse::conflict(arn, "The logging configuration is in use"));
    }
    account.logging.remove(arn);
    Ok(Value::Null)
}
