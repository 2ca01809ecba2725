//! `rooms logging attach` and `detach`: which logging configurations a room has.

use ivs_chat_review::provision::account_region::Place;
use ivs_chat_review::provision::arn::LoggingArn;
use ivs_chat_review::provision::invalid_argument::InvalidArgument;
use ivs_chat_review::provision::logging_attachment::{attached, detached};

use crate::Outcome;
use crate::rooms::args::logging::{AttachArgs, LoggingDetachArgs};
use crate::rooms::context::Session;
use crate::rooms::reconcile::reach;
use crate::rooms::ui::confirm;
use crate::rooms::ui::details::{self, Attachments, Subject, Value};

pub(super) async fn attach(args: &AttachArgs) -> anyhow::Result<Outcome> {
    change(args, |now| attached(now, &args.logging)).await
}

pub(super) async fn detach(args: &LoggingDetachArgs) -> anyhow::Result<Outcome> {
    let (yes, args) = (args.confirm.yes, &args.what);
    confirm::check(yes, "stops the logging of a room", "stop it")?;
    let arns = args.logging.iter().map(LoggingArn::to_string).collect();
    let rows = [("room", args.room.as_str().into()), ("logging", Value::List(arns))];
    confirm::sure(yes, &rows, "Write this room's chat there no longer?")?;
    change(args, |now| Ok(detached(now, &args.logging))).await
}

/// Reads the list of a room and sends another, since the service takes only whole ones.
async fn change(
    args: &AttachArgs,
    decide: impl Fn(&[String]) -> Result<Option<Vec<String>>, InvalidArgument>,
) -> anyhow::Result<Outcome> {
    let room = &args.room;
    let mut place = Place::default();
    place.room(room)?;
    args.logging.iter().try_for_each(|logging| place.logging(logging))?;
    let session = Session::open_at(&args.common.connect, place).await?;
    session.finish_what_is_sent()?;
    let service = &session.service;
    let reached = reach(
        service,
        async || {
            let (_, details) = service.try_get_room(room).await?;
            Ok(Attachments { logging: details.logging })
        },
        |now| decide(&now.logging),
        async |list, _| {
            let logging = service.try_update_attachments(room, &list).await?;
            Ok(Attachments { logging })
        },
    )
    .await?;
    details::tell_reached(args.common.format, Subject::Room(room.clone()), &reached)?;
    Ok(Outcome::Fine)
}
