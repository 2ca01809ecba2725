//! `rooms create`: creates a room with its handler, or attaches the handler afterwards if the
//! service rejects it at first.

use std::io;

use anyhow::{Context, bail};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::account_region::AccountRegion;
use ivs_chat_review::provision::arn::FunctionArn;
use ivs_chat_review::provision::channel::{Channel, Link, RoomIndex, link_tag};
use ivs_chat_review::provision::desired::DesiredState;
use ivs_chat_review::provision::logging_attachment;
use ivs_chat_review::provision::name::Name;
use ivs_chat_review::provision::room::{Fallback, ReviewHandler, Room};
use ivs_chat_review::provision::settings::NewSettings;
use ivs_chat_review::provision::tags::{Tags, tag};
use serde::Serialize;

use super::link;
use super::update::new_settings;
use crate::Outcome;
use crate::rooms::args::room::CreateArgs;
use crate::rooms::client::{FailureKind, ListFilter, NewRoom, RoomDetails, ServiceError};
use crate::rooms::context::CommandContext;
use crate::rooms::fleet::change::{Executor, PlannedChange, RoomOutcome};
use crate::rooms::ui::advice::{advised, not_retried};
use crate::rooms::ui::argument_errors::ArgumentErrors;
use crate::rooms::ui::details::{self, Details, RoomView, Row};
use crate::rooms::ui::progress::note;

pub(crate) async fn run(args: &CreateArgs) -> anyhow::Result<Outcome> {
    let fallback = args.fallback.map(Fallback::from).unwrap_or_default();
    let mut new = new_room(args, fallback.clone())?;
    let context = CommandContext::open_at(&args.common.connect, account_region(args)?).await?;
    context.finish_in_flight()?;
    if let Some(channel) = &args.for_channel {
        let channel = link::read_channel(&context, channel).await?;
        name_after(&mut new.settings, &channel)?;
        check_is_new(&context, &new.settings, &channel).await?;
    }
    let created = context.service.create_room(&new).await;
    let (room, error) = match (created, &args.handler) {
        (Err(error), Some(function)) if error.kind == FailureKind::LambdaPermission => {
            note(
                "note: IVS Chat has no permission to invoke the function yet; creating the room without it, then attaching it",
            );
            let without_handler = NewRoom { handler: None, ..new };
            let created = context.service.create_room(&without_handler).await;
            let created = created.map_err(|error| failed(&error, &without_handler))?;
            attach(&context, created, function, fallback.clone()).await?
        }
        (created, _) => (created.map_err(|error| failed(&error, &new))?, None),
    };
    let ((room, details), handler) = (room, args.handler.as_ref());
    let arn = room.arn.clone();
    let created = Created { room: RoomView::new(room, details), result: "created", error };
    let printed = details::print(args.common.format, &created)
        .map_err(|error| details::output_error(io::Error::other(format!("{arn}: {error}"))));
    let (Some(error), Some(function)) = (created.error, handler) else {
        warn_about_fallback(handler, &fallback);
        printed?;
        return Ok(Outcome::Fine);
    };
    let fallback = fallback.as_str().to_lowercase();
    note(&format!(
        "error: the room was created, but the handler was not attached, so messages may be delivered unreviewed: {error}\nto attach it, run `ivs-review rooms apply --room {arn} --handler {function} --fallback {fallback}`"
    ));
    printed?;
    Ok(Outcome::Findings)
}

fn new_room(args: &CreateArgs, fallback: Fallback) -> anyhow::Result<NewRoom> {
    let mut errors = ArgumentErrors::default();
    let settings = new_settings(&args.settings, &mut errors);
    let tags = errors.check_each("--tag", &args.tag, tag);
    let link = args.for_channel.iter().map(link_tag);
    let tags = tags.map(|tags| tags.into_iter().chain(link).collect());
    let tags = tags.and_then(|tags| errors.check("--tag", Tags::new(tags)));
    let logging = errors.check("--logging", logging_attachment::initial(&args.logging));
    errors.finish()?;
    let handler = args.handler.as_ref().map(|uri| ReviewHandler { uri: uri.to_string(), fallback });
    Ok(NewRoom { settings: settings?, tags: tags?, logging: logging?, handler })
}

fn account_region(args: &CreateArgs) -> anyhow::Result<AccountRegion> {
    let mut account_region = AccountRegion::default();
    args.handler.iter().try_for_each(|function| account_region.function(function))?;
    args.logging.iter().try_for_each(|logging| account_region.logging(logging))?;
    args.for_channel.iter().try_for_each(|channel| account_region.channel(channel))?;
    Ok(account_region)
}

