//! The hosts that a rule denies and allows: [`Links`].

use super::{Host, HostPattern};
use crate::diagnostic::Location;

/// `links`: hosts that must not be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    /// Links to any of these hit,
    pub deny: Vec<HostPattern>,
    /// but for links to any of these.
    pub allow: Vec<HostPattern>,
    /// Where they stand.
    pub location: Location,
}

impl Links {
    /// The first item of `deny` that names a host.
    pub fn denying(&self, host: &Host) -> Option<&HostPattern> {
        self.deny.iter().find(|pattern| pattern.denies(host))
    }

    /// The items of `allow` that name no host that is denied.
    pub(crate) fn unused_allowed(&self) -> impl Iterator<Item = &HostPattern> {
        self.allow.iter().filter(|allowed| {
            let is_inside = self.deny.iter().any(|denied| allowed.allows(&denied.example()));
            !is_inside && self.denying(&allowed.example()).is_none()
        })
    }

    /// The first item of `allow` that does.
    pub fn allowing(&self, host: &Host) -> Option<&HostPattern> {
        self.allow.iter().find(|pattern| pattern.allows(host))
    }
}
