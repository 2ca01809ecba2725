//! `rooms restore`.

use ivs_chat_review::provision::backup::SavedRoom;
use ivs_chat_review::provision::desired::DesiredState;
use ivs_chat_review::provision::room::Room;

use super::backup_file;
use super::change::PlannedChange;
use super::change_command::ChangeCommand;
use crate::Outcome;
use crate::rooms::args::RestoreArgs;
use crate::rooms::context::CommandContext;

pub(crate) async fn run(args: &RestoreArgs) -> anyhow::Result<Outcome> {
    let saved = backup_file::read(&args.file)?;
    let command = ChangeCommand::new(&args.change, args.common.format)?;
    let arns: Vec<_> = saved.iter().map(|saved| saved.room.clone()).collect();
    let context = CommandContext::open(&args.common.connect, &arns, []).await?;
    // The current handler of each room is read directly before its change. Until then it is assumed
    // to be one that the recorded change left.
    let changes = saved.into_iter().map(|SavedRoom { room: arn, name, before, left_as }| {
        let [earlier, later] = &left_as;
        let handler = if later.is_equivalent_to(&before) { earlier } else { later }.clone();
        let room = Room { name, handler, ..Room::<()>::default() }.with_arn(arn);
        let replace = args.replace;
        PlannedChange { room, desired: DesiredState::Restored { before, left_as, replace } }
    });
    command.run(&context, changes, &[]).await
}
