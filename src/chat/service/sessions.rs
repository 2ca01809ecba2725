//! Tokens and the connections that are made with them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{ConnectionId, Context, Service, place};
use crate::chat::control::{ServiceError, text};
use crate::chat::frames::{ActionKind, Attributes, strings};
use crate::chat::ids::New;
use crate::chat::rate::Window;

/// How long a token can be used to connect.
const TOKEN_TIME: SignedDuration = SignedDuration::from_secs(60);
/// The maximum number of tokens that are not used yet.
const MAX_TOKENS: usize = 50_000;

/// Who may connect with a token, and as whom.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) room: String,
    pub(super) user_id: String,
    pub(super) capabilities: BTreeSet<ActionKind>,
    pub(super) attributes: Attributes,
    pub(super) token_end: Timestamp,
    pub(super) session_end: Timestamp,
}

pub(super) struct Connection {
    pub(super) grant: Grant,
    /// The address of the client, for the handler only.
    pub(super) ip: String,
    pub(super) requests: Window,
}

impl Service {
    pub(super) fn create_token(
        &mut self,
        room: &str,
        input: &Value,
        context: &mut Context<'_>,
    ) -> Result<Value, ServiceError> {
        let now = context.now;
        if self.tokens.len() >= MAX_TOKENS {
            self.tokens.retain(|_, grant| grant.token_end > now);
        }
        if self.tokens.len() >= MAX_TOKENS {
            return Err(ServiceError::throttled(&place(room).1, 200));
        }
        let minutes = input["sessionDurationInMinutes"].as_i64().unwrap_or(60);
        let after = |duration| now.checked_add(duration).unwrap_or(Timestamp::MAX);
        let capabilities = input["capabilities"].as_array().into_iter().flatten();
        let attributes = input["attributes"].as_object();
        let grant = Grant {
            room: room.to_owned(),
            user_id: text(input, "userId").to_owned(),
            capabilities: capabilities.filter_map(|it| ActionKind::of(it.as_str()?)).collect(),
            attributes: attributes.and_then(strings).unwrap_or_default(),
            token_end: after(TOKEN_TIME),
            session_end: after(SignedDuration::from_mins(minutes)),
        };
        let token = context.ids.create(New::Token);
        let answer = json!({
            "token": token,
            "tokenExpirationTime": grant.token_end.to_string(),
            "sessionExpirationTime": grant.session_end.to_string(),
        });
        self.tokens.insert(token, grant);
        Ok(answer)
    }

    /// Connects a client with a token, which cannot be used again. Returns `None` if the token is
    /// unknown, was used or has expired, if the room was deleted, or if there are too many connections.
    pub fn connect(&mut self, token: &str, ip: &str, now: Timestamp) -> Option<ConnectionId> {
        let grant = self.tokens.remove(token)?;
        let is_full = self.connections.len() >= self.settings.max_connections;
        if is_full || now >= grant.token_end || self.room(&grant.room).is_none() {
            return None;
        }
        let id = ConnectionId(self.next_number());
        self.members.entry(grant.room.clone()).or_default().insert(id);
        let connection = Connection { grant, ip: ip.to_owned(), requests: Window::default() };
        self.connections.insert(id, connection);
        Some(id)
    }

    /// Removes a connection that was closed. Its messages under review are still delivered.
    pub fn disconnected(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.remove(&id) else { return };
        let room = connection.grant.room;
        if let Some(members) = self.members.get_mut(&room) {
            members.remove(&id);
            if members.is_empty() {
                self.members.remove(&room);
                self.room_rates.remove(&room);
            }
        }
    }
}
