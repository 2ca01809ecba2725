//! What may be typed behind `rooms logging`.

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
    /// Make a logging configuration
    #[command(after_help = "\
Examples:
  ivs-review rooms logging create --name chat --cloudwatch /ivs/chat
  ivs-review rooms logging create --name archive --s3 chat-archive --tag team=safety

Bucket, log group or stream must be there, in the account and Region of the rooms. An account may
have ten configurations. If no answer comes, it is not sent again, since there might be two then;
the error says how to look.")]
    Create(LoggingCreateArgs),
    /// Show all logging configurations
    #[command(after_help = "\
Example:
  ivs-review rooms logging list --format json")]
    List(LoggingListArgs),
    /// Show one logging configuration
    #[command(after_help = "\
Example:
  ivs-review rooms logging show LOGGING_ARN")]
    Show(LoggingShowArgs),
    /// Give one another name or destination
    #[command(after_help = "\
Example:
  ivs-review rooms logging update LOGGING_ARN --s3 chat-archive-2

What is so already is not sent. If no answer comes, it is read again and sent again where that is
still needed.")]
    Update(LoggingUpdateArgs),
    /// Delete one that no room has any longer
    #[command(after_help = "\
Example:
  ivs-review rooms logging delete LOGGING_ARN --yes

One that a room still has cannot be deleted: detach it first. If no answer comes, it is sent
again; that it is gone then is what was asked for.")]
    Delete(LoggingDeleteArgs),
    /// Have a room's chat written down
    #[command(after_help = "\
Example:
  ivs-review rooms logging attach ROOM_ARN LOGGING_ARN

A room has at most three; the others stay. The service takes only whole lists: what somebody else
attaches at the very same moment is lost, so look at what is shown. If no answer comes, the list
is read again and sent again where that is still needed.")]
    Attach(AttachArgs),
    /// Have it written down no longer
    #[command(after_help = "\
Example:
  ivs-review rooms logging detach ROOM_ARN LOGGING_ARN --yes

The others stay. If no answer comes, the list is read again and sent again where that is still
needed.")]
    Detach(LoggingDetachArgs),
}

#[derive(Group)]
pub(crate) struct LoggingCreateArgs {
    /// Its name: letters, digits, `-` and `_`, at most 128
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) destination: DestinationArgs,
    /// A tag; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) tag: Vec<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Where the chat goes: one of three.
#[derive(Group)]
#[group(multiple = false)]
pub(crate) struct DestinationArgs {
    /// Into this bucket, 5 minutes later on average
    #[arg(long, value_name = "BUCKET")]
    pub(crate) s3: Option<String>,
    /// Into this log group, 10 seconds later on average
    #[arg(long, value_name = "LOG_GROUP")]
    pub(crate) cloudwatch: Option<String>,
    /// Into this delivery stream, 10 seconds later on average
    #[arg(long, value_name = "STREAM")]
    pub(crate) firehose: Option<String>,
}

#[derive(Group)]
pub(crate) struct LoggingListArgs {
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct LoggingShowArgs {
    /// The logging configuration
    #[arg(value_name = "LOGGING_ARN")]
    pub(crate) logging: LoggingArn,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct LoggingUpdateArgs {
    /// The logging configuration
    #[arg(value_name = "LOGGING_ARN")]
    pub(crate) logging: LoggingArn,
    /// Its name: letters, digits, `-` and `_`, at most 128
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) destination: DestinationArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct LoggingDeleteArgs {
    /// The logging configuration
    #[arg(value_name = "LOGGING_ARN")]
    pub(crate) logging: LoggingArn,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct AttachArgs {
    /// The room
    #[arg(value_name = "ROOM_ARN")]
    pub(crate) room: RoomArn,
    /// Logging configurations
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
    pub(crate) what: AttachArgs,
}
