//! Reads the selected rooms from the service.

use std::collections::HashSet;

use anyhow::{anyhow, bail};
use futures_util::{StreamExt, stream};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::arn::{FunctionArn, RoomArn};
use ivs_chat_review::provision::channel::RoomIndex;
use ivs_chat_review::provision::room::Room;
use ivs_chat_review::provision::selection::{Filter, Selection};

use super::channels;
use crate::rooms::IN_FLIGHT;
use crate::rooms::client::{FailureKind, ListFilter, Service, ServiceError};
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::progress::{Progress, note};
use crate::terminal::count;

/// How many rooms an error lists.
const MAX_NAMED: usize = 10;

/// Reads the selected rooms. A list is read completely before anything is changed: it is sorted by
/// the time of the last change (Amazon IVS Chat API Reference, "ListRooms"), so changes during
/// reading would hide rooms.
pub(crate) async fn read(
    context: &mut CommandContext,
    selection: &Selection,
) -> anyhow::Result<Vec<Room>> {
    let rooms = match selection {
        Selection::All => list(context, &Filter::default()).await?,
        Selection::Matching(filter) => list(context, filter).await?,
        Selection::Live(filter) => live(context, filter).await?,
        Selection::Rooms(arns) => get(&context.service, arns).await?,
    };
    // The credentials may belong to another account than the function.
    rooms.iter().try_for_each(|room| context.account_region.room(&room.arn))?;
    Ok(rooms)
}

/// Reads the rooms of live channels that match a filter. The service cannot filter the list, because
/// every room is needed to know which ones belong to a channel.
async fn live(context: &CommandContext, filter: &Filter) -> anyhow::Result<Vec<Room>> {
    let rooms = list(context, &Filter::default()).await?;
    let live = channels::live(context).await?;
    let index = RoomIndex::new(&rooms);
    channels::warn_without_room(&live, &index);
    let of_live: HashSet<&RoomArn> =
        live.iter().flat_map(|it| index.rooms_of(&it.channel).1).map(|room| &room.arn).collect();
    let selected = |room: &&Room| of_live.contains(&room.arn) && filter.matches(room);
    Ok(rooms.iter().filter(selected).cloned().collect())
}

/// The same, with an error if no room or an ambiguous name is selected.
pub(crate) async fn read_nonempty(
    context: &mut CommandContext,
    selection: &Selection,
) -> anyhow::Result<Vec<Room>> {
    let rooms = read(context, selection).await?;
    let region = context.service.region();
    let filter = match selection {
        Selection::Matching(filter) => filter,
        // Outside of shows no channel is live, which is a success for a scheduled command.
        Selection::Live(_) => {
            if rooms.is_empty() {
                note(&format!("note: {}", no_match(selection, region)));
            }
            return Ok(rooms);
        }
        Selection::All | Selection::Rooms(_) => {
            if rooms.is_empty() {
                bail!(no_match(selection, region));
            }
            return Ok(rooms);
        }
    };
    if let (Some(name), 2..) = (&filter.name, rooms.len()) {
        let arns: Vec<&str> = rooms.iter().take(MAX_NAMED).map(|room| room.arn.as_str()).collect();
        let more = if rooms.len() > MAX_NAMED { ", …" } else { "" };
        bail!(
            "{} rooms have the name `{name}`; select one with --room: {}{more}",
            rooms.len(),
            arns.join(", ")
        );
    }
    // With --attached-to alone, no match is a success: a second run of `detach` finds no room.
    if rooms.is_empty() && (filter.name.is_some() || !filter.tags.is_empty()) {
        let more = if filter.tags.is_empty() { "" } else { " --details" };
        let no_match = no_match(selection, region);
        bail!("{no_match}; `ivs-review rooms list{more}` shows all rooms");
    }
    Ok(rooms)
}

/// Describes that no room is selected.
pub(crate) fn no_match(selection: &Selection, region: &str) -> String {
    match selection {
        Selection::Matching(filter) => format!("no room in {region} is {}", described(filter)),
        Selection::Live(filter) if filter.is_empty() => {
            format!("no live channel in {region} has a room")
        }
        Selection::Live(filter) => {
            format!("no room of a live channel in {region} is {}", described(filter))
        }
        _ => format!("no rooms in {region}; use --profile and --region to look elsewhere"),
    }
}

async fn list(context: &CommandContext, filter: &Filter) -> anyhow::Result<Vec<Room>> {
    let service = &context.service;
    let progress = Progress::new("rooms read", None);
    // It is not documented how the service filters by versions and aliases.
    let uri = filter.attached_to.as_ref().filter(|function| !function.is_qualified());
    let service_filter =
        ListFilter { name: filter.name.clone(), uri: uri.map(FunctionArn::to_string) };
    let rooms = service.list_rooms(&service_filter, |read| progress.set(read as u64)).await;
    progress.finish();
    match rooms {
        Ok((mut rooms, unreadable)) => {
            unreadable.iter().for_each(|problem| context.leave_out(problem));
            rooms.retain(|room| filter.matches(room));
            Ok(rooms)
        }
        // Only the function of the filter can be missing.
        Err(error) if error.kind == FailureKind::NotFound && service_filter.uri.is_some() => {
            Ok(Vec::new())
        }
        Err(error) => Err(advised(&error)),
    }
}

async fn get(service: &Service, arns: &[RoomArn]) -> anyhow::Result<Vec<Room>> {
    let progress = Progress::new("rooms read", Some(arns.len() as u64));
    let mut responses = stream::iter(arns)
        .map(|arn| async move { (arn, service.get_room(arn).await) })
        .buffered(IN_FLIGHT);
    let mut rooms = Vec::with_capacity(arns.len());
    let mut missing = Vec::new();
    while let Some((arn, response)) = responses.next().await {
        match response {
            Ok((room, _)) => rooms.push(room),
            Err(ServiceError { kind: FailureKind::NotFound, .. }) => missing.push(arn.as_str()),
            Err(error) => return Err(advised(&error)),
        }
        progress.advance(1);
    }
    progress.finish();
    if missing.is_empty() {
        return Ok(rooms);
    }
    let named = missing.iter().take(MAX_NAMED).copied().collect::<Vec<_>>().join(", ");
    Err(anyhow!(
        "{} not found: {named}{}; `ivs-review rooms list` shows all rooms",
        count(missing.len(), "room", "rooms"),
        if missing.len() > MAX_NAMED { ", …" } else { "" },
    ))
}

fn described(filter: &Filter) -> String {
    let name = filter.name.iter().map(|name| format!("named `{name}`"));
    let tags = filter.tags.iter().map(|(key, value)| format!("tagged `{key}={value}`"));
    let attached = filter.attached_to.iter().map(|function| format!("attached to {function}"));
    display_safe(&name.chain(tags).chain(attached).collect::<Vec<_>>().join(" and ")).into_owned()
}
