//! A fake of the IVS Chat control plane, and of the operations of Amazon IVS on channels, on a real socket.
//!
//! The control plane is that of the local chat (`src/chat`). Each request is checked against the contract, its signature
//! and the guarantees of this project. Tests can inject failures of the service and the network. Dropping a fake with
//! violations that no test has read panics.

mod account; // the account, its times and page sizes
pub(crate) mod body; // response bodies, complete or truncated
pub(crate) mod faults; // injected faults, apart from the contract
mod guarantees; // what this project guarantees beyond the contract
mod server; // from a connection to its response
pub(crate) mod signature; // verification of signatures
mod video; // operations on channels and their streams

use std::collections::{BTreeSet, HashSet};
use std::convert::Infallible;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ivs_chat_review::chat::contract::{self, Operation};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub(crate) use account::{ACCOUNT, Account, NoHandler, Permission, REGION, function};
pub(crate) use faults::{Fault, FaultKind, Replacement};
pub(crate) use signature::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
pub(crate) use video::PASSPHRASE;

/// Returns the operation of IVS Chat or Amazon IVS with this name.
fn named(name: &str) -> Option<&'static Operation> {
    contract::named(name).or_else(|| video::OPERATIONS.iter().find(|it| it.name == name))
}

/// Returns the names of all operations of IVS Chat.
pub(crate) fn operation_names() -> BTreeSet<&'static str> {
    contract::OPERATIONS.iter().map(|operation| operation.name).collect()
}

/// Returns service, name and parameters of all operations, for a comparison with the service models.
pub(crate) fn describe() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let operations = contract::OPERATIONS.iter().chain(&video::OPERATIONS);
    operations.map(|it| (it.service, it.name, it.describe()))
}

/// A request that was received.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The operation, such as `GetRoom`, or method and path of an invalid request.
    pub(crate) operation: String,
    pub(crate) at: Instant,
    pub(crate) input: Value,
    /// `None` before the response, or if the connection was closed.
    pub(crate) status: Option<u16>,
}

impl Call {
    /// Returns the ARN of the room, channel or other resource of the call.
    pub(crate) fn room(&self) -> Option<&str> {
        ["identifier", "resourceArn", "roomIdentifier", "arn", "channelArn"]
            .iter()
            .find_map(|name| self.input[name].as_str())
    }
}

/// The kind of rule that a request violated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ViolationKind {
    Contract,
    Signature,
    Guarantee,
    Rate,
    /// An error that a watcher of a test returned.
    Watcher,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Violation {
    pub(crate) kind: ViolationKind,
    pub(crate) text: String,
}

/// Called before each call is executed; may change the account. An error is a violation.
type Watcher = Box<dyn FnMut(&Call, &mut Account) -> Result<(), String> + Send>;

#[derive(Default)]
struct State {
    account: Account,
    calls: Vec<Call>,
    violations: Vec<Violation>,
    faults: Vec<Fault>,
    watchers: Vec<Watcher>,
    /// Rooms with an `UpdateRoom` call that a fault affected.
    had_fault: HashSet<String>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A watcher that panicked has already failed its test.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct FakeService {
    shared: Arc<Shared>,
    endpoint: String,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl FakeService {
    /// Starts the fake with an empty account on a free port; it stops when dropped.
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

    /// Calls a function with the account.
    pub(crate) fn account<T>(&self, function: impl FnOnce(&mut Account) -> T) -> T {
        function(&mut self.shared.lock().account)
    }

    pub(crate) fn inject(&self, fault: Fault) {
        self.shared.lock().faults.push(fault);
    }

    /// Removes all faults.
    pub(crate) fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Enforces the quotas of the service from now on.
    pub(crate) fn enforce_quotas(&self) {
        self.shared.lock().account.enforce_quotas();
    }

    pub(crate) fn on_call(
        &self,
        watcher: impl FnMut(&Call, &mut Account) -> Result<(), String> + Send + 'static,
    ) {
        self.shared.lock().watchers.push(Box::new(watcher));
    }

    /// Returns all calls so far, in order.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.lock().calls.clone()
    }

    /// Returns the calls of one operation so far.
    pub(crate) fn calls_of(&self, operation: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.operation == operation).collect()
    }

    /// Waits until this number of calls of an operation was received.
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

    /// Returns the violations so far, and removes them.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        std::mem::take(&mut self.shared.lock().violations)
    }
}

impl Drop for FakeService {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let violations = self.violations();
        if !thread::panicking() {
            assert_eq!(violations, [], "violations that no test has read");
        }
    }
}
