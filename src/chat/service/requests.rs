//! Frames of clients, and their checks.

use serde_json::json;

use super::reviews::{EMPTY, Message, Pending};
use super::{ConnectionId, Context, Effect, ReviewId, Service};
use crate::chat::frames::{Action, Attributes, RawRequest, Refusal};
use crate::chat::ids::New;

impl Service {
    /// Handles a text frame of a client.
    pub fn received(
        &mut self,
        id: ConnectionId,
        text: &str,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        if !self.connections.contains_key(&id) {
            return;
        }
        let is_within_rate = self.take_connection_rate(id, context.now);
        let Some(request) = RawRequest::parse(text) else {
            let refusal = match is_within_rate {
                true => Refusal::new(400, "the request is not a JSON object"),
                false => Refusal::over_rate(),
            };
            return self.refuse(id, None, "", &refusal, context, effects);
        };
        if let Err(refusal) = self.handle(id, &request, is_within_rate, context, effects) {
            self.refuse(id, None, request.request_id(), &refusal, context, effects);
        }
    }

    /// Handles a frame that is not text, or too large.
    pub fn received_invalid(
        &mut self,
        id: ConnectionId,
        is_too_large: bool,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let is_within_rate = self.take_connection_rate(id, context.now);
        let refusal = match is_too_large {
            true => Refusal::new(413, "the request is too large"),
            false if is_within_rate => Refusal::new(400, "the request is not text"),
            false => Refusal::over_rate(),
        };
        self.refuse(id, None, "", &refusal, context, effects);
    }

    pub(super) fn handle(
        &mut self,
        id: ConnectionId,
        request: &RawRequest,
        is_within_rate: bool,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        let now = context.now;
        let Some(connection) = self.connections.get(&id) else { return Ok(()) };
        let grant = connection.grant.clone();
        if now >= grant.session_end {
            return Err(Refusal::new(401, "the connection has expired"));
        }
        // A client that sends too much does not use up the rate of its room.
        if !is_within_rate || !self.take_rate(&grant.room, request.kind(), now) {
            return Err(Refusal::over_rate());
        }
        if let Some(name) = request.unknown_member() {
            let help = "members are `Action`, `RequestId`, `Content`, `Attributes`, `Id`, `Reason` \
                        and `UserId`, in this case";
            effects
                .push(Effect::Warn(format!("a request has the unknown member `{name}`; {help}")));
        }
        let action = request.action()?;
        let kind = request.kind().ok_or_else(|| Refusal::new(400, "Action is missing"))?;
        if !grant.capabilities.contains(&kind) {
            let name = kind.as_str();
            return Err(Refusal::new(403, format!("the token has no capability {name}")));
        }
        if self.room(&grant.room).is_none() {
            return Err(Refusal::new(404, "the room does not exist"));
        }
        let (room, request_id) = (&grant.room, request.request_id());
        match action {
            Action::SendMessage { content, attributes } => {
                let message = Message {
                    id: String::new(),
                    request_id: request_id.to_owned(),
                    room: room.clone(),
                    user_id: grant.user_id.clone(),
                    sender_attributes: grant.attributes.clone(),
                    content,
                    attributes,
                    time: now,
                };
                return self.send_message(id, message, context, effects);
            }
            Action::DeleteMessage { id, reason } => {
                self.delete_message(room, request_id, &id, reason.as_deref(), context, effects);
            }
            Action::DisconnectUser { user_id, reason } => {
                let reason = reason.as_deref();
                self.disconnect_user(room, request_id, &user_id, reason, context, effects);
            }
        }
        Ok(())
    }

    pub(super) fn send_message(
        &mut self,
        sender: ConnectionId,
        message: Message,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        let Some(room) = self.room(&message.room) else {
            return Err(Refusal::new(404, "the room does not exist"));
        };
        if message.content.chars().count() > room.maximum_length {
            return Err(Refusal::new(400, "Message exceeds maximum length"));
        }
        let (uri, maximum_length, fallback_denies) =
            (room.uri.clone(), room.maximum_length, room.fallback == "DENY");
        let message = Message { id: context.ids.create(New::Frame), ..message };
        if uri.is_empty() {
            if message.content.is_empty() {
                return Err(Refusal::new(400, EMPTY));
            }
            self.deliver(None, message, None, None, effects);
            return Ok(());
        }
        let ip = self.connections.get(&sender).map_or("", |connection| &connection.ip);
        let event = json!({
            "Content": message.content,
            "MessageId": message.id,
            "RoomArn": message.room,
            "Attributes": message.attributes.as_ref().unwrap_or(&Attributes::new()),
            "Sender": {
                "UserId": message.user_id,
                "Ip": ip,
                "Attributes": message.sender_attributes,
            },
        });
        let id = ReviewId(self.next_number());
        self.pending.insert(id, Pending { message, sender, maximum_length, fallback_denies });
        effects.push(Effect::Review { id, uri, event: event.to_string() });
        Ok(())
    }
}
