//! `rooms show`.

use crate::Outcome;
use crate::rooms::args::RoomRef;
use crate::rooms::context::Session;
use crate::rooms::ui::advice::explained;
use crate::rooms::ui::details::{self, RoomCard};

pub(crate) async fn run(args: &RoomRef) -> anyhow::Result<Outcome> {
    let session = Session::open(&args.common.connect, std::slice::from_ref(&args.room), []).await?;
    let room = session.service.get_room(&args.room).await;
    let (room, details) = room.map_err(|error| explained(&error))?;
    details::tell(args.common.format, &RoomCard::new(room, details))?;
    Ok(Outcome::Fine)
}
