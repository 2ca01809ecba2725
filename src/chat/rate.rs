//! Rate limits: a token bucket for the control plane, and a sliding window for the Messaging API.

use jiff::Timestamp;

/// A token bucket with a capacity of one second of requests.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    /// Per second.
    rate: f64,
    tokens: f64,
    filled: Timestamp,
}

impl Bucket {
    /// A full bucket.
    pub(super) fn new(rate: f64, now: Timestamp) -> Bucket {
        Bucket { rate, tokens: rate, filled: now }
    }

    /// Takes a token; returns whether there was one.
    pub(super) fn take(&mut self, now: Timestamp) -> bool {
        let elapsed = now.duration_since(self.filled).as_secs_f64().max(0.0);
        self.tokens = (self.tokens + elapsed * self.rate).min(self.rate);
        self.filled = now;
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}

/// At most a number of requests within any second. Refused requests count too.
///
/// It keeps the times of the last requests, as many as the limit, in a ring. A request is allowed if
/// the oldest of them is a second old.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    times: Vec<Timestamp>,
    /// The index of the oldest time, if there are as many as the limit.
    oldest: usize,
}

impl Window {
    /// Counts a request; returns whether it is within the limit. If the limit changes, counting begins again.
    pub(super) fn take(&mut self, limit: usize, now: Timestamp) -> bool {
        if limit == 0 {
            return false;
        }
        if self.times.len() > limit {
            *self = Window::default();
        }
        if self.times.len() < limit {
            self.times.rotate_left(self.oldest);
            self.oldest = 0;
            self.times.push(now);
            return true;
        }
        let oldest = std::mem::replace(&mut self.times[self.oldest], now);
        self.oldest = (self.oldest + 1) % limit;
        // A time in the future is one of a clock that was set back since.
        !(0..1_000).contains(&now.duration_since(oldest).as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds).expect("in range")
    }

    #[test]
    fn a_window_counts_refused_requests() {
        let mut window = Window::default();
        let taken: Vec<bool> =
            [0, 100, 200, 999, 1_099, 1_200, 3_000].map(|time| window.take(3, at(time))).into();
        // The request at 999 is refused, and counts for those after it.
        assert_eq!(taken, [true, true, true, false, false, true, true]);
    }

    #[test]
    fn a_window_follows_its_limit() {
        let mut window = Window::default();
        assert!(window.take(1, at(0)));
        assert!(!window.take(1, at(1)));
        assert!(window.take(2, at(2)));
        assert!(!window.take(2, at(3)));
        assert!(window.take(1, at(4)));
        assert!(!window.take(0, at(5_000)));
    }

    #[test]
    fn a_window_survives_a_clock_that_is_set_back() {
        let mut window = Window::default();
        let taken: Vec<bool> =
            [90_000, 90_000, 1_000, 1_000, 1_500].map(|time| window.take(2, at(time))).into();
        assert_eq!(taken, [true, true, true, true, false]);
    }

    #[test]
    fn a_bucket_fills_with_time() {
        let mut bucket = Bucket::new(2.0, at(0));
        let taken: Vec<bool> = [0, 0, 0, 499, 500, 500, 1_500, 1_500, 1_500, 0]
            .map(|time| bucket.take(at(time)))
            .into();
        assert_eq!(taken, [true, true, false, false, true, false, true, true, false, false]);
    }
}
