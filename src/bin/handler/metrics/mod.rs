//! What the reviews of a process come to, for CloudWatch: [`Metrics`].
//!
//! It counts and tells its figures as lines; it reads no clock and prints nothing.
//!
//! | metric | unit | dimensions | what |
//! |---|---|---|---|
//! | `Allowed`, `Rewritten`, `Denied` | Count | `FunctionName` | reviews by verdict |
//! | `Failures` | Count | `FunctionName` | events without a review |
//! | `ReviewTime` | Microseconds | `FunctionName` | from an event's bytes to its verdict, a value for each review |
//! | `ColdStarts` | Count | `FunctionName` | 1 with the first figures of a process |
//! | `Cut` | Count | `FunctionName` | reviews whose search was cut; absent if there were none |
//! | `RulesLeftOut` | Count | `FunctionName` | what of the rules does not work, 0 included |
//! | `Hits` | Count | `FunctionName`, `Rule`, `Mode` | reviews in which that rule hit; no line for others |
//!
//! So there are as many metrics as rules, and eight: nothing of a message is in a name, a dimension or a
//! value.
//!
//! Figures are told with the first event, then once a minute or [`MOST_VALUES`] reviews have passed, at
//! the end of an event, and when Lambda ends the process. Their time is that of telling, so those of a
//! process that stood frozen count for a later minute than their reviews. A process that crashes, is
//! killed or runs into the function's timeout takes along what it has not told.

mod emf;

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use ivs_chat_review::policy::Verdict;
use ivs_chat_review::rules::{Mode, RuleId, Rules};
use jiff::{SignedDuration, Timestamp};

use self::emf::{Document, Metric, Values};

/// How many values one metric may have in a line ("Specification: Embedded metric format", Amazon
/// CloudWatch User Guide).
const MOST_VALUES: usize = 100;

/// How long figures wait for the next ones.
const PERIOD: SignedDuration = SignedDuration::from_secs(60);

/// Figures that are yet to be told.
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
    /// Reviews in which a rule hit; only rules that did.
    hits: BTreeMap<RuleId, u64>,
    left_out: u64,
    told: Option<Told>,
}

/// What was told last, and when.
#[derive(Clone, Copy)]
struct Told {
    at: Timestamp,
    left_out: u64,
}

/// What a review came to.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    Allowed,
    Rewritten,
    Denied,
}

impl From<&Verdict> for Outcome {
    fn from(verdict: &Verdict) -> Outcome {
        match verdict {
            Verdict::Allow => Outcome::Allowed,
            Verdict::Rewrite(_) => Outcome::Rewritten,
            Verdict::Deny(_) | Verdict::DenyCut => Outcome::Denied,
        }
    }
}

impl Metrics {
    /// None yet. Lambda passes on lines of that level, which each line gets.
    pub(crate) fn new(function: String, level: &'static str) -> Metrics {
        Metrics {
            function,
            level,
            allowed: 0,
            rewritten: 0,
            denied: 0,
            failures: 0,
            cut: 0,
            times: Vec::with_capacity(MOST_VALUES),
            hits: BTreeMap::new(),
            left_out: 0,
            told: None,
        }
    }

    /// Counts a review, with the rules that hit in it, each once, those on trial included.
    pub(crate) fn reviewed(
        &mut self,
        outcome: Outcome,
        rules: impl IntoIterator<Item = RuleId>,
        time: Duration,
    ) {
        match outcome {
            Outcome::Allowed => self.allowed += 1,
            Outcome::Rewritten => self.rewritten += 1,
            Outcome::Denied => self.denied += 1,
        }
        for rule in rules {
            *self.hits.entry(rule).or_default() += 1;
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

    /// Counts more of the rules that do not work.
    pub(crate) fn left_out(&mut self, more: usize) {
        self.left_out += more as u64;
    }

    /// Whether the figures should be told now.
    pub(crate) fn are_due(&self, now: Timestamp) -> bool {
        let Some(told) = self.told else { return true };
        let passed = now.duration_since(told.at);
        // A clock that was set back must not silence them until it has caught up.
        self.times.len() >= MOST_VALUES
            || self.left_out > told.left_out
            || passed >= PERIOD
            || passed < SignedDuration::ZERO
    }

    /// Tells the figures and begins anew; nothing if there are none. Each line is an object of its
    /// own and ends as a line does.
    pub(crate) fn tell(&mut self, now: Timestamp, rules: &Rules) -> Option<String> {
        if self.allowed + self.rewritten + self.denied + self.failures == 0 {
            return None;
        }
        let count = |name, count| Metric { name, unit: "Count", values: Values::One(count) };
        let mut metrics = vec![
            count("Allowed", mem::take(&mut self.allowed)),
            count("Rewritten", mem::take(&mut self.rewritten)),
            count("Denied", mem::take(&mut self.denied)),
            count("Failures", mem::take(&mut self.failures)),
            count("RulesLeftOut", self.left_out),
        ];
        if !self.times.is_empty() {
            let values = Values::Many(&self.times);
            metrics.push(Metric { name: "ReviewTime", unit: "Microseconds", values });
        }
        if self.cut > 0 {
            metrics.push(count("Cut", mem::take(&mut self.cut)));
        }
        if self.told.is_none() {
            metrics.push(count("ColdStarts", 1));
        }
        let mut lines = String::new();
        let mut line = |dimensions: &[(&'static str, &str)], metrics: &[Metric<'_>]| {
            Document { at: now, level: self.level, dimensions, metrics }.write(&mut lines);
        };
        let function = ("FunctionName", self.function.as_str());
        line(&[function], &metrics);
        for (rule, reviews) in mem::take(&mut self.hits) {
            let rule = rules.rule(rule);
            let mode = mode(rule.scope.mode);
            line(&[function, ("Rule", &rule.id), ("Mode", mode)], &[count("Hits", reviews)]);
        }
        self.times.clear();
        self.told = Some(Told { at: now, left_out: self.left_out });
        Some(lines)
    }
}

/// The name that a mode has in rules.toml.
fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::On => "on",
        Mode::Shadow => "shadow",
        Mode::Off => "off",
    }
}
