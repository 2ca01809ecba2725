//! ARNs of rooms, functions, logging configurations and video channels: [`RoomArn`],
//! [`FunctionArn`], [`LoggingArn`], [`ChannelArn`].

use std::fmt;

use serde::{Deserialize, Serialize};

use super::invalid_argument::InvalidArgument;
use crate::display::abridged;
use crate::suggest::{Nearness, suggest};

/// The Regions that have IVS Chat (AWS General Reference, "Amazon IVS endpoints and quotas").
pub const REGIONS: [&str; 7] = [
    "us-east-1",
    "us-west-2",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "eu-central-1",
    "eu-west-1",
];

/// The maximum length of the ARN of a room, logging configuration or channel, in characters (Amazon
/// IVS Chat API Reference, "Room" and "LoggingConfigurationSummary"; Amazon IVS API Reference,
/// "Channel").
const MAX_IVS_ARN: usize = 128;
/// The maximum length of any ARN, in characters (AWS General Reference, "Amazon Resource Names").
const MAX_ARN: usize = 2_048;
/// The maximum length of the ARN of a handler, in characters (Amazon IVS Chat API Reference,
/// "MessageReviewHandler").
pub(super) const MAX_HANDLER_ARN: usize = 170;
/// The maximum length of a Region. The name is part of a host, whose labels have at most 63
/// characters.
const MAX_REGION: usize = 63;
/// The maximum length of a function name, in characters (AWS Lambda Developer Guide,
/// "CreateFunction").
const MAX_FUNCTION_NAME: usize = 64;

/// The validated ARN of a room: `arn:aws:ivschat:eu-west-1:123456789012:room/AbCdEf`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RoomArn(Arn);

/// The validated ARN of a Lambda function, or of one of its versions or aliases:
/// `arn:aws:lambda:eu-west-1:123456789012:function:ivs-chat-review`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FunctionArn(Arn);

/// The validated ARN of a logging configuration:
/// `arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/AbCdEf`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LoggingArn(Arn);

/// The validated ARN of a video channel: `arn:aws:ivs:eu-west-1:123456789012:channel/AbCdEf`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ChannelArn(Arn);

/// The ARN of a taggable resource: a room or a logging configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaggableArn {
    /// A room.
    Room(RoomArn),
    /// A logging configuration.
    Logging(LoggingArn),
}

impl RoomArn {
    /// Parses and validates an ARN. Its form may be unknown: see [`RoomArn::has_known_form`].
    pub fn parse(text: &str) -> Result<RoomArn, InvalidArgument> {
        parse_ivs(text, &ROOM, "room/").map(RoomArn)
    }

    /// Returns the part after `room/`.
    pub fn id(&self) -> &str {
        self.0.field(5).split_once('/').map_or("", |(_, id)| id)
    }
}

impl LoggingArn {
    /// Parses and validates an ARN. Its form may be unknown: see [`LoggingArn::has_known_form`].
    pub fn parse(text: &str) -> Result<LoggingArn, InvalidArgument> {
        parse_ivs(text, &LOGGING, "logging-configuration/").map(LoggingArn)
    }
}

impl ChannelArn {
    /// Parses and validates an ARN.
    pub fn parse(text: &str) -> Result<ChannelArn, InvalidArgument> {
        parse_ivs(text, &CHANNEL, "channel/").map(ChannelArn)
    }
}

impl TaggableArn {
    /// Returns the ARN as it was written.
    pub fn as_str(&self) -> &str {
        match self {
            TaggableArn::Room(arn) => arn.as_str(),
            TaggableArn::Logging(arn) => arn.as_str(),
        }
    }
}

impl std::str::FromStr for TaggableArn {
    type Err = InvalidArgument;

    /// Errors describe the ARN of a room, unless the text is like that of a logging configuration.
    fn from_str(text: &str) -> Result<TaggableArn, InvalidArgument> {
        if text.contains(":logging-configuration") {
            return LoggingArn::parse(text).map(TaggableArn::Logging);
        }
        RoomArn::parse(text).map(TaggableArn::Room)
    }
}

