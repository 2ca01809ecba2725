//! Where chat is logged: [`LoggingConfiguration`].

use std::collections::BTreeMap;

use serde::Serialize;

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// A logging configuration, as the service reports it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggingConfiguration {
    /// Its ARN, as the service returned it: it may be missing, or have a form that this version does
    /// not know.
    #[serde(rename = "loggingConfiguration")]
    pub arn: Option<String>,
    /// Its name, which need not be unique; empty if it has none.
    pub name: String,
    /// Where the chat of its rooms is logged; `None` if this version does not know the kind of
    /// destination.
    #[serde(rename = "destinationConfiguration")]
    pub destination: Option<Destination>,
    /// Its state: `ACTIVE`, or the progress or result of a change, such as `UPDATE_FAILED`.
    pub state: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// When it was created, in ISO 8601.
    pub create_time: Option<String>,
    /// When it was last updated, in ISO 8601.
    pub update_time: Option<String>,
}

/// A validated log destination (Amazon IVS Chat API Reference, "DestinationConfiguration"). It must
/// be in the account and Region of the rooms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Destination {
    /// An S3 bucket; delivery takes 5 minutes on average.
    S3 {
        /// The bucket name, 3 to 63 characters.
        bucket_name: String,
    },
    /// A CloudWatch log group; delivery takes 10 seconds on average.
    CloudWatchLogs {
        /// The name of the log group, 1 to 512 characters.
        log_group_name: String,
    },
    /// A Firehose stream; delivery takes 10 seconds on average.
    Firehose {
        /// The name of the stream, 1 to 64 characters.
        delivery_stream_name: String,
    },
}

impl Destination {
    /// Validates the name of a bucket.
    pub fn s3(text: &str) -> Result<Destination, InvalidArgument> {
        let is_valid =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        value_limits::check_characters(
            "bucket name",
            text,
            is_valid,
            "lowercase letters, digits, `-` and `.`",
        )?;
        value_limits::check_length("bucket name", text, 3..=63)?;
        Ok(Destination::S3 { bucket_name: text.to_owned() })
    }

    /// Validates the name of a log group.
    pub fn cloud_watch_logs(text: &str) -> Result<Destination, InvalidArgument> {
        let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte);
        let allowed = "letters, digits, `.`, `-`, `_`, `/` and `#`";
        value_limits::check_characters("log group name", text, is_valid, allowed)?;
        value_limits::check_length("log group name", text, 1..=512)?;
        Ok(Destination::CloudWatchLogs { log_group_name: text.to_owned() })
    }

    /// Validates the name of a delivery stream.
    pub fn firehose(text: &str) -> Result<Destination, InvalidArgument> {
        let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        value_limits::check_characters(
            "stream name",
            text,
            is_valid,
            "letters, digits, `_`, `.` and `-`",
        )?;
        value_limits::check_length("stream name", text, 1..=64)?;
        Ok(Destination::Firehose { delivery_stream_name: text.to_owned() })
    }
}

impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Destination::S3 { bucket_name } => write!(f, "S3 bucket {bucket_name}"),
            Destination::CloudWatchLogs { log_group_name } => {
                write!(f, "CloudWatch Logs group {log_group_name}")
            }
            Destination::Firehose { delivery_stream_name } => {
                write!(f, "Firehose stream {delivery_stream_name}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_destination_has_its_own_naming_rules() {
        type Read = fn(&str) -> Result<Destination, InvalidArgument>;
        let (s3, logs, firehose): (Read, Read, Read) =
            (Destination::s3, Destination::cloud_watch_logs, Destination::firehose);
        let long = |length| "x".repeat(length);
        for (read, name, fits) in [
            (s3, "chat-logs.example", true),
            (s3, "abc", true),
            (s3, &long(63), true),
            (s3, "ab", false),
            (s3, &long(64), false),
            (s3, "Chat-logs", false),
            (s3, "chat_logs", false),
            (s3, "s3://chat-logs", false),
            (logs, "/aws/ivs/chat#1_a.b-c", true),
            (logs, &long(512), true),
            (logs, "", false),
            (logs, &long(513), false),
            (logs, "chat logs", false),
            (logs, "arn:aws:logs:eu-west-1:123456789012:log-group:chat", false),
            (firehose, "chat_logs.1-a", true),
            (firehose, &long(64), true),
            (firehose, "", false),
            (firehose, &long(65), false),
            (firehose, "chat/logs", false),
        ] {
            assert_eq!(read(name).is_ok(), fits, "{name}");
        }
    }

    #[test]
    fn destinations_are_serialized_as_by_the_service() {
        let json = |destination: Result<Destination, InvalidArgument>| {
            serde_json::to_string(&destination.expect("one")).expect("strings only")
        };
        assert_eq!(json(Destination::s3("logs")), r#"{"s3":{"bucketName":"logs"}}"#);
        assert_eq!(
            json(Destination::cloud_watch_logs("logs")),
            r#"{"cloudWatchLogs":{"logGroupName":"logs"}}"#
        );
        assert_eq!(
            json(Destination::firehose("logs")),
            r#"{"firehose":{"deliveryStreamName":"logs"}}"#
        );
    }
}
