//! How a verdict came about: [`Decision`].

use std::fmt;

use crate::engine::Match;
use crate::ivs::Field;
use crate::policy::{
    DecisionObserver, ReservedTags, ReviewContext, RewriteFallback, Substitution, reserved_by,
};
use crate::review::Review;
use crate::rules::{Action, Mask, RuleId};
use crate::span::Span;

/// The steps from the hits that act to a verdict.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The rules that deny what hit, in their order: the first one tells the reason.
    pub denying: Vec<RuleId>,
    /// The code points that a rewrite which lengthens a text may reach.
    pub max_length: usize,
    /// What was rewritten, round by round, text by text.
    pub rounds: Vec<Round>,
    /// A field whose rewrite a rule denies.
    pub denied_rewrite: Option<(Field, RuleId)>,
    /// The tags of rules that hit, in the order of the rules.
    pub tags: Vec<Tag>,
    /// The attributes that a client gave the name of a tag, by their numbers, and the rules that give
    /// out such a tag. Nothing of them is delivered.
    pub forged: Vec<(usize, RuleId)>,
}

/// A text rewritten once.
#[derive(Clone)]
pub struct Round {
    /// Which text of the message.
    pub field: Field,
    /// The text before.
    pub before: String,
    /// What took the place of its hits, in order.
    pub clusters: Vec<Cluster>,
    /// Why stars cover them, and not what their rules ask for.
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

/// Hits that overlap, and what took their place.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The bytes of the text before.
    pub span: Span,
    /// The rules that hit there, each once, in their order.
    pub rules: Vec<RuleId>,
    /// What took their place.
    pub with: SubstitutionKind,
}

/// What takes the place of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubstitutionKind {
    /// The mask of a rule, the first of those that mask.
    Mask(RuleId, Mask),
    /// The text of a rule whose hit holds the others.
    Replacement(RuleId),
    /// Stars, since no hit of a rule that replaces holds the others, and no rule masks; or since the
    /// rewrite [does not fit](Round::fallback).
    Stars,
}

/// A tag of a rule that hit.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The rule.
    pub rule: RuleId,
    /// The name of the attribute.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The rule before it that tags the same name otherwise, and so wins.
    pub overridden_by: Option<RuleId>,
}

/// Writes down what it hears.
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

    fn on_cover(&mut self, cluster: &[&Match], span: Span, cover: &Substitution<'_>) {
        let Some(round) = self.rounds.last_mut() else { return };
        let with = match *cover {
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
