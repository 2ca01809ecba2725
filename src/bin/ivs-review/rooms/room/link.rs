//! `rooms link`: links a room to a video channel by its tag, and changes nothing else.

use std::collections::BTreeMap;

use anyhow::anyhow;
use ivs_chat_review::provision::account_region::AccountRegion;
use ivs_chat_review::provision::arn::{ChannelArn, TaggableArn};
use ivs_chat_review::provision::channel::{CHANNEL_TAG, Channel, link};
use ivs_chat_review::provision::room::{ReviewHandler, Room};
use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::room::LinkArgs;
use crate::rooms::client::FailureKind;
use crate::rooms::context::CommandContext;
use crate::rooms::fleet::channels;
use crate::rooms::reconcile::reconcile_one;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::details::{self, Details, Row, Subject};
use crate::rooms::ui::progress::note;

pub(crate) async fn run(args: &LinkArgs) -> anyhow::Result<Outcome> {
    let LinkArgs { room, channel: arn, replace, common } = args;
    let mut account_region = AccountRegion::default();
    account_region.room(room)?;
    account_region.channel(arn)?;
    let context = CommandContext::open_at(&common.connect, account_region).await?;
    context.finish_in_flight()?;
    let service = &context.service;
    let channel = read_channel(&context, arn).await?;
    let resource = TaggableArn::Room(room.clone());
    let reconciled = reconcile_one(
        service,
        async || {
            let Room { tags, handler, .. } = service.try_get_room(room).await?.0;
            Ok(Linked { tags, handler })
        },
        |now| link(&now.tags, arn, *replace),
        async |link, now| {
            service.try_tag(&resource, &link).await?;
            let mut tags = now.tags.clone();
            tags.extend(link.iter().map(|(key, value)| (key.clone(), value.clone())));
            Ok(Linked { tags, handler: now.handler.clone() })
        },
    )
    .await?;
    details::print_change(common.format, Subject::Room(room.clone()), &reconciled)?;
    let handler = &reconciled.after.as_ref().unwrap_or(&reconciled.before).handler;
    note_if_live(&context, &channel, handler).await;
    Ok(Outcome::Fine)
}

/// Reads the channel of a link.
pub(super) async fn read_channel(
    context: &CommandContext,
    arn: &ChannelArn,
) -> anyhow::Result<Channel> {
    context.service.get_channel(arn).await.map_err(|error| match error.kind {
        FailureKind::NotFound => anyhow!(
            "channel not found: {arn}; `ivs-review rooms list --channels` shows all channels"
        ),
        _ => advised(&error),
    })
}

/// Prints a note if the channel is live now, and what that means for the room. The room is linked
/// already, so a failure is only a note too.
async fn note_if_live(context: &CommandContext, channel: &Channel, handler: &ReviewHandler) {
    let stream = match context.service.get_stream(&channel.arn).await {
        Ok(Some(stream)) => stream,
        Ok(None) => return,
        Err(error) => {
            note(&format!("note: could not check whether the channel is live: {error}"));
            return;
        }
    };
    note(&format!("note: the channel is live: {}", channels::describe(&stream)));
    if handler.uri.is_empty() {
        note("warning: the room has no handler, so messages are delivered unreviewed");
    } else if handler.fails_open() {
        note("warning: the room delivers messages unreviewed when the handler fails");
    }
}

/// The link of a room. All tags are needed to know whether one more can be added.
#[derive(Clone, Serialize)]
struct Linked {
    #[serde(serialize_with = "only_channel", rename = "channel")]
    tags: BTreeMap<String, String>,
    #[serde(skip)]
    handler: ReviewHandler,
}

/// Serializes only the tag of interest.
fn only_channel<S: serde::Serializer>(
    tags: &BTreeMap<String, String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    tags.get(CHANNEL_TAG).serialize(serializer)
}

impl Details for Linked {
    fn rows(&self) -> Vec<Row> {
        let channel = self.tags.get(CHANNEL_TAG).map(String::as_str);
        vec![("channel", channel.unwrap_or_default().into())]
    }
}
