//! What a request of a control plane must look like: [`Operation`], and validation of requests.

mod operations;

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;
use serde_json::{Value, json};

pub use self::operations::OPERATIONS;

/// The length of a list without a maximum.
pub const UNLIMITED: usize = usize::MAX;

/// An operation of a control plane.
#[derive(Debug)]
pub struct Operation {
    /// Its name, such as `GetRoom`.
    pub name: &'static str,
    /// The service by its name in signatures.
    pub service: &'static str,
    /// The quota of an account, in calls per second.
    pub quota: f64,
    /// The members of its input.
    pub members: &'static [Member],
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    name: &'static str,
    required: bool,
    shape: Shape,
}

/// What a value must be.
#[derive(Debug)]
pub enum Shape {
    /// A map of strings.
    Map {
        /// Its names.
        name: &'static Shape,
        /// Its values.
        value: &'static Shape,
        /// The maximum number of items.
        at_most: usize,
    },
    /// A map of strings with a limit on its total size.
    Attributes {
        /// The maximum size of all names and values.
        bytes: usize,
    },
    /// A structure with exactly one of these members.
    Union(&'static [Member]),
    /// A string.
    Text {
        /// The number of code points.
        length: RangeInclusive<usize>,
        /// A regular expression that the whole string matches.
        pattern: Option<&'static str>,
    },
    /// An integer.
    Integer(RangeInclusive<i64>),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A list.
    List {
        /// Its items.
        of: &'static Shape,
        /// The number of items.
        length: RangeInclusive<usize>,
    },
    /// A structure.
    Structure(&'static [Member]),
}

/// A member that must not be missing.
pub const fn required(name: &'static str, shape: Shape) -> Member {
    Member { name, required: true, shape }
}

/// A member that may be missing.
pub const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, required: false, shape }
}

/// Returns the operation of IVS Chat with this name.
pub fn named(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// An invalid member of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where the member is, such as `messageReviewHandler.uri`.
    pub name: String,
    /// What is wrong with it.
    pub message: String,
}

impl Problem {
    /// A problem of a member.
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { name: name.into(), message: message.into() }
    }

    /// Whether the member is not one of the contract. The service ignores it.
    pub fn is_unknown_member(&self) -> bool {
        self.message == UNKNOWN
    }
}

const UNKNOWN: &str = "is unknown";

impl Operation {
    /// Whether it creates a resource for which no other has to exist.
    pub(super) fn creates(&self) -> bool {
        matches!(self.name, "CreateRoom" | "CreateLoggingConfiguration")
    }

    /// Returns all invalid members of a request.
    pub fn problems(&self, input: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        structure(self.members, input, "", &mut problems);
        problems
    }

    /// Describes the parameters, for a comparison with the service's model.
    pub fn describe(&self) -> Value {
        json!({"members": described(self.members)})
    }
}

fn described(members: &[Member]) -> Value {
    let describe = |member: &Member| {
        let mut shape = member.shape.describe();
        shape["required"] = json!(member.required);
        (member.name.to_owned(), shape)
    };
    Value::Object(members.iter().map(describe).collect())
}

fn structure(members: &[Member], value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let Some(object) = value.as_object() else {
        let name = path.trim_end_matches('.').to_owned();
        return problems.push(Problem { name, message: "must be an object".into() });
    };
    for key in object.keys().filter(|key| members.iter().all(|member| member.name != *key)) {
        problems.push(Problem { name: format!("{path}{key}"), message: UNKNOWN.into() });
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
    fn describe(&self) -> Value {
        match self {
            Shape::Structure(members) | Shape::Union(members) => {
                json!({"members": described(members)})
            }
            Shape::Map { name, value, at_most } => {
                json!({"key": name.describe(), "value": value.describe(), "max": at_most})
            }
            // The models have no limit in bytes.
            Shape::Attributes { .. } => json!({}),
            // Patterns match the whole string here, so they are written in another way.
            Shape::Text { length, .. } => json!({"min": length.start(), "max": length.end()}),
            Shape::Integer(range) => json!({"min": range.start(), "max": range.end()}),
            Shape::OneOf(values) => json!({"enum": values}),
            Shape::List { of, length } => {
                let max = Some(length.end()).filter(|end| **end != UNLIMITED);
                json!({"member": of.describe(), "min": length.start(), "max": max})
            }
        }
    }

    fn check(&self, value: &Value, name: String, problems: &mut Vec<Problem>) {
        let message = match self {
            Shape::Structure(members) if value.is_object() => {
                return structure(members, value, &format!("{name}."), problems);
            }
            Shape::Union(members) if value.is_object() => {
                let is_known = |member: &&Member| value.get(member.name).is_some();
                if members.iter().filter(is_known).count() == 1 {
                    return structure(members, value, &format!("{name}."), problems);
                }
                "must have exactly one member".into()
            }
            Shape::Map { name: key, value: string, at_most } if value.is_object() => {
                let object = value.as_object().into_iter().flatten();
                for (n, (found, value)) in object.enumerate() {
                    key.check(&found.as_str().into(), format!("{name}.key[{n}]"), problems);
                    string.check(value, format!("{name}.value[{n}]"), problems);
                }
                if value.as_object().is_some_and(|object| object.len() <= *at_most) {
                    return;
                }
                format!("must have at most {at_most} items")
            }
            Shape::Attributes { bytes } if value.is_object() => {
                let object = value.as_object().into_iter().flatten();
                let sizes = object.map(|(name, value)| Some(name.len() + value.as_str()?.len()));
                match sizes.sum::<Option<usize>>() {
                    Some(size) if size <= *bytes => return,
                    Some(_) => format!("must have at most {bytes} bytes"),
                    None => "must be strings".into(),
                }
            }
            Shape::Structure(_)
            | Shape::Union(_)
            | Shape::Map { .. }
            | Shape::Attributes { .. } => "must be an object".into(),
            Shape::List { of, length } => match value.as_array() {
                Some(items) if length.contains(&items.len()) => {
                    for (n, item) in items.iter().enumerate() {
                        of.check(item, format!("{name}[{n}]"), problems);
                    }
                    return;
                }
                Some(items) if items.len() < *length.start() => {
                    format!("must have at least {} items", length.start())
                }
                Some(_) => format!("must have at most {} items", length.end()),
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
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    compiled
        .entry(pattern)
        .or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).expect("a pattern from above"))
        .is_match(text)
}
