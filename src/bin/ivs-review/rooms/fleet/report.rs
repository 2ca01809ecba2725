//! Results about rooms, as text or JSON: [`Report`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::arn::{ChannelArn, FunctionArn, RoomArn};
use ivs_chat_review::provision::channel::{Channel, Stream};
use ivs_chat_review::provision::desired::{Action, DesiredState};
use ivs_chat_review::provision::room::{HandlerState, ReviewHandler, Room};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::change::RoomOutcome;
use super::channels;
use crate::options::Format;
use crate::rooms::client::RoomDetails;
use crate::terminal::json_line;

/// Writes results in the requested format.
pub(crate) struct Report<W> {
    format: Format,
    /// The width of the longest room name, in columns.
    name_width: usize,
    out: W,
}

impl<W: Write> Report<W> {
    /// Returns a report about these rooms.
    pub(crate) fn new<'r>(
        format: Format,
        rooms: impl IntoIterator<Item = &'r Room>,
        out: W,
    ) -> Report<W> {
        Report::for_names(format, rooms.into_iter().map(|room| room.name.as_str()), out)
    }

    /// Returns a report about rooms and channels with these names.
    pub(crate) fn for_names<'r>(
        format: Format,
        names: impl IntoIterator<Item = &'r str>,
        out: W,
    ) -> Report<W> {
        let widths = names.into_iter().map(|name| shown_name(name).width());
        Report { format, name_width: widths.max().unwrap_or_default(), out }
    }

    /// Writes a room of `rooms list`.
    pub(crate) fn listed(
        &mut self,
        room: &Room,
        function: Option<&FunctionArn>,
        details: Option<&RoomDetails>,
    ) -> io::Result<()> {
        match self.format {
            Format::Json => {
                self.json(&Line::new(room, function, Listed { tags: &room.tags, details }))
            }
            Format::Text => {
                let state = room.handler.state(function);
                let details = details.map(|details| describe(room, details)).unwrap_or_default();
                let rest = short_handler(&room.handler, &room.arn) + &details;
                self.row(state.as_str(), room, &rest)
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
        let (plan, to) = match action {
            Action::Update(to) => ("change", Some(to)),
            Action::UpToDate => ("unchanged", None),
            Action::SkipOtherHandler => ("skip", None),
            Action::UnknownFallback => ("failed", None),
        };
        match (self.format, action) {
            (Format::Json, _) => {
                self.json(&Line::new(room, desired.function(), Planned { plan, to }))
            }
            (Format::Text, Action::Update(to)) => {
                self.row(plan, room, &change(&room.handler, to, &room.arn))
            }
            // Only counted in the summary.
            (Format::Text, Action::UpToDate) => Ok(()),
            (Format::Text, Action::SkipOtherHandler | Action::UnknownFallback) => {
                self.row(plan, room, &full_handler(&room.handler))
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
                self.json(&Line::new(room, Some(function), Checked { drift, channels }))
            }
            Format::Text if drift => {
                let mut rest = short_handler(&room.handler, &room.arn);
                for channel in live {
                    let arn = &channel.arn;
                    rest += &match channel.name.as_str() {
                        "" => format!("; live: {arn}"),
                        name => format!("; live: {name} ({arn})"),
                    };
                }
                self.row("drift", room, &rest)
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
                let (name, arn) = (shown_name(&channel.name), &channel.arn);
                let pad = self.name_width.saturating_sub(name.width());
                let stream = display_safe(&channels::describe(stream)).into_owned();
                writeln!(self.out, "no room   {name}{:pad$}  {arn}  {stream}", "")
            }
        }
    }

    /// Writes the outcome of a room as JSON. In text, [`Report::listed_at_end`] does.
    pub(crate) fn done(&mut self, room: &Room, outcome: &RoomOutcome) -> io::Result<()> {
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
        let (room, name) = (&room.arn, room.name.as_str());
        self.json(&Done { room, name, result, before, after, error })
    }

    /// Writes a skipped or failed room at the end of text output. JSON has it already.
    pub(crate) fn listed_at_end(&mut self, room: &Room, outcome: &RoomOutcome) -> io::Result<()> {
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

    fn row(&mut self, label: &str, room: &Room, rest: &str) -> io::Result<()> {
        let name = shown_name(&room.name);
        let pad = self.name_width.saturating_sub(name.width());
        writeln!(self.out, "{label:<8}  {name}{:pad$}  {}  {}", "", room.arn, display_safe(rest))
    }

    fn json(&mut self, line: &impl Serialize) -> io::Result<()> {
        writeln!(self.out, "{}", json_line(line)?)
    }
}

/// Returns the name of a room or channel, or `-` if it has none.
pub(super) fn shown_name(name: &str) -> Cow<'_, str> {
    if name.is_empty() { Cow::Borrowed("-") } else { display_safe(name) }
}

/// Returns `ivs-chat-review, DENY`. The name suffices for a function in the account and Region of
/// the room.
pub(super) fn short_handler(handler: &ReviewHandler, room: &RoomArn) -> String {
    if handler.uri.is_empty() {
        return "no handler".to_owned();
    }
    let prefix = format!("arn:aws:lambda:{}:{}:function:", room.region(), room.account());
    let function = handler.uri.strip_prefix(&prefix).unwrap_or(&handler.uri);
    format!("{function}, {}", handler.fallback.as_str())
}

/// Returns the full ARN and the fallback, for looking up or selecting by the function.
fn full_handler(handler: &ReviewHandler) -> String {
    format!("{}, {}", handler.uri, handler.fallback.as_str())
}

fn describe(room: &Room, details: &RoomDetails) -> String {
    let mut text = String::new();
    for (key, value) in &room.tags {
        text += &format!("; {key}={value}");
    }
    if let Some(length) = details.max_length {
        text += &format!("; {length} characters");
    }
    if let Some(rate) = details.max_rate {
        text += &format!("; {rate} messages per second");
    }
    for configuration in &details.logging {
        text += &format!("; logged by {configuration}");
    }
    text
}

fn change(from: &ReviewHandler, to: &ReviewHandler, room: &RoomArn) -> String {
    format!("{} -> {}", short_handler(from, room), short_handler(to, room))
}

/// A room with its current handler, and additional members.
#[derive(Serialize)]
struct Line<'r, M> {
    room: &'r RoomArn,
    name: &'r str,
    #[serde(flatten)]
    handler: &'r ReviewHandler,
    state: HandlerState,
    #[serde(flatten)]
    more: M,
}

impl<'r, M: Serialize> Line<'r, M> {
    fn new(room: &'r Room, function: Option<&FunctionArn>, more: M) -> Line<'r, M> {
        let Room { arn, name, handler, .. } = room;
        Line { room: arn, name, handler, state: handler.state(function), more }
    }
}

#[derive(Serialize)]
struct Listed<'r> {
    tags: &'r BTreeMap<String, String>,
    #[serde(flatten)]
    details: Option<&'r RoomDetails>,
}

#[derive(Serialize)]
struct Planned<'r> {
    plan: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'r ReviewHandler>,
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
    room: &'r RoomArn,
    name: &'r str,
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
