//! One thing, told whole: a line for each of its parts to people, one JSON object to machines.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::arn::{LoggingArn, RoomArn};
use ivs_chat_review::provision::logging_configuration::{Destination, LoggingConfiguration};
use ivs_chat_review::provision::room::{Room, Wiring};
use ivs_chat_review::provision::settings::Settings;
use serde::Serialize;

use super::progress::note;
use crate::options::Format;
use crate::rooms::client::Details;
use crate::rooms::reconcile::Reached;
use crate::terminal::json_line;

/// What it is, and what it is like.
pub(crate) type Row = (&'static str, Value);

/// What a part is like.
#[derive(PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    /// Each on a line of its own, in order.
    List(Vec<String>),
}

impl<T: Into<String>> From<T> for Value {
    fn from(text: T) -> Value {
        Value::Text(text.into())
    }
}

impl Value {
    /// Its lines, of which there is one at least.
    fn lines(&self) -> Vec<&str> {
        let none = vec!["-"];
        match self {
            Value::Text(text) if text.is_empty() => none,
            Value::Text(text) => vec![text],
            Value::List(list) if list.is_empty() => none,
            Value::List(list) => list.iter().map(String::as_str).collect(),
        }
    }

    /// What became of it: `a -> b`, or of a list what came and what went.
    fn changed_to(self, now: Value) -> Value {
        if self == now {
            return self;
        }
        if let (Value::List(before), Value::List(after)) = (&self, &now) {
            let gone = before.iter().filter(|item| !after.contains(item));
            let gone = gone.map(|item| format!("- {item}"));
            let there = after.iter().map(|item| match before.contains(item) {
                true => format!("  {item}"),
                false => format!("+ {item}"),
            });
            return Value::List(gone.chain(there).collect());
        }
        Value::Text(format!("{} -> {}", self.lines().join(", "), now.lines().join(", ")))
    }
}

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
            Subject::Room(arn) => ("room", arn.as_str().into()),
            Subject::LoggingConfiguration(arn) => ("configuration", arn.as_str().into()),
            Subject::Resource(arn) => ("resource", arn.into()),
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
    match after {
        None => rows.extend(before.rows()),
        Some(after) => rows.extend(
            before
                .rows()
                .into_iter()
                .zip(after.rows())
                .map(|((name, was), (_, is))| (name, was.changed_to(is))),
        ),
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
        Format::Text => writeln!(out, "{}", display_safe(text)),
        Format::Json => writeln!(out, "{}", json_line(line)?),
    }
    .map_err(untold)
}

/// A line for each part, the parts one below the other.
pub(crate) fn write_rows(rows: &[Row], mut out: impl Write) -> io::Result<()> {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, value) in rows {
        for (n, line) in value.lines().into_iter().enumerate() {
            let name = if n == 0 { name } else { "" };
            writeln!(out, "{name:<width$}  {}", display_safe(line))?;
        }
    }
    Ok(())
}

fn tell_rows(format: Format, rows: &[Row], line: &impl Serialize) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    match format {
        Format::Text => write_rows(rows, out),
        Format::Json => writeln!(out, "{}", json_line(line)?),
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
        let mut rows: Vec<Row> = vec![("room", self.room.as_str().into())];
        rows.extend(self.settings.rows());
        rows.push(("handler", (&self.wiring.uri).into()));
        if !self.wiring.uri.is_empty() {
            rows.push(("fallback", self.wiring.fallback.as_str().into()));
        }
        rows.push(("tags", pairs(&self.tags)));
        rows.push(("logging", Value::List(self.logging.clone())));
        rows.push(("created", self.created.as_deref().unwrap_or_default().into()));
        rows.push(("updated", self.updated.as_deref().unwrap_or_default().into()));
        rows
    }
}

impl Card for Settings {
    fn rows(&self) -> Vec<Row> {
        let number = |number: Option<i32>, unit: &str| {
            number.map(|number| format!("{number} {unit}")).unwrap_or_default()
        };
        vec![
            ("name", (&self.name).into()),
            ("rate", number(self.rate, "messages a second").into()),
            ("length", number(self.length, "characters a message").into()),
        ]
    }
}

impl Card for LoggingConfiguration {
    fn rows(&self) -> Vec<Row> {
        vec![
            ("configuration", self.arn.as_str().into()),
            ("name", (&self.name).into()),
            ("destination", destination(self.destination.as_ref()).into()),
            ("state", (&self.state).into()),
            ("tags", pairs(&self.tags)),
            ("created", self.create_time.as_deref().unwrap_or_default().into()),
            ("updated", self.update_time.as_deref().unwrap_or_default().into()),
        ]
    }
}

/// Where chat goes, if that is known.
pub(crate) fn destination(destination: Option<&Destination>) -> String {
    match destination {
        Some(destination) => destination.to_string(),
        None => "of a kind that this version does not know".to_owned(),
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
        vec![("logging", Value::List(self.logging.clone()))]
    }
}

/// The tags of something.
#[derive(Clone, Serialize)]
pub(crate) struct TagList {
    pub(crate) tags: BTreeMap<String, String>,
}

impl Card for TagList {
    fn rows(&self) -> Vec<Row> {
        vec![("tags", pairs(&self.tags))]
    }
}

/// `stage=prod` and so on.
fn pairs(tags: &BTreeMap<String, String>) -> Value {
    Value::List(tags.iter().map(|(key, value)| format!("{key}={value}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &str) -> Value {
        Value::List(items.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn a_change_tells_what_came_and_what_went() {
        for (before, after, told) in [
            (Value::from("a"), Value::from("a"), vec!["a"]),
            (Value::from("a"), Value::from(""), vec!["a -> -"]),
            (list("a b"), list("a b"), vec!["a", "b"]),
            (list("a b"), list("b c"), vec!["- a", "  b", "+ c"]),
            (list(""), list("a"), vec!["+ a"]),
            (list("a"), list(""), vec!["- a"]),
        ] {
            assert_eq!(before.changed_to(after).lines(), told);
        }
    }

    #[test]
    fn rows_stand_below_each_other() {
        let rows = [("room", "a\nb".into()), ("handler", "".into()), ("tags", list("a=1 b=2"))];
        let mut out = Vec::new();
        write_rows(&rows, &mut out).expect("it is memory");
        let text = String::from_utf8(out).expect("it is text");
        assert_eq!(text, "room     a\\nb\nhandler  -\ntags     a=1\n         b=2\n");
    }
}
