//! Prints one resource with all its properties: a line each, or one JSON object.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::arn::{LoggingArn, RoomArn};
use ivs_chat_review::provision::logging_configuration::{Destination, LoggingConfiguration};
use ivs_chat_review::provision::pair;
use ivs_chat_review::provision::room::{ReviewHandler, Room};
use ivs_chat_review::provision::settings::Settings;
use serde::Serialize;

use super::progress::note;
use crate::options::Format;
use crate::rooms::client::RoomDetails;
use crate::rooms::reconcile::Reconciled;
use crate::terminal::json_line;

/// The name and value of a property.
pub(crate) type Row = (&'static str, Value);

/// The value of a property.
#[derive(PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    /// One item per line, in order.
    List(Vec<String>),
}

impl<T: Into<String>> From<T> for Value {
    fn from(text: T) -> Value {
        Value::Text(text.into())
    }
}

impl Value {
    /// Returns the lines of the value, at least one.
    fn lines(&self) -> Vec<&str> {
        let empty = vec!["-"];
        match self {
            Value::Text(text) if text.is_empty() => empty,
            Value::Text(text) => vec![text],
            Value::List(list) if list.is_empty() => empty,
            Value::List(list) => list.iter().map(String::as_str).collect(),
        }
    }

    /// Shows a change: `a -> b`, or the added and removed items of a list.
    fn changed_to(self, now: Value) -> Value {
        if self == now {
            return self;
        }
        if let (Value::List(before), Value::List(after)) = (&self, &now) {
            let removed = before.iter().filter(|item| !after.contains(item));
            let removed = removed.map(|item| format!("- {item}"));
            let current = after.iter().map(|item| match before.contains(item) {
                true => format!("  {item}"),
                false => format!("+ {item}"),
            });
            return Value::List(removed.chain(current).collect());
        }
        Value::Text(format!("{} -> {}", self.lines().join(", "), now.lines().join(", ")))
    }
}

/// A resource with properties, always the same ones in the same order.
pub(crate) trait Details: Serialize {
    fn rows(&self) -> Vec<Row>;
}

/// The resource of a change.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Subject {
    Room(RoomArn),
    LoggingConfiguration(LoggingArn),
    /// A room or a logging configuration, as the service accepts either.
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

/// Prints a resource to standard output.
pub(crate) fn print(format: Format, details: &impl Details) -> io::Result<()> {
    print_rows(format, &details.rows(), details)
}

/// Prints a resource before and after a change.
pub(crate) fn print_change<T: Details>(
    format: Format,
    subject: Subject,
    reconciled: &Reconciled<T>,
) -> io::Result<()> {
    let Reconciled { before, after } = reconciled;
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
    print_rows(format, &rows, &line).map_err(output_error)?;
    if after.is_none() {
        note("note: already up to date");
    }
    Ok(())
}

/// Prints a result: the sentence as text, or the object as JSON.
pub(crate) fn print_result(format: Format, text: &str, line: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        Format::Text => writeln!(out, "{}", display_safe(text)),
        Format::Json => writeln!(out, "{}", json_line(line)?),
    }
    .map_err(output_error)
}

/// Writes one line per property, with aligned values.
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

fn print_rows(format: Format, rows: &[Row], line: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        Format::Text => write_rows(rows, out),
        Format::Json => writeln!(out, "{}", json_line(line)?),
    }
}

