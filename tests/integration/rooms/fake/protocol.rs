//! The REST-JSON protocol of the service: requests, operations and responses.

use hyper::{Method, Uri};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::account::{ACCOUNT, Account, Page, Room};
use super::contract::{self, Operation, Problem};
use super::{chat, logging, tags, video};

/// A response with a status other than 200.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct ErrorResponse {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) body: Value,
    /// The `Retry-After` header, in seconds.
    pub(super) retry_after: Option<u32>,
}

impl ErrorResponse {
    pub(super) fn new(status: u16, kind: &'static str, message: &str) -> Self {
        Self { status, kind, body: json!({"message": message}), retry_after: None }
    }

    pub(super) fn throttled() -> Self {
        let mut refusal = Self::new(429, "ThrottlingException", "Rate exceeded");
        refusal.body["resourceId"] = json!(ACCOUNT);
        refusal.body["resourceType"] = json!("ROOM");
        refusal.body["limit"] = json!(5);
        refusal
    }

    /// Returns the error as Amazon IVS sends it, with only a message.
    pub(super) fn of_video(self) -> Self {
        Self { body: json!({"exceptionMessage": self.body["message"]}), ..self }
    }

    pub(super) fn invalid(problems: &[Problem]) -> Self {
        let named = |problem: &Problem| format!("{} {}", problem.name, problem.message);
        let message = problems.iter().map(named).collect::<Vec<_>>().join("; ");
        let mut refusal = Self::new(400, "ValidationException", &message);
        refusal.body["reason"] = json!("FIELD_VALIDATION_FAILED");
        let field = |problem: &Problem| json!({"name": problem.name, "message": problem.message});
        refusal.body["fieldList"] = problems.iter().map(field).collect();
        refusal
    }

    pub(super) fn no_operation(message: &str) -> Self {
        let mut refusal = Self::new(400, "ValidationException", message);
        refusal.body["reason"] = json!("UNKNOWN_OPERATION");
        refusal
    }

    pub(super) fn conflict(arn: &str, message: &str) -> Self {
        let mut refusal = Self::new(409, "ConflictException", message);
        refusal.body["resourceId"] = json!(id_of(arn));
        refusal.body["resourceType"] = json!("ROOM");
        refusal
    }

    pub(super) fn over_quota(limit: usize) -> Self {
        let message = "The limit of this account is reached";
        let mut refusal = Self::new(402, "ServiceQuotaExceededException", message);
        refusal.body["resourceId"] = json!(ACCOUNT);
        refusal.body["resourceType"] = json!("ROOM");
        refusal.body["limit"] = json!(limit);
        refusal
    }

    fn no_permission() -> Self {
        let message = "1 validation error detected: Request member: uri failed to satisfy the \
                       constraints: invalid lambda permission";
        let mut refusal = Self::new(400, "ValidationException", message);
        refusal.body["reason"] = json!("OTHER");
        refusal
    }

    /// `ROOM` is the only type of resource that the service documents.
    pub(super) fn missing(arn: &str) -> Self {
        let mut refusal =
            Self::new(404, "ResourceNotFoundException", "Resource with the given ARN not found");
        refusal.body["resourceId"] = json!(id_of(arn));
        refusal.body["resourceType"] = json!("ROOM");
        refusal
    }
}

/// Returns the ID at the end of an ARN. By the service model, errors contain the ID and not the ARN.
fn id_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

