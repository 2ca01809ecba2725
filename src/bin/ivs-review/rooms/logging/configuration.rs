//! `rooms logging create`, `list`, `show`, `update` and `delete`.

use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::display::{abridged, display_safe};
use ivs_chat_review::provision::account_region::AccountRegion;
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
use crate::rooms::context::CommandContext;
use crate::rooms::reconcile::reconcile_one;
use crate::rooms::ui::advice::{advised, advised_change, not_retried};
use crate::rooms::ui::argument_errors::ArgumentErrors;
use crate::rooms::ui::confirm;
use crate::rooms::ui::details::{self, Details, Row, Subject};
use crate::rooms::ui::progress::note;
use crate::terminal::{count, json_line};

/// The maximum length of a name in text, in characters; the service accepts 128.
const MAX_NAME: usize = 200;

pub(super) async fn create(args: &LoggingCreateArgs) -> anyhow::Result<Outcome> {
    let mut errors = ArgumentErrors::default();
    let name = errors.check("--name", args.name.as_deref().map(Name::parse).transpose());
    let destination = destination(&args.destination, &mut errors);
    let tags = errors.check_each("--tag", &args.tag, tag);
    let tags = tags.and_then(|tags| errors.check("--tag", Tags::new(tags)));
    errors.finish()?;
    let (name, tags) = (name?, tags?);
    let Some(destination) = destination? else {
        bail!("missing destination: pass one of --s3, --cloudwatch or --firehose");
    };
    let context = CommandContext::open_at(&args.common.connect, AccountRegion::default()).await?;
    context.finish_in_flight()?;
    let created = context.service.create_logging(name.as_ref(), &destination, &tags).await;
    let configuration = created.map_err(|error| failed(&error))?;
    let arn = configuration.arn.clone().unwrap_or_default();
    details::print(args.common.format, &Created { configuration, result: "created" })
        .map_err(|error| details::output_error(io::Error::other(format!("{arn}: {error}"))))?;
    Ok(Outcome::Fine)
}

fn failed(error: &ServiceError) -> anyhow::Error {
    if !error.may_be_applied {
        return advised(error);
    }
    not_retried(
        error,
        "the logging configuration may or may not have been created",
        "`ivs-review rooms logging list`",
    )
}

pub(super) async fn list(args: &LoggingListArgs) -> anyhow::Result<Outcome> {
    let context = CommandContext::open_at(&args.common.connect, AccountRegion::default()).await?;
    let all = context.service.list_logging().await.map_err(|error| advised(&error))?;
    if all.is_empty() {
        let region = context.service.region();
        note(&format!("note: no logging configurations in {region}"));
    }
    let mut out = io::stdout().lock();
    let display_name = |configuration: &LoggingConfiguration| match &*configuration.name {
        "" => "-".to_owned(),
        name => abridged(name, MAX_NAME),
    };
    let width = all.iter().map(|one| display_name(one).width()).max().unwrap_or_default();
    let mut failures = 0;
    for one in &all {
        let error = problem(one);
        failures += usize::from(error.is_some());
        match args.common.format {
            Format::Json => writeln!(out, "{}", json_line(&Listed { configuration: one, error })?)?,
            Format::Text => {
                let name = display_name(one);
                let pad = width.saturating_sub(name.width());
                let destination = details::destination(one.destination.as_ref());
                let destination = display_safe(&destination);
                let state = display_safe(&one.state);
                let arn = display_safe(one.arn.as_deref().unwrap_or("-"));
                let error = error.map(|error| format!("; {error}")).unwrap_or_default();
                writeln!(out, "{state:<7}  {name}{:pad$}  {arn}  {destination}{error}", "")?;
            }
        }
    }
    if failures == 0 {
        return Ok(Outcome::Fine);
    }
    let failed =
        count(failures, "logging configuration has an error", "logging configurations have errors");
    note(&format!("warning: {failed}, shown in the output"));
    Ok(Outcome::Findings)
}

/// Returns why other commands cannot use a listed configuration.
fn problem(configuration: &LoggingConfiguration) -> Option<&'static str> {
    let Some(arn) = &configuration.arn else { return Some("the service returned no ARN") };
    match LoggingArn::parse(arn) {
        Ok(arn) if arn.has_known_form() => None,
        _ => Some("the form of the ARN is unknown to this version"),
    }
}

pub(super) async fn show(args: &LoggingShowArgs) -> anyhow::Result<Outcome> {
    let context = open(&args.common.connect, &args.logging).await?;
    let configuration = read(&context, &args.logging).await?;
    details::print(args.common.format, &configuration)?;
    Ok(Outcome::Fine)
}

