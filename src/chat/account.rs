//! The state of an account in one Region: rooms, logging configurations, and the functions that may be handlers.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::rate::Bucket;

/// How responses represent a room without a handler; the documentation of the service does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoHandler {
    /// The member `messageReviewHandler` is missing.
    #[default]
    Absent,
    /// It is an empty object.
    Empty,
    /// Its `uri` is empty.
    EmptyUri,
}

/// Whether the service may invoke a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Granted.
    Granted,
    /// Granted, but not yet effective for this number of calls.
    After(u32),
    /// Not granted, or the function does not exist.
    Never,
}

/// A chat room.
#[derive(Clone, Debug)]
pub struct Room {
    /// `arn:aws:ivschat:<region>:<account>:room/<id>`.
    pub arn: String,
    /// Its name; several rooms may have the same.
    pub name: String,
    /// The ARN of the review handler; empty for a room without one.
    pub uri: String,
    /// What happens to a message if the handler fails: `DENY` denies it, all else delivers it. Tests may set a value
    /// that is not in the contract yet.
    pub fallback: String,
    /// How responses represent a room without a handler.
    pub no_handler: NoHandler,
    /// Tags by key.
    pub tags: BTreeMap<String, String>,
    /// The maximum length of a message, in code points.
    pub maximum_length: usize,
    /// The maximum number of messages per second.
    pub maximum_rate: usize,
    /// ARNs of logging configurations.
    pub logging: Vec<String>,
    created: Timestamp,
    updated: Timestamp,
    /// The number of its last change, by which lists are sorted.
    pub version: u64,
}

impl Room {
    /// Returns the item of a `ListRooms` response.
    pub(super) fn summary(&self) -> Map<String, Value> {
        let mut summary = Map::new();
        let mut put = |key: &str, value: Value| summary.insert(key.into(), value);
        put("arn", json!(self.arn));
        put("id", json!(self.arn.rsplit('/').next()));
        put("name", json!(self.name));
        put("createTime", json!(self.created.to_string()));
        put("updateTime", json!(self.updated.to_string()));
        put("tags", json!(self.tags));
        put("loggingConfigurationIdentifiers", json!(self.logging));
        if let Some(handler) = self.handler() {
            put("messageReviewHandler", handler);
        }
        summary
    }

    /// Returns the `GetRoom` response.
    pub fn details(&self) -> Value {
        let mut details = self.summary();
        details.insert("maximumMessageLength".into(), json!(self.maximum_length));
        details.insert("maximumMessageRatePerSecond".into(), json!(self.maximum_rate));
        Value::Object(details)
    }

    fn handler(&self) -> Option<Value> {
        match self.no_handler {
            NoHandler::Absent if self.uri.is_empty() => None,
            NoHandler::Empty if self.uri.is_empty() => Some(json!({})),
            _ => Some(json!({"uri": self.uri, "fallbackResult": self.fallback})),
        }
    }
}

/// A logging configuration.
#[derive(Clone, Debug)]
pub struct LoggingConfiguration {
    /// `arn:aws:ivschat:<region>:<account>:logging-configuration/<id>`.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its destination, as in the request.
    pub destination: Value,
    /// Tags by key.
    pub tags: BTreeMap<String, String>,
    /// Such as `ACTIVE`.
    pub state: String,
    created: Timestamp,
    pub(super) updated: Timestamp,
}

impl LoggingConfiguration {
    /// Returns its representation in responses.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "arn": self.arn,
            "id": self.arn.rsplit('/').next(),
            "name": self.name,
            "createTime": self.created.to_string(),
            "updateTime": self.updated.to_string(),
            "destinationConfiguration": self.destination,
            "state": self.state,
            "tags": self.tags,
        })
    }
}

/// An account in one Region.
#[derive(Debug)]
pub struct Account {
    /// Such as `us-west-2`.
    pub region: String,
    /// Twelve digits.
    pub id: String,
    /// By ARN.
    pub rooms: BTreeMap<String, Room>,
    /// By ARN.
    pub logging: BTreeMap<String, LoggingConfiguration>,
    /// The quota of rooms.
    pub max_rooms: usize,
    /// The maximum number of items of a page.
    pub page_size: usize,
    /// Functions with a permission of their own.
    pub functions: BTreeMap<String, Permission>,
    /// The permission of all other functions.
    pub other_functions: Permission,
    /// The number of changes so far.
    version: u64,
    /// The number of tokens of pages so far.
    pages: u64,
    /// The quotas of requests, by operation; `None` if they are not enforced.
    buckets: Option<HashMap<&'static str, Bucket>>,
}