/// Returns the operation and the part of its input that is in path and query.
pub(super) fn route(
    method: &Method,
    uri: &Uri,
) -> Result<(&'static Operation, Map<String, Value>), String> {
    let mut input = Map::new();
    let path = uri.path();
    let name = match (method, path.strip_prefix("/tags/")) {
        (&Method::GET, Some(_)) => "ListTagsForResource",
        (&Method::POST, Some(_)) => "TagResource",
        (&Method::DELETE, Some(_)) => "UntagResource",
        (&Method::POST, None) => path.strip_prefix('/').unwrap_or_default(),
        _ => "",
    };
    // Operations on tags have paths without their names.
    let about_tags = ["ListTagsForResource", "TagResource", "UntagResource"].contains(&name);
    let is_valid = about_tags == path.starts_with("/tags/");
    let operation = contract::named(name).filter(|_| is_valid);
    let operation = operation.ok_or_else(|| format!("no operation is {method} {path}"))?;
    if let Some(label) = path.strip_prefix("/tags/") {
        if label.contains([':', '/']) {
            return Err("the ARN in the path is not percent-encoded".into());
        }
        input.insert("resourceArn".into(), decoded(label)?.into());
    }
    match (name, uri.query()) {
        ("UntagResource", query) => {
            let keys = query.unwrap_or_default().split('&').map(|pair| {
                let key = pair.strip_prefix("tagKeys=").ok_or("the query has more than tagKeys")?;
                decoded(key).map(Value::from)
            });
            input.insert("tagKeys".into(), keys.collect::<Result<Vec<Value>, String>>()?.into());
        }
        (_, None) => {}
        _ => return Err("this operation has no query".into()),
    }
    Ok((operation, input))
}

fn decoded(text: &str) -> Result<String, String> {
    let text = percent_decode_str(text).decode_utf8().map_err(|error| error.to_string())?;
    Ok(text.into_owned())
}

/// Executes a valid request.
pub(super) fn serve(
    account: &mut Account,
    client: &str,
    operation: &str,
    input: &Value,
) -> Result<Value, ErrorResponse> {
    match operation {
        "CreateRoom" => create_room(account, input),
        "DeleteRoom" => delete_room(account, input),
        "GetRoom" => get_room(account, input),
        "ListRooms" => list_rooms(account, client, input),
        "UpdateRoom" => update_room(account, input),
        "CreateLoggingConfiguration" => logging::create(account, input),
        "DeleteLoggingConfiguration" => logging::delete(account, input),
        "GetLoggingConfiguration" => logging::get(account, input),
        "ListLoggingConfigurations" => logging::list(account, input),
        "UpdateLoggingConfiguration" => logging::update(account, input),
        "ListTagsForResource" => tags::list(account, input),
        "TagResource" => tags::tag(account, input),
        "UntagResource" => tags::untag(account, input),
        "CreateChatToken" => chat::create_token(account, input),
        "SendEvent" => chat::send_event(account, input),
        "DeleteMessage" => chat::delete_message(account, input),
        "DisconnectUser" => chat::disconnect_user(account, input),
        "BatchGetChannel" => Ok(video::batch_get_channel(account, input)),
        "GetChannel" => video::get_channel(account, input),
        "GetStream" => video::get_stream(account, input),
        "ListChannels" => Ok(video::list_channels(account, input)),
        "ListStreams" => Ok(video::list_streams(account, input)),
        _ => unreachable!("the contract has no other operation"),
    }
}

pub(super) fn text<'a>(input: &'a Value, member: &str) -> &'a str {
    input[member].as_str().unwrap_or("")
}

fn create_room(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    let most = account.max_rooms.unwrap_or(50_000);
    if account.rooms.len() >= most {
        return Err(ErrorResponse::over_quota(most));
    }
    check_logging(account, input)?;
    let handler = &input["messageReviewHandler"];
    let uri = text(handler, "uri").to_owned();
    if !uri.is_empty() && !account.permits(&uri) {
        return Err(ErrorResponse::no_permission());
    }
    let arn = account.add_room(text(input, "name"));
    let room = account.room(&arn);
    room.uri = uri;
    room.fallback = handler["fallbackResult"].as_str().unwrap_or("ALLOW").into();
    set(room, input);
    room.tags = tags::of(input);
    Ok(room.details())
}

fn delete_room(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    let arn = text(input, "identifier");
    account.rooms.remove(arn).ok_or_else(|| ErrorResponse::missing(arn))?;
    Ok(Value::Null)
}

/// Checks that the logging configurations of a request exist.
fn check_logging(account: &Account, input: &Value) -> Result<(), ErrorResponse> {
    let ids = input["loggingConfigurationIdentifiers"].as_array().into_iter().flatten();
    for id in ids.filter_map(Value::as_str) {
        if !account.logging.contains_key(id) {
            return Err(ErrorResponse::missing(id));
        }
    }
    Ok(())
}

