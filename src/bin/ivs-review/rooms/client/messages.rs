//! What concerns those who are in a room. Who they are, and what is said of them, shows in no error.

use ivs_chat_review::provision::arn::RoomArn;
use ivs_chat_review::provision::chat_actions::{EventName, MessageId, Reason};
use ivs_chat_review::provision::chat_attributes::Attributes;
use ivs_chat_review::provision::session_duration::SessionMinutes;
use ivs_chat_review::provision::token_capability::Capability;
use ivs_chat_review::provision::user_id::UserId;

use super::convert;
use super::operation::Operation;
use super::{Service, ServiceError};

/// A token that somebody is to get.
pub(crate) struct TokenRequest {
    pub(crate) user: UserId,
    /// Besides reading.
    pub(crate) capabilities: Vec<Capability>,
    pub(crate) minutes: Option<SessionMinutes>,
    pub(crate) attributes: Attributes,
}

/// A token: whoever has it is that user. Nothing shows it but what it is made for.
pub(crate) struct Token {
    text: String,
    /// Until when it can be used to connect, and until when a connection lasts, in ISO 8601.
    pub(crate) expires: Option<String>,
    pub(crate) session_expires: Option<String>,
}

impl Token {
    /// The token, to be handed out.
    pub(crate) fn expose(&self) -> &str {
        &self.text
    }
}

impl Service {
    /// Makes a token. A request without an answer is sent again: a token that nobody has seen harms
    /// nobody, and is void soon.
    pub(crate) async fn create_token(
        &self,
        room: &RoomArn,
        wanted: &TokenRequest,
    ) -> Result<Token, ServiceError> {
        let TokenRequest { user, capabilities, minutes, attributes } = wanted;
        let attributes = attributes.expose();
        let request = self
            .client
            .create_chat_token()
            .room_identifier(room.as_str())
            .user_id(user.expose())
            .set_capabilities(
                (!capabilities.is_empty())
                    .then(|| capabilities.iter().copied().map(convert::capability).collect()),
            )
            .set_session_duration_in_minutes(minutes.map(|minutes| minutes.get()))
            .set_attributes((!attributes.is_empty()).then(|| convert::texts(attributes)));
        let create = async || self.call(Operation::CreateChatToken, request.clone().send()).await;
        let output = self.caller.persist(create).await.map_err(ServiceError::discreet)?;
        let text = output.token.unwrap_or_default();
        // It is written as it is, to a terminal as well.
        if text.is_empty() || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(ServiceError::unexpected("there is no token in it, or one that is none"));
        }
        Ok(Token {
            text,
            expires: convert::time(output.token_expiration_time),
            session_expires: convert::time(output.session_expiration_time),
        })
    }

    /// Sends an event to all in a room, and tells its id. A request without an answer is not sent again:
    /// they might get it twice.
    pub(crate) async fn send_event(
        &self,
        room: &RoomArn,
        name: &EventName,
        attributes: &Attributes,
    ) -> Result<String, ServiceError> {
        let attributes = attributes.expose();
        let request = self
            .client
            .send_event()
            .room_identifier(room.as_str())
            .event_name(name.as_str())
            .set_attributes((!attributes.is_empty()).then(|| convert::texts(attributes)));
        let send = async || self.call(Operation::SendEvent, request.clone().send()).await;
        let output = self.caller.persist_once(send).await.map_err(ServiceError::discreet)?;
        Ok(output.id.unwrap_or_default())
    }

    /// Has all clients of a room delete a message, and tells the id of the event that does it. A request
    /// without an answer is sent again: what is deleted can be deleted again.
    pub(crate) async fn delete_message(
        &self,
        room: &RoomArn,
        id: &MessageId,
        reason: Option<&Reason>,
    ) -> Result<String, ServiceError> {
        let request = self
            .client
            .delete_message()
            .room_identifier(room.as_str())
            .id(id.as_str())
            .set_reason(reason.map(|reason| reason.expose().to_owned()));
        let delete = async || self.call(Operation::DeleteMessage, request.clone().send()).await;
        let output = self.caller.persist(delete).await.map_err(ServiceError::discreet)?;
        Ok(output.id.unwrap_or_default())
    }

    /// Closes all connections of a user to a room. A request without an answer is sent again: whoever
    /// came back meanwhile is meant as well.
    pub(crate) async fn disconnect_user(
        &self,
        room: &RoomArn,
        user: &UserId,
        reason: Option<&Reason>,
    ) -> Result<(), ServiceError> {
        let request = self
            .client
            .disconnect_user()
            .room_identifier(room.as_str())
            .user_id(user.expose())
            .set_reason(reason.map(|reason| reason.expose().to_owned()));
        let disconnect =
            async || self.call(Operation::DisconnectUser, request.clone().send()).await.map(drop);
        self.caller.persist(disconnect).await.map_err(ServiceError::discreet)
    }
}
