//! Names of rooms, functions and logging configurations: [`RoomArn`], [`FunctionArn`], [`LoggingArn`].

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

/// The longest ARN of a room or a logging configuration, in characters (Amazon IVS Chat API Reference,
/// "Room" and "LoggingConfigurationSummary").
const MAX_OWN: usize = 128;
/// The longest ARN that a room takes for its handler, in characters (Amazon IVS Chat API Reference,
/// "MessageReviewHandler").
pub(super) const MAX_HANDLER: usize = 170;
/// The longest name of a function, in characters (AWS Lambda Developer Guide, "CreateFunction").
const MAX_FUNCTION_NAME: usize = 64;

/// The ARN of a room, checked: `arn:aws:ivschat:eu-west-1:123456789012:room/AbCdEf`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RoomArn(Arn);

/// The ARN of a Lambda function, of one of its versions or of an alias, checked:
/// `arn:aws:lambda:eu-west-1:123456789012:function:ivs-chat-review`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FunctionArn(Arn);

/// The ARN of a logging configuration, checked:
/// `arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/AbCdEf`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LoggingArn(Arn);

/// The ARN of what can be tagged: a room or a logging configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaggableArn {
    /// A room.
    Room(RoomArn),
    /// A logging configuration.
    Logging(LoggingArn),
}

impl RoomArn {
    /// Reads an ARN as somebody wrote it.
    pub fn parse(text: &str) -> Result<RoomArn, InvalidArgument> {
        own(text, &ROOM, "room/").map(RoomArn)
    }

    /// What stands behind `room/`.
    pub fn id(&self) -> &str {
        self.0.text.rsplit('/').next().unwrap_or_default()
    }
}

impl LoggingArn {
    /// Reads an ARN as somebody wrote it.
    pub fn parse(text: &str) -> Result<LoggingArn, InvalidArgument> {
        own(text, &LOGGING, "logging-configuration/").map(LoggingArn)
    }
}

impl TaggableArn {
    /// The ARN as it was written.
    pub fn as_str(&self) -> &str {
        match self {
            TaggableArn::Room(arn) => arn.as_str(),
            TaggableArn::Logging(arn) => arn.as_str(),
        }
    }
}

impl std::str::FromStr for TaggableArn {
    type Err = InvalidArgument;

    /// Whatever is no logging configuration is told as no room.
    fn from_str(text: &str) -> Result<TaggableArn, InvalidArgument> {
        if text.contains(":logging-configuration") {
            return LoggingArn::parse(text).map(TaggableArn::Logging);
        }
        RoomArn::parse(text).map(TaggableArn::Room)
    }
}

impl FunctionArn {
    /// Reads an ARN as somebody wrote it.
    pub fn parse(text: &str) -> Result<FunctionArn, InvalidArgument> {
        let (arn, resource) = Arn::parse(text, &FUNCTION)?;
        let Some(function) = resource.strip_prefix("function:") else {
            return Err(FUNCTION.no_such_resource(resource));
        };
        let (name, qualifier) = match function.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (function, None),
        };
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if name.is_empty() || name.len() > MAX_FUNCTION_NAME || !name.bytes().all(word) {
            return Err(InvalidArgument::new(format!("{} is no name of a function", quoted(name))));
        }
        match qualifier {
            None | Some("$LATEST") => {}
            Some("") => {
                return Err(InvalidArgument::new(
                    "behind the last `:` a version or an alias is missing; a `$` needs single quotes around the ARN"
                        .to_owned(),
                ));
            }
            Some(qualifier) if qualifier.bytes().all(word) => {}
            Some(qualifier) => {
                return Err(InvalidArgument::new(format!(
                    "{} is no version or alias",
                    quoted(qualifier)
                )));
            }
        }
        at_most(text, MAX_HANDLER)?;
        Ok(FunctionArn(arn))
    }

    /// Whether it names a version or an alias.
    pub fn is_qualified(&self) -> bool {
        self.0.text.bytes().filter(|&byte| byte == b':').count() > 6
    }
}

/// What all kinds have.
macro_rules! shared {
    ($kind:ident) => {
        impl $kind {
            /// The ARN as it was written.
            pub fn as_str(&self) -> &str {
                &self.0.text
            }

            /// Its Region, one of [`REGIONS`].
            pub fn region(&self) -> &str {
                self.0.field(3)
            }

            /// The number of its account, twelve digits.
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

shared!(RoomArn);
shared!(FunctionArn);
shared!(LoggingArn);

/// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`, all but the resource checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Arn {
    text: String,
}

/// What an ARN should name.
struct Kind {
    service: &'static str,
    /// A thing of this kind.
    what: &'static str,
    example: &'static str,
    /// Where people find theirs.
    found: &'static str,
}

const ROOM: Kind = Kind {
    service: "ivschat",
    what: "a room",
    example: "arn:aws:ivschat:eu-west-1:123456789012:room/AbCdEf",
    found: "`ivs-review rooms list` tells them",
};

const LOGGING: Kind = Kind {
    service: "ivschat",
    what: "a logging configuration",
    example: "arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/AbCdEf",
    found: "`ivs-review rooms logging list` tells them",
};

const FUNCTION: Kind = Kind {
    service: "lambda",
    what: "a function",
    example: "arn:aws:lambda:eu-west-1:123456789012:function:ivs-chat-review",
    found: "it is the output `FunctionArn` of the stack",
};

impl Kind {
    fn not_one(&self, problem: &str) -> InvalidArgument {
        let Kind { what, example, found, .. } = self;
        InvalidArgument::new(format!(
            "{problem}; write the ARN of {what}, such as {example}: {found}"
        ))
    }

    fn no_such_resource(&self, resource: &str) -> InvalidArgument {
        self.not_one(&format!("{} is not {}", quoted(resource), self.what))
    }
}

impl Arn {
    /// Splits off the resource.
    fn parse<'t>(text: &'t str, kind: &Kind) -> Result<(Arn, &'t str), InvalidArgument> {
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let &["arn", partition, service, region, account, resource] = fields.as_slice() else {
            return Err(kind.not_one(&format!("{} is no ARN", quoted(text))));
        };
        if service != kind.service {
            return Err(kind.not_one(&format!("this ARN names something of {}", quoted(service))));
        }
        if partition != "aws" {
            let partition = quoted(partition);
            return Err(InvalidArgument::new(format!(
                "IVS Chat is in the partition `aws`, not in {partition}"
            )));
        }
        check_region(region)?;
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            let account = quoted(account);
            return Err(InvalidArgument::new(format!(
                "{account} is no account, which has 12 digits"
            )));
        }
        Ok((Arn { text: text.to_owned() }, resource))
    }

    fn field(&self, number: usize) -> &str {
        self.text.split(':').nth(number).unwrap_or_default()
    }
}

