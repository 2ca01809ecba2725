//! `rooms delete-message`.

use ivs_chat_review::provision::chat_actions::{MessageId, Reason};
use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::chat::DeleteMessageArgs;
use crate::rooms::context::Session;
use crate::rooms::ui::advice::explained_change;
use crate::rooms::ui::argument_errors::Problems;
use crate::rooms::ui::confirm;
use crate::rooms::ui::details;

pub(crate) async fn run(args: &DeleteMessageArgs) -> anyhow::Result<Outcome> {
    let mut problems = Problems::default();
    let message = problems.at("MESSAGE_ID", MessageId::parse(&args.message));
    let reason = args.reason.reason.as_deref().map(Reason::parse).transpose();
    let reason = problems.at("--reason", reason);
    problems.end()?;
    let (message, reason, room, yes) = (message?, reason?, &args.room, args.confirm.yes);
    confirm::check(yes, "deletes a message", "delete it")?;
    let session = Session::open(&args.common.connect, std::slice::from_ref(room), []).await?;
    let rows = [("room", room.as_str().into()), ("message", message.as_str().into())];
    confirm::sure(yes, &rows, "Delete this message?")?;
    session.finish_what_is_sent()?;
    let deleted = session.service.delete_message(room, &message, reason.as_ref()).await;
    let event = deleted.map_err(|error| explained_change(&error))?;
    let message = message.as_str();
    let text = format!("deleted message {message} in {room}");
    let line = Deleted { room: room.as_str(), message, result: "deleted", event: &event };
    details::tell_done(args.common.format, &text, &line)?;
    Ok(Outcome::Fine)
}

#[derive(Serialize)]
struct Deleted<'d> {
    room: &'d str,
    message: &'d str,
    result: &'static str,
    /// What clients got.
    event: &'d str,
}
