//! The account of a test: the control plane of the local chat, channels, and what clients have read of it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::{Deref, DerefMut};

use ivs_chat_review::chat::account::{Account as ChatAccount, Room};
use ivs_chat_review::chat::control::ServiceError;
use ivs_chat_review::chat::{Context, Identifiers, New, Service, Settings};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

pub(crate) use ivs_chat_review::chat::account::{NoHandler, Permission};

use super::video::Channel;

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ACCOUNT: &str = "111122223333";

/// The operations that change something, each a second later than the one before it.
const CHANGES: [&str; 7] = [
    "CreateChatToken",
    "CreateLoggingConfiguration",
    "CreateRoom",
    "DeleteMessage",
    "SendEvent",
    "UpdateLoggingConfiguration",
    "UpdateRoom",
];

/// Returns the ARN of a function of this account.
pub(crate) fn function(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

/// Returns a time, as a number of seconds after the start of 2026.
pub(super) fn time(second: u64) -> Timestamp {
    let second = i64::try_from(second).expect("tests make few changes");
    Timestamp::new(1_767_225_600 + second, 0).expect("in range")
}

/// A page to which the token of a list refers.
#[derive(Clone)]
pub(super) struct Page {
    /// The other parameters of the first call, which all later calls must repeat.
    pub(super) filters: Map<String, Value>,
    pub(super) from: usize,
}

/// Seconds after the start of 2026, which are in IDs and tokens.
#[derive(Default)]
struct Clock(u64);

impl Identifiers for Clock {
    fn create(&mut self, what: New) -> String {
        let second = self.0;
        match what {
            New::Room => format!("Room{second:08}"),
            New::Logging => format!("Logs{second:08}"),
            New::Frame => format!("Evnt{second:08}"),
            New::Token => format!("AQICAHToken{second:08}.fake-only"),
        }
    }
}

pub(crate) struct Account {
    service: Service,
    clock: Clock,
    /// By ARN.
    pub(crate) channels: BTreeMap<String, Channel>,
    /// The maximum page sizes of lists, used in turn; 50 if empty.
    pub(crate) page_sizes: Vec<usize>,
    /// Whether ARNs need not match the documented patterns, as in a later version of the service.
    pub(crate) accepts_any_arn: bool,
    /// The number of tokens of pages so far.
    pub(super) tokens: usize,
    /// Pages of channels and streams by token.
    pub(super) pages: HashMap<String, Page>,
    /// Rooms that were listed, by client.
    listed: HashMap<String, HashSet<String>>,
    /// Clients whose last list was not read to its end.
    pub(super) unfinished: HashSet<String>,
    /// Rooms that were read since their last update.
    pub(super) read: HashSet<String>,
}

impl Default for Account {
    fn default() -> Account {
        let mut service = Service::new(Settings { has_limits: false, ..Settings::default() });
        let account = service.account(REGION, ACCOUNT).expect("the first account");
        account.other_functions = Permission::Never;
        Account {
            service,
            clock: Clock::default(),
            channels: BTreeMap::new(),
            page_sizes: Vec::new(),
            accepts_any_arn: false,
            tokens: 0,
            pages: HashMap::new(),
            listed: HashMap::new(),
            unfinished: HashSet::new(),
            read: HashSet::new(),
        }
    }
}

impl Deref for Account {
    type Target = ChatAccount;

    fn deref(&self) -> &ChatAccount {
        self.service.accounts().next().expect("it was created")
    }
}

impl DerefMut for Account {
    fn deref_mut(&mut self) -> &mut ChatAccount {
        self.service.account(REGION, ACCOUNT).expect("it was created")
    }
}

impl Account {
    /// Adds rooms without a handler, `stage-1`, `stage-2` and so on, and returns their ARNs.
    pub(crate) fn add_rooms(&mut self, name: &str, count: usize) -> Vec<String> {
        (1..=count).map(|n| self.add_room(&format!("{name}-{n}"))).collect()
    }

    pub(crate) fn add_room(&mut self, name: &str) -> String {
        self.clock.0 += 1;
        let (id, now) = (self.clock.create(New::Room), time(self.clock.0));
        let no_handler = self.next_no_handler();
        let room = (**self).add_room(&id, name, now);
        room.no_handler = no_handler;
        room.arn.clone()
    }

    /// The representations of rooms without a handler, in turn.
    fn next_no_handler(&self) -> NoHandler {
        [NoHandler::Absent, NoHandler::Empty, NoHandler::EmptyUri][self.rooms.len() % 3]
    }

    pub(crate) fn add_logging(&mut self, name: &str, destination: Value) -> String {
        self.clock.0 += 1;
        let (id, now) = (self.clock.create(New::Logging), time(self.clock.0));
        (**self).add_logging(&id, name, destination, now).arn.clone()
    }

    /// Sets the handler of a room, as another client would by `UpdateRoom`.
    pub(crate) fn attach(&mut self, arn: &str, uri: &str, fallback: &str) {
        self.clock.0 += 1;
        let now = time(self.clock.0);
        self.touch(arn, now);
        let room = self.room(arn);
        room.uri = uri.into();
        room.fallback = fallback.into();
    }

    /// Keeps a room at the start of lists, also when others are updated later.
    pub(crate) fn keep_newest(&mut self, arn: &str) {
        self.room(arn).version = u64::MAX;
    }

    pub(crate) fn tag(&mut self, arn: &str, key: &str, value: &str) {
        self.room(arn).tags.insert(key.into(), value.into());
    }

    pub(crate) fn permit(&mut self, uri: &str, permission: Permission) {
        self.functions.insert(uri.into(), permission);
    }

    /// Returns a room, which must exist.
    pub(crate) fn room(&mut self, arn: &str) -> &mut Room {
        self.rooms.get_mut(arn).expect("a room of this account")
    }

    /// Returns the size of the next page, of at most `most` items.
    pub(super) fn next_page_size(&self, most: usize) -> usize {
        let size = self.page_sizes.get(self.tokens % self.page_sizes.len().max(1));
        size.map_or(most, |size| most.min(*size))
    }

    /// Executes a valid request to the control plane.
    pub(super) fn serve(
        &mut self,
        client: &str,
        operation: &'static str,
        input: &Value,
    ) -> Result<Value, ServiceError> {
        self.page_size = match operation {
            "ListLoggingConfigurations" => self.page_sizes.first().copied().unwrap_or(50),
            _ => self.next_page_size(50),
        };
        let no_handler = self.next_no_handler();
        let before = self.clock.0;
        self.clock.0 += u64::from(CHANGES.contains(&operation));
        // What is refused changes nothing.
        let mut answer = self.execute(operation, input).inspect_err(|_| self.clock.0 = before)?;
        let arn = input["identifier"].as_str().unwrap_or_default().to_owned();
        match operation {
            "CreateRoom" => {
                let room = self.room(answer["arn"].as_str().expect("its ARN"));
                room.no_handler = no_handler;
                answer = room.details();
            }
            "GetRoom" => drop(self.read.insert(arn)),
            "UpdateRoom" => drop(self.read.remove(&arn)),
            "ListRooms" => self.note_list(client, input, &answer),
            _ => {}
        }
        add_unknown_members(&mut answer);
        Ok(answer)
    }

    fn execute(&mut self, operation: &str, input: &Value) -> Result<Value, ServiceError> {
        let Account { service, clock, .. } = self;
        let context = &mut Context { now: time(clock.0), ids: clock };
        service.execute((REGION, ACCOUNT), operation, input, context, &mut Vec::new())
    }

    /// Notes which rooms a client has listed, and whether these are all rooms of the list.
    fn note_list(&mut self, client: &str, input: &Value, answer: &Value) {
        self.tokens += usize::from(answer["nextToken"].is_string());
        let arns = |answer: &Value| -> Vec<String> {
            let rooms = answer["rooms"].as_array().into_iter().flatten();
            rooms.filter_map(|room| room["arn"].as_str().map(str::to_owned)).collect()
        };
        let mut all = input.clone();
        for member in ["nextToken", "maxResults"] {
            all.as_object_mut().map(|members| members.remove(member));
        }
        self.page_size = usize::MAX;
        let all = self.execute("ListRooms", &all).expect("a valid request");
        let listed = self.listed.entry(client.into()).or_default();
        listed.extend(arns(answer));
        if arns(&all).iter().all(|arn| listed.contains(arn)) {
            self.unfinished.remove(client);
        } else {
            self.unfinished.insert(client.into());
        }
    }
}

/// Adds a member that clients must accept to each room and logging configuration of an answer.
fn add_unknown_members(answer: &mut Value) {
    let unknown = || json!({"of": ["the", "future"]});
    let Some(members) = answer.as_object_mut() else { return };
    if members.contains_key("arn") {
        members.insert("somethingNew".into(), unknown());
    }
    for list in ["rooms", "loggingConfigurations"] {
        let items = members.get_mut(list).and_then(Value::as_array_mut);
        items.into_iter().flatten().for_each(|item| item["somethingNew"] = unknown());
    }
}
