//! What every command about rooms starts with: [`CommandContext`].

use std::cell::Cell;
use std::collections::BTreeSet;

use anyhow::{Context, bail};
use ivs_chat_review::provision::account_region::AccountRegion;
use ivs_chat_review::provision::arn::{FunctionArn, RoomArn};
use ivs_chat_review::provision::selection::{Filter, Selection};

use super::client::{ConnectArgs, Service};
use super::shutdown::Shutdown;
use super::ui::progress::note;
use crate::Outcome;
use crate::terminal::count;

/// How many problems of channels are printed for each list.
const MAX_WARNINGS: usize = 10;

/// The connection to the service, the account and Region of the command, and its shutdown request.
pub(crate) struct CommandContext {
    pub(crate) service: Service,
    pub(crate) account_region: AccountRegion,
    pub(crate) shutdown: Shutdown,
    /// How many channels and streams could not be read completely.
    channel_problems: Cell<usize>,
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
        for arn in account_region.unknown_forms() {
            note(&format!("warning: the form of the ARN {arn} is unknown to this version"));
        }
        Ok(CommandContext { service, account_region, shutdown, channel_problems: Cell::default() })
    }

    /// The same for a selection of rooms.
    pub(crate) async fn open_for(
        connect: &ConnectArgs,
        selection: &Selection,
        handler: Option<&FunctionArn>,
    ) -> anyhow::Result<CommandContext> {
        let mut account_region = AccountRegion::default();
        handler.into_iter().try_for_each(|function| account_region.function(function))?;
        match selection {
            Selection::All => {}
            Selection::Rooms(rooms) => {
                rooms.iter().try_for_each(|room| account_region.room(room))?;
            }
            Selection::Matching(filter) | Selection::Live(filter) => {
                let Filter { attached_to, logging, .. } = filter;
                attached_to.iter().try_for_each(|function| account_region.function(function))?;
                logging.iter().try_for_each(|logging| account_region.logging(logging))?;
            }
        }
        CommandContext::open_at(connect, account_region).await
    }

    /// Returns why a listed room cannot be processed: it is not in the Region of this command, or not
    /// in the account of the function.
    pub(crate) fn check_room(&self, arn: &RoomArn) -> anyhow::Result<()> {
        self.account_region.check_room(arn)?;
        let region = self.service.region();
        if arn.region() != region {
            bail!("Region mismatch: {arn} is in {}, the command uses {region}", arn.region());
        }
        Ok(())
    }

    /// Prints and counts problems of channels and streams that could not be read completely.
    pub(crate) fn warn_about_channels(&self, problems: &BTreeSet<String>) {
        self.channel_problems.update(|before| before + problems.len());
        for problem in problems.iter().take(MAX_WARNINGS) {
            note(&format!("warning: {problem}"));
        }
        if problems.len() > MAX_WARNINGS {
            let more = count(problems.len() - MAX_WARNINGS, "more problem", "more problems");
            note(&format!("warning: {more} with channels or streams"));
        }
    }

    /// Whether channels or streams may be missing in the result.
    pub(crate) fn has_channel_problems(&self) -> bool {
        self.channel_problems.get() > 0
    }

    /// Returns the outcome of a command. A command with problems of channels is not a success.
    pub(crate) fn outcome(&self, outcome: Outcome) -> Outcome {
        if !self.has_channel_problems() {
            return outcome;
        }
        let problems = count(self.channel_problems.get(), "problem", "problems");
        note(&format!(
            "warning: {problems} with channels or streams; the result may be incomplete"
        ));
        if outcome == Outcome::Fine { Outcome::Findings } else { outcome }
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
