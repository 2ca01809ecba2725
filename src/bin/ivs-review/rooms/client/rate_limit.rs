//! Limits the rate of calls: [`RateLimiter`].

use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota};

use super::error::ServiceError;
use crate::rooms::shutdown::Shutdown;

/// A limiter without bursts: permits do not accumulate while there are no calls.
pub(super) struct RateLimiter {
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl RateLimiter {
    /// Permits `rate` calls per second.
    pub(super) fn new(rate: f64) -> RateLimiter {
        let period = Duration::from_secs_f64(rate.recip()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(period).expect("the period is not zero");
        let clock = DefaultClock::default();
        let limiter = governor::RateLimiter::direct_with_clock(quota, clock.clone());
        RateLimiter { limiter, clock }
    }

    /// Waits for the next permit.
    pub(super) async fn acquire(&self, shutdown: &Shutdown) -> Result<(), ServiceError> {
        while !shutdown.is_requested() {
            match self.limiter.check() {
                Ok(()) => return Ok(()),
                Err(later) => shutdown.sleep(later.wait_time_from(self.clock.now())).await,
            }
        }
        Err(ServiceError::interrupted())
    }
}
