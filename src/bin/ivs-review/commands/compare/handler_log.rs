//! `compare --handler-log`: what the handler did, which a recording does not show.
//!
//! JSON that is damaged or cut off is counted: then the numbers are too small.

use std::path::PathBuf;

use ivs_chat_review::handler_log::Line;
use ivs_chat_review::recording::Piece;
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

pub(super) fn read(files: &[PathBuf], selection: &MessageSelection) -> anyhow::Result<HandlerLog> {
    all_exist(files)?;
    let mut log = HandlerLog::default();
    Recordings::all(files)?.read_pieces(|piece| match piece {
        Piece::Object(bytes) | Piece::Line(bytes) | Piece::Text(bytes) | Piece::Stray(bytes) => {
            log.add(&Line::decode(&String::from_utf8_lossy(bytes)), selection);
        }
        Piece::Unreadable => log.unreadable += 1,
    })?;
    Ok(log)
}

impl HandlerLog {
    fn add(&mut self, line: &Line, selection: &MessageSelection) {
        match line {
            Line::Match(found) if selection.selects_line(found.room_id.as_deref(), found.time) => {
                self.denied += u64::from(found.verdict == "deny");
                self.rewritten += u64::from(found.verdict == "rewrite");
            }
            Line::Damaged => self.unreadable += 1,
            _ => {}
        }
    }
}
