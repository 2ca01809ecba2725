//! The `links` key of a rule: [`Links`].

use super::{Host, HostPattern};
use crate::diagnostic::Location;

/// `links`: hosts to which links are denied or allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    /// Links to these hosts match,
    pub deny: Vec<HostPattern>,
    /// except links to these hosts.
    pub allow: Vec<HostPattern>,
    /// The position in `rules.toml`.
    pub location: Location,
}

impl Links {
    /// Returns the first item of `deny` that matches a host.
    pub fn denying(&self, host: &Host) -> Option<&HostPattern> {
        self.deny.iter().find(|pattern| pattern.denies(host))
    }

    /// Returns the items of `allow` that match no denied host.
    pub(crate) fn unused_allowed(&self) -> impl Iterator<Item = &HostPattern> {
        self.allow.iter().filter(|allowed| {
            let is_inside = self.deny.iter().any(|denied| allowed.allows(&denied.example()));
            !is_inside && self.denying(&allowed.example()).is_none()
        })
    }

    /// Returns the first item of `allow` that matches a host.
    pub fn allowing(&self, host: &Host) -> Option<&HostPattern> {
        self.allow.iter().find(|pattern| pattern.allows(host))
    }
}
