//! `--stats`: figures over any number of reviews, in constant memory.

use std::time::Duration;

use hdrhistogram::Histogram;
use ivs_chat_review::policy::Verdict;
use ivs_chat_review::review::Review;
use serde::Serialize;

/// Longer reviews count as this long, in nanoseconds: a minute.
const LONGEST: u64 = 60_000_000_000;

/// Counts and times under way.
pub(crate) struct Stats {
    build: Duration,
    verdicts: Verdicts,
    notes: Notes,
    errors: u64,
    /// Nanoseconds of a review, from the event's JSON to the reply's.
    times: Histogram<u64>,
}

#[derive(Clone, Copy, Default, Serialize)]
struct Verdicts {
    allow: u64,
    rewrite: u64,
    deny: u64,
}

/// How many messages there were of these; most are of none.
#[derive(Clone, Copy, Default, Serialize)]
struct Notes {
    /// Hit by a rule on trial.
    shadow: u64,
    /// Not reviewed for their sender's sake.
    exempt: u64,
    /// Delivered without their tags for want of room.
    tags_left_out: u64,
    /// Searched in part, since not all their readings fit into the budget.
    cut: u64,
}

impl Stats {
    pub(crate) fn new(build: Duration) -> Stats {
        let times = Histogram::new_with_max(LONGEST, 3).expect("the bounds are sound");
        Stats { build, verdicts: Verdicts::default(), notes: Notes::default(), errors: 0, times }
    }

    /// Counts a review, whatever becomes of it.
    pub(crate) fn reviewed(&mut self, review: &Review) {
        match review.verdict {
            Verdict::Allow => self.verdicts.allow += 1,
            Verdict::Rewrite(_) => self.verdicts.rewrite += 1,
            Verdict::Deny(_) | Verdict::DenyCut => self.verdicts.deny += 1,
        }
        self.notes.shadow += u64::from(review.shadow().next().is_some());
        self.notes.exempt += u64::from(review.exempt);
        self.notes.tags_left_out += u64::from(review.tags_left_out);
        self.notes.cut += u64::from(review.cut);
    }

    /// Counts a message that was answered in that time.
    pub(crate) fn answered(&mut self, time: Duration) {
        self.times.saturating_record(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn failed(&mut self) {
        self.errors += 1;
    }

    pub(crate) fn errors(&self) -> u64 {
        self.errors
    }

    pub(crate) fn summary(&self) -> Summary {
        let micros = |nanos: u64| nanos as f64 / 1_000.0;
        Summary {
            messages: self.times.len(),
            verdicts: self.verdicts,
            notes: self.notes,
            errors: self.errors,
            engine_build_ms: millis(self.build),
            review_us: Times {
                mean: micros(self.times.mean().round() as u64),
                p50: micros(self.times.value_at_quantile(0.5)),
                p99: micros(self.times.value_at_quantile(0.99)),
                max: micros(self.times.max()),
            },
        }
    }
}

/// A time in milliseconds, to the microsecond.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_micros() as f64 / 1_000.0
}

/// The line that is printed.
#[derive(Serialize)]
pub(crate) struct Summary {
    messages: u64,
    verdicts: Verdicts,
    #[serde(flatten)]
    notes: Notes,
    errors: u64,
    engine_build_ms: f64,
    review_us: Times,
}

#[derive(Serialize)]
struct Times {
    mean: f64,
    p50: f64,
    p99: f64,
    max: f64,
}
