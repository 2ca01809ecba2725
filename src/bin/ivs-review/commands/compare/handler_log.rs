//! `compare --handler-log`: what the handler did, which a recording does not show.
//!
//! The handler logs a JSON line for each message in which something was found: `{"timestamp":"…",
//! "message":"match","verdict":"deny",…}`. The lines are read in the forms of recordings: as they are,
//! with a time and log stream before them, and as strings in the log events of CloudWatch Logs. JSON
//! that is damaged or cut off is counted: then the numbers are too small.

use std::borrow::Cow;
use std::path::PathBuf;

use ivs_chat_review::recording::Piece;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::selection::all_exist;
use crate::cli::MessageSelection;
use crate::recordings::Recordings;

/// The messages that the handler denied or rewrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HandlerLog {
    pub(super) denied: u64,
    /// Masked, replaced or tagged.
    pub(super) rewritten: u64,
    /// Parts of the log that are damaged.
    #[serde(default)]
    pub(super) unreadable: u64,
}

/// The members of interest of a line, or of a log event that has it as a string.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    message: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    verdict: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    room_id: Option<Cow<'a, str>>,
    /// In a log event it is a number.
    #[serde(borrow, default)]
    timestamp: Option<&'a serde_json::value::RawValue>,
}

pub(super) fn read(files: &[PathBuf], selection: &MessageSelection) -> anyhow::Result<HandlerLog> {
    all_exist(files)?;
    let mut log = HandlerLog::default();
    Recordings::all(files)?.read_pieces(|piece| match piece {
        Piece::Object(bytes) | Piece::Line(bytes) | Piece::Text(bytes) | Piece::Stray(bytes) => {
            log.add(&String::from_utf8_lossy(bytes), selection);
        }
        Piece::Unreadable => log.unreadable += 1,
    })?;
    Ok(log)
}

impl HandlerLog {
    fn add(&mut self, line: &str, selection: &MessageSelection) {
        let Some(start) = line.find('{') else { return };
        let json = &line[start..];
        let Ok(line) = serde_json::from_str::<Line<'_>>(json) else {
            // Other lines may have a brace too.
            self.unreadable += u64::from(json[1..].trim_start().starts_with('"'));
            return;
        };
        let (Some(message), verdict) = (line.message, line.verdict) else { return };
        if message != "match" {
            // Perhaps a log event. What is in it is not one.
            if verdict.is_none() && message.starts_with('{') {
                self.add(&message, selection);
            }
            return;
        }
        let time =
            line.timestamp.and_then(|json| serde_json::from_str::<Timestamp>(json.get()).ok());
        if selection.selects_line(line.room_id.as_deref(), time) {
            self.denied += u64::from(verdict.as_deref() == Some("deny"));
            self.rewritten += u64::from(verdict.as_deref() == Some("rewrite"));
        }
    }
}
