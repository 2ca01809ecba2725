//! `rooms`: which function reviews the messages of which room.
//!
//! ```text
//! arguments ──▶ Selection, Wish ──read──▶ rooms ──decide──▶ plan ──ask──▶ changes, room by room
//! ```
//!
//! Only `aws` knows the SDK. Each call waits for its turn there, so that all together stay under the
//! quotas of the service.

mod apply;
pub(crate) mod args;
mod aws;
mod backup;
mod change;
mod confirm;
mod explain;
mod ledger;
mod list;
mod plan;
mod progress;
mod rate;
mod report;
mod select;
mod session;
mod status;
mod stop;

use anyhow::Context;

use self::args::{RoomsArgs, RoomsCommand};
use crate::Outcome;

/// How many rooms are under way at a time: enough for the quota of 5 calls a second while a room, with
/// all its calls, takes a second and a half.
const IN_FLIGHT: usize = 8;

pub(crate) fn run(args: &RoomsArgs) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the asynchronous runtime")?;
    let outcome = runtime.block_on(async {
        match &args.command {
            RoomsCommand::List(args) => list::run(args).await,
            RoomsCommand::Plan(args) => plan::run(args).await,
            RoomsCommand::Apply(args) => apply::apply(args).await,
            RoomsCommand::Detach(args) => apply::detach(args).await,
            RoomsCommand::Status(args) => status::run(args).await,
            RoomsCommand::Restore(args) => apply::restore(args).await,
        }
    });
    // A name that is still being looked up must not keep the process.
    runtime.shutdown_background();
    outcome
}
