//! What all connections share: the service, the sockets, reviews under way and the events of the page.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ivs_chat_review::chat::account::{Account, Room};
use ivs_chat_review::chat::control::{DEFAULT_ACCOUNT, ServiceError};
use ivs_chat_review::chat::{
    Answer, ConnectionId, Context, Decision, Effect, Identifiers, New, RandomIds, ReviewId,
    Service, contract,
};
use ivs_chat_review::display::display_safe;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{Notify, broadcast, mpsc};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::clock::Clock;
use super::invoke::{Function, Turns};
use super::log::ChatLog;
use super::review::{Findings, Samples, review};
use super::rules::{Loaded, WatchedRules};
use crate::terminal::json_line;

/// Account and Region of the room `lobby` and of the page.
pub(super) const REGION: &str = "us-west-2";
pub(super) const PLACE: (&str, &str) = (REGION, DEFAULT_ACCOUNT);

/// How long IVS Chat waits for the handler (Amazon IVS Chat User Guide, "Service Quotas").
pub(super) const REVIEW_LIMIT: Duration = Duration::from_millis(200);

/// The frames that may wait for a client. A client that does not keep up is disconnected.
const MAX_WAITING: usize = 1_024;

/// The events that may wait for a page.
const MAX_EVENTS: usize = 1_024;

/// The messages of which the page can show an explanation.
const HISTORY: usize = 500;

/// The rooms that the page can show: the lobby and those that were changed last.
const MAX_ROOMS_SHOWN: usize = 200;

/// How many generations of rules are kept for explanations.
const GENERATIONS: u64 = 4;

/// The generation of a message whose rules are no longer kept.
pub(super) const REPLACED: u64 = 0;

/// The minimum time between two `state` events.
const STATE_INTERVAL: Duration = Duration::from_millis(250);

/// What a socket has to send.
pub(super) enum Outgoing {
    Frame(Utf8Bytes),
    /// Close with a closing handshake.
    Close,
}

/// How the page makes reviews fail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    Slow,
    Error,
    Invalid,
    Down,
}

impl Fault {
    const ALL: [Fault; 5] = [Fault::None, Fault::Slow, Fault::Error, Fault::Invalid, Fault::Down];

    fn as_str(self) -> &'static str {
        match self {
            Fault::None => "none",
            Fault::Slow => "slow",
            Fault::Error => "error",
            Fault::Invalid => "invalid",
            Fault::Down => "down",
        }
    }

    pub(super) fn of(text: &str) -> Option<Fault> {
        Fault::ALL.into_iter().find(|fault| fault.as_str() == text)
    }
}

/// Who reviews messages of rooms with a handler.
pub(super) enum Reviewing {
    Rules,
    Function(Function, Turns),
}

/// A message that was decided, for the page.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reviewed {
    #[serde(flatten)]
    pub(super) decision: Decision,
    outcome: &'static str,
    decided_by: &'static str,
    #[serde(flatten)]
    pub(super) findings: Findings,
    samples: Option<Samples>,
    /// The rules by which it was reviewed.
    #[serde(skip)]
    pub(super) rules: Loaded,
}

struct State {
    service: Service,
    clock: Clock,
    ids: RandomIds<fn(&mut [u8])>,
    sockets: HashMap<ConnectionId, mpsc::Sender<Outgoing>>,
    fault: (Fault, u64),
    /// The last messages.
    history: VecDeque<Reviewed>,
    log: Option<ChatLog>,
    /// Warnings that were printed, each once.
    warned: Vec<String>,
}

pub(super) struct Hub {
    state: Mutex<State>,
    pub(super) rules: Arc<WatchedRules>,
    reviewing: Reviewing,
    pub(super) lobby: String,
    /// Events of the page, as server-sent events.
    events: broadcast::Sender<Arc<str>>,
    changed: Notify,
    has_limits: bool,
    /// Host and port.
    pub(super) address: String,
}

/// The ARN of the function that reviews the lobby. It need not exist.
pub(super) fn function() -> String {
    format!("arn:aws:lambda:{REGION}:{DEFAULT_ACCOUNT}:function:ivs-chat-review")
}

fn random(bytes: &mut [u8]) {
    // Without a source of randomness, tokens could be guessed.
    getrandom::fill(bytes).expect("the system has a source of randomness");
}

