//! Reads the selected rooms from the service.

use anyhow::bail;
use futures_util::{StreamExt, stream};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::arn::{FunctionArn, LoggingArn, RoomArn};
use ivs_chat_review::provision::channel::RoomIndex;
use ivs_chat_review::provision::pair;
use ivs_chat_review::provision::room::{ListedRoom, Room};
use ivs_chat_review::provision::selection::{Filter, Selection};

use super::channels;
use super::failure_streak::FailureStreak;
use crate::rooms::IN_FLIGHT;
use crate::rooms::client::{FailureKind, ListFilter, RoomDetails, Service, ServiceError};
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::progress::{Progress, note};
use crate::terminal::{count, first_ten};

/// The selected rooms.
#[derive(Default)]
pub(crate) struct Selected {
    pub(crate) rooms: Vec<Room>,
    pub(crate) failed: Vec<FailedRoom>,
}

/// A selected room that cannot be processed.
pub(crate) struct FailedRoom {
    /// The ARN as the service returned it, if it did.
    pub(crate) arn: Option<String>,
    /// The name, if it is known.
    pub(crate) name: Option<String>,
    pub(crate) error: ServiceError,
}

impl FailedRoom {
    /// Returns the name for the width of a column.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }
}

/// Rooms that were read by their ARNs, with the details that only this shows.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) rooms: Vec<(Room, RoomDetails)>,
    pub(crate) failed: Vec<FailedRoom>,
}

/// Reads all rooms, including those that cannot be processed. A list is read completely before
/// anything is changed: it is sorted by the time of the last change (Amazon IVS Chat API Reference,
/// "ListRooms"), so changes during reading would hide rooms.
pub(crate) async fn all(context: &CommandContext) -> anyhow::Result<Vec<ListedRoom>> {
    list(context, &Filter::default()).await
}

/// Reads the rooms of live channels that match a filter. The service cannot filter the list, because
/// every room is needed to know which ones belong to a channel.
pub(crate) async fn live(
    context: &CommandContext,
    filter: &Filter,
) -> anyhow::Result<Vec<ListedRoom>> {
    let rooms = all(context).await?;
    let live = channels::live(context).await?;
    let index = RoomIndex::new(&rooms);
    channels::warn_without_room(&live, &index);
    Ok(channels::rooms_of_live(&rooms, &live, &index, filter))
}

/// Reads the selected rooms.
async fn read(context: &CommandContext, selection: &Selection) -> anyhow::Result<Selected> {
    let listed = match selection {
        Selection::All => all(context).await?,
        Selection::Matching(filter) => list(context, filter).await?,
        Selection::Live(filter) => live(context, filter).await?,
        Selection::Rooms(arns) => {
            let Found { rooms, failed } = get(&context.service, arns).await?;
            return Ok(Selected {
                rooms: rooms.into_iter().map(|(room, _)| room).collect(),
                failed,
            });
        }
    };
    Selected::of(context, listed)
}

impl Selected {
    /// Separates listed rooms from those that cannot be processed.
    ///
    /// # Errors
    ///
    /// If none is left because of the account or Region of rooms: the credentials may belong to
    /// another account than the function.
    pub(super) fn of(
        context: &CommandContext,
        listed: Vec<ListedRoom>,
    ) -> anyhow::Result<Selected> {
        let mut selected = Selected::default();
        let mut elsewhere = None;
        for room in listed {
            let arn = match known_arn(&room) {
                Ok(arn) => context.check_room(&arn).map(|()| arn).map_err(|error| {
                    let error = error.to_string();
                    elsewhere.get_or_insert_with(|| error.clone());
                    error
                }),
                Err(problem) => Err(format!("{problem}, so the room was not processed")),
            };
            match arn {
                Ok(arn) => selected.rooms.push(room.with_arn(arn)),
                Err(problem) => selected.failed.push(FailedRoom {
                    arn: room.arn,
                    name: Some(room.name),
                    error: ServiceError::not_processed(&problem),
                }),
            }
        }
        match elsewhere {
            Some(error) if selected.rooms.is_empty() => bail!(error),
            _ => Ok(selected),
        }
    }

    /// Returns an error if several rooms have the name of the filter, which is meant for one.
    pub(super) fn check_name(&self, filter: &Filter) -> anyhow::Result<()> {
        let count = self.rooms.len() + self.failed.len();
        if let (Some(name), 2..) = (&filter.name, count) {
            let known = self.rooms.iter().map(|room| room.arn.as_str());
            let unknown = self.failed.iter().map(|room| room.arn.as_deref().unwrap_or("-"));
            let arns = first_ten(known.chain(unknown).map(display_safe));
            bail!("{count} rooms have the name `{name}`; select one with --room: {arns}");
        }
        Ok(())
    }
}

