//! `rooms detach`.

use ivs_chat_review::provision::desired::Wish;

use super::change::Step;
use super::change_command::Order;
use super::select;
use crate::Outcome;
use crate::rooms::args::DetachArgs;
use crate::rooms::context::Session;

pub(crate) async fn run(args: &DetachArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required()?;
    let order = Order::new(&args.change, args.common.format)?;
    let wish = Wish::Detach { function: args.handler.clone() };
    let handler = args.handler.as_ref();
    let mut session = Session::open_for(&args.common.connect, &selection, handler).await?;
    let rooms = select::read_meant(&mut session, &selection).await?;
    order.carry_out(&session, rooms.into_iter().map(|room| Step { room, wish: wish.clone() })).await
}
