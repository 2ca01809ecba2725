//! An endpoint that only invokes functions, as `sam local start-lambda` and the runtime interface emulator: what can be
//! checked there.

use super::check::{Check, Report};
use super::rooms::{self, RoomsFound};
use super::{configuration, replies, test_chat};
use crate::function::args::DoctorArgs;
use crate::rooms::context::CommandContext;
use crate::rules_dir::RuleFolder;

const ELSEWHERE: &str = "run this without AWS_ENDPOINT_URL_LAMBDA after the deployment";

/// Reports the checks that need more than invocations as not made, and makes the others.
pub(super) async fn checks(
    args: &DoctorArgs,
    context: &CommandContext,
    folder: &RuleFolder,
    report: &Report,
) -> anyhow::Result<()> {
    report.check(&configuration::availability(context.service.region()))?;
    for name in ["function", "last update", "configuration", "permission", "alarms"] {
        let what = "the endpoint of Lambda only invokes functions, as `sam local start-lambda`";
        report.check(&Check::not_made(name, what, ELSEWHERE))?;
    }
    let function = args.handler.to_string();
    // The emulator has one process, and refuses a second event meanwhile.
    replies::checks(&context.service, &function, 1, folder, &args.folder.path)
        .await
        .iter()
        .try_for_each(|it| report.check(it))?;
    let works = !report.has_problems();
    let (Some(selection), Some(arn)) = (args.select.selection()?, args.handler.arn()) else {
        let what = "no rooms are selected, or the function is not named by its ARN";
        let fix = "pass --room with --handler and the ARN that the rooms have";
        return Ok(report.check(&Check::not_made("room", what, fix))?);
    };
    let selected: RoomsFound = rooms::read(context, &selection, false).await?;
    rooms::checks(arn, &selected, folder).iter().try_for_each(|it| report.check(it))?;
    test_chat(context, Some(&selection), &selected, arn, folder, works, report).await
}
