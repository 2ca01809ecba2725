//! What may be typed behind `rooms`.

pub(crate) mod chat;
mod help;
pub(crate) mod logging;
pub(crate) mod room;

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::bail;
use clap::{Args as Group, Subcommand, ValueEnum};
use ivs_chat_review::provision::arn::{FunctionArn, RoomArn};
use ivs_chat_review::provision::desired::Wish;
use ivs_chat_review::provision::name::Name;
use ivs_chat_review::provision::room::Fallback;
use ivs_chat_review::provision::selection::{Filter, Selection};

use self::chat::{DeleteMessageArgs, DisconnectArgs, EventArgs, TokenArgs};
use self::logging::LoggingArgs;
use self::room::{CreateArgs, DeleteArgs, TagArgs, TagsArgs, UntagArgs, UpdateArgs};
use super::client::ConnectArgs;
use crate::options::{Format, pair};

#[derive(Group)]
#[command(help_template = help::template())]
pub(crate) struct RoomsArgs {
    #[command(subcommand)]
    pub(crate) command: RoomsCommand,
}

#[derive(Subcommand)]
pub(crate) enum RoomsCommand {
    /// Show rooms with their handler and fallback
    #[command(after_help = "\
Examples:
  ivs-review rooms list
  ivs-review rooms list --tag stage=prod --handler FUNCTION_ARN
  ivs-review rooms list --format json --details > rooms.jsonl

With --handler, rooms of that function are `wired` and those of others `foreign`; rooms without a
handler are `bare`.")]
    List(ListArgs),
    /// Show what `apply` would change, and change nothing
    #[command(after_help = "\
Example:
  ivs-review rooms plan --tag stage=prod --handler FUNCTION_ARN --fallback deny")]
    Plan(PlanArgs),
    /// Wire rooms to the function
    #[command(after_help = "\
Examples:
  ivs-review rooms apply --tag stage=prod --handler FUNCTION_ARN --fallback deny
  ivs-review rooms apply --all --handler FUNCTION_ARN --yes --backup before.jsonl
  ivs-review rooms apply --wired-to OLD_ARN --handler NEW_ARN --replace

Nothing of a room but its handler and fallback is sent. It is safe to stop, and to run again: rooms
that are as wished are left alone. At 5 calls a second, the quota of IVS Chat, 50,000 rooms take
about 3 hours. The exit code is 1 if a room failed or is left.")]
    Apply(ApplyArgs),
    /// Take the handler away from rooms
    #[command(after_help = "\
Examples:
  ivs-review rooms detach --wired-to FUNCTION_ARN
  ivs-review rooms detach --room ROOM_ARN --yes --backup before.jsonl

The messages of a room without a handler are delivered unreviewed, whatever its fallback is.")]
    Detach(DetachArgs),
    /// Find rooms that are not wired as they should be
    #[command(after_help = "\
Example:
  ivs-review rooms status --tag stage=prod --handler FUNCTION_ARN --fallback deny

The exit code is 1 if there is such a room, so that a schedule can depend on it.")]
    Status(StatusArgs),
    /// Put rooms back as a backup has them
    #[command(after_help = "\
Example:
  ivs-review rooms restore before.jsonl

A room that was changed several times goes back to how it was before the first of them, or to what
somebody else made of it in between. One that was wired anew since the last is left alone, unless
--replace is given.")]
    Restore(RestoreArgs),
    /// Make a room
    #[command(after_help = "\
Examples:
  ivs-review rooms create --name lobby --tag stage=prod
  ivs-review rooms create --name lobby --message-rate 50 --logging LOGGING_ARN \\
    --handler FUNCTION_ARN --fallback deny

If IVS Chat may not invoke the function yet, as right after a deploy, the room is made without it
and then wired, for as long as `apply` would try; if that fails in the end the room is there, its
ARN is told and the exit code is 1. If no answer to the request for the room comes, it is not
sent again, since there might be two rooms then; the error says how to look.")]
    Create(CreateArgs),
    /// Show all there is to know of a room
    #[command(after_help = "\
Example:
  ivs-review rooms show ROOM_ARN")]
    Show(RoomRef),
    /// Give a room another name, rate or length of messages
    #[command(after_help = "\
Example:
  ivs-review rooms update ROOM_ARN --name main-hall --message-rate 50

Handler, tags and logging stay as they are, and what is so already is not sent. If no answer
comes, the room is read again and sent again what is still needed.")]
    Update(UpdateArgs),
    /// Delete a room
    #[command(after_help = "\
Example:
  ivs-review rooms delete ROOM_ARN --yes

There is no way back. Whoever is connected stays so until the connection needs a new token. If no
answer comes, it is sent again; that the room is gone then is what was asked for.")]
    Delete(DeleteArgs),
    /// Add tags to a room or a logging configuration, or give them other values
    #[command(after_help = "\
Example:
  ivs-review rooms tag ROOM_ARN stage=prod team=safety

Tags that are so already are not sent; what they were before is shown. It is safe to run again.")]
    Tag(TagArgs),
    /// Take tags away
    #[command(after_help = "\
Example:
  ivs-review rooms untag ROOM_ARN team

What the tags were is shown. It is safe to run again.")]
    Untag(UntagArgs),
    /// Show the tags of a room or a logging configuration
    #[command(after_help = "\
Example:
  ivs-review rooms tags ROOM_ARN")]
    Tags(TagsArgs),
    /// Write the chat of rooms to S3, CloudWatch Logs or Firehose
    #[command(after_help = "\
Examples:
  ivs-review rooms logging create --name chat --cloudwatch /ivs/chat
  ivs-review rooms logging attach ROOM_ARN LOGGING_ARN

What is written is what clients get: messages as they were rewritten, and events. A room has at most
three configurations, an account ten.")]
    Logging(LoggingArgs),
    /// Make a token, with which a user connects to a room
    #[command(after_help = "\
Examples:
  ivs-review rooms token ROOM_ARN --user viewer-7 --capability send-message
  ivs-review rooms token ROOM_ARN --user mod-1 --minutes 180 --attribute role=moderator \\
    --capability send-message,delete-message,disconnect-user

Whoever has the token is that user: it is written to standard output and nowhere else. It is good
for one connection, and for a short time. Without a capability it lets its user read. If no
answer comes, it is asked for again: a token that nobody has seen harms nobody.")]
    Token(TokenArgs),
    /// Send an event to all who are in a room
    #[command(after_help = "\
Example:
  ivs-review rooms event ROOM_ARN poll-opened --attribute poll=7

Nothing says that events are reviewed. The id of the event is written to standard output. If no
answer comes, it is not sent again, since clients might get it twice; the error says so.")]
    Event(EventArgs),
    /// Have all clients in a room delete a message
    #[command(after_help = "\
Example:
  ivs-review rooms delete-message ROOM_ARN AbCdEf123456 --reason \"Insults\" --yes

It asks the clients to: one that does not heed the event aws:DELETE_MESSAGE shows the message
still. If no answer comes, it is sent again: what is deleted can be deleted again.")]
    DeleteMessage(DeleteMessageArgs),
    /// Throw a user out of a room
    #[command(after_help = "\
Example:
  ivs-review rooms disconnect ROOM_ARN --user viewer-7 --reason \"Insults\" --yes

All connections of that user to the room are closed. Whoever gets a new token comes back: have
your application make none. If no answer comes, it is sent again: whoever came back meanwhile is
meant as well.")]
    Disconnect(DisconnectArgs),
}

