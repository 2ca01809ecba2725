//! `rooms list`, without `--channels`.

use std::io;

use futures_util::{StreamExt, stream};
use ivs_chat_review::provision::room::{ListedRoom, Room};
use ivs_chat_review::provision::selection::Selection;

use super::channel_list;
use super::failure_streak::FailureStreak;
use super::report::Report;
use super::select::{self, FailedRoom, Found};
use crate::Outcome;
use crate::rooms::IN_FLIGHT;
use crate::rooms::args::ListArgs;
use crate::rooms::client::{FailureKind, RoomDetails};
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::progress::{Progress, note};
use crate::terminal::count;

pub(crate) async fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.selection()?.unwrap_or(Selection::All);
    let handler = args.handler.as_ref();
    if args.channels {
        return channel_list::run(args, &selection).await;
    }
    let context = CommandContext::open_for(&args.common.connect, &selection, handler).await?;
    let service = &context.service;
    let (rooms, failed) = read(&context, &selection).await?;
    if rooms.is_empty() && failed.is_empty() && !context.has_channel_problems() {
        note(&format!("note: {}", select::no_match(&selection, service.region())));
    }
    let names = rooms.iter().map(|(room, _)| room.name.as_str());
    let names = names.chain(failed.iter().map(FailedRoom::name));
    let mut report = Report::new(args.common.format, names, io::stdout().lock());
    let mut failures = failed.len();
    let arn = |room: &ListedRoom| match select::known_arn(room) {
        Ok(arn) if args.details && arn.region() != service.region() => {
            Err("the room is in another Region")
        }
        arn => arn,
    };
    if args.details {
        let progress = Progress::new("rooms", Some(rooms.len() as u64));
        let mut responses = stream::iter(&rooms)
            .map(|(room, details)| async move {
                match (details, arn(room)) {
                    (Some(details), _) => (room, Ok(Ok((room.clone(), details.clone())))),
                    (None, Ok(arn)) => {
                        let found = service.get_room(&arn).await;
                        (room, Ok(found.map(|(room, details)| (as_listed(room), details))))
                    }
                    (None, Err(problem)) => (room, Err(problem)),
                }
            })
            .buffered(IN_FLIGHT);
        let mut streak = FailureStreak::Start;
        while let Some((listed, response)) = responses.next().await {
            match response {
                Ok(Ok((room, details))) => {
                    streak = FailureStreak::Ended;
                    progress.above(|| report.listed(&room, handler, Some(&details), None))?;
                }
                // Deleted after it was listed.
                Ok(Err(error)) if error.kind == FailureKind::NotFound => {}
                Ok(Err(error)) if streak.ends_with(&error) => return Err(advised(&error)),
                Ok(Err(error)) => {
                    failures += 1;
                    let error = Some(error.message.as_str());
                    progress.above(|| report.listed(listed, handler, None, error))?;
                }
                Err(problem) => {
                    failures += 1;
                    progress.above(|| report.listed(listed, handler, None, Some(problem)))?;
                }
            }
            progress.advance(1);
        }
        progress.finish();
    } else {
        for (room, details) in &rooms {
            // An argument is accepted in any form.
            let problem = if details.is_some() { None } else { arn(room).err() };
            failures += usize::from(problem.is_some());
            report.listed(room, handler, None, problem)?;
        }
    }
    for room in &failed {
        report.failed(room, "result", &room.error)?;
    }
    Ok(context.outcome(warn_about_errors(failures)))
}

/// Reads the selected rooms, including those that cannot be processed. Rooms that were read by their
/// ARNs have details.
async fn read(
    context: &CommandContext,
    selection: &Selection,
) -> anyhow::Result<(Vec<(ListedRoom, Option<RoomDetails>)>, Vec<FailedRoom>)> {
    let listed = match selection {
        Selection::All => select::all(context).await?,
        Selection::Matching(filter) => select::list(context, filter).await?,
        Selection::Live(filter) => select::live(context, filter).await?,
        Selection::Rooms(arns) => {
            let Found { rooms, failed } = select::get(&context.service, arns).await?;
            let rooms = rooms.into_iter().map(|(room, details)| (as_listed(room), Some(details)));
            return Ok((rooms.collect(), failed));
        }
    };
    Ok((listed.into_iter().map(|room| (room, None)).collect(), Vec::new()))
}

fn as_listed(room: Room) -> ListedRoom {
    let arn = Some(room.arn.to_string());
    room.with_arn(arn)
}

/// Prints a warning about rooms with errors, and returns the outcome of a list with them.
pub(super) fn warn_about_errors(failures: usize) -> Outcome {
    if failures == 0 {
        return Outcome::Fine;
    }
    let rooms = count(failures, "room has an error", "rooms have errors");
    note(&format!("warning: {rooms}, shown in the output"));
    Outcome::Findings
}
