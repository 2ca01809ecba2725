//! `rooms update`: name, rate and length, and nothing else of a room.

use anyhow::bail;
use ivs_chat_review::provision::invalid_argument::InvalidArgument;
use ivs_chat_review::provision::name::Name;
use ivs_chat_review::provision::settings::{MessageLength, MessageRate, NewSettings};

use crate::Outcome;
use crate::rooms::args::room::{SettingsArgs, UpdateArgs};
use crate::rooms::context::Session;
use crate::rooms::reconcile::reach;
use crate::rooms::ui::argument_errors::Problems;
use crate::rooms::ui::details::{self, Subject, settings};

pub(crate) async fn run(args: &UpdateArgs) -> anyhow::Result<Outcome> {
    let mut problems = Problems::default();
    let new = new_settings(&args.settings, &mut problems);
    problems.end()?;
    let new = new?;
    if new.is_empty() {
        bail!("what is to change? Say --name, --message-rate or --message-length");
    }
    let room = &args.target.room;
    let session =
        Session::open(&args.target.common.connect, std::slice::from_ref(room), []).await?;
    session.finish_what_is_sent()?;
    let service = &session.service;
    let reached = reach(
        service,
        async || service.try_get_room(room).await.map(|(room, details)| settings(&room, &details)),
        |now| Ok(Some(new.not_yet(now)).filter(|new| !new.is_empty())),
        async |new, _| service.try_update_settings(room, &new).await,
    )
    .await?;
    details::tell_reached(args.target.common.format, Subject::Room(room.clone()), &reached)?;
    Ok(Outcome::Fine)
}

/// What was typed of settings, checked.
pub(crate) fn new_settings(
    args: &SettingsArgs,
    problems: &mut Problems,
) -> Result<NewSettings, InvalidArgument> {
    let name = problems.at("--name", args.name.as_deref().map(Name::parse).transpose());
    let rate = args.message_rate.as_deref().map(MessageRate::parse).transpose();
    let rate = problems.at("--message-rate", rate);
    let length = args.message_length.as_deref().map(MessageLength::parse).transpose();
    let length = problems.at("--message-length", length);
    Ok(NewSettings { name: name?, rate: rate?, length: length? })
}