impl FunctionArn {
    /// Parses and validates an ARN.
    pub fn parse(text: &str) -> Result<FunctionArn, InvalidArgument> {
        let (arn, resource) = Arn::parse(text, &FUNCTION)?;
        let Some(function) = resource.strip_prefix("function:") else {
            return Err(FUNCTION.wrong_resource(resource));
        };
        let (name, qualifier) = match function.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (function, None),
        };
        let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if name.is_empty() || name.len() > MAX_FUNCTION_NAME || !name.bytes().all(is_name_byte) {
            return Err(InvalidArgument::new(format!("invalid function name {}", quoted(name))));
        }
        match qualifier {
            // `$LATEST.PUBLISHED` is the newest published version (AWS Lambda API Reference,
            // "Invoke").
            None | Some("$LATEST" | "$LATEST.PUBLISHED") => {}
            Some("") => {
                return Err(InvalidArgument::new(
                    "missing version or alias after the last `:`; if it starts with `$`, put the ARN in single quotes"
                        .to_owned(),
                ));
            }
            Some(qualifier) if qualifier.bytes().all(is_name_byte) => {}
            Some(qualifier) => {
                return Err(InvalidArgument::new(format!(
                    "invalid version or alias {}",
                    quoted(qualifier)
                )));
            }
        }
        check_length(text, MAX_HANDLER_ARN)?;
        Ok(FunctionArn(arn))
    }

    /// Whether the ARN has a version or alias.
    pub fn is_qualified(&self) -> bool {
        self.0.text.bytes().filter(|&byte| byte == b':').count() > 6
    }
}

/// Methods and conversions that all four types have.
macro_rules! arn_type {
    ($kind:ident) => {
        impl $kind {
            /// Returns the ARN as it was written.
            pub fn as_str(&self) -> &str {
                &self.0.text
            }

            /// Returns the Region, which need not be one of [`REGIONS`].
            pub fn region(&self) -> &str {
                self.0.field(3)
            }

            /// Returns the account ID, twelve digits.
            pub fn account(&self) -> &str {
                self.0.field(4)
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $kind {
            type Err = InvalidArgument;

            fn from_str(text: &str) -> Result<$kind, InvalidArgument> {
                $kind::parse(text)
            }
        }

        impl TryFrom<String> for $kind {
            type Error = InvalidArgument;

            fn try_from(text: String) -> Result<$kind, InvalidArgument> {
                $kind::parse(&text)
            }
        }

        impl From<$kind> for String {
            fn from(arn: $kind) -> String {
                arn.0.text
            }
        }
    };
}

/// Methods of resources of IVS and IVS Chat.
macro_rules! ivs_type {
    ($kind:ident) => {
        impl $kind {
            /// Whether the ARN matches the documented pattern. The ARNs of a later version of the
            /// service may not: a command that names one can use it, but it is unknown what else it
            /// may be.
            pub fn has_known_form(&self) -> bool {
                has_known_form(&self.0)
            }
        }
    };
}

ivs_type!(RoomArn);
ivs_type!(LoggingArn);
ivs_type!(ChannelArn);
arn_type!(RoomArn);
arn_type!(FunctionArn);
arn_type!(LoggingArn);
arn_type!(ChannelArn);

/// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`, with all parts but the resource validated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Arn {
    text: String,
}

/// The kind of resource that an ARN should refer to, for error messages.
struct Kind {
    service: &'static str,
    /// The kind with its article.
    what: &'static str,
    example: &'static str,
    /// Where to find the ARN.
    source: &'static str,
}

const ROOM: Kind = Kind {
    service: "ivschat",
    what: "a room",
    example: "arn:aws:ivschat:eu-west-1:123456789012:room/AbCdEf",
    source: "`ivs-review rooms list` shows the ARNs",
};

const LOGGING: Kind = Kind {
    service: "ivschat",
    what: "a logging configuration",
    example: "arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/AbCdEf",
    source: "`ivs-review rooms logging list` shows the ARNs",
};

const CHANNEL: Kind = Kind {
    service: "ivs",
    what: "a channel",
    example: "arn:aws:ivs:eu-west-1:123456789012:channel/AbCdEf",
    source: "`ivs-review rooms list --channels` shows the ARNs",
};

const FUNCTION: Kind = Kind {
    service: "lambda",
    what: "a function",
    example: "arn:aws:lambda:eu-west-1:123456789012:function:ivs-chat-review",
    source: "see the output `FunctionArn` of the stack",
};

impl Kind {
    fn error(&self, problem: &str) -> InvalidArgument {
        let Kind { what, example, source, .. } = self;
        InvalidArgument::new(format!(
            "{problem}; expected the ARN of {what}, such as {example} ({source})"
        ))
    }

    fn wrong_resource(&self, resource: &str) -> InvalidArgument {
        self.error(&format!("{} is not {}", quoted(resource), self.what))
    }
}

impl Arn {
    /// Validates all parts but the resource, and returns the resource.
    fn parse<'t>(text: &'t str, kind: &Kind) -> Result<(Arn, &'t str), InvalidArgument> {
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let &["arn", partition, service, region, account, resource] = fields.as_slice() else {
            return Err(kind.error(&format!("invalid ARN {}", quoted(text))));
        };
        if service != kind.service {
            return Err(kind.error(&format!("this ARN belongs to the service {}", quoted(service))));
        }
        let is_later = kind.service != "lambda" && partition.starts_with("aws-");
        if partition != "aws" && !is_later {
            return Err(InvalidArgument::new(format!(
                "IVS Chat is only available in the partition `aws`, not in {}",
                quoted(partition)
            )));
        }
        if !is_region_name(region) {
            return Err(no_region(region));
        }
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidArgument::new(format!(
                "invalid account ID {}, expected 12 digits",
                quoted(account)
            )));
        }
        Ok((Arn { text: text.to_owned() }, resource))
    }

    fn field(&self, index: usize) -> &str {
        self.text.splitn(6, ':').nth(index).unwrap_or_default()
    }
}

