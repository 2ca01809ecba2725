//! The five operations on rooms.

use serde_json::{Map, Value, json};

use super::{ServiceError, page_size, tags, text};
use crate::chat::account::{Account, Room};
use crate::chat::contract::Problem;
use crate::chat::ids::New;
use crate::chat::service::Context;

pub(super) fn create(
    account: &mut Account,
    input: &Value,
    context: &mut Context<'_>,
) -> Result<Value, ServiceError> {
    if account.rooms.len() >= account.max_rooms {
        return Err(ServiceError::over_quota(&account.id, account.max_rooms));
    }
    check_logging(account, input)?;
    let uri = text(&input["messageReviewHandler"], "uri");
    if !uri.is_empty() && !account.permits(uri) {
        return Err(ServiceError::no_permission());
    }
    let room = account.add_room(&context.ids.create(New::Room), text(input, "name"), context.now);
    set(room, input);
    room.tags = tags::of(input);
    Ok(room.details())
}

pub(super) fn delete(account: &mut Account, input: &Value) -> Result<Value, ServiceError> {
    let arn = text(input, "identifier");
    account.rooms.remove(arn).ok_or_else(|| ServiceError::missing(arn))?;
    Ok(Value::Null)
}

pub(super) fn get(account: &Account, input: &Value) -> Result<Value, ServiceError> {
    let arn = text(input, "identifier");
    account.rooms.get(arn).map(Room::details).ok_or_else(|| ServiceError::missing(arn))
}

/// Members that are missing keep their values.
pub(super) fn update(
    account: &mut Account,
    input: &Value,
    context: &mut Context<'_>,
) -> Result<Value, ServiceError> {
    let arn = text(input, "identifier");
    if !account.rooms.contains_key(arn) {
        return Err(ServiceError::missing(arn));
    }
    let uri = text(&input["messageReviewHandler"], "uri");
    if !uri.is_empty() && !account.permits(uri) {
        return Err(ServiceError::no_permission());
    }
    check_logging(account, input)?;
    account.touch(arn, context.now);
    let room = account.rooms.get_mut(arn).ok_or_else(|| ServiceError::missing(arn))?;
    set(room, input);
    Ok(room.details())
}

/// Checks that the logging configurations of a request exist.
fn check_logging(account: &Account, input: &Value) -> Result<(), ServiceError> {
    let ids = input["loggingConfigurationIdentifiers"].as_array().into_iter().flatten();
    let mut missing = ids.filter_map(Value::as_str).filter(|id| !account.logging.contains_key(*id));
    missing.next().map_or(Ok(()), |id| Err(ServiceError::missing(id)))
}

/// Applies the settings of a request to a room.
fn set(room: &mut Room, input: &Value) {
    let handler = &input["messageReviewHandler"];
    if let Some(uri) = handler["uri"].as_str() {
        room.uri = uri.into();
    }
    if let Some(fallback) = handler["fallbackResult"].as_str() {
        room.fallback = fallback.into();
    }
    if let Some(name) = input["name"].as_str() {
        room.name = name.into();
    }
    let number = |name: &str| input[name].as_u64().and_then(|it| usize::try_from(it).ok());
    if let Some(length) = number("maximumMessageLength") {
        room.maximum_length = length;
    }
    if let Some(rate) = number("maximumMessageRatePerSecond") {
        room.maximum_rate = rate;
    }
    if let Some(logging) = input["loggingConfigurationIdentifiers"].as_array() {
        room.logging = logging.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    }
}

pub(super) fn list(account: &mut Account, input: &Value) -> Value {
    let (filters, token) = filters_and_token(input);
    let from = token.and_then(PageToken::parse).map_or(0, |token| token.from);
    let size = page_size(account, &input["maxResults"]);
    let rooms = account.by_update_time();
    let mut matching = rooms.into_iter().filter(|room| matches(room, &filters)).skip(from);
    let page: Vec<Value> =
        matching.by_ref().take(size).map(|room| Value::Object(room.summary())).collect();
    let mut answer = json!({"rooms": page});
    if matching.next().is_some() {
        let (number, from) = (account.next_page(), from.saturating_add(size));
        let token = PageToken { number, from, list: hash(&filters) };
        answer["nextToken"] = json!(token.to_string());
    }
    answer
}

/// Whether a list with these filters contains the room. The documentation does not say that filters are exact, so
/// these are not: a name also matches as a prefix, and a function also matches its aliases.
fn matches(room: &Room, filters: &Map<String, Value>) -> bool {
    let filter = |name: &str| filters.get(name).and_then(Value::as_str);
    let name = filter("name").is_none_or(|name| room.name.starts_with(name));
    let uri = filter("messageReviewHandlerUri").is_none_or(|uri| {
        room.uri.strip_prefix(uri).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    });
    let logging = filter("loggingConfigurationIdentifier")
        .is_none_or(|id| room.logging.iter().any(|logging| logging == id));
    name && uri && logging
}

fn filters_and_token(input: &Value) -> (Map<String, Value>, Option<&str>) {
    let mut filters = input.as_object().cloned().unwrap_or_default();
    filters.remove("nextToken");
    (filters, input["nextToken"].as_str())
}

/// Returns what is wrong with the token of a list, which must have been issued for the same list.
pub fn token_problem(input: &Value) -> Option<Problem> {
    let (filters, token) = filters_and_token(input);
    let message = match PageToken::parse(token?) {
        Some(token) if token.list == hash(&filters) => return None,
        Some(_) => "was issued for another list",
        None => "was never issued",
    };
    Some(Problem::new("nextToken", message))
}

/// The token of a page: its first item, the list to which it belongs, and a checksum.
struct PageToken {
    /// Different for each token.
    number: u64,
    from: usize,
    /// The hash of the other parameters, which must be the same for all pages.
    list: u64,
}

impl PageToken {
    fn parse(text: &str) -> Option<PageToken> {
        let mut parts = text.strip_prefix("page/")?.split('+');
        let token = PageToken {
            number: parts.next()?.parse().ok()?,
            from: parts.next()?.parse().ok()?,
            list: u64::from_str_radix(parts.next()?, 16).ok()?,
        };
        (token.to_string() == text).then_some(token)
    }
}

impl std::fmt::Display for PageToken {
    /// With characters that must be escaped in URLs, as opaque tokens may have.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let PageToken { number, from, list } = self;
        let checksum = fnv(format!("{number}/{from}/{list}").as_bytes());
        write!(f, "page/{number}+{from}+{list:x}+{checksum:x}==")
    }
}

fn hash(filters: &Map<String, Value>) -> u64 {
    let json = Value::Object(filters.clone()).to_string();
    fnv(json.as_bytes())
}

/// FNV-1a.
fn fnv(bytes: &[u8]) -> u64 {
    let add = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, add)
}
