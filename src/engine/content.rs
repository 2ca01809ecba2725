//! What rules look for besides entries and patterns: links, too much of something, personal data.

use std::fmt;

use super::haystack::Haystack;
use super::{Cause, Match};
use crate::limits::{Counts, Measure};
use crate::links;
use crate::pii::{CharCounts, Detector};
use crate::rules::{RuleId, Rules};
use crate::span::Span;

/// What tells why a link, or how much of something, is a hit.
#[derive(Clone, PartialEq, Eq)]
pub enum MatchDetail {
    /// A link.
    Link {
        /// Where it leads, in lower case and with plain dots.
        host: String,
        /// The item of `deny` that names it.
        denied_by: String,
        /// The item of `allow` that does, so that the link is left.
        allowed_by: Option<String>,
    },
    /// Too much of something.
    Limit {
        /// How much there is; of capitals a part of [`WHOLE`](crate::limits::WHOLE).
        count: u32,
        /// How many letters they are a share of.
        letters: Option<u32>,
    },
}

impl fmt::Debug for MatchDetail {
    // The host is text of a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MatchDetail").finish_non_exhaustive()
    }
}

/// Who is told what is found.
pub(super) trait MatchSink {
    /// A place where a rule hits.
    fn add(&mut self, found: Match, detail: impl FnOnce() -> Option<MatchDetail>);

    /// One where it would, were the link not allowed.
    fn add_allowed(&mut self, found: Match, detail: impl FnOnce() -> Option<MatchDetail>);
}

impl MatchSink for Vec<Match> {
    fn add(&mut self, found: Match, _: impl FnOnce() -> Option<MatchDetail>) {
        self.push(found);
    }

    fn add_allowed(&mut self, _: Match, _: impl FnOnce() -> Option<MatchDetail>) {}
}

/// Which rules look for what.
#[derive(Default)]
pub(super) struct ContentMatchers {
    links: Vec<RuleId>,
    limits: Vec<RuleId>,
    /// Whether one of these limits links.
    counts_links: bool,
    detect: Vec<(Detector, Vec<RuleId>)>,
}

impl ContentMatchers {
    pub(super) fn new(rules: &Rules) -> ContentMatchers {
        let those = |has: &dyn Fn(&crate::rules::Rule) -> bool| -> Vec<RuleId> {
            rules.enumerate_rules().filter(|(_, rule)| has(rule)).map(|(id, _)| id).collect()
        };
        let limits = rules.rules.iter().flat_map(|rule| &rule.limits);
        let detecting =
            |detector| those(&|rule| rule.detect.iter().any(|it| it.detector == detector));
        let detect = Detector::ALL.iter().map(|&detector| (detector, detecting(detector)));
        ContentMatchers {
            links: those(&|rule| rule.links.is_some()),
            counts_links: limits.clone().any(|limit| limit.measure == Measure::Links),
            limits: those(&|rule| !rule.limits.is_empty()),
            detect: detect.filter(|(_, rules)| !rules.is_empty()).collect(),
        }
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.limits.is_empty() && self.detect.is_empty()
    }

    /// Adds every place where a rule hits.
    pub(super) fn find(
        &self,
        rules: &Rules,
        haystack: &Haystack<'_>,
        matches: &mut impl MatchSink,
    ) {
        let links = self.find_links(rules, haystack, matches);
        if !self.limits.is_empty() {
            self.count(rules, haystack, &links, matches);
        }
        if !self.detect.is_empty() {
            self.detect(haystack, matches);
        }
    }

    /// Adds the links that hit, and tells all there are, if a rule wants to know.
    fn find_links(
        &self,
        rules: &Rules,
        haystack: &Haystack<'_>,
        matches: &mut impl MatchSink,
    ) -> Vec<Span> {
        let wanted = self.counts_links || !self.links.is_empty();
        if !wanted || !links::may_contain(haystack.original()) {
            return Vec::new();
        }
        let mut spans = Vec::new();
        for link in links::find(haystack.composed()) {
            let span = haystack.origin(link.span);
            spans.extend(link.is_certain().then_some(span));
            for &rule in &self.links {
                let Some(links) = &rules.rule(rule).links else { continue };
                let Some(denied_by) = links.denying(&link.host) else { continue };
                let allowed_by = links.allowing(&link.host);
                let found = Match { rule, cause: Cause::Link, span, groups: Vec::new() };
                let detail = || {
                    Some(MatchDetail::Link {
                        host: link.host.name().to_owned(),
                        denied_by: denied_by.to_string(),
                        allowed_by: allowed_by.map(ToString::to_string),
                    })
                };
                match allowed_by {
                    None => matches.add(found, detail),
                    Some(_) => matches.add_allowed(found, detail),
                }
            }
        }
        spans
    }

    /// Adds the limits that are exceeded.
    fn count(
        &self,
        rules: &Rules,
        haystack: &Haystack<'_>,
        links: &[Span],
        matches: &mut impl MatchSink,
    ) {
        let mut counts = Counts::of(haystack.original());
        links.iter().for_each(|&link| counts.add_link(link));
        for &rule in &self.limits {
            for limit in &rules.rule(rule).limits {
                if let Some(span) = counts.excess(limit) {
                    let cause = Cause::Limit(limit.measure);
                    let span = haystack.widen(span);
                    let detail = || {
                        let (count, letters) = counts.amount(limit.measure);
                        Some(MatchDetail::Limit { count, letters })
                    };
                    matches.add(Match { rule, cause, span, groups: Vec::new() }, detail);
                }
            }
        }
    }

    /// Adds the personal data that is found.
    fn detect(&self, haystack: &Haystack<'_>, matches: &mut impl MatchSink) {
        let char_counts = CharCounts::of(haystack.original());
        for (detector, rules) in &self.detect {
            if !char_counts.may_contain(*detector) {
                continue;
            }
            detector.find(haystack.composed(), &mut |part| {
                let span = haystack.origin(part);
                let cause = Cause::Detected(*detector);
                for &rule in rules {
                    matches.add(Match { rule, cause, span, groups: Vec::new() }, || None);
                }
            });
        }
    }
}
