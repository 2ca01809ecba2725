//! `rooms update`: changes the name, message rate and message length of a room, and nothing else.

use anyhow::bail;
use ivs_chat_review::provision::invalid_argument::InvalidArgument;
use ivs_chat_review::provision::name::Name;
use ivs_chat_review::provision::settings::{MessageLength, MessageRate, NewSettings};

use crate::Outcome;
use crate::rooms::args::room::{SettingsArgs, UpdateArgs};
use crate::rooms::context::CommandContext;
use crate::rooms::reconcile::reconcile_one;
use crate::rooms::ui::argument_errors::ArgumentErrors;
use crate::rooms::ui::details::{self, Subject, settings};

pub(crate) async fn run(args: &UpdateArgs) -> anyhow::Result<Outcome> {
    let mut errors = ArgumentErrors::default();
    let new = new_settings(&args.settings, &mut errors);
    errors.finish()?;
    let new = new?;
    if new.is_empty() {
        bail!("nothing to update: pass --name, --message-rate or --message-length");
    }
    let room = &args.target.room;
    let context =
        CommandContext::open(&args.target.common.connect, std::slice::from_ref(room), []).await?;
    context.finish_in_flight()?;
    let service = &context.service;
    let reconciled = reconcile_one(
        service,
        async || service.try_get_room(room).await.map(|(room, details)| settings(&room, &details)),
        |now| Ok(Some(new.changes_from(now)).filter(|new| !new.is_empty())),
        async |new, now| service.try_update_settings(room, &new, now).await,
    )
    .await?;
    details::print_change(args.target.common.format, Subject::Room(room.clone()), &reconciled)?;
    Ok(Outcome::Fine)
}

/// Checks the settings of the arguments.
pub(crate) fn new_settings(
    args: &SettingsArgs,
    errors: &mut ArgumentErrors,
) -> Result<NewSettings, InvalidArgument> {
    let name = errors.check("--name", args.name.as_deref().map(Name::parse).transpose());
    let rate = args.message_rate.as_deref().map(MessageRate::parse).transpose();
    let rate = errors.check("--message-rate", rate);
    let length = args.message_length.as_deref().map(MessageLength::parse).transpose();
    let length = errors.check("--message-length", length);
    Ok(NewSettings { name: name?, rate: rate?, length: length? })
}
