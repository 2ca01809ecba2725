//! `rooms show`.

use super::args::room::ShowArgs;
use super::card::{self, RoomCard};
use super::explain::explained;
use super::session::Session;
use crate::Outcome;

pub(crate) async fn run(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let session = Session::open(&args.connect, std::slice::from_ref(&args.room), []).await?;
    let room = session.service.get_room(&args.room).await;
    let (room, details) = room.map_err(|error| explained(&error))?;
    card::tell(args.output.format, &RoomCard::new(room, details))?;
    Ok(Outcome::Fine)
}
