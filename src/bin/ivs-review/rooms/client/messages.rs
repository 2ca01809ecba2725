//! Operations on the users of a room. Errors contain no user IDs, attributes or reasons.

use ivs_chat_review::provision::arn::RoomArn;
use ivs_chat_review::provision::chat_actions::{EventName, MessageId, Reason};
use ivs_chat_review::provision::chat_attributes::Attributes;
use ivs_chat_review::provision::session_duration::SessionMinutes;
use ivs_chat_review::provision::token_capability::Capability;
use ivs_chat_review::provision::user_id::UserId;

use super::convert;
use super::operation::Operation;
use super::{Service, ServiceError};

/// The properties of a requested token.
pub(crate) struct TokenRequest {
    pub(crate) user: UserId,
    /// In addition to reading.
    pub(crate) capabilities: Vec<Capability>,
    pub(crate) minutes: Option<SessionMinutes>,
    pub(crate) attributes: Attributes,
}

/// A chat token. It authenticates its holder as the user, so it has no `Debug` and only the caller
/// of [`Token::expose`] can print it.
pub(crate) struct Token {
    text: String,
    /// When the token expires, and when the session expires, in ISO 8601.
    pub(crate) expires: Option<String>,
    pub(crate) session_expires: Option<String>,
}

impl Token {
    /// Returns the token, to be handed to the user.
    pub(crate) fn expose(&self) -> &str {
        &self.text
    }
}

impl Service {
    /// Creates a token. A request without an answer is sent again: an unused token does no harm and
    /// expires soon.
    pub(crate) async fn create_token(
        &self,
        room: &RoomArn,
        token: &TokenRequest,
    ) -> Result<Token, ServiceError> {
        let TokenRequest { user, capabilities, minutes, attributes } = token;
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
        let output = self.retry.retry(create).await?;
        let text = output.token.unwrap_or_default();
        // The token is printed without escaping.
        if text.is_empty() || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(ServiceError::unexpected("missing or invalid token"));
        }
        Ok(Token {
            text,
            expires: convert::time(output.token_expiration_time),
            session_expires: convert::time(output.session_expiration_time),
        })
    }

    /// Sends an event to all clients in a room, and returns its ID. A request without an answer is
    /// not sent again: clients might receive the event twice.
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
        let output = self.retry.retry_non_idempotent(send).await?;
        Ok(output.id.unwrap_or_default())
    }

    /// Makes all clients in a room delete a message, and returns the ID of the event. A request
    /// without an answer is sent again: deleting a message twice does no harm.
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
        let output = self.retry.retry(delete).await?;
        Ok(output.id.unwrap_or_default())
    }

    /// Closes all connections of a user to a room. A request without an answer is sent again: a
    /// connection made in the meantime should be closed too.
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
        self.retry.retry(disconnect).await
    }
}
