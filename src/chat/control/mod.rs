//! The control plane: HTTP requests, the operations on rooms, logging configurations and tags, and errors.

mod authorization;
mod error;
mod logging;
mod request;
mod rooms;
mod tags;

use serde_json::Value;

pub use self::authorization::{DEFAULT_ACCOUNT, Scope};
pub use self::error::ServiceError;
pub use self::request::{HttpRequest, decoded};
pub use self::rooms::token_problem;
use super::account::Account;
use super::service::Context;

/// Executes a valid request of an operation that has no effect on connections.
///
/// Returns `None` for other operations, and [`Value::Null`] for an answer without a body.
pub(super) fn serve(
    account: &mut Account,
    operation: &str,
    input: &Value,
    context: &mut Context<'_>,
) -> Option<Result<Value, ServiceError>> {
    Some(match operation {
        "CreateRoom" => rooms::create(account, input, context),
        "DeleteRoom" => rooms::delete(account, input),
        "GetRoom" => rooms::get(account, input),
        "ListRooms" => Ok(rooms::list(account, input)),
        "UpdateRoom" => rooms::update(account, input, context),
        "CreateLoggingConfiguration" => logging::create(account, input, context),
        "DeleteLoggingConfiguration" => logging::delete(account, input),
        "GetLoggingConfiguration" => logging::get(account, input),
        "ListLoggingConfigurations" => logging::list(account, input),
        "UpdateLoggingConfiguration" => logging::update(account, input, context),
        "ListTagsForResource" => tags::list(account, input),
        "TagResource" => tags::tag(account, input),
        "UntagResource" => tags::untag(account, input),
        _ => return None,
    })
}

/// Returns a string of a request; empty if it is missing.
pub(super) fn text<'a>(input: &'a Value, member: &str) -> &'a str {
    input[member].as_str().unwrap_or("")
}

/// Returns the page size of a list: what is requested, and at most that of the account.
fn page_size(account: &Account, requested: &Value) -> usize {
    let requested = requested.as_u64().and_then(|it| usize::try_from(it).ok());
    requested.map_or(account.page_size, |requested| requested.min(account.page_size))
}
