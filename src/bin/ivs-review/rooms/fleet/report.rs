//! Results about rooms, as text or JSON: [`Report`].

use std::collections::BTreeMap;
use std::io::{self, Write};

use ivs_chat_review::display::{abridged, display_safe};
use ivs_chat_review::provision::arn::{ChannelArn, FunctionArn};
use ivs_chat_review::provision::channel::{Channel, Stream};
use ivs_chat_review::provision::desired::{Action, DesiredState};
use ivs_chat_review::provision::pair;
use ivs_chat_review::provision::room::{HandlerState, ListedRoom, ReviewHandler, Room};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::change::RoomOutcome;
use super::channels;
use super::select::FailedRoom;
use crate::options::Format;
use crate::rooms::client::{RoomDetails, ServiceError};
use crate::terminal::json_line;

/// The maximum length of a room name in text, in characters; the service accepts 128.
const MAX_NAME: usize = 200;

/// Writes results in the requested format.
pub(crate) struct Report<W> {
    format: Format,
    /// The width of the longest room name, in columns.
    name_width: usize,
    out: W,
}

impl<W: Write> Report<W> {
    /// Returns a report about rooms with these names.
    pub(crate) fn new<'r>(
        format: Format,
        names: impl IntoIterator<Item = &'r str>,
        out: W,
    ) -> Report<W> {
        Report { format, name_width: name_width(names), out }
    }

    /// Writes a room of `rooms list`, with what is wrong with it.
    pub(crate) fn listed(
        &mut self,
        room: &ListedRoom,
        function: Option<&FunctionArn>,
        details: Option<&RoomDetails>,
        error: Option<&str>,
    ) -> io::Result<()> {
        match self.format {
            Format::Json => {
                let ListedRoom { id, tags, logging, created, updated, .. } = room;
                let listed = Listed { id, tags, details, logging, created, updated, error };
                self.json(&Line::new(room, &room.handler, function, listed))
            }
            Format::Text => {
                let state = room.handler.state(function);
                let mut rest = short_handler(&room.handler, room.arn.as_deref());
                if let Some(details) = details {
                    rest += &describe(room, details);
                }
                if let Some(error) = error {
                    rest += &format!("; {error}");
                }
                self.row(state.as_str(), room.into(), &rest)
            }
        }
    }

    /// Writes a room that cannot be processed. `key` is the member that contains the results of
    /// other rooms.
    pub(crate) fn failed<'r>(
        &mut self,
        room: impl Into<RoomLabel<'r>>,
        key: &'static str,
        error: &ServiceError,
    ) -> io::Result<()> {
        let room = room.into();
        match self.format {
            Format::Text => self.row("failed", room, &error.message),
            Format::Json => {
                let result = BTreeMap::from([(key, "failed")]);
                self.json(&Failed { room, result, error: &error.message })
            }
        }
    }

    /// Writes a room of `rooms plan`: what would be changed.
    pub(crate) fn planned(
        &mut self,
        room: &Room,
        desired: &DesiredState,
        action: &Action,
    ) -> io::Result<()> {
        let unknown = || ServiceError::unknown_fallback(&room.handler.fallback).message;
        let (plan, to, error) = match action {
            Action::Update(to) => ("change", Some(to), None),
            Action::UpToDate => ("unchanged", None, None),
            Action::SkipOtherHandler => ("skip", None, None),
            Action::UnknownFallback => ("failed", None, Some(unknown())),
        };
        match (self.format, action) {
            (Format::Json, _) => {
                let planned = Planned { plan, to, error };
                self.json(&Line::new(room, &room.handler, desired.function(), planned))
            }
            (Format::Text, Action::Update(to)) => {
                self.row(plan, room.into(), &change(&room.handler, to, room.arn.as_str()))
            }
            // Only counted in the summary.
            (Format::Text, Action::UpToDate) => Ok(()),
            (Format::Text, Action::SkipOtherHandler) => {
                self.row(plan, room.into(), &full_handler(&room.handler))
            }
            (Format::Text, Action::UnknownFallback) => {
                let (handler, error) = (full_handler(&room.handler), error.unwrap_or_default());
                self.row(plan, room.into(), &format!("{handler}; {error}"))
            }
        }
    }

    /// Writes a room of `rooms status`, with its channels that are live.
    pub(crate) fn checked(
        &mut self,
        room: &Room,
        function: &FunctionArn,
        drift: bool,
        live: &[&Channel],
    ) -> io::Result<()> {
        match self.format {
            Format::Json => {
                let channels = live.iter().map(|channel| &channel.arn).collect();
                let checked = Checked { drift, channels };
                self.json(&Line::new(room, &room.handler, Some(function), checked))
            }
            Format::Text if drift => {
                let mut rest = short_handler(&room.handler, Some(room.arn.as_str()));
                for channel in live {
                    rest += &format!("; live: {}", channels::shown(channel));
                }
                self.row("drift", room.into(), &rest)
            }
            Format::Text => Ok(()),
        }
    }

    /// Writes a live channel without a room, of `rooms status --live`.
    pub(crate) fn without_room(&mut self, channel: &Channel, stream: &Stream) -> io::Result<()> {
        match self.format {
            Format::Json => self.json(&ChannelLine {
                channel: &channel.arn,
                name: &channel.name,
                stream,
                rooms: [],
                drift: true,
            }),
            Format::Text => {
                let (name, arn) = (padded(&channel.name, self.name_width), &channel.arn);
                writeln!(self.out, "no room   {name}  {arn}  {}", channels::describe(stream))
            }
        }
    }

    /// Writes the outcome of a room as JSON. In text, [`Report::listed_at_end`] does.
    pub(crate) fn done(&mut self, room: RoomLabel<'_>, outcome: &RoomOutcome) -> io::Result<()> {
        if self.format == Format::Text {
            return Ok(());
        }
        let (result, before, after, error) = match outcome {
            RoomOutcome::Changed { before, after } => ("changed", Some(before), Some(after), None),
            RoomOutcome::Unchanged(now) => ("unchanged", Some(now), None, None),
            RoomOutcome::Skipped(now) => ("skipped", Some(now), None, None),
            RoomOutcome::Failed(error) => ("failed", None, None, Some(error.message.as_str())),
            RoomOutcome::Left => ("left", None, None, None),
        };
        self.json(&Done { room, result, before, after, error })
    }

    /// Writes a skipped or failed room at the end of text output. JSON has it already.
    pub(crate) fn listed_at_end(
        &mut self,
        room: RoomLabel<'_>,
        outcome: &RoomOutcome,
    ) -> io::Result<()> {
        match (self.format, outcome) {
            (Format::Text, RoomOutcome::Skipped(now)) => {
                self.row("skipped", room, &full_handler(now))
            }
            (Format::Text, RoomOutcome::Failed(error)) => self.row("failed", room, &error.message),
            _ => Ok(()),
        }
    }

    /// Writes the summary.
    pub(crate) fn summary<S: Serialize>(&mut self, text: &str, summary: &S) -> io::Result<()> {
        match self.format {
            Format::Text => writeln!(self.out, "{text}"),
            Format::Json => self.json(&SummaryLine { summary }),
        }
    }

    fn row(&mut self, label: &str, room: RoomLabel<'_>, rest: &str) -> io::Result<()> {
        let name = padded(room.name.unwrap_or_default(), self.name_width);
        let arn = display_safe(room.arn.unwrap_or("-"));
        writeln!(self.out, "{label:<8}  {name}  {arn}  {}", display_safe(rest))
    }

    fn json(&mut self, line: &impl Serialize) -> io::Result<()> {
        writeln!(self.out, "{}", json_line(line)?)
    }
}

