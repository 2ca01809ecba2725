//! `rooms status`, without `--live`.

use std::{fmt, io};

use ivs_chat_review::provision::desired::Action;
use ivs_chat_review::provision::room::Room;
use ivs_chat_review::provision::selection::Selection;
use serde::Serialize;

use super::report::Report;
use super::select::{self, FailedRoom, Selected};
use super::status_live;
use crate::rooms::args::StatusArgs;
use crate::rooms::context::CommandContext;
use crate::{Outcome, ignore_broken_pipe};

pub(crate) async fn run(args: &StatusArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required_selection()?;
    if let Selection::Live(filter) = &selection {
        return status_live::run(args, &selection, filter).await;
    }
    let function = &args.handler.handler;
    let context =
        CommandContext::open_for(&args.common.connect, &selection, Some(function)).await?;
    let Selected { rooms, failed } = select::read_nonempty(&context, &selection).await?;
    // Rooms with another handler have drifted too.
    let desired = args.handler.desired_state(true);
    let drifts = |room: &Room| desired.decide(&room.handler) != Action::UpToDate;
    let drift = rooms.iter().filter(|room| drifts(room)).count();
    let status = Status { up_to_date: rooms.len() - drift, drift, failed: failed.len() };
    let print = || -> io::Result<()> {
        let names = rooms.iter().map(|room| room.name.as_str());
        let names = names.chain(failed.iter().map(FailedRoom::name));
        let mut report = Report::new(args.common.format, names, io::stdout().lock());
        rooms.iter().try_for_each(|room| report.checked(room, function, drifts(room), &[]))?;
        failed.iter().try_for_each(|room| report.failed(room, "result", &room.error))?;
        report.summary(&status.to_string(), &status)
    };
    ignore_broken_pipe(print())?;
    Ok(if drift + failed.len() > 0 { Outcome::Findings } else { Outcome::Fine })
}

#[derive(Serialize)]
pub(super) struct Status {
    pub(super) up_to_date: usize,
    pub(super) drift: usize,
    /// Rooms whose state is unknown.
    pub(super) failed: usize,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Status { up_to_date, drift, failed } = self;
        write!(f, "{up_to_date} up to date, {drift} drifted")?;
        if *failed > 0 {
            write!(f, ", {failed} failed")?;
        }
        Ok(())
    }
}
