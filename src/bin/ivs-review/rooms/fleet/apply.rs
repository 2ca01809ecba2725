//! `rooms apply`.

use super::change::PlannedChange;
use super::change_command::ChangeCommand;
use super::select::{self, Selected};
use crate::Outcome;
use crate::rooms::args::ApplyArgs;
use crate::rooms::context::CommandContext;

pub(crate) async fn run(args: &ApplyArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required_selection()?;
    let command = ChangeCommand::new(&args.change, args.common.format)?;
    let desired = args.handler.desired_state(args.replace.replace);
    let handler = Some(&args.handler.handler);
    let context = CommandContext::open_for(&args.common.connect, &selection, handler).await?;
    let Selected { rooms, failed } = select::read_nonempty(&context, &selection).await?;
    let changes = rooms.into_iter().map(|room| PlannedChange { room, desired: desired.clone() });
    command.run(&context, changes, &failed).await
}
