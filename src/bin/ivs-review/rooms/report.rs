//! What is told of rooms, to people and machines.

use std::io::{self, Write};

use ivs_chat_review::rooms::arn::{FunctionArn, RoomArn};
use ivs_chat_review::rooms::plan::Decision;
use ivs_chat_review::rooms::room::{Room, State, Wiring};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::aws::Details;
use super::change::Fate;
use crate::args::Format;
use crate::show::visible;

/// Standard output, in the form that was asked for.
pub(crate) struct Report<W> {
    format: Format,
    /// Of the names of all rooms, in columns.
    name_width: usize,
    out: W,
}

impl<W: Write> Report<W> {
    /// About those rooms, to `out`.
    pub(crate) fn new<'r>(
        format: Format,
        rooms: impl IntoIterator<Item = &'r Room>,
        out: W,
    ) -> Report<W> {
        let widths = rooms.into_iter().map(|room| named(room).width());
        Report { format, name_width: widths.max().unwrap_or_default(), out }
    }

    /// A room as it is.
    pub(crate) fn listed(
        &mut self,
        room: &Room,
        function: Option<&FunctionArn>,
        details: Option<&Details>,
    ) -> io::Result<()> {
        let state = room.wiring.state(function);
        match self.format {
            Format::Json => self.json(&Listed { room: RoomLine::new(room), state, details }),
            Format::Text => {
                let details = details.map(described).unwrap_or_default();
                let rest = wired(&room.wiring, &room.arn) + &details;
                self.row(state.as_str(), room, &rest)
            }
        }
    }

    /// A room and what would be done about it.
    pub(crate) fn planned(&mut self, room: &Room, decision: &Decision) -> io::Result<()> {
        let (mark, to) = match decision {
            Decision::Change(to) => ("change", Some(to)),
            Decision::AsWished => ("as-wished", None),
            Decision::Foreign => ("foreign", None),
        };
        match self.format {
            Format::Json => self.json(&Planned { room: RoomLine::new(room), plan: mark, to }),
            Format::Text => match to {
                Some(to) => self.row(mark, room, &change(&room.wiring, to, &room.arn)),
                // Only counted at the end.
                None if *decision == Decision::AsWished => Ok(()),
                None => self.row(mark, room, &wired(&room.wiring, &room.arn)),
            },
        }
    }

    /// A room that is as it should be, or is not.
    pub(crate) fn checked(
        &mut self,
        room: &Room,
        function: &FunctionArn,
        drift: bool,
    ) -> io::Result<()> {
        match self.format {
            Format::Json => {
                let state = room.wiring.state(Some(function));
                self.json(&Checked { room: RoomLine::new(room), state, drift })
            }
            Format::Text if drift => self.row("drift", room, &wired(&room.wiring, &room.arn)),
            Format::Text => Ok(()),
        }
    }

    /// What became of a room. People are told at the end, of those that failed.
    pub(crate) fn done(&mut self, room: &Room, fate: &Fate) -> io::Result<()> {
        if self.format == Format::Text {
            return Ok(());
        }
        let (mut before, mut after, mut error) = (None, None, None);
        let result = match fate {
            Fate::Changed { before: was, after: is } => {
                (before, after) = (Some(was), Some(is));
                "changed"
            }
            Fate::Unchanged => "unchanged",
            Fate::Foreign => "foreign",
            Fate::Failed(failure) => {
                error = Some(failure.message.as_str());
                "failed"
            }
            Fate::Left => "left",
        };
        let (room, name) = (&room.arn, room.name.as_str());
        self.json(&Done { room, name, result, before, after, error })
    }

    /// The rooms that failed, to people: machines were told of each as it did.
    pub(crate) fn failed(&mut self, failed: &[(&Room, String)]) -> io::Result<()> {
        if self.format == Format::Json {
            return Ok(());
        }
        failed.iter().try_for_each(|(room, error)| self.row("failed", room, error))
    }

    /// What it all comes to.
    pub(crate) fn sum<S: Serialize>(&mut self, text: &str, summary: &S) -> io::Result<()> {
        match self.format {
            Format::Text => writeln!(self.out, "{text}"),
            Format::Json => self.json(&Summary { summary }),
        }
    }

    fn row(&mut self, mark: &str, room: &Room, rest: &str) -> io::Result<()> {
        let name = named(room);
        let pad = self.name_width.saturating_sub(name.width());
        writeln!(self.out, "{mark:<7}  {name}{:pad$}  {}  {}", "", room.arn, visible(rest))
    }

    fn json(&mut self, line: &impl Serialize) -> io::Result<()> {
        writeln!(self.out, "{}", serde_json::to_string(line)?)
    }
}

fn named(room: &Room) -> String {
    if room.name.is_empty() { "-".to_owned() } else { visible(&room.name) }
}

/// `ivs-chat-review, DENY`; of a function beside the room the name says enough.
fn wired(wiring: &Wiring, room: &RoomArn) -> String {
    if wiring.uri.is_empty() {
        return "no handler".to_owned();
    }
    let beside = format!("arn:aws:lambda:{}:{}:function:", room.region(), room.account());
    let function = wiring.uri.strip_prefix(&beside).unwrap_or(&wiring.uri);
    format!("{function}, {}", wiring.fallback.as_str())
}

fn described(details: &Details) -> String {
    let mut text = String::new();
    if let Some(length) = details.max_length {
        text += &format!("; {length} characters");
    }
    if let Some(rate) = details.max_rate {
        text += &format!("; {rate} messages a second");
    }
    for configuration in &details.logging {
        text += &format!("; logged by {configuration}");
    }
    text
}

fn change(from: &Wiring, to: &Wiring, room: &RoomArn) -> String {
    format!("{} -> {}", wired(from, room), wired(to, room))
}

#[derive(Serialize)]
struct RoomLine<'r> {
    room: &'r RoomArn,
    name: &'r str,
    #[serde(flatten)]
    wiring: &'r Wiring,
}

impl<'r> RoomLine<'r> {
    fn new(room: &'r Room) -> RoomLine<'r> {
        RoomLine { room: &room.arn, name: &room.name, wiring: &room.wiring }
    }
}

#[derive(Serialize)]
struct Listed<'r> {
    #[serde(flatten)]
    room: RoomLine<'r>,
    state: State,
    #[serde(flatten)]
    details: Option<&'r Details>,
}

#[derive(Serialize)]
struct Planned<'r> {
    #[serde(flatten)]
    room: RoomLine<'r>,
    plan: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'r Wiring>,
}

#[derive(Serialize)]
struct Checked<'r> {
    #[serde(flatten)]
    room: RoomLine<'r>,
    state: State,
    drift: bool,
}

#[derive(Serialize)]
struct Done<'r> {
    room: &'r RoomArn,
    name: &'r str,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'r Wiring>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'r Wiring>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'r str>,
}

#[derive(Serialize)]
struct Summary<'s, S> {
    summary: &'s S,
}
