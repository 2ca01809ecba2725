//! `rooms`: attaches handlers to rooms, and manages rooms, logging and chat.
//!
//! Commands about many rooms:
//!
//! ```text
//! arguments ──▶ Selection, DesiredState ──read──▶ rooms ──decide──▶ plan ──confirm──▶ changes
//! ```
//!
//! Commands about one room, one logging configuration or the users of a room:
//!
//! ```text
//! arguments ──check──▶ desired ──read──▶ current ──decide──▶ request ──▶ details
//! ```
//!
//! Only `client` uses the SDK. Every call waits there for its rate limiter, so the command stays
//! below the quotas of the service.

pub(crate) mod args;
mod chat;
pub(crate) mod client;
pub(crate) mod context;
pub(crate) mod fleet;
mod logging;
mod reconcile;
mod room;
mod shutdown;
pub(crate) mod ui;

use anyhow::Context;

use self::args::{RoomsArgs, RoomsCommand};
use crate::Outcome;

/// How many rooms are processed concurrently: enough for the quota of 5 calls per second if a room,
/// with all its calls, takes 1.5 seconds.
const IN_FLIGHT: usize = 8;

pub(crate) fn run(args: &RoomsArgs) -> anyhow::Result<Outcome> {
    block_on(async {
        match &args.command {
            RoomsCommand::List(args) => fleet::list::run(args).await,
            RoomsCommand::Plan(args) => fleet::plan::run(args).await,
            RoomsCommand::Apply(args) => fleet::apply::run(args).await,
            RoomsCommand::Detach(args) => fleet::detach::run(args).await,
            RoomsCommand::Status(args) => fleet::status::run(args).await,
            RoomsCommand::Restore(args) => fleet::restore::run(args).await,
            RoomsCommand::Create(args) => room::create::run(args).await,
            RoomsCommand::Link(args) => room::link::run(args).await,
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
    })
}

/// Runs a command that calls AWS to its end.
pub(crate) fn block_on<T>(command: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the asynchronous runtime")?;
    let outcome = runtime.block_on(command);
    // A pending DNS lookup must not keep the process alive.
    runtime.shutdown_background();
    outcome
}
