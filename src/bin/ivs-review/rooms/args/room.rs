//! Arguments of the commands about one room.

use clap::Args as Group;
use ivs_chat_review::provision::arn::{ChannelArn, FunctionArn, LoggingArn, RoomArn, TaggableArn};

use super::{CommonArgs, ConfirmArgs, FallbackArg, RoomRef};

#[derive(Group)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Tag (repeatable)
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub(crate) tag: Vec<String>,
    /// ARN of a logging configuration (repeatable, at most three)
    #[arg(long, value_name = "ARN")]
    pub(crate) logging: Vec<LoggingArn>,
    /// ARN of the channel to which the room belongs
    #[arg(long, value_name = "ARN")]
    pub(crate) for_channel: Option<ChannelArn>,
    /// ARN of the function that reviews its messages
    #[arg(long, value_name = "ARN")]
    pub(crate) handler: Option<FunctionArn>,
    /// What happens to a message that could not be reviewed: allow delivers it unreviewed, deny
    /// blocks it [default: allow]
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        value_name = "RESULT",
        requires = "handler",
        hide_possible_values = true
    )]
    pub(crate) fallback: Option<FallbackArg>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// The settings of a room.
#[derive(Group)]
pub(crate) struct SettingsArgs {
    /// Name: letters, digits, `-` and `_`, at most 128 characters; need not be unique
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub(crate) name: Option<String>,
    /// Maximum messages per second from all users together, 1 to 100; 10 in a new room
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) message_rate: Option<String>,
    /// Maximum characters per message, 1 to 500; 500 in a new room
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) message_length: Option<String>,
}

#[derive(Group)]
pub(crate) struct LinkArgs {
    /// Room ARN
    #[arg(value_name = "ROOM_ARN")]
    pub(crate) room: RoomArn,
    /// Channel ARN
    #[arg(value_name = "CHANNEL_ARN")]
    pub(crate) channel: ChannelArn,
    /// Replace another value of the tag
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct UpdateArgs {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    pub(crate) target: RoomRef,
}

#[derive(Group)]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
    #[command(flatten)]
    pub(crate) target: RoomRef,
}

#[derive(Group)]
pub(crate) struct TagArgs {
    /// ARN of a room or logging configuration
    #[arg(value_name = "ARN")]
    pub(crate) resource: TaggableArn,
    /// Tags: keys up to 128 characters, values up to 256; a resource can have 50. `\=` is an equals
    /// sign in the key
    #[arg(value_name = "KEY=VALUE", required = true)]
    pub(crate) tags: Vec<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct UntagArgs {
    /// ARN of a room or logging configuration
    #[arg(value_name = "ARN")]
    pub(crate) resource: TaggableArn,
    /// Tag keys
    #[arg(value_name = "KEY", required = true)]
    pub(crate) keys: Vec<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct TagsArgs {
    /// ARN of a room or logging configuration
    #[arg(value_name = "ARN")]
    pub(crate) resource: TaggableArn,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}
