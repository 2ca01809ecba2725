//! The steps from the matches to the verdict: [`Decision`].

use std::fmt;

use crate::engine::Match;
use crate::ivs::Field;
use crate::policy::{
    DecisionObserver, ReservedTags, ReviewContext, RewriteFallback, Substitution, reserved_by,
};
use crate::review::Review;
use crate::rules::{Action, Mask, RuleId};
use crate::span::Span;

/// The steps from the active matches to a verdict.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The rules that deny, in ascending order. The first one gives the reason.
    pub denying: Vec<RuleId>,
    /// The maximum length in code points of a rewrite that lengthens a text.
    pub max_length: usize,
    /// Each rewrite, by field and round.
    pub rounds: Vec<Round>,
    /// A field whose rewrite a rule denies.
    pub denied_rewrite: Option<(Field, RuleId)>,
    /// The tags of rules that matched, in the order of the rules.
    pub tags: Vec<Tag>,
    /// The indices of attributes that the client sent under a reserved name, and the rules that set
    /// that tag. They are not delivered.
    pub forged: Vec<(usize, RuleId)>,
}

/// One rewrite of a text.
#[derive(Clone)]
pub struct Round {
    /// The field.
    pub field: Field,
    /// The text before.
    pub before: String,
    /// The clusters of matches that were replaced, in order.
    pub clusters: Vec<Cluster>,
    /// Why all of them were replaced by stars.
    pub fallback: Option<RewriteFallback>,
    /// The text after.
    pub after: String,
}

impl fmt::Debug for Round {
    // The texts are those of a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Round").field("field", &self.field).finish_non_exhaustive()
    }
}

/// Overlapping matches, and what replaced them.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The byte range in the text before.
    pub span: Span,
    /// The rules that matched there, each once, in ascending order.
    pub rules: Vec<RuleId>,
    /// What replaced them.
    pub with: SubstitutionKind,
}

/// What replaces a cluster of matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubstitutionKind {
    /// The mask of a rule, the first one that masks.
    Mask(RuleId, Mask),
    /// The replacement of a rule whose match covers the whole cluster.
    Replacement(RuleId),
    /// Stars, because no match of a rule that replaces covers the whole cluster and no rule masks,
    /// or because the [rewrite is not possible](Round::fallback).
    Stars,
}

/// A tag of a rule that matched.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The rule.
    pub rule: RuleId,
    /// The name of the attribute.
    pub name: String,
    /// Its value.
    pub text: String,
    /// An earlier rule that sets the same name, so its value is used.
    pub overridden_by: Option<RuleId>,
}

/// Records the steps of a decision.
#[derive(Default)]
pub(super) struct DecisionRecorder {
    field: Option<Field>,
    rounds: Vec<Round>,
    denied: Option<(Field, RuleId)>,
}

impl DecisionObserver for DecisionRecorder {
    fn on_field(&mut self, field: Field) {
        self.field = Some(field);
    }

    fn on_rewrite(&mut self, text: &str, _: &[&Match]) {
        let Some(field) = self.field else { return };
        let (clusters, after) = (Vec::new(), String::new());
        self.rounds.push(Round { field, before: text.to_owned(), clusters, fallback: None, after });
    }

    fn on_cover(&mut self, cluster: &[&Match], span: Span, substitution: &Substitution<'_>) {
        let Some(round) = self.rounds.last_mut() else { return };
        let with = match *substitution {
            Substitution::Replacement(found, _) => SubstitutionKind::Replacement(found.rule),
            Substitution::Mask(rule, mask) => SubstitutionKind::Mask(rule, mask),
            Substitution::Stars => SubstitutionKind::Stars,
        };
        let mut rules: Vec<RuleId> = cluster.iter().map(|found| found.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        round.clusters.push(Cluster { span, rules, with });
    }

    fn on_fallback(&mut self, why: RewriteFallback) {
        if let Some(round) = self.rounds.last_mut() {
            round.fallback = Some(why);
            round.clusters.clear();
        }
    }

    fn on_done(&mut self, text: &str) {
        if let Some(round) = self.rounds.last_mut() {
            round.after = text.to_owned();
        }
    }

    fn on_deny(&mut self, rule: RuleId) {
        self.denied = self.field.map(|field| (field, rule));
    }
}

impl DecisionRecorder {
    pub(super) fn into_decision(
        self,
        context: &ReviewContext<'_>,
        reserved: &ReservedTags<'_>,
        review: &Review,
    ) -> Decision {
        let rules = review.rules();
        let denies =
            |rule: &RuleId| matches!(context.rules.rule(*rule).action, Action::Deny { .. });
        let denying: Vec<RuleId> = rules.iter().copied().filter(denies).collect();
        let mut tags: Vec<Tag> = Vec::new();
        for &rule in &rules {
            for (name, text) in context.tags_of(rule).into_iter().flat_map(|tags| tags.iter()) {
                let first = tags.iter().find(|tag| tag.name == name && tag.overridden_by.is_none());
                let overridden_by = first.map(|tag| tag.rule);
                tags.push(Tag {
                    rule,
                    name: name.to_owned(),
                    text: text.to_owned(),
                    overridden_by,
                });
            }
        }
        let own = context.request.attributes.iter().enumerate();
        let forged = own.filter_map(|(at, (name, _))| Some((at, reserved_by(reserved, name)?)));
        let forged = if review.exempt || review.oversized { Vec::new() } else { forged.collect() };
        Decision {
            denying,
            max_length: context.longest(),
            rounds: self.rounds,
            denied_rewrite: self.denied,
            tags,
            forged,
        }
    }
}
