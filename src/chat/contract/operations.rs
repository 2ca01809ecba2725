//! The operations of IVS Chat with their quotas and members, by the API reference of the service.
//!
//! Lengths are in code points. Patterns match the whole string, although some patterns of the service's model lack
//! their anchors.

use super::{Member, Operation, Shape, UNLIMITED, optional, required};

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

const fn operation(name: &'static str, quota: f64, members: &'static [Member]) -> Operation {
    Operation { name, service: "ivschat", quota, members }
}

/// All operations.
pub static OPERATIONS: [Operation; 17] = [
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
];
