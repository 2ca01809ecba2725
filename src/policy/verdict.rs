//! What becomes of a message: [`Verdict`].

use crate::ivs::Attributes;
use crate::rules::RuleId;

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
