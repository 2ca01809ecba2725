//! Faults that a test injects, and the calls that they affect.

use std::ops::RangeBounds;
use std::time::Duration;

use super::Call;

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum FaultKind {
    /// An error response with this status, type and message; the request has no effect.
    Error(u16, &'static str, &'static str),
    /// 503 with `Retry-After` in seconds; the request has no effect.
    RetryAfter(u32),
    /// The usual response, after this delay.
    Slow(Duration),
    /// The connection is closed before the request has an effect, without a response.
    DisconnectBefore,
    /// The connection is closed after the request was executed, without a response.
    DisconnectAfter,
    /// The request is executed, and the connection is closed in the middle of the response.
    Truncated,
    /// This status with a body that is not JSON; the request has no effect.
    InvalidBody(u16),
    /// This status and body; the request has no effect.
    Foreign(u16, &'static str),
    /// The usual response, changed by this JSON: objects are merged, `null` removes a member.
    Changed(&'static str),
}

impl FaultKind {
    pub(crate) const DENIED: FaultKind = FaultKind::Error(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::111122223333:user/operator is not authorized to perform this",
    );
    pub(crate) const EXPIRED: FaultKind = FaultKind::Error(
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    );
    pub(crate) const THROTTLED: FaultKind =
        FaultKind::Error(429, "ThrottlingException", "Rate exceeded");
    pub(crate) const INTERNAL: FaultKind =
        FaultKind::Error(500, "InternalServerException", "Internal failure");
    pub(crate) const UNAVAILABLE: FaultKind =
        FaultKind::Error(503, "ServiceUnavailableException", "Service unavailable");
}

/// A fault and the calls that it affects.
pub(crate) struct Fault {
    kind: FaultKind,
    operation: &'static str,
    room: Option<String>,
    /// Selects by call number, counted from 1 over the calls with this operation and room.
    calls: Box<dyn Fn(u32) -> bool + Send>,
    seen: u32,
}

impl Fault {
    /// Affects every call of the operation.
    pub(crate) fn new(kind: FaultKind, operation: &'static str) -> Self {
        Self { kind, operation, room: None, calls: Box::new(|_| true), seen: 0 }
    }

    /// Restricts the fault to calls about this room.
    pub(crate) fn room(self, arn: &str) -> Self {
        Self { room: Some(arn.into()), ..self }
    }

    /// Restricts the fault to these call numbers, counted from 1.
    pub(crate) fn calls(self, calls: impl RangeBounds<u32> + Send + 'static) -> Self {
        Self { calls: Box::new(move |call| calls.contains(&call)), ..self }
    }

    /// Counts this call; returns the fault if the call is affected.
    pub(super) fn matches_call(&mut self, call: &Call) -> Option<FaultKind> {
        let room = self.room.as_deref();
        if self.operation != call.operation || (room.is_some() && room != call.room()) {
            return None;
        }
        self.seen += 1;
        (self.calls)(self.seen).then(|| self.kind.clone())
    }
}
