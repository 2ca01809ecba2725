//! `rooms delete`.

use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::room::DeleteArgs;
use crate::rooms::context::Session;
use crate::rooms::ui::advice::{explained, explained_change};
use crate::rooms::ui::confirm;
use crate::rooms::ui::details::{self, Card, RoomCard};

pub(crate) async fn run(args: &DeleteArgs) -> anyhow::Result<Outcome> {
    let yes = args.confirm.yes;
    confirm::check(yes, "deletes a room", "delete it")?;
    let arn = &args.target.room;
    let session = Session::open(&args.target.common.connect, std::slice::from_ref(arn), []).await?;
    let room = session.service.get_room(arn).await;
    let (room, details) = room.map_err(|error| explained(&error))?;
    let name = room.name.clone();
    let card = RoomCard::new(room, details);
    confirm::sure(yes, &card.rows(), "Delete this room, with no way back?")?;
    session.finish_what_is_sent()?;
    session.service.delete_room(arn).await.map_err(|error| explained_change(&error))?;
    let text = format!("deleted room {arn}{}", if name.is_empty() { "" } else { ", " }) + &name;
    let line = Deleted { room: arn.as_str(), name: &name, result: "deleted" };
    details::tell_done(args.target.common.format, &text, &line)?;
    Ok(Outcome::Fine)
}

#[derive(Serialize)]
struct Deleted<'d> {
    room: &'d str,
    name: &'d str,
    result: &'static str,
}
