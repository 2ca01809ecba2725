//! Logging configurations themselves, from making one to deleting it.

use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::account_region::Place;
use ivs_chat_review::provision::arn::LoggingArn;
use ivs_chat_review::provision::invalid_argument::InvalidArgument;
use ivs_chat_review::provision::logging_configuration::{Destination, LoggingConfiguration};
use ivs_chat_review::provision::name::Name;
use ivs_chat_review::provision::tags::{Tags, tag};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::Outcome;
use crate::options::Format;
use crate::rooms::args::logging::{
    DestinationArgs, LoggingCreateArgs, LoggingDeleteArgs, LoggingListArgs, LoggingShowArgs,
    LoggingUpdateArgs,
};
use crate::rooms::client::{ConnectArgs, ServiceError};
use crate::rooms::context::Session;
use crate::rooms::reconcile::reach;
use crate::rooms::ui::advice::{explained, explained_change, unsure};
use crate::rooms::ui::argument_errors::Problems;
use crate::rooms::ui::confirm;
use crate::rooms::ui::details::{self, Card, Row, Subject};
use crate::rooms::ui::progress::note;
use crate::terminal::json_line;

pub(super) async fn create(args: &LoggingCreateArgs) -> anyhow::Result<Outcome> {
    let mut problems = Problems::default();
    let name = problems.at("--name", args.name.as_deref().map(Name::parse).transpose());
    let destination = destination(&args.destination, &mut problems);
    let tags = problems.each("--tag", &args.tag, tag);
    let tags = tags.and_then(|tags| problems.at("--tag", Tags::new(tags)));
    problems.end()?;
    let (name, tags) = (name?, tags?);
    let Some(destination) = destination? else {
        bail!("where to? Say --s3 BUCKET, --cloudwatch LOG_GROUP or --firehose STREAM");
    };
    let session = Session::open_at(&args.common.connect, Place::default()).await?;
    session.finish_what_is_sent()?;
    let made = session.service.create_logging(name.as_ref(), &destination, &tags).await;
    let configuration = made.map_err(|error| failed(&error))?;
    let arn = configuration.arn.clone();
    details::tell(args.common.format, &Made { configuration, result: "created" })
        .map_err(|told| details::untold(io::Error::other(format!("{arn}: {told}"))))?;
    Ok(Outcome::Fine)
}

fn failed(error: &ServiceError) -> anyhow::Error {
    if !error.is_unsure {
        return explained(error);
    }
    unsure(
        error,
        "the logging configuration may have been made or not",
        "`ivs-review rooms logging list`",
    )
}

pub(super) async fn list(args: &LoggingListArgs) -> anyhow::Result<Outcome> {
    let session = Session::open_at(&args.common.connect, Place::default()).await?;
    let all = session.service.list_logging().await.map_err(|error| explained(&error))?;
    if all.is_empty() {
        let region = session.service.region();
        note(&format!("note: there are no logging configurations in {region}"));
    }
    let mut out = anstream::stdout().lock();
    let named = |configuration: &LoggingConfiguration| match &*configuration.name {
        "" => "-".to_owned(),
        name => display_safe(name).into_owned(),
    };
    let width = all.iter().map(|one| named(one).width()).max().unwrap_or_default();
    for one in &all {
        match args.common.format {
            Format::Json => writeln!(out, "{}", json_line(one)?)?,
            Format::Text => {
                let name = named(one);
                let pad = width.saturating_sub(name.width());
                let destination = details::destination(one.destination.as_ref());
                let (state, arn) = (display_safe(&one.state), &one.arn);
                writeln!(
                    out,
                    "{state:<7}  {name}{:pad$}  {arn}  {}",
                    "",
                    display_safe(&destination)
                )?;
            }
        }
    }
    Ok(Outcome::Fine)
}

pub(super) async fn show(args: &LoggingShowArgs) -> anyhow::Result<Outcome> {
    let session = open(&args.common.connect, &args.logging).await?;
    let configuration = read(&session, &args.logging).await?;
    details::tell(args.common.format, &configuration)?;
    Ok(Outcome::Fine)
}

