//! What each operation takes, as the service's API reference has it, and what is wrong with a request.
//!
//! Lengths are in code points. Patterns hold for the whole string: some of the service's own model
//! have lost their anchors.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{LazyLock, Mutex};

use regex::Regex;
use serde_json::Value;

pub(super) struct Operation {
    pub(super) name: &'static str,
    /// How many calls a second an account may make.
    pub(super) quota: f64,
    pub(super) members: &'static [Member],
}

pub(super) struct Member {
    name: &'static str,
    required: bool,
    shape: Shape,
}

enum Shape {
    Text { length: RangeInclusive<usize>, pattern: Option<&'static str> },
    Integer(RangeInclusive<i64>),
    OneOf(&'static [&'static str]),
    List { of: &'static Shape, at_most: usize },
    Structure(&'static [Member]),
}

const fn required(name: &'static str, shape: Shape) -> Member {
    Member { name, required: true, shape }
}

const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, required: false, shape }
}

const ROOM: Shape = Shape::Text {
    length: 1..=128,
    pattern: Some("arn:aws:ivschat:[a-z0-9-]+:[0-9]+:room/[a-zA-Z0-9-]+"),
};
const LOGGING: Shape = Shape::Text {
    length: 1..=128,
    pattern: Some("arn:aws:ivschat:[a-z0-9-]+:[0-9]+:logging-configuration/[a-zA-Z0-9-]+"),
};
const NAME: Shape = Shape::Text { length: 0..=128, pattern: Some("[a-zA-Z0-9_-]*") };
const FUNCTION: Shape = Shape::Text {
    length: 0..=170,
    pattern: Some("(|arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:.+)"),
};
const HANDLER: Shape = Shape::Structure(&[
    optional("uri", FUNCTION),
    optional("fallbackResult", Shape::OneOf(&["ALLOW", "DENY"])),
]);

pub(super) const GET_ROOM: Operation =
    Operation { name: "GetRoom", quota: 5.0, members: &[required("identifier", ROOM)] };

pub(super) const LIST_ROOMS: Operation = Operation {
    name: "ListRooms",
    quota: 5.0,
    members: &[
        optional("name", NAME),
        optional("nextToken", Shape::Text { length: 0..=1024, pattern: None }),
        optional("maxResults", Shape::Integer(1..=50)),
        optional("messageReviewHandlerUri", FUNCTION),
        optional("loggingConfigurationIdentifier", LOGGING),
    ],
};

pub(super) const UPDATE_ROOM: Operation = Operation {
    name: "UpdateRoom",
    quota: 5.0,
    members: &[
        required("identifier", ROOM),
        optional("name", NAME),
        optional("maximumMessageRatePerSecond", Shape::Integer(1..=100)),
        optional("maximumMessageLength", Shape::Integer(1..=500)),
        optional("messageReviewHandler", HANDLER),
        optional("loggingConfigurationIdentifiers", Shape::List { of: &LOGGING, at_most: 3 }),
    ],
};

/// The model's pattern for this ARN allows no resource type of more than a letter, so it fits no
/// room at all; the service cannot mean it.
pub(super) const LIST_TAGS: Operation = Operation {
    name: "ListTagsForResource",
    quota: 10.0,
    members: &[required("resourceArn", Shape::Text { length: 1..=128, pattern: None })],
};

/// What is wrong with one member of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Problem {
    pub(super) name: String,
    pub(super) message: String,
}

/// Everything that is wrong with the members of a request.
pub(super) fn problems(operation: &Operation, input: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    structure(operation.members, input, "", &mut problems);
    problems
}

fn structure(members: &[Member], value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let Some(object) = value.as_object() else {
        let name = path.trim_end_matches('.').to_owned();
        return problems.push(Problem { name, message: "must be an object".into() });
    };
    for key in object.keys().filter(|key| members.iter().all(|member| member.name != *key)) {
        problems.push(Problem { name: format!("{path}{key}"), message: "is unknown".into() });
    }
    for member in members {
        let name = format!("{path}{}", member.name);
        match object.get(member.name) {
            Some(value) => member.shape.check(value, name, problems),
            None if member.required => {
                problems.push(Problem { name, message: "must not be missing".into() });
            }
            None => {}
        }
    }
}

impl Shape {
    fn check(&self, value: &Value, name: String, problems: &mut Vec<Problem>) {
        let message = match self {
            Shape::Structure(members) if value.is_object() => {
                return structure(members, value, &format!("{name}."), problems);
            }
            Shape::Structure(_) => "must be an object".into(),
            Shape::List { of, at_most } => match value.as_array() {
                Some(items) if items.len() <= *at_most => {
                    for (n, item) in items.iter().enumerate() {
                        of.check(item, format!("{name}[{n}]"), problems);
                    }
                    return;
                }
                Some(_) => format!("must have at most {at_most} items"),
                None => "must be a list".into(),
            },
            Shape::Integer(range) => match value.as_i64() {
                Some(number) if range.contains(&number) => return,
                Some(_) => format!("must be from {} to {}", range.start(), range.end()),
                None => "must be an integer".into(),
            },
            Shape::OneOf(values) => match value.as_str() {
                Some(text) if values.contains(&text) => return,
                _ => format!("must be one of {values:?}"),
            },
            Shape::Text { length, pattern } => match value.as_str() {
                None => "must be a string".into(),
                Some(text) if !length.contains(&text.chars().count()) => {
                    format!("must have {} to {} characters", length.start(), length.end())
                }
                Some(text) => match pattern {
                    Some(pattern) if !matches(pattern, text) => format!("must match {pattern}"),
                    _ => return,
                },
            },
        };
        problems.push(Problem { name, message });
    }
}

fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: LazyLock<Mutex<HashMap<&'static str, Regex>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().expect("nothing here panics");
    compiled
        .entry(pattern)
        .or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).expect("a pattern from above"))
        .is_match(text)
}
