//! A message from request to response: [`Reviewer`].

use std::borrow::Cow;

use jiff::civil::Date;

use crate::engine::{Engine, Match, Scratch};
use crate::event::ReviewRequest;
use crate::policy::{Verdict, decide};
use crate::reply::ReviewResponse;
use crate::rules::{Action, RuleId};

/// How often a rewrite is reviewed in its turn before it is given up.
///
/// Nearly always once: what is left of a message after a rewrite has no hits. Only rules that
/// make words out of what they rewrite need more.
const MAX_ROUNDS: usize = 8;

/// Reviews messages, one after another, with one engine.
#[derive(Debug)]
pub struct Reviewer<'e> {
    engine: &'e Engine,
    scratch: Scratch,
}

/// The outcome of a review.
#[derive(Clone, Debug)]
pub struct Review {
    /// What becomes of the message.
    pub verdict: Verdict,
    /// Where rules hit in the message as it was sent, sorted by span.
    pub matches: Vec<Match>,
    /// It was denied for want of a rewrite that its own rules leave alone.
    pub unsettled: bool,
}

impl<'e> Reviewer<'e> {
    /// A reviewer by the rules of that engine.
    pub fn new(engine: &'e Engine) -> Reviewer<'e> {
        Reviewer { engine, scratch: Scratch::default() }
    }

    /// Reviews a message as on that day (UTC).
    ///
    /// The same request, rules and day always give the same review. A rewritten message is
    /// reviewed again until nothing in it is hit anymore or nothing changes, so that to review a
    /// reply changes nothing; one that does not come to rest is denied.
    pub fn review(&mut self, request: &ReviewRequest<'_>, day: Date) -> Review {
        self.review_content(&request.content, Some(day))
    }

    /// Reviews a content as on that day, or with all entries at work if none is given.
    pub(crate) fn review_content(&mut self, original: &str, day: Option<Date>) -> Review {
        let rules = self.engine.rules();
        let longest = rules.settings.max_message_length;
        let matches = self.engine.find(original, day, &mut self.scratch);
        let verdict = decide(rules, original, &matches, longest);
        let Verdict::Rewrite(mut content) = verdict else {
            return Review { verdict, matches, unsettled: false };
        };
        if content == original {
            return Review { verdict: Verdict::Allow, matches, unsettled: false };
        }
        for _ in 0..MAX_ROUNDS {
            let again = self.engine.find(&content, day, &mut self.scratch);
            let verdict = match decide(rules, &content, &again, longest) {
                Verdict::Rewrite(next) if next != content => {
                    content = next;
                    continue;
                }
                Verdict::Allow | Verdict::Rewrite(_) => Verdict::Rewrite(content),
                Verdict::Deny(rule) => Verdict::Deny(rule),
            };
            return Review { verdict, matches, unsettled: false };
        }
        let rule = matches[0].rule;
        Review { verdict: Verdict::Deny(rule), matches, unsettled: true }
    }

    /// The engine.
    pub fn engine(&self) -> &'e Engine {
        self.engine
    }
}

impl Review {
    /// The rules that hit in the message as it was sent, each once, in their order.
    pub fn rules(&self) -> Vec<RuleId> {
        let mut rules: Vec<_> = self.matches.iter().map(|found| found.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// The response to the request that was reviewed.
    pub fn into_response<'a>(
        self,
        engine: &'a Engine,
        request: ReviewRequest<'a>,
    ) -> ReviewResponse<'a> {
        match self.verdict {
            Verdict::Allow => ReviewResponse::allow(request.content),
            Verdict::Rewrite(content) => ReviewResponse::allow(Cow::Owned(content)),
            Verdict::Deny(rule) => {
                let reason = match &engine.rules().rule(rule).action {
                    Action::Deny { reason } => reason.as_deref(),
                    Action::Mask(_) | Action::Replace(_) => None,
                };
                ReviewResponse::deny(request.content, reason)
            }
        }
    }
}
