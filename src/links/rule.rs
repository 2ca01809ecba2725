//! The `links` key of a rule: [`Links`].

use serde::{Deserialize, Serialize};

use super::{Link, LinkPattern};
use crate::diagnostic::Location;

/// `links`: the links that are denied or allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// These links match,
    pub deny: Vec<LinkPattern>,
    /// except these.
    pub allow: Vec<LinkPattern>,
    /// Whether entries do not match inside a link that is allowed.
    pub ignore_words: bool,
    /// The position in `rules.toml`.
    pub location: Location,
}

impl Links {
    /// Returns the first item of `deny` that matches a link.
    pub fn denying(&self, link: &Link<'_>) -> Option<&LinkPattern> {
        self.deny.iter().find(|pattern| pattern.denies(link))
    }

    /// Returns the items of `allow` that match no denied link.
    pub(crate) fn unused_allowed(&self) -> impl Iterator<Item = &LinkPattern> {
        self.allow.iter().filter(|allowed| {
            let is_inside = self.deny.iter().any(|denied| allowed.contains(denied));
            !is_inside && self.denying(&allowed.example()).is_none()
        })
    }

    /// Returns the first item of `allow` that matches a link.
    pub fn allowing(&self, link: &Link<'_>) -> Option<&LinkPattern> {
        self.allow.iter().find(|pattern| pattern.allows(link))
    }
}
