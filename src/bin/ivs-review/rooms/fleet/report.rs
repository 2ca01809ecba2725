//! What is told of rooms, to people and machines.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::arn::{FunctionArn, RoomArn};
use ivs_chat_review::provision::desired::{Decision, Wish};
use ivs_chat_review::provision::room::{Room, State, Wiring};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::change::Fate;
use crate::options::Format;
use crate::rooms::client::Details;
use crate::terminal::json_line;

/// Results, in the form that was asked for.
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
        match self.format {
            Format::Json => {
                self.json(&Line::new(room, function, Listed { tags: &room.tags, details }))
            }
            Format::Text => {
                let state = room.wiring.state(function);
                let details = details.map(|details| described(room, details)).unwrap_or_default();
                let rest = wired(&room.wiring, &room.arn) + &details;
                self.row(state.as_str(), room, &rest)
            }
        }
    }

    /// A room and what would be done about it.
    pub(crate) fn planned(
        &mut self,
        room: &Room,
        wish: &Wish,
        decision: &Decision,
    ) -> io::Result<()> {
        let (plan, to) = match decision {
            Decision::Change(to) => ("change", Some(to)),
            Decision::AsWished => ("unchanged", None),
            Decision::Foreign => ("foreign", None),
        };
        match (self.format, decision) {
            (Format::Json, _) => self.json(&Line::new(room, wish.function(), Planned { plan, to })),
            (Format::Text, Decision::Change(to)) => {
                self.row(plan, room, &change(&room.wiring, to, &room.arn))
            }
            // Only counted at the end.
            (Format::Text, Decision::AsWished) => Ok(()),
            (Format::Text, Decision::Foreign) => self.row(plan, room, &foreign(&room.wiring)),
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
            Format::Json => self.json(&Line::new(room, Some(function), Checked { drift })),
            Format::Text if drift => self.row("drift", room, &wired(&room.wiring, &room.arn)),
            Format::Text => Ok(()),
        }
    }

    /// What became of a room, to machines. People are told at the end.
    pub(crate) fn done(&mut self, room: &Room, fate: &Fate) -> io::Result<()> {
        if self.format == Format::Text {
            return Ok(());
        }
        let (result, before, after, error) = match fate {
            Fate::Changed { before, after } => ("changed", Some(before), Some(after), None),
            Fate::Unchanged(now) => ("unchanged", Some(now), None, None),
            Fate::Foreign(now) => ("foreign", Some(now), None, None),
            Fate::Failed(error) => ("failed", None, None, Some(error.message.as_str())),
            Fate::Left => ("left", None, None, None),
        };
        let (room, name) = (&room.arn, room.name.as_str());
        self.json(&Done { room, name, result, before, after, error })
    }

    /// A room of which people are told at the end; machines were told when it was done.
    pub(crate) fn remarked(&mut self, room: &Room, fate: &Fate) -> io::Result<()> {
        match (self.format, fate) {
            (Format::Text, Fate::Foreign(now)) => self.row("foreign", room, &foreign(now)),
            (Format::Text, Fate::Failed(error)) => self.row("failed", room, &error.message),
            _ => Ok(()),
        }
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
        writeln!(self.out, "{mark:<7}  {name}{:pad$}  {}  {}", "", room.arn, display_safe(rest))
    }

    fn json(&mut self, line: &impl Serialize) -> io::Result<()> {
        writeln!(self.out, "{}", json_line(line)?)
    }
}

fn named(room: &Room) -> String {
    if room.name.is_empty() { "-".to_owned() } else { display_safe(&room.name).into_owned() }
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

/// The whole name of a function that is in the way, to be looked up or selected by.
fn foreign(wiring: &Wiring) -> String {
    format!("{}, {}", wiring.uri, wiring.fallback.as_str())
}

fn described(room: &Room, details: &Details) -> String {
    let mut text = String::new();
    for (key, value) in &room.tags {
        text += &format!("; {key}={value}");
    }
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

/// A room as it is, and what else a command has to say of it.
#[derive(Serialize)]
struct Line<'r, M> {
    room: &'r RoomArn,
    name: &'r str,
    #[serde(flatten)]
    wiring: &'r Wiring,
    state: State,
    #[serde(flatten)]
    more: M,
}

impl<'r, M: Serialize> Line<'r, M> {
    fn new(room: &'r Room, function: Option<&FunctionArn>, more: M) -> Line<'r, M> {
        let Room { arn, name, wiring, .. } = room;
        Line { room: arn, name, wiring, state: wiring.state(function), more }
    }
}

#[derive(Serialize)]
struct Listed<'r> {
    tags: &'r BTreeMap<String, String>,
    #[serde(flatten)]
    details: Option<&'r Details>,
}

#[derive(Serialize)]
struct Planned<'r> {
    plan: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'r Wiring>,
}

#[derive(Serialize)]
struct Checked {
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