impl Account {
    /// An account without resources, in which every function may be a handler.
    pub fn new(region: &str, id: &str) -> Account {
        Account {
            region: region.to_owned(),
            id: id.to_owned(),
            rooms: BTreeMap::new(),
            logging: BTreeMap::new(),
            max_rooms: 50_000,
            page_size: 50,
            functions: BTreeMap::new(),
            other_functions: Permission::Granted,
            version: 0,
            pages: 0,
            buckets: None,
        }
    }

    /// Enforces the quotas of requests from now on.
    pub fn enforce_quotas(&mut self) {
        self.buckets = Some(HashMap::new());
    }

    /// Counts a request; returns whether its quota, in requests per second, allows it.
    pub fn take(&mut self, operation: &'static str, quota: f64, now: Timestamp) -> bool {
        let Some(buckets) = &mut self.buckets else { return true };
        buckets.entry(operation).or_insert_with(|| Bucket::new(quota, now)).take(now)
    }

    /// Adds a room with the default settings, and returns it.
    pub fn add_room(&mut self, id: &str, name: &str, now: Timestamp) -> &mut Room {
        let arn = format!("arn:aws:ivschat:{}:{}:room/{id}", self.region, self.id);
        let version = self.next_version();
        let room = Room {
            arn: arn.clone(),
            name: name.into(),
            uri: String::new(),
            fallback: "ALLOW".into(),
            no_handler: NoHandler::default(),
            tags: BTreeMap::new(),
            maximum_length: 500,
            maximum_rate: 10,
            logging: Vec::new(),
            created: now,
            updated: now,
            version,
        };
        self.rooms.entry(arn).insert_entry(room).into_mut()
    }

    /// Records that a room was changed, which moves it to the start of lists.
    pub fn touch(&mut self, arn: &str, now: Timestamp) {
        let version = self.next_version();
        if let Some(room) = self.rooms.get_mut(arn) {
            room.updated = now;
            room.version = version;
        }
    }

    /// Adds an active logging configuration, and returns it.
    pub fn add_logging(
        &mut self,
        id: &str,
        name: &str,
        destination: Value,
        now: Timestamp,
    ) -> &mut LoggingConfiguration {
        let arn = format!("arn:aws:ivschat:{}:{}:logging-configuration/{id}", self.region, self.id);
        let logging = LoggingConfiguration {
            arn: arn.clone(),
            name: name.into(),
            destination,
            tags: BTreeMap::new(),
            state: "ACTIVE".into(),
            created: now,
            updated: now,
        };
        self.logging.entry(arn).insert_entry(logging).into_mut()
    }

    /// Returns the tags of a room or logging configuration.
    pub fn tags_of(&mut self, arn: &str) -> Option<&mut BTreeMap<String, String>> {
        match self.rooms.get_mut(arn) {
            Some(room) => Some(&mut room.tags),
            None => self.logging.get_mut(arn).map(|logging| &mut logging.tags),
        }
    }

    /// Returns the rooms in the order of `ListRooms`.
    pub fn by_update_time(&self) -> Vec<&Room> {
        let mut rooms: Vec<&Room> = self.rooms.values().collect();
        rooms.sort_by_key(|room| std::cmp::Reverse(room.version));
        rooms
    }

    /// Whether the service may invoke this function now; counts the call.
    pub(super) fn permits(&mut self, uri: &str) -> bool {
        match self.functions.get_mut(uri).unwrap_or(&mut self.other_functions) {
            Permission::Granted => true,
            Permission::After(0) => true,
            Permission::After(calls) => {
                *calls -= 1;
                false
            }
            Permission::Never => false,
        }
    }

    /// Returns the number of a page of a list, by which its token differs from others.
    pub(super) fn next_page(&mut self) -> u64 {
        self.pages += 1;
        self.pages
    }

    fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }
}
