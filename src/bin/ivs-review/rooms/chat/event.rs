//! `rooms event`.

use ivs_chat_review::provision::chat_actions::EventName;
use ivs_chat_review::provision::chat_attributes::{Attributes, attribute};
use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::chat::EventArgs;
use crate::rooms::context::Session;
use crate::rooms::ui::advice::{explained, unsure};
use crate::rooms::ui::argument_errors::Problems;
use crate::rooms::ui::details;
use crate::rooms::ui::progress::note;

pub(crate) async fn run(args: &EventArgs) -> anyhow::Result<Outcome> {
    let mut problems = Problems::default();
    let name = problems.at("NAME", EventName::parse(&args.name));
    let attributes = problems.each("--attribute", &args.attribute, attribute);
    let attributes =
        attributes.and_then(|all| problems.at("--attribute", Attributes::of_event(all)));
    problems.end()?;
    let (name, attributes, room) = (name?, attributes?, &args.room);
    if attributes.are_long_for_an_event() {
        note(
            "note: the attributes have over 1 KB; AWS says in one place that 4 KB are taken, and in another that 1 KB is",
        );
    }
    let session = Session::open(&args.common.connect, std::slice::from_ref(room), []).await?;
    session.finish_what_is_sent()?;
    let sent = session.service.send_event(room, &name, &attributes).await;
    let id = sent.map_err(|error| match error.is_unsure {
        true => unsure(&error, "the event may have been sent or not", "a client in the room"),
        false => explained(&error),
    })?;
    let line = Sent { room: room.as_str(), result: "sent", id: &id };
    details::tell_done(args.common.format, &id, &line)?;
    Ok(Outcome::Fine)
}

#[derive(Serialize)]
struct Sent<'s> {
    room: &'s str,
    result: &'static str,
    id: &'s str,
}
