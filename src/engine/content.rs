//! Matchers other than entries and patterns: links, limits and personal data.

use std::fmt;

use super::haystack::Haystack;
use super::{Cause, IsOn, Match};
use crate::limits::{Ceilings, Counts, Measure};
use crate::links;
use crate::pii::{self, Detector};
use crate::rules::{RuleId, Rules};
use crate::span::Span;

/// Why a link or a limit matched.
#[derive(Clone, PartialEq, Eq)]
pub enum MatchDetail {
    /// A link.
    Link {
        /// Its host, in lower case and with plain dots.
        host: String,
        /// The item of `deny` that matches it.
        denied_by: String,
        /// The item of `allow` that matches it, so that the link is allowed.
        allowed_by: Option<String>,
    },
    /// A limit that was exceeded.
    Limit {
        /// The count; for capitals, their share in parts of [`WHOLE`](crate::limits::WHOLE).
        count: u32,
        /// The number of letters of which that is a share.
        letters: Option<u32>,
    },
}

impl fmt::Debug for MatchDetail {
    // The host is text of a message, which `Debug` output must not contain.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MatchDetail").finish_non_exhaustive()
    }
}

/// Receives the matches of a search.
pub(super) trait MatchSink {
    /// Adds a match. `detail` is only called if the details are used.
    fn add(&mut self, found: Match, detail: impl FnOnce() -> Option<MatchDetail>);

    /// Adds a match of a link that is allowed, so that it has no effect.
    fn add_allowed(&mut self, found: Match, detail: impl FnOnce() -> Option<MatchDetail>);

    /// Drops the matches of entries inside a link that a rule with `ignore_words` allows.
    fn ignore_words(&mut self, rule: RuleId, link: Span);
}

impl MatchSink for Vec<Match> {
    fn add(&mut self, found: Match, _: impl FnOnce() -> Option<MatchDetail>) {
        self.push(found);
    }

    fn add_allowed(&mut self, _: Match, _: impl FnOnce() -> Option<MatchDetail>) {}

    fn ignore_words(&mut self, _: RuleId, link: Span) {
        self.retain(|found| !(found.cause.is_entry() && link.contains(found.span)));
    }
}

/// The rules that search for links, limits and personal data.
pub(super) struct ContentMatchers {
    links: Vec<RuleId>,
    limits: Vec<RuleId>,
    ceilings: Ceilings,
    /// Whether one of these rules limits links.
    counts_links: bool,
    detect: Vec<(Detector, Vec<RuleId>)>,
}

impl ContentMatchers {
    pub(super) fn new(rules: &Rules) -> ContentMatchers {
        let rules_with = |has: &dyn Fn(&crate::rules::Rule) -> bool| -> Vec<RuleId> {
            rules.enumerate_rules().filter(|(_, rule)| has(rule)).map(|(id, _)| id).collect()
        };
        let limits = rules.rules.iter().flat_map(|rule| &rule.limits);
        let detecting =
            |detector| rules_with(&|rule| rule.detect.iter().any(|it| it.detector == detector));
        let detect = Detector::ALL.iter().map(|&detector| (detector, detecting(detector)));
        ContentMatchers {
            links: rules_with(&|rule| rule.links.is_some()),
            counts_links: limits.clone().any(|limit| limit.measure == Measure::Links),
            ceilings: Ceilings::of(limits),
            limits: rules_with(&|rule| !rule.limits.is_empty()),
            detect: detect.filter(|(_, rules)| !rules.is_empty()).collect(),
        }
    }

    /// Whether no rule uses these matchers.
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.limits.is_empty() && self.detect.is_empty()
    }

    /// Adds all matches.
    pub(super) fn find(
        &self,
        rules: &Rules,
        is_on: IsOn<'_>,
        haystack: &Haystack<'_>,
        matches: &mut impl MatchSink,
    ) {
        let links = self.find_links(rules, is_on, haystack, matches);
        if !self.limits.is_empty() {
            self.count(rules, haystack, &links, matches);
        }
        if !self.detect.is_empty() {
            self.detect(haystack, matches);
        }
    }

    /// Adds the links that match, and returns all links if a rule needs them.
    fn find_links(
        &self,
        rules: &Rules,
        is_on: IsOn<'_>,
        haystack: &Haystack<'_>,
        matches: &mut impl MatchSink,
    ) -> Vec<Span> {
        let wanted = self.counts_links || !self.links.is_empty();
        if !wanted || !links::may_contain_by_key(haystack.original(), haystack.key()) {
            return Vec::new();
        }
        let mut spans = Vec::new();
        for link in links::find_in(haystack.composed(), &haystack.wide_punctuation()) {
            let span = haystack.origin(link.span);
            spans.extend(link.is_certain().then_some(span));
            for &rule in &self.links {
                let Some(links) = &rules.rule(rule).links else { continue };
                let allowed_by = links.allowing(&link);
                if allowed_by.is_some() && links.ignore_words && is_on(rule) {
                    matches.ignore_words(rule, span);
                }
                let Some(denied_by) = links.denying(&link) else { continue };
                let found = Match::new(rule, Cause::Link, span);
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
        let mut counts = Counts::of(haystack.original(), haystack.key(), &self.ceilings);
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
                    matches.add(Match::new(rule, cause, span), detail);
                }
            }
        }
    }

    /// Adds the personal data.
    fn detect(&self, haystack: &Haystack<'_>, matches: &mut impl MatchSink) {
        let mut text = None;
        for (detector, rules) in &self.detect {
            if !pii::may_contain(*detector, haystack.key()) {
                continue;
            }
            let text = text.get_or_insert_with(|| pii::Text::new(haystack.composed()));
            text.find(*detector, &mut |part| {
                let span = haystack.origin(part);
                let cause = Cause::Detected(*detector);
                for &rule in rules {
                    matches.add(Match::new(rule, cause, span), || None);
                }
            });
        }
    }
}