/// Parses the ARN of a resource of IVS or IVS Chat.
fn parse_ivs(text: &str, kind: &Kind, before_id: &str) -> Result<Arn, InvalidArgument> {
    let (arn, resource) = Arn::parse(text, kind)?;
    let Some(id) = resource.strip_prefix(before_id) else {
        return Err(kind.wrong_resource(resource));
    };
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(InvalidArgument::new(format!("invalid ID {} of {}", quoted(id), kind.what)));
    }
    check_length(text, MAX_ARN)?;
    Ok(arn)
}

/// Whether the ARN of a room, logging configuration or channel matches the documented pattern.
fn has_known_form(arn: &Arn) -> bool {
    let is_id_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let id = arn.field(5).split_once('/').map_or("", |(_, id)| id);
    arn.field(1) == "aws" && arn.text.len() <= MAX_IVS_ARN && id.bytes().all(is_id_byte)
}

/// What is known of a Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegionStatus {
    /// One of [`REGIONS`].
    Available,
    /// A Region of AWS, or one that may be added: the warning says that IVS Chat is not known to be
    /// available there.
    Unknown(String),
    /// Not the name of a Region: the error suggests one.
    Invalid(InvalidArgument),
}

/// Checks the name of a Region. AWS adds Regions, so an unknown name is only wrong if it does not
/// end like all others, with a direction and a number: `eu-west-9` may exist, `eu-wset-1` does not.
pub fn region_status(region: &str) -> RegionStatus {
    if REGIONS.contains(&region) {
        return RegionStatus::Available;
    }
    let parts: Vec<&str> = region.split('-').collect();
    let is_like_a_region = matches!(parts.as_slice(), [.., area, direction, number]
        if area.len() >= 2
            && DIRECTIONS.contains(direction)
            && number.parse::<u8>().is_ok_and(|number| number > 0));
    if !is_region_name(region) || !is_like_a_region {
        return RegionStatus::Invalid(no_region(region));
    }
    RegionStatus::Unknown(format!(
        "IVS Chat is not known to be available in the Region {}; {}",
        quoted(region),
        other_regions(region)
    ))
}

/// The directions in the names of Regions.
const DIRECTIONS: [&str; 9] = [
    "central",
    "north",
    "south",
    "east",
    "west",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
];

/// Whether a text has only the characters of Regions. Services that imitate AWS have Regions of
/// other names.
pub fn is_region_name(text: &str) -> bool {
    let is_valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= MAX_REGION && text.bytes().all(is_valid)
}

fn no_region(region: &str) -> InvalidArgument {
    let help = other_regions(region);
    InvalidArgument::new(format!(
        "IVS Chat is not available in the Region {}; {help}",
        quoted(region)
    ))
}

