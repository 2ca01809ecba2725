//! The five operations about logging configurations.

use serde_json::{Value, json};

use super::account::Account;
use super::protocol::{Refusal, text};
use super::tags;

/// How many an account may have.
const QUOTA: usize = 10;

pub(super) fn create(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    if account.logging.len() >= QUOTA {
        return Err(Refusal::over_quota(QUOTA));
    }
    let arn = account.add_logging(text(input, "name"), input["destinationConfiguration"].clone());
    let logging = account.logging.get_mut(&arn).expect("it was just made");
    logging.tags = tags::of(input);
    Ok(logging.told())
}

pub(super) fn get(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "identifier");
    account.logging.get(arn).map(|logging| logging.told()).ok_or_else(|| Refusal::missing(arn))
}

/// In pages, the tokens of which tell where they begin.
pub(super) fn list(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    let from = text(input, "nextToken").parse().unwrap_or(0);
    let asked = input["maxResults"].as_u64().and_then(|asked| usize::try_from(asked).ok());
    let size = account.page_sizes.first().copied().unwrap_or(50).min(asked.unwrap_or(50));
    let page: Vec<Value> =
        account.logging.values().skip(from).take(size).map(|logging| logging.told()).collect();
    let mut answer = json!({"loggingConfigurations": page});
    if from + size < account.logging.len() {
        answer["nextToken"] = json!((from + size).to_string());
    }
    Ok(answer)
}

pub(super) fn update(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "identifier");
    account.clock += 1;
    let clock = account.clock;
    let logging = account.logging.get_mut(arn).ok_or_else(|| Refusal::missing(arn))?;
    logging.updated = clock;
    if let Some(name) = input["name"].as_str() {
        logging.name = name.into();
    }
    if input["destinationConfiguration"].is_object() {
        logging.destination = input["destinationConfiguration"].clone();
    }
    Ok(logging.told())
}

/// One that a room has cannot be deleted.
pub(super) fn delete(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "identifier");
    if !account.logging.contains_key(arn) {
        return Err(Refusal::missing(arn));
    }
    if account.rooms.values().any(|room| room.logging.iter().any(|id| id == arn)) {
        return Err(Refusal::conflict(arn, "The logging configuration is in use"));
    }
    account.logging.remove(arn);
    Ok(Value::Null)
}
