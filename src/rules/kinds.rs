//! What a rule looks for besides entries and patterns: [`Links`], [`Limit`], [`Detect`].

use crate::detect::Detector;
use crate::diagnostic::Location;
use crate::limit::Measure;
use crate::links::{Host, HostPattern};

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
    pub(crate) fn idle(&self) -> impl Iterator<Item = &HostPattern> {
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

/// A key of `limit`: the most of one thing that a message may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Of what.
    pub measure: Measure,
    /// How much is allowed; of capitals a part of [`WHOLE`](crate::limit::WHOLE).
    pub most: u32,
    /// How many letters with case a message must have for its capitals to count.
    pub min_letters: u32,
    /// Where it stands.
    pub location: Location,
}

/// A word of `detect`: personal data to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detect {
    /// Which.
    pub detector: Detector,
    /// Where it stands.
    pub location: Location,
}
