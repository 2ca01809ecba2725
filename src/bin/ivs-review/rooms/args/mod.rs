//! Arguments of `rooms`.

pub(crate) mod chat;
mod help;
pub(crate) mod logging;
pub(crate) mod room;

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::bail;
use clap::{Args as Group, Subcommand, ValueEnum};
use ivs_chat_review::provision::arn::{FunctionArn, LoggingArn, RoomArn};
use ivs_chat_review::provision::desired::DesiredState;
use ivs_chat_review::provision::name::Name;
use ivs_chat_review::provision::room::Fallback;
use ivs_chat_review::provision::selection::{Filter, Selection};

use self::chat::{DeleteMessageArgs, DisconnectArgs, EventArgs, TokenArgs};
use self::logging::LoggingArgs;
use self::room::{CreateArgs, DeleteArgs, LinkArgs, TagArgs, TagsArgs, UntagArgs, UpdateArgs};
use super::client::ConnectArgs;
use crate::options::{Format, pair};

#[derive(Group)]
#[command(
    help_template = help::template(),
    // The options for the connection are on the page of `rooms`, but follow the command.
    override_usage = "ivs-review rooms <COMMAND> [OPTIONS]"
)]
pub(crate) struct RoomsArgs {
    #[command(subcommand)]
    pub(crate) command: RoomsCommand,
}

#[derive(Subcommand)]
#[command(mut_subcommands(help::with_connection_hint))]
pub(crate) enum RoomsCommand {
    /// List rooms with their handler and fallback, or channels with their rooms
    #[command(after_help = "\
Examples:
  ivs-review rooms list
  ivs-review rooms list --tag stage=prod --handler FUNCTION_ARN
  ivs-review rooms list --format json --details > rooms.jsonl
  ivs-review rooms list --channels

The first column is the state: `attached` if the room has the handler (with --handler, that one),
`other` if it has another one, `none` if it has none. With --channels it is that of the channel:
`live`, `offline`, or `missing` if a room is linked to a channel that does not exist.")]
    List(ListArgs),
    /// Show what `apply` would change
    #[command(after_help = "\
Example:
  ivs-review rooms plan --tag stage=prod --handler FUNCTION_ARN --fallback deny")]
    Plan(PlanArgs),
    /// Attach the handler to rooms
    #[command(after_help = "\
Examples:
  ivs-review rooms apply --tag stage=prod --handler FUNCTION_ARN --fallback deny
  ivs-review rooms apply --all --handler FUNCTION_ARN --yes --backup before.jsonl
  ivs-review rooms apply --attached-to OLD_ARN --handler NEW_ARN --replace

Only the handler and the fallback of a room are changed. The command can be interrupted and run
again: rooms that are up to date are not changed. With the quota of 5 calls per second, 50,000 rooms
take about 3 hours. The exit code is 1 if a room failed or was not processed.")]
    Apply(ApplyArgs),
    /// Detach the handler from rooms
    #[command(after_help = "\
Examples:
  ivs-review rooms detach --attached-to FUNCTION_ARN
  ivs-review rooms detach --room ROOM_ARN --yes --backup before.jsonl

Messages in a room without a handler are delivered unreviewed. Its fallback does not matter.")]
    Detach(DetachArgs),
    /// Check that rooms have the requested handler
    #[command(after_help = "\
Examples:
  ivs-review rooms status --tag stage=prod --handler FUNCTION_ARN --fallback deny
  ivs-review rooms status --live --handler FUNCTION_ARN

The exit code is 1 if a room has drifted, for scheduled checks. With --live it is also 1 if a live
channel has no room, or a room that delivers messages unreviewed when the handler fails, unless you
pass --fallback allow.")]
    Status(StatusArgs),
    /// Restore rooms from a backup
    #[command(after_help = "\
Example:
  ivs-review rooms restore before.jsonl

A room that was changed several times gets the handler it had before the first change, or the one
that another client attached in between. Rooms changed since the backup are skipped without
--replace.")]
    Restore(RestoreArgs),
    /// Create a room
    #[command(after_help = "\
Examples:
  ivs-review rooms create --name lobby --tag stage=prod
  ivs-review rooms create --name lobby --message-rate 50 --logging LOGGING_ARN \\
    --handler FUNCTION_ARN --fallback deny
  ivs-review rooms create --for-channel CHANNEL_ARN --handler FUNCTION_ARN --fallback deny

With --for-channel the room has the name of the channel, unless you pass --name, and the tag
`channel` links them. The command fails if a room with this name belongs to the channel already.

If IVS Chat has no permission to invoke the function yet, such as right after a deployment, the room
is created without it, and the handler is then attached as by `apply`. If that fails, the output has
the ARN of the room and the exit code is 1. Without an answer the request is not sent again, because
that might create two rooms; the error says where to look.")]
    Create(CreateArgs),
    /// Link a room to a video channel
    #[command(after_help = "\
Examples:
  ivs-review rooms link ROOM_ARN CHANNEL_ARN
  ivs-review rooms untag ROOM_ARN channel

Sets the tag `channel` of the room to the ARN of the channel. A channel without linked rooms has
those with its name, so rooms and channels with the same name need no link. A channel can have
several rooms. The command can be run again.")]
    Link(LinkArgs),
    /// Show a room in detail
    #[command(after_help = "\
Example:
  ivs-review rooms show ROOM_ARN")]
    Show(RoomRef),
    /// Change the name, message rate or message length of a room
    #[command(after_help = "\
Example:
  ivs-review rooms update ROOM_ARN --name main-hall --message-rate 50

Handler, tags and logging are unchanged, and only changes are sent. Without an answer the room is
read again, and what is still missing is sent again.")]
    Update(UpdateArgs),
    /// Delete a room
    #[command(after_help = "\
Example:
  ivs-review rooms delete ROOM_ARN --yes

This cannot be undone. Connected users stay connected until they need a new token. Without an answer
the request is sent again; a room that no longer exists counts as deleted.")]
    Delete(DeleteArgs),
    /// Add or change tags of a room or logging configuration
    #[command(after_help = "\
Example:
  ivs-review rooms tag ROOM_ARN stage=prod team=safety

Only changes are sent. The previous tags are shown. The command can be run again. Put -- before tags
that begin with a hyphen.")]
    Tag(TagArgs),
    /// Remove tags of a room or logging configuration
    #[command(after_help = "\
Example:
  ivs-review rooms untag ROOM_ARN team

The previous tags are shown. The command can be run again. Put -- before keys that begin with a
hyphen.")]
    Untag(UntagArgs),
    /// Show the tags of a room or logging configuration
    #[command(after_help = "\
Example:
  ivs-review rooms tags ROOM_ARN")]
    Tags(TagsArgs),
    /// Log chat to S3, CloudWatch Logs or Firehose
    #[command(after_help = "\
Examples:
  ivs-review rooms logging create --name chat --cloudwatch /ivs/chat
  ivs-review rooms logging attach ROOM_ARN LOGGING_ARN

Logs contain what clients receive: messages after rewriting, and events. A room can have three
configurations, an account ten.")]
    Logging(LoggingArgs),
    /// Create a chat token
    #[command(after_help = "\
Examples:
  ivs-review rooms token ROOM_ARN --user viewer-7 --capability send-message
  ivs-review rooms token ROOM_ARN --user mod-1 --minutes 180 --attribute role=moderator \\
    --capability send-message,delete-message,disconnect-user

The token authenticates its holder as the user, so it is only written to standard output. It is
valid for one connection and for a short time. Without capabilities it only permits reading. Without
an answer the request is sent again: an unused token does no harm.")]
    Token(TokenArgs),
    /// Send an event to all clients in a room
    #[command(after_help = "\
Example:
  ivs-review rooms event ROOM_ARN poll-opened --attribute poll=7

It is not documented that events are reviewed. The event ID is written to standard output. Without
an answer the request is not sent again, because clients might receive the event twice; the error
says so.")]
    Event(EventArgs),
    /// Make all clients in a room delete a message
    #[command(after_help = "\
Example:
  ivs-review rooms delete-message ROOM_ARN AbCdEf123456 --reason \"Insults\" --yes

Clients receive the event aws:DELETE_MESSAGE; a client that ignores it still shows the message.
Without an answer the request is sent again, which does no harm.")]
    DeleteMessage(DeleteMessageArgs),
    /// Disconnect a user from a room
    #[command(after_help = "\
Example:
  ivs-review rooms disconnect ROOM_ARN --user viewer-7 --reason \"Insults\" --yes

All connections of the user to the room are closed. A user with a new token can connect again, so
stop creating tokens for the user. Without an answer the request is sent again, which also closes
connections made in the meantime.")]
    Disconnect(DisconnectArgs),
}

