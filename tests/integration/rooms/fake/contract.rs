//! The parameters of each operation by the API reference of the service, and validation of requests.
//!
//! Lengths are in code points. Patterns match the whole string, although some patterns of the service's
//! model lack their anchors.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::{LazyLock, Mutex};

use regex::Regex;
use serde_json::{Value, json};

pub(super) struct Operation {
    pub(super) name: &'static str,
    /// The service by its name in signatures.
    pub(super) service: &'static str,
    /// The quota of an account, in calls per second.
    pub(super) quota: f64,
    pub(super) members: &'static [Member],
}

pub(super) struct Member {
    name: &'static str,
    required: bool,
    shape: Shape,
}

enum Shape {
    /// A map of strings.
    Map {
        name: &'static Shape,
        value: &'static Shape,
        at_most: usize,
    },
    /// A map of strings with a limit on its total size.
    Attributes {
        bytes: usize,
    },
    /// A structure with exactly one of these members.
    Union(&'static [Member]),
    Text {
        length: RangeInclusive<usize>,
        pattern: Option<&'static str>,
    },
    Integer(RangeInclusive<i64>),
    OneOf(&'static [&'static str]),
    List {
        of: &'static Shape,
        length: RangeInclusive<usize>,
    },
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

/// The length of a list without a maximum.
const UNLIMITED: usize = usize::MAX;
const NEXT_TOKEN: Shape = Shape::Text { length: 0..=1024, pattern: None };
const PAGE: Shape = Shape::Integer(1..=50);
const RATE: Shape = Shape::Integer(1..=100);
const LENGTH: Shape = Shape::Integer(1..=500);
const LOGGINGS: Shape = Shape::List { of: &LOGGING, length: 0..=3 };
const KEY: Shape = Shape::Text { length: 1..=128, pattern: None };
const TAGS: Shape =
    Shape::Map { name: &KEY, value: &Shape::Text { length: 0..=256, pattern: None }, at_most: 50 };
/// Without the pattern of the model, which only allows resource types of one letter and so matches no ARN.
const RESOURCE: Shape = Shape::Text { length: 1..=128, pattern: None };
const USER: Shape = Shape::Text { length: 1..=128, pattern: None };
const REASON: Shape = Shape::Text { length: 1..=256, pattern: None };
const DESTINATION: Shape = Shape::Union(&[
    optional(
        "s3",
        Shape::Structure(&[required(
            "bucketName",
            Shape::Text { length: 3..=63, pattern: Some("[a-z0-9.-]+") },
        )]),
    ),
    optional(
        "cloudWatchLogs",
        Shape::Structure(&[required(
            "logGroupName",
            Shape::Text { length: 1..=512, pattern: Some(r"[.\-_/#A-Za-z0-9]+") },
        )]),
    ),
    optional(
        "firehose",
        Shape::Structure(&[required(
            "deliveryStreamName",
            Shape::Text { length: 1..=64, pattern: Some("[a-zA-Z0-9_.-]+") },
        )]),
    ),
]);

const CHANNEL: Shape = Shape::Text {
    length: 1..=128,
    pattern: Some("arn:aws:ivs:[a-z0-9-]+:[0-9]+:channel/[a-zA-Z0-9-]+"),
};
const RECORDING: Shape = Shape::Text {
    length: 0..=128,
    pattern: Some("(|arn:aws:ivs:[a-z0-9-]+:[0-9]+:recording-configuration/[a-zA-Z0-9-]+)"),
};
const PLAYBACK_POLICY: Shape = Shape::Text {
    length: 0..=128,
    pattern: Some("(|arn:aws:ivs:[a-z0-9-]+:[0-9]+:playback-restriction-policy/[a-zA-Z0-9-]+)"),
};
const AD_CONFIGURATION: Shape = Shape::Text {
    length: 0..=128,
    pattern: Some("(|arn:aws:ivs:[a-z0-9-]+:[0-9]+:ad-configuration/[a-zA-Z0-9-]+)"),
};
const SLATE_CONFIGURATION: Shape = Shape::Text {
    length: 0..=128,
    pattern: Some("(|arn:aws:ivs:[a-z0-9-]+:[0-9]+:failover-slate-configuration/[a-zA-Z0-9-]+)"),
};
const VIDEO_TOKEN: Shape = Shape::Text { length: 0..=1024, pattern: Some("[a-zA-Z0-9+/=_-]*") };
const VIDEO_PAGE: Shape = Shape::Integer(1..=100);

/// The services by their names in signatures.
pub(super) const CHAT: &str = "ivschat";
pub(super) const VIDEO: &str = "ivs";

const fn operation(name: &'static str, quota: f64, members: &'static [Member]) -> Operation {
    Operation { name, service: CHAT, quota, members }
}

/// All operations on channels have the same quota.
const fn video_operation(name: &'static str, members: &'static [Member]) -> Operation {
    Operation { name, service: VIDEO, quota: 5.0, members }
}

/// All operations of IVS Chat, and those of Amazon IVS on channels and streams.
static OPERATIONS: [Operation; 22] = [
    operation(
        "CreateChatToken",
        200.0,
        &[
            required("roomIdentifier", ROOM),
            required("userId", USER),
            optional(
                "capabilities",
                Shape::List {
                    of: &Shape::OneOf(&["SEND_MESSAGE", "DISCONNECT_USER", "DELETE_MESSAGE"]),
                    length: 0..=UNLIMITED,
                },
            ),
            optional("sessionDurationInMinutes", Shape::Integer(1..=180)),
            optional("attributes", Shape::Attributes { bytes: 1_024 }),
        ],
    ),
    operation(
        "CreateLoggingConfiguration",
        3.0,
        &[
            required("destinationConfiguration", DESTINATION),
            optional("name", NAME),
            optional("tags", TAGS),
        ],
    ),
    operation(
        "CreateRoom",
        5.0,
        &[
            optional("name", NAME),
            optional("maximumMessageRatePerSecond", RATE),
            optional("maximumMessageLength", LENGTH),
            optional("messageReviewHandler", HANDLER),
            optional("tags", TAGS),
            optional("loggingConfigurationIdentifiers", LOGGINGS),
        ],
    ),
    operation("DeleteLoggingConfiguration", 3.0, &[required("identifier", LOGGING)]),
    operation(
        "DeleteMessage",
        100.0,
        &[
            required("roomIdentifier", ROOM),
            required("id", Shape::Text { length: 12..=12, pattern: Some("[a-zA-Z0-9]+") }),
            optional("reason", REASON),
        ],
    ),
    operation("DeleteRoom", 5.0, &[required("identifier", ROOM)]),
    operation(
        "DisconnectUser",
        100.0,
        &[required("roomIdentifier", ROOM), required("userId", USER), optional("reason", REASON)],
    ),
    operation("GetLoggingConfiguration", 3.0, &[required("identifier", LOGGING)]),
    operation("GetRoom", 5.0, &[required("identifier", ROOM)]),
    operation(
        "ListLoggingConfigurations",
        3.0,
        &[optional("nextToken", NEXT_TOKEN), optional("maxResults", PAGE)],
    ),
    operation(
        "ListRooms",
        5.0,
        &[
            optional("name", NAME),
            optional("nextToken", NEXT_TOKEN),
            optional("maxResults", PAGE),
            optional("messageReviewHandlerUri", FUNCTION),
            optional("loggingConfigurationIdentifier", LOGGING),
        ],
    ),
    operation("ListTagsForResource", 10.0, &[required("resourceArn", RESOURCE)]),
    operation(
        "SendEvent",
        100.0,
        &[
            required("roomIdentifier", ROOM),
            required("eventName", Shape::Text { length: 1..=100, pattern: None }),
            // The newer of two pages of the documentation.
            optional("attributes", Shape::Attributes { bytes: 4_096 }),
        ],
    ),
    operation("TagResource", 10.0, &[required("resourceArn", RESOURCE), required("tags", TAGS)]),
    operation(
        "UntagResource",
        10.0,
        &[
            required("resourceArn", RESOURCE),
            required("tagKeys", Shape::List { of: &KEY, length: 0..=50 }),
        ],
    ),
    operation(
        "UpdateLoggingConfiguration",
        3.0,
        &[
            required("identifier", LOGGING),
            optional("name", NAME),
            optional("destinationConfiguration", DESTINATION),
        ],
    ),
    operation(
        "UpdateRoom",
        5.0,
        &[
            required("identifier", ROOM),
            optional("name", NAME),
            optional("maximumMessageRatePerSecond", RATE),
            optional("maximumMessageLength", LENGTH),
            optional("messageReviewHandler", HANDLER),
            optional("loggingConfigurationIdentifiers", LOGGINGS),
        ],
    ),
    video_operation(
        "BatchGetChannel",
        &[required("arns", Shape::List { of: &CHANNEL, length: 1..=50 })],
    ),
    video_operation("GetChannel", &[required("arn", CHANNEL)]),
    video_operation("GetStream", &[required("channelArn", CHANNEL)]),
    video_operation(
        "ListChannels",
        &[
            optional("filterByName", NAME),
            optional("filterByRecordingConfigurationArn", RECORDING),
            optional("filterByPlaybackRestrictionPolicyArn", PLAYBACK_POLICY),
            optional("filterByAdConfigurationArn", AD_CONFIGURATION),
            optional("filterByFailoverSlateConfigurationArn", SLATE_CONFIGURATION),
            optional("nextToken", VIDEO_TOKEN),
            optional("maxResults", VIDEO_PAGE),
        ],
    ),
    video_operation(
        "ListStreams",
        &[
            optional(
                "filterBy",
                Shape::Structure(&[optional(
                    "health",
                    Shape::OneOf(&["HEALTHY", "STARVING", "UNKNOWN"]),
                )]),
            ),
            optional("nextToken", VIDEO_TOKEN),
            optional("maxResults", VIDEO_PAGE),
        ],
    ),
];

/// Returns the operation with this name.
pub(super) fn named(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// Returns the names of all operations of IVS Chat.
pub(crate) fn operation_names() -> BTreeSet<&'static str> {
    let chat = OPERATIONS.iter().filter(|operation| operation.service == CHAT);
    chat.map(|operation| operation.name).collect()
}

/// Returns service, name and parameters of all operations, for a comparison with the service models.
pub(crate) fn describe() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let parameters = |operation: &Operation| json!({"members": described(operation.members)});
    OPERATIONS.iter().map(move |it| (it.service, it.name, parameters(it)))
}

fn described(members: &[Member]) -> Value {
    let describe = |member: &Member| {
        let mut shape = member.shape.describe();
        shape["required"] = json!(member.required);
        (member.name.to_owned(), shape)
    };
    Value::Object(members.iter().map(describe).collect())
}

/// An invalid member of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Problem {
    pub(super) name: String,
    pub(super) message: String,
}

/// Returns all invalid members of a request.
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
                if value.as_object().is_some_and(|object| object.len() == 1) {
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
    let mut compiled = COMPILED.lock().expect("the lock is not poisoned");
    compiled
        .entry(pattern)
        .or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).expect("a pattern from above"))
        .is_match(text)
}