/// Names a room after its channel, unless it has a name.
fn name_after(settings: &mut NewSettings, channel: &Channel) -> anyhow::Result<()> {
    if settings.name.is_some() {
        return Ok(());
    }
    if channel.name.is_empty() {
        bail!("the channel has no name; pass the name of the room with --name");
    }
    let name = Name::parse(&channel.name).with_context(|| {
        let name = display_safe(&channel.name);
        format!("`{name}`, the name of the channel, is not a valid room name; pass another one with --name")
    })?;
    settings.name = Some(name);
    Ok(())
}

/// Returns an error if a room with the new name belongs to the channel already, such as one that an
/// earlier run of the command created.
async fn check_is_new(
    context: &CommandContext,
    settings: &NewSettings,
    channel: &Channel,
) -> anyhow::Result<()> {
    let Some(name) = settings.name.as_ref().filter(|name| !name.as_str().is_empty()) else {
        return Ok(());
    };
    let filter = ListFilter { name: Some(name.as_str().to_owned()), ..ListFilter::default() };
    let listed = context.service.list_rooms(&filter, |_| ()).await;
    let rooms = listed.map_err(|error| advised(&error))?;
    // Rooms with other names are not in this list. One of them may be linked to the channel, and a
    // room with its name then does not belong to it.
    let index = RoomIndex::new(&rooms);
    let (link, positions) = index.rooms_of(channel);
    let room = positions.iter().map(|&at| &rooms[at]).find(|room| room.name == name.as_str());
    let arn = display_safe(room.and_then(|room| room.arn.as_deref()).unwrap_or("-"));
    match (room, link) {
        (None, _) => Ok(()),
        (Some(_), Link::Tag) => bail!(
            "the channel has the room {arn} with this name already; pass another --name to create one more"
        ),
        (Some(_), Link::Name) => bail!(
            "a room with the name of the channel exists already: {arn}; to link it, run `ivs-review rooms link {arn} {}`, or pass another --name to create one more",
            channel.arn
        ),
    }
}

/// Attaches the handler to a new room, as `apply` does. Returns a failure with the room, which
/// exists.
async fn attach(
    context: &CommandContext,
    (room, details): (Room, RoomDetails),
    function: &FunctionArn,
    fallback: Fallback,
) -> anyhow::Result<((Room, RoomDetails), Option<String>)> {
    let desired = DesiredState::Attached {
        function: function.clone(),
        fallback: Some(fallback),
        replace: false,
    };
    let change = PlannedChange { room, desired };
    let outcome = Executor::new(context, None).one(&change).await?;
    let mut room = change.room;
    let error = match outcome {
        RoomOutcome::Changed { after, .. } => {
            room.handler = after;
            // Read for the new update time; without it, the room as created is shown.
            let now = context.service.try_get_room(&room.arn).await;
            return Ok((now.unwrap_or((room, details)), None));
        }
        RoomOutcome::Unchanged(handler) => {
            room.handler = handler;
            None
        }
        RoomOutcome::Skipped(handler) => {
            let other = handler.uri.clone();
            room.handler = handler;
            Some(format!("another client attached {other}"))
        }
        RoomOutcome::Failed(error) => Some(advised(&error).to_string()),
        RoomOutcome::Left => Some("interrupted".to_owned()),
    };
    Ok(((room, details), error))
}

/// Returns the error for a room that was not created, or may not have been.
fn failed(error: &ServiceError, new: &NewRoom) -> anyhow::Error {
    if !error.may_be_applied {
        return advised(error);
    }
    let list = match new.settings.name.as_ref().filter(|name| !name.as_str().is_empty()) {
        Some(name) => format!("`ivs-review rooms list --name {}`", name.as_str()),
        None => "`ivs-review rooms list` (newest first)".to_owned(),
    };
    not_retried(error, "the room may or may not have been created", &list)
}

fn warn_about_fallback(handler: Option<&FunctionArn>, fallback: &Fallback) {
    if handler.is_some() && *fallback == Fallback::Allow {
        note(
            "warning: this room will deliver messages unreviewed when the handler fails; use --fallback deny to block them",
        );
    }
}

#[derive(Serialize)]
struct Created {
    #[serde(flatten)]
    room: RoomView,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Details for Created {
    fn rows(&self) -> Vec<Row> {
        self.room.rows()
    }
}