#[derive(Group)]
pub(crate) struct ListArgs {
    /// Tell rooms of this function from those of others
    #[arg(long, value_name = "ARN")]
    pub(crate) handler: Option<FunctionArn>,
    /// Show tags, limits and logging as well, with one call more for each room
    #[arg(long)]
    pub(crate) details: bool,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) wire: WireArgs,
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
    pub(crate) wire: WireArgs,
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
    /// Detach rooms of this function alone
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
    pub(crate) wire: WireArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Group)]
pub(crate) struct RestoreArgs {
    /// The file that --backup wrote
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Put rooms back as well that were wired anew since
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Which rooms.
#[derive(Group)]
#[command(next_help_heading = "Which rooms")]
pub(crate) struct SelectArgs {
    /// This room; may be given again
    #[arg(long, value_name = "ARN", conflicts_with_all = ["name", "tag", "wired_to", "all"])]
    room: Vec<RoomArn>,
    /// The room of this name; narrows --tag and --wired-to
    #[arg(long, value_name = "NAME", value_parser = room_name, conflicts_with = "all")]
    name: Option<String>,
    /// Rooms with this tag; given again, with all of them
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair, conflicts_with = "all")]
    tag: Vec<(String, String)>,
    /// Rooms that name exactly this function as their handler
    #[arg(long, value_name = "ARN", conflicts_with = "all")]
    wired_to: Option<FunctionArn>,
    /// All rooms of the account in the Region
    #[arg(long)]
    all: bool,
}

/// How they should be wired.
#[derive(Group)]
pub(crate) struct WireArgs {
    /// The function that reviews their messages
    #[arg(long, value_name = "ARN")]
    pub(crate) handler: FunctionArn,
    /// What becomes of a message that could not be reviewed: allow delivers it, and the chat goes on
    /// unreviewed; deny holds it back, and the chat stands still. Without this a room keeps its own, which is
    /// ALLOW unless somebody set it
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
    /// Change rooms as well that are wired to another function
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Group)]
pub(crate) struct ChangeArgs {
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long)]
    pub(crate) yes: bool,
    /// Write down how each room was before it is changed, for `rooms restore`; an existing backup is
    /// added to
    #[arg(long, value_name = "FILE")]
    pub(crate) backup: Option<PathBuf>,
}

#[derive(Group)]
pub(crate) struct ConfirmArgs {
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long)]
    pub(crate) yes: bool,
}

/// What every command takes.
#[derive(Group)]
pub(crate) struct CommonArgs {
    /// How results are shown: text for people, json for machines, an object a line
    // Not under the heading of the arguments before it.
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

/// A room, of a command that is about one.
#[derive(Group)]
pub(crate) struct RoomRef {
    /// The room
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
    /// The rooms that are meant, if any were named.
    pub(crate) fn named(&self) -> anyhow::Result<Option<Selection>> {
        let SelectArgs { room, name, tag, wired_to, all } = self;
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
                bail!("no room has the tag `{key}` both as `{other}` and as `{value}`");
            }
        }
        let filter = Filter { name: name.clone(), tags: tag.clone(), wired_to: wired_to.clone() };
        Ok((filter != Filter::default()).then_some(Selection::Matching(filter)))
    }

    /// The same, for a command that is not about all rooms unless that is said.
    pub(crate) fn required(&self) -> anyhow::Result<Selection> {
        match self.named()? {
            Some(selection) => Ok(selection),
            None => bail!(
                "which rooms? Name them by --room ARN, --name NAME, --tag KEY=VALUE or --wired-to ARN, or say --all"
            ),
        }
    }
}

impl WireArgs {
    pub(crate) fn wish(&self, replace: bool) -> Wish {
        let fallback = self.fallback.map(Fallback::from);
        Wish::Wire { function: self.handler.clone(), fallback, replace }
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

/// A name to select rooms by.
fn room_name(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("rooms without a name are selected by --room or --tag".to_owned());
    }
    match Name::parse(text) {
        Ok(name) => Ok(name.as_str().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
