//! Compares what two rule sets do with the same messages: [`Comparer`].
//!
//! Each message is reviewed with both, and the two replies put it into one [`Class`]. What changed is
//! attributed to the rules, and to their entries, that match with only one of the rule sets; if the
//! same ones match, to all that match. They are identified by the ID of the rule and the text of the
//! entry, so moving a line changes nothing.
//!
//! For example, the entry `muppet` of a rule that masks is moved to a rule that denies. Then a message
//! with that word is [`Class::Harsher`], and that is attributed to both rules.

mod class;
mod tally;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use self::class::{Class, Level};
pub use self::tally::{CLASSES, Cause, LEVELS, RuleTally, Tally};
use crate::engine::{Cause as EngineCause, Engine, Match};
use crate::ivs::{Field, ReviewRequest};
use crate::policy::Verdict;
use crate::review::{FieldMatches, Review, Reviewer};
use crate::rules::{Rule, Rules};
use crate::span::Span;

/// Reviews messages with two rule sets.
#[derive(Debug)]
pub struct Comparer<'e> {
    before: Reviewer<'e>,
    after: Reviewer<'e>,
}

/// The comparison of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What changes.
    pub class: Class,
    /// What happens to the message with each rule set.
    pub levels: (Level, Level),
    /// The causes to which a change is attributed, each once.
    pub causes: Vec<Cause>,
    /// The ranges of the content that they match.
    pub spans: Vec<Span>,
    /// The IDs of the active rules that matched with each rule set.
    pub rules: (Vec<String>, Vec<String>),
}

impl<'e> Comparer<'e> {
    /// Creates a comparer of two compiled rule sets.
    pub fn new(before: &'e Engine, after: &'e Engine) -> Comparer<'e> {
        Comparer { before: Reviewer::new(before), after: Reviewer::new(after) }
    }

    /// Compares the reviews of a message on a day.
    pub fn compare(&mut self, request: &ReviewRequest<'_>, day: Date) -> Comparison {
        let before = self.before.review(request, day);
        let after = self.after.review(request, day);
        let (old, new) = (self.before.engine(), self.after.engine());
        let levels = (Level::of(&before.verdict, request), Level::of(&after.verdict, request));
        let is_quiet =
            |review: &Review| review.found.is_empty() && review.verdict == Verdict::Allow;
        if is_quiet(&before) && is_quiet(&after) {
            return Comparison {
                class: Class::Unchanged,
                levels,
                causes: Vec::new(),
                spans: Vec::new(),
                rules: (Vec::new(), Vec::new()),
            };
        }
        let rules = (ids(old, &before), ids(new, &after));
        let active =
            (causes(old, &before, |it| &it.matches), causes(new, &after, |it| &it.matches));
        let shadow = (causes(old, &before, |it| &it.shadow), causes(new, &after, |it| &it.shadow));
        let rewrites_attributes =
            class::rewrites_attributes(&before.verdict, &after.verdict, request);
        let replies =
            (before.into_response(old, request.clone()), after.into_response(new, request.clone()));
        let mut class = Class::of(levels, &replies, rewrites_attributes);
        if class == Class::Unchanged && shadow.0.keys().ne(shadow.1.keys()) {
            class = Class::ShadowOnly;
        }
        let (old, new) = match class {
            Class::Unchanged => Default::default(),
            Class::ShadowOnly => shadow,
            _ => active,
        };
        let are_same = old.keys().eq(new.keys());
        let mut found = Causes::new();
        for (some, others) in [(&old, &new), (&new, &old)] {
            for (cause, spans) in some {
                if are_same || !others.contains_key(cause) {
                    found.entry(cause.clone()).or_default().extend(spans);
                }
            }
        }
        let mut spans: Vec<Span> = found.values().flatten().copied().collect();
        spans.sort_unstable();
        spans.dedup();
        Comparison { class, levels, causes: found.into_keys().collect(), spans, rules }
    }
}

fn ids(engine: &Engine, review: &Review) -> Vec<String> {
    let rules = engine.rules();
    review.rules().into_iter().map(|id| rules.rule(id).id.clone()).collect()
}

/// The causes of matches, each with the ranges of the content that it matches.
type Causes = BTreeMap<Cause, Vec<Span>>;

fn causes(engine: &Engine, review: &Review, pick: fn(&FieldMatches) -> &[Match]) -> Causes {
    let mut causes = Causes::new();
    for found in &review.found {
        for matched in pick(found) {
            let spans = causes.entry(cause(engine, matched)).or_default();
            if found.field == Field::Content {
                spans.push(matched.span);
            }
        }
    }
    causes
}

fn cause(engine: &Engine, matched: &Match) -> Cause {
    let rule = engine.rules().rule(matched.rule);
    Cause { rule: rule.id.clone(), entry: name_of(matched.cause, rule, engine.rules()) }
}

/// Returns the text of what a rule matched by, as in [`Cause::entry`].
pub(crate) fn name_of(cause: EngineCause, rule: &Rule, rules: &Rules) -> String {
    match cause {
        EngineCause::Entry(list, entry) => rules.list(list).entries[entry].written(),
        EngineCause::Pattern(pattern) => rule.patterns[pattern].text.clone(),
        EngineCause::Link => "links".to_owned(),
        EngineCause::Limit(measure) => format!("limit {}", measure.as_str()),
        EngineCause::Detected(detector) => format!("detect {}", detector.as_str()),
    }
}
