//! Gives any requests, frames and replies to the local chat.

use std::collections::{HashSet, VecDeque};

use ivs_chat_review::chat::control::{HttpRequest, Scope};
use ivs_chat_review::chat::{
    Answer, ConnectionId, Context, Effect, Identifiers, New, ReviewId, Service, Settings, contract,
};
use ivs_chat_review::ivs::ReviewRequest;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const PLACE: (&str, &str) = ("us-west-2", "123456789012");

/// The number of users, who are connected again when they are disconnected.
const USERS: usize = 3;

struct Counter(u32);

impl Identifiers for Counter {
    fn create(&mut self, _: New) -> String {
        self.0 += 1;
        format!("Id{:010}", self.0)
    }
}

struct Chat {
    service: Service,
    ids: Counter,
    now: Timestamp,
    room: String,
    users: [Option<ConnectionId>; USERS],
    reviews: VecDeque<ReviewId>,
    /// The IDs of frames so far.
    seen: HashSet<String>,
}

/// Takes bytes as the steps of a script like those in `tests/data/chat`, one per line. Checks that
/// each frame is one that the official clients accept, with an ID of its own, that events are valid
/// for the handler, and that what a step causes is bounded.
pub fn chat(bytes: &[u8]) {
    let mut chat = Chat::new();
    for line in bytes.split(|byte| *byte == b'\n').take(200) {
        chat.step(line);
    }
}

impl Chat {
    fn new() -> Chat {
        let mut chat = Chat {
            service: Service::new(Settings { has_limits: false, ..Settings::default() }),
            ids: Counter(0),
            now: Timestamp::UNIX_EPOCH,
            room: String::new(),
            users: [None; USERS],
            reviews: VecDeque::new(),
            seen: HashSet::new(),
        };
        let handler = "arn:aws:lambda:us-west-2:123456789012:function:review";
        let input = json!({"name": "lobby", "messageReviewHandler": {"uri": handler}});
        let room = chat.control("CreateRoom", &input).expect("a room");
        chat.room = room["arn"].as_str().expect("its ARN").to_owned();
        for user in 0..USERS {
            chat.connect(user);
        }
        chat
    }

    /// Connects a user with the capabilities that the bits of the number have.
    fn connect(&mut self, user: usize) {
        let all = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"];
        let capabilities: Vec<&str> = all.iter().copied().skip(user).collect();
        let input = json!({
            "roomIdentifier": self.room,
            "userId": format!("user-{user}"),
            "capabilities": capabilities,
        });
        let token = self.control("CreateChatToken", &input);
        let token = token.as_ref().and_then(|answer| answer["token"].as_str());
        self.users[user] = token.and_then(|it| self.service.connect(it, "192.0.2.1", self.now));
    }

    fn control(&mut self, operation: &str, input: &Value) -> Option<Value> {
        let operation = contract::named(operation)?;
        let answer = self.with(|service, context, effects| {
            service.control(PLACE, operation, input, context, effects)
        });
        if let Err(error) = &answer {
            assert!([400, 402, 404, 409, 429].contains(&error.status), "{error:?}");
            assert!(error.body["message"].is_string(), "{error:?}");
        }
        answer.ok()
    }

