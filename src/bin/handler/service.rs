//! One invocation: an event in, a response or an error out.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use ivs_chat_review::engine::{Engine, Match, Place};
use ivs_chat_review::ivs::{EventError, Probe, ReviewRequest, ReviewResponse};
use ivs_chat_review::policy::Verdict;
use ivs_chat_review::review::{Review, Reviewer};
use ivs_chat_review::rules::RuleId;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use lambda_runtime::Diagnostic;
use tracing::{error, info, warn};

use crate::metrics::{Metrics, VerdictKind};

/// The maximum number of causes that a log line names, so that it stays short for a message that
/// consists of entries.
const MAX_CAUSES: usize = 16;

/// Answers events with one engine.
pub(crate) struct Service<'e> {
    reviewer: Reviewer<'e>,
    /// The number of failed patterns that were logged.
    failed_patterns: usize,
    /// `None` if metrics are off.
    metrics: Option<Metrics>,
    /// The state of this process, returned for a probe.
    about: Probe,
}

impl<'e> Service<'e> {
    pub(crate) fn new(reviewer: Reviewer<'e>, metrics: Option<Metrics>) -> Service<'e> {
        let failed_patterns = reviewer.engine().failed_patterns_count();
        Service { reviewer, failed_patterns, metrics, about: Probe::default() }
    }

    /// Sets what is said of the rules and the start of this process.
    pub(crate) fn describe(&mut self, about: Probe) {
        self.about = about;
    }

    /// Replaces the rules by others, of which this is said. Returns the metrics of the old ones as
    /// lines.
    pub(crate) fn replace(&mut self, engine: Engine, about: Probe) -> Option<String> {
        // Matches are counted by the index of a rule.
        let lines = self.flush_metrics();
        if let Some(metrics) = &mut self.metrics {
            metrics.set_skipped(about.skipped);
        }
        let Probe { answered, start_us, .. } = self.about;
        self.about = Probe { answered, start_us, ..about };
        self.failed_patterns = engine.failed_patterns_count();
        self.reviewer = Reviewer::shared(Arc::new(engine));
        self.warm_up();
        lines
    }

    /// Returns the metrics for counting something else than reviews; `None` if metrics are off.
    pub(crate) fn metrics(&mut self) -> Option<&mut Metrics> {
        self.metrics.as_mut()
    }

    /// Reviews a sample message, so that memory is mapped and caches are warm for the first real
    /// one.
    pub(crate) fn warm_up(&mut self) {
        let request = ReviewRequest::new("a first message, with ünïcode 🙂 in it");
        // Compiled rules may be damaged, and a panic must not end the process.
        let review = AssertUnwindSafe(|| self.reviewer.review(&request, today()));
        if catch_unwind(review).is_err() {
            self.reviewer.reset();
        }
    }

    /// Reviews the message of an event, which is JSON. On an error the room's `fallbackResult`
    /// applies.
    pub(crate) fn answer(&mut self, event: &[u8]) -> Result<ReviewResponse<'static>, Failure> {
        let answer = catch_unwind(AssertUnwindSafe(|| self.review(event)));
        answer
            .unwrap_or_else(|_| {
                // Its buffers may be inconsistent after a panic.
                self.reviewer.reset();
                Err(Failure::Panic)
            })
            .inspect_err(|failure| {
                error!(error = %failure, "review failed");
                if let Some(metrics) = &mut self.metrics {
                    metrics.failed();
                }
            })
    }

    /// Returns the metrics as lines if it is time to flush them.
    pub(crate) fn metrics_if_due(&mut self) -> Option<String> {
        let now = now();
        let metrics = self.metrics.as_mut().filter(|metrics| metrics.is_due(now))?;
        metrics.flush(now, self.reviewer.engine().rules())
    }

    /// Returns the metrics as lines; `None` if there are none.
    pub(crate) fn flush_metrics(&mut self) -> Option<String> {
        self.metrics.as_mut()?.flush(now(), self.reviewer.engine().rules())
    }

