//! `rooms restore`.

use std::collections::BTreeMap;

use ivs_chat_review::provision::backup::Past;
use ivs_chat_review::provision::desired::Wish;
use ivs_chat_review::provision::room::Room;

use super::backup_file;
use super::change::Step;
use super::change_command::Order;
use crate::Outcome;
use crate::rooms::args::RestoreArgs;
use crate::rooms::context::Session;

pub(crate) async fn run(args: &RestoreArgs) -> anyhow::Result<Outcome> {
    let past = backup_file::read(&args.file)?;
    let order = Order::new(&args.change, args.common.format)?;
    let arns: Vec<_> = past.iter().map(|past| past.room.clone()).collect();
    let session = Session::open(&args.common.connect, &arns, []).await?;
    // How they are now is looked at room by room, right before each is put back.
    let steps = past.into_iter().map(|Past { room: arn, name, before, left }| {
        let [earlier, later] = &left;
        let wiring = if later.amounts_to(&before) { earlier } else { later }.clone();
        let room = Room { arn, name, wiring, tags: BTreeMap::new() };
        Step { room, wish: Wish::Restore { before, left, replace: args.replace } }
    });
    order.carry_out(&session, steps).await
}