    fn with<T>(
        &mut self,
        input: impl FnOnce(&mut Service, &mut Context<'_>, &mut Vec<Effect>) -> T,
    ) -> T {
        let mut effects = Vec::new();
        let mut context = Context { now: self.now, ids: &mut self.ids };
        let result = input(&mut self.service, &mut context, &mut effects);
        assert!(effects.len() < 100, "{} effects of one input", effects.len());
        for effect in effects {
            self.check(effect);
        }
        result
    }

    fn check(&mut self, effect: Effect) {
        match effect {
            Effect::Deliver { to, frame } => {
                let connected = |id: &ConnectionId| self.users.contains(&Some(*id));
                assert!(!to.is_empty() && to.iter().all(connected));
                let frame: Value = serde_json::from_str(&frame).expect("JSON");
                let text = |name: &str| frame[name].as_str().unwrap_or_else(|| panic!("{frame}"));
                text("RequestId");
                let id = text("Id").to_owned();
                assert!(self.seen.insert(id), "an ID was used twice: {frame}");
                let required = match text("Type") {
                    "MESSAGE" => ["Content", "SendTime"],
                    "EVENT" => ["EventName", "SendTime"],
                    "ERROR" => ["ErrorMessage", "Type"],
                    _ => panic!("{frame}"),
                };
                assert!(required.iter().all(|name| !text(name).is_empty()), "{frame}");
                assert_eq!(text("Type") == "ERROR", frame["ErrorCode"].is_u64(), "{frame}");
                let attributes = frame["Attributes"].as_object().into_iter().flatten();
                assert!(attributes.map(|(_, value)| value).all(Value::is_string), "{frame}");
            }
            Effect::Close(id) => {
                let user = self.users.iter().position(|user| *user == Some(id)).expect("a user");
                self.users[user] = None;
            }
            Effect::Review { id, event, .. } => {
                let request = ReviewRequest::from_json(event.as_bytes()).expect("an event");
                assert_eq!(request.room_arn.as_deref(), Some(&*self.room));
                self.reviews.push_back(id);
            }
            Effect::Record { line, .. } => {
                assert!(!line.contains('\n'));
                serde_json::from_str::<Value>(&line).expect("JSON");
            }
            Effect::Decided(decision) => {
                assert_eq!(decision.delivered.is_none(), decision.reason.is_some());
            }
            Effect::Warn(_) => {}
        }
    }

    fn step(&mut self, line: &[u8]) {
        let space = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        let (word, rest) = line.split_at(space);
        let rest = rest.get(1..).unwrap_or_default();
        match word {
            b"control" => {
                let text = String::from_utf8_lossy(rest).replace("@lobby", &self.room);
                let (operation, input) = text.split_once(' ').unwrap_or((&text, "{}"));
                if let Ok(input) = serde_json::from_str(input) {
                    self.control(operation, &input);
                }
            }
            b"http" => self.http(rest),
            b"authorization" => {
                let _ = Scope::parse(&String::from_utf8_lossy(rest));
            }
            b"reply" => self.answer(&Answer::Reply(rest.to_vec())),
            b"timeout" => self.answer(&Answer::TimedOut),
            b"wait" => {
                let seconds = String::from_utf8_lossy(rest).parse().unwrap_or(0.0);
                let time = SignedDuration::try_from_secs_f64(seconds).unwrap_or_default();
                self.now = self.now.checked_add(time.abs()).unwrap_or(self.now);
            }
            _ => {
                let user = usize::from(word.first().copied().unwrap_or(0)) % USERS;
                if self.users[user].is_none() {
                    self.connect(user);
                }
                let Some(id) = self.users[user] else { return };
                self.with(|service, context, effects| match std::str::from_utf8(rest) {
                    Ok(text) => service.received(id, text, context, effects),
                    Err(_) => service.received_invalid(id, false, context, effects),
                });
            }
        }
    }

    /// Parses `METHOD PATH?QUERY BODY`, and executes it.
    fn http(&mut self, text: &[u8]) {
        let mut parts = text.splitn(3, |byte| *byte == b' ');
        let mut part = || parts.next().unwrap_or_default();
        let (method, target, body) = (part(), part(), part());
        let (method, target) = (String::from_utf8_lossy(method), String::from_utf8_lossy(target));
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&*target, None),
        };
        let content_type = Some("application/json");
        let request = HttpRequest { method: &method, path, query, content_type, body };
        if let Ok((operation, input)) = request.parse() {
            self.control(operation.name, &input);
        }
    }

    fn answer(&mut self, answer: &Answer) {
        let Some(id) = self.reviews.pop_front() else { return };
        self.with(|service, context, effects| service.reviewed(id, answer, context, effects));
    }
}
