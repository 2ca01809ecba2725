//! What changes for a message: [`Class`].

use crate::ivs::{ReviewRequest, ReviewResponse};
use crate::policy::Verdict;

/// What happens to the text of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It is delivered as sent, perhaps with tags.
    Allow,
    /// It is delivered with another text, or with another value of an attribute.
    Rewrite,
    /// It is not delivered.
    Deny,
}

impl Level {
    /// Returns the level of a verdict. A rewrite that only adds or removes attributes is `Allow`.
    pub fn of(verdict: &Verdict, request: &ReviewRequest<'_>) -> Level {
        match verdict {
            Verdict::Allow => Level::Allow,
            Verdict::Deny(_) | Verdict::DenyCut => Level::Deny,
            Verdict::Rewrite(rewrite) if rewrite.content.is_some() => Level::Rewrite,
            Verdict::Rewrite(_) => {
                let is_rewritten = |(name, sent)| {
                    value_after(verdict, name, sent).is_some_and(|value| value != sent)
                };
                match request.attributes.iter().any(is_rewritten) {
                    true => Level::Rewrite,
                    false => Level::Allow,
                }
            }
        }
    }
}

/// Whether an attribute of the message has other values after one review than after the other. An
/// attribute that is removed is a tag.
pub(super) fn rewrites_attributes(
    before: &Verdict,
    after: &Verdict,
    request: &ReviewRequest<'_>,
) -> bool {
    request.attributes.iter().any(|(name, sent)| {
        let value = |verdict| value_after(verdict, name, sent);
        matches!((value(before), value(after)), (Some(old), Some(new)) if old != new)
    })
}

/// Returns the value of an attribute after a review; `None` if it is removed.
fn value_after<'v>(verdict: &'v Verdict, name: &str, sent: &'v str) -> Option<&'v str> {
    match verdict {
        Verdict::Rewrite(rewrite) => match &rewrite.attributes {
            Some(attributes) => attributes.get(name),
            None => Some(sent),
        },
        _ => Some(sent),
    }
}

/// What a change of the rules means for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It was delivered as sent, and is rewritten or denied.
    NewlyCaught,
    /// It was rewritten, and is denied.
    Harsher,
    /// It was denied, and is rewritten.
    Softer,
    /// It was rewritten or denied, and is delivered as sent.
    NoLongerCaught,
    /// It is rewritten in another way, or denied for another reason.
    ReplyChanged,
    /// It has other tags.
    TagsChanged,
    /// Other rules in shadow mode match.
    ShadowOnly,
    /// Nothing changes.
    Unchanged,
}

impl Class {
    /// Classifies two replies. `rewrites_attributes` is whether they differ in the values of
    /// attributes. Does not consider rules in shadow mode.
    pub(super) fn of(
        (before, after): (Level, Level),
        replies: &(ReviewResponse<'_>, ReviewResponse<'_>),
        rewrites_attributes: bool,
    ) -> Class {
        match (before, after) {
            (Level::Allow, Level::Rewrite | Level::Deny) => Class::NewlyCaught,
            (Level::Rewrite | Level::Deny, Level::Allow) => Class::NoLongerCaught,
            (Level::Rewrite, Level::Deny) => Class::Harsher,
            (Level::Deny, Level::Rewrite) => Class::Softer,
            _ if replies.0 == replies.1 => Class::Unchanged,
            (Level::Deny, _) => Class::ReplyChanged,
            _ if rewrites_attributes || replies.0.content() != replies.1.content() => {
                Class::ReplyChanged
            }
            _ => Class::TagsChanged,
        }
    }

    /// Returns the key of the class in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::NewlyCaught => "newly_caught",
            Class::Harsher => "harsher",
            Class::Softer => "softer",
            Class::NoLongerCaught => "no_longer_caught",
            Class::ReplyChanged => "reply_changed",
            Class::TagsChanged => "tags_changed",
            Class::ShadowOnly => "shadow_only",
            Class::Unchanged => "unchanged",
        }
    }

    /// Whether the room or the sender sees a difference.
    pub fn is_change(self) -> bool {
        !matches!(self, Class::ShadowOnly | Class::Unchanged)
    }
}
