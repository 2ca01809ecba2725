//! Records every step of a review, for debugging rules: [`explain`].
//!
//! An explanation contains how each text was read, every match with its obfuscation, the exceptions
//! that suppress it, the reasons why its rule is inactive, and how the verdict was chosen. The
//! engine and the policy report these steps during an actual review; nothing is computed a second
//! time by other code.

mod decision;
mod edits;
mod inactive;
mod obfuscation;
mod view;

use std::fmt;

use jiff::civil::Date;

pub use self::decision::{Cluster, Decision, Round, SubstitutionKind, Tag};
pub use self::edits::{Edit, EditGroup};
pub use self::inactive::InactiveReason;
use self::inactive::inactive_reasons;
use self::obfuscation::obfuscation;
use self::view::nfkc_edits;
pub use self::view::{Cell, TextView};
use crate::diagnostic::Location;
pub use crate::engine::MatchDetail;
use crate::engine::{EntryHit, Match, Scratch, Trace};
use crate::ivs::{Field, ReviewRequest};
pub use crate::normalize::Transform;
pub use crate::policy::RewriteFallback;
use crate::policy::{ReservedTags, ReviewContext, reserved_by};
use crate::review::{Review, Reviewer, readable};
use crate::rules::{ListId, Mode, Rules, Switch};
use crate::span::Span;

/// A review with all its steps.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The review.
    pub review: Review,
    /// The index of the `[[exempt]]` table that exempts the sender.
    pub exempt: Option<usize>,
    /// The content, then the attributes of the message and of its sender, except those that are too
    /// large to be searched.
    pub fields: Vec<ExplainedField>,
    /// How the verdict was chosen.
    pub decision: Decision,
}

/// One field of a message.
#[derive(Clone)]
pub struct ExplainedField {
    /// The field.
    pub field: Field,
    /// What its text is read as.
    pub view: TextView,
    /// Its matches, including those without effect, sorted by span and rule.
    pub matches: Vec<ExplainedMatch>,
}

impl fmt::Debug for ExplainedField {
    // The view is text of a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExplainedField")
            .field("field", &self.field)
            .field("matches", &self.matches)
            .finish_non_exhaustive()
    }
}

/// A match of a rule, possibly without effect.
#[derive(Clone, Debug)]
pub struct ExplainedMatch {
    /// The rule, what of it matched, and where.
    pub found: Match,
    /// The obfuscation that was undone to find it, in the order of transformations.
    pub obfuscation: Vec<EditGroup>,
    /// More about a link or a limit.
    pub detail: Option<MatchDetail>,
    /// The exceptions that suppress it; one is enough.
    pub suppressed_by: Vec<Suppression>,
    /// Why it has no effect; one reason is enough.
    pub inactive: Vec<InactiveReason>,
    /// The rule is in shadow mode, so the match changes nothing.
    pub is_shadow: bool,
    /// What sets the mode of its rule in this room; `None` if it is the `mode` of the rule.
    pub switch: Option<Switch>,
    /// The rule is in shadow mode because its rollout does not include the sender or room.
    pub is_outside_rollout: bool,
}

/// An exception that was found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The list of the exception.
    pub list: ListId,
    /// Its index in the list.
    pub entry: usize,
    /// The byte range in the text.
    pub span: Span,
}

impl Suppression {
    /// The location of the exception in its list.
    pub fn location(&self, rules: &Rules) -> Location {
        rules.list(self.list).entries[self.entry].location
    }
}

/// Reviews `request` with the rules that are active on `day` (UTC) and returns all steps.
///
/// Takes several times as long as a review.
pub fn explain(reviewer: &mut Reviewer<'_>, request: &ReviewRequest<'_>, day: Date) -> Explanation {
    let engine = reviewer.engine_ref();
    let mut recorder = decision::DecisionRecorder::default();
    let context = ReviewContext::new(engine.rules(), request, Some(day));
    let review = reviewer.review_on(&context, &mut recorder);
    let reserved = reviewer.reserved_tags(&context);
    let all = std::iter::once(Field::Content)
        .chain(readable(&request.attributes).map(Field::Attribute))
        .chain(readable(&request.sender.attributes).map(Field::Sender));
    let is_on = |rule| context.mode(rule) == Mode::On;
    let mut scratch = Scratch::default();
    let explained = |field| {
        let text = request.text(field);
        // Entries of other days may change what else is found, so they are searched separately.
        let mut traces = engine.trace(text, Some(day), &is_on, &mut scratch);
        let others = engine.trace(text, None, &is_on, &mut scratch);
        let is_of_another = |it: &Trace| {
            let entry = it.found.entry(engine.rules());
            entry.is_some_and(|entry| !entry.is_active_on(Some(day)))
        };
        traces.extend(others.into_iter().filter(is_of_another));
        traces.sort_by_key(|it| (it.found.span, it.found.rule, it.found.cause));
        let matches =
            traces.into_iter().map(|it| explained_match(&context, &reserved, field, it)).collect();
        ExplainedField { field, view: TextView::of(text), matches }
    };
    let fields = all.map(explained).collect();
    let decision = recorder.into_decision(&context, &reserved, &review);
    Explanation { review, exempt: context.exempt_by(), fields, decision }
}

fn explained_match(
    context: &ReviewContext<'_>,
    reserved: &ReservedTags<'_>,
    field: Field,
    trace: Trace,
) -> ExplainedMatch {
    let text = context.request.text(field);
    let Trace { found, alignment, suppressed_by, detail, ignored_by } = trace;
    let obfuscation = match alignment {
        Some(alignment) => obfuscation(text, found.span, &alignment),
        None => nfkc_edits(text, found.span),
    };
    let reserved = match field {
        Field::Attribute(number) => reserved_by(reserved, context.request.attributes.nth(number).0),
        Field::Content | Field::Sender(_) => None,
    };
    let suppression = |it: EntryHit| Suppression { list: it.list, entry: it.entry, span: it.span };
    ExplainedMatch {
        obfuscation,
        detail,
        suppressed_by: suppressed_by.into_iter().map(suppression).collect(),
        inactive: inactive_reasons(context, field, &found, reserved, ignored_by),
        is_shadow: context.mode(found.rule) == Mode::Shadow,
        switch: context.switch(found.rule).copied(),
        is_outside_rollout: context.is_outside_rollout(found.rule),
        found,
    }
}
