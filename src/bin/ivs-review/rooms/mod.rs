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
//! Only `client` knows the SDK. Each call waits for its turn there, so that all together stay under the
//! quotas of the service.

pub(crate) mod args;
mod chat;
mod client;
mod context;
mod fleet;
mod logging;
mod reconcile;
mod room;
mod shutdown;
mod ui;

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
            RoomsCommand::List(args) => fleet::list::run(args).await,
            RoomsCommand::Plan(args) => fleet::plan::run(args).await,
            RoomsCommand::Apply(args) => fleet::apply::run(args).await,
            RoomsCommand::Detach(args) => fleet::detach::run(args).await,
            RoomsCommand::Status(args) => fleet::status::run(args).await,
            RoomsCommand::Restore(args) => fleet::restore::run(args).await,
            RoomsCommand::Create(args) => room::create::run(args).await,
            RoomsCommand::Show(args) => room::show::run(args).await,
            RoomsCommand::Update(args) => room::update::run(args).await,
            RoomsCommand::Delete(args) => room::delete::run(args).await,
            RoomsCommand::Tag(args) => room::tags::tag(args).await,
            RoomsCommand::Untag(args) => room::tags::untag(args).await,
            RoomsCommand::Tags(args) => room::tags::list(args).await,
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