/// The ARN and name of a room, if they are known.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct RoomLabel<'r> {
    #[serde(rename = "room")]
    arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
}

impl<'r> From<&'r Room> for RoomLabel<'r> {
    fn from(room: &'r Room) -> RoomLabel<'r> {
        RoomLabel { arn: Some(room.arn.as_str()), name: Some(&room.name) }
    }
}

impl<'r> From<&'r ListedRoom> for RoomLabel<'r> {
    fn from(room: &'r ListedRoom) -> RoomLabel<'r> {
        RoomLabel { arn: room.arn.as_deref(), name: Some(&room.name) }
    }
}

impl<'r> From<&'r FailedRoom> for RoomLabel<'r> {
    fn from(room: &'r FailedRoom) -> RoomLabel<'r> {
        RoomLabel { arn: room.arn.as_deref(), name: room.name.as_deref() }
    }
}

/// Returns the name of a room or channel, or `-` if it has none.
fn shown_name(name: &str) -> String {
    if name.is_empty() { "-".to_owned() } else { abridged(name, MAX_NAME) }
}

/// Returns the width of the longest of these names as it is shown, in columns.
pub(super) fn name_width<'r>(names: impl IntoIterator<Item = &'r str>) -> usize {
    names.into_iter().map(|name| shown_name(name).width()).max().unwrap_or_default()
}