    fn review(&mut self, event: &[u8]) -> Result<ReviewResponse<'static>, Failure> {
        let start = Instant::now();
        let request = ReviewRequest::from_json(event).map_err(Failure::Event)?;
        #[cfg(feature = "planted-panic")]
        if std::env::var("PLANTED_PANIC").is_ok_and(|content| content == request.content) {
            panic!("at {}", request.content);
        }
        let review = self.reviewer.review(&request, today());
        let time = start.elapsed();
        let answered = self.about.answered;
        self.about.answered += 1;
        if request.is_probe {
            let response = review.into_response(self.reviewer.engine(), request).into_owned();
            let review_us = time.as_micros() as u64;
            return Ok(response.with_probe(Probe { answered, review_us, ..self.about.clone() }));
        }
        let (mut rules, shadow) = (review.rules(), review.shadow_rules());
        if let (true, Verdict::Deny(rule)) = (review.oversized, &review.verdict) {
            rules.push(*rule);
        }
        let verdict = VerdictKind::from(&review.verdict);
        let cut = review.cut;
        if review.is_notable() {
            self.log(&request, &review, &rules, &shadow, time);
        }
        self.log_failed_patterns();
        let response = review.into_response(self.reviewer.engine(), request).into_owned();
        // Last, since an event whose review panics is counted as a failure.
        if let Some(metrics) = &mut self.metrics {
            metrics.reviewed(verdict, rules, shadow, time);
            if cut {
                metrics.cut();
            }
        }
        Ok(response)
    }

    /// Logs all patterns that could not be compiled when a message needed them, each time there are
    /// more. `check` compiles all patterns and reports them before a deploy.
    fn log_failed_patterns(&mut self) {
        let engine = self.reviewer.engine();
        let failed = engine.failed_patterns_count();
        if failed == self.failed_patterns {
            return;
        }
        let more = failed - self.failed_patterns;
        self.failed_patterns = failed;
        if let Some(metrics) = &mut self.metrics {
            metrics.skipped(more);
        }
        for (rule, problem) in engine.failed_patterns() {
            let rule = engine.rules().rule(rule).id.as_str();
            error!(rule, code = %problem.code, "skipped invalid rule: {}", problem.message);
        }
    }

    /// Logs a message in which something was found. Other messages are not logged, to save cost.
    fn log(
        &self,
        request: &ReviewRequest<'_>,
        review: &Review,
        rules: &[RuleId],
        shadow: &[RuleId],
        time: Duration,
    ) {
        let engine = self.reviewer.engine();
        let all = engine.rules();
        let ids = |rules: &[RuleId]| {
            rules.iter().map(|&id| all.rule(id).id.as_str()).collect::<Vec<_>>().join(",")
        };
        let (rules, shadow) = (ids(rules), ids(shadow));
        // Those in shadow mode first: what they matched is only in the log.
        let causes = causes(engine, review.shadow().chain(review.matches()));
        info!(
            verdict = review.verdict.as_str(),
            rules,
            matches = review.matches().count(),
            // The optional fields are absent unless they apply.
            shadow_rules = (!shadow.is_empty()).then_some(shadow),
            causes = (!causes.is_empty()).then_some(causes),
            oversized = review.oversized.then_some(true),
            tags_omitted = review.tags_omitted.then_some(true),
            cut = review.cut.then_some(true),
            duration_us = time.as_micros() as u64,
            message_id = request.message_id.as_deref().filter(|id| is_id(id)),
            room_id = request.room_id().filter(|id| is_id(id)),
            "match"
        );
        if review.did_not_converge {
            warn!(rules, "denied: rewrite did not converge");
        }
        if review.oversized {
            warn!(rules, "denied: attributes are too large to search");
        }
        if review.too_large {
            warn!(rules, "denied: rewritten attributes are too large for a reply");
        }
    }
}

/// Returns the rules that matched, each with the file and line of what matched:
/// `insults:lists/insults.txt:12,invites:rules.toml:40`. Of many, the first are named.
fn causes<'m>(engine: &Engine, found: impl Iterator<Item = &'m Match>) -> String {
    let mut causes: Vec<(RuleId, Place<'_>)> = Vec::new();
    for found in found {
        let cause = engine.place(found).map(|place| (found.rule, place));
        if let Some(cause) = cause.filter(|cause| !causes.contains(cause)) {
            causes.push(cause);
        }
        if causes.len() == MAX_CAUSES {
            break;
        }
    }
    let id = |rule| engine.rules().rule(rule).id.as_str();
    let causes = causes.into_iter().map(|(rule, place)| format!("{}:{place}", id(rule)));
    causes.collect::<Vec<_>>().join(",")
}

/// Returns the day in UTC. It is read for each message, since a warm function may run past
/// midnight.
fn today() -> Date {
    Offset::UTC.to_datetime(now()).date()
}

/// Returns the current time, or the epoch if the clock is out of range by thousands of years.
/// `Timestamp::now` would add the formatting of all time errors to the binary, 20 KB.
fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or_default()
}

/// Whether a string has the format of an id of the service. No other part of an event is logged.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Why a review failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Event(EventError),
    Panic,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Event(error) => write!(f, "invalid message review event: {error}"),
            Failure::Panic => f.write_str("review panicked"),
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
