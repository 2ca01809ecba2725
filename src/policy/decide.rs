//! The choice of the verdict on a message: [`decide`].

use super::attributes::{Outcome, attributes};
use super::context::{ReservedTags, ReviewContext, RuleState, reserved_by};
use super::observer::DecisionObserver;
use super::rewrite::rewrite;
use super::verdict::Verdict;
use crate::engine::{Engine, Match, Scratch};
use crate::ivs::Field;
use crate::rules::{Action, RuleId, Rules, WhenCut};

/// How often a rewrite is reviewed in its turn before it is given up.
///
/// Nearly always once: what is left of a message after a rewrite has no hits. Only rules that make
/// words out of what they rewrite need more, and signs that hide letters beside the stars of a mask.
const MAX_ROUNDS: usize = 4;

/// What hit in one of the texts of a message.
#[derive(Clone, Debug)]
pub struct FieldMatches {
    /// Which text.
    pub field: Field,
    /// Where rules hit, sorted by span.
    pub matches: Vec<Match>,
    /// Where rules hit that are on trial and change nothing, sorted by span.
    pub shadow: Vec<Match>,
}

/// Searches the texts of one message, as it was sent and as it is rewritten.
pub(crate) struct Search<'s, 'm> {
    engine: &'s Engine,
    context: &'s ReviewContext<'m>,
    scratch: &'s mut Scratch,
    /// Whether the search was cut in a text that a rule acts on.
    is_cut: bool,
}

impl<'s, 'm> Search<'s, 'm> {
    /// Begins the search of a message, with a budget of its own.
    pub(crate) fn new(
        engine: &'s Engine,
        context: &'s ReviewContext<'m>,
        scratch: &'s mut Scratch,
    ) -> Search<'s, 'm> {
        scratch.begin_event();
        Search { engine, context, scratch, is_cut: false }
    }

    /// What hits in a field as it was sent; `None` if nothing does.
    pub(crate) fn look(&mut self, field: Field) -> Option<FieldMatches> {
        let found = self.find(field, self.context.request.text(field));
        (!found.matches.is_empty() || !found.shadow.is_empty()).then_some(found)
    }

    /// What hits in a text if it stands in that field.
    fn find(&mut self, field: Field, text: &str) -> FieldMatches {
        let context = self.context;
        let mut matches = self.engine.find_more(text, context.day, self.scratch);
        self.is_cut |= context.is_cut_by(self.scratch.text_cut(), field);
        let mut shadow = Vec::new();
        matches.retain(|found| {
            let state = context.state(found.rule, field);
            if state == RuleState::Shadow {
                shadow.push(found.clone());
            }
            state == RuleState::Active
        });
        FieldMatches { field, matches, shadow }
    }

    /// Whether the message is denied since its search was cut.
    fn must_deny_cut(&self) -> bool {
        self.is_cut && self.context.rules.settings.when_cut == WhenCut::Deny
    }
}

/// The verdict on a message, and what it is for.
pub(crate) struct Decided {
    pub(crate) verdict: Verdict,
    /// It was denied for want of a rewrite that its own rules leave alone.
    pub(crate) did_not_converge: bool,
    /// It was denied, since what had to be changed in its attributes left more of them than a reply
    /// may have.
    pub(crate) too_large: bool,
    /// It is delivered without its tags, for which there was no room.
    pub(crate) tags_left_out: bool,
}

impl From<Verdict> for Decided {
    fn from(verdict: Verdict) -> Decided {
        Decided { verdict, did_not_converge: false, too_large: false, tags_left_out: false }
    }
}

/// Why a text has no rewrite.
enum RewriteFailure {
    Denied(RuleId),
    DidNotConverge(RuleId),
}