fn other_regions(region: &str) -> String {
    match suggest(region, REGIONS, Nearness::Edits(1)) {
        Some(known) => format!("did you mean {known}?"),
        None => format!("expected one of {}", REGIONS.join(", ")),
    }
}

fn check_length(text: &str, max: usize) -> Result<(), InvalidArgument> {
    // All parts are known to be ASCII here, so bytes are characters.
    if text.len() <= max {
        return Ok(());
    }
    Err(InvalidArgument::new(format!(
        "this ARN has {} characters, more than the maximum of {max}",
        text.len()
    )))
}

/// A value in backquotes, safe to print and at most one line long.
fn quoted(text: &str) -> String {
    format!("`{}`", abridged(text, 80))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:ivs-chat-review";
    const ROOM: &str = "arn:aws:ivschat:eu-west-1:123456789012:room/AbCd-12";
    const LOGGING: &str = "arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/AbCd-12";

    #[test]
    fn parts_of_arns() {
        let function = FunctionArn::parse(FUNCTION).expect("it is one");
        assert_eq!((function.region(), function.account()), ("eu-west-1", "123456789012"));
        assert!(!function.is_qualified());
        for qualifier in ["live", "7", "$LATEST", "$LATEST.PUBLISHED"] {
            let function = FunctionArn::parse(&format!("{FUNCTION}:{qualifier}"));
            assert!(function.expect("it is one").is_qualified());
        }
        let room = RoomArn::parse(ROOM).expect("it is one");
        assert_eq!(
            (room.region(), room.account(), room.id()),
            ("eu-west-1", "123456789012", "AbCd-12")
        );
    }

    #[test]
    fn errors_of_invalid_arns() {
        let wrong = |text: &str| FunctionArn::parse(text).expect_err(text).to_string();
        let cases = [
            ("ivs-chat-review", "invalid ARN"),
            ("", "invalid ARN"),
            ("arn:aws:lambda:eu-west-1:123456789012", "invalid ARN"),
            (ROOM, "belongs to the service `ivschat`"),
            ("arn:aws-cn:lambda:cn-north-1:123456789012:function:f", "not in `aws-cn`"),
            ("arn:aws:lambda:EU-WEST-1:123456789012:function:f", "expected one of us-east-1, "),
            ("arn:aws:lambda::123456789012:function:f", "expected one of us-east-1, "),
            ("arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST.x", "version or alias"),
            ("arn:aws:lambda:eu-west-1:12345678901:function:f", "12 digits"),
            ("arn:aws:lambda:eu-west-1:１２３４５６７８９０１２:function:f", "12 digits"),
            ("arn:aws:lambda:eu-west-1:123456789012:layer:f", "`layer:f` is not a function"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:", "invalid function name"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:a b", "invalid function name"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:f:", "single quotes"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:f:a:b", "invalid version or alias"),
            ("\u{1B}[31m\n", "invalid ARN `\\u{1b}[31m\\n`"),
        ];
        for (text, part) in cases {
            assert!(wrong(text).contains(part), "{text}: {}", wrong(text));
        }
        let long = format!("{FUNCTION}:{}", "a".repeat(128));
        assert!(wrong(&long).contains("191 characters"), "{}", wrong(&long));
        assert!(wrong(&"x".repeat(10_000)).len() < 400);
        assert!(RoomArn::parse(FUNCTION).expect_err("a function").to_string().contains("`lambda`"));
        let stage = RoomArn::parse("arn:aws:ivschat:eu-west-1:123456789012:stage/x");
        assert!(stage.expect_err("a stage").to_string().contains("`stage/x` is not a room"));
        let empty = RoomArn::parse("arn:aws:ivschat:eu-west-1:123456789012:room/");
        assert!(empty.expect_err("no id").to_string().contains("invalid ID `` of a room"));
        let room = LoggingArn::parse(ROOM).expect_err("a room").to_string();
        assert!(room.contains("is not a logging configuration; expected"), "{room}");
        let logging = RoomArn::parse(LOGGING).expect_err("it is none").to_string();
        assert!(logging.contains("is not a room; expected"), "{logging}");
        let long = format!("{LOGGING}{}", "x".repeat(129 - LOGGING.len()));
        let is_known = |text: &str| LoggingArn::parse(text).map(|arn| arn.has_known_form());
        assert_eq!((is_known(&long), is_known(&long[..128])), (Ok(false), Ok(true)));
    }

    #[test]
    fn later_forms_are_recognized() {
        for (text, expected) in [
            (ROOM, Ok(true)),
            ("arn:aws:ivschat:eu-west-9:123456789012:room/AbCd", Ok(true)),
            ("arn:aws:ivschat:eu-west-1:123456789012:room/v2/AbCd", Ok(false)),
            ("arn:aws:ivschat:eu-west-1:123456789012:room/AbCd:live", Ok(false)),
            ("arn:aws:ivschat:eu-west-1:123456789012:room/Ab_Cd", Ok(false)),
            ("arn:aws-eusc:ivschat:eusc-de-east-1:123456789012:room/AbCd", Ok(false)),
            ("arn:aws:ivschat:eu-west-1:123456789012:room/Ab Cd", Err(())),
            ("arn:aws:ivschat:eu-west-1:123456789012:room/Ab\u{1B}Cd", Err(())),
            ("arn:aws:ivschat:eu-west-1:123456789012:room/Äb", Err(())),
            ("arn:awsome:ivschat:eu-west-1:123456789012:room/AbCd", Err(())),
            ("arn:aws:ivschat:eu-west-1:123456789012:hall/AbCd", Err(())),
            ("urn:room", Err(())),
        ] {
            let found = RoomArn::parse(text).map(|arn| arn.has_known_form()).map_err(drop);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn regions_that_may_exist_are_accepted() {
        use RegionStatus::{Available, Invalid, Unknown};

        for (region, expected) in [
            ("eu-west-1", "available"),
            ("eu-west-2", "did you mean eu-west-1?"),
            (
                "ap-southeast-7",
                "not known to be available in the Region `ap-southeast-7`; expected",
            ),
            ("us-gov-west-1", "not known"),
            ("eusc-de-east-1", "not known"),
            ("eu-wset-1", "is not available in the Region `eu-wset-1`; did you mean eu-west-1?"),
            ("us-east1", "did you mean us-east-1?"),
            ("us-east-0", "is not available"),
            ("us-east-1a", "is not available"),
            ("-east-1", "is not available"),
            ("local", "is not available"),
            ("EU-west-1", "is not available"),
            ("", "is not available in the Region ``"),
            ("eu-west-1\u{1B}", "`eu-west-1\\u{1b}`"),
        ] {
            let text = match region_status(region) {
                Available => "available".to_owned(),
                Unknown(text) => {
                    assert!(RoomArn::parse(&ROOM.replace("eu-west-1", region)).is_ok());
                    text
                }
                Invalid(error) => error.to_string(),
            };
            assert!(text.contains(expected), "{region}: {text}");
        }
        assert!(is_region_name("local") && !is_region_name("a.example/") && !is_region_name(""));
    }

    #[test]
    fn channels_belong_to_another_service() {
        let channel = "arn:aws:ivs:eu-west-1:123456789012:channel/AbCd-12";
        assert_eq!(ChannelArn::parse(channel).expect("it is one").as_str(), channel);
        for (text, part) in [
            (ROOM, "belongs to the service `ivschat`; expected the ARN of a channel"),
            ("arn:aws:ivs:eu-west-1:123456789012:stream-key/a", "is not a channel"),
            ("arn:aws:ivs:eu-west-1:123456789012:channel/", "invalid ID `` of a channel"),
            ("arn:aws:ivs:eu-west-1:123456789012:channel/a b", "invalid ID `a b`"),
        ] {
            let error = ChannelArn::parse(text).expect_err(text).to_string();
            assert!(error.contains(part), "{error}");
        }
        let room = RoomArn::parse(channel).expect_err("a channel").to_string();
        assert!(room.contains("belongs to the service `ivs`"), "{room}");
    }

    #[test]
    fn taggable_resources() {
        for text in [ROOM, LOGGING] {
            assert_eq!(text.parse::<TaggableArn>().expect(text).as_str(), text);
        }
        for (text, part) in
            [(FUNCTION, "the ARN of a room"), ("x:logging-configuration/", "invalid ARN")]
        {
            let error = text.parse::<TaggableArn>().expect_err(text).to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
