//! `rooms create`: a room, and then its handler if the service does not take both at once.

use ivs_chat_review::provision::account_region::Place;
use ivs_chat_review::provision::arn::FunctionArn;
use ivs_chat_review::provision::desired::Wish;
use ivs_chat_review::provision::logging_attachment;
use ivs_chat_review::provision::room::{Fallback, Room, Wiring};
use ivs_chat_review::provision::tags::{Tags, tag};
use serde::Serialize;

use super::update::new_settings;
use crate::Outcome;
use crate::rooms::args::room::CreateArgs;
use crate::rooms::client::{Details, FailureKind, NewRoom, ServiceError};
use crate::rooms::context::Session;
use crate::rooms::fleet::change::{Fate, Run, Step};
use crate::rooms::ui::advice::{explained, unsure};
use crate::rooms::ui::argument_errors::Problems;
use crate::rooms::ui::details::{self, Card, RoomCard, Row};
use crate::rooms::ui::progress::note;

pub(crate) async fn run(args: &CreateArgs) -> anyhow::Result<Outcome> {
    let fallback = args.fallback.map(Fallback::from).unwrap_or_default();
    let new = new_room(args, fallback)?;
    let session = Session::open_at(&args.common.connect, place(args)?).await?;
    session.finish_what_is_sent()?;
    let made = session.service.create_room(&new).await;
    let (room, error) = match (made, &args.handler) {
        (Err(error), Some(function)) if error.kind == FailureKind::LambdaPermission => {
            note(
                "note: IVS Chat may not invoke the function yet; the room is made without it, and then wired",
            );
            let bare = NewRoom { wiring: None, ..new };
            let made =
                session.service.create_room(&bare).await.map_err(|error| failed(&error, &bare))?;
            wire(&session, made, function, fallback).await?
        }
        (made, _) => (made.map_err(|error| failed(&error, &new))?, None),
    };
    let ((room, details), handler) = (room, args.handler.as_ref());
    let arn = room.arn.clone();
    let card = Created { room: RoomCard::new(room, details), result: "created", error };
    let told = details::tell(args.common.format, &card)
        .map_err(|told| details::untold(std::io::Error::other(format!("{arn}: {told}"))));
    let (Some(error), Some(function)) = (card.error, handler) else {
        warn_of_fallback(handler, fallback);
        told?;
        return Ok(Outcome::Fine);
    };
    let fallback = fallback.as_str().to_lowercase();
    note(&format!(
        "error: the room is there, but wiring it failed, so that its messages may go out unreviewed: {error}\n`ivs-review rooms apply --room {arn} --handler {function} --fallback {fallback}` wires it"
    ));
    told?;
    Ok(Outcome::Findings)
}

fn new_room(args: &CreateArgs, fallback: Fallback) -> anyhow::Result<NewRoom> {
    let mut problems = Problems::default();
    let settings = new_settings(&args.settings, &mut problems);
    let tags = problems.each("--tag", &args.tag, tag);
    let tags = tags.and_then(|tags| problems.at("--tag", Tags::new(tags)));
    let logging = problems.at("--logging", logging_attachment::first(&args.logging));
    problems.end()?;
    let wiring = args.handler.as_ref().map(|uri| Wiring { uri: uri.to_string(), fallback });
    Ok(NewRoom { settings: settings?, tags: tags?, logging: logging?, wiring })
}

fn place(args: &CreateArgs) -> anyhow::Result<Place> {
    let mut place = Place::default();
    args.handler.iter().try_for_each(|function| place.function(function))?;
    args.logging.iter().try_for_each(|logging| place.logging(logging))?;
    Ok(place)
}

/// Wires a room that was just made, as `apply` would, and tells why if that fails: the room is there.
async fn wire(
    session: &Session,
    (room, details): (Room, Details),
    function: &FunctionArn,
    fallback: Fallback,
) -> anyhow::Result<((Room, Details), Option<String>)> {
    let wish = Wish::Wire { function: function.clone(), fallback: Some(fallback), replace: false };
    let step = Step { room, wish };
    let fate = Run::new(session, None).one(&step).await?;
    let mut room = step.room;
    let error = match fate {
        Fate::Changed { after, .. } => {
            room.wiring = after;
            // It was updated since. How it was made is known in any case.
            let now = session.service.try_get_room(&room.arn).await;
            return Ok((now.unwrap_or((room, details)), None));
        }
        Fate::Unchanged(wiring) => {
            room.wiring = wiring;
            None
        }
        Fate::Foreign(wiring) => {
            let other = wiring.uri.clone();
            room.wiring = wiring;
            Some(format!("somebody else has wired it to {other}"))
        }
        Fate::Failed(error) => Some(explained(&error).to_string()),
        Fate::Left => Some("stopped".to_owned()),
    };
    Ok(((room, details), error))
}

/// Why there is no room, or may be none.
fn failed(error: &ServiceError, new: &NewRoom) -> anyhow::Error {
    if !error.is_unsure {
        return explained(error);
    }
    let list = match new.settings.name.as_ref().filter(|name| !name.as_str().is_empty()) {
        Some(name) => format!("`ivs-review rooms list --name {}`", name.as_str()),
        None => "`ivs-review rooms list`, the newest first,".to_owned(),
    };
    unsure(error, "the room may have been made or not", &list)
}

fn warn_of_fallback(handler: Option<&FunctionArn>, fallback: Fallback) {
    if handler.is_some() && fallback == Fallback::Allow {
        note(
            "warning: when the handler fails, this room will let messages out unreviewed; --fallback deny holds them back",
        );
    }
}

#[derive(Serialize)]
struct Created {
    #[serde(flatten)]
    room: RoomCard,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Card for Created {
    fn rows(&self) -> Vec<Row> {
        self.room.rows()
    }
}
