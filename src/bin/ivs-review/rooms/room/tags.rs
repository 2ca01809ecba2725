//! `rooms tag`, `untag` and `tags`.

use std::collections::BTreeMap;

use ivs_chat_review::provision::account_region::AccountRegion;
use ivs_chat_review::provision::arn::TaggableArn;
use ivs_chat_review::provision::tags::{self, Tags};
use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::room::{TagArgs, TagsArgs, UntagArgs};
use crate::rooms::client::ConnectArgs;
use crate::rooms::context::CommandContext;
use crate::rooms::reconcile::reconcile_one;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::argument_errors::ArgumentErrors;
use crate::rooms::ui::details::{self, Details, Row, Subject, TagList};

pub(crate) async fn tag(args: &TagArgs) -> anyhow::Result<Outcome> {
    let mut errors = ArgumentErrors::default();
    let tags = errors.check_each("KEY=VALUE", &args.tags, tags::tag);
    let tags = tags.and_then(|tags| errors.check("KEY=VALUE", Tags::new(tags)));
    errors.finish()?;
    let (tags, arn) = (tags?, &args.resource);
    let context = open(&args.common.connect, arn).await?;
    context.finish_in_flight()?;
    let service = &context.service;
    let reconciled = reconcile_one(
        service,
        async || service.try_list_tags(arn).await.map(|tags| TagList { tags }),
        |now| Ok(Some(tags.missing_from(&now.tags)?).filter(|missing| !missing.is_empty())),
        async |missing, now| {
            service.try_tag(arn, &missing).await?;
            let mut tags = now.tags.clone();
            tags.extend(missing.iter().map(|(key, value)| (key.clone(), value.clone())));
            Ok(TagList { tags })
        },
    )
    .await?;
    details::print_change(args.common.format, subject(arn), &reconciled)?;
    Ok(Outcome::Fine)
}

pub(crate) async fn untag(args: &UntagArgs) -> anyhow::Result<Outcome> {
    let mut errors = ArgumentErrors::default();
    let keys = errors.check_each("KEY", &args.keys, tags::key);
    errors.finish()?;
    let (keys, arn) = (keys?, &args.resource);
    let context = open(&args.common.connect, arn).await?;
    context.finish_in_flight()?;
    let service = &context.service;
    // No more than the resource has, which one call accepts.
    let existing = |tags: &BTreeMap<String, String>| -> Vec<String> {
        tags.keys().filter(|key| keys.contains(key)).cloned().collect()
    };
    let reconciled = reconcile_one(
        service,
        async || service.try_list_tags(arn).await.map(|tags| TagList { tags }),
        |now| Ok(Some(existing(&now.tags)).filter(|keys| !keys.is_empty())),
        async |keys, now| {
            service.try_untag(arn, &keys).await?;
            let mut tags = now.tags.clone();
            tags.retain(|key, _| !keys.contains(key));
            Ok(TagList { tags })
        },
    )
    .await?;
    details::print_change(args.common.format, subject(arn), &reconciled)?;
    Ok(Outcome::Fine)
}

pub(crate) async fn list(args: &TagsArgs) -> anyhow::Result<Outcome> {
    let arn = &args.resource;
    let context = open(&args.common.connect, arn).await?;
    let read = async || context.service.try_list_tags(arn).await;
    let tags = context.service.retry(read).await.map_err(|error| advised(&error))?;
    details::print(args.common.format, &Tagged { resource: arn.as_str(), list: TagList { tags } })?;
    Ok(Outcome::Fine)
}

async fn open(connect: &ConnectArgs, arn: &TaggableArn) -> anyhow::Result<CommandContext> {
    let mut account_region = AccountRegion::default();
    account_region.taggable(arn)?;
    CommandContext::open_at(connect, account_region).await
}

fn subject(arn: &TaggableArn) -> Subject {
    Subject::Resource(arn.as_str().to_owned())
}

#[derive(Serialize)]
struct Tagged<'t> {
    resource: &'t str,
    #[serde(flatten)]
    list: TagList,
}

impl Details for Tagged<'_> {
    fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = vec![("resource", self.resource.into())];
        rows.extend(self.list.rows());
        rows
    }
}
