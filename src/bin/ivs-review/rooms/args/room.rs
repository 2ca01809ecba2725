//! What may be typed about one room, from making it to deleting it.

use clap::Args as Group;
use ivs_chat_review::provision::arn::{FunctionArn, LoggingArn, TaggableArn};

use super::{CommonArgs, ConfirmArgs, FallbackArg, RoomRef};

#[derive(Group)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// A tag; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) tag: Vec<String>,
    /// A logging configuration that writes its chat down; may be given up to three times
    #[arg(long, value_name = "ARN")]
    pub(crate) logging: Vec<LoggingArn>,
    /// The function that reviews its messages
    #[arg(long, value_name = "ARN")]
    pub(crate) handler: Option<FunctionArn>,
    /// What becomes of a message that could not be reviewed: allow delivers it, and the chat goes on
    /// unreviewed; deny holds it back, and the chat stands still [default: allow]
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

/// How a room is set.
#[derive(Group)]
pub(crate) struct SettingsArgs {
    /// Its name: letters, digits, `-` and `_`, at most 128; other rooms may have the same
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// How many messages a second it takes from everybody together: 1 to 100; a new room takes 10
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) message_rate: Option<String>,
    /// How many characters a message may have: 1 to 500; in a new room 500
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) message_length: Option<String>,
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
    /// A room or a logging configuration
    #[arg(value_name = "ARN")]
    pub(crate) resource: TaggableArn,
    /// Tags: keys of at most 128 characters, values of at most 256, 50 in all
    #[arg(value_name = "KEY=VALUE", required = true)]
    pub(crate) tags: Vec<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct UntagArgs {
    /// A room or a logging configuration
    #[arg(value_name = "ARN")]
    pub(crate) resource: TaggableArn,
    /// Keys of tags
    #[arg(value_name = "KEY", required = true)]
    pub(crate) keys: Vec<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct TagsArgs {
    /// A room or a logging configuration
    #[arg(value_name = "ARN")]
    pub(crate) resource: TaggableArn,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}
