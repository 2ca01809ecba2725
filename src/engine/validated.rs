//! What rules look for besides entries and patterns: links, too much of something, personal data.

use super::views::Views;
use super::{Cause, Match};
use crate::detect::{Detector, Glance};
use crate::limit::{Counts, Measure};
use crate::links;
use crate::rules::{RuleId, Rules};
use crate::span::Span;

/// Which rules look for what.
#[derive(Default)]
pub(super) struct Validated {
    links: Vec<RuleId>,
    limits: Vec<RuleId>,
    /// Whether one of these limits links.
    counts_links: bool,
    detect: Vec<(Detector, Vec<RuleId>)>,
}

impl Validated {
    pub(super) fn new(rules: &Rules) -> Validated {
        let those = |has: &dyn Fn(&crate::rules::Rule) -> bool| -> Vec<RuleId> {
            rules.numbered().filter(|(_, rule)| has(rule)).map(|(id, _)| id).collect()
        };
        let limits = rules.rules.iter().flat_map(|rule| &rule.limits);
        let detecting =
            |detector| those(&|rule| rule.detect.iter().any(|it| it.detector == detector));
        let detect = Detector::ALL.iter().map(|&detector| (detector, detecting(detector)));
        Validated {
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
    pub(super) fn find(&self, rules: &Rules, views: &Views<'_>, matches: &mut Vec<Match>) {
        let links = self.find_links(rules, views, matches);
        if !self.limits.is_empty() {
            self.count(rules, views, &links, matches);
        }
        if !self.detect.is_empty() {
            self.detect(views, matches);
        }
    }

    /// Adds the links that hit, and tells all there are, if a rule wants to know.
    fn find_links(&self, rules: &Rules, views: &Views<'_>, matches: &mut Vec<Match>) -> Vec<Span> {
        let wanted = self.counts_links || !self.links.is_empty();
        if !wanted || !links::may_hold(views.original()) {
            return Vec::new();
        }
        let mut spans = Vec::new();
        for link in links::find(views.composed()) {
            let span = views.origin(link.span);
            spans.extend(link.is_sure().then_some(span));
            for &rule in &self.links {
                if rules.rule(rule).links.as_ref().is_some_and(|links| links.hit(&link.host)) {
                    matches.push(Match { rule, cause: Cause::Link, span, groups: Vec::new() });
                }
            }
        }
        spans
    }

    /// Adds the limits that are exceeded.
    fn count(&self, rules: &Rules, views: &Views<'_>, links: &[Span], matches: &mut Vec<Match>) {
        let mut counts = Counts::of(views.original());
        links.iter().for_each(|&link| counts.add_link(link));
        for &rule in &self.limits {
            for limit in &rules.rule(rule).limits {
                if let Some(span) = counts.excess(limit) {
                    let cause = Cause::Limit(limit.measure);
                    let span = views.widen(span);
                    matches.push(Match { rule, cause, span, groups: Vec::new() });
                }
            }
        }
    }

    /// Adds the personal data that is found.
    fn detect(&self, views: &Views<'_>, matches: &mut Vec<Match>) {
        let glance = Glance::of(views.original());
        for (detector, rules) in &self.detect {
            if !glance.may_hold(*detector) {
                continue;
            }
            detector.find(views.composed(), &mut |part| {
                let span = views.origin(part);
                let cause = Cause::Detected(*detector);
                let found = |&rule| Match { rule, cause, span, groups: Vec::new() };
                matches.extend(rules.iter().map(found));
            });
        }
    }
}
