//! Backups: the previous handlers of changed rooms, one line per change: [`Backup`].
//!
//! ```text
//! {"room":"arn:aws:ivschat:…","at":"2026-11-21T06:00:00Z","before":{"uri":"","fallbackResult":"ALLOW"},"after":{…}}
//! ```
//!
//! A record is written before its room is changed, so the file contains every change, including
//! changes that failed.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use super::arn::{FunctionArn, MAX_HANDLER_ARN, RoomArn};
use super::invalid_argument::InvalidArgument;
use super::room::ReviewHandler;
use crate::source::{BYTE_ORDER_MARK, Position, code_points};

/// The maximum length of a line, in bytes.
const MAX_LINE: usize = 64 << 10;
/// The first bytes of each line that [`Record::to_line`] writes.
const LINE_PREFIX: &[u8] = br#"{"room":"arn:aws:ivschat:"#;
/// How many invalid lines of a file are reported.
const MAX_INVALID_LINES: usize = 20;
/// The maximum length of an error message, in code points.
const MAX_MESSAGE: usize = 400;

/// A change of a room, recorded before it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The room.
    pub room: RoomArn,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// When it was written.
    pub at: Timestamp,
    /// The handler before the change.
    #[serde(deserialize_with = "review_handler")]
    pub before: ReviewHandler,
    /// The handler after the change.
    #[serde(deserialize_with = "review_handler")]
    pub after: ReviewHandler,
}

/// The content of a backup file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backup {
    /// The records in the order in which they were written.
    pub records: Vec<Record>,
    /// The number of a last line that is incomplete, counted from 1. Its room was not changed: a
    /// record is complete on disk before the change.
    pub incomplete: Option<usize>,
    /// The end of the records, in bytes: the end of the file or the start of the incomplete line.
    pub end: usize,
}

/// What a backup says about one room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedRoom {
    /// The room.
    pub room: RoomArn,
    /// Its name before the last change.
    pub name: String,
    /// The handler to restore: that before the first change, or before the first change after
    /// someone else changed the handler in between.
    pub before: ReviewHandler,
    /// The handlers before and after the last change. The room has one of them unless someone else
    /// changed it: the former if the change failed.
    pub left_as: [ReviewHandler; 2],
}

/// The invalid lines of a file that is not a backup, or a damaged one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBackup {
    /// The first invalid lines, at least one.
    pub lines: Vec<InvalidLine>,
    /// The number of invalid lines after those.
    pub more: usize,
    /// The number of valid records. If it is 0, this is another kind of file.
    pub records: usize,
}

/// A line that is not a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidLine {
    /// Where the error was detected.
    pub position: Position,
    /// The error.
    pub message: String,
}

impl Record {
    /// Returns the record as one line of JSON, with a line feed.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("strings only") + "\n"
    }

    /// Parses a line without its line feed.
    fn parse(line: &[u8]) -> Result<Record, LineFault> {
        if line.len() > MAX_LINE {
            return Err(LineFault::new(0, format!("longer than {} KiB", MAX_LINE >> 10)));
        }
        // A derived implementation would accept an array too.
        let indent = line.len() - line.trim_ascii_start().len();
        if line.get(indent) != Some(&b'{') {
            return Err(LineFault::new(indent, "not a JSON object".to_owned()));
        }
        serde_json::from_slice(line).map_err(|error| LineFault::of(&error))
    }
}

impl Backup {
    /// Parses a file. Empty lines are skipped, and so are unknown members, which later versions may
    /// add.
    ///
    /// # Errors
    ///
    /// If any line but an incomplete last one is not a record.
    pub fn parse(bytes: &[u8]) -> Result<Backup, InvalidBackup> {
        let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let mut backup = Backup { end: bytes.len(), ..Backup::default() };
        let mut invalid = InvalidBackup { lines: Vec::new(), more: 0, records: 0 };
        for (line, number) in text.split_inclusive(|&byte| byte == b'\n').zip(1..) {
            let content = line.trim_ascii_end();
            if content.is_empty() {
                continue;
            }
            match Record::parse(content) {
                Ok(record) => backup.records.push(record),
                // Only the last line can lack a line feed.
                Err(fault)
                    if fault.is_truncated && !line.ends_with(b"\n") && is_started(content) =>
                {
                    backup.incomplete = Some(number);
                    backup.end = bytes.len() - line.len();
                }
                Err(fault) => invalid.add(number, content, fault),
            }
        }
        invalid.records = backup.records.len();
        if invalid.lines.is_empty() { Ok(backup) } else { Err(invalid) }
    }

