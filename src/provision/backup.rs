//! How rooms were before they were changed, a line each: [`Backup`].
//!
//! ```text
//! {"room":"arn:aws:ivschat:…","at":"2026-11-21T06:00:00Z","before":{"uri":"","fallbackResult":"ALLOW"},"after":{…}}
//! ```
//!
//! A record is written before its room is changed: every change is in the file, and so are those
//! that failed.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use super::arn::{FunctionArn, MAX_HANDLER, RoomArn};
use super::invalid_argument::InvalidArgument;
use super::room::Wiring;
use crate::source::{BYTE_ORDER_MARK, Position, code_points};

/// The longest line, in bytes.
const MAX_LINE: usize = 64 << 10;
/// How each line begins that [`Record::to_line`] writes.
const BEGINNING: &[u8] = br#"{"room":"arn:aws:ivschat:"#;
/// How many problems of a file are told.
const MAX_PROBLEMS: usize = 20;
/// The longest text of a problem, in code points.
const MAX_MESSAGE: usize = 400;

/// A change that is about to be made to a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The room.
    pub room: RoomArn,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// When it was written.
    pub at: Timestamp,
    /// How the room was.
    #[serde(deserialize_with = "wiring")]
    pub before: Wiring,
    /// How it is to be.
    #[serde(deserialize_with = "wiring")]
    pub after: Wiring,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backup {
    /// Its records, in the order in which they were written.
    pub records: Vec<Record>,
    /// The number of a last line that was never finished, counted from 1. Nothing came of it: a
    /// record is whole before its room is changed.
    pub unfinished: Option<usize>,
    /// Where the records end, in bytes: at the end of the file or at the unfinished line.
    pub end: usize,
}

/// A room that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The room.
    pub room: RoomArn,
    /// Its name before the last of its changes.
    pub name: String,
    /// How it was before the first of them, or of those since somebody else wired it in between.
    pub before: Wiring,
    /// How it was before the last one, and how that was to leave it: one of them it is if nobody
    /// else has touched it, since a change may fail.
    pub left: [Wiring; 2],
}

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong with it: the first problems of its lines, at least one.
    pub problems: Vec<Problem>,
    /// How many there are besides.
    pub more: usize,
    /// How many lines are records: of none, it is another kind of file.
    pub records: usize,
}

/// A line that is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where reading it ended.
    pub position: Position,
    /// What is wrong.
    pub message: String,
}

impl Record {
    /// The record as a line, with its end.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("texts") + "\n"
    }

    /// Reads a line without its end.
    fn parse(line: &[u8]) -> Result<Record, Fault> {
        if line.len() > MAX_LINE {
            return Err(Fault::new(0, format!("longer than {} KiB", MAX_LINE >> 10)));
        }
        // A derived implementation would take a list for an object.
        let blanks = line.len() - line.trim_ascii_start().len();
        if line.get(blanks) != Some(&b'{') {
            return Err(Fault::new(blanks, "not a JSON object".to_owned()));
        }
        serde_json::from_slice(line).map_err(|error| Fault::of(&error))
    }
}

impl Backup {
    /// Reads a file. Blank lines are passed over, and so are members that a later version may have
    /// added.
    pub fn parse(bytes: &[u8]) -> Result<Backup, Unreadable> {
        let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let mut backup = Backup { end: bytes.len(), ..Backup::default() };
        let mut unreadable = Unreadable { problems: Vec::new(), more: 0, records: 0 };
        for (line, number) in text.split_inclusive(|&byte| byte == b'\n').zip(1..) {
            let content = line.trim_ascii_end();
            if content.is_empty() {
                continue;
            }
            match Record::parse(content) {
                Ok(record) => backup.records.push(record),
                // Only the last line can be without its end.
                Err(fault) if fault.is_cut && !line.ends_with(b"\n") && begins(content) => {
                    backup.unfinished = Some(number);
                    backup.end = bytes.len() - line.len();
                }
                Err(fault) => unreadable.add(number, content, fault),
            }
        }
        unreadable.records = backup.records.len();
        if unreadable.problems.is_empty() { Ok(backup) } else { Err(unreadable) }
    }