/// Reads the ARN of something that IVS Chat itself has.
fn own(text: &str, kind: &Kind, before_id: &str) -> Result<Arn, InvalidArgument> {
    let (arn, resource) = Arn::parse(text, kind)?;
    let Some(id) = resource.strip_prefix(before_id) else {
        return Err(kind.no_such_resource(resource));
    };
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(InvalidArgument::new(format!("{} is no id of {}", quoted(id), kind.what)));
    }
    at_most(text, MAX_OWN)?;
    Ok(arn)
}

/// Whether IVS Chat is in that Region.
pub fn check_region(region: &str) -> Result<(), InvalidArgument> {
    if REGIONS.contains(&region) {
        return Ok(());
    }
    let guess = match suggest(region, REGIONS, Nearness::Edits(1)) {
        Some(known) => format!("did you mean {known}? It"),
        None => "it".to_owned(),
    };
    let (region, known) = (quoted(region), REGIONS.join(", "));
    Err(InvalidArgument::new(format!(
        "IVS Chat is not in the Region {region}; {guess} is in {known}"
    )))
}

fn at_most(text: &str, characters: usize) -> Result<(), InvalidArgument> {
    // All that was checked before is ASCII.
    if text.len() <= characters {
        return Ok(());
    }
    Err(InvalidArgument::new(format!(
        "this ARN has {} characters; IVS Chat takes {characters}",
        text.len()
    )))
}

/// What somebody wrote, on one line and no longer than one.
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
    fn arns_tell_their_parts() {
        let function = FunctionArn::parse(FUNCTION).expect("it is one");
        assert_eq!((function.region(), function.account()), ("eu-west-1", "123456789012"));
        assert!(!function.is_qualified());
        for qualifier in ["live", "7", "$LATEST"] {
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
    fn what_is_no_arn_is_told_with_what_to_write() {
        let wrong = |text: &str| FunctionArn::parse(text).expect_err(text).to_string();
        let cases = [
            ("ivs-chat-review", "is no ARN"),
            ("", "is no ARN"),
            ("arn:aws:lambda:eu-west-1:123456789012", "is no ARN"),
            (ROOM, "names something of `ivschat`"),
            ("arn:aws-cn:lambda:cn-north-1:123456789012:function:f", "not in `aws-cn`"),
            ("arn:aws:lambda:eu-wset-1:123456789012:function:f", "did you mean eu-west-1?"),
            ("arn:aws:lambda:sa-east-1:123456789012:function:f", "it is in us-east-1, "),
            ("arn:aws:lambda:eu-west-1:12345678901:function:f", "12 digits"),
            ("arn:aws:lambda:eu-west-1:１２３４５６７８９０１２:function:f", "12 digits"),
            ("arn:aws:lambda:eu-west-1:123456789012:layer:f", "`layer:f` is not a function"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:", "no name of a function"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:a b", "no name of a function"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:f:", "single quotes"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:f:a:b", "no version or alias"),
            ("\u{1B}[31m\n", "`\\u{1b}[31m\\n` is no ARN"),
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
        let bare = RoomArn::parse("arn:aws:ivschat:eu-west-1:123456789012:room/");
        assert!(bare.expect_err("no id").to_string().contains("no id of a room"));
        let room = LoggingArn::parse(ROOM).expect_err("a room").to_string();
        assert!(room.contains("is not a logging configuration; write"), "{room}");
        let logging = RoomArn::parse(LOGGING).expect_err("it is none").to_string();
        assert!(logging.contains("is not a room; write"), "{logging}");
        let long = format!("{LOGGING}{}", "x".repeat(129 - LOGGING.len()));
        assert!(LoggingArn::parse(&long).is_err() && LoggingArn::parse(&long[..128]).is_ok());
    }

    #[test]
    fn what_can_be_tagged_is_a_room_or_a_logging_configuration() {
        for text in [ROOM, LOGGING] {
            assert_eq!(text.parse::<TaggableArn>().expect(text).as_str(), text);
        }
        for (text, part) in
            [(FUNCTION, "the ARN of a room"), ("x:logging-configuration/", "no ARN")]
        {
            let told = text.parse::<TaggableArn>().expect_err(text).to_string();
            assert!(told.contains(part), "{told}");
        }
    }
}