    /// Returns the rooms of all records, in the order of their first records.
    pub fn rooms(self) -> Vec<SavedRoom> {
        let mut positions = HashMap::new();
        let mut rooms: Vec<SavedRoom> = Vec::new();
        for Record { room, name, before, after, .. } in self.records {
            let position = *positions.entry(room.clone()).or_insert(rooms.len());
            let left_as = [before.clone(), after];
            match rooms.get_mut(position) {
                Some(saved) => {
                    if !saved.left_as.iter().any(|handler| handler.is_equivalent_to(&before)) {
                        saved.before = before;
                    }
                    (saved.name, saved.left_as) = (name, left_as);
                }
                None => rooms.push(SavedRoom { room, name, before, left_as }),
            }
        }
        rooms
    }
}

/// Whether an incomplete line is the start of a record, and not other JSON.
fn is_started(line: &[u8]) -> bool {
    line.iter().zip(LINE_PREFIX).all(|(byte, expected)| byte == expected)
}

/// Deserializes any handler that a room can have, so handlers set by other tools can be restored
/// too.
fn review_handler<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ReviewHandler, D::Error> {
    let handler = ReviewHandler::deserialize(deserializer)?;
    check_uri(&handler.uri).map_err(D::Error::custom)?;
    Ok(handler)
}

/// Checks a URI as loosely as the service does.
fn check_uri(uri: &str) -> Result<(), InvalidArgument> {
    let fields: Vec<&str> = uri.splitn(7, ':').collect();
    match fields[..] {
        [""] => Ok(()),
        ["arn", "aws", "lambda", _, _, "function", name]
            if !name.is_empty() && uri.chars().count() <= MAX_HANDLER_ARN =>
        {
            Ok(())
        }
        _ => FunctionArn::parse(uri).map(drop),
    }
}

/// The error of a line.
struct LineFault {
    /// Its position in the line, in bytes.
    at: usize,
    message: String,
    /// Whether the line ends inside its object.
    is_truncated: bool,
}

impl LineFault {
    fn new(at: usize, message: String) -> LineFault {
        LineFault { at, message, is_truncated: false }
    }

    fn of(error: &serde_json::Error) -> LineFault {
        let suffix = format!(" at line {} column {}", error.line(), error.column());
        let message = error.to_string();
        LineFault {
            at: error.column().saturating_sub(1),
            message: message.strip_suffix(&suffix).unwrap_or(&message).to_owned(),
            is_truncated: error.classify() == Category::Eof,
        }
    }
}

impl InvalidBackup {
    fn add(&mut self, line: usize, content: &[u8], fault: LineFault) {
        if self.lines.len() == MAX_INVALID_LINES {
            self.more += 1;
            return;
        }
        let column = 1 + code_points(&content[..fault.at.min(content.len())]);
        let message = fault.message.chars().take(MAX_MESSAGE).collect();
        self.lines.push(InvalidLine { position: Position { line, column }, message });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::provision::room::Fallback;

    /// A handler from the name of its function, or `-` for none.
    fn handler(name: &str) -> ReviewHandler {
        let uri = match name {
            "-" => String::new(),
            name => format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}"),
        };
        ReviewHandler { uri, fallback: Fallback::Deny }
    }

    fn record(room: &str, before: &str, after: &str) -> Record {
        let room = format!("arn:aws:ivschat:eu-west-1:123456789012:room/{room}");
        let (before, after) = (handler(before), handler(after));
        Record {
            room: RoomArn::parse(&room).expect("it is one"),
            name: "lobby".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            before,
            after,
        }
    }

