//! What a function says of itself: [`Probe`].
//!
//! An event with the member `"Probe": true` is reviewed as any other, but neither logged nor
//! counted, and the response has one more member, which IVS Chat would ignore. Neither IVS Chat nor
//! a client in a chat can send such an event: clients choose only the content and the attributes.
//! `ivs-review doctor` and `publish` use it to find out which rules a function has.

use serde::{Deserialize, Serialize};

/// The state of the process that answered an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Probe {
    /// The version of the handler.
    pub version: String,
    /// The [hash](crate::compiled::RulesHash) of the rules.
    pub rules_hash: String,
    /// Whether they were loaded from a file of compiled rules.
    pub compiled: bool,
    /// The number of invalid parts that are skipped.
    pub skipped: usize,
    /// The number of events that the process answered before.
    pub answered: u64,
    /// The time from the start of the process until it could answer, in microseconds.
    pub start_us: u64,
    /// The time of this review in microseconds.
    pub review_us: u64,
}