/// Applies the other settings of a request to a room.
fn set(room: &mut Room, input: &Value) {
    if let Some(name) = input["name"].as_str() {
        room.name = name.into();
    }
    if let Some(length) = input["maximumMessageLength"].as_i64() {
        room.maximum_length = length;
    }
    if let Some(rate) = input["maximumMessageRatePerSecond"].as_i64() {
        room.maximum_rate = rate;
    }
    if let Some(logging) = input["loggingConfigurationIdentifiers"].as_array() {
        room.logging = logging.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    }
}

fn get_room(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    let arn = text(input, "identifier");
    let room = account.find(arn).ok_or_else(|| ErrorResponse::missing(arn))?;
    room.is_read = true;
    Ok(room.details())
}

fn update_room(account: &mut Account, input: &Value) -> Result<Value, ErrorResponse> {
    let arn = text(input, "identifier");
    let room = account.find(arn).ok_or_else(|| ErrorResponse::missing(arn))?;
    let handler = &input["messageReviewHandler"];
    let uri = handler["uri"].as_str().unwrap_or(&room.uri).to_owned();
    let fallback = handler["fallbackResult"].as_str().unwrap_or(&room.fallback).to_owned();
    let has_uri = !text(handler, "uri").is_empty();
    if has_uri && !account.permits(&uri) {
        return Err(ErrorResponse::no_permission());
    }
    check_logging(account, input)?;
    account.attach(arn, &uri, &fallback);
    let room = account.room(arn);
    room.is_read = false;
    set(room, input);
    Ok(room.details())
}

fn list_rooms(account: &mut Account, client: &str, input: &Value) -> Result<Value, ErrorResponse> {
    let mut filters = input.as_object().cloned().unwrap_or_default();
    let token = filters.remove("nextToken");
    let page = match token.as_ref().and_then(Value::as_str).and_then(|it| account.pages.get(it)) {
        Some(page) => page.clone(),
        None => Page { filters, from: 0 },
    };
    let requested = page.filters.get("maxResults").and_then(Value::as_u64).unwrap_or(50);
    let requested = usize::try_from(requested).unwrap_or(50);
    let number = account.pages.len();
    let size = match account.page_sizes.get(number % account.page_sizes.len().max(1)) {
        Some(size) => requested.min(*size),
        None => requested,
    };
    let rooms = account.by_update_time();
    let matching: Vec<&Room> =
        rooms.into_iter().filter(|room| matches(room, &page.filters)).skip(page.from).collect();
    let summaries: Vec<Value> =
        matching.iter().take(size).map(|room| Value::Object(room.summary())).collect();
    let has_more = matching.len() > size;
    let mut listed = account.listed.get(client).cloned().unwrap_or_default();
    listed.extend(matching.iter().take(size).map(|room| room.arn.clone()));
    let mut all = account.rooms.values().filter(|room| matches(room, &page.filters));
    let is_finished = all.all(|room| listed.contains(&room.arn));
    account.listed.insert(client.into(), listed);
    if is_finished {
        account.unfinished.remove(client);
    } else {
        account.unfinished.insert(client.into());
    }
    let mut answer = json!({"rooms": summaries});
    if has_more {
        let token = format!("page/{number}+{size}==");
        let next = Page { from: page.from + size, filters: page.filters };
        answer["nextToken"] = json!(token);
        account.pages.insert(token, next);
    }
    Ok(answer)
}

/// Returns what is wrong with the token of a list, which must have been issued for the same list.
pub(super) fn token_problem(account: &Account, input: &Value) -> Option<Problem> {
    let mut filters = input.as_object()?.clone();
    let token = filters.remove("nextToken")?;
    let message = match account.pages.get(token.as_str()?) {
        Some(page) if page.filters == filters => return None,
        Some(_) => "was issued for another list",
        None => "was never issued",
    };
    Some(Problem { name: "nextToken".into(), message: message.into() })
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
