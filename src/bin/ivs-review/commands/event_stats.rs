//! `review --stats`: counts and latencies of any number of reviews, in constant memory.

use std::time::Duration;

use hdrhistogram::Histogram;
use ivs_chat_review::policy::Verdict;
use ivs_chat_review::review::Review;
use serde::Serialize;

/// The highest latency that is recorded, in nanoseconds: a minute. Longer reviews are recorded as
/// this value.
const MAX_LATENCY: u64 = 60_000_000_000;

/// Records reviews.
pub(crate) struct EventStats {
    build_time: Duration,
    verdicts: Verdicts,
    conditions: Conditions,
    errors: u64,
    /// Nanoseconds from the JSON of an event to that of the reply.
    latencies: Histogram<u64>,
}

#[derive(Clone, Copy, Default, Serialize)]
struct Verdicts {
    allow: u64,
    rewrite: u64,
    deny: u64,
}

/// The number of messages with each of these conditions.
#[derive(Clone, Copy, Default, Serialize)]
struct Conditions {
    /// Matched by a rule in shadow mode.
    shadow: u64,
    /// Not reviewed, because the sender is exempt.
    exempt: u64,
    /// Delivered without tags, because they did not fit.
    tags_omitted: u64,
    /// Searched in part, because the search budget was exhausted.
    cut: u64,
}

/// What is counted of one review.
#[derive(Clone, Copy)]
pub(crate) struct Reviewed {
    verdicts: Verdicts,
    conditions: Conditions,
    latency: Duration,
}

impl Reviewed {
    pub(crate) fn new(review: &Review) -> Reviewed {
        let mut verdicts = Verdicts::default();
        match review.verdict {
            Verdict::Allow => verdicts.allow = 1,
            Verdict::Rewrite(_) => verdicts.rewrite = 1,
            Verdict::Deny(_) | Verdict::DenyCut => verdicts.deny = 1,
        }
        let conditions = Conditions {
            shadow: u64::from(review.shadow().next().is_some()),
            exempt: u64::from(review.exempt),
            tags_omitted: u64::from(review.tags_omitted),
            cut: u64::from(review.cut),
        };
        Reviewed { verdicts, conditions, latency: Duration::ZERO }
    }

    /// Sets the time from the JSON of the event to that of the reply.
    pub(crate) fn with_latency(self, latency: Duration) -> Reviewed {
        Reviewed { latency, ..self }
    }
}

impl EventStats {
    pub(crate) fn new(build_time: Duration) -> EventStats {
        EventStats {
            build_time,
            verdicts: Verdicts::default(),
            conditions: Conditions::default(),
            errors: 0,
            latencies: Histogram::new_with_max(MAX_LATENCY, 3).expect("the bounds are valid"),
        }
    }

    /// Counts a review.
    pub(crate) fn add(&mut self, reviewed: Reviewed) {
        let Reviewed { verdicts, conditions, latency } = reviewed;
        self.verdicts.allow += verdicts.allow;
        self.verdicts.rewrite += verdicts.rewrite;
        self.verdicts.deny += verdicts.deny;
        self.conditions.shadow += conditions.shadow;
        self.conditions.exempt += conditions.exempt;
        self.conditions.tags_omitted += conditions.tags_omitted;
        self.conditions.cut += conditions.cut;
        self.latencies.saturating_record(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn failed(&mut self) {
        self.errors += 1;
    }

    pub(crate) fn errors(&self) -> u64 {
        self.errors
    }

    pub(crate) fn summary(&self) -> StatsSummary {
        let micros = |nanos: u64| nanos as f64 / 1_000.0;
        StatsSummary {
            messages: self.latencies.len(),
            verdicts: self.verdicts,
            conditions: self.conditions,
            errors: self.errors,
            engine_build_ms: millis(self.build_time),
            review_us: Latencies {
                mean: micros(self.latencies.mean().round() as u64),
                p50: micros(self.latencies.value_at_quantile(0.5)),
                p99: micros(self.latencies.value_at_quantile(0.99)),
                max: micros(self.latencies.max()),
            },
        }
    }
}

/// Returns a time in milliseconds, with microsecond precision.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_micros() as f64 / 1_000.0
}

/// The JSON that is printed.
#[derive(Serialize)]
pub(crate) struct StatsSummary {
    messages: u64,
    verdicts: Verdicts,
    #[serde(flatten)]
    conditions: Conditions,
    errors: u64,
    engine_build_ms: f64,
    review_us: Latencies,
}

#[derive(Serialize)]
struct Latencies {
    mean: f64,
    p50: f64,
    p99: f64,
    max: f64,
}
