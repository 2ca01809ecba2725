//! The rates of requests, of connections, rooms and accounts.

use jiff::Timestamp;

use super::{ConnectionId, Context, Service, place};
use crate::chat::control::ServiceError;
use crate::chat::frames::ActionKind;
use crate::chat::rate::Window;

/// Requests per second: of a connection, and of an account by action.
const CONNECTION_RATE: usize = 10;
const SEND_RATE: usize = 1_000;
const MODERATION_RATE: usize = 100;

/// Requests of an account in one Region within a second.
#[derive(Default)]
pub(super) struct Rates {
    pub(super) send: Window,
    pub(super) delete: Window,
    pub(super) disconnect: Window,
}

impl Service {
    /// Counts a frame of a connection; returns whether the rate allows it.
    pub(super) fn take_connection_rate(&mut self, id: ConnectionId, now: Timestamp) -> bool {
        let connection = self.connections.get_mut(&id);
        let is_within = connection.is_none_or(|it| it.requests.take(CONNECTION_RATE, now));
        is_within || !self.settings.has_limits
    }

    /// Counts a request for the room and its account; returns whether both rates allow it.
    pub(super) fn take_rate(
        &mut self,
        room: &str,
        kind: Option<ActionKind>,
        now: Timestamp,
    ) -> bool {
        if !self.settings.has_limits {
            return true;
        }
        let maximum = self.room(room).map_or(0, |room| room.maximum_rate);
        let rates = self.rates.entry(place(room)).or_default();
        match kind {
            Some(ActionKind::SendMessage) => {
                let of_account = rates.send.take(SEND_RATE, now);
                let of_room = self.room_rates.entry(room.to_owned()).or_default();
                // Requests to a deleted room have an error of their own.
                (maximum == 0 || of_room.take(maximum, now)) && of_account
            }
            Some(ActionKind::DeleteMessage) => rates.delete.take(MODERATION_RATE, now),
            Some(ActionKind::DisconnectUser) => rates.disconnect.take(MODERATION_RATE, now),
            None => true,
        }
    }

    /// Counts a request to the control plane that has the same quota as the one of a client.
    pub(super) fn take_moderation(
        &mut self,
        room: &str,
        kind: ActionKind,
        context: &Context<'_>,
    ) -> Result<(), ServiceError> {
        if !self.take_rate(room, Some(kind), context.now) {
            return Err(ServiceError::throttled(&place(room).1, 100));
        }
        Ok(())
    }
}
