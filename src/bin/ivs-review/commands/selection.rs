//! Options that select messages of recordings, as `compare` and `stats` have them.

use std::borrow::Cow;
use std::io::{self, IsTerminal};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::bail;
use ivs_chat_review::recording::{Counts, Deleted, Recorded};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::cli::{MessageSelection, Period};
use crate::parallel::all_cores;
use crate::recordings::{Columns, day_of};
use crate::rules_dir::today;
use crate::terminal::{count, shown_path};

/// Returns how many parts of a recording were not counted, for the end of a sentence: `; 2 events`.
pub(super) fn left_out(counts: &Counts, filtered: u64) -> String {
    let kinds = [
        (counts.duplicates, "duplicate", "duplicates"),
        (counts.events, "event", "events"),
        (counts.unreadable, "unreadable", "unreadable"),
        (filtered, "excluded by options", "excluded by options"),
    ];
    let kinds = kinds.into_iter().filter(|&(number, ..)| number > 0);
    kinds.map(|(number, one, several)| format!("; {}", count(number, one, several))).collect()
}

impl MessageSelection {
    /// Whether a message is selected. Sets the room of a message whose room is unknown.
    pub(crate) fn selects(&self, message: &mut Recorded<'_>) -> bool {
        if let Some(room) = &self.room {
            match message.request.room_arn.as_deref() {
                Some(known) if !is_room(known, room) => return false,
                Some(_) => {}
                None => message.request.room_arn = Some(Cow::Owned(room.clone())),
            }
        }
        self.period.contains(message.time())
    }

    /// Whether a deletion is selected, by its own time.
    pub(crate) fn selects_deletion(&self, deleted: &Deleted<'_>) -> bool {
        let is_of_room = match (&self.room, deleted.room.as_deref()) {
            (Some(wanted), Some(known)) => is_room(known, wanted),
            _ => true,
        };
        is_of_room && self.period.contains(deleted.time())
    }

    /// Whether a line of a log is selected, by its room and its time.
    pub(crate) fn selects_line(&self, room: Option<&str>, time: Option<Timestamp>) -> bool {
        is_of_room(self.room.as_deref(), room) && self.period.contains(time)
    }

    /// Returns the day on which a message is reviewed.
    pub(crate) fn day_of(&self, message: &Recorded<'_>) -> Date {
        self.on.or_else(|| day_of(message)).unwrap_or_else(today)
    }

    /// Whether the text of messages is shown: by default in text on a terminal.
    pub(crate) fn shows_text(&self, is_text: bool) -> bool {
        self.with_text || !self.no_text && is_text && io::stdout().is_terminal()
    }

    /// Returns the columns of recordings that are tables.
    pub(crate) fn columns(&self) -> Option<Columns> {
        self.column.as_ref().map(|text| Columns { text: text.clone(), label: None })
    }

    /// Returns the number of threads.
    pub(crate) fn threads(&self) -> NonZeroUsize {
        self.threads.unwrap_or_else(all_cores)
    }
}

impl Period {
    /// Whether a time is in the period. An unknown one is only in one without limits.
    pub(crate) fn contains(&self, time: Option<Timestamp>) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        let Some(time) = time else { return false };
        let day = || time.to_zoned(TimeZone::UTC).date();
        let is_after = self.since.as_ref().is_none_or(|since| match since {
            Moment::Day(first) => day() >= *first,
            Moment::Time(first) => time >= *first,
        });
        is_after
            && self.until.as_ref().is_none_or(|until| match until {
                Moment::Day(last) => day() <= *last,
                Moment::Time(last) => time <= *last,
            })
    }
}

/// Whether a room is the wanted one. An unknown room is not.
pub(crate) fn is_of_room(wanted: Option<&str>, room: Option<&str>) -> bool {
    match (wanted, room) {
        (Some(wanted), Some(room)) => is_room(room, wanted),
        (wanted, _) => wanted.is_none(),
    }
}

/// Returns an error for the first file or folder that does not exist.
pub(crate) fn all_exist(paths: &[PathBuf]) -> anyhow::Result<()> {
    let is_missing = |path: &&PathBuf| *path != Path::new("-") && !path.exists();
    if let Some(path) = paths.iter().find(is_missing) {
        bail!("cannot read `{}`: no such file or folder", shown_path(path));
    }
    Ok(())
}

/// Whether a room, as an ARN or an ID, is the wanted one.
fn is_room(known: &str, wanted: &str) -> bool {
    // If one of them is an ID, the ARNs are not known to differ.
    known == wanted || (!known.contains(':') || !wanted.contains(':')) && id(known) == id(wanted)
}

/// Returns the ID of a room, from an ARN or an ID.
fn id(room: &str) -> &str {
    room.rsplit('/').next().unwrap_or(room)
}

/// A day in UTC or a point in time.
#[derive(Clone, Debug)]
pub(crate) enum Moment {
    Day(Date),
    Time(Timestamp),
}

impl std::str::FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Moment, Self::Err> {
        match (text.len() <= "2026-11-30".len(), text.parse(), text.parse()) {
            (true, Ok(day), _) => Ok(Moment::Day(day)),
            (false, _, Ok(time)) => Ok(Moment::Time(time)),
            _ => Err("expected a date such as 2026-11-30 or a time such as 2026-11-30T18:00:00Z"),
        }
    }
}
