//! The outcome of a review for the message: [`Verdict`].

use crate::ivs::Attributes;
use crate::rules::RuleId;

/// What happens to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is delivered as sent.
    Allow,
    /// It is delivered with changes.
    Rewrite(Rewrite),
    /// It is not delivered, because of this rule.
    Deny(RuleId),
    /// It is not delivered: the search was cut, and [`WhenCut`](crate::rules::WhenCut) denies.
    DenyCut,
}

/// The changes to a message; at least one is present.
#[derive(Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The new content.
    pub content: Option<String>,
    /// The new attributes, which replace all of its own.
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
    /// A rewrite with these changes, or [`Verdict::Allow`] if there are none.
    pub(crate) fn rewrite(
        content: Option<String>,
        attributes: Option<Attributes<'static>>,
    ) -> Verdict {
        match (&content, &attributes) {
            (None, None) => Verdict::Allow,
            _ => Verdict::Rewrite(Rewrite { content, attributes }),
        }
    }

    /// Returns `allow`, `rewrite` or `deny`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Rewrite(_) => "rewrite",
            Verdict::Deny(_) | Verdict::DenyCut => "deny",
        }
    }
}
