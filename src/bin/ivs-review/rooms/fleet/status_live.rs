//! `rooms status --live`: whether the chat of every live channel is reviewed.

use std::collections::HashMap;
use std::{fmt, io};

use ivs_chat_review::provision::channel::{Channel, RoomIndex};
use ivs_chat_review::provision::desired::{Action, DesiredState};
use ivs_chat_review::provision::room::{Fallback, Room};
use ivs_chat_review::provision::selection::{Filter, Selection};
use serde::Serialize;

use super::channels;
use super::report::Report;
use super::select::{self, FailedRoom, Selected};
use super::status::Status;
use crate::rooms::args::StatusArgs;
use crate::rooms::context::CommandContext;
use crate::terminal::count;
use crate::{Outcome, ignore_broken_pipe};

/// Checks the rooms of live channels that match the filter. A live channel without any room is
/// always reported, because a filter of rooms says nothing about it.
pub(super) async fn run(
    args: &StatusArgs,
    selection: &Selection,
    filter: &Filter,
) -> anyhow::Result<Outcome> {
    let function = &args.handler.handler;
    let context = CommandContext::open_for(&args.common.connect, selection, Some(function)).await?;
    let rooms = select::all(&context).await?;
    let live = channels::live(&context).await?;
    let index = RoomIndex::new(&rooms);
    let mut channels_of: HashMap<&str, Vec<&Channel>> = HashMap::new();
    for it in &live {
        for &at in index.rooms_of(&it.channel).1 {
            let arn = rooms[at].arn.as_deref().unwrap_or_default();
            channels_of.entry(arn).or_default().push(&it.channel);
        }
    }
    let of_live = channels::rooms_of_live(&rooms, &live, &index, filter);
    let selected = Selected::of(&context, of_live)?;
    selected.check_name(filter)?;
    let Selected { rooms: checked, failed } = selected;
    let channels_of =
        |room: &Room| channels_of.get(room.arn.as_str()).map_or(&[][..], Vec::as_slice);
    let without_room: Vec<_> = live
        .iter()
        .filter(|it| index.rooms_of(&it.channel).1.is_empty())
        .filter_map(|it| Some((&it.channel, it.stream.as_ref()?)))
        .collect();

    let desired = desired(args);
    let drifts = |room: &Room| desired.decide(&room.handler) != Action::UpToDate;
    let drift = checked.iter().filter(|room| drifts(room)).count();
    let status = LiveStatus {
        rooms: Status { up_to_date: checked.len() - drift, drift, failed: failed.len() },
        live_channels: live.len(),
        without_room: without_room.len(),
    };
    let print = || -> io::Result<()> {
        let names = checked.iter().map(|room| room.name.as_str());
        let names = names.chain(failed.iter().map(FailedRoom::name));
        let names = names.chain(without_room.iter().map(|(channel, _)| channel.name.as_str()));
        let mut report = Report::new(args.common.format, names, io::stdout().lock());
        for room in &checked {
            report.checked(room, function, drifts(room), channels_of(room))?;
        }
        for room in &failed {
            report.failed(room, "result", &room.error)?;
        }
        for (channel, stream) in &without_room {
            report.without_room(channel, stream)?;
        }
        report.summary(&status.to_string(), &status)
    };
    ignore_broken_pipe(print())?;
    let is_fine = drift + failed.len() + without_room.len() == 0;
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
struct LiveStatus {
    #[serde(flatten)]
    rooms: Status,
    live_channels: usize,
    without_room: usize,
}

impl fmt::Display for LiveStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LiveStatus { rooms, live_channels, without_room } = self;
        let channels = count(*live_channels, "live channel", "live channels");
        write!(f, "{rooms}; {channels}, {without_room} without a room")
    }
}
