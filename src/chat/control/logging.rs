//! The five operations on logging configurations.

use serde_json::{Value, json};

use super::{ServiceError, page_size, tags, text};
use crate::chat::account::{Account, LoggingConfiguration};
use crate::chat::contract::Problem;
use crate::chat::ids::New;
use crate::chat::service::Context;

/// The number of logging configurations per account.
const QUOTA: usize = 10;

pub(super) fn create(
    account: &mut Account,
    input: &Value,
    context: &mut Context<'_>,
) -> Result<Value, ServiceError> {
    if account.logging.len() >= QUOTA {
        return Err(ServiceError::over_quota(&account.id, QUOTA));
    }
    let id = context.ids.create(New::Logging);
    let destination = input["destinationConfiguration"].clone();
    let logging = account.add_logging(&id, text(input, "name"), destination, context.now);
    logging.tags = tags::of(input);
    Ok(logging.to_json())
}

pub(super) fn get(account: &Account, input: &Value) -> Result<Value, ServiceError> {
    let arn = text(input, "identifier");
    let logging = account.logging.get(arn);
    logging.map(LoggingConfiguration::to_json).ok_or_else(|| ServiceError::missing(arn))
}

/// Returns a page. Its token is the index of the next one's first item.
pub(super) fn list(account: &Account, input: &Value) -> Result<Value, ServiceError> {
    let invalid = |_| ServiceError::invalid(&[Problem::new("nextToken", "was never issued")]);
    let token = input["nextToken"].as_str();
    let from: usize = token.map_or(Ok(0), str::parse).map_err(invalid)?;
    let size = page_size(account, &input["maxResults"]);
    let page: Vec<Value> =
        account.logging.values().skip(from).take(size).map(|it| it.to_json()).collect();
    let mut answer = json!({"loggingConfigurations": page});
    let next = from.saturating_add(size);
    if next < account.logging.len() {
        answer["nextToken"] = json!(next.to_string());
    }
    Ok(answer)
}

/// Members that are missing keep their values.
pub(super) fn update(
    account: &mut Account,
    input: &Value,
    context: &mut Context<'_>,
) -> Result<Value, ServiceError> {
    let arn = text(input, "identifier");
    let logging = account.logging.get_mut(arn).ok_or_else(|| ServiceError::missing(arn))?;
    logging.updated = context.now;
    if let Some(name) = input["name"].as_str() {
        logging.name = name.into();
    }
    if input["destinationConfiguration"].is_object() {
        logging.destination = input["destinationConfiguration"].clone();
    }
    Ok(logging.to_json())
}

/// Refuses to delete a configuration that a room uses.
pub(super) fn delete(account: &mut Account, input: &Value) -> Result<Value, ServiceError> {
    let arn = text(input, "identifier");
    if !account.logging.contains_key(arn) {
        return Err(ServiceError::missing(arn));
    }
    if account.rooms.values().any(|room| room.logging.iter().any(|id| id == arn)) {
        return Err(ServiceError::conflict(arn, "The logging configuration is in use"));
    }
    account.logging.remove(arn);
    Ok(Value::Null)
}
