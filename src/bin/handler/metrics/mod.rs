//! Counts reviews for CloudWatch: [`Metrics`].
//!
//! It formats its counts as lines, but reads no clock and prints nothing.
//!
//! | metric | unit | dimensions | value |
//! |---|---|---|---|
//! | `Allowed`, `Rewritten`, `Denied` | Count | `FunctionName` | reviews by verdict |
//! | `Failures` | Count | `FunctionName` | events without a review |
//! | `ReviewTime` | Microseconds | `FunctionName` | from the bytes of an event to its verdict, one value for each review |
//! | `ColdStarts` | Count | `FunctionName` | 1 in the first flush of a process |
//! | `Cut` | Count | `FunctionName` | reviews whose search was cut; absent if there were none |
//! | `CompiledRulesUnused` | Count | `FunctionName` | loads of the text because compiled rules cannot be used; absent if there were none |
//! | `ReloadsRejected` | Count | `FunctionName` | changed rules that are worse than those in use; absent if there were none |
//! | `SkippedRules` | Count | `FunctionName` | invalid parts of the rules, 0 included |
//! | `Matched` | Count | `FunctionName`, `Rule`, `Mode` | reviews in which this rule matched and was on, or in shadow mode; only rules that did |
//!
//! So there are ten metrics and one for each rule, or two if it is in shadow mode for some messages. No name, dimension or value contains part of a
//! message.
//!
//! Metrics are flushed at the end of the first event, then at the end of an event after a minute or
//! [`MAX_VALUES`] reviews, and when Lambda shuts the process down. Their timestamp is the time of
//! the flush, so the metrics of a process that Lambda froze count for a later minute than the
//! reviews. A process that crashes, is killed or exceeds the function's timeout loses what it has
//! not flushed.

mod emf;

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use ivs_chat_review::policy::Verdict;
use ivs_chat_review::rules::{Mode, RuleId, Rules};
use jiff::{SignedDuration, Timestamp};

use self::emf::{Document, Metric, Values};

/// The most values of a metric in one line ("Specification: Embedded metric format", Amazon
/// CloudWatch User Guide).
const MAX_VALUES: usize = 100;

/// The time between two flushes.
const FLUSH_INTERVAL: SignedDuration = SignedDuration::from_secs(60);

/// Counts since the last flush.
pub(crate) struct Metrics {
    function: String,
    level: &'static str,
    allowed: u64,
    rewritten: u64,
    denied: u64,
    failures: u64,
    cut: u64,
    /// In microseconds, one for each review.
    times: Vec<u64>,
    /// Reviews in which a rule matched in a mode; only rules that did.
    matches: BTreeMap<(RuleId, Mode), u64>,
    /// Invalid parts of the rules. A flush does not reset it.
    skipped: u64,
    compiled_unused: u64,
    reloads_rejected: u64,
    last_flush: Option<Flush>,
}

#[derive(Clone, Copy)]
struct Flush {
    at: Timestamp,
    skipped: u64,
}

/// A [`Verdict`] without its content.
#[derive(Clone, Copy)]
pub(crate) enum VerdictKind {
    Allowed,
    Rewritten,
    Denied,
}

impl From<&Verdict> for VerdictKind {
    fn from(verdict: &Verdict) -> VerdictKind {
        match verdict {
            Verdict::Allow => VerdictKind::Allowed,
            Verdict::Rewrite(_) => VerdictKind::Rewritten,
            Verdict::Deny(_) | Verdict::DenyCut => VerdictKind::Denied,
        }
    }
}

impl Metrics {
    /// Empty metrics. Each line carries `level`, which must be one that Lambda keeps.
    pub(crate) fn new(function: String, level: &'static str) -> Metrics {
        Metrics {
            function,
            level,
            allowed: 0,
            rewritten: 0,
            denied: 0,
            failures: 0,
            cut: 0,
            times: Vec::with_capacity(MAX_VALUES),
            matches: BTreeMap::new(),
            skipped: 0,
            compiled_unused: 0,
            reloads_rejected: 0,
            last_flush: None,
        }
    }