    /// The rooms of all records, in the order of their first ones.
    pub fn rooms(self) -> Vec<Past> {
        let mut numbers = HashMap::new();
        let mut rooms: Vec<Past> = Vec::new();
        for Record { room, name, before, after, .. } in self.records {
            let number = *numbers.entry(room.clone()).or_insert(rooms.len());
            let left = [before.clone(), after];
            match rooms.get_mut(number) {
                Some(past) => {
                    if !past.left.iter().any(|wiring| wiring.amounts_to(&before)) {
                        past.before = before;
                    }
                    (past.name, past.left) = (name, left);
                }
                None => rooms.push(Past { room, name, before, left }),
            }
        }
        rooms
    }
}

/// Whether somebody began to write a record there, and not something else in JSON.
fn begins(line: &[u8]) -> bool {
    line.iter().zip(BEGINNING).all(|(byte, beginning)| byte == beginning)
}

/// A wiring whose handler a room may have: what another tool wired can be put back as well.
fn wiring<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Wiring, D::Error> {
    let wiring = Wiring::deserialize(deserializer)?;
    check_handler(&wiring.uri).map_err(D::Error::custom)?;
    Ok(wiring)
}

/// Checks no more of a handler than the service does.
fn check_handler(uri: &str) -> Result<(), InvalidArgument> {
    let fields: Vec<&str> = uri.splitn(7, ':').collect();
    match fields[..] {
        [""] => Ok(()),
        ["arn", "aws", "lambda", _, _, "function", name]
            if !name.is_empty() && uri.chars().count() <= MAX_HANDLER =>
        {
            Ok(())
        }
        _ => FunctionArn::parse(uri).map(drop),
    }
}

/// What is wrong with a line.
struct Fault {
    /// Where, in bytes.
    at: usize,
    message: String,
    /// Whether the line ends before its object does.
    is_cut: bool,
}

impl Fault {
    fn new(at: usize, message: String) -> Fault {
        Fault { at, message, is_cut: false }
    }

    fn of(error: &serde_json::Error) -> Fault {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = error.to_string();
        Fault {
            at: error.column().saturating_sub(1),
            message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
            is_cut: error.classify() == Category::Eof,
        }
    }
}

impl Unreadable {
    fn add(&mut self, line: usize, content: &[u8], fault: Fault) {
        if self.problems.len() == MAX_PROBLEMS {
            self.more += 1;
            return;
        }
        let column = 1 + code_points(&content[..fault.at.min(content.len())]);
        let message = fault.message.chars().take(MAX_MESSAGE).collect();
        self.problems.push(Problem { position: Position { line, column }, message });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::provision::room::Fallback;

    /// `-` for no handler, or the name of the function.
    fn wiring(name: &str) -> Wiring {
        let uri = match name {
            "-" => String::new(),
            name => format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}"),
        };
        Wiring { uri, fallback: Fallback::Deny }
    }

    fn record(room: &str, before: &str, after: &str) -> Record {
        let room = format!("arn:aws:ivschat:eu-west-1:123456789012:room/{room}");
        let (before, after) = (wiring(before), wiring(after));
        Record {
            room: RoomArn::parse(&room).expect("it is one"),
            name: "lobby".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            before,
            after,
        }
    }