/// Returns the ARN of a listed room. Others than those of the documented form are never sent, unless
/// they are arguments of the command.
pub(crate) fn known_arn(room: &ListedRoom) -> Result<RoomArn, &'static str> {
    let Some(arn) = &room.arn else { return Err("the service returned no ARN") };
    let arn = RoomArn::parse(arn).ok().filter(RoomArn::has_known_form);
    arn.ok_or("the form of the ARN is unknown to this version")
}

/// Reads the selected rooms, as [`read`] does. It is an error if none is selected, or several by one name.
pub(crate) async fn read_nonempty(
    context: &CommandContext,
    selection: &Selection,
) -> anyhow::Result<Selected> {
    let selected = read(context, selection).await?;
    let is_empty = selected.rooms.is_empty() && selected.failed.is_empty();
    let no_match = || no_match(selection, context.service.region());
    match selection {
        Selection::All | Selection::Rooms(_) if is_empty => bail!(no_match()),
        Selection::All | Selection::Rooms(_) => {}
        Selection::Live(filter) => {
            selected.check_name(filter)?;
            // Outside of shows no channel is live, which is a success for a scheduled command.
            if is_empty && !context.has_channel_problems() {
                note(&format!("note: {}", no_match()));
            }
        }
        Selection::Matching(filter) => {
            selected.check_name(filter)?;
            // With --attached-to or --logging alone, no match is a success: a second run of `detach`
            // finds no room.
            if is_empty && (filter.name.is_some() || !filter.tags.is_empty()) {
                let more = if filter.tags.is_empty() { "" } else { " --details" };
                bail!("{}; `ivs-review rooms list{more}` shows all rooms", no_match());
            }
        }
    }
    Ok(selected)
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

/// Reads the rooms that match a filter, as [`all`] does.
pub(crate) async fn list(
    context: &CommandContext,
    filter: &Filter,
) -> anyhow::Result<Vec<ListedRoom>> {
    let service = &context.service;
    let progress = Progress::new("rooms read", None);
    // It is not documented how the service filters by versions and aliases.
    let uri = filter.attached_to.as_ref().filter(|function| !function.is_qualified());
    let service_filter = ListFilter {
        name: filter.name.clone(),
        uri: uri.map(FunctionArn::to_string),
        logging: filter.logging.as_ref().map(LoggingArn::to_string),
    };
    let rooms = service.list_rooms(&service_filter, |read| progress.set(read as u64)).await;
    progress.finish();
    match rooms {
        Ok(mut rooms) => {
            rooms.retain(|room| filter.matches(room));
            Ok(rooms)
        }
        // Only the function or the logging configuration of the filter can be missing.
        Err(error)
            if error.kind == FailureKind::NotFound
                && (service_filter.uri.is_some() || service_filter.logging.is_some()) =>
        {
            Ok(Vec::new())
        }
        Err(error) => Err(advised(&error)),
    }
}

/// Reads rooms by their ARNs. A room that cannot be read fails alone, unless all do, or one does not
/// exist, which is a mistake in the arguments.
pub(crate) async fn get(service: &Service, arns: &[RoomArn]) -> anyhow::Result<Found> {
    let progress = Progress::new("rooms read", Some(arns.len() as u64));
    let mut responses = stream::iter(arns)
        .map(|arn| async move { (arn, service.get_room(arn).await) })
        .buffered(IN_FLIGHT);
    let mut found = Found::default();
    let mut missing = Vec::new();
    let mut streak = FailureStreak::Start;
    while let Some((arn, response)) = responses.next().await {
        match response {
            Ok(room) => {
                streak = FailureStreak::Ended;
                found.rooms.push(room);
            }
            Err(ServiceError { kind: FailureKind::NotFound, .. }) => missing.push(arn.as_str()),
            Err(error) if streak.ends_with(&error) => return Err(advised(&error)),
            Err(error) => {
                found.failed.push(FailedRoom { arn: Some(arn.to_string()), name: None, error });
            }
        }
        progress.advance(1);
    }
    progress.finish();
    if !missing.is_empty() {
        let rooms = count(missing.len(), "room", "rooms");
        let named = first_ten(missing);
        bail!("{rooms} not found: {named}; `ivs-review rooms list` shows all rooms");
    }
    match found.failed.first() {
        Some(FailedRoom { error, .. }) if found.rooms.is_empty() => Err(advised(error)),
        _ => Ok(found),
    }
}

fn described(filter: &Filter) -> String {
    let name = filter.name.iter().map(|name| format!("named `{name}`"));
    let tags =
        filter.tags.iter().map(|(key, value)| format!("tagged `{}`", pair::join(key, value)));
    let attached = filter.attached_to.iter().map(|function| format!("attached to {function}"));
    let logged = filter.logging.iter().map(|logging| format!("logged by {logging}"));
    let all = name.chain(tags).chain(attached).chain(logged);
    display_safe(&all.collect::<Vec<_>>().join(" and ")).into_owned()
}
