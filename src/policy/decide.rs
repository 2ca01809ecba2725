//! The choice of the verdict on a message: [`decide`].

use super::attributes::{Outcome, attributes};
use super::context::{Claims, Stage, Standing, claiming};
use super::observer::Listener;
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
pub struct Found {
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
    stage: &'s Stage<'m>,
    scratch: &'s mut Scratch,
    /// Whether the search was cut in a text that a rule acts on.
    is_cut: bool,
}

impl<'s, 'm> Search<'s, 'm> {
    /// Begins the search of a message, with a budget of its own.
    pub(crate) fn new(
        engine: &'s Engine,
        stage: &'s Stage<'m>,
        scratch: &'s mut Scratch,
    ) -> Search<'s, 'm> {
        scratch.begin_event();
        Search { engine, stage, scratch, is_cut: false }
    }

    /// What hits in a field as it was sent; `None` if nothing does.
    pub(crate) fn look(&mut self, field: Field) -> Option<Found> {
        let found = self.find(field, self.stage.request.text(field));
        (!found.matches.is_empty() || !found.shadow.is_empty()).then_some(found)
    }

    /// What hits in a text if it stands in that field.
    fn find(&mut self, field: Field, text: &str) -> Found {
        let stage = self.stage;
        let mut matches = self.engine.find_more(text, stage.day, self.scratch);
        self.is_cut |= stage.is_cut_by(self.scratch.text_cut(), field);
        let mut shadow = Vec::new();
        matches.retain(|found| {
            let standing = stage.standing(found.rule, field);
            if standing == Standing::Shadow {
                shadow.push(found.clone());
            }
            standing == Standing::Live
        });
        Found { field, matches, shadow }
    }

    /// Whether the message is denied since its search was cut.
    fn must_deny_cut(&self) -> bool {
        self.is_cut && self.stage.rules.settings.when_cut == WhenCut::Deny
    }
}

/// The verdict on a message, and what it is for.
pub(crate) struct Decided {
    pub(crate) verdict: Verdict,
    /// It was denied for want of a rewrite that its own rules leave alone.
    pub(crate) unsettled: bool,
    /// It was denied, since what had to be changed in its attributes left more of them than a reply
    /// may have.
    pub(crate) too_large: bool,
    /// It is delivered without its tags, for which there was no room.
    pub(crate) tags_left_out: bool,
}

impl From<Verdict> for Decided {
    fn from(verdict: Verdict) -> Decided {
        Decided { verdict, unsettled: false, too_large: false, tags_left_out: false }
    }
}

/// Why a text has no rewrite.
enum Stop {
    Denied(RuleId),
    Unsettled(RuleId),
}

/// Decides about a message by what hit in its texts: the first rule that denies, else a denial for a
/// cut search, else rewrites that the rules leave alone, else tags.
pub(crate) fn decide(
    search: &mut Search<'_, '_>,
    found: &[Found],
    claims: &Claims<'_>,
    listener: &mut impl Listener,
) -> Decided {
    let stage = search.stage;
    let all = || found.iter().flat_map(|found| &found.matches);
    if let Some(rule) = denying(stage.rules, all()) {
        return Verdict::Deny(rule).into();
    }
    if search.must_deny_cut() {
        return Verdict::DenyCut.into();
    }
    let mut content = None;
    let mut rewritten = Vec::new();
    let mut stops = Vec::new();
    for Found { field, matches, .. } in found {
        listener.turns_to(*field);
        let settled = match *field {
            Field::Content => settle(search, *field, matches, listener).map(|text| content = text),
            Field::Attribute(number) => settle(search, *field, matches, listener)
                .map(|text| rewritten.extend(text.map(|text| (number, text)))),
            Field::Sender(_) => Ok(()),
        };
        stops.extend(settled.err());
    }
    let denied = stops.iter().filter_map(|stop| match stop {
        Stop::Denied(rule) => Some(*rule),
        Stop::Unsettled(_) => None,
    });
    if let Some(rule) = denied.min() {
        return Verdict::Deny(rule).into();
    }
    if search.must_deny_cut() {
        return Verdict::DenyCut.into();
    }
    if let Some(Stop::Unsettled(rule)) = stops.first() {
        return Decided { unsettled: true, ..Verdict::Deny(*rule).into() };
    }

    let rules = rules_of(all());
    let tags: Vec<_> = rules.iter().filter_map(|&rule| stage.claims(rule)).collect();
    let own = &stage.request.attributes;
    let forged = own.iter().find_map(|(name, _)| claiming(claims, name));
    let Some(cause) = rules.first().copied().or(forged) else { return Verdict::Allow.into() };
    if tags.is_empty() && rewritten.is_empty() && forged.is_none() {
        return Verdict::rewrite(content, None).into();
    }
    let claimed = |name: &str| claiming(claims, name).is_some();
    let (outcome, left_out) = attributes(own, claimed, &rewritten, &tags);
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
fn settle(
    search: &mut Search<'_, '_>,
    field: Field,
    matches: &[Match],
    listener: &mut impl Listener,
) -> Result<Option<String>, Stop> {
    let stage = search.stage;
    let longest = stage.longest();
    let sent = stage.request.text(field);
    let Some(mut text) = rewrite(stage.rules, sent, matches, longest, listener) else {
        return Ok(None);
    };
    for _ in 0..MAX_ROUNDS {
        let again = search.find(field, &text).matches;
        if search.scratch.is_cut() && !again.is_empty() {
            break;
        }
        if let Some(rule) = denying(stage.rules, again.iter()) {
            listener.denies(rule);
            return Err(Stop::Denied(rule));
        }
        match rewrite(stage.rules, &text, &again, longest, listener) {
            Some(next) => text = next,
            None => return Ok(Some(text)),
        }
    }
    Err(Stop::Unsettled(matches[0].rule))
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
