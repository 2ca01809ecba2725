//! `rooms list`, without `--channels`.

use futures_util::{StreamExt, stream};
use ivs_chat_review::provision::room::Room;
use ivs_chat_review::provision::selection::Selection;

use super::channel_list;
use super::report::Report;
use super::select;
use crate::Outcome;
use crate::rooms::IN_FLIGHT;
use crate::rooms::args::ListArgs;
use crate::rooms::client::FailureKind;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::progress::{Progress, note};

pub(crate) async fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.selection()?.unwrap_or(Selection::All);
    let handler = args.handler.as_ref();
    if args.channels {
        return channel_list::run(args, &selection).await;
    }
    let mut context = CommandContext::open_for(&args.common.connect, &selection, handler).await?;
    let rooms = select::read(&mut context, &selection).await?;
    if rooms.is_empty() {
        note(&format!("note: {}", select::no_match(&selection, context.service.region())));
    }
    let mut report = Report::new(args.common.format, &rooms, anstream::stdout().lock());
    if !args.details {
        for room in &rooms {
            report.listed(room, handler, None)?;
        }
        return Ok(context.outcome(Outcome::Fine));
    }
    let progress = Progress::new("rooms", Some(rooms.len() as u64));
    let mut responses = stream::iter(&rooms)
        .map(|room: &Room| context.service.get_room(&room.arn))
        .buffered(IN_FLIGHT);
    while let Some(response) = responses.next().await {
        match response {
            Ok((room, details)) => {
                progress.above(|| report.listed(&room, handler, Some(&details)))?;
            }
            // Deleted after it was listed.
            Err(error) if error.kind == FailureKind::NotFound => {}
            Err(error) if error.kind == FailureKind::Rejected => {
                context.leave_out(&error.message);
            }
            Err(error) => return Err(advised(&error)),
        }
        progress.advance(1);
    }
    progress.finish();
    Ok(context.outcome(Outcome::Fine))
}
