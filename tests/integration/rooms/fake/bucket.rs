//! A token bucket, by which the service limits the request rate.

use std::time::Instant;

pub(super) struct Bucket {
    rate: f64,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// Returns a full bucket with a capacity of one second of calls.
    pub(super) fn new(rate: f64) -> Self {
        Self { rate, tokens: rate, filled: Instant::now() }
    }

    /// Takes a token; returns whether there was one.
    pub(super) fn take(&mut self) -> bool {
        let now = Instant::now();
        let elapsed = now.duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + elapsed * self.rate).min(self.rate);
        self.filled = now;
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}
