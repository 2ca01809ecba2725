//! Chooses the verdict on a message: [`decide`].

use super::attributes::{Outcome, attributes};
use super::context::{ReservedTags, ReviewContext, RuleState, reserved_by};
use super::observer::DecisionObserver;
use super::rewrite::rewrite;
use super::verdict::Verdict;
use crate::engine::{Engine, Match, Scratch};
use crate::ivs::Field;
use crate::rules::{Action, Mode, RuleId, Rules, WhenCut};

/// The maximum number of times that a rewritten text is reviewed again.
///
/// Once is nearly always enough, because a rewritten text has no matches. More rounds are needed if
/// a replacement creates a new match, or if hiding symbols are next to the stars of a mask.
const MAX_ROUNDS: usize = 4;

/// The matches in one field of a message.
#[derive(Clone, Debug)]
pub struct FieldMatches {
    /// The field.
    pub field: Field,
    /// The matches of active rules, sorted by span.
    pub matches: Vec<Match>,
    /// The matches of rules in shadow mode, sorted by span.
    pub shadow: Vec<Match>,
}

/// Searches the texts of one message, both as sent and as rewritten.
pub(crate) struct Search<'s, 'm> {
    engine: &'s Engine,
    context: &'s ReviewContext<'m>,
    scratch: &'s mut Scratch,
    /// Whether the search was cut in a text where an active rule may deny or rewrite.
    is_cut: bool,
}

impl<'s, 'm> Search<'s, 'm> {
    /// Begins the search of a message with a full budget.
    pub(crate) fn new(
        engine: &'s Engine,
        context: &'s ReviewContext<'m>,
        scratch: &'s mut Scratch,
    ) -> Search<'s, 'm> {
        scratch.begin_event();
        Search { engine, context, scratch, is_cut: false }
    }

    /// The matches in a field as sent; `None` if there are none.
    pub(crate) fn look(&mut self, field: Field) -> Option<FieldMatches> {
        let found = self.find(field, self.context.request.text(field));
        (!found.matches.is_empty() || !found.shadow.is_empty()).then_some(found)
    }

    /// The matches in a text that is the value of a field.
    fn find(&mut self, field: Field, text: &str) -> FieldMatches {
        let context = self.context;
        let is_on = |rule| context.mode(rule) == Mode::On;
        let mut matches = self.engine.find_more(text, context.day, &is_on, self.scratch);
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

    /// Whether `when_cut` denies the message.
    fn must_deny_cut(&self) -> bool {
        self.is_cut && self.context.rules.settings.when_cut == WhenCut::Deny
    }
}

/// The verdict on a message, and the reasons that [`Verdict`] does not contain.
pub(crate) struct Decided {
    pub(crate) verdict: Verdict,
    /// Denied because rewriting did not converge.
    pub(crate) did_not_converge: bool,
    /// Denied because the attributes, with all required changes, are larger than a response may
    /// contain.
    pub(crate) too_large: bool,
    /// Delivered without tags, because they do not fit into the attributes.
    pub(crate) tags_omitted: bool,
}

impl From<Verdict> for Decided {
    fn from(verdict: Verdict) -> Decided {
        Decided { verdict, did_not_converge: false, too_large: false, tags_omitted: false }
    }
}

/// Why a text could not be rewritten.
enum RewriteFailure {
    Denied(RuleId),
    DidNotConverge(RuleId),
}

/// Decides about a message from its matches: the first rule that denies, else a denial for a cut
/// search, else rewriting to a fixed point, else tags.
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
        let result = match *field {
            Field::Content => {
                rewrite_until_stable(search, *field, matches, observer).map(|text| content = text)
            }
            Field::Attribute(number) => rewrite_until_stable(search, *field, matches, observer)
                .map(|text| rewritten.extend(text.map(|text| (number, text)))),
            Field::Sender(_) => Ok(()),
        };
        failures.extend(result.err());
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
    Decided { tags_omitted: left_out, ..Verdict::rewrite(content, attributes).into() }
}

/// Rewrites a text to a fixed point; `None` if the first rewrite leaves it as sent.
///
/// Once the search was cut, a text that still matches is not rewritten again, because the rest of
/// the budget may not suffice to find all matches.
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

/// The first rule that denies one of these matches.
fn denying<'m>(rules: &Rules, matches: impl Iterator<Item = &'m Match>) -> Option<RuleId> {
    let denies = |&rule: &RuleId| matches!(rules.rule(rule).action, Action::Deny { .. });
    matches.map(|found| found.rule).filter(denies).min()
}

/// The rules of these matches, each once, in ascending order.
pub(crate) fn rules_of<'m>(matches: impl Iterator<Item = &'m Match>) -> Vec<RuleId> {
    let mut rules: Vec<_> = matches.map(|found| found.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}