    /// Counts a review and the rules that matched in it, each once: those that acted, and those in
    /// shadow mode.
    pub(crate) fn reviewed(
        &mut self,
        verdict: VerdictKind,
        acting: impl IntoIterator<Item = RuleId>,
        shadow: impl IntoIterator<Item = RuleId>,
        time: Duration,
    ) {
        match verdict {
            VerdictKind::Allowed => self.allowed += 1,
            VerdictKind::Rewritten => self.rewritten += 1,
            VerdictKind::Denied => self.denied += 1,
        }
        let acting = acting.into_iter().map(|rule| (rule, Mode::On));
        let shadow = shadow.into_iter().map(|rule| (rule, Mode::Shadow));
        for matched in acting.chain(shadow) {
            *self.matches.entry(matched).or_default() += 1;
        }
        self.times.push(time.as_micros() as u64);
    }

    /// Counts a review whose search was cut.
    pub(crate) fn cut(&mut self) {
        self.cut += 1;
    }

    /// Counts an event without a review.
    pub(crate) fn failed(&mut self) {
        self.failures += 1;
    }

    /// Counts `more` invalid parts of the rules.
    pub(crate) fn skipped(&mut self, more: usize) {
        self.skipped += more as u64;
    }

    /// Counts rules that were compiled from text because compiled rules cannot be used.
    pub(crate) fn compiled_unused(&mut self) {
        self.compiled_unused += 1;
    }

    /// Counts changed rules that are not used.
    pub(crate) fn reload_rejected(&mut self) {
        self.reloads_rejected += 1;
    }

    /// Replaces the number of invalid parts.
    pub(crate) fn set_skipped(&mut self, count: usize) {
        self.skipped = count as u64;
    }

    /// Whether it is time to flush.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        let Some(last) = self.last_flush else { return true };
        let passed = now.duration_since(last.at);
        // A negative time is a clock that was set back: waiting until it has caught up could take
        // hours.
        self.times.len() >= MAX_VALUES
            || self.skipped > last.skipped
            || passed >= FLUSH_INTERVAL
            || passed < SignedDuration::ZERO
    }

    /// Returns the counts as JSON lines and resets them; `None` if there was no event since the
    /// last flush.
    pub(crate) fn flush(&mut self, now: Timestamp, rules: &Rules) -> Option<String> {
        if self.allowed + self.rewritten + self.denied + self.failures == 0 {
            return None;
        }
        let count = |name, count| Metric { name, unit: "Count", values: Values::One(count) };
        let mut metrics = vec![
            count("Allowed", mem::take(&mut self.allowed)),
            count("Rewritten", mem::take(&mut self.rewritten)),
            count("Denied", mem::take(&mut self.denied)),
            count("Failures", mem::take(&mut self.failures)),
            count("SkippedRules", self.skipped),
        ];
        if !self.times.is_empty() {
            let values = Values::Many(&self.times);
            metrics.push(Metric { name: "ReviewTime", unit: "Microseconds", values });
        }
        if self.cut > 0 {
            metrics.push(count("Cut", mem::take(&mut self.cut)));
        }
        if self.compiled_unused > 0 {
            metrics.push(count("CompiledRulesUnused", mem::take(&mut self.compiled_unused)));
        }
        if self.reloads_rejected > 0 {
            metrics.push(count("ReloadsRejected", mem::take(&mut self.reloads_rejected)));
        }
        if self.last_flush.is_none() {
            metrics.push(count("ColdStarts", 1));
        }
        let mut lines = String::new();
        let mut line = |dimensions: &[(&'static str, &str)], metrics: &[Metric<'_>]| {
            Document { at: now, level: self.level, dimensions, metrics }.write(&mut lines);
        };
        let function = ("FunctionName", self.function.as_str());
        line(&[function], &metrics);
        for ((rule, mode), reviews) in mem::take(&mut self.matches) {
            let dimensions = [function, ("Rule", &*rules.rule(rule).id), ("Mode", mode.as_str())];
            line(&dimensions, &[count("Matched", reviews)]);
        }
        self.times.clear();
        self.last_flush = Some(Flush { at: now, skipped: self.skipped });
        Some(lines)
    }
}
