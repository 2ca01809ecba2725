//! A rule that acts for a part of the senders or rooms: [`Rollout`].
//!
//! A rule with `rollout = 10` acts for 10 % of the senders; for the others it is in shadow mode. Who
//! belongs to the 10 % must not change from message to message, and must be the same on every
//! machine. So it is computed from the ID of the rule and the ID of the sender alone: [`bucket`]
//! puts each sender into one of 100 buckets, and a rollout of 10 includes the buckets 0 to 9. A
//! higher percentage includes the same buckets and more, so those who are in stay in.
//!
//! # Hash
//!
//! The bucket is the remainder by 100 of a hash of the rule ID, a zero byte, and the ID of the
//! sender or the ARN of the room, all as UTF-8. The hash is FNV-1a with 64 bits (draft-eastlake-fnv),
//! mixed by the finalizer of MurmurHash3 (`fmix64`). Without it, the lowest bits of FNV-1a would
//! depend only on the lowest bits of each byte, and two rules would choose the same senders, or none
//! in common.
//!
//! **Example.** The rule `trial` and the sender `user-3`: FNV-1a of `trial\0user-3` is
//! `0xe23a9b3fa681c5b6`, mixed `0xab5d51bb25e2cc03`, and the remainder by 100 is 27. So the rule acts
//! for this sender from `rollout = 28` on.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Location;
use crate::fnv::Fnv;
use crate::ivs::ReviewRequest;

/// The part of the messages for which a rule acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// The percentage, 1 to 99.
    pub percent: u8,
    /// Of what it is a percentage.
    pub by: RolloutBy,
    /// The location of the percentage.
    pub location: Location,
}

/// Of what a [`Rollout`] is a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RolloutBy {
    /// Senders, by their user IDs.
    Sender,
    /// Rooms, by their ARNs.
    Room,
}

impl RolloutBy {
    /// Returns the name in `rules.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            RolloutBy::Sender => "sender",
            RolloutBy::Room => "room",
        }
    }

    /// Returns the ID of the sender or room of a message; `None` if it is unknown or empty.
    pub fn id<'r>(self, request: &'r ReviewRequest<'_>) -> Option<&'r str> {
        let id = match self {
            RolloutBy::Sender => request.sender.user_id.as_deref(),
            RolloutBy::Room => request.room_arn.as_deref(),
        };
        id.filter(|id| !id.is_empty())
    }
}

impl Rollout {
    /// Whether a rule acts for the sender or room of a message. One without an ID is not included.
    pub fn includes(&self, rule: &str, request: &ReviewRequest<'_>) -> bool {
        self.by.id(request).is_some_and(|id| bucket(rule, id) < self.percent)
    }
}

/// Returns the bucket, 0 to 99, of a sender or room for a rule.
pub fn bucket(rule: &str, id: &str) -> u8 {
    let mut fnv = Fnv::default();
    fnv.add(rule.as_bytes());
    fnv.add(&[0]);
    fnv.add(id.as_bytes());
    (mix(fnv.hash()) % 100) as u8
}

/// The finalizer of MurmurHash3, `fmix64`.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 33).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash = (hash ^ hash >> 33).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    hash ^ hash >> 33
}
