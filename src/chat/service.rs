//! The service as a state machine: requests and frames go in with the time, and [`Effect`]s come out.
//!
//! A message takes this way:
//!
//! ```text
//! frame ─▶ checks ─▶ ID, time ─▶ Review effect ─▶ invocation by the caller ─▶ reviewed() ─▶ Deliver effect
//! ```
//!
//! The checks have an order: JSON, session (401), rates (429), action and members (400, 413), capability (403),
//! room (404), length (400), review (406). Amazon does not document it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::account::Account;
use super::contract::Operation;
use super::control::{self, ServiceError, text, token_problem};
use super::frames::{Action, ActionKind, Attributes, Frame, RawRequest, Refusal, Sender, record};
use super::ids::{Identifiers, New};
use super::rate::Window;
use super::reply::{Answer, Reply};

/// How long a token can be used to connect.
const TOKEN_TIME: SignedDuration = SignedDuration::from_secs(60);
/// The maximum number of tokens that are not used yet.
const MAX_TOKENS: usize = 50_000;
/// The maximum number of accounts and Regions.
const MAX_ACCOUNTS: usize = 16;

/// Requests per second: of a connection, and of an account by action.
const CONNECTION_RATE: usize = 10;
const SEND_RATE: usize = 1_000;
const MODERATION_RATE: usize = 100;

/// The error of a message that would be delivered empty.
const EMPTY: &str = "Content is empty";

/// What every input comes with.
pub struct Context<'c> {
    /// The time of the input.
    pub now: Timestamp,
    /// The source of IDs and tokens.
    pub ids: &'c mut dyn Identifiers,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("now", &self.now).finish_non_exhaustive()
    }
}

/// What differs between services.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Whether rates are limited.
    pub has_limits: bool,
    /// The maximum number of connections.
    pub max_connections: usize,
    /// The maximum number of rooms of an account.
    pub max_rooms: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { has_limits: true, max_connections: 50_000, max_rooms: 50_000 }
    }
}

impl Settings {
    fn account(self, region: &str, id: &str) -> Account {
        let mut account = Account::new(region, id);
        account.max_rooms = self.max_rooms;
        if self.has_limits {
            account.enforce_quotas();
        }
        account
    }
}

/// A connection of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(u64);

/// A review that was requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewId(u64);

/// What the caller has to do after an input, in order.
#[derive(Clone)]
pub enum Effect {
    /// Send a text frame to these connections.
    Deliver {
        /// In ascending order.
        to: Vec<ConnectionId>,
        /// JSON.
        frame: String,
    },
    /// Close a connection with a closing handshake (code 1000), after the frames so far.
    Close(ConnectionId),
    /// Invoke the handler and pass its answer to [`Service::reviewed`].
    Review {
        /// The argument of `reviewed`.
        id: ReviewId,
        /// The ARN of the function.
        uri: String,
        /// The event for the handler, as JSON.
        event: String,
    },
    /// Write a line to the log of a room.
    Record {
        /// The ARN of the room.
        room: String,
        /// When the message or event was received.
        time: Timestamp,
        /// JSON, without a line break.
        line: String,
    },
    /// A message was delivered or denied.
    Decided(Box<Decision>),
    /// Something that is probably a mistake of the application.
    Warn(String),
}

/// How a message was decided.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The review, if there was one.
    #[serde(skip)]
    pub review: Option<ReviewId>,
    /// The ID of the message.
    pub id: String,
    /// The ID that the sender's client chose; empty if it did not.
    pub request_id: String,
    /// The ARN of the room.
    pub room: String,
    /// The sender.
    pub user_id: String,
    /// When the message was received.
    pub send_time: Timestamp,
    /// As sent.
    pub content: String,
    /// As sent.
    pub attributes: Option<Attributes>,
    /// Those of the token.
    pub sender_attributes: Attributes,
    /// What the room gets; `None` if the message is denied.
    pub delivered: Option<Delivered>,
    /// The text of the ERROR frame of a message that is not delivered.
    pub reason: Option<String>,
    /// Its code.
    pub error_code: Option<u16>,
    /// Why the handler's reply does not count. The fallback of the room decided.
    pub failure: Option<String>,
}

/// What a room gets of a message.
#[derive(Clone, Serialize)]
pub struct Delivered {
    /// The content.
    pub content: String,
    /// The attributes.
    pub attributes: Option<Attributes>,
}

