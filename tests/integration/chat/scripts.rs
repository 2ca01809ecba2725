//! Scripts of `tests/data/chat`: each step and what it causes, in one text file.
//!
//! ```text
//! control CreateRoom {"name":"lobby"}      a request to the control plane; @lobby is the ARN of this room
//! connect ann {"capabilities":[..]}        CreateChatToken for @lobby (or "room":"@..") and the connection
//! reconnect ann                            the last token of ann once more
//! ann> {"Action":..}                       a frame of a client
//! ann> repeated 11 {"Action":..}           the same frame several times
//! binary ann, huge ann, leave ann          an invalid frame; a closed connection
//! reply {"ReviewResult":..}                the answer of the handler to the oldest review
//! timeout, failure, unreachable            other outcomes of it
//! wait 1.5                                 time passes, in seconds
//! no limits                                a service without limits of rates
//! log                                      records of the log are shown from here on
//! ```
//!
//! `<x*100>` is a row of this many letters. Indented lines are outputs. They are written by the tests if `UPDATE_SNAPSHOTS` is set.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use ivs_chat_review::chat::{
    Answer, ConnectionId, Context, Effect, Identifiers, New, ReviewId, Service, Settings, contract,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const PLACE: (&str, &str) = ("us-west-2", "123456789012");

/// IDs that count.
#[derive(Default)]
struct Counter(u32);

impl Identifiers for Counter {
    fn create(&mut self, what: New) -> String {
        self.0 += 1;
        format!("{what:?}{:0width$}", self.0, width = 12 - format!("{what:?}").len())
    }
}

struct Script {
    service: Service,
    ids: Counter,
    now: Timestamp,
    rooms: BTreeMap<String, String>,
    tokens: BTreeMap<String, String>,
    people: BTreeMap<String, ConnectionId>,
    reviews: VecDeque<ReviewId>,
    /// Whether outputs have the records of the log.
    shows_log: bool,
    output: String,
}

impl Script {
    fn new(settings: Settings) -> Script {
        Script {
            service: Service::new(settings),
            ids: Counter::default(),
            now: "2026-11-30T12:00:00.25Z".parse().expect("a time"),
            rooms: BTreeMap::new(),
            tokens: BTreeMap::new(),
            people: BTreeMap::new(),
            reviews: VecDeque::new(),
            shows_log: false,
            output: String::new(),
        }
    }

    fn print(&mut self, line: &str) {
        let mut line = line.to_owned();
        for (name, arn) in &self.rooms {
            line = line.replace(arn, &format!("@{name}"));
        }
        if let Some(start) = line.find(&"x".repeat(100)) {
            let length = line[start..].bytes().take_while(|byte| *byte == b'x').count();
            line.replace_range(start..start + length, &format!("<x*{length}>"));
        }
        self.output += &format!("  {line}\n");
    }

