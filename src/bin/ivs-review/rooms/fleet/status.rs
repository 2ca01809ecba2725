//! `rooms status`, without `--live`.

use std::io;

use ivs_chat_review::provision::desired::Action;
use ivs_chat_review::provision::room::Room;
use ivs_chat_review::provision::selection::Selection;
use serde::Serialize;

use super::report::Report;
use super::{select, status_live};
use crate::rooms::args::StatusArgs;
use crate::rooms::context::CommandContext;
use crate::{Outcome, ignore_broken_pipe};

pub(crate) async fn run(args: &StatusArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required_selection()?;
    if let Selection::Live(filter) = &selection {
        return status_live::run(args, &selection, filter).await;
    }
    let function = &args.handler.handler;
    let mut context =
        CommandContext::open_for(&args.common.connect, &selection, Some(function)).await?;
    let rooms = select::read_nonempty(&mut context, &selection).await?;
    // Rooms with another handler have drifted too.
    let desired = args.handler.desired_state(true);
    let drifts = |room: &Room| desired.decide(&room.handler) != Action::UpToDate;
    let drift = rooms.iter().filter(|room| drifts(room)).count();
    let status = Status { up_to_date: rooms.len() - drift, drift };
    let print = || -> io::Result<()> {
        let mut report = Report::new(args.common.format, &rooms, anstream::stdout().lock());
        rooms.iter().try_for_each(|room| report.checked(room, function, drifts(room), &[]))?;
        report.summary(&format!("{} up to date, {drift} drifted", status.up_to_date), &status)
    };
    ignore_broken_pipe(print())?;
    Ok(context.outcome(if drift > 0 { Outcome::Findings } else { Outcome::Fine }))
}

#[derive(Serialize)]
struct Status {
    up_to_date: usize,
    drift: usize,
}