    #[test]
    fn records_are_lines_and_an_incomplete_last_one_is_skipped() {
        let (first, last) = (record("A", "-", "f"), record("B", "g:live", "f").to_line());
        assert_eq!(
            record("A", "-", "f").to_line(),
            r#"{"room":"arn:aws:ivschat:eu-west-1:123456789012:room/A","name":"lobby",
            "at":"1970-01-01T00:00:00Z",
            "before":{"uri":"","fallbackResult":"DENY"},
            "after":{"uri":"arn:aws:lambda:eu-west-1:123456789012:function:f","fallbackResult":"DENY"}}"#
                .replace("\n            ", "")
                + "\n"
        );
        let whole = first.to_line();
        for cut in 1..last.len() - 1 {
            let text = format!("{whole}{}", &last[..cut]);
            let backup = Backup::parse(text.as_bytes()).expect("a backup");
            let (records, incomplete) = (vec![first.clone()], Some(2));
            assert_eq!(backup, Backup { records, incomplete, end: whole.len() }, "{cut}");
        }
        // An editor may have removed the last line feed.
        let backup = Backup::parse(whole.trim_end().as_bytes()).expect("a backup");
        assert_eq!((backup.records, backup.incomplete), (vec![first], None));
    }

    #[test]
    fn the_first_handler_of_a_room_is_restored() {
        let rows = [("A", "-", "f"), ("B", "g", "f"), ("A", "f", "g"), ("A", "g", "h")];
        let lines = rows.map(|(room, before, after)| record(room, before, after).to_line());
        let text = format!("\u{FEFF}{}\r\n\n", lines.concat().replace('\n', "\r\n"));
        let rooms = Backup::parse(text.as_bytes()).expect("a backup").rooms();
        let saved = |room: &str, before: &str, left_as: [&str; 2]| SavedRoom {
            room: record(room, "-", "-").room,
            name: "lobby".to_owned(),
            before: handler(before),
            left_as: left_as.map(handler),
        };
        assert_eq!(rooms, [saved("A", "-", ["g", "h"]), saved("B", "g", ["g", "f"])]);
    }

    #[test]
    fn a_handler_that_someone_else_set_in_between_is_restored() {
        let rows = [
            (vec![("-", "f"), ("-", "f")], "-"),
            (vec![("-", "f"), ("g", "f")], "g"),
            (vec![("-", "f"), ("g", "f"), ("f", "h")], "g"),
            (vec![("g", "-"), ("-", "f")], "g"),
        ];
        for (changes, expected) in rows {
            let lines = changes.iter().map(|(before, after)| record("A", before, after).to_line());
            let text: String = lines.collect();
            let rooms = Backup::parse(text.as_bytes()).expect("a backup").rooms();
            assert_eq!(rooms[0].before, handler(expected), "{changes:?}");
        }
    }

    proptest! {
        #[test]
        fn records_round_trip(
            rows in prop::collection::vec(("[A-Za-z0-9-]{1,20}", "(-|[^-]{1,50})", "(-|[^-]{1,50})"), 0..5),
            seconds in -377_705_023_201..=253_402_207_200_i64,
            nanosecond in 0..1_000_000_000_i32,
        ) {
            let mut records: Vec<Record> =
                rows.iter().map(|(room, before, after)| record(room, before, after)).collect();
            for record in &mut records {
                record.at = Timestamp::new(seconds, nanosecond).unwrap_or_default();
            }
            let text: String = records.iter().map(Record::to_line).collect();
            let backup = Backup { records, incomplete: None, end: text.len() };
            prop_assert_eq!(Backup::parse(text.as_bytes()), Ok(backup));
        }
    }

    #[test]
    fn handlers_that_other_tools_set_are_accepted() {
        let long = "x".repeat(MAX_HANDLER_ARN - handler("").uri.len());
        for name in ["-", "f:$LATEST", "f:a:b", "Ä", &long] {
            let line = record("A", name, "f").to_line();
            let line = line.replace('}', r#","later":[{}]}"#);
            let backup = Backup::parse(line.as_bytes()).expect(name);
            assert_eq!(backup.records, [record("A", name, "f")]);
        }
    }

    fn errors(text: &str) -> String {
        let invalid = Backup::parse(text.as_bytes()).expect_err(text);
        let line = |error: &InvalidLine| {
            let InvalidLine { position: Position { line, column }, message } = error;
            format!("{line}:{column}: {message}\n")
        };
        invalid.lines.iter().map(line).collect()
    }

    #[test]
    fn all_invalid_lines_are_reported() {
        let line = record("A", "-", "f").to_line();
        let without_end = line.trim_end();
        let rows = [
            ("", "arn:aws:ivschat", "arn:aws:ivs", "1:51: this ARN belongs to the service `ivs`"),
            ("", "1970-01-01", "1970-13-01", "month"),
            ("", "\"DENY\"}}", "\"ÄÖ\"}}", "unknown variant `ÄÖ`, expected `ALLOW` or `DENY`"),
            ("", "uri\":\"arn:aws:lambda", "uri\":\"arn:aws:λ", "belongs to the service `λ`"),
            ("", "after", "afterwards", "missing field `after`"),
            ("", "at\":", "room\":", "duplicate field `room`"),
            ("  ", without_end, "[1, 2]", "1:3: not a JSON object"),
            ("", without_end, "token", "1:1: not a JSON object"),
            ("", "}}", "}", "EOF while parsing an object"),
            ("", "}}", "}}}", "trailing characters"),
        ];
        for (indent, part, other, message) in rows {
            let text = format!("{indent}{}", line.replacen(part, other, 1));
            let errors = errors(&text);
            assert!(errors.contains(message), "{message}: {errors}");
        }
        let long = line.replacen('{', &format!("{{{}", " ".repeat(MAX_LINE)), 1);
        let text = format!("{line}{long}{}{line}", "token\n".repeat(MAX_INVALID_LINES + 1));
        let invalid = Backup::parse(text.as_bytes()).expect_err("many errors");
        assert_eq!((invalid.lines.len(), invalid.more), (MAX_INVALID_LINES, 2));
        assert_eq!(invalid.records, 2);
        assert!(errors(&text).starts_with("2:1: longer than 64 KiB\n3:1: not a JSON"));
    }
}
