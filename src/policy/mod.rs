//! What the matches in a message lead to: [`Verdict`].
//!
//! A denial beats a rewrite, a rewrite beats a tag, and the order of the rules decides between
//! equals. Nothing here searches; it is given the matches in each text, sorted by span.

mod attributes;
mod context;
mod mask;
mod observer;
mod rewrite;

pub(crate) use self::attributes::{Outcome, attributes};
pub(crate) use self::context::{Stage, Standing};
pub use self::observer::Unfit;
pub(crate) use self::observer::{Cover, Listener};
pub(crate) use self::rewrite::rewrite;

use crate::engine::Match;
use crate::ivs::Attributes;
use crate::rules::{Action, RuleId, Rules};

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is delivered as it was sent.
    Allow,
    /// It is delivered otherwise.
    Rewrite(Rewrite),
    /// It is not delivered.
    Deny(RuleId),
    /// It is not delivered, since its search was cut and [`WhenCut`](crate::rules::WhenCut) says so.
    DenyCut,
}

/// What is changed in a message; one of the two at least.
#[derive(Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The content that takes the place of its own.
    pub content: Option<String>,
    /// The attributes that take the place of its own, all of them.
    pub attributes: Option<Attributes<'static>>,
}

impl std::fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = self.content.as_ref().map(String::len);
        f.debug_struct("Rewrite")
            .field("content_bytes", &bytes)
            .field("attributes", &self.attributes)
            .finish()
    }
}

impl Verdict {
    /// Delivery with these changes, if there are any.
    pub(crate) fn rewrite(
        content: Option<String>,
        attributes: Option<Attributes<'static>>,
    ) -> Verdict {
        match (&content, &attributes) {
            (None, None) => Verdict::Allow,
            _ => Verdict::Rewrite(Rewrite { content, attributes }),
        }
    }

    /// `allow`, `rewrite` or `deny`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Rewrite(_) => "rewrite",
            Verdict::Deny(_) | Verdict::DenyCut => "deny",
        }
    }
}

/// The first of the rules that deny a message with these matches.
pub(crate) fn denying<'m>(
    rules: &Rules,
    matches: impl Iterator<Item = &'m Match>,
) -> Option<RuleId> {
    let denies = |&rule: &RuleId| matches!(rules.rule(rule).action, Action::Deny { .. });
    matches.map(|found| found.rule).filter(denies).min()
}
