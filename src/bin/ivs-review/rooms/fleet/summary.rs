//! What became of all rooms: [`Ledger`].

use std::fmt;
use std::io::{self, Write};

use ivs_chat_review::provision::room::Room;
use serde::Serialize;

use super::change::Fate;
use super::report::Report;

/// Tells of rooms, counts them, and keeps those that people are told of at the end.
pub(crate) struct Ledger<'r, W> {
    report: Report<W>,
    pub(crate) sum: Sum,
    remarkable: Vec<(&'r Room, Fate)>,
}

/// How many rooms.
#[derive(Default, Serialize)]
pub(crate) struct Sum {
    changed: usize,
    unchanged: usize,
    pub(crate) foreign: usize,
    pub(crate) failed: usize,
    pub(crate) left: usize,
}

impl<'r, W: Write> Ledger<'r, W> {
    pub(crate) fn new(report: Report<W>) -> Ledger<'r, W> {
        Ledger { report, sum: Sum::default(), remarkable: Vec::new() }
    }

    /// What became of one.
    pub(crate) fn enter(&mut self, room: &'r Room, fate: Fate) -> io::Result<()> {
        let Sum { changed, unchanged, foreign, failed, left } = &mut self.sum;
        *match fate {
            Fate::Changed { .. } => changed,
            Fate::Unchanged(_) => unchanged,
            Fate::Foreign(_) => foreign,
            Fate::Failed(_) => failed,
            Fate::Left => left,
        } += 1;
        self.report.done(room, &fate).map_err(untold)?;
        if matches!(fate, Fate::Foreign(_) | Fate::Failed(_)) {
            self.remarkable.push((room, fate));
        }
        Ok(())
    }

    /// What it all comes to.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        for (room, fate) in &self.remarkable {
            self.report.remarked(room, fate).map_err(untold)?;
        }
        self.report.sum(&self.sum.to_string(), &self.sum).map_err(untold)
    }

    /// Those that failed, and why.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &crate::rooms::client::ServiceError> {
        self.remarkable.iter().filter_map(|(_, fate)| match fate {
            Fate::Failed(error) => Some(error),
            _ => None,
        })
    }
}

/// Whoever stops reading a list has seen enough, but not whoever has rooms changed.
fn untold(error: io::Error) -> io::Error {
    io::Error::other(format!("cannot tell what became of the rooms: {error}"))
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sum { changed, unchanged, foreign, failed, left } = self;
        write!(f, "{changed} changed, {unchanged} as wished, {foreign} foreign, {failed} failed")?;
        if *left > 0 {
            write!(f, ", {left} left")?;
        }
        Ok(())
    }
}
