//! One invocation: an event in, a response or an error out.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant, SystemTime};

use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::{EventError, ReviewRequest, ReviewResponse};
use ivs_chat_review::policy::Verdict;
use ivs_chat_review::review::{Review, Reviewer};
use ivs_chat_review::rules::RuleId;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tracing::{error, info, warn};

use crate::metrics::{Metrics, Outcome};

/// An event as it came: unread, since the runtime's words about one that it cannot read are not
/// ours to choose.
pub(crate) type Event = LambdaEvent<Payload>;

/// The JSON of an event; nothing if it is none.
pub(crate) struct Payload(Option<Box<RawValue>>);

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Payload, D::Error> {
        Ok(Payload(Box::<RawValue>::deserialize(deserializer).ok()))
    }
}

/// Answers events with one engine.
pub(crate) struct Service<'e> {
    reviewer: Reviewer<'e>,
    /// How many patterns had failed when they were last told.
    failed_patterns: usize,
    /// What there is to tell of the events; nothing if nobody asks.
    metrics: Option<Metrics>,
}

impl<'e> Service<'e> {
    pub(crate) fn new(engine: &'e Engine, metrics: Option<Metrics>) -> Service<'e> {
        let failed_patterns = engine.failed_patterns_count();
        Service { reviewer: Reviewer::new(engine), failed_patterns, metrics }
    }

    /// Reviews a message that nobody sent, so that the first real one finds memory mapped and
    /// caches warm.
    pub(crate) fn warm_up(&mut self) {
        let request = ReviewRequest::new("a first message, with ünïcode 🙂 in it");
        let _ = self.reviewer.review(&request, today());
    }

    /// Reviews the message of an event. On an error the room's `fallbackResult` decides.
    pub(crate) fn answer(&mut self, event: &Event) -> Result<ReviewResponse<'static>, Failure> {
        let payload = event.payload.0.as_deref();
        let answer = catch_unwind(AssertUnwindSafe(|| self.review(payload)));
        answer
            .unwrap_or_else(|_| {
                // Its buffers may be half written.
                self.reviewer = Reviewer::new(self.reviewer.engine());
                Err(Failure::Panic)
            })
            .inspect_err(|failure| {
                error!(error = %failure, "no review");
                if let Some(metrics) = &mut self.metrics {
                    metrics.failed();
                }
            })
    }

    /// The metrics as lines, once it is time for them.
    pub(crate) fn metrics_if_due(&mut self) -> Option<String> {
        let now = now();
        let metrics = self.metrics.as_mut().filter(|metrics| metrics.are_due(now))?;
        metrics.tell(now, self.reviewer.engine().rules())
    }

    /// The metrics as lines, whatever there is.
    pub(crate) fn metrics(&mut self) -> Option<String> {
        self.metrics.as_mut()?.tell(now(), self.reviewer.engine().rules())
    }

    fn review(&mut self, event: Option<&RawValue>) -> Result<ReviewResponse<'static>, Failure> {
        let begun = Instant::now();
        // What is not JSON gets the error that says so.
        let request = event.map_or_else(|| ReviewRequest::from_json(b""), ReviewRequest::from_raw);
        let request = request.map_err(Failure::Event)?;
        #[cfg(feature = "planted-panic")]
        if std::env::var("PLANTED_PANIC").is_ok_and(|content| content == request.content) {
            panic!("at {}", request.content);
        }
        let review = self.reviewer.review(&request, today());
        let time = begun.elapsed();
        let (mut rules, shadow) = (review.rules(), review.shadow_rules());
        if let (true, Verdict::Deny(rule)) = (review.oversized, &review.verdict) {
            rules.push(*rule);
        }
        let outcome = Outcome::from(&review.verdict);
        let cut = review.cut;
        if review.is_notable() {
            self.log(&request, &review, &rules, &shadow, time);
        }
        self.log_failed_patterns();
        let response = review.into_response(self.reviewer.engine(), request).into_owned();
        // Last, since an event whose review panics counts as a failure.
        if let Some(metrics) = &mut self.metrics {
            metrics.reviewed(outcome, rules.into_iter().chain(shadow), time);
            if cut {
                metrics.cut();
            }
        }
        Ok(response)
    }

    /// Tells the patterns that could not be compiled once messages needed them, again whenever
    /// there are more. `check` would have told them before.
    fn log_failed_patterns(&mut self) {
        let engine = self.reviewer.engine();
        let failed = engine.failed_patterns_count();
        if failed == self.failed_patterns {
            return;
        }
        let more = failed - self.failed_patterns;
        self.failed_patterns = failed;
        if let Some(metrics) = &mut self.metrics {
            metrics.left_out(more);
        }
        for (rule, problem) in engine.failed_patterns() {
            let rule = engine.rules().rule(rule).id.as_str();
            error!(rule, code = %problem.code, "left out: {}", problem.message);
        }
    }

    /// A line for a message in which something was found; the others are not worth their price.
    fn log(
        &self,
        request: &ReviewRequest<'_>,
        review: &Review,
        rules: &[RuleId],
        shadow: &[RuleId],
        time: Duration,
    ) {
        let all = self.reviewer.engine().rules();
        let ids = |rules: &[RuleId]| {
            rules.iter().map(|&id| all.rule(id).id.as_str()).collect::<Vec<_>>().join(",")
        };
        let (rules, shadow) = (ids(rules), ids(shadow));
        info!(
            verdict = review.verdict.as_str(),
            rules,
            hits = review.matches().count(),
            // Absent but for the messages that they are about.
            shadow_rules = (!shadow.is_empty()).then_some(shadow),
            oversized = review.oversized.then_some(true),
            tags_left_out = review.tags_left_out.then_some(true),
            cut = review.cut.then_some(true),
            micros = time.as_micros() as u64,
            message_id = request.message_id.as_deref().filter(|id| is_id(id)),
            room_id = request.room_id().filter(|id| is_id(id)),
            "hit"
        );
        if review.unsettled {
            warn!(rules, "denied, since its rewrite did not come to rest");
        }
        if review.oversized {
            warn!(rules, "denied, since its attributes are too large to be looked at");
        }
        if review.too_large {
            warn!(rules, "denied, since its attributes would be too large");
        }
    }
}

/// The day in UTC, asked for each message: a warm function lives over midnight.
fn today() -> Date {
    Offset::UTC.to_datetime(now()).date()
}

/// The time of the clock; that of the epoch if the clock is thousands of years off. `Timestamp::now` would
/// link in all the errors that a time may have, 20 KB of text.
fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or_default()
}

/// Whether a text is one of the service's ids. Nothing else of an event is logged.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Why there is no review.
#[derive(Debug)]
pub(crate) enum Failure {
    Event(EventError),
    Panic,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Event(error) => write!(f, "this is no message review event: {error}"),
            Failure::Panic => f.write_str("the review panicked"),
        }
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Diagnostic {
        let error_type = match failure {
            Failure::Event(_) => "EventError",
            Failure::Panic => "Panic",
        };
        Diagnostic { error_type: error_type.to_owned(), error_message: failure.to_string() }
    }
}