    #[test]
    fn a_record_is_a_line_and_a_cut_one_is_left_out() {
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
            let (records, unfinished) = (vec![first.clone()], Some(2));
            assert_eq!(backup, Backup { records, unfinished, end: whole.len() }, "{cut}");
        }
        // An editor may have taken the end of the last line.
        let backup = Backup::parse(whole.trim_end().as_bytes()).expect("a backup");
        assert_eq!((backup.records, backup.unfinished), (vec![first], None));
    }

    #[test]
    fn a_room_goes_back_to_what_it_was_first() {
        let rows = [("A", "-", "f"), ("B", "g", "f"), ("A", "f", "g"), ("A", "g", "h")];
        let lines = rows.map(|(room, before, after)| record(room, before, after).to_line());
        let text = format!("\u{FEFF}{}\r\n\n", lines.concat().replace('\n', "\r\n"));
        let rooms = Backup::parse(text.as_bytes()).expect("a backup").rooms();
        let past = |room: &str, before: &str, left: [&str; 2]| Past {
            room: record(room, "-", "-").room,
            name: "lobby".to_owned(),
            before: wiring(before),
            left: left.map(wiring),
        };
        assert_eq!(rooms, [past("A", "-", ["g", "h"]), past("B", "g", ["g", "f"])]);
    }

    #[test]
    fn what_somebody_else_wired_in_between_is_what_it_goes_back_to() {
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
            assert_eq!(rooms[0].before, wiring(expected), "{changes:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
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
            let backup = Backup { records, unfinished: None, end: text.len() };
            prop_assert_eq!(Backup::parse(text.as_bytes()), Ok(backup));
        }
    }

    #[test]
    fn what_other_tools_wired_is_read() {
        let long = "x".repeat(MAX_HANDLER - wiring("").uri.len());
        for name in ["-", "f:$LATEST", "f:a:b", "Ä", &long] {
            let line = record("A", name, "f").to_line();
            let line = line.replace('}', r#","later":[{}]}"#);
            let backup = Backup::parse(line.as_bytes()).expect(name);
            assert_eq!(backup.records, [record("A", name, "f")]);
        }
    }

    fn problems(text: &str) -> String {
        let unreadable = Backup::parse(text.as_bytes()).expect_err(text);
        let line = |problem: &Problem| {
            let Problem { position: Position { line, column }, message } = problem;
            format!("{line}:{column}: {message}\n")
        };
        unreadable.problems.iter().map(line).collect()
    }

    #[test]
    fn all_lines_that_are_no_records_are_told() {
        let line = record("A", "-", "f").to_line();
        let without_end = line.trim_end();
        let rows = [
            ("", "arn:aws:ivschat", "arn:aws:ivs", "1:51: this ARN names something of `ivs`"),
            ("", "1970-01-01", "1970-13-01", "month"),
            ("", "\"DENY\"}}", "\"ÄÖ\"}}", "unknown variant `ÄÖ`, expected `ALLOW` or `DENY`"),
            ("", "uri\":\"arn:aws:lambda", "uri\":\"arn:aws:λ", "names something of `λ`"),
            ("", "after", "afterwards", "missing field `after`"),
            ("", "at\":", "room\":", "duplicate field `room`"),
            ("  ", without_end, "[1, 2]", "1:3: not a JSON object"),
            ("", without_end, "token", "1:1: not a JSON object"),
            ("", "}}", "}", "EOF while parsing an object"),
            ("", "}}", "}}}", "trailing characters"),
        ];
        for (indent, part, other, message) in rows {
            let text = format!("{indent}{}", line.replacen(part, other, 1));
            let told = problems(&text);
            assert!(told.contains(message), "{message}: {told}");
        }
        let long = line.replacen('{', &format!("{{{}", " ".repeat(MAX_LINE)), 1);
        let text = format!("{line}{long}{}{line}", "token\n".repeat(MAX_PROBLEMS + 1));
        let unreadable = Backup::parse(text.as_bytes()).expect_err("many problems");
        assert_eq!((unreadable.problems.len(), unreadable.more), (MAX_PROBLEMS, 2));
        assert_eq!(unreadable.records, 2);
        assert!(problems(&text).starts_with("2:1: longer than 64 KiB\n3:1: not a JSON"));
    }
}
