//! `rooms apply`.

use super::change::Step;
use super::change_command::Order;
use super::select;
use crate::Outcome;
use crate::rooms::args::ApplyArgs;
use crate::rooms::context::Session;

pub(crate) async fn run(args: &ApplyArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required()?;
    let order = Order::new(&args.change, args.common.format)?;
    let wish = args.wire.wish(args.replace.replace);
    let handler = Some(&args.wire.handler);
    let mut session = Session::open_for(&args.common.connect, &selection, handler).await?;
    let rooms = select::read_meant(&mut session, &selection).await?;
    order.carry_out(&session, rooms.into_iter().map(|room| Step { room, wish: wish.clone() })).await
}
