//! A double of IVS Chat's control plane, on a real socket.
//!
//! It speaks the service's REST-JSON, checks each request against the contract, its signature and
//! the care that this project promises, and can be made to fail in every way that a network can.
//! What it finds wrong must be asked for: a double that is dropped with violations that no test has
//! looked at panics.

mod account; // rooms, logging configurations, functions and permissions
mod body; // answers, whole or torn
mod bucket; // calls a second
mod chat; // the operations about those who are in a room
mod contract; // what each operation takes
mod faults; // what goes wrong, and when
mod guarantees; // what a changing call must never do
mod logging; // the operations about logging configurations
mod protocol;
mod server; // from a connection to its answer
mod signature; // who signed a request
mod tags; // the operations about tags // requests in, answers out

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub(crate) use account::{Account, Bare, Permission, REGION, function};
pub(crate) use contract::operation_names;
pub(crate) use faults::{Fault, Trouble};
pub(crate) use signature::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

use bucket::Bucket;

/// A request that came in.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `GetRoom`, or method and path where it is none.
    pub(crate) operation: String,
    pub(crate) at: Instant,
    pub(crate) input: Value,
    /// None: not answered yet, or cut, or the client did not wait.
    pub(crate) status: Option<u16>,
}

impl Call {
    /// The ARN of the room, or of what else, that it is about.
    pub(crate) fn room(&self) -> Option<&str> {
        ["identifier", "resourceArn", "roomIdentifier"]
            .iter()
            .find_map(|name| self.input[name].as_str())
    }
}

/// What kind of rule a request broke.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Contract,
    Signature,
    Care,
    Rate,
    /// What a test's own watcher said.
    Watcher,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Violation {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

/// Sees each call before it is served, and may change the account; an error is a violation.
type Watcher = Box<dyn FnMut(&Call, &mut Account) -> Result<(), String> + Send>;

#[derive(Default)]
struct State {
    account: Account,
    calls: Vec<Call>,
    violations: Vec<Violation>,
    faults: Vec<Fault>,
    watchers: Vec<Watcher>,
    /// By operation; none: no limits.
    buckets: Option<HashMap<&'static str, Bucket>>,
    /// Rooms that an UpdateRoom with a planned fault was about.
    disturbed: HashSet<String>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A watcher that panicked has failed its test already.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct Double {
    shared: Arc<Shared>,
    endpoint: String,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Double {
    /// Serves an empty account on a free port until it is dropped.
    pub(crate) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket can");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = oneshot::channel();
        let served = shared.clone();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a thread can have a runtime");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("it is nonblocking");
                tokio::select! {
                    () = server::accept(listener, served) => {}
                    _ = stopped => {}
                }
            });
        });
        let endpoint = format!("http://{address}");
        Self { shared, endpoint, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Reads or changes the account.
    pub(crate) fn account<T>(&self, use_it: impl FnOnce(&mut Account) -> T) -> T {
        use_it(&mut self.shared.lock().account)
    }

    pub(crate) fn plan(&self, fault: Fault) {
        self.shared.lock().faults.push(fault);
    }

    /// From now on nothing goes wrong that was planned.
    pub(crate) fn heal(&self) {
        self.shared.lock().faults.clear();
    }

    /// From now on the quotas hold.
    pub(crate) fn limit(&self) {
        self.shared.lock().buckets = Some(HashMap::new());
    }

    pub(crate) fn watch(
        &self,
        watcher: impl FnMut(&Call, &mut Account) -> Result<(), String> + Send + 'static,
    ) {
        self.shared.lock().watchers.push(Box::new(watcher));
    }

    /// All calls so far, in the order they came in.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.lock().calls.clone()
    }

    /// The calls of one operation so far.
    pub(crate) fn calls_of(&self, operation: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.operation == operation).collect()
    }

    /// Waits until so many calls of an operation came in.
    pub(crate) fn wait_for(&self, operation: &str, count: usize) {
        let state = self.shared.lock();
        let seen =
            |state: &State| state.calls.iter().filter(|call| call.operation == operation).count();
        let wait = Duration::from_secs(30);
        let (state, waited) = self
            .shared
            .changed
            .wait_timeout_while(state, wait, |state| seen(state) < count)
            .unwrap_or_else(PoisonError::into_inner);
        let seen = seen(&state);
        drop(state);
        assert!(!waited.timed_out(), "{seen} of {count} {operation} in {wait:?}");
    }

    /// What was wrong so far. Asked for, it is the test's to judge.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        std::mem::take(&mut self.shared.lock().violations)
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let violations = self.violations();
        if !thread::panicking() {
            assert_eq!(violations, [], "the double saw what no test has looked at");
        }
    }
}
