//! `rooms show`.

use crate::Outcome;
use crate::rooms::args::room::ShowArgs;
use crate::rooms::context::Session;
use crate::rooms::ui::advice::explained;
use crate::rooms::ui::details::{self, RoomCard};

pub(crate) async fn run(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let session = Session::open(&args.connect, std::slice::from_ref(&args.room), []).await?;
    let room = session.service.get_room(&args.room).await;
    let (room, details) = room.map_err(|error| explained(&error))?;
    details::tell(args.output.format, &RoomCard::new(room, details))?;
    Ok(Outcome::Fine)
}
