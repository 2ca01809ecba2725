//! `rooms status`.

use std::io;

use ivs_chat_review::provision::desired::Decision;
use ivs_chat_review::provision::room::Room;
use serde::Serialize;

use super::report::Report;
use super::select;
use crate::rooms::args::StatusArgs;
use crate::rooms::context::Session;
use crate::terminal::count;
use crate::{Outcome, ignore_broken_pipe};

pub(crate) async fn run(args: &StatusArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required()?;
    let function = &args.wire.handler;
    let mut session = Session::open_for(&args.common.connect, &selection, Some(function)).await?;
    let rooms = select::read_meant(&mut session, &selection).await?;
    // What would have to change if any room might be changed.
    let wish = args.wire.wish(true);
    let drifts = |room: &Room| wish.decide(&room.wiring) != Decision::AsWished;
    let drift = rooms.iter().filter(|room| drifts(room)).count();
    let status = Status { wired: rooms.len() - drift, drift };
    let tell = || -> io::Result<()> {
        let mut report = Report::new(args.common.format, &rooms, anstream::stdout().lock());
        rooms.iter().try_for_each(|room| report.checked(room, function, drifts(room)))?;
        let wired = count(status.wired, "room", "rooms");
        report.sum(&format!("{wired} as wished, {drift} not"), &status)
    };
    ignore_broken_pipe(tell())?;
    Ok(if drift > 0 { Outcome::Findings } else { Outcome::Fine })
}

#[derive(Serialize)]
struct Status {
    wired: usize,
    drift: usize,
}