pub(super) async fn update(args: &LoggingUpdateArgs) -> anyhow::Result<Outcome> {
    let mut errors = ArgumentErrors::default();
    let name = errors.check("--name", args.name.as_deref().map(Name::parse).transpose());
    let destination = destination(&args.destination, &mut errors);
    errors.finish()?;
    let (name, destination) = (name?, destination?);
    if name.is_none() && destination.is_none() {
        bail!("nothing to update: pass --name, --s3, --cloudwatch or --firehose");
    }
    let arn = &args.logging;
    let context = open(&args.common.connect, arn).await?;
    context.finish_in_flight()?;
    let service = &context.service;
    let reconciled = reconcile_one(
        service,
        async || service.try_get_logging(arn).await.map(Updatable::from),
        |now| {
            let name = name.clone().filter(|name| name.as_str() != now.name);
            let destination = destination.clone().filter(|it| now.destination.as_ref() != Some(it));
            Ok((name.is_some() || destination.is_some()).then_some((name, destination)))
        },
        async |(name, destination), now| {
            let answer =
                service.try_update_logging(arn, name.as_ref(), destination.as_ref()).await?;
            let name = name.map(|name| name.as_str().to_owned());
            Ok(Updatable {
                name: answer.name.or(name).unwrap_or_else(|| now.name.clone()),
                destination: answer
                    .destination
                    .unwrap_or_else(|| destination.or_else(|| now.destination.clone())),
                state: answer.state.unwrap_or_else(|| now.state.clone()),
            })
        },
    )
    .await?;
    let subject = Subject::LoggingConfiguration(arn.clone());
    details::print_change(args.common.format, subject, &reconciled)?;
    Ok(Outcome::Fine)
}

pub(super) async fn delete(args: &LoggingDeleteArgs) -> anyhow::Result<Outcome> {
    let yes = args.confirm.yes;
    confirm::check(yes)?;
    let arn = &args.logging;
    let context = open(&args.common.connect, arn).await?;
    let configuration = read(&context, arn).await?;
    confirm::require(yes, &configuration.rows(), "Delete this logging configuration?")?;
    context.finish_in_flight()?;
    context.service.delete_logging(arn).await.map_err(|error| advised_change(&error))?;
    let name = &configuration.name;
    let text =
        format!("deleted logging configuration {arn}{}", if name.is_empty() { "" } else { ", " });
    let line = Deleted { logging: arn, name, result: "deleted" };
    details::print_result(args.common.format, &(text + name), &line)?;
    Ok(Outcome::Fine)
}

async fn open(connect: &ConnectArgs, arn: &LoggingArn) -> anyhow::Result<CommandContext> {
    let mut account_region = AccountRegion::default();
    account_region.logging(arn)?;
    CommandContext::open_at(connect, account_region).await
}

async fn read(context: &CommandContext, arn: &LoggingArn) -> anyhow::Result<LoggingConfiguration> {
    let read = async || context.service.try_get_logging(arn).await;
    context.service.retry(read).await.map_err(|error| advised(&error))
}

/// Checks the destination of the arguments, of which clap accepts at most one.
fn destination(
    args: &DestinationArgs,
    errors: &mut ArgumentErrors,
) -> Result<Option<Destination>, InvalidArgument> {
    let s3 = args.s3.as_deref().map(Destination::s3).transpose();
    let logs = args.cloudwatch.as_deref().map(Destination::cloud_watch_logs).transpose();
    let firehose = args.firehose.as_deref().map(Destination::firehose).transpose();
    let s3 = errors.check("--s3", s3);
    let logs = errors.check("--cloudwatch", logs);
    let firehose = errors.check("--firehose", firehose);
    Ok(s3?.or(logs?).or(firehose?))
}

/// The properties that can be updated, and the state.
#[derive(Clone, Serialize)]
struct Updatable {
    name: String,
    #[serde(rename = "destinationConfiguration")]
    destination: Option<Destination>,
    state: String,
}

impl From<LoggingConfiguration> for Updatable {
    fn from(configuration: LoggingConfiguration) -> Updatable {
        let LoggingConfiguration { name, destination, state, .. } = configuration;
        Updatable { name, destination, state }
    }
}

impl Details for Updatable {
    fn rows(&self) -> Vec<Row> {
        vec![
            ("name", (&self.name).into()),
            ("destination", details::destination(self.destination.as_ref()).into()),
            ("state", (&self.state).into()),
        ]
    }
}

#[derive(Serialize)]
struct Listed<'c> {
    #[serde(flatten)]
    configuration: &'c LoggingConfiguration,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

#[derive(Serialize)]
struct Created {
    #[serde(flatten)]
    configuration: LoggingConfiguration,
    result: &'static str,
}

impl Details for Created {
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