    fn with_arns(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, arn) in &self.rooms {
            text = text.replace(&format!("@{name}"), arn);
        }
        if let Some((before, rest)) = text.split_once("<x*") {
            let (count, after) = rest.split_once('>').expect("a count");
            text = format!("{before}{}{after}", "x".repeat(count.parse().expect("a count")));
        }
        text
    }

    fn name(&self, id: ConnectionId) -> &str {
        let person = self.people.iter().find(|(_, connection)| **connection == id);
        person.map_or("someone", |(name, _)| name)
    }

    fn effects(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Deliver { to, frame } => {
                    let to: Vec<&str> = to.iter().map(|id| self.name(*id)).collect();
                    self.print(&format!("to {}: {frame}", to.join(", ")));
                }
                Effect::Close(id) => {
                    let line = format!("close {}", self.name(id));
                    self.print(&line);
                }
                Effect::Review { id, event, .. } => {
                    self.reviews.push_back(id);
                    self.print(&format!("review {event}"));
                }
                Effect::Record { line, .. } if self.shows_log => self.print(&format!("log {line}")),
                Effect::Record { .. } => {}
                Effect::Warn(text) => self.print(&format!("warning: {text}")),
                Effect::Decided(decision) => {
                    if let Some(why) = decision.failure {
                        self.print(&format!("fallback: {why}"));
                    }
                }
            }
        }
    }

    fn control(&mut self, operation: &str, input: &Value) -> Option<Value> {
        let operation = contract::named(operation).expect("an operation");
        let mut effects = Vec::new();
        let context = &mut Context { now: self.now, ids: &mut self.ids };
        let answer = self.service.control(PLACE, operation, input, context, &mut effects);
        self.effects(effects);
        match answer {
            Ok(answer) => {
                let name = answer["name"].as_str().filter(|_| operation.name == "CreateRoom");
                if let Some(name) = name {
                    let arn = answer["arn"].as_str().expect("its ARN");
                    self.rooms.insert(name.to_owned(), arn.to_owned());
                }
                Some(answer)
            }
            Err(error) => {
                self.print(&format!("{} {}: {}", error.status, error.kind, error.message()));
                None
            }
        }
    }

    fn connect(&mut self, name: &str, token: &str) {
        match self.service.connect(token, "192.0.2.7", self.now) {
            Some(id) => drop(self.people.insert(name.to_owned(), id)),
            None => self.print("refused"),
        }
    }

    fn frame(&mut self, name: &str, frame: &str) {
        let (text, times) = match frame.strip_prefix("repeated ") {
            Some(rest) => {
                let (times, text) = rest.split_once(' ').expect("a frame");
                (text, times.parse().expect("a number"))
            }
            None => (frame, 1),
        };
        for _ in 0..times {
            self.with_context(
                |service, person, context, effects| {
                    service.received(person, text, context, effects);
                },
                name,
            );
        }
    }

    fn with_context(
        &mut self,
        act: impl FnOnce(&mut Service, ConnectionId, &mut Context<'_>, &mut Vec<Effect>),
        name: &str,
    ) {
        let person = self.people[name];
        let mut effects = Vec::new();
        let context = &mut Context { now: self.now, ids: &mut self.ids };
        act(&mut self.service, person, context, &mut effects);
        self.effects(effects);
    }

    fn answer(&mut self, answer: &Answer) {
        let id = self.reviews.pop_front().expect("a review");
        let mut effects = Vec::new();
        let context = &mut Context { now: self.now, ids: &mut self.ids };
        self.service.reviewed(id, answer, context, &mut effects);
        self.effects(effects);
    }

    fn step(&mut self, step: &str) {
        let (word, rest) = step.split_once(' ').unwrap_or((step, ""));
        let rest = self.with_arns(rest);
        match word {
            "control" => {
                let (operation, input) = rest.split_once(' ').unwrap_or((&rest, "{}"));
                let input: Value = serde_json::from_str(input).expect("JSON");
                let shown =
                    ["ListRooms", "SendEvent", "DeleteMessage", "DisconnectUser", "GetRoom"];
                let answer = self.control(operation, &input);
                if let Some(answer) = answer.filter(|_| shown.contains(&operation)) {
                    self.print(&answer.to_string());
                }
            }
            "connect" => {
                let (name, extra) = rest.split_once(' ').unwrap_or((&rest, "{}"));
                let mut input: Value = serde_json::from_str(extra).expect("JSON");
                if input["roomIdentifier"].is_null() {
                    input["roomIdentifier"] = json!(self.rooms["lobby"]);
                }
                input["userId"] = json!(name);
                if let Some(answer) = self.control("CreateChatToken", &input) {
                    let token = answer["token"].as_str().expect("a token").to_owned();
                    self.tokens.insert(name.to_owned(), token.clone());
                    self.connect(name, &token);
                }
            }
            "token" => {
                let input = json!({"roomIdentifier": self.rooms["lobby"], "userId": rest});
                let answer = self.control("CreateChatToken", &input).expect("a token");
                self.tokens.insert(rest, answer["token"].as_str().expect("a token").to_owned());
                self.print(&answer.to_string());
            }
            "reconnect" => {
                let token = self.tokens[&rest].clone();
                self.connect(&rest, &token);
            }
            "log" => self.shows_log = true,
            "leave" => self.service.disconnected(self.people[&rest]),
            "binary" | "huge" => self.with_context(
                |service, person, context, effects| {
                    service.received_invalid(person, word == "huge", context, effects);
                },
                &rest,
            ),
            "reply" => self.answer(&Answer::Reply(rest.into_bytes())),
            "timeout" => self.answer(&Answer::TimedOut),
            "failure" => self.answer(&Answer::FunctionError),
            "unreachable" => self.answer(&Answer::Unreachable("connection refused".into())),
            "wait" => {
                let seconds: f64 = rest.parse().expect("seconds");
                self.now += SignedDuration::from_secs_f64(seconds);
            }
            _ => {
                let name = word.strip_suffix('>').unwrap_or_else(|| panic!("unknown step {step}"));
                self.frame(name, &rest);
            }
        }
    }
}

/// Returns the script with the outputs of its steps.
fn run(text: &str) -> String {
    let has_limits = !text.lines().any(|line| line == "no limits");
    let mut script = Script::new(Settings { has_limits, ..Settings::default() });
    for line in text.lines().filter(|line| !line.starts_with("  ")) {
        script.output += &format!("{line}\n");
        if !line.is_empty() && !line.starts_with('#') && line != "no limits" {
            script.step(line);
        }
    }
    script.output
}

#[test]
fn every_step_has_its_effects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/chat");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the scripts")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("UTF-8");
        let actual = run(&text);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&file, &actual).expect("it can be written");
            continue;
        }
        let name = file.display();
        for (number, (expected, actual)) in text.lines().zip(actual.lines()).enumerate() {
            assert_eq!(expected, actual, "{name}:{}", number + 1);
        }
        assert_eq!(text.len(), actual.len(), "{name}");
    }
}