#[derive(Group)]
pub(crate) struct ListArgs {
    /// Show which rooms use this function
    #[arg(long, value_name = "ARN")]
    pub(crate) handler: Option<FunctionArn>,
    /// Show tags, limits and logging too; needs one more call per room
    #[arg(long)]
    pub(crate) details: bool,
    /// List channels, whether they are live, and their rooms
    #[arg(long, conflicts_with = "details")]
    pub(crate) channels: bool,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) handler: HandlerArgs,
    #[command(flatten)]
    pub(crate) replace: ReplaceArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    pub(crate) handler: HandlerArgs,
    #[command(flatten)]
    pub(crate) replace: ReplaceArgs,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct DetachArgs {
    /// Only detach this function
    #[arg(long, value_name = "ARN")]
    pub(crate) handler: Option<FunctionArn>,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) handler: HandlerArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct RestoreArgs {
    /// Backup file written by --backup
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Also restore rooms changed since the backup
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// The selection of rooms.
#[derive(Group)]
#[command(next_help_heading = "Selection")]
pub(crate) struct SelectArgs {
    /// Room ARN (repeatable)
    #[arg(
        long,
        value_name = "ARN",
        conflicts_with_all = ["name", "tag", "attached_to", "logging", "live", "all"]
    )]
    room: Vec<RoomArn>,
    /// Exact room name; can be combined with --tag, --attached-to and --logging
    #[arg(
        long,
        value_name = "NAME",
        value_parser = room_name,
        conflicts_with = "all",
        allow_hyphen_values = true
    )]
    name: Option<String>,
    /// Rooms with this tag (repeatable; all must match); `\=` is an equals sign in the key
    #[arg(
        long,
        value_name = "KEY=VALUE",
        value_parser = pair,
        conflicts_with = "all",
        allow_hyphen_values = true
    )]
    tag: Vec<(String, String)>,
    /// Rooms with exactly this function as their handler
    #[arg(long, value_name = "ARN", conflicts_with = "all")]
    attached_to: Option<FunctionArn>,
    /// Rooms with this logging configuration
    #[arg(long, value_name = "ARN", conflicts_with = "all")]
    logging: Option<LoggingArn>,
    /// Rooms of live channels; can be combined with --name, --tag, --attached-to and --logging
    #[arg(long, conflicts_with = "all")]
    live: bool,
    /// All rooms in the account and Region
    #[arg(long)]
    all: bool,
}

