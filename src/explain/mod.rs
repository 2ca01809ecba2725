//! Why a message was caught, or was not: [`explain`].
//!
//! A message is reviewed as always, and its steps are written down on the way: what its texts are
//! read as, every hit with the disguises that it wore, what vetoed it or kept its rule from acting, and how
//! the verdict came about. The engine and the policy tell these things themselves; nothing of them
//! is worked out a second time here.

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
use crate::rules::{ListId, Mode, Rules};
use crate::span::Span;

/// A review with all that led to it.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The review, as it always is.
    pub review: Review,
    /// The number of the `[[exempt]]` table for which the message was not reviewed.
    pub exempt: Option<usize>,
    /// The content, then the attributes of the message and of its sender, but for those that are too large
    /// to be looked at.
    pub fields: Vec<ExplainedField>,
    /// How the verdict came about.
    pub decision: Decision,
}

/// One of the texts of a message.
#[derive(Clone)]
pub struct ExplainedField {
    /// Which one.
    pub field: Field,
    /// What it is read as.
    pub view: TextView,
    /// Where rules hit in it or would hit, sorted by span and rule.
    pub matches: Vec<ExplainedMatch>,
}

impl fmt::Debug for ExplainedField {
    // The reading is that of a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExplainedField")
            .field("field", &self.field)
            .field("matches", &self.matches)
            .finish_non_exhaustive()
    }
}

/// A place where a rule hits, or would hit on another day or elsewhere.
#[derive(Clone, Debug)]
pub struct ExplainedMatch {
    /// The rule, what of it, and where.
    pub found: Match,
    /// The disguises that it wore, in the order of the steps.
    pub obfuscation: Vec<EditGroup>,
    /// What there is to tell of a link or a limit.
    pub detail: Option<MatchDetail>,
    /// The exceptions that veto it; one is enough.
    pub suppressed_by: Vec<Suppression>,
    /// Why nothing comes of it; any reason is enough.
    pub inactive: Vec<InactiveReason>,
    /// The rule is on trial, so that the hit edits nothing.
    pub is_shadow: bool,
}

/// An exception that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Its list.
    pub list: ListId,
    /// The number of the entry in that.
    pub entry: usize,
    /// The bytes of the text.
    pub span: Span,
}

impl Suppression {
    /// The line of the list.
    pub fn location(&self, rules: &Rules) -> Location {
        rules.list(self.list).entries[self.entry].location
    }
}

/// Reviews a message as on that day (UTC), and tells all that led to the verdict.
///
/// Takes some times as long as a review.
pub fn explain(reviewer: &mut Reviewer<'_>, request: &ReviewRequest<'_>, day: Date) -> Explanation {
    let engine = reviewer.engine();
    let mut recorder = decision::DecisionRecorder::default();
    let context = ReviewContext::new(engine.rules(), request, Some(day));
    let review = reviewer.review_on(&context, &mut recorder);
    let reserved = reviewer.reserved_tags(&context);
    let all = std::iter::once(Field::Content)
        .chain(readable(&request.attributes).map(Field::Attribute))
        .chain(readable(&request.sender.attributes).map(Field::Sender));
    let mut scratch = Scratch::default();
    let explained = |field| {
        let text = request.text(field);
        // Entries of other days may group what else is found, so they are looked for apart.
        let mut traces = engine.trace(text, Some(day), &mut scratch);
        let others = engine.trace(text, None, &mut scratch);
        let is_of_another = |it: &Trace| {
            let entry = it.found.entry(engine.rules());
            entry.is_some_and(|entry| !entry.is_active_on(Some(day)))
        };
        traces.extend(others.into_iter().filter(is_of_another));
        traces.sort_by_key(|it| (it.found.span, it.found.rule, it.found.cause));
        let matches = traces.into_iter().map(|it| hit(&context, &reserved, field, it)).collect();
        ExplainedField { field, view: TextView::of(text), matches }
    };
    let fields = all.map(explained).collect();
    let decision = recorder.into_decision(&context, &reserved, &review);
    Explanation { review, exempt: context.exempt_by(), fields, decision }
}

fn hit(
    context: &ReviewContext<'_>,
    reserved: &ReservedTags<'_>,
    field: Field,
    trace: Trace,
) -> ExplainedMatch {
    let text = context.request.text(field);
    let Trace { found, alignment, vetoed_by, detail } = trace;
    let obfuscation = match alignment {
        Some(alignment) => obfuscation(text, found.span, &alignment),
        None => nfkc_edits(text, found.span),
    };
    let reserved = match field {
        Field::Attribute(number) => reserved_by(reserved, context.request.attributes.nth(number).0),
        Field::Content | Field::Sender(_) => None,
    };
    let veto = |it: EntryHit| Suppression { list: it.list, entry: it.entry, span: it.span };
    ExplainedMatch {
        obfuscation,
        detail,
        suppressed_by: vetoed_by.into_iter().map(veto).collect(),
        inactive: inactive_reasons(context, field, &found, reserved),
        is_shadow: context.rules.rule(found.rule).scope.mode == Mode::Shadow,
        found,
    }
}