/// Unlike after reading, a closed standard output is an error after a change. The new error does
/// not have the kind `BrokenPipe`, which `main` ignores.
pub(crate) fn output_error(error: io::Error) -> io::Error {
    io::Error::other(format!("the command succeeded, but its output cannot be written: {error}"))
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

/// All properties of a room.
#[derive(Serialize)]
pub(crate) struct RoomView {
    room: RoomArn,
    id: Option<String>,
    #[serde(flatten)]
    settings: Settings,
    #[serde(flatten)]
    handler: ReviewHandler,
    tags: BTreeMap<String, String>,
    #[serde(rename = "loggingConfigurationIdentifiers")]
    logging: Vec<String>,
    #[serde(rename = "createTime")]
    created: Option<String>,
    #[serde(rename = "updateTime")]
    updated: Option<String>,
}

impl RoomView {
    pub(crate) fn new(room: Room, details: RoomDetails) -> RoomView {
        let settings = settings(&room, &details);
        let Room { arn: room, id, handler, tags, logging, created, updated, .. } = room;
        RoomView { room, id, settings, handler, tags, logging, created, updated }
    }
}

/// Returns the settings of a room.
pub(crate) fn settings(room: &Room, details: &RoomDetails) -> Settings {
    Settings { name: room.name.clone(), rate: details.max_rate, length: details.max_length }
}

impl Details for RoomView {
    fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = vec![("room", self.room.as_str().into())];
        rows.extend(self.settings.rows());
        rows.push(("handler", (&self.handler.uri).into()));
        if !self.handler.uri.is_empty() {
            rows.push(("fallback", self.handler.fallback.as_str().into()));
        }
        rows.push(("tags", pairs(&self.tags)));
        rows.push(("logging", Value::List(self.logging.clone())));
        rows.push(("created", self.created.as_deref().unwrap_or_default().into()));
        rows.push(("updated", self.updated.as_deref().unwrap_or_default().into()));
        rows
    }
}

impl Details for Settings {
    fn rows(&self) -> Vec<Row> {
        let number = |number: Option<i32>, unit: &str| {
            number.map(|number| format!("{number} {unit}")).unwrap_or_default()
        };
        vec![
            ("name", (&self.name).into()),
            ("rate", number(self.rate, "messages per second").into()),
            ("length", number(self.length, "characters per message").into()),
        ]
    }
}

impl Details for LoggingConfiguration {
    fn rows(&self) -> Vec<Row> {
        vec![
            ("configuration", self.arn.as_deref().unwrap_or_default().into()),
            ("name", (&self.name).into()),
            ("destination", destination(self.destination.as_ref()).into()),
            ("state", (&self.state).into()),
            ("tags", pairs(&self.tags)),
            ("created", self.create_time.as_deref().unwrap_or_default().into()),
            ("updated", self.update_time.as_deref().unwrap_or_default().into()),
        ]
    }
}

/// Describes a log destination.
pub(crate) fn destination(destination: Option<&Destination>) -> String {
    match destination {
        Some(destination) => destination.to_string(),
        None => "unknown to this version".to_owned(),
    }
}

/// The logging configurations of a room.
#[derive(Clone, Serialize)]
pub(crate) struct Attachments {
    #[serde(rename = "loggingConfigurationIdentifiers")]
    pub(crate) logging: Vec<String>,
}

impl Details for Attachments {
    fn rows(&self) -> Vec<Row> {
        vec![("logging", Value::List(self.logging.clone()))]
    }
}

/// The tags of a resource.
#[derive(Clone, Serialize)]
pub(crate) struct TagList {
    pub(crate) tags: BTreeMap<String, String>,
}

impl Details for TagList {
    fn rows(&self) -> Vec<Row> {
        vec![("tags", pairs(&self.tags))]
    }
}

/// Returns items such as `stage=prod`.
fn pairs(tags: &BTreeMap<String, String>) -> Value {
    Value::List(tags.iter().map(|(key, value)| pair::join(key, value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &str) -> Value {
        Value::List(items.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn changes_show_added_and_removed_items() {
        for (before, after, lines) in [
            (Value::from("a"), Value::from("a"), vec!["a"]),
            (Value::from("a"), Value::from(""), vec!["a -> -"]),
            (list("a b"), list("a b"), vec!["a", "b"]),
            (list("a b"), list("b c"), vec!["- a", "  b", "+ c"]),
            (list(""), list("a"), vec!["+ a"]),
            (list("a"), list(""), vec!["- a"]),
        ] {
            assert_eq!(before.changed_to(after).lines(), lines);
        }
    }

    #[test]
    fn values_are_aligned() {
        let rows = [("room", "a\nb".into()), ("handler", "".into()), ("tags", list("a=1 b=2"))];
        let mut out = Vec::new();
        write_rows(&rows, &mut out).expect("it is memory");
        let text = String::from_utf8(out).expect("it is text");
        assert_eq!(text, "room     a\\nb\nhandler  -\ntags     a=1\n         b=2\n");
    }
}
