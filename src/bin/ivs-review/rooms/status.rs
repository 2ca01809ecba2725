//! `rooms status`.

use ivs_chat_review::rooms::plan::Decision;
use serde::Serialize;

use super::args::StatusArgs;
use super::report::Report;
use super::select;
use super::session::Session;
use crate::Outcome;
use crate::show::count;

pub(crate) async fn run(args: &StatusArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required()?;
    let function = &args.wire.handler;
    let mut session = Session::open_for(&args.connect, &selection, Some(function)).await?;
    let rooms = select::read_meant(&mut session, &selection).await?;
    // What would have to change if any room might be changed.
    let wish = args.wire.wish(true);
    let mut status = Status { as_wished: 0, drift: 0 };
    let mut report = Report::new(args.output.format, &rooms, anstream::stdout().lock());
    for room in &rooms {
        let drift = wish.decide(&room.wiring) != Decision::AsWished;
        *(if drift { &mut status.drift } else { &mut status.as_wished }) += 1;
        report.checked(room, function, drift)?;
    }
    let text =
        format!("{} as wished, {} not", count(status.as_wished, "room", "rooms"), status.drift);
    report.sum(&text, &status)?;
    Ok(if status.drift > 0 { Outcome::Findings } else { Outcome::Fine })
}

#[derive(Serialize)]
struct Status {
    as_wished: usize,
    drift: usize,
}