/// Returns a name as it is shown, with spaces up to a width in columns.
pub(super) fn padded(name: &str, width: usize) -> String {
    let name = shown_name(name);
    let pad = width.saturating_sub(name.width());
    format!("{name}{:pad$}", "")
}

/// Returns `ivs-chat-review, DENY`. The name suffices for a function in the account and Region of
/// the room.
pub(super) fn short_handler(handler: &ReviewHandler, room: Option<&str>) -> String {
    if handler.uri.is_empty() {
        return "no handler".to_owned();
    }
    let mut fields = room.unwrap_or_default().split(':').skip(3);
    let (region, account) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let prefix = format!("arn:aws:lambda:{region}:{account}:function:");
    let function = handler.uri.strip_prefix(&prefix).unwrap_or(&handler.uri);
    format!("{function}, {}", handler.fallback.as_str())
}

/// Returns the full ARN and the fallback, for looking up or selecting by the function.
fn full_handler(handler: &ReviewHandler) -> String {
    format!("{}, {}", handler.uri, handler.fallback.as_str())
}

fn describe(room: &ListedRoom, details: &RoomDetails) -> String {
    let mut text = String::new();
    for (key, value) in &room.tags {
        text += &format!("; {}", pair::join(key, value));
    }
    if let Some(length) = details.max_length {
        text += &format!("; {length} characters");
    }
    if let Some(rate) = details.max_rate {
        text += &format!("; {rate} messages per second");
    }
    for configuration in &room.logging {
        text += &format!("; logged by {configuration}");
    }
    text
}

fn change(from: &ReviewHandler, to: &ReviewHandler, room: &str) -> String {
    format!("{} -> {}", short_handler(from, Some(room)), short_handler(to, Some(room)))
}

/// A room with its current handler, and additional members.
#[derive(Serialize)]
struct Line<'r, M> {
    #[serde(flatten)]
    room: RoomLabel<'r>,
    #[serde(flatten)]
    handler: &'r ReviewHandler,
    state: HandlerState,
    #[serde(flatten)]
    more: M,
}

impl<'r, M: Serialize> Line<'r, M> {
    fn new(
        room: impl Into<RoomLabel<'r>>,
        handler: &'r ReviewHandler,
        function: Option<&FunctionArn>,
        more: M,
    ) -> Line<'r, M> {
        Line { room: room.into(), handler, state: handler.state(function), more }
    }
}

#[derive(Serialize)]
struct Listed<'r> {
    id: &'r Option<String>,
    tags: &'r BTreeMap<String, String>,
    #[serde(flatten)]
    details: Option<&'r RoomDetails>,
    #[serde(rename = "loggingConfigurationIdentifiers")]
    logging: &'r [String],
    #[serde(rename = "createTime")]
    created: &'r Option<String>,
    #[serde(rename = "updateTime")]
    updated: &'r Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'r str>,
}

#[derive(Serialize)]
struct Failed<'r> {
    #[serde(flatten)]
    room: RoomLabel<'r>,
    #[serde(flatten)]
    result: BTreeMap<&'static str, &'static str>,
    error: &'r str,
}

#[derive(Serialize)]
struct Planned<'r> {
    plan: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'r ReviewHandler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct Checked<'r> {
    drift: bool,
    /// Only with `--live`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    channels: Vec<&'r ChannelArn>,
}

#[derive(Serialize)]
struct ChannelLine<'r> {
    channel: &'r ChannelArn,
    name: &'r str,
    stream: &'r Stream,
    rooms: [(); 0],
    drift: bool,
}

#[derive(Serialize)]
struct Done<'r> {
    #[serde(flatten)]
    room: RoomLabel<'r>,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'r ReviewHandler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'r ReviewHandler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'r str>,
}

#[derive(Serialize)]
struct SummaryLine<'s, S> {
    summary: &'s S,
}
