//! `rooms disconnect`.

use ivs_chat_review::provision::chat_actions::Reason;
use ivs_chat_review::provision::user_id::UserId;
use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::chat::DisconnectArgs;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised_change;
use crate::rooms::ui::argument_errors::ArgumentErrors;
use crate::rooms::ui::confirm;
use crate::rooms::ui::details;

pub(crate) async fn run(args: &DisconnectArgs) -> anyhow::Result<Outcome> {
    let mut errors = ArgumentErrors::default();
    let user = errors.check("--user", UserId::parse(&args.user));
    let reason = args.reason.reason.as_deref().map(Reason::parse).transpose();
    let reason = errors.check("--reason", reason);
    errors.finish()?;
    let (user, reason, room, yes) = (user?, reason?, &args.target.room, args.confirm.yes);
    confirm::check(yes)?;
    let context =
        CommandContext::open(&args.target.common.connect, std::slice::from_ref(room), []).await?;
    confirm::require(
        yes,
        &[("room", room.as_str().into())],
        "Disconnect this user from the room?",
    )?;
    context.finish_in_flight()?;
    let disconnected = context.service.disconnect_user(room, &user, reason.as_ref()).await;
    disconnected.map_err(|error| advised_change(&error))?;
    let text = format!("disconnected the user from {room}");
    let line = Disconnected { room: room.as_str(), result: "disconnected" };
    details::print_result(args.target.common.format, &text, &line)?;
    Ok(Outcome::Fine)
}

#[derive(Serialize)]
struct Disconnected<'d> {
    room: &'d str,
    result: &'static str,
}
