//! The outcomes of all rooms: [`Results`] and [`Summary`].

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use super::change::RoomOutcome;
use super::report::{Report, RoomLabel};

/// Reports and counts outcomes, and keeps those that text output lists at the end.
pub(crate) struct Results<'r, W> {
    report: Report<W>,
    pub(crate) summary: Summary,
    listed_at_end: Vec<(RoomLabel<'r>, RoomOutcome)>,
}

/// The number of rooms by outcome.
#[derive(Default, Serialize)]
pub(crate) struct Summary {
    changed: usize,
    unchanged: usize,
    pub(crate) skipped: usize,
    pub(crate) failed: usize,
    pub(crate) left: usize,
}

impl<'r, W: Write> Results<'r, W> {
    pub(crate) fn new(report: Report<W>) -> Results<'r, W> {
        Results { report, summary: Summary::default(), listed_at_end: Vec::new() }
    }

    /// Adds the outcome of one room.
    pub(crate) fn add(
        &mut self,
        room: impl Into<RoomLabel<'r>>,
        outcome: RoomOutcome,
    ) -> io::Result<()> {
        let room = room.into();
        let Summary { changed, unchanged, skipped, failed, left } = &mut self.summary;
        *match outcome {
            RoomOutcome::Changed { .. } => changed,
            RoomOutcome::Unchanged(_) => unchanged,
            RoomOutcome::Skipped(_) => skipped,
            RoomOutcome::Failed(_) => failed,
            RoomOutcome::Left => left,
        } += 1;
        self.report.done(room, &outcome).map_err(report_error)?;
        if matches!(outcome, RoomOutcome::Skipped(_) | RoomOutcome::Failed(_)) {
            self.listed_at_end.push((room, outcome));
        }
        Ok(())
    }

    /// Reports the rooms that are listed at the end, and the summary.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        for (room, outcome) in &self.listed_at_end {
            self.report.listed_at_end(*room, outcome).map_err(report_error)?;
        }
        self.report.summary(&self.summary.to_string(), &self.summary).map_err(report_error)
    }

    /// Returns the errors of rooms that failed.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &crate::rooms::client::ServiceError> {
        self.listed_at_end.iter().filter_map(|(_, outcome)| match outcome {
            RoomOutcome::Failed(error) => Some(error),
            _ => None,
        })
    }
}

/// Unlike after a list, a closed standard output is an error after changes. The new error does not
/// have the kind `BrokenPipe`, which `main` ignores.
fn report_error(error: io::Error) -> io::Error {
    io::Error::other(format!("cannot write the outcomes of the rooms: {error}"))
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { changed, unchanged, skipped, failed, left } = self;
        write!(
            f,
            "{changed} changed, {unchanged} up to date, {skipped} skipped (other handler), "
        )?;
        write!(f, "{failed} failed")?;
        if *left > 0 {
            write!(f, ", {left} left")?;
        }
        Ok(())
    }
}
