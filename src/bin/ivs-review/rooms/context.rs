//! What every command about rooms begins with.

use anyhow::Context;
use ivs_chat_review::provision::account_region::Place;
use ivs_chat_review::provision::arn::{FunctionArn, RoomArn};
use ivs_chat_review::provision::selection::Selection;

use super::client::{ConnectArgs, Service};
use super::shutdown::Stop;
use super::ui::progress::note;

/// The service, where all that the command is about must be.
pub(crate) struct Session {
    pub(crate) service: Service,
    pub(crate) place: Place,
    pub(crate) stop: Stop,
}

impl Session {
    /// Looks whether the arguments agree on where they are, and gets ready to call the service there.
    /// Calls nothing yet.
    pub(crate) async fn open(
        connect: &ConnectArgs,
        rooms: &[RoomArn],
        functions: impl IntoIterator<Item = &FunctionArn>,
    ) -> anyhow::Result<Session> {
        let mut place = Place::default();
        functions.into_iter().try_for_each(|function| place.function(function))?;
        rooms.iter().try_for_each(|room| place.room(room))?;
        Session::open_at(connect, place).await
    }

    /// The same, for a command that has looked already.
    pub(crate) async fn open_at(connect: &ConnectArgs, place: Place) -> anyhow::Result<Session> {
        let stop = Stop::default();
        let service = Service::connect(connect, place.region(), &stop).await?;
        Ok(Session { service, place, stop })
    }

    /// The same, for a command with a selection.
    pub(crate) async fn open_for(
        connect: &ConnectArgs,
        selection: &Selection,
        handler: Option<&FunctionArn>,
    ) -> anyhow::Result<Session> {
        let (rooms, wired_to) = match selection {
            Selection::All => (&[][..], None),
            Selection::Rooms(rooms) => (rooms.as_slice(), None),
            Selection::Matching(filter) => (&[][..], filter.wired_to.as_ref()),
        };
        Session::open(connect, rooms, handler.into_iter().chain(wired_to)).await
    }

    /// From now on a signal lets what was sent come to its end, so that what became of it is told.
    pub(crate) fn finish_what_is_sent(&self) -> anyhow::Result<()> {
        finish_what_is_sent(&self.stop)
    }
}

/// The same for a part of a command.
pub(crate) fn finish_what_is_sent(stop: &Stop) -> anyhow::Result<()> {
    let tell = || note("stopping: what is under way is finished first; once more ends it at once");
    stop.on_signals(tell).context("cannot wait for signals")
}
