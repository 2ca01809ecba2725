//! `rooms delete-message`.

use ivs_chat_review::provision::chat_actions::{MessageId, Reason};
use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::chat::DeleteMessageArgs;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised_change;
use crate::rooms::ui::argument_errors::ArgumentErrors;
use crate::rooms::ui::confirm;
use crate::rooms::ui::details;

pub(crate) async fn run(args: &DeleteMessageArgs) -> anyhow::Result<Outcome> {
    let mut errors = ArgumentErrors::default();
    let message = errors.check("MESSAGE_ID", MessageId::parse(&args.message));
    let reason = args.reason.reason.as_deref().map(Reason::parse).transpose();
    let reason = errors.check("--reason", reason);
    errors.finish()?;
    let (message, reason, room, yes) = (message?, reason?, &args.room, args.confirm.yes);
    confirm::check(yes)?;
    let context =
        CommandContext::open(&args.common.connect, std::slice::from_ref(room), []).await?;
    let rows = [("room", room.as_str().into()), ("message", message.as_str().into())];
    confirm::require(yes, &rows, "Delete this message?")?;
    context.finish_in_flight()?;
    let deleted = context.service.delete_message(room, &message, reason.as_ref()).await;
    let event = deleted.map_err(|error| advised_change(&error))?;
    let message = message.as_str();
    let text = format!("deleted message {message} in {room}");
    let line = Deleted { room: room.as_str(), message, result: "deleted", event: &event };
    details::print_result(args.common.format, &text, &line)?;
    Ok(Outcome::Fine)
}

#[derive(Serialize)]
struct Deleted<'d> {
    room: &'d str,
    message: &'d str,
    result: &'static str,
    /// The ID of the event that clients received.
    event: &'d str,
}
