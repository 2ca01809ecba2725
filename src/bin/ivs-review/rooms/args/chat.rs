//! What may be typed about those who are in a room, or are to be.
//!
//! What tells of people is taken as it is typed and checked later: what is refused here is quoted.

use clap::Args as Group;
use ivs_chat_review::provision::arn::RoomArn;

use super::{CommonArgs, ConfirmArgs, RoomRef};

#[derive(Group)]
pub(crate) struct TokenArgs {
    /// Who gets it: your own id of the user, at most 128 characters
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) user: String,
    /// What they may do besides reading: send-message, delete-message or disconnect-user; may be given
    /// again
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',')]
    pub(crate) capability: Vec<String>,
    /// How long a connection lasts: 1 to 180 minutes, and 60 if nobody says
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) minutes: Option<String>,
    /// An attribute that all messages of the user carry, such as role=moderator; may be given again, at
    /// most 1 KB in all
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(crate) attribute: Vec<String>,
    #[command(flatten)]
    pub(crate) target: RoomRef,
}

#[derive(Group)]
pub(crate) struct EventArgs {
    /// The room
    #[arg(value_name = "ROOM_ARN")]
    pub(crate) room: RoomArn,
    /// What the event is called, at most 100 characters
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// An attribute of the event; may be given again, at most 4 KB in all
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(crate) attribute: Vec<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct DeleteMessageArgs {
    /// The room
    #[arg(value_name = "ROOM_ARN")]
    pub(crate) room: RoomArn,
    /// The id of the message, 12 letters and digits
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
    /// Your own id of the user, as in the token
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
    /// Why, as clients are told; at most 256 characters
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) reason: Option<String>,
}