/// The requested handler and fallback.
#[derive(Group)]
pub(crate) struct HandlerArgs {
    /// ARN of the function that reviews messages
    #[arg(long, value_name = "ARN")]
    pub(crate) handler: FunctionArn,
    /// What happens to a message that could not be reviewed: allow delivers it unreviewed, deny
    /// blocks it [default: keep the fallback of each room, initially ALLOW]
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        value_name = "RESULT",
        hide_possible_values = true
    )]
    fallback: Option<FallbackArg>,
}

#[derive(Group)]
pub(crate) struct ReplaceArgs {
    /// Also change rooms with another handler
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Group)]
pub(crate) struct ChangeArgs {
    /// Do not ask for confirmation; required without a terminal
    #[arg(long)]
    pub(crate) yes: bool,
    /// Save the previous handler of each room for `rooms restore`; appends to an existing backup
    #[arg(long, value_name = "FILE")]
    pub(crate) backup: Option<PathBuf>,
}

#[derive(Group)]
pub(crate) struct ConfirmArgs {
    /// Do not ask for confirmation; required without a terminal
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Options of all commands.
#[derive(Group)]
pub(crate) struct CommonArgs {
    /// Output format: text, or json with one object per line
    // Not under the heading of the preceding arguments.
    #[arg(
        long,
        value_enum,
        default_value_t = Format::Text,
        hide_possible_values = true,
        help_heading = None::<&'static str>
    )]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

/// The room of a command about one room.
#[derive(Group)]
pub(crate) struct RoomRef {
    /// Room ARN
    #[arg(value_name = "ROOM_ARN")]
    pub(crate) room: RoomArn,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FallbackArg {
    Allow,
    Deny,
}

impl SelectArgs {
    /// Returns the selection, or `None` without selection options.
    pub(crate) fn selection(&self) -> anyhow::Result<Option<Selection>> {
        let SelectArgs { room, name, tag, attached_to, logging, live, all } = self;
        if *all {
            return Ok(Some(Selection::All));
        }
        if !room.is_empty() {
            let mut seen = HashSet::new();
            let rooms = room.iter().filter(|arn| seen.insert(*arn)).cloned().collect();
            return Ok(Some(Selection::Rooms(rooms)));
        }
        for (i, (key, value)) in tag.iter().enumerate() {
            if let Some((_, other)) = tag[..i].iter().find(|(k, v)| k == key && v != value) {
                bail!("conflicting values `{other}` and `{value}` for the tag `{key}`");
            }
        }
        let filter = Filter {
            name: name.clone(),
            tags: tag.clone(),
            attached_to: attached_to.clone(),
            logging: logging.clone(),
        };
        if *live {
            return Ok(Some(Selection::Live(filter)));
        }
        Ok((!filter.is_empty()).then_some(Selection::Matching(filter)))
    }

    /// Returns the selection, which is required.
    pub(crate) fn required_selection(&self) -> anyhow::Result<Selection> {
        match self.selection()? {
            Some(selection) => Ok(selection),
            None => {
                bail!(
                    "no rooms selected: use --room, --name, --tag, --attached-to, --logging, --live or --all"
                )
            }
        }
    }
}

impl HandlerArgs {
    /// Returns the requested fallback; `None` keeps that of each room.
    pub(crate) fn fallback(&self) -> Option<Fallback> {
        self.fallback.map(Fallback::from)
    }

    pub(crate) fn desired_state(&self, replace: bool) -> DesiredState {
        let fallback = self.fallback();
        DesiredState::Attached { function: self.handler.clone(), fallback, replace }
    }
}

impl From<FallbackArg> for Fallback {
    fn from(fallback: FallbackArg) -> Fallback {
        match fallback {
            FallbackArg::Allow => Fallback::Allow,
            FallbackArg::Deny => Fallback::Deny,
        }
    }
}

/// Parses a name for selecting rooms.
fn room_name(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("empty name; select rooms without a name with --room or --tag".to_owned());
    }
    match Name::parse(text) {
        Ok(name) => Ok(name.as_str().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
