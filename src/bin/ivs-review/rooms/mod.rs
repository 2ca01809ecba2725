//! `rooms`: which function reviews the messages of which room, and all else that rooms need.
//!
//! ```text
//! arguments ──▶ Selection, Wish ──read──▶ rooms ──decide──▶ plan ──ask──▶ changes, room by room
//! ```
//!
//! What is about one room, one logging configuration or those in a room is checked first, then done:
//!
//! ```text
//! arguments ──check──▶ what is wished ──read──▶ what is so ──decide──▶ what is sent ──▶ card
//! ```
//!
//! Only `aws` knows the SDK. Each call waits for its turn there, so that all together stay under the
//! quotas of the service.

mod apply;
pub(crate) mod args;
mod aws;
mod backup;
mod card;
mod change;
mod chat;
mod confirm;
mod create;
mod delete;
mod explain;
mod ledger;
mod list;
mod logging;
mod plan;
mod problems;
mod progress;
mod rate;
mod reach;
mod report;
mod select;
mod session;
mod show;
mod status;
mod stop;
mod tags;
mod update;

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
            RoomsCommand::Create(args) => create::run(args).await,
            RoomsCommand::Show(args) => show::run(args).await,
            RoomsCommand::Update(args) => update::run(args).await,
            RoomsCommand::Delete(args) => delete::run(args).await,
            RoomsCommand::Tag(args) => tags::tag(args).await,
            RoomsCommand::Untag(args) => tags::untag(args).await,
            RoomsCommand::Tags(args) => tags::list(args).await,
            RoomsCommand::Logging(args) => logging::run(args).await,
            RoomsCommand::Token(args) => chat::token(args).await,
            RoomsCommand::Event(args) => chat::event(args).await,
            RoomsCommand::DeleteMessage(args) => chat::delete_message(args).await,
            RoomsCommand::Disconnect(args) => chat::disconnect(args).await,
        }
    });
    // A name that is still being looked up must not keep the process.
    runtime.shutdown_background();
    outcome
}
