//! A test of a room as its users see it: messages through a WebSocket, which are reviewed, delivered or
//! denied.
//!
//! ```text
//! rules ──plan──▶ allowed, rewritten, denied ──exchange──▶ what came back ──judge──▶ checks
//! ```
//!
//! The users of the room see what is delivered, so each message is deleted at once, and the next one
//! is only sent if the rules had their effect on the one before it.

mod exchange;
mod judge;
mod plan;

use std::time::Duration;

use ivs_chat_review::engine::Engine;
use ivs_chat_review::provision::arn::FunctionArn;
use ivs_chat_review::provision::chat_actions::{MessageId, Reason};
use ivs_chat_review::provision::chat_attributes::Attributes;
use ivs_chat_review::provision::room::Room;
use ivs_chat_review::provision::session_duration::SessionMinutes;
use ivs_chat_review::provision::token_capability::Capability;
use ivs_chat_review::provision::user_id::UserId;
use tokio::time::timeout;

use self::exchange::{Answer, Exchange};
use self::judge::{Judged, quoted};
use self::plan::{Expected, Plan, TestMessage};
use super::check::Check;
use super::not_made;
use crate::rooms::client::{MessagingError, RoomDetails, Service, TokenRequest};
use crate::rooms::ui::advice::advice;
use crate::rules_dir::today;
use crate::terminal::count;

const NAME: &str = "chat";

/// The user who sends the messages.
const USER: &str = "ivs-review-doctor";

/// How long the test of a room may take.
const WHOLE: Duration = Duration::from_secs(60);

/// A room that is tested.
struct Target<'t> {
    service: &'t Service,
    room: &'t Room,
    name: &'t str,
}

/// Sends messages to a room and returns what happened to them.
pub(super) async fn checks(
    service: &Service,
    function: &FunctionArn,
    (room, details): &(Room, RoomDetails),
    engine: &Engine,
) -> Vec<Check> {
    let name = if room.name.is_empty() { room.arn.as_str() } else { &room.name };
    if room.handler.uri != function.as_str() {
        return vec![Check::not_made(
            NAME,
            format!("{name}: nothing was sent, because the room has not this handler"),
            "attach the handler, as above",
        )];
    }
    let max_length = usize::try_from(details.max_length.unwrap_or(500)).unwrap_or_default();
    let plan = Plan::new(engine, room.arn.as_str(), USER, max_length, today());
    let target = Target { service, room, name };
    let mut checks = Vec::new();
    // What was found before the time is over is reported.
    if timeout(WHOLE, target.test(&plan, &mut checks)).await.is_err() {
        checks.push(Check::not_made(
            NAME,
            format!("{name}: the test did not end within {WHOLE:?}"),
            "check the network, or try again later",
        ));
    }
    checks
}

