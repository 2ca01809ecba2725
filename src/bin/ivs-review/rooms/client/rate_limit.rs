//! Calls under the quotas of the service: [`Pace`].

use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::error::ServiceError;
use crate::rooms::shutdown::Stop;

/// Turns at a steady rate, and none saved up: a second of silence is followed by no burst.
pub(super) struct Pace {
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl Pace {
    /// So many turns a second.
    pub(super) fn new(rate: f64) -> Pace {
        let period = Duration::from_secs_f64(rate.recip()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(period).expect("it is above zero");
        let clock = DefaultClock::default();
        Pace { limiter: RateLimiter::direct_with_clock(quota, clock.clone()), clock }
    }

    /// Waits for the next turn.
    pub(super) async fn turn(&self, stop: &Stop) -> Result<(), ServiceError> {
        while !stop.requested() {
            match self.limiter.check() {
                Ok(()) => return Ok(()),
                Err(later) => stop.sleep(later.wait_time_from(self.clock.now())).await,
            }
        }
        Err(ServiceError::stopped())
    }
}