/// Who may connect with a token, and as whom.
#[derive(Clone)]
struct Grant {
    room: String,
    user_id: String,
    capabilities: BTreeSet<ActionKind>,
    attributes: Attributes,
    token_end: Timestamp,
    session_end: Timestamp,
}

struct Connection {
    grant: Grant,
    /// The address of the client, for the handler only.
    ip: String,
    requests: Window,
}

/// A message that waits for its review.
struct Pending {
    message: Message,
    sender: ConnectionId,
    maximum_length: usize,
    /// Whether the message is denied if the handler fails.
    fallback_denies: bool,
}

struct Message {
    id: String,
    request_id: String,
    room: String,
    user_id: String,
    sender_attributes: Attributes,
    content: String,
    attributes: Option<Attributes>,
    time: Timestamp,
}

/// Requests of an account in one Region within a second.
#[derive(Default)]
struct Rates {
    send: Window,
    delete: Window,
    disconnect: Window,
}

/// The service: accounts, tokens, connections and messages under review.
pub struct Service {
    settings: Settings,
    /// By Region and ID.
    accounts: BTreeMap<(String, String), Account>,
    /// By token.
    tokens: HashMap<String, Grant>,
    connections: BTreeMap<ConnectionId, Connection>,
    /// By ARN of a room; rooms may be deleted while clients are connected.
    members: HashMap<String, BTreeSet<ConnectionId>>,
    /// Messages per second, by ARN of a room with connections.
    room_rates: HashMap<String, Window>,
    /// By Region and ID.
    rates: HashMap<(String, String), Rates>,
    pending: HashMap<ReviewId, Pending>,
    last_number: u64,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("accounts", &self.accounts.len())
            .field("connections", &self.connections.len())
            .finish_non_exhaustive()
    }
}

impl Service {
    /// A service without rooms.
    pub fn new(settings: Settings) -> Service {
        Service {
            settings,
            accounts: BTreeMap::new(),
            tokens: HashMap::new(),
            connections: BTreeMap::new(),
            members: HashMap::new(),
            room_rates: HashMap::new(),
            rates: HashMap::new(),
            pending: HashMap::new(),
            last_number: 0,
        }
    }

    /// Returns the account with this ID in a Region, which exists as soon as it is used.
    ///
    /// # Errors
    ///
    /// If there are too many accounts.
    pub fn account(&mut self, region: &str, id: &str) -> Result<&mut Account, ServiceError> {
        let key = (region.to_owned(), id.to_owned());
        if !self.accounts.contains_key(&key) && self.accounts.len() >= MAX_ACCOUNTS {
            return Err(ServiceError::over_quota(id, MAX_ACCOUNTS));
        }
        let settings = self.settings;
        Ok(self.accounts.entry(key).or_insert_with(|| settings.account(region, id)))
    }

    /// Returns all accounts.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Returns the number of connections.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Returns the number of connections of a room.
    pub fn connections_of(&self, room: &str) -> usize {
        self.members.get(room).map_or(0, BTreeSet::len)
    }