pub(super) async fn update(args: &LoggingUpdateArgs) -> anyhow::Result<Outcome> {
    let mut problems = Problems::default();
    let name = problems.at("--name", args.name.as_deref().map(Name::parse).transpose());
    let destination = destination(&args.destination, &mut problems);
    problems.end()?;
    let (name, destination) = (name?, destination?);
    if name.is_none() && destination.is_none() {
        bail!("what is to change? Say --name, or one of --s3, --cloudwatch and --firehose");
    }
    let arn = &args.logging;
    let session = open(&args.common.connect, arn).await?;
    session.finish_what_is_sent()?;
    let service = &session.service;
    let reached = reach(
        service,
        async || service.try_get_logging(arn).await.map(Logged::from),
        |now| {
            let name = name.clone().filter(|name| name.as_str() != now.name);
            let destination = destination.clone().filter(|it| now.destination.as_ref() != Some(it));
            Ok((name.is_some() || destination.is_some()).then_some((name, destination)))
        },
        async |(name, destination), _| {
            let (name, destination) = (name.as_ref(), destination.as_ref());
            service.try_update_logging(arn, name, destination).await.map(Logged::from)
        },
    )
    .await?;
    let subject = Subject::LoggingConfiguration(arn.clone());
    details::tell_reached(args.common.format, subject, &reached)?;
    Ok(Outcome::Fine)
}

pub(super) async fn delete(args: &LoggingDeleteArgs) -> anyhow::Result<Outcome> {
    let yes = args.confirm.yes;
    confirm::check(yes, "deletes a logging configuration", "delete it")?;
    let arn = &args.logging;
    let session = open(&args.common.connect, arn).await?;
    let configuration = read(&session, arn).await?;
    confirm::sure(yes, &configuration.rows(), "Delete this logging configuration?")?;
    session.finish_what_is_sent()?;
    session.service.delete_logging(arn).await.map_err(|error| explained_change(&error))?;
    let name = &configuration.name;
    let text =
        format!("deleted logging configuration {arn}{}", if name.is_empty() { "" } else { ", " });
    let line = Deleted { logging: arn, name, result: "deleted" };
    details::tell_done(args.common.format, &(text + name), &line)?;
    Ok(Outcome::Fine)
}

async fn open(connect: &ConnectArgs, arn: &LoggingArn) -> anyhow::Result<Session> {
    let mut place = Place::default();
    place.logging(arn)?;
    Session::open_at(connect, place).await
}

async fn read(session: &Session, arn: &LoggingArn) -> anyhow::Result<LoggingConfiguration> {
    let read = async || session.service.try_get_logging(arn).await;
    session.service.persist(read).await.map_err(|error| explained(&error))
}

/// What was typed of a destination, checked; clap takes no two of them.
fn destination(
    args: &DestinationArgs,
    problems: &mut Problems,
) -> Result<Option<Destination>, InvalidArgument> {
    let s3 = args.s3.as_deref().map(Destination::s3).transpose();
    let logs = args.cloudwatch.as_deref().map(Destination::cloud_watch_logs).transpose();
    let firehose = args.firehose.as_deref().map(Destination::firehose).transpose();
    let s3 = problems.at("--s3", s3);
    let logs = problems.at("--cloudwatch", logs);
    let firehose = problems.at("--firehose", firehose);
    Ok(s3?.or(logs?).or(firehose?))
}

/// What can be updated, and whether it works then.
#[derive(Clone, Serialize)]
struct Logged {
    name: String,
    #[serde(rename = "destinationConfiguration")]
    destination: Option<Destination>,
    state: String,
}

impl From<LoggingConfiguration> for Logged {
    fn from(configuration: LoggingConfiguration) -> Logged {
        let LoggingConfiguration { name, destination, state, .. } = configuration;
        Logged { name, destination, state }
    }
}

impl Card for Logged {
    fn rows(&self) -> Vec<Row> {
        vec![
            ("name", (&self.name).into()),
            ("destination", details::destination(self.destination.as_ref()).into()),
            ("state", (&self.state).into()),
        ]
    }
}

#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    configuration: LoggingConfiguration,
    result: &'static str,
}

impl Card for Made {
    fn rows(&self) -> Vec<Row> {
        self.configuration.rows()
    }
}

#[derive(Serialize)]
struct Deleted<'d> {
    #[serde(rename = "loggingConfiguration")]
    logging: &'d LoggingArn,
    name: &'d str,
    result: &'static str,
}
