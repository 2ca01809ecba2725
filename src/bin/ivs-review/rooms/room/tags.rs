//! `rooms tag`, `untag` and `tags`.

use std::collections::BTreeMap;

use ivs_chat_review::provision::account_region::Place;
use ivs_chat_review::provision::arn::TaggableArn;
use ivs_chat_review::provision::tags::{self, Tags};
use serde::Serialize;

use crate::Outcome;
use crate::rooms::args::room::{TagArgs, TagsArgs, UntagArgs};
use crate::rooms::client::ConnectArgs;
use crate::rooms::context::Session;
use crate::rooms::reconcile::reach;
use crate::rooms::ui::advice::explained;
use crate::rooms::ui::argument_errors::Problems;
use crate::rooms::ui::details::{self, Card, Row, Subject, TagList};

pub(crate) async fn tag(args: &TagArgs) -> anyhow::Result<Outcome> {
    let mut problems = Problems::default();
    let tags = problems.each("KEY=VALUE", &args.tags, tags::tag);
    let tags = tags.and_then(|tags| problems.at("KEY=VALUE", Tags::new(tags)));
    problems.end()?;
    let (tags, arn) = (tags?, &args.resource);
    let session = open(&args.common.connect, arn).await?;
    session.finish_what_is_sent()?;
    let service = &session.service;
    let reached = reach(
        service,
        async || service.try_list_tags(arn).await.map(|tags| TagList { tags }),
        |now| Ok(Some(tags.lacking(&now.tags)?).filter(|lacking| !lacking.is_empty())),
        async |lacking, now| {
            service.try_tag(arn, &lacking).await?;
            let mut tags = now.tags.clone();
            tags.extend(lacking.iter().map(|(key, value)| (key.clone(), value.clone())));
            Ok(TagList { tags })
        },
    )
    .await?;
    details::tell_reached(args.common.format, subject(arn), &reached)?;
    Ok(Outcome::Fine)
}

pub(crate) async fn untag(args: &UntagArgs) -> anyhow::Result<Outcome> {
    let mut problems = Problems::default();
    let keys = problems.each("KEY", &args.keys, tags::key);
    problems.end()?;
    let (keys, arn) = (keys?, &args.resource);
    let session = open(&args.common.connect, arn).await?;
    session.finish_what_is_sent()?;
    let service = &session.service;
    // At most as many as there are, which are no more than a call takes.
    let there = |tags: &BTreeMap<String, String>| -> Vec<String> {
        tags.keys().filter(|key| keys.contains(key)).cloned().collect()
    };
    let reached = reach(
        service,
        async || service.try_list_tags(arn).await.map(|tags| TagList { tags }),
        |now| Ok(Some(there(&now.tags)).filter(|keys| !keys.is_empty())),
        async |keys, now| {
            service.try_untag(arn, &keys).await?;
            let mut tags = now.tags.clone();
            tags.retain(|key, _| !keys.contains(key));
            Ok(TagList { tags })
        },
    )
    .await?;
    details::tell_reached(args.common.format, subject(arn), &reached)?;
    Ok(Outcome::Fine)
}

pub(crate) async fn list(args: &TagsArgs) -> anyhow::Result<Outcome> {
    let arn = &args.resource;
    let session = open(&args.common.connect, arn).await?;
    let read = async || session.service.try_list_tags(arn).await;
    let tags = session.service.persist(read).await.map_err(|error| explained(&error))?;
    details::tell(args.common.format, &Tagged { resource: arn.as_str(), list: TagList { tags } })?;
    Ok(Outcome::Fine)
}

async fn open(connect: &ConnectArgs, arn: &TaggableArn) -> anyhow::Result<Session> {
    let mut place = Place::default();
    place.taggable(arn)?;
    Session::open_at(connect, place).await
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

impl Card for Tagged<'_> {
    fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = vec![("resource", self.resource.into())];
        rows.extend(self.list.rows());
        rows
    }
}
