//! How a verdict came about: [`Decision`].

use std::fmt;

use crate::engine::Match;
use crate::ivs::Field;
use crate::policy::{Claims, Cover, Listener, Stage, Unfit, claiming};
use crate::review::Review;
use crate::rules::{Action, Mask, RuleId};
use crate::span::Span;

/// The steps from the hits that act to a verdict.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The rules that deny what hit, in their order: the first one tells the reason.
    pub denying: Vec<RuleId>,
    /// The code points that a rewrite which lengthens a text may reach.
    pub longest: usize,
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
    pub covers: Vec<Covered>,
    /// Why stars cover them, and not what their rules ask for.
    pub unfit: Option<Unfit>,
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
pub struct Covered {
    /// The bytes of the text before.
    pub span: Span,
    /// The rules that hit there, each once, in their order.
    pub rules: Vec<RuleId>,
    /// What took their place.
    pub with: With,
}

/// What takes the place of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// The mask of a rule, the first of those that mask.
    Mask(RuleId, Mask),
    /// The text of a rule whose hit holds the others.
    Replacement(RuleId),
    /// Stars, since no hit of a rule that replaces holds the others, and no rule masks; or since the
    /// rewrite [does not fit](Round::unfit).
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
    pub lost_to: Option<RuleId>,
}

/// Writes down what it hears.
#[derive(Default)]
pub(super) struct Record {
    field: Option<Field>,
    rounds: Vec<Round>,
    denied: Option<(Field, RuleId)>,
}

impl Listener for Record {
    fn turns_to(&mut self, field: Field) {
        self.field = Some(field);
    }

    fn begins(&mut self, text: &str, _: &[&Match]) {
        let Some(field) = self.field else { return };
        let (covers, after) = (Vec::new(), String::new());
        self.rounds.push(Round { field, before: text.to_owned(), covers, unfit: None, after });
    }

    fn covers(&mut self, cluster: &[&Match], span: Span, cover: &Cover<'_>) {
        let Some(round) = self.rounds.last_mut() else { return };
        let with = match *cover {
            Cover::Replacement(found, _) => With::Replacement(found.rule),
            Cover::Mask(rule, mask) => With::Mask(rule, mask),
            Cover::Stars => With::Stars,
        };
        let mut rules: Vec<RuleId> = cluster.iter().map(|found| found.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        round.covers.push(Covered { span, rules, with });
    }

    fn unfit(&mut self, why: Unfit) {
        if let Some(round) = self.rounds.last_mut() {
            round.unfit = Some(why);
            round.covers.clear();
        }
    }

    fn ends(&mut self, text: &str) {
        if let Some(round) = self.rounds.last_mut() {
            round.after = text.to_owned();
        }
    }

    fn denies(&mut self, rule: RuleId) {
        self.denied = self.field.map(|field| (field, rule));
    }
}

impl Record {
    pub(super) fn into_decision(
        self,
        stage: &Stage<'_>,
        claims: &Claims<'_>,
        review: &Review,
    ) -> Decision {
        let rules = review.rules();
        let denies = |rule: &RuleId| matches!(stage.rules.rule(*rule).action, Action::Deny { .. });
        let denying: Vec<RuleId> = rules.iter().copied().filter(denies).collect();
        let mut tags: Vec<Tag> = Vec::new();
        for &rule in &rules {
            for (name, text) in stage.claims(rule).into_iter().flat_map(|tags| tags.iter()) {
                let first = tags.iter().find(|tag| tag.name == name && tag.lost_to.is_none());
                let lost_to = first.map(|tag| tag.rule);
                tags.push(Tag { rule, name: name.to_owned(), text: text.to_owned(), lost_to });
            }
        }
        let own = stage.request.attributes.iter().enumerate();
        let forged = own.filter_map(|(at, (name, _))| Some((at, claiming(claims, name)?)));
        let forged = if review.exempt || review.oversized { Vec::new() } else { forged.collect() };
        Decision {
            denying,
            longest: stage.longest(),
            rounds: self.rounds,
            denied_rewrite: self.denied,
            tags,
            forged,
        }
    }
}
