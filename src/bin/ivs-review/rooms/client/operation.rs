//! The operations of the service, and how often each may be called: [`Paces`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::rate_limit::Pace;

/// What can be called. Each has a quota of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    CreateChatToken,
    CreateLoggingConfiguration,
    CreateRoom,
    DeleteLoggingConfiguration,
    DeleteMessage,
    DeleteRoom,
    DisconnectUser,
    GetLoggingConfiguration,
    GetRoom,
    ListLoggingConfigurations,
    ListRooms,
    ListTagsForResource,
    SendEvent,
    TagResource,
    UntagResource,
    UpdateLoggingConfiguration,
    UpdateRoom,
}

/// Calls a second to each operation about rooms, which --rate is about.
const OF_ROOMS: f64 = 5.0;

impl Operation {
    /// How many calls a second an account may make (Amazon IVS Chat User Guide, "Service Quotas").
    fn quota(self) -> f64 {
        use Operation::*;
        match self {
            CreateRoom | DeleteRoom | GetRoom | ListRooms | UpdateRoom => OF_ROOMS,
            CreateLoggingConfiguration
            | DeleteLoggingConfiguration
            | GetLoggingConfiguration
            | ListLoggingConfigurations
            | UpdateLoggingConfiguration => 3.0,
            ListTagsForResource | TagResource | UntagResource => 10.0,
            DeleteMessage | DisconnectUser | SendEvent => 100.0,
            CreateChatToken => 200.0,
        }
    }
}

/// The pace of each operation, from its first call on.
pub(super) struct Paces {
    rate: f64,
    paces: RefCell<HashMap<Operation, Rc<Pace>>>,
}

impl Paces {
    /// So many calls a second about rooms, and the same share of the quota of all others.
    pub(super) fn new(rate: f64) -> Paces {
        Paces { rate, paces: RefCell::default() }
    }

    pub(super) fn of(&self, operation: Operation) -> Rc<Pace> {
        let rate = self.rate * operation.quota() / OF_ROOMS;
        let mut paces = self.paces.borrow_mut();
        paces.entry(operation).or_insert_with(|| Rc::new(Pace::new(rate))).clone()
    }
}
