//! Arguments of `rooms logging`.

use clap::{Args as Group, Subcommand};
use ivs_chat_review::provision::arn::{LoggingArn, RoomArn};

use super::{CommonArgs, ConfirmArgs};

#[derive(Group)]
pub(crate) struct LoggingArgs {
    #[command(subcommand)]
    pub(crate) command: LoggingCommand,
}

#[derive(Subcommand)]
pub(crate) enum LoggingCommand {
    /// Create a logging configuration
    #[command(after_help = "\
Examples:
  ivs-review rooms logging create --name chat --cloudwatch /ivs/chat
  ivs-review rooms logging create --name archive --s3 chat-archive --tag team=safety

The bucket, log group or stream must exist, in the account and Region of the rooms. An account can
have ten configurations. Without an answer the request is not sent again, because that might create
two; the error says where to look.")]
    Create(LoggingCreateArgs),
    /// List all logging configurations
    #[command(after_help = "\
Example:
  ivs-review rooms logging list --format json")]
    List(LoggingListArgs),
    /// Show a logging configuration
    #[command(after_help = "\
Example:
  ivs-review rooms logging show LOGGING_ARN")]
    Show(LoggingShowArgs),
    /// Change the name or destination of a logging configuration
    #[command(after_help = "\
Example:
  ivs-review rooms logging update LOGGING_ARN --s3 chat-archive-2

Only changes are sent. Without an answer the configuration is read again, and what is still missing
is sent again.")]
    Update(LoggingUpdateArgs),
    /// Delete a logging configuration
    #[command(after_help = "\
Example:
  ivs-review rooms logging delete LOGGING_ARN --yes

A configuration that is attached to a room cannot be deleted: detach it first. Without an answer the
request is sent again; a configuration that no longer exists counts as deleted.")]
    Delete(LoggingDeleteArgs),
    /// Attach logging configurations to a room
    #[command(after_help = "\
Example:
  ivs-review rooms logging attach ROOM_ARN LOGGING_ARN

A room can have three; others stay attached. The service only accepts complete lists, so a
configuration that another client attaches at the same moment is lost: check the output. Without an
answer the list is read again, and sent again if necessary.")]
    Attach(AttachArgs),
    /// Detach logging configurations from a room
    #[command(after_help = "\
Example:
  ivs-review rooms logging detach ROOM_ARN LOGGING_ARN --yes

Others stay attached. Without an answer the list is read again, and sent again if necessary.")]
    Detach(LoggingDetachArgs),
}

#[derive(Group)]
pub(crate) struct LoggingCreateArgs {
    /// Name: letters, digits, `-` and `_`, at most 128 characters
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) destination: DestinationArgs,
    /// Tag (repeatable)
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub(crate) tag: Vec<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// The log destination: one of three options.
#[derive(Group)]
#[group(multiple = false)]
pub(crate) struct DestinationArgs {
    /// S3 bucket; delivery takes 5 minutes on average
    #[arg(long, value_name = "BUCKET", allow_hyphen_values = true)]
    pub(crate) s3: Option<String>,
    /// CloudWatch log group; delivery takes 10 seconds on average
    #[arg(long, value_name = "LOG_GROUP", allow_hyphen_values = true)]
    pub(crate) cloudwatch: Option<String>,
    /// Firehose stream; delivery takes 10 seconds on average
    #[arg(long, value_name = "STREAM", allow_hyphen_values = true)]
    pub(crate) firehose: Option<String>,
}

#[derive(Group)]
pub(crate) struct LoggingListArgs {
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct LoggingShowArgs {
    /// ARN of the logging configuration
    #[arg(value_name = "LOGGING_ARN")]
    pub(crate) logging: LoggingArn,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct LoggingUpdateArgs {
    /// ARN of the logging configuration
    #[arg(value_name = "LOGGING_ARN")]
    pub(crate) logging: LoggingArn,
    /// Name: letters, digits, `-` and `_`, at most 128 characters
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) destination: DestinationArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct LoggingDeleteArgs {
    /// ARN of the logging configuration
    #[arg(value_name = "LOGGING_ARN")]
    pub(crate) logging: LoggingArn,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct AttachArgs {
    /// Room ARN
    #[arg(value_name = "ROOM_ARN")]
    pub(crate) room: RoomArn,
    /// ARNs of logging configurations
    #[arg(value_name = "LOGGING_ARN", required = true)]
    pub(crate) logging: Vec<LoggingArn>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct LoggingDetachArgs {
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
    #[command(flatten)]
    pub(crate) attachment: AttachArgs,
}
