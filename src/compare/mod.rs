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

use jiff::civil::Date;

pub use self::class::{Class, Level};
pub use self::tally::{CLASSES, Cause, LEVELS, RuleTally, Tally};
use crate::engine::{Cause as EngineCause, Engine, Match};
use crate::ivs::ReviewRequest;
use crate::policy::Verdict;
use crate::review::{Review, Reviewer};
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
        let (matched, matched_after) = (Matched::of(old, &before), Matched::of(new, &after));
        let replies =
            (before.into_response(old, request.clone()), after.into_response(new, request.clone()));
        let mut class = Class::of(levels, &replies);
        let is_shadow = class == Class::Unchanged;
        if is_shadow && matched.shadow != matched_after.shadow {
            class = Class::ShadowOnly;
        }
        let (old, new) = match class {
            Class::Unchanged => Default::default(),
            Class::ShadowOnly => (matched.shadow, matched_after.shadow),
            _ => (matched.active, matched_after.active),
        };
        let only_in = |some: &[Found], others: &[Found]| -> Vec<Found> {
            let is_other = |found: &&Found| !others.iter().any(|it| it.cause == found.cause);
            some.iter().filter(is_other).cloned().collect()
        };
        let mut found = [only_in(&old, &new), only_in(&new, &old)].concat();
        if found.is_empty() {
            found = [old, new].concat();
        }
        let mut spans: Vec<Span> = found.iter().filter_map(|found| found.span).collect();
        spans.sort_unstable_by_key(|span| (span.start, span.end));
        spans.dedup();
        let mut causes: Vec<Cause> = found.into_iter().map(|found| found.cause).collect();
        causes.sort_unstable();
        causes.dedup();
        Comparison { class, levels, causes, spans, rules }
    }
}

fn ids(engine: &Engine, review: &Review) -> Vec<String> {
    let rules = engine.rules();
    review.rules().into_iter().map(|id| rules.rule(id).id.clone()).collect()
}

/// What a rule set matched in a message.
struct Matched {
    active: Vec<Found>,
    shadow: Vec<Found>,
}

/// A match: its cause, and its range if it is in the content.
#[derive(Clone, PartialEq, Eq)]
struct Found {
    cause: Cause,
    span: Option<Span>,
}

impl Matched {
    fn of(engine: &Engine, review: &Review) -> Matched {
        let found = |pick: fn(&crate::review::FieldMatches) -> &[Match]| -> Vec<Found> {
            let matches = review.found.iter().flat_map(|found| {
                let is_content = found.field == crate::ivs::Field::Content;
                pick(found).iter().map(move |it| Found {
                    cause: cause(engine, it),
                    span: is_content.then_some(it.span),
                })
            });
            matches.collect()
        };
        Matched { active: found(|it| &it.matches), shadow: found(|it| &it.shadow) }
    }
}

fn cause(engine: &Engine, matched: &Match) -> Cause {
    let rules = engine.rules();
    let rule = rules.rule(matched.rule);
    let entry = match matched.cause {
        EngineCause::Entry(list, entry) => rules.list(list).entries[entry].written(),
        EngineCause::Pattern(pattern) => rule.patterns[pattern].text.clone(),
        EngineCause::Link => "links".to_owned(),
        EngineCause::Limit(measure) => format!("limit {}", measure.as_str()),
        EngineCause::Detected(detector) => format!("detect {}", detector.as_str()),
    };
    Cause { rule: rule.id.clone(), entry }
}