/// Decides about a message by what hit in its texts: the first rule that denies, else a denial for a
/// cut search, else rewrites that the rules leave alone, else tags.
pub(crate) fn decide(
    search: &mut Search<'_, '_>,
    found: &[FieldMatches],
    reserved: &ReservedTags<'_>,
    observer: &mut impl DecisionObserver,
) -> Decided {
    let context = search.context;
    let all = || found.iter().flat_map(|found| &found.matches);
    if let Some(rule) = denying(context.rules, all()) {
        return Verdict::Deny(rule).into();
    }
    if search.must_deny_cut() {
        return Verdict::DenyCut.into();
    }
    let mut content = None;
    let mut rewritten = Vec::new();
    let mut failures = Vec::new();
    for FieldMatches { field, matches, .. } in found {
        observer.on_field(*field);
        let settled = match *field {
            Field::Content => {
                rewrite_until_stable(search, *field, matches, observer).map(|text| content = text)
            }
            Field::Attribute(number) => rewrite_until_stable(search, *field, matches, observer)
                .map(|text| rewritten.extend(text.map(|text| (number, text)))),
            Field::Sender(_) => Ok(()),
        };
        failures.extend(settled.err());
    }
    let denied = failures.iter().filter_map(|failure| match failure {
        RewriteFailure::Denied(rule) => Some(*rule),
        RewriteFailure::DidNotConverge(_) => None,
    });
    if let Some(rule) = denied.min() {
        return Verdict::Deny(rule).into();
    }
    if search.must_deny_cut() {
        return Verdict::DenyCut.into();
    }
    if let Some(RewriteFailure::DidNotConverge(rule)) = failures.first() {
        return Decided { did_not_converge: true, ..Verdict::Deny(*rule).into() };
    }

    let rules = rules_of(all());
    let tags: Vec<_> = rules.iter().filter_map(|&rule| context.tags_of(rule)).collect();
    let own = &context.request.attributes;
    let forged = own.iter().find_map(|(name, _)| reserved_by(reserved, name));
    let Some(cause) = rules.first().copied().or(forged) else { return Verdict::Allow.into() };
    if tags.is_empty() && rewritten.is_empty() && forged.is_none() {
        return Verdict::rewrite(content, None).into();
    }
    let reserved = |name: &str| reserved_by(reserved, name).is_some();
    let (outcome, left_out) = attributes(own, reserved, &rewritten, &tags);
    let attributes = match outcome {
        Outcome::Unchanged => None,
        Outcome::Changed(new) => Some(new),
        Outcome::TooLarge => {
            return Decided { too_large: true, ..Verdict::Deny(cause).into() };
        }
    };
    Decided { tags_left_out: left_out, ..Verdict::rewrite(content, attributes).into() }
}

/// Rewrites a text until its own rules leave it alone; `None` if they leave it as it was sent. Once the
/// search was cut, it is rewritten no more: what is left of the budget would not find all that is left.
fn rewrite_until_stable(
    search: &mut Search<'_, '_>,
    field: Field,
    matches: &[Match],
    observer: &mut impl DecisionObserver,
) -> Result<Option<String>, RewriteFailure> {
    let context = search.context;
    let longest = context.longest();
    let sent = context.request.text(field);
    let Some(mut text) = rewrite(context.rules, sent, matches, longest, observer) else {
        return Ok(None);
    };
    for _ in 0..MAX_ROUNDS {
        let again = search.find(field, &text).matches;
        if search.scratch.is_cut() && !again.is_empty() {
            break;
        }
        if let Some(rule) = denying(context.rules, again.iter()) {
            observer.on_deny(rule);
            return Err(RewriteFailure::Denied(rule));
        }
        match rewrite(context.rules, &text, &again, longest, observer) {
            Some(next) => text = next,
            None => return Ok(Some(text)),
        }
    }
    Err(RewriteFailure::DidNotConverge(matches[0].rule))
}

/// The first of the rules that deny a message with these matches.
fn denying<'m>(rules: &Rules, matches: impl Iterator<Item = &'m Match>) -> Option<RuleId> {
    let denies = |&rule: &RuleId| matches!(rules.rule(rule).action, Action::Deny { .. });
    matches.map(|found| found.rule).filter(denies).min()
}

/// The rules of some matches, each once, in their order.
pub(crate) fn rules_of<'m>(matches: impl Iterator<Item = &'m Match>) -> Vec<RuleId> {
    let mut rules: Vec<_> = matches.map(|found| found.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}
