//! Messages under review, and the answers of handlers.

use jiff::Timestamp;

use super::{ConnectionId, Context, Decision, Delivered, Effect, ReviewId, Service};
use crate::chat::frames::{Attributes, Frame, Refusal, Sender};
use crate::chat::reply::{Answer, Reply};

/// The error of a message that would be delivered empty.
pub(super) const EMPTY: &str = "Content is empty";

/// A message that waits for its review.
pub(super) struct Pending {
    pub(super) message: Message,
    pub(super) sender: ConnectionId,
    pub(super) maximum_length: usize,
    /// Whether the message is denied if the handler fails.
    pub(super) fallback_denies: bool,
}

pub(super) struct Message {
    pub(super) id: String,
    pub(super) request_id: String,
    pub(super) room: String,
    pub(super) user_id: String,
    pub(super) sender_attributes: Attributes,
    pub(super) content: String,
    pub(super) attributes: Option<Attributes>,
    pub(super) time: Timestamp,
}

impl Service {
    /// Delivers or denies a message by the answer of the handler.
    pub fn reviewed(
        &mut self,
        id: ReviewId,
        answer: &Answer,
        context: &mut Context<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(Pending { message, sender, maximum_length, fallback_denies }) =
            self.pending.remove(&id)
        else {
            return;
        };
        let mut code = 406;
        let (delivered, reason, failure) = match answer.judge(maximum_length) {
            Ok(Reply::Allow { content, attributes }) => {
                let dropped = dropped(message.attributes.as_ref(), attributes.as_ref());
                if dropped > 0 {
                    effects.push(Effect::Warn(format!(
                        "the attributes of the handler's reply replace those of the message, of \
                         which {dropped} are missing"
                    )));
                }
                let attributes = attributes.or_else(|| message.attributes.clone());
                let attributes = attributes.filter(|attributes| !attributes.is_empty());
                (Some(Delivered { content, attributes }), None, None)
            }
            Ok(Reply::Deny { reason }) => (None, reason, None),
            Err(why) if !fallback_denies && !message.content.is_empty() => {
                let (content, attributes) = (message.content.clone(), message.attributes.clone());
                (Some(Delivered { content, attributes }), None, Some(why))
            }
            // As in a room without a handler.
            Err(why) if !fallback_denies => {
                code = 400;
                (None, Some(EMPTY.into()), Some(why))
            }
            Err(why) => (None, None, Some(why)),
        };
        match delivered {
            Some(delivered) => self.deliver(Some(id), message, Some(delivered), failure, effects),
            None => {
                let reason = reason.filter(|reason| !reason.is_empty());
                let reason = reason.unwrap_or_else(|| "the message was denied in review".into());
                let refusal = Refusal::new(code, reason);
                let (id_of_message, request_id) = (&message.id, &message.request_id);
                self.refuse(sender, Some(id_of_message), request_id, &refusal, context, effects);
                let decision = message.into_decision(Some(id), Err(refusal), failure);
                effects.push(Effect::Decided(Box::new(decision)));
            }
        }
    }

    /// Delivers a message: what the review left of it, or as sent.
    pub(super) fn deliver(
        &mut self,
        review: Option<ReviewId>,
        message: Message,
        delivered: Option<Delivered>,
        failure: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        let delivered = delivered.unwrap_or_else(|| Delivered {
            content: message.content.clone(),
            attributes: message.attributes.clone(),
        });
        let frame = Frame::Message {
            id: &message.id,
            request_id: &message.request_id,
            attributes: delivered.attributes.as_ref(),
            content: &delivered.content,
            send_time: message.time,
            sender: Sender { user_id: &message.user_id, attributes: &message.sender_attributes },
        };
        self.broadcast("MESSAGE", &message.room, message.time, frame.to_json(), effects);
        let decision = message.into_decision(review, Ok(delivered), failure);
        effects.push(Effect::Decided(Box::new(decision)));
    }
}

impl Message {
    fn into_decision(
        self,
        review: Option<ReviewId>,
        outcome: Result<Delivered, Refusal>,
        failure: Option<String>,
    ) -> Decision {
        let (delivered, refusal) = match outcome {
            Ok(delivered) => (Some(delivered), None),
            Err(refusal) => (None, Some(refusal)),
        };
        Decision {
            review,
            id: self.id,
            request_id: self.request_id,
            room: self.room,
            user_id: self.user_id,
            send_time: self.time,
            content: self.content,
            attributes: self.attributes,
            sender_attributes: self.sender_attributes,
            delivered,
            error_code: refusal.as_ref().map(|refusal| refusal.code),
            reason: refusal.map(|refusal| refusal.text),
            failure,
        }
    }
}

/// Returns how many of the original attributes a reply leaves out.
fn dropped(original: Option<&Attributes>, reply: Option<&Attributes>) -> usize {
    let (Some(original), Some(reply)) = (original, reply) else { return 0 };
    original.keys().filter(|name| !reply.contains_key(*name)).count()
}
