//! `rooms event`.

use ivs_chat_review::provision::chat_actions::EventName;
use ivs_chat_review::provision::chat_attributes::{Attributes, attribute};
use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::chat::EventArgs;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::{advised, not_retried};
use crate::rooms::ui::argument_errors::ArgumentErrors;
use crate::rooms::ui::details;
use crate::rooms::ui::progress::note;

pub(crate) async fn run(args: &EventArgs) -> anyhow::Result<Outcome> {
    let mut errors = ArgumentErrors::default();
    let name = errors.check("NAME", EventName::parse(&args.name));
    let attributes = errors.check_each("--attribute", &args.attribute, attribute);
    let attributes =
        attributes.and_then(|all| errors.check("--attribute", Attributes::of_event(all)));
    errors.finish()?;
    let (name, attributes, room) = (name?, attributes?, &args.room);
    if attributes.exceed_lower_event_limit() {
        note(
            "note: the attributes are larger than 1 KB; the AWS documentation is contradictory about whether 1 KB or 4 KB are accepted",
        );
    }
    let context =
        CommandContext::open(&args.common.connect, std::slice::from_ref(room), []).await?;
    context.finish_in_flight()?;
    let sent = context.service.send_event(room, &name, &attributes).await;
    let id = sent.map_err(|error| match error.may_be_applied {
        true => {
            not_retried(&error, "the event may or may not have been sent", "a client in the room")
        }
        false => advised(&error),
    })?;
    let line = Sent { room: room.as_str(), result: "sent", id: &id };
    details::print_result(args.common.format, &id, &line)?;
    Ok(Outcome::Fine)
}

#[derive(Serialize)]
struct Sent<'s> {
    room: &'s str,
    result: &'static str,
    id: &'s str,
}