impl Target<'_> {
    async fn test(&self, plan: &Plan, checks: &mut Vec<Check>) {
        let (service, name) = (self.service, self.name);
        let request = TokenRequest {
            user: UserId::parse(USER).expect("it is valid"),
            capabilities: vec![Capability::SendMessage],
            minutes: Some(SessionMinutes::parse("1").expect("it is valid")),
            attributes: Attributes::default(),
        };
        let token = match service.create_token(&self.room.arn, &request).await {
            Ok(token) => token,
            Err(error) => return checks.push(not_made(NAME, &error)),
        };
        let connection = match service.messaging().connect(&token).await {
            Ok(connection) => connection,
            Err(error) => {
                let url = service.messaging().url();
                return checks.push(Check::not_made(
                    NAME,
                    format!("{name}: no connection to {url}: {error}"),
                    connection_advice(&error),
                ));
            }
        };
        let mut exchange = Exchange::new(connection);
        let mut seen = Seen::default();
        self.send_all(plan, &mut exchange, &mut seen, checks).await;
        checks.extend(seen.check(name));
        exchange.close().await;
    }

    /// Sends the messages of a plan, until one is not answered as expected.
    async fn send_all(
        &self,
        plan: &Plan,
        exchange: &mut Exchange,
        seen: &mut Seen,
        checks: &mut Vec<Check>,
    ) {
        let mut messages = plan.messages.iter();
        for message in messages.by_ref() {
            let answer = match exchange.send(&message.content).await {
                Ok(answer) => answer,
                Err(error) => {
                    checks.push(Check::not_made(
                        NAME,
                        format!(
                            "{}: no answer to {}: {error}",
                            self.name,
                            quoted(&message.content)
                        ),
                        connection_advice(&error),
                    ));
                    break;
                }
            };
            if let Answer::Delivered { id, content, .. } = &answer {
                seen.contents.push(quoted(content));
                self.delete(id, exchange, seen).await;
            }
            let Judged { check, goes_on } =
                judge::judge(self.name, message, &answer, &self.room.handler.fallback);
            checks.push(check);
            if !goes_on {
                break;
            }
        }
        let unsent: Vec<&TestMessage> = messages.collect();
        if !unsent.is_empty() {
            checks.push(Check::not_made(
                NAME,
                format!(
                    "{}: {} not sent, because the room might see what the rules deny or rewrite",
                    self.name,
                    count(unsent.len(), "message", "messages")
                ),
                "fix what is reported above, and run this again",
            ));
        }
        for missing in &plan.missing {
            let what = match missing {
                Expected::Allowed => "neither a plain message nor a sample is delivered unchanged",
                Expected::Rewritten(_) => "no sample or entry is rewritten",
                Expected::Denied(_) => "no sample or entry is denied",
            };
            checks.push(Check::not_made(
                NAME,
                format!("{}: {what} in this room today", self.name),
                "add a sample to a rule that acts in this room: docs/rules/checking.md",
            ));
        }
    }

    /// Deletes a message, and waits for the event that clients see.
    async fn delete(&self, id: &str, exchange: &mut Exchange, seen: &mut Seen) {
        let Ok(id) = MessageId::parse(id) else {
            return seen.problems.push(("the service gave no ID".to_owned(), None));
        };
        let reason = Reason::parse("test of ivs-review doctor").expect("it is valid");
        match self.service.delete_message(&self.room.arn, &id, Some(&reason)).await {
            Err(error) => seen.problems.push((error.to_string(), advice(&error))),
            Ok(_) if exchange.deleted(id.as_str()).await => {}
            Ok(_) => seen.problems.push(("clients were not asked to delete it".to_owned(), None)),
        }
    }
}

/// What the users of the room saw.
#[derive(Default)]
struct Seen {
    contents: Vec<String>,
    /// Why messages may be visible still, with advice.
    problems: Vec<(String, Option<String>)>,
}

impl Seen {
    fn check(&self, room: &str) -> Option<Check> {
        let all = count(self.contents.len(), "message", "messages");
        let contents = self.contents.join(" and ");
        match self.problems.first() {
            _ if self.contents.is_empty() => None,
            None => Some(Check::ok(
                NAME,
                format!("{room}: its users saw {all} until they were deleted: {contents}"),
            )),
            Some((why, advice)) => Some(Check::not_made(
                NAME,
                format!(
                    "{room}: its users see {all}, of which {} may not be deleted: {contents}; {why}",
                    self.problems.len()
                ),
                advice.as_deref().unwrap_or("delete them in the application"),
            )),
        }
    }
}

fn connection_advice(error: &MessagingError) -> &'static str {
    match error {
        MessagingError::Refused(401 | 403) => {
            "the token was refused: check AWS_ENDPOINT_URL_IVSCHAT and AWS_ENDPOINT_URL_IVSCHAT_MESSAGING, which must be of one service"
        }
        MessagingError::Refused(_) => {
            "a proxy or another service may have answered: check HTTPS_PROXY and AWS_ENDPOINT_URL_IVSCHAT_MESSAGING"
        }
        MessagingError::Closed(_) => {
            "another client may have disconnected the user, or the service ended: try again"
        }
        MessagingError::Failed(_) => {
            "check the network, HTTPS_PROXY and AWS_ENDPOINT_URL_IVSCHAT_MESSAGING, or try again later"
        }
    }
}
