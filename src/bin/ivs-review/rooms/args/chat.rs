//! Arguments of the commands about the users of a room.
//!
//! Values that may be personal data are strings here and validated later, because clap quotes
//! values that it rejects.

use clap::Args as Group;
use ivs_chat_review::provision::arn::RoomArn;

use super::{CommonArgs, ConfirmArgs, RoomRef};

#[derive(Group)]
pub(crate) struct TokenArgs {
    /// User ID of your application, at most 128 characters
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) user: String,
    /// Capability: send-message, delete-message or disconnect-user (repeatable)
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',')]
    pub(crate) capability: Vec<String>,
    /// Session duration in minutes, 1 to 180 [default: 60]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) minutes: Option<String>,
    /// Attribute of all messages of the user, such as role=moderator (repeatable, at most 1 KB in
    /// total)
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(crate) attribute: Vec<String>,
    #[command(flatten)]
    pub(crate) target: RoomRef,
}

#[derive(Group)]
pub(crate) struct EventArgs {
    /// Room ARN
    #[arg(value_name = "ROOM_ARN")]
    pub(crate) room: RoomArn,
    /// Event name, at most 100 characters
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Event attribute (repeatable, at most 4 KB in total)
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(crate) attribute: Vec<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct DeleteMessageArgs {
    /// Room ARN
    #[arg(value_name = "ROOM_ARN")]
    pub(crate) room: RoomArn,
    /// Message ID, 12 letters and digits
    #[arg(value_name = "MESSAGE_ID")]
    pub(crate) message: String,
    #[command(flatten)]
    pub(crate) reason: ReasonArgs,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct DisconnectArgs {
    /// User ID, as in the token
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) user: String,
    #[command(flatten)]
    pub(crate) reason: ReasonArgs,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
    #[command(flatten)]
    pub(crate) target: RoomRef,
}

#[derive(Group)]
pub(crate) struct ReasonArgs {
    /// Reason sent to clients, at most 256 characters
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) reason: Option<String>,
}
