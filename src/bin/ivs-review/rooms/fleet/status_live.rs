//! `rooms status --live`: whether the chat of every live channel is reviewed.

use std::collections::HashMap;
use std::io;

use ivs_chat_review::provision::arn::RoomArn;
use ivs_chat_review::provision::channel::{Channel, RoomIndex};
use ivs_chat_review::provision::desired::{Action, DesiredState};
use ivs_chat_review::provision::room::{Fallback, Room};
use ivs_chat_review::provision::selection::{Filter, Selection};
use serde::Serialize;

use super::channels;
use super::report::Report;
use super::select;
use crate::rooms::args::StatusArgs;
use crate::rooms::context::CommandContext;
use crate::terminal::count;
use crate::{Outcome, ignore_broken_pipe};

/// Checks the rooms of live channels that match the filter. A live channel without any room is
/// reported whatever the filter is, because a filter of rooms says nothing about it.
pub(super) async fn run(
    args: &StatusArgs,
    selection: &Selection,
    filter: &Filter,
) -> anyhow::Result<Outcome> {
    let function = &args.handler.handler;
    let mut context =
        CommandContext::open_for(&args.common.connect, selection, Some(function)).await?;
    let rooms = select::read(&mut context, &Selection::All).await?;
    let live = channels::live(&context).await?;
    let index = RoomIndex::new(&rooms);
    let mut channels_of: HashMap<&RoomArn, Vec<&Channel>> = HashMap::new();
    for it in &live {
        for room in index.rooms_of(&it.channel).1 {
            channels_of.entry(&room.arn).or_default().push(&it.channel);
        }
    }
    let checked: Vec<(&Room, &Vec<&Channel>)> = rooms
        .iter()
        .filter(|room| filter.matches(room))
        .filter_map(|room| Some((room, channels_of.get(&room.arn)?)))
        .collect();
    let without_room: Vec<_> = live
        .iter()
        .filter(|it| index.rooms_of(&it.channel).1.is_empty())
        .filter_map(|it| Some((&it.channel, it.stream.as_ref()?)))
        .collect();

    let desired = desired(args);
    let drifts = |room: &Room| desired.decide(&room.handler) != Action::UpToDate;
    let drift = checked.iter().filter(|(room, _)| drifts(room)).count();
    let status = Status {
        up_to_date: checked.len() - drift,
        drift,
        live_channels: live.len(),
        without_room: without_room.len(),
    };
    let print = || -> io::Result<()> {
        let names = checked.iter().map(|(room, _)| &room.name);
        let names = names.chain(without_room.iter().map(|(channel, _)| &channel.name));
        let out = anstream::stdout().lock();
        let mut report = Report::for_names(args.common.format, names.map(String::as_str), out);
        for (room, channels) in &checked {
            report.checked(room, function, drifts(room), channels)?;
        }
        for (channel, stream) in &without_room {
            report.without_room(channel, stream)?;
        }
        report.summary(&status.to_string(), &status)
    };
    ignore_broken_pipe(print())?;
    let is_fine = drift + without_room.len() == 0;
    Ok(context.outcome(if is_fine { Outcome::Fine } else { Outcome::Findings }))
}

/// Returns the desired state of the rooms: unless another fallback is requested, no message of a
/// live channel may be delivered unreviewed.
fn desired(args: &StatusArgs) -> DesiredState {
    DesiredState::Attached {
        function: args.handler.handler.clone(),
        fallback: Some(args.handler.fallback().unwrap_or(Fallback::Deny)),
        // Rooms with another handler have drifted too.
        replace: true,
    }
}

#[derive(Serialize)]
struct Status {
    up_to_date: usize,
    drift: usize,
    live_channels: usize,
    without_room: usize,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Status { up_to_date, drift, live_channels, without_room } = self;
        let channels = count(*live_channels, "live channel", "live channels");
        write!(
            f,
            "{up_to_date} up to date, {drift} drifted; {channels}, {without_room} without a room"
        )
    }
}
