//! The state of an account in one Region: rooms, logging configurations, and the functions that may be handlers.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::video::Channel;

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ACCOUNT: &str = "111122223333";

/// Returns the ARN of a function of this account.
pub(crate) fn function(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

/// How responses represent a room without a handler; the documentation of the service does not say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NoHandler {
    Absent,
    Empty,
    EmptyUri,
}

/// Whether the service may invoke a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Permission {
    Granted,
    /// Granted, but not yet effective for this number of calls.
    After(u32),
    Never,
}

#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) arn: String,
    pub(crate) name: String,
    /// The handler; empty if there is none.
    pub(crate) uri: String,
    pub(crate) fallback: String,
    pub(crate) no_handler: NoHandler,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) maximum_length: i64,
    pub(crate) maximum_rate: i64,
    pub(crate) logging: Vec<String>,
    created: u64,
    updated: u64,
    /// Whether `GetRoom` was called since the last update.
    pub(super) is_read: bool,
}

impl Room {
    /// Returns the item of a `ListRooms` response.
    pub(super) fn summary(&self) -> Map<String, Value> {
        let mut summary = Map::new();
        let mut put = |key: &str, value: Value| summary.insert(key.into(), value);
        put("arn", json!(self.arn));
        put("id", json!(self.arn.rsplit('/').next()));
        put("name", json!(self.name));
        put("createTime", json!(timestamp(self.created)));
        put("updateTime", json!(timestamp(self.updated)));
        put("tags", json!(self.tags));
        put("loggingConfigurationIdentifiers", json!(self.logging));
        // Clients must accept unknown members.
        put("somethingNew", json!({"of": ["the", "future"]}));
        if let Some(handler) = self.handler() {
            put("messageReviewHandler", handler);
        }
        summary
    }

    /// Returns the `GetRoom` response.
    pub(super) fn details(&self) -> Value {
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
pub(crate) struct LoggingConfiguration {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) destination: Value,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) state: String,
    created: u64,
    pub(super) updated: u64,
}

impl LoggingConfiguration {
    /// Returns its representation in responses.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "arn": self.arn,
            "id": self.arn.rsplit('/').next(),
            "name": self.name,
            "createTime": timestamp(self.created),
            "updateTime": timestamp(self.updated),
            "destinationConfiguration": self.destination,
            "state": self.state,
            "tags": self.tags,
            "somethingNew": {"of": ["the", "future"]},
        })
    }
}

/// Returns an ISO 8601 timestamp, a number of seconds after the start of 2026.
pub(super) fn timestamp(second: u64) -> String {
    let second = i64::try_from(second).expect("tests make few changes");
    jiff::Timestamp::new(1_767_225_600 + second, 0).expect("in range").to_string()
}

/// A page to which the token of a list refers.
#[derive(Clone)]
pub(super) struct Page {
    /// The other parameters of the first call, which all later calls must repeat.
    pub(super) filters: Map<String, Value>,
    pub(super) from: usize,
}

#[derive(Default)]
pub(crate) struct Account {
    /// By ARN.
    pub(crate) rooms: BTreeMap<String, Room>,
    /// By ARN.
    pub(crate) logging: BTreeMap<String, LoggingConfiguration>,
    /// By ARN.
    pub(crate) channels: BTreeMap<String, Channel>,
    /// The quota of rooms, if not 50,000.
    pub(crate) max_rooms: Option<usize>,
    pub(crate) functions: BTreeMap<String, Permission>,
    /// The maximum page sizes of lists, used in turn; 50 if empty.
    pub(crate) page_sizes: Vec<usize>,
    /// Whether ARNs need not match the documented patterns, as in a later version of the service.
    pub(crate) accepts_any_arn: bool,
    /// By token.
    pub(super) pages: HashMap<String, Page>,
    /// Rooms that were listed, by client.
    pub(super) listed: HashMap<String, HashSet<String>>,
    /// Clients whose last list was not read to its end.
    pub(super) unfinished: HashSet<String>,
    pub(super) clock: u64,
}

