//! `doctor`: whether a function reviews the messages of its rooms.
//!
//! Each check reads what it needs, and is made even if another one found a problem. A check that lacks
//! a permission is reported as not checked.

mod alarms;
mod chat;
mod check;
mod configuration;
mod invoke_only;
mod permission;
mod replies;
mod rooms;
mod samples;

use anyhow::bail;
use ivs_chat_review::provision::arn::FunctionArn;
use ivs_chat_review::provision::selection::Selection;

use self::check::{Check, Report};
use self::replies::AT_ONCE;
use self::rooms::RoomsFound;
use super::args::DoctorArgs;
use crate::Outcome;
use crate::rooms::client::{FailureKind, ServiceError};
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::{advice, advised};
use crate::rules_dir::RuleFolder;

pub(crate) async fn run(args: &DoctorArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.selection()?;
    let folder = RuleFolder::open_quietly(&args.folder.path)?;
    let context = match &selection {
        Some(selection) => {
            CommandContext::open_for(&args.connect, selection, args.handler.arn()).await?
        }
        None => CommandContext::open(&args.connect, &[], args.handler.arn()).await?,
    };
    let report = Report::new(args.format);
    let function = match context.service.get_function(&args.handler.to_string()).await {
        Ok(function) => function,
        Err(error) if error.kind == FailureKind::NotFound => {
            let region = context.service.region();
            report.check(&Check::problem(
                "function",
                format!("the function {} does not exist in {region}", args.handler),
                "rooms that name it deliver or block every message by their fallback",
                "deploy it, or pass the Region and profile of the account that has it",
            ))?;
            return report.end();
        }
        Err(error) if error.kind == FailureKind::NotImplemented => {
            invoke_only::checks(args, &context, &folder, &report).await?;
            return report.end();
        }
        Err(error) => return Err(advised(&error)),
    };
    let Ok(arn) = FunctionArn::parse(&function.arn) else {
        bail!("unexpected ARN `{}` of the function", function.arn);
    };
    configuration::checks(&function, context.service.region())
        .try_for_each(|it| report.check(&it))?;

    let selected = match &selection {
        Some(selection) => rooms::read(&context, selection, false).await?,
        None => match rooms::read(&context, &rooms::attached_to(&arn), true).await {
            Ok(selected) => selected,
            Err(error) => RoomsFound::unknown(&error),
        },
    };
    permission::checks(&context.service, &arn, &selected)
        .await
        .iter()
        .try_for_each(|it| report.check(it))?;
    replies::checks(&context.service, arn.as_str(), AT_ONCE, &folder, &args.folder.path)
        .await
        .iter()
        .try_for_each(|it| report.check(it))?;
    let works = !report.has_problems();
    alarms::checks(&context.service, &function).await.iter().try_for_each(|it| report.check(it))?;
    rooms::checks(&arn, &selected, &folder).iter().try_for_each(|it| report.check(it))?;
    test_chat(&context, selection.as_ref(), &selected, &arn, &folder, works, &report).await?;
    report.end()
}

/// Tests the rooms that are named with messages, and not those of another selection. `works` is whether the
/// checks of the function found no problem.
async fn test_chat(
    context: &CommandContext,
    selection: Option<&Selection>,
    selected: &RoomsFound,
    function: &FunctionArn,
    folder: &RuleFolder,
    works: bool,
    report: &Report,
) -> anyhow::Result<()> {
    if matches!(selection, Some(Selection::Rooms(_))) {
        for room in selected.rooms() {
            let checks =
                chat::checks(&context.service, function, room, &folder.engine, works).await;
            checks.iter().try_for_each(|it| report.check(it))?;
        }
    }
    Ok(())
}

/// Returns the check that was not made because of an error.
fn not_made(name: &'static str, error: &ServiceError) -> Check {
    let fix = advice(error).unwrap_or_else(|| "try again".to_owned());
    Check::not_made(name, error.to_string(), fix)
}
