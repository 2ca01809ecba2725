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

pub use self::decision::{Covered, Decision, Round, Tag, With};
pub use self::edits::{Change, Swap};
pub use self::inactive::Idle;
use self::inactive::idle;
use self::obfuscation::disguises;
use self::view::composed_changes;
pub use self::view::{Cell, Reading};
use crate::diagnostic::Location;
pub use crate::engine::MatchDetail;
use crate::engine::{EntryHit, Match, Scratch, Trace};
use crate::ivs::{Field, ReviewRequest};
pub use crate::normalize::Step;
pub use crate::policy::Unfit;
use crate::policy::{Claims, Stage, claiming};
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
    pub texts: Vec<Explained>,
    /// How the verdict came about.
    pub decision: Decision,
}

/// One of the texts of a message.
#[derive(Clone)]
pub struct Explained {
    /// Which one.
    pub field: Field,
    /// What it is read as.
    pub reading: Reading,
    /// Where rules hit in it or would hit, sorted by span and rule.
    pub hits: Vec<Hit>,
}

impl fmt::Debug for Explained {
    // The reading is that of a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explained")
            .field("field", &self.field)
            .field("hits", &self.hits)
            .finish_non_exhaustive()
    }
}

/// A place where a rule hits, or would hit on another day or elsewhere.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The rule, what of it, and where.
    pub found: Match,
    /// The disguises that it wore, in the order of the steps.
    pub disguises: Vec<Change>,
    /// What there is to tell of a link or a limit.
    pub detail: Option<MatchDetail>,
    /// The exceptions that veto it; one is enough.
    pub vetoed_by: Vec<Veto>,
    /// Why nothing comes of it; any reason is enough.
    pub idle: Vec<Idle>,
    /// The rule is on trial, so that the hit changes nothing.
    pub on_trial: bool,
}

/// An exception that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Veto {
    /// Its list.
    pub list: ListId,
    /// The number of the entry in that.
    pub entry: usize,
    /// The bytes of the text.
    pub span: Span,
}

impl Veto {
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
    let mut record = decision::Record::default();
    let stage = Stage::new(engine.rules(), request, Some(day));
    let review = reviewer.review_on(&stage, &mut record);
    let claims = reviewer.claims(&stage);
    let fields = std::iter::once(Field::Content)
        .chain(readable(&request.attributes).map(Field::Attribute))
        .chain(readable(&request.sender.attributes).map(Field::Sender));
    let mut scratch = Scratch::default();
    let explained = |field| {
        let text = request.text(field);
        // Entries of other days may change what else is found, so they are looked for apart.
        let mut traces = engine.trace(text, Some(day), &mut scratch);
        let others = engine.trace(text, None, &mut scratch);
        let is_of_another = |it: &Trace| {
            let entry = it.found.entry(engine.rules());
            entry.is_some_and(|entry| !entry.is_active_on(Some(day)))
        };
        traces.extend(others.into_iter().filter(is_of_another));
        traces.sort_by_key(|it| (it.found.span, it.found.rule, it.found.cause));
        let hits = traces.into_iter().map(|it| hit(&stage, &claims, field, it)).collect();
        Explained { field, reading: Reading::of(text), hits }
    };
    let texts = fields.map(explained).collect();
    let decision = record.into_decision(&stage, &claims, &review);
    Explanation { review, exempt: stage.exempting(), texts, decision }
}

fn hit(stage: &Stage<'_>, claims: &Claims<'_>, field: Field, trace: Trace) -> Hit {
    let text = stage.request.text(field);
    let Trace { found, alignment, vetoed_by, detail } = trace;
    let disguises = match alignment {
        Some(alignment) => disguises(text, found.span, &alignment),
        None => composed_changes(text, found.span),
    };
    let claimed = match field {
        Field::Attribute(number) => claiming(claims, stage.request.attributes.nth(number).0),
        Field::Content | Field::Sender(_) => None,
    };
    let veto = |it: EntryHit| Veto { list: it.list, entry: it.entry, span: it.span };
    Hit {
        disguises,
        detail,
        vetoed_by: vetoed_by.into_iter().map(veto).collect(),
        idle: idle(stage, field, &found, claimed),
        on_trial: stage.rules.rule(found.rule).scope.mode == Mode::Shadow,
        found,
    }
}
