//! A test of a room as its users see it: messages through a WebSocket, which are delivered or denied.
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
use self::plan::{Expected, Plan};
use super::check::Check;
use crate::rooms::client::{MessagingError, RoomDetails, Service, TokenRequest};
use crate::rooms::ui::advice::advice;
use crate::rules_dir::today;
use crate::terminal::count;

const NAME: &str = "chat";

/// The user who sends the messages.
const USER: &str = "ivs-review-doctor";

/// How long the test of a room may take.
const WHOLE: Duration = Duration::from_secs(60);

/// Sends messages to a room and returns what happened to them.
pub(super) async fn checks(
    service: &Service,
    function: &FunctionArn,
    (room, details): &(Room, RoomDetails),
    engine: &Engine,
    works: bool,
) -> Vec<Check> {
    let name = if room.name.is_empty() { room.arn.as_str() } else { &room.name };
    if room.handler.uri != function.as_str() {
        return vec![Check::not_made(
            NAME,
            format!("{name}: nothing was sent, because the room has another handler"),
            "attach the handler: `ivs-review rooms apply`",
        )];
    }
    let max_length = usize::try_from(details.max_length.unwrap_or(500)).unwrap_or_default();
    let plan = Plan::new(engine, room.arn.as_str(), USER, max_length, today());
    let mut test = Test { service, room, name, works, seen: Seen::default(), checks: Vec::new() };
    if timeout(WHOLE, test.run(&plan)).await.is_err() {
        let what = format!("the test did not end within {WHOLE:?}");
        test.not_made(&what, "check the network, or try again later");
    }
    // What was found and seen before the time was over is reported too.
    test.checks.extend(test.seen.check(name));
    test.checks
}

/// The test of a room.
struct Test<'t> {
    service: &'t Service,
    room: &'t Room,
    name: &'t str,
    /// Whether the checks of the function found no problem. Otherwise the room might see what the
    /// rules prevent, so only messages that they allow are sent.
    works: bool,
    seen: Seen,
    checks: Vec<Check>,
}

impl Test<'_> {
    async fn run(&mut self, plan: &Plan) {
        let request = TokenRequest {
            user: UserId::parse(USER).expect("it is valid"),
            capabilities: vec![Capability::SendMessage],
            minutes: Some(SessionMinutes::parse("1").expect("it is valid")),
            attributes: Attributes::default(),
        };
        let token = match self.service.create_token(&self.room.arn, &request).await {
            Ok(token) => token,
            Err(error) => {
                let advice = advice(&error).unwrap_or_else(|| "try again".to_owned());
                return self.not_made(&error.to_string(), &advice);
            }
        };
        let messaging = self.service.messaging();
        let connection = match messaging.connect(&token).await {
            Ok(connection) => connection,
            Err(error) => {
                let what = format!("no connection to {}: {error}", messaging.shown());
                return self.not_made(&what, connection_advice(&error));
            }
        };
        let mut exchange = Exchange::new(connection);
        self.send_all(plan, &mut exchange).await;
        exchange.close().await;
    }

    /// Sends the messages of a plan, until one is not answered as expected.
    async fn send_all(&mut self, plan: &Plan, exchange: &mut Exchange) {
        let mut unsent = 0;
        let mut messages = plan.messages.iter();
        for message in messages.by_ref() {
            if !(self.works || message.expected == Expected::Allowed) {
                unsent = 1;
                break;
            }
            let answer = match exchange.send(&message.content).await {
                Ok(answer) => answer,
                Err(error) => {
                    let what = format!(
                        "no answer to {}, which the room may have seen: {error}",
                        quoted(&message.content)
                    );
                    self.not_made(&what, connection_advice(&error));
                    break;
                }
            };
            if let Answer::Delivered { id, content, .. } = &answer {
                self.seen.contents.push(quoted(content));
                self.delete(id, exchange).await;
            }
            let fallback = &self.room.handler.fallback;
            let Judged { check, goes_on } = judge::judge(self.name, message, &answer, fallback);
            self.checks.push(check);
            // What cannot be deleted stays in the room.
            if !goes_on || self.seen.visible > 0 {
                break;
            }
        }
        unsent += messages.count();
        if unsent > 0 {
            let unsent = count(unsent, "message", "messages");
            let what =
                format!("{unsent} not sent, because the room might see what the rules prevent");
            self.not_made(&what, "fix what is reported above, and run this again");
        }
        for missing in &plan.missing {
            let what = match missing {
                Expected::Allowed => "neither a plain message nor a sample is delivered unchanged",
                Expected::Rewritten(_) => "no sample or entry is rewritten",
                Expected::Denied(_) => "no sample or entry is denied",
            };
            self.not_made(
                &format!("{what} in this room today"),
                "add a sample to a rule that acts in this room: docs/rules/checking.md",
            );
        }
    }

    /// Deletes a message, and waits for the event that clients see.
    async fn delete(&mut self, id: &str, exchange: &mut Exchange) {
        self.seen.visible += 1;
        let Ok(id) = MessageId::parse(id) else {
            self.seen.problem = Some(("the service gave no ID".to_owned(), None));
            return;
        };
        let reason = Reason::parse("test of ivs-review doctor").expect("it is valid");
        match self.service.delete_message(&self.room.arn, &id, Some(&reason)).await {
            Err(error) => self.seen.problem = Some((error.to_string(), advice(&error))),
            Ok(_) if exchange.deleted(id.as_str()).await => self.seen.visible -= 1,
            Ok(_) => {
                self.seen.problem = Some(("clients were not asked to delete it".to_owned(), None));
            }
        }
    }

    fn not_made(&mut self, what: &str, fix: &str) {
        self.checks.push(Check::not_made(NAME, format!("{}: {what}", self.name), fix));
    }
}

/// What the users of the room saw.
#[derive(Default)]
struct Seen {
    contents: Vec<String>,
    /// How many of them may be visible still.
    visible: usize,
    /// Why one of them is, with advice.
    problem: Option<(String, Option<String>)>,
}

impl Seen {
    fn check(&self, room: &str) -> Option<Check> {
        if self.contents.is_empty() {
            return None;
        }
        let all = count(self.contents.len(), "message", "messages");
        let contents = self.contents.join(" and ");
        if self.visible == 0 {
            let what = format!("{room}: its users saw {all}, now deleted: {contents}");
            return Some(Check::ok(NAME, what));
        }
        let (why, advice) = match &self.problem {
            Some((why, advice)) => (why.as_str(), advice.as_deref()),
            None => ("the deletion did not end in time", None),
        };
        let visible = self.visible;
        let what = format!(
            "{room}: its users saw {all}, of which {visible} may still be visible: {contents}; {why}"
        );
        Some(Check::not_made(NAME, what, advice.unwrap_or("delete them in the application")))
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
