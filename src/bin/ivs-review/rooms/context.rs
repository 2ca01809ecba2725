//! What every command about rooms starts with: [`CommandContext`].

use std::cell::Cell;

use anyhow::Context;
use ivs_chat_review::provision::account_region::AccountRegion;
use ivs_chat_review::provision::arn::{FunctionArn, RoomArn};
use ivs_chat_review::provision::selection::Selection;

use super::client::{ConnectArgs, Service};
use super::shutdown::Shutdown;
use super::ui::progress::note;
use crate::Outcome;
use crate::terminal::count;

/// The connection to the service, the account and Region of the command, and its shutdown request.
pub(crate) struct CommandContext {
    pub(crate) service: Service,
    pub(crate) account_region: AccountRegion,
    pub(crate) shutdown: Shutdown,
    /// How many rooms and channels were left out because they cannot be understood.
    left_out_rooms: Cell<usize>,
    left_out_channels: Cell<usize>,
}

impl CommandContext {
    /// Checks that all arguments are in the same account and Region, and prepares the connection.
    /// Makes no calls.
    pub(crate) async fn open(
        connect: &ConnectArgs,
        rooms: &[RoomArn],
        functions: impl IntoIterator<Item = &FunctionArn>,
    ) -> anyhow::Result<CommandContext> {
        let mut account_region = AccountRegion::default();
        functions.into_iter().try_for_each(|function| account_region.function(function))?;
        rooms.iter().try_for_each(|room| account_region.room(room))?;
        CommandContext::open_at(connect, account_region).await
    }

    /// The same, with the resources checked by the caller.
    pub(crate) async fn open_at(
        connect: &ConnectArgs,
        account_region: AccountRegion,
    ) -> anyhow::Result<CommandContext> {
        let shutdown = Shutdown::default();
        let service = Service::connect(connect, account_region.region(), &shutdown).await?;
        Ok(CommandContext {
            service,
            account_region,
            shutdown,
            left_out_rooms: Cell::default(),
            left_out_channels: Cell::default(),
        })
    }

    /// The same for a selection of rooms.
    pub(crate) async fn open_for(
        connect: &ConnectArgs,
        selection: &Selection,
        handler: Option<&FunctionArn>,
    ) -> anyhow::Result<CommandContext> {
        let (rooms, attached_to) = match selection {
            Selection::All => (&[][..], None),
            Selection::Rooms(rooms) => (rooms.as_slice(), None),
            Selection::Matching(filter) | Selection::Live(filter) => {
                (&[][..], filter.attached_to.as_ref())
            }
        };
        CommandContext::open(connect, rooms, handler.into_iter().chain(attached_to)).await
    }

    /// Prints a warning about a room that cannot be understood, and counts it.
    pub(crate) fn leave_out(&self, problem: &str) {
        self.left_out_rooms.update(|rooms| rooms + 1);
        note(&format!("warning: left out: {problem}"));
    }

    /// The same for a channel or its stream.
    pub(crate) fn leave_out_channel(&self, problem: &str) {
        self.left_out_channels.update(|channels| channels + 1);
        note(&format!("warning: left out: {problem}"));
    }

    /// Returns the outcome of a command. A command that left rooms or channels out is not a success.
    pub(crate) fn outcome(&self, outcome: Outcome) -> Outcome {
        let (rooms, channels) = (self.left_out_rooms.get(), self.left_out_channels.get());
        if outcome != Outcome::Fine || rooms + channels == 0 {
            return outcome;
        }
        let parts = [
            (rooms > 0).then(|| count(rooms, "room", "rooms")),
            (channels > 0).then(|| count(channels, "channel", "channels")),
        ];
        let left_out = parts.into_iter().flatten().collect::<Vec<_>>().join(" and ");
        let verb = if rooms + channels == 1 { "was" } else { "were" };
        note(&format!(
            "warning: {left_out} {verb} left out, as this version does not understand them"
        ));
        Outcome::Findings
    }

    /// From now on a signal waits for in-flight requests, so their outcomes are reported.
    pub(crate) fn finish_in_flight(&self) -> anyhow::Result<()> {
        finish_in_flight(&self.shutdown)
    }
}

/// The same where only the shutdown request is at hand.
pub(crate) fn finish_in_flight(shutdown: &Shutdown) -> anyhow::Result<()> {
    let notify =
        || note("shutting down: waiting for in-flight requests (press Ctrl-C again to abort)");
    shutdown.on_signals(notify).context("cannot register signal handlers")
}
