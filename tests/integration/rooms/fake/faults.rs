//! Faults that a test plans: what goes wrong, for which calls.

use std::ops::RangeBounds;
use std::time::Duration;

use super::Call;

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Trouble {
    /// This status, type and message, and nothing is done.
    Error(u16, &'static str, &'static str),
    /// 503, to be tried again after so many seconds, and nothing is done.
    Busy(u32),
    /// Served as usual, after this.
    Slow(Duration),
    /// The connection is closed without an answer, before anything is done.
    CutBefore,
    /// The same after all is done.
    CutAfter,
    /// All is done, and the connection closed in the middle of the answer.
    Torn,
    /// This status over a body that is no JSON, and nothing is done.
    Garbage(u16),
}

impl Trouble {
    pub(crate) const DENIED: Trouble = Trouble::Error(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::111122223333:user/operator is not authorized to perform this",
    );
    pub(crate) const EXPIRED: Trouble = Trouble::Error(
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    );
    pub(crate) const THROTTLED: Trouble =
        Trouble::Error(429, "ThrottlingException", "Rate exceeded");
    pub(crate) const INTERNAL: Trouble =
        Trouble::Error(500, "InternalServerException", "Something of ours broke");
    pub(crate) const UNAVAILABLE: Trouble =
        Trouble::Error(503, "ServiceUnavailableException", "Come back later");
}

/// A fault and the calls that it meets.
pub(crate) struct Fault {
    trouble: Trouble,
    operation: &'static str,
    room: Option<String>,
    /// Counted from 1, over the calls that the rest fits.
    calls: Box<dyn Fn(u32) -> bool + Send>,
    seen: u32,
}

impl Fault {
    /// Meets every call of the operation.
    pub(crate) fn new(trouble: Trouble, operation: &'static str) -> Self {
        Self { trouble, operation, room: None, calls: Box::new(|_| true), seen: 0 }
    }

    /// Only calls about this room.
    pub(crate) fn room(self, arn: &str) -> Self {
        Self { room: Some(arn.into()), ..self }
    }

    /// Only these of the calls, the first of which is 1.
    pub(crate) fn calls(self, calls: impl RangeBounds<u32> + Send + 'static) -> Self {
        Self { calls: Box::new(move |call| calls.contains(&call)), ..self }
    }

    /// Counts this call, and tells whether it is met.
    pub(super) fn meets(&mut self, call: &Call) -> Option<Trouble> {
        let room = self.room.as_deref();
        if self.operation != call.operation || (room.is_some() && room != call.room()) {
            return None;
        }
        self.seen += 1;
        (self.calls)(self.seen).then(|| self.trouble.clone())
    }
}
