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

mod deliveries;
mod effects;
mod limits;
mod requests;
mod reviews;
mod sessions;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::{Value, json};

pub use self::effects::{ConnectionId, Decision, Delivered, Effect, ReviewId};
use self::limits::Rates;
use self::reviews::Pending;
use self::sessions::{Connection, Grant};
use super::account::{Account, Room};
use super::contract::Operation;
use super::control::{self, ServiceError, text, token_problem};
use super::frames::{ActionKind, strings};
use super::ids::Identifiers;
use super::rate::Window;

/// The maximum number of accounts and Regions.
const MAX_ACCOUNTS: usize = 16;

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
                let attributes = attributes.and_then(strings).unwrap_or_default();
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

    fn room(&self, arn: &str) -> Option<&Room> {
        self.accounts.get(&place(arn))?.rooms.get(arn)
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}

/// Returns Region and account of a room.
fn place(arn: &str) -> (String, String) {
    let mut parts = arn.split(':').skip(3);
    let mut part = || parts.next().unwrap_or_default().to_owned();
    (part(), part())
}
