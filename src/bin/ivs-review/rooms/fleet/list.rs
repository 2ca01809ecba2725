//! `rooms list`, without `--channels`.

use std::io;

use futures_util::{StreamExt, stream};
use ivs_chat_review::provision::arn::RoomArn;
use ivs_chat_review::provision::room::ListedRoom;
use ivs_chat_review::provision::selection::Selection;

use super::channel_list;
use super::failure_streak::FailureStreak;
use super::report::Report;
use super::select::{self, FailedRoom};
use crate::Outcome;
use crate::rooms::IN_FLIGHT;
use crate::rooms::args::ListArgs;
use crate::rooms::client::FailureKind;
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
    let (rooms, failed) = select::read_listed(&context, &selection).await?;
    if rooms.is_empty() && failed.is_empty() {
        note(&format!("note: {}", select::no_match(&selection, service.region())));
    }
    let names = rooms.iter().map(|room| room.name.as_str());
    let names = names.chain(failed.iter().map(FailedRoom::name));
    let mut report = Report::new(args.common.format, names, io::stdout().lock());
    let mut failures = failed.len();
    // An argument is sent whatever its form is.
    let is_named = matches!(selection, Selection::Rooms(_));
    let arn = |room: &ListedRoom| match (&room.arn, is_named) {
        (Some(arn), true) => RoomArn::parse(arn).map_err(|_| "the ARN is invalid"),
        _ => match select::known_arn(room) {
            Ok(arn) if args.details && arn.region() != service.region() => {
                Err("the room is in another Region")
            }
            arn => arn,
        },
    };
    if args.details {
        let progress = Progress::new("rooms", Some(rooms.len() as u64));
        let mut responses = stream::iter(&rooms)
            .map(|room| async move {
                match arn(room) {
                    Ok(arn) => (room, Ok(service.get_room(&arn).await)),
                    Err(problem) => (room, Err(problem)),
                }
            })
            .buffered(IN_FLIGHT);
        let mut streak = FailureStreak::Start;
        while let Some((listed, response)) = responses.next().await {
            match response {
                Ok(Ok((room, details))) => {
                    streak = FailureStreak::Ended;
                    let arn = Some(room.arn.to_string());
                    let room = room.with_arn(arn);
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
        for room in &rooms {
            let problem = arn(room).err();
            failures += usize::from(problem.is_some());
            report.listed(room, handler, None, problem)?;
        }
    }
    for room in &failed {
        report.failed(room, "result", &room.error)?;
    }
    Ok(context.outcome(warn_about_errors(failures)))
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
