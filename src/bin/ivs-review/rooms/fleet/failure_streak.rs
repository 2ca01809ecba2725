//! Detects failures that would affect all rooms: [`FailureStreak`].

use crate::rooms::client::{FailureKind, ServiceError};

/// How many rooms in a row, from the start, may be rejected before the run stops.
const MAX_REJECTED_FROM_START: usize = 3;
/// How many rooms in a row may get no answer before the run stops.
const MAX_UNANSWERED_IN_A_ROW: usize = 10;

/// Consecutive failures: a circuit breaker for a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FailureStreak {
    /// No room was finished yet.
    Start,
    /// All rooms so far, this many, were rejected.
    Rejected(usize),
    /// The last rooms, this many, got no answer.
    Unanswered(usize),
    /// Some room succeeded, or failed otherwise: later rejections only concern their rooms.
    Ended,
}

impl FailureStreak {
    /// Whether a failure ends a run that reads rooms: it is one of the run and not of the room, or it
    /// would affect the next rooms too.
    pub(crate) fn ends_with(&mut self, error: &ServiceError) -> bool {
        matches!(error.kind, FailureKind::Credentials | FailureKind::Interrupted)
            || self.is_persistent_after(error)
    }

    /// Counts a failed room, and returns whether the next ones are expected to fail too.
    pub(crate) fn is_persistent_after(&mut self, error: &ServiceError) -> bool {
        use FailureKind::{AccessDenied, LambdaPermission, Throttled, Unavailable, Unverified};
        *self = match (&self, error.kind) {
            (FailureStreak::Start, AccessDenied | Unverified | LambdaPermission) => {
                FailureStreak::Rejected(1)
            }
            (FailureStreak::Rejected(rooms), AccessDenied | Unverified | LambdaPermission) => {
                FailureStreak::Rejected(rooms + 1)
            }
            (FailureStreak::Unanswered(rooms), Throttled | Unavailable) => {
                FailureStreak::Unanswered(rooms + 1)
            }
            (_, Throttled | Unavailable) => FailureStreak::Unanswered(1),
            _ => FailureStreak::Ended,
        };
        *self == FailureStreak::Rejected(MAX_REJECTED_FROM_START)
            || *self == FailureStreak::Unanswered(MAX_UNANSWERED_IN_A_ROW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejections_from_the_start_and_missing_answers_in_a_row_are_persistent() {
        use FailureKind::{AccessDenied, LambdaPermission, Rejected, Throttled, Unavailable};

        for (failures, at) in [
            (vec![AccessDenied, LambdaPermission, AccessDenied], Some(3)),
            (vec![AccessDenied, AccessDenied, Rejected, AccessDenied, AccessDenied], None),
            (vec![Rejected; 20], None),
            ([Unavailable, Throttled].repeat(6), Some(10)),
            ([vec![Unavailable; 9], vec![Rejected], vec![Unavailable; 9]].concat(), None),
        ] {
            let mut streak = FailureStreak::Start;
            let found = failures.iter().position(|&kind| {
                let mut error = ServiceError::not_processed("failed");
                error.kind = kind;
                streak.is_persistent_after(&error)
            });
            assert_eq!(found.map(|found| found + 1), at, "{failures:?}");
        }
    }
}
