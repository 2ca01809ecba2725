//! One thing, told whole: a line for each of its parts to people, one JSON object to machines.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ivs_chat_review::rooms::arn::{LoggingArn, RoomArn};
use ivs_chat_review::rooms::logging::LoggingConfiguration;
use ivs_chat_review::rooms::room::{Room, Wiring};
use ivs_chat_review::rooms::settings::Settings;
use serde::Serialize;

use super::aws::Details;
use super::progress::note;
use super::reach::Reached;
use crate::args::Format;
use crate::show::visible;

/// What it is, and what it is like.
pub(crate) type Row = (&'static str, String);

/// What has parts, always the same ones in the same order.
pub(crate) trait Card: Serialize {
    fn rows(&self) -> Vec<Row>;
}

/// What a change was about.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Subject {
    Room(RoomArn),
    LoggingConfiguration(LoggingArn),
    /// One of them.
    Resource(String),
}

impl Subject {
    fn row(&self) -> Row {
        match self {
            Subject::Room(arn) => ("room", arn.to_string()),
            Subject::LoggingConfiguration(arn) => ("configuration", arn.to_string()),
            Subject::Resource(arn) => ("resource", arn.clone()),
        }
    }
}

/// Tells it on standard output.
pub(crate) fn tell(format: Format, card: &impl Card) -> io::Result<()> {
    tell_rows(format, &card.rows(), card)
}

/// Tells what became of something: how it was, and how it is now if that is not the same.
pub(crate) fn tell_reached<T: Card>(
    format: Format,
    subject: Subject,
    reached: &Reached<T>,
) -> io::Result<()> {
    let Reached { before, after } = reached;
    let mut rows = vec![subject.row()];
    rows.extend(before.rows());
    if let Some(after) = after {
        for (row, (_, now)) in rows.iter_mut().skip(1).zip(after.rows()) {
            if row.1 != now {
                row.1 = format!("{} -> {now}", row.1);
            }
        }
    }
    let result = if after.is_some() { "changed" } else { "unchanged" };
    let line = Change { subject, result, before, after: after.as_ref() };
    tell_rows(format, &rows, &line).map_err(untold)?;
    if after.is_none() {
        note("note: it is so already, and nothing was sent");
    }
    Ok(())
}

/// Tells a result: people that sentence, machines that object.
pub(crate) fn tell_done(format: Format, text: &str, line: &impl Serialize) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    match format {
        Format::Text => writeln!(out, "{}", visible(text)),
        Format::Json => writeln!(out, "{}", serde_json::to_string(line)?),
    }
    .map_err(untold)
}

/// A line for each part, the parts one below the other.
pub(crate) fn write_rows(rows: &[Row], mut out: impl Write) -> io::Result<()> {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, text) in rows {
        let text = if text.is_empty() { "-" } else { text };
        writeln!(out, "{name:<width$}  {}", visible(text))?;
    }
    Ok(())
}

fn tell_rows(format: Format, rows: &[Row], line: &impl Serialize) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    match format {
        Format::Text => write_rows(rows, out),
        Format::Json => writeln!(out, "{}", serde_json::to_string(line)?),
    }
}

/// Whoever stops reading what there is has seen enough, but not whoever has something done.
pub(crate) fn untold(error: io::Error) -> io::Error {
    io::Error::other(format!("it is done, and cannot be told: {error}"))
}

#[derive(Serialize)]
struct Change<'c, T> {
    #[serde(flatten)]
    subject: Subject,
    result: &'static str,
    before: &'c T,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'c T>,
}

/// All there is to know of a room.
#[derive(Serialize)]
pub(crate) struct RoomCard {
    room: RoomArn,
    #[serde(flatten)]
    settings: Settings,
    #[serde(flatten)]
    wiring: Wiring,
    tags: BTreeMap<String, String>,
    #[serde(rename = "loggingConfigurationIdentifiers")]
    logging: Vec<String>,
    #[serde(rename = "createTime")]
    created: Option<String>,
    #[serde(rename = "updateTime")]
    updated: Option<String>,
}

impl RoomCard {
    pub(crate) fn new(room: Room, details: Details) -> RoomCard {
        let settings = settings(&room, &details);
        let Room { arn: room, wiring, tags, .. } = room;
        let Details { logging, created, updated, .. } = details;
        RoomCard { room, settings, wiring, tags, logging, created, updated }
    }
}

/// How a room is set.
pub(crate) fn settings(room: &Room, details: &Details) -> Settings {
    Settings { name: room.name.clone(), rate: details.max_rate, length: details.max_length }
}

impl Card for RoomCard {
    fn rows(&self) -> Vec<Row> {
        let mut rows = vec![("room", self.room.to_string())];
        rows.extend(self.settings.rows());
        rows.push(("handler", self.wiring.uri.clone()));
        if !self.wiring.uri.is_empty() {
            rows.push(("fallback", self.wiring.fallback.as_str().to_owned()));
        }
        rows.push(("tags", joined(&self.tags)));
        rows.push(("logging", self.logging.join(", ")));
        rows.push(("created", self.created.clone().unwrap_or_default()));
        rows.push(("updated", self.updated.clone().unwrap_or_default()));
        rows
    }
}

impl Card for Settings {
    fn rows(&self) -> Vec<Row> {
        let number = |number: Option<i32>, unit: &str| {
            number.map(|number| format!("{number} {unit}")).unwrap_or_default()
        };
        vec![
            ("name", self.name.clone()),
            ("rate", number(self.rate, "messages a second")),
            ("length", number(self.length, "characters a message")),
        ]
    }
}

impl Card for LoggingConfiguration {
    fn rows(&self) -> Vec<Row> {
        let destination = match &self.destination {
            Some(destination) => destination.to_string(),
            None => "of a kind that this version does not know".to_owned(),
        };
        vec![
            ("configuration", self.arn.to_string()),
            ("name", self.name.clone()),
            ("destination", destination),
            ("state", self.state.clone()),
            ("tags", joined(&self.tags)),
            ("created", self.create_time.clone().unwrap_or_default()),
            ("updated", self.update_time.clone().unwrap_or_default()),
        ]
    }
}

/// The logging configurations of a room.
#[derive(Clone, Serialize)]
pub(crate) struct Attachments {
    #[serde(rename = "loggingConfigurationIdentifiers")]
    pub(crate) logging: Vec<String>,
}

impl Card for Attachments {
    fn rows(&self) -> Vec<Row> {
        let text =
            if self.logging.is_empty() { "none".to_owned() } else { self.logging.join(", ") };
        vec![("logging", text)]
    }
}

/// The tags of something.
#[derive(Clone, Serialize)]
pub(crate) struct TagList {
    pub(crate) tags: BTreeMap<String, String>,
}

impl Card for TagList {
    fn rows(&self) -> Vec<Row> {
        let text = if self.tags.is_empty() { "none".to_owned() } else { joined(&self.tags) };
        vec![("tags", text)]
    }
}

/// `stage=prod, team=a`.
fn joined(tags: &BTreeMap<String, String>) -> String {
    let tags: Vec<String> = tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    tags.join(", ")
}