impl Account {
    /// Adds rooms without a handler, `stage-1`, `stage-2` and so on, and returns their ARNs.
    pub(crate) fn add_rooms(&mut self, name: &str, count: usize) -> Vec<String> {
        (1..=count).map(|n| self.add_room(&format!("{name}-{n}"))).collect()
    }

    pub(crate) fn add_room(&mut self, name: &str) -> String {
        self.clock += 1;
        let arn = format!("arn:aws:ivschat:{REGION}:{ACCOUNT}:room/Room{:08}", self.clock);
        let room = Room {
            arn: arn.clone(),
            name: name.into(),
            uri: String::new(),
            fallback: "ALLOW".into(),
            no_handler: [NoHandler::Absent, NoHandler::Empty, NoHandler::EmptyUri]
                [self.rooms.len() % 3],
            tags: BTreeMap::new(),
            maximum_length: 500,
            maximum_rate: 10,
            logging: Vec::new(),
            created: self.clock,
            updated: self.clock,
            is_read: false,
        };
        self.rooms.insert(arn.clone(), room);
        arn
    }

    pub(crate) fn add_logging(&mut self, name: &str, destination: Value) -> String {
        self.clock += 1;
        let number = self.clock;
        let arn =
            format!("arn:aws:ivschat:{REGION}:{ACCOUNT}:logging-configuration/Logs{number:08}");
        let logging = LoggingConfiguration {
            arn: arn.clone(),
            name: name.into(),
            destination,
            tags: BTreeMap::new(),
            state: "ACTIVE".into(),
            created: self.clock,
            updated: self.clock,
        };
        self.logging.insert(arn.clone(), logging);
        arn
    }

    /// Returns the tags of a room or logging configuration.
    pub(super) fn tags_of(&mut self, arn: &str) -> Option<&mut BTreeMap<String, String>> {
        match self.rooms.get_mut(arn) {
            Some(room) => Some(&mut room.tags),
            None => self.logging.get_mut(arn).map(|logging| &mut logging.tags),
        }
    }

    /// Sets the handler of a room, as another client would by `UpdateRoom`.
    pub(crate) fn attach(&mut self, arn: &str, uri: &str, fallback: &str) {
        self.clock += 1;
        let clock = self.clock;
        let room = self.room(arn);
        room.uri = uri.into();
        room.fallback = fallback.into();
        room.updated = clock;
    }

    /// Keeps a room at the start of lists, also when others are updated later.
    pub(crate) fn keep_newest(&mut self, arn: &str) {
        self.room(arn).updated = 1_000_000;
    }

    pub(crate) fn tag(&mut self, arn: &str, key: &str, value: &str) {
        self.room(arn).tags.insert(key.into(), value.into());
    }

    pub(crate) fn permit(&mut self, uri: &str, permission: Permission) {
        self.functions.insert(uri.into(), permission);
    }

    /// Returns a room, which must exist.
    pub(crate) fn room(&mut self, arn: &str) -> &mut Room {
        self.find(arn).expect("a room of this account")
    }

    pub(super) fn find(&mut self, arn: &str) -> Option<&mut Room> {
        self.rooms.get_mut(arn)
    }

    /// Returns the rooms in the order of `ListRooms`.
    pub(super) fn by_update_time(&self) -> Vec<&Room> {
        let mut rooms: Vec<&Room> = self.rooms.values().collect();
        rooms.sort_by_key(|room| std::cmp::Reverse(room.updated));
        rooms
    }

    /// Whether the service may invoke this function now; counts the call.
    pub(super) fn permits(&mut self, uri: &str) -> bool {
        match self.functions.get_mut(uri) {
            Some(Permission::Granted) => true,
            Some(Permission::After(calls)) if *calls > 0 => {
                *calls -= 1;
                false
            }
            Some(Permission::After(_)) => true,
            Some(Permission::Never) | None => false,
        }
    }
}
