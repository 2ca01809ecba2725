//! `rooms logging attach` and `detach`: changes the logging configurations of a room.

use ivs_chat_review::provision::account_region::AccountRegion;
use ivs_chat_review::provision::arn::LoggingArn;
use ivs_chat_review::provision::invalid_argument::InvalidArgument;
use ivs_chat_review::provision::logging_attachment::{with_attached, with_detached};

use crate::Outcome;
use crate::rooms::args::logging::{AttachArgs, LoggingDetachArgs};
use crate::rooms::context::CommandContext;
use crate::rooms::reconcile::reconcile_one;
use crate::rooms::ui::confirm;
use crate::rooms::ui::details::{self, Attachments, Subject, Value};

pub(super) async fn attach(args: &AttachArgs) -> anyhow::Result<Outcome> {
    change(args, |now| with_attached(now, &args.logging)).await
}

pub(super) async fn detach(args: &LoggingDetachArgs) -> anyhow::Result<Outcome> {
    let (yes, args) = (args.confirm.yes, &args.attachment);
    confirm::check(yes)?;
    let arns = args.logging.iter().map(LoggingArn::to_string).collect();
    let rows = [("room", args.room.as_str().into()), ("logging", Value::List(arns))];
    confirm::require(yes, &rows, "Detach these logging configurations?")?;
    change(args, |now| Ok(with_detached(now, &args.logging))).await
}

/// Reads the list of a room and sends the new list: the service only accepts complete lists.
async fn change(
    args: &AttachArgs,
    decide: impl Fn(&[String]) -> Result<Option<Vec<String>>, InvalidArgument>,
) -> anyhow::Result<Outcome> {
    let room = &args.room;
    let mut account_region = AccountRegion::default();
    account_region.room(room)?;
    args.logging.iter().try_for_each(|logging| account_region.logging(logging))?;
    let context = CommandContext::open_at(&args.common.connect, account_region).await?;
    context.finish_in_flight()?;
    let service = &context.service;
    let reconciled = reconcile_one(
        service,
        async || {
            let (room, _) = service.try_get_room(room).await?;
            Ok(Attachments { logging: room.logging })
        },
        |now| decide(&now.logging),
        async |list, _| {
            let logging = service.try_update_attachments(room, &list).await?;
            Ok(Attachments { logging })
        },
    )
    .await?;
    details::print_change(args.common.format, Subject::Room(room.clone()), &reconciled)?;
    Ok(Outcome::Fine)
}
