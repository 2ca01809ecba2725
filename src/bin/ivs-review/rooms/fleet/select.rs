//! Which rooms are meant, as the service has them now.

use anyhow::{anyhow, bail};
use futures_util::{StreamExt, stream};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::arn::{FunctionArn, RoomArn};
use ivs_chat_review::provision::room::Room;
use ivs_chat_review::provision::selection::{Filter, Selection};

use crate::rooms::IN_FLIGHT;
use crate::rooms::client::{FailureKind, ListFilter, Service, ServiceError};
use crate::rooms::context::Session;
use crate::rooms::ui::advice::explained;
use crate::rooms::ui::progress::Progress;
use crate::terminal::count;

/// How many rooms are named in an error.
const MAX_NAMED: usize = 10;

/// The rooms that are meant, the whole list of them read to its end: it is sorted by what was changed
/// last (Amazon IVS Chat API Reference, "ListRooms"), so that changes while reading would hide rooms.
pub(crate) async fn read(
    session: &mut Session,
    selection: &Selection,
) -> anyhow::Result<Vec<Room>> {
    let service = &session.service;
    let rooms = match selection {
        Selection::All => list(service, &Filter::default()).await?,
        Selection::Matching(filter) => list(service, filter).await?,
        Selection::Rooms(arns) => get(service, arns).await?,
    };
    // The credentials may be of another account than the function.
    rooms.iter().try_for_each(|room| session.place.room(&room.arn))?;
    Ok(rooms)
}

/// The same, for a command that something is to come of: no more and no fewer rooms than are meant.
pub(crate) async fn read_meant(
    session: &mut Session,
    selection: &Selection,
) -> anyhow::Result<Vec<Room>> {
    let rooms = read(session, selection).await?;
    let region = session.service.region();
    let Selection::Matching(filter) = selection else {
        if rooms.is_empty() {
            bail!(none(selection, region));
        }
        return Ok(rooms);
    };
    if let (Some(name), 2..) = (&filter.name, rooms.len()) {
        let arns: Vec<&str> = rooms.iter().take(MAX_NAMED).map(|room| room.arn.as_str()).collect();
        let more = if rooms.len() > MAX_NAMED { ", …" } else { "" };
        bail!(
            "{} rooms have the name `{name}`; say which by --room: {}{more}",
            rooms.len(),
            arns.join(", ")
        );
    }
    // That no room is wired to a function any longer is what a second run of a detach finds.
    if rooms.is_empty() && (filter.name.is_some() || !filter.tags.is_empty()) {
        let more = if filter.tags.is_empty() { "" } else { " --details" };
        let none = none(selection, region);
        bail!("{none}; `ivs-review rooms list{more}` shows all there are");
    }
    Ok(rooms)
}

/// That no room is meant.
pub(crate) fn none(selection: &Selection, region: &str) -> String {
    match selection {
        Selection::Matching(filter) => format!("no room in {region} is {}", described(filter)),
        _ => format!("there are no rooms in {region}; --profile and --region say where to look"),
    }
}

async fn list(service: &Service, filter: &Filter) -> anyhow::Result<Vec<Room>> {
    let progress = Progress::new("rooms read", None);
    // What the service makes of a version or alias in its filter is not documented.
    let uri = filter.wired_to.as_ref().filter(|function| !function.is_qualified());
    let filter_there =
        ListFilter { name: filter.name.clone(), uri: uri.map(FunctionArn::to_string) };
    let rooms = service.list_rooms(&filter_there, |read| progress.set(read as u64)).await;
    progress.finish();
    match rooms {
        Ok(mut rooms) => {
            rooms.retain(|room| filter.holds(room));
            Ok(rooms)
        }
        // The API knows this answer; what else could be missing than the function to filter by?
        Err(error) if error.kind == FailureKind::NotFound && filter_there.uri.is_some() => {
            Ok(Vec::new())
        }
        Err(error) => Err(explained(&error)),
    }
}

async fn get(service: &Service, arns: &[RoomArn]) -> anyhow::Result<Vec<Room>> {
    let progress = Progress::new("rooms read", Some(arns.len() as u64));
    let mut answers = stream::iter(arns)
        .map(|arn| async move { (arn, service.get_room(arn).await) })
        .buffered(IN_FLIGHT);
    let mut rooms = Vec::with_capacity(arns.len());
    let mut missing = Vec::new();
    while let Some((arn, answer)) = answers.next().await {
        match answer {
            Ok((room, _)) => rooms.push(room),
            Err(ServiceError { kind: FailureKind::NotFound, .. }) => missing.push(arn.as_str()),
            Err(error) => return Err(explained(&error)),
        }
        progress.advance(1);
    }
    progress.finish();
    if missing.is_empty() {
        return Ok(rooms);
    }
    let named = missing.iter().take(MAX_NAMED).copied().collect::<Vec<_>>().join(", ");
    Err(anyhow!(
        "{} {} not there: {named}{}; `ivs-review rooms list` shows all there are",
        count(missing.len(), "room", "rooms"),
        if missing.len() == 1 { "is" } else { "are" },
        if missing.len() > MAX_NAMED { ", …" } else { "" },
    ))
}

fn described(filter: &Filter) -> String {
    let name = filter.name.iter().map(|name| format!("named `{name}`"));
    let tags = filter.tags.iter().map(|(key, value)| format!("tagged `{key}={value}`"));
    let wired = filter.wired_to.iter().map(|function| format!("wired to {function}"));
    display_safe(&name.chain(tags).chain(wired).collect::<Vec<_>>().join(" and ")).into_owned()
}