impl Hub {
    pub(super) fn new(
        mut service: Service,
        rules: Arc<WatchedRules>,
        reviewing: Reviewing,
        log: Option<ChatLog>,
        has_limits: bool,
        fallback: &str,
        address: String,
    ) -> anyhow::Result<Hub> {
        let mut clock = Clock::default();
        let mut ids: RandomIds<fn(&mut [u8])> = RandomIds::new(random);
        let function = function();
        let input = json!({
            "name": "lobby",
            "messageReviewHandler": {"uri": function, "fallbackResult": fallback},
        });
        let context = &mut Context { now: clock.now(), ids: &mut ids };
        let room = service.execute(PLACE, "CreateRoom", &input, context, &mut Vec::new());
        let room = room.map_err(|error| anyhow::anyhow!("{}", error.message().to_owned()))?;
        let lobby = room["arn"].as_str().unwrap_or_default().to_owned();
        let state = State {
            service,
            clock,
            ids,
            sockets: HashMap::new(),
            fault: (Fault::None, 500),
            history: VecDeque::new(),
            log,
            warned: Vec::new(),
        };
        Ok(Hub {
            state: Mutex::new(state),
            rules,
            reviewing,
            lobby,
            events: broadcast::channel(MAX_EVENTS).0,
            changed: Notify::new(),
            has_limits,
            address,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives an input to the service and carries out its effects, in order.
    fn with<T>(
        self: &Arc<Self>,
        input: impl FnOnce(&mut Service, &mut Context<'_>, &mut Vec<Effect>) -> T,
    ) -> T {
        self.with_findings(None, input)
    }

    fn with_findings<T>(
        self: &Arc<Self>,
        findings: Option<(Findings, Loaded)>,
        input: impl FnOnce(&mut Service, &mut Context<'_>, &mut Vec<Effect>) -> T,
    ) -> T {
        let mut effects = Vec::new();
        let mut state = self.lock();
        let State { service, clock, ids, .. } = &mut *state;
        let result = input(service, &mut Context { now: clock.now(), ids }, &mut effects);
        let mut findings = findings;
        for effect in effects {
            self.apply(&mut state, effect, &mut findings);
        }
        result
    }

    fn apply(
        self: &Arc<Self>,
        state: &mut State,
        effect: Effect,
        findings: &mut Option<(Findings, Loaded)>,
    ) {
        match effect {
            Effect::Deliver { to, frame } => {
                let frame = Utf8Bytes::from(frame);
                for id in to {
                    let socket = state.sockets.get(&id);
                    let sent = socket.map(|it| it.try_send(Outgoing::Frame(frame.clone())));
                    if sent.is_some_and(|sent| sent.is_err()) {
                        // Without its sender, the socket is dropped.
                        state.sockets.remove(&id);
                    }
                }
            }
            Effect::Close(id) => {
                if let Some(socket) = state.sockets.remove(&id) {
                    let _ = socket.try_send(Outgoing::Close);
                }
                self.changed.notify_one();
            }
            Effect::Review { id, event, .. } => {
                let (hub, fault) = (self.clone(), state.fault);
                tokio::spawn(async move { hub.review(id, event, fault).await });
            }
            Effect::Record { room, time, line } => {
                let written = state.log.as_mut().map(|log| log.write(&room, time, &line));
                if let Some(Err(error)) = written {
                    state.warn(&format!("cannot write the log: {error}"));
                }
            }
            Effect::Warn(text) => state.warn_of_client(&text),
            Effect::Decided(decision) => {
                let (findings, rules) =
                    findings.take().unwrap_or_else(|| (Findings::default(), self.rules.loaded()));
                self.decided(state, *decision, findings, rules);
            }
        }
    }

    fn decided(&self, state: &mut State, decision: Decision, findings: Findings, rules: Loaded) {
        let generation = rules.generation;
        let reviewed = Reviewed::new(decision, findings, rules, &self.reviewing);
        self.send_event("review", &reviewed);
        state.history.push_back(reviewed);
        if state.history.len() > HISTORY {
            state.history.pop_front();
        }
        // Old rules would need memory for each generation.
        let current = self.rules.loaded();
        for old in state.history.iter_mut().take_while(|it| it.rules.generation < generation) {
            if old.rules.generation + GENERATIONS <= current.generation {
                old.rules = Loaded { folder: current.folder.clone(), generation: REPLACED };
            }
        }
    }

    /// Reviews a message, or fails as the page demands.
    async fn review(
        self: Arc<Self>,
        id: ReviewId,
        event: String,
        (fault, milliseconds): (Fault, u64),
    ) {
        let mut start = Instant::now();
        let loaded = self.rules.loaded();
        let mut findings = Findings::default();
        let answer = match fault {
            Fault::Slow if Duration::from_millis(milliseconds) >= REVIEW_LIMIT => {
                sleep(REVIEW_LIMIT).await;
                Answer::TimedOut
            }
            Fault::None | Fault::Slow => {
                if fault == Fault::Slow {
                    sleep(Duration::from_millis(milliseconds)).await;
                }
                match &self.reviewing {
                    Reviewing::Rules => match caught(|| review(&loaded.folder, event.as_bytes())) {
                        Some((_, found, time)) if time > REVIEW_LIMIT => {
                            findings = found;
                            Answer::TimedOut
                        }
                        Some((reply, found, _)) => {
                            findings = found;
                            Answer::Reply(reply)
                        }
                        None => Answer::FunctionError,
                    },
                    Reviewing::Function(..) => {
                        let (answer, waited) = self.invoke(event).await;
                        start += waited;
                        answer
                    }
                }
            }
            Fault::Error => Answer::FunctionError,
            Fault::Invalid => Answer::Reply(br#"{"ReviewResult":"MAYBE"}"#.to_vec()),
            Fault::Down => Answer::Unreachable("switched off on the page".into()),
        };
        if fault != Fault::None || matches!(self.reviewing, Reviewing::Function(..)) {
            findings.microseconds = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        }
        self.with_findings(Some((findings, loaded)), |service, context, effects| {
            service.reviewed(id, &answer, context, effects);
        });
    }

    /// Invokes the function when it is free. Returns its answer and how long the event waited. After the limit the
    /// invocation continues, as in Lambda, and its answer is lost.
    async fn invoke(self: &Arc<Self>, event: String) -> (Answer, Duration) {
        let received = Instant::now();
        let hub = self.clone();
        let (started, start) = tokio::sync::oneshot::channel();
        let invocation = tokio::spawn(async move {
            let Reviewing::Function(function, turns) = &hub.reviewing else {
                return Answer::FunctionError;
            };
            let _turn = match turns.next().await {
                Ok(turn) => turn,
                Err(why) => return Answer::Unreachable(why.into()),
            };
            let _ = started.send(());
            function.invoke(event).await
        });
        // It fails if the event has to give up.
        let _ = start.await;
        let waited = received.elapsed();
        let answer = match timeout(REVIEW_LIMIT, invocation).await {
            Ok(answer) => answer.unwrap_or(Answer::FunctionError),
            Err(_) => Answer::TimedOut,
        };
        (answer, waited)
    }

    /// Connects a client. Its frames arrive at the receiver.
    pub(super) fn connect(
        self: &Arc<Self>,
        token: &str,
        ip: &str,
    ) -> Option<(ConnectionId, mpsc::Receiver<Outgoing>)> {
        let mut state = self.lock();
        let now = state.clock.now();
        let id = state.service.connect(token, ip, now);
        let Some(id) = id else {
            state.warn("a connection was refused: its token is unknown, was used, or has expired");
            return None;
        };
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        state.sockets.insert(id, sender);
        self.changed.notify_one();
        Some((id, receiver))
    }

    pub(super) fn disconnected(&self, id: ConnectionId) {
        let mut state = self.lock();
        state.sockets.remove(&id);
        state.service.disconnected(id);
        self.changed.notify_one();
    }

    pub(super) fn received(self: &Arc<Self>, id: ConnectionId, text: &str) {
        self.with(|service, context, effects| service.received(id, text, context, effects));
    }

    pub(super) fn received_invalid(self: &Arc<Self>, id: ConnectionId, is_too_large: bool) {
        self.with(|service, context, effects| {
            service.received_invalid(id, is_too_large, context, effects);
        });
    }

    /// Executes an operation of the control plane.
    pub(super) fn control(
        self: &Arc<Self>,
        place: (&str, &str),
        operation: &'static contract::Operation,
        input: &Value,
    ) -> Result<Value, ServiceError> {
        let answer = self.with(|service, context, effects| {
            service.control(place, operation, input, context, effects)
        });
        if answer.is_ok() {
            self.changed.notify_one();
        }
        answer
    }

    /// Returns a new ID, such as that of a request.
    pub(super) fn new_id(&self) -> String {
        self.lock().ids.create(New::Frame)
    }

    pub(super) fn set_fault(&self, fault: Fault, milliseconds: Option<u64>) {
        let mut state = self.lock();
        let milliseconds = milliseconds.unwrap_or(state.fault.1);
        state.fault = (fault, milliseconds.min(60_000));
        self.changed.notify_one();
    }

    /// Returns a message of the history.
    pub(super) fn find(&self, id: &str) -> Option<Reviewed> {
        self.lock().history.iter().rev().find(|it| it.decision.id == id).cloned()
    }

    pub(super) fn is_invoking(&self) -> bool {
        matches!(self.reviewing, Reviewing::Function(..))
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<str>> {
        self.events.subscribe()
    }

    /// Closes all connections with a closing handshake.
    pub(super) fn close_all(&self) {
        for (_, socket) in self.lock().sockets.drain() {
            let _ = socket.try_send(Outgoing::Close);
        }
    }

    pub(super) fn open_sockets(&self) -> usize {
        self.lock().service.connections()
    }

    /// Marks the state as changed.
    pub(super) fn notify(&self) {
        self.changed.notify_one();
    }

    /// Sends `state` events after changes, but not many at once.
    pub(super) async fn publish_states(self: Arc<Self>) {
        loop {
            self.changed.notified().await;
            if self.events.receiver_count() > 0 {
                self.send_event("state", &self.state());
            }
            sleep(STATE_INTERVAL).await;
        }
    }

    fn send_event(&self, name: &str, data: &impl Serialize) {
        if self.events.receiver_count() == 0 {
            return;
        }
        if let Ok(data) = json_line(data) {
            let _ = self.events.send(format!("event: {name}\ndata: {data}\n\n").into());
        }
    }

    /// Returns the `State` of the page's interface.
    pub(super) fn state(&self) -> Value {
        let state = self.lock();
        let (fault, milliseconds) = state.fault;
        let rooms = state.service.accounts().flat_map(Account::by_update_time);
        let (lobby, others): (Vec<&Room>, Vec<&Room>) =
            rooms.partition(|room| room.arn == self.lobby);
        let describe = |room: &Room| {
            json!({
                "arn": room.arn,
                "name": room.name,
                "connections": state.service.connections_of(&room.arn),
                "hasHandler": !room.uri.is_empty(),
                "fallbackResult": room.fallback,
                "maximumMessageLength": room.maximum_length,
                "maximumMessageRatePerSecond": room.maximum_rate,
            })
        };
        let rooms = lobby.into_iter().chain(others).take(MAX_ROOMS_SHOWN);
        let rooms: Vec<Value> = rooms.map(describe).collect();
        drop(state);
        let address = &self.address;
        let invoke = match &self.reviewing {
            Reviewing::Rules => None,
            Reviewing::Function(function, _) => Some(function.to_string()),
        };
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "endpoint": format!("http://{address}"),
            "webSocket": format!("ws://{address}"),
            "lobby": self.lobby,
            "rooms": rooms,
            "reviewedBy": if invoke.is_some() { "invoke" } else { "rules" },
            "invoke": invoke,
            "rules": self.rules.describe(),
            "fault": {"kind": fault.as_str(), "milliseconds": milliseconds},
            "limits": self.has_limits,
            "reviewLimitMilliseconds": u64::try_from(REVIEW_LIMIT.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

impl State {
    /// Prints a warning, each text once.
    fn warn(&mut self, text: &str) {
        if self.warned.iter().all(|known| known != text) {
            self.warned.push(text.to_owned());
            let text: String = text.chars().take(500).collect();
            let _ = writeln!(anstream::stderr(), "warning: {}", display_safe(&text));
        }
    }

    /// Prints a warning about a request, unless there were many: it can contain names that the client chose.
    fn warn_of_client(&mut self, text: &str) {
        const MAX_WARNINGS: usize = 100;
        if self.warned.len() < MAX_WARNINGS {
            self.warn(text);
        }
    }
}

/// Reviews as the handler does, which answers a panic with an error.
fn caught<T>(review: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(review)).unwrap_or(None)
}

impl Reviewed {
    pub(super) fn new(
        decision: Decision,
        findings: Findings,
        rules: Loaded,
        reviewing: &Reviewing,
    ) -> Reviewed {
        let outcome = match &decision.delivered {
            None => "denied",
            Some(it) if it.content == decision.content && it.attributes == decision.attributes => {
                "delivered"
            }
            Some(_) => "changed",
        };
        let decided_by = match (&decision.failure, decision.review, reviewing) {
            (Some(_), ..) => "fallback",
            (None, None, _) => "nothing",
            (None, Some(_), Reviewing::Rules) => "rules",
            (None, Some(_), Reviewing::Function(..)) => "handler",
        };
        Reviewed {
            outcome,
            decided_by,
            samples: Samples::of(&decision.content),
            decision,
            findings,
            rules,
        }
    }
}
