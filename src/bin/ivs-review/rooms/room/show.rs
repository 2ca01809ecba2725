//! `rooms show`.

use crate::Outcome;
use crate::rooms::args::RoomRef;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::details::{self, RoomView};

pub(crate) async fn run(args: &RoomRef) -> anyhow::Result<Outcome> {
    let context =
        CommandContext::open(&args.common.connect, std::slice::from_ref(&args.room), []).await?;
    let room = context.service.get_room(&args.room).await;
    let (room, details) = room.map_err(|error| advised(&error))?;
    details::print(args.common.format, &RoomView::new(room, details))?;
    Ok(Outcome::Fine)
}