    /// Executes a request to the control plane. An account exists from the first request that creates something.
    ///
    /// # Errors
    ///
    /// The error response of the service.
    pub fn control(
        &mut self,
        (region, account): (&str, &str),
        operation: &'static Operation,
        input: &Value,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> Result<Value, ServiceError> {
        let mut problems = operation.problems(input);
        if let Some(unknown) = problems.iter().find(|problem| problem.is_unknown_member()) {
            let (operation, name) = (operation.name, &unknown.name);
            effects.push(Effect::Warn(format!("{operation} has no member `{name}`")));
        }
        problems.retain(|problem| !problem.is_unknown_member());
        if problems.is_empty() && operation.name == "ListRooms" {
            problems.extend(token_problem(input));
        }
        if !problems.is_empty() {
            return Err(ServiceError::invalid(&problems));
        }
        let is_known = self.accounts.contains_key(&(region.to_owned(), account.to_owned()));
        if !is_known && !operation.creates() {
            let empty = &mut self.settings.account(region, account);
            let missing = || Err(ServiceError::missing(text(input, "roomIdentifier")));
            return control::serve(empty, operation.name, input, context).unwrap_or_else(missing);
        }
        if !self.account(region, account)?.take(operation.name, operation.quota, context.now) {
            // Quotas are at most 200.
            return Err(ServiceError::throttled(account, operation.quota as u32));
        }
        self.execute((region, account), operation.name, input, context, effects)
    }

    /// Executes a request that was checked.
    ///
    /// # Errors
    ///
    /// The error response of the service.
    pub fn execute(
        &mut self,
        (region, id): (&str, &str),
        operation: &str,
        input: &Value,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> Result<Value, ServiceError> {
        let account = self.account(region, id)?;
        if let Some(answer) = control::serve(account, operation, input, context) {
            return answer;
        }
        let room = text(input, "roomIdentifier");
        if !account.rooms.contains_key(room) {
            return Err(ServiceError::missing(room));
        }
        let reason = input["reason"].as_str();
        match operation {
            "CreateChatToken" => self.create_token(room, input, context),
            "SendEvent" => {
                let attributes = input["attributes"].as_object();
                let attributes = attributes.and_then(super::frames::strings).unwrap_or_default();
                let name = text(input, "eventName");
                let attributes = Some(attributes).filter(|it| !it.is_empty());
                let id = self.send_event(room, "", name, attributes, context, effects);
                Ok(json!({"id": id}))
            }
            "DeleteMessage" => {
                self.take_moderation(room, ActionKind::DeleteMessage, context)?;
                let message = text(input, "id");
                let id = self.delete_message(room, "", message, reason, context, effects);
                Ok(json!({"id": id}))
            }
            "DisconnectUser" => {
                self.take_moderation(room, ActionKind::DisconnectUser, context)?;
                let user = text(input, "userId");
                self.disconnect_user(room, "", user, reason, context, effects);
                Ok(json!({}))
            }
            _ => Err(ServiceError::no_operation("unknown operation")),
        }
    }

    /// Connects a client with a token, which cannot be used again. Returns `None` if the token is
    /// unknown, was used or has expired, if the room was deleted, or if there are too many connections.
    pub fn connect(&mut self, token: &str, ip: &str, now: Timestamp) -> Option<ConnectionId> {
        let grant = self.tokens.remove(token)?;
        let is_full = self.connections.len() >= self.settings.max_connections;
        if is_full || now >= grant.token_end || self.room(&grant.room).is_none() {
            return None;
        }
        let id = ConnectionId(self.next_number());
        self.members.entry(grant.room.clone()).or_default().insert(id);
        let connection = Connection { grant, ip: ip.to_owned(), requests: Window::default() };
        self.connections.insert(id, connection);
        Some(id)
    }

    /// Removes a connection that was closed. Its messages under review are still delivered.
    pub fn disconnected(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.remove(&id) else { return };
        let room = connection.grant.room;
        if let Some(members) = self.members.get_mut(&room) {
            members.remove(&id);
            if members.is_empty() {
                self.members.remove(&room);
                self.room_rates.remove(&room);
            }
        }
    }

    /// Handles a text frame of a client.
    pub fn received(
        &mut self,
        id: ConnectionId,
        text: &str,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        if !self.connections.contains_key(&id) {
            return;
        }
        let is_within_rate = self.take_connection_rate(id, context.now);
        let Some(request) = RawRequest::parse(text) else {
            let refusal = match is_within_rate {
                true => Refusal::new(400, "the request is not a JSON object"),
                false => Refusal::over_rate(),
            };
            return self.refuse(id, None, "", &refusal, context, effects);
        };
        if let Err(refusal) = self.handle(id, &request, is_within_rate, context, effects) {
            self.refuse(id, None, request.request_id(), &refusal, context, effects);
        }
    }

    /// Handles a frame that is not text, or too large.
    pub fn received_invalid(
        &mut self,
        id: ConnectionId,
        is_too_large: bool,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let is_within_rate = self.take_connection_rate(id, context.now);
        let refusal = match is_too_large {
            true => Refusal::new(413, "the request is too large"),
            false if is_within_rate => Refusal::new(400, "the request is not text"),
            false => Refusal::over_rate(),
        };
        self.refuse(id, None, "", &refusal, context, effects);
    }

    fn handle(
        &mut self,
        id: ConnectionId,
        request: &RawRequest,
        is_within_rate: bool,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        let now = context.now;
        let Some(connection) = self.connections.get(&id) else { return Ok(()) };
        let grant = connection.grant.clone();
        if now >= grant.session_end {
            return Err(Refusal::new(401, "the connection has expired"));
        }
        // A client that sends too much does not use up the rate of its room.
        if !is_within_rate || !self.take_rate(&grant.room, request.kind(), now) {
            return Err(Refusal::over_rate());
        }
        if let Some(name) = request.unknown_member() {
            let help = "members are `Action`, `RequestId`, `Content`, `Attributes`, `Id`, `Reason` \
                        and `UserId`, in this case";
            effects
                .push(Effect::Warn(format!("a request has the unknown member `{name}`; {help}")));
        }
        let action = request.action()?;
        let kind = request.kind().ok_or_else(|| Refusal::new(400, "Action is missing"))?;
        if !grant.capabilities.contains(&kind) {
            let name = kind.as_str();
            return Err(Refusal::new(403, format!("the token has no capability {name}")));
        }
        if self.room(&grant.room).is_none() {
            return Err(Refusal::new(404, "the room does not exist"));
        }
        let (room, request_id) = (&grant.room, request.request_id());
        match action {
            Action::SendMessage { content, attributes } => {
                let message = Message {
                    id: String::new(),
                    request_id: request_id.to_owned(),
                    room: room.clone(),
                    user_id: grant.user_id.clone(),
                    sender_attributes: grant.attributes.clone(),
                    content,
                    attributes,
                    time: now,
                };
                return self.send_message(id, message, context, effects);
            }
            Action::DeleteMessage { id, reason } => {
                self.delete_message(room, request_id, &id, reason.as_deref(), context, effects);
            }
            Action::DisconnectUser { user_id, reason } => {
                let reason = reason.as_deref();
                self.disconnect_user(room, request_id, &user_id, reason, context, effects);
            }
        }
        Ok(())
    }

    fn send_message(
        &mut self,
        sender: ConnectionId,
        message: Message,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        let Some(room) = self.room(&message.room) else {
            return Err(Refusal::new(404, "the room does not exist"));
        };
        if message.content.chars().count() > room.maximum_length {
            return Err(Refusal::new(400, "Message exceeds maximum length"));
        }
        let (uri, maximum_length, fallback_denies) =
            (room.uri.clone(), room.maximum_length, room.fallback == "DENY");
        let message = Message { id: context.ids.create(New::Frame), ..message };
        if uri.is_empty() {
            if message.content.is_empty() {
                return Err(Refusal::new(400, EMPTY));
            }
            self.deliver(None, message, None, None, effects);
            return Ok(());
        }
        let ip = self.connections.get(&sender).map_or("", |connection| &connection.ip);
        let event = json!({
            "Content": message.content,
            "MessageId": message.id,
            "RoomArn": message.room,
            "Attributes": message.attributes.as_ref().unwrap_or(&Attributes::new()),
            "Sender": {
                "UserId": message.user_id,
                "Ip": ip,
                "Attributes": message.sender_attributes,
            },
        });
        let id = ReviewId(self.next_number());
        self.pending.insert(id, Pending { message, sender, maximum_length, fallback_denies });
        effects.push(Effect::Review { id, uri, event: event.to_string() });
        Ok(())
    }

    /// Delivers or denies a message by the answer of the handler.
    pub fn reviewed(
        &mut self,
        id: ReviewId,
        answer: &Answer,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(Pending { message, sender, maximum_length, fallback_denies }) =
            self.pending.remove(&id)
        else {
            return;
        };
        let mut code = 406;
        let (delivered, reason, failure) = match answer.judge(maximum_length) {
            Ok(Reply::Allow { content, attributes }) => {
                let dropped = dropped(message.attributes.as_ref(), attributes.as_ref());
                if dropped > 0 {
                    effects.push(Effect::Warn(format!(
                        "the attributes of the handler's reply replace those of the message, of \
                         which {dropped} are missing"
                    )));
                }
                let attributes = attributes.or_else(|| message.attributes.clone());
                let attributes = attributes.filter(|attributes| !attributes.is_empty());
                (Some(Delivered { content, attributes }), None, None)
            }
            Ok(Reply::Deny { reason }) => (None, reason, None),
            Err(why) if !fallback_denies && !message.content.is_empty() => {
                let (content, attributes) = (message.content.clone(), message.attributes.clone());
                (Some(Delivered { content, attributes }), None, Some(why))
            }
            // As in a room without a handler.
            Err(why) if !fallback_denies => {
                code = 400;
                (None, Some(EMPTY.into()), Some(why))
            }
            Err(why) => (None, None, Some(why)),
        };
        match delivered {
            Some(delivered) => self.deliver(Some(id), message, Some(delivered), failure, effects),
            None => {
                let reason = reason.filter(|reason| !reason.is_empty());
                let reason = reason.unwrap_or_else(|| "the message was denied in review".into());
                let refusal = Refusal::new(code, reason);
                let (id_of_message, request_id) = (&message.id, &message.request_id);
                self.refuse(sender, Some(id_of_message), request_id, &refusal, context, effects);
                let decision = message.into_decision(Some(id), Err(refusal), failure);
                effects.push(Effect::Decided(Box::new(decision)));
            }
        }
    }

    /// Delivers a message: what the review left of it, or as sent.
    fn deliver(
        &mut self,
        review: Option<ReviewId>,
        message: Message,
        delivered: Option<Delivered>,
        failure: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        let delivered = delivered.unwrap_or_else(|| Delivered {
            content: message.content.clone(),
            attributes: message.attributes.clone(),
        });
        let frame = Frame::Message {
            id: &message.id,
            request_id: &message.request_id,
            attributes: delivered.attributes.as_ref(),
            content: &delivered.content,
            send_time: message.time,
            sender: Sender { user_id: &message.user_id, attributes: &message.sender_attributes },
        };
        self.broadcast("MESSAGE", &message.room, message.time, frame.to_json(), effects);
        let decision = message.into_decision(review, Ok(delivered), failure);
        effects.push(Effect::Decided(Box::new(decision)));
    }

    fn delete_message(
        &mut self,
        room: &str,
        request_id: &str,
        message: &str,
        reason: Option<&str>,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> String {
        // Clients of the first versions read `MessageID`, which is deprecated.
        let mut attributes = Attributes::new();
        attributes.insert("MessageID".into(), message.into());
        attributes.insert("MessageId".into(), message.into());
        if let Some(reason) = reason {
            attributes.insert("Reason".into(), reason.into());
        }
        let name = "aws:DELETE_MESSAGE";
        self.send_event(room, request_id, name, Some(attributes), context, effects)
    }

    /// Sends the event to all, and then closes the connections of the user.
    fn disconnect_user(
        &mut self,
        room: &str,
        request_id: &str,
        user: &str,
        reason: Option<&str>,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let mut attributes = Attributes::new();
        attributes.insert("UserId".into(), user.into());
        if let Some(reason) = reason {
            attributes.insert("Reason".into(), reason.into());
        }
        let name = "aws:DISCONNECT_USER";
        self.send_event(room, request_id, name, Some(attributes), context, effects);
        let of_user =
            |id: &ConnectionId| self.connections.get(id).is_some_and(|it| it.grant.user_id == user);
        let members = self.members.get(room).into_iter().flatten().copied();
        let closed: Vec<ConnectionId> = members.filter(of_user).collect();
        for id in closed {
            self.disconnected(id);
            effects.push(Effect::Close(id));
        }
    }

    /// Sends an event to all connections of a room; returns its ID.
    fn send_event(
        &mut self,
        room: &str,
        request_id: &str,
        event_name: &str,
        attributes: Option<Attributes>,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> String {
        let id = context.ids.create(New::Frame);
        let send_time = context.now;
        let attributes = attributes.as_ref();
        let frame = Frame::Event { id: &id, request_id, event_name, attributes, send_time };
        self.broadcast("EVENT", room, send_time, frame.to_json(), effects);
        id
    }

    fn broadcast(
        &self,
        kind: &'static str,
        room: &str,
        time: Timestamp,
        frame: String,
        effects: &mut Vec<Effect>,
    ) {
        let line = record(kind, time, &frame);
        effects.push(Effect::Record { room: room.to_owned(), time, line });
        if let Some(members) = self.members.get(room) {
            effects.push(Effect::Deliver { to: members.iter().copied().collect(), frame });
        }
    }

    /// Sends an error to a connection. `message`: the ID of the message, if it has one.
    fn refuse(
        &self,
        to: ConnectionId,
        message: Option<&str>,
        request_id: &str,
        refusal: &Refusal,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        if !self.connections.contains_key(&to) {
            return;
        }
        let id = message.map_or_else(|| context.ids.create(New::Frame), str::to_owned);
        let Refusal { code, text } = refusal;
        let frame = Frame::Error { id: &id, request_id, error_code: *code, error_message: text };
        effects.push(Effect::Deliver { to: vec![to], frame: frame.to_json() });
    }

    fn create_token(
        &mut self,
        room: &str,
        input: &Value,
        context: &mut Context<'_>,
    ) -> Result<Value, ServiceError> {
        let now = context.now;
        if self.tokens.len() >= MAX_TOKENS {
            self.tokens.retain(|_, grant| grant.token_end > now);
        }
        if self.tokens.len() >= MAX_TOKENS {
            return Err(ServiceError::throttled(&place(room).1, 200));
        }
        let minutes = input["sessionDurationInMinutes"].as_i64().unwrap_or(60);
        let after = |duration| now.checked_add(duration).unwrap_or(Timestamp::MAX);
        let capabilities = input["capabilities"].as_array().into_iter().flatten();
        let attributes = input["attributes"].as_object();
        let grant = Grant {
            room: room.to_owned(),
            user_id: text(input, "userId").to_owned(),
            capabilities: capabilities.filter_map(|it| ActionKind::of(it.as_str()?)).collect(),
            attributes: attributes.and_then(super::frames::strings).unwrap_or_default(),
            token_end: after(TOKEN_TIME),
            session_end: after(SignedDuration::from_mins(minutes)),
        };
        let token = context.ids.create(New::Token);
        let answer = json!({
            "token": token,
            "tokenExpirationTime": grant.token_end.to_string(),
            "sessionExpirationTime": grant.session_end.to_string(),
        });
        self.tokens.insert(token, grant);
        Ok(answer)
    }

    fn room(&self, arn: &str) -> Option<&super::account::Room> {
        self.accounts.get(&place(arn))?.rooms.get(arn)
    }

    /// Counts a frame of a connection; returns whether the rate allows it.
    fn take_connection_rate(&mut self, id: ConnectionId, now: Timestamp) -> bool {
        let connection = self.connections.get_mut(&id);
        let is_within = connection.is_none_or(|it| it.requests.take(CONNECTION_RATE, now));
        is_within || !self.settings.has_limits
    }

    /// Counts a request for the room and its account; returns whether both rates allow it.
    fn take_rate(&mut self, room: &str, kind: Option<ActionKind>, now: Timestamp) -> bool {
        if !self.settings.has_limits {
            return true;
        }
        let maximum = self.room(room).map_or(0, |room| room.maximum_rate);
        let rates = self.rates.entry(place(room)).or_default();
        match kind {
            Some(ActionKind::SendMessage) => {
                let of_account = rates.send.take(SEND_RATE, now);
                let of_room = self.room_rates.entry(room.to_owned()).or_default();
                // Requests to a deleted room have an error of their own.
                (maximum == 0 || of_room.take(maximum, now)) && of_account
            }
            Some(ActionKind::DeleteMessage) => rates.delete.take(MODERATION_RATE, now),
            Some(ActionKind::DisconnectUser) => rates.disconnect.take(MODERATION_RATE, now),
            None => true,
        }
    }

    /// Counts a request to the control plane that has the same quota as the one of a client.
    fn take_moderation(
        &mut self,
        room: &str,
        kind: ActionKind,
        context: &Context<'_>,
    ) -> Result<(), ServiceError> {
        if !self.take_rate(room, Some(kind), context.now) {
            return Err(ServiceError::throttled(&place(room).1, 100));
        }
        Ok(())
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}

impl Message {
    fn into_decision(
        self,
        review: Option<ReviewId>,
        outcome: Result<Delivered, Refusal>,
        failure: Option<String>,
    ) -> Decision {
        let (delivered, refusal) = match outcome {
            Ok(delivered) => (Some(delivered), None),
            Err(refusal) => (None, Some(refusal)),
        };
        Decision {
            review,
            id: self.id,
            request_id: self.request_id,
            room: self.room,
            user_id: self.user_id,
            send_time: self.time,
            content: self.content,
            attributes: self.attributes,
            sender_attributes: self.sender_attributes,
            delivered,
            error_code: refusal.as_ref().map(|refusal| refusal.code),
            reason: refusal.map(|refusal| refusal.text),
            failure,
        }
    }
}

/// Returns Region and account of a room.
fn place(arn: &str) -> (String, String) {
    let mut parts = arn.split(':').skip(3);
    let mut part = || parts.next().unwrap_or_default().to_owned();
    (part(), part())
}

/// Returns how many of the original attributes a reply leaves out.
fn dropped(original: Option<&Attributes>, reply: Option<&Attributes>) -> usize {
    let (Some(original), Some(reply)) = (original, reply) else { return 0 };
    original.keys().filter(|name| !reply.contains_key(*name)).count()
}
