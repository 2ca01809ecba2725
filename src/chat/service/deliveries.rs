//! Frames to clients: events, moderation and errors.

use jiff::Timestamp;

use super::{ConnectionId, Context, Effect, Service};
use crate::chat::frames::{Attributes, Frame, Refusal, record};
use crate::chat::ids::New;

impl Service {
    pub(super) fn delete_message(
        &mut self,
        room: &str,
        request_id: &str,
        message: &str,
        reason: Option<&str>,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> String {
        // Clients of the first versions read `MessageID`, which is deprecated.
        let mut attributes = Attributes::new();
        attributes.insert("MessageID".into(), message.into());
        attributes.insert("MessageId".into(), message.into());
        if let Some(reason) = reason {
            attributes.insert("Reason".into(), reason.into());
        }
        let name = "aws:DELETE_MESSAGE";
        self.send_event(room, request_id, name, Some(attributes), context, effects)
    }

    /// Sends the event to all, and then closes the connections of the user.
    pub(super) fn disconnect_user(
        &mut self,
        room: &str,
        request_id: &str,
        user: &str,
        reason: Option<&str>,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let mut attributes = Attributes::new();
        attributes.insert("UserId".into(), user.into());
        if let Some(reason) = reason {
            attributes.insert("Reason".into(), reason.into());
        }
        let name = "aws:DISCONNECT_USER";
        self.send_event(room, request_id, name, Some(attributes), context, effects);
        let of_user =
            |id: &ConnectionId| self.connections.get(id).is_some_and(|it| it.grant.user_id == user);
        let members = self.members.get(room).into_iter().flatten().copied();
        let closed: Vec<ConnectionId> = members.filter(of_user).collect();
        for id in closed {
            self.disconnected(id);
            effects.push(Effect::Close(id));
        }
    }

    /// Sends an event to all connections of a room; returns its ID.
    pub(super) fn send_event(
        &mut self,
        room: &str,
        request_id: &str,
        event_name: &str,
        attributes: Option<Attributes>,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> String {
        let id = context.ids.create(New::Frame);
        let send_time = context.now;
        let attributes = attributes.as_ref();
        let frame = Frame::Event { id: &id, request_id, event_name, attributes, send_time };
        self.broadcast("EVENT", room, send_time, frame.to_json(), effects);
        id
    }

    pub(super) fn broadcast(
        &self,
        kind: &'static str,
        room: &str,
        time: Timestamp,
        frame: String,
        effects: &mut Vec<Effect>,
    ) {
        let line = record(kind, time, &frame);
        effects.push(Effect::Record { room: room.to_owned(), time, line });
        if let Some(members) = self.members.get(room) {
            effects.push(Effect::Deliver { to: members.iter().copied().collect(), frame });
        }
    }

    /// Sends an error to a connection. `message`: the ID of the message, if it has one.
    pub(super) fn refuse(
        &self,
        to: ConnectionId,
        message: Option<&str>,
        request_id: &str,
        refusal: &Refusal,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        if !self.connections.contains_key(&to) {
            return;
        }
        let id = message.map_or_else(|| context.ids.create(New::Frame), str::to_owned);
        let Refusal { code, text } = refusal;
        let frame = Frame::Error { id: &id, request_id, error_code: *code, error_message: text };
        effects.push(Effect::Deliver { to: vec![to], frame: frame.to_json() });
    }
}
