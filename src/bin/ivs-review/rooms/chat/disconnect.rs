//! `rooms disconnect`.

use ivs_chat_review::provision::chat_actions::Reason;
use ivs_chat_review::provision::user_id::UserId;
use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::chat::DisconnectArgs;
use crate::rooms::context::Session;
use crate::rooms::ui::advice::explained_change;
use crate::rooms::ui::argument_errors::Problems;
use crate::rooms::ui::confirm;
use crate::rooms::ui::details;

pub(crate) async fn run(args: &DisconnectArgs) -> anyhow::Result<Outcome> {
    let mut problems = Problems::default();
    let user = problems.at("--user", UserId::parse(&args.user));
    let reason = args.reason.reason.as_deref().map(Reason::parse).transpose();
    let reason = problems.at("--reason", reason);
    problems.end()?;
    let (user, reason, room, yes) = (user?, reason?, &args.target.room, args.confirm.yes);
    confirm::check(yes, "throws a user out", "do so")?;
    let session =
        Session::open(&args.target.common.connect, std::slice::from_ref(room), []).await?;
    confirm::sure(yes, &[("room", room.as_str().into())], "Throw this user out of it?")?;
    session.finish_what_is_sent()?;
    let gone = session.service.disconnect_user(room, &user, reason.as_ref()).await;
    gone.map_err(|error| explained_change(&error))?;
    let text = format!("disconnected the user from {room}");
    let line = Disconnected { room: room.as_str(), result: "disconnected" };
    details::tell_done(args.target.common.format, &text, &line)?;
    Ok(Outcome::Fine)
}

#[derive(Serialize)]
struct Disconnected<'d> {
    room: &'d str,
    result: &'static str,
}
