//! `rooms delete`.

use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::room::DeleteArgs;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::{advised, advised_change};
use crate::rooms::ui::confirm;
use crate::rooms::ui::details::{self, Details, RoomView};

pub(crate) async fn run(args: &DeleteArgs) -> anyhow::Result<Outcome> {
    let yes = args.confirm.yes;
    confirm::check(yes)?;
    let arn = &args.target.room;
    let context =
        CommandContext::open(&args.target.common.connect, std::slice::from_ref(arn), []).await?;
    let room = context.service.get_room(arn).await;
    let (room, details) = room.map_err(|error| advised(&error))?;
    let name = room.name.clone();
    let view = RoomView::new(room, details);
    confirm::require(yes, &view.rows(), "Delete this room? This cannot be undone.")?;
    context.finish_in_flight()?;
    context.service.delete_room(arn).await.map_err(|error| advised_change(&error))?;
    let text = format!("deleted room {arn}{}", if name.is_empty() { "" } else { ", " }) + &name;
    let line = Deleted { room: arn.as_str(), name: &name, result: "deleted" };
    details::print_result(args.target.common.format, &text, &line)?;
    Ok(Outcome::Fine)
}

#[derive(Serialize)]
struct Deleted<'d> {
    room: &'d str,
    name: &'d str,
    result: &'static str,
}
