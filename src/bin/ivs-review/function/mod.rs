//! `publish` and `doctor`: the function that reviews messages, and its rules.
//!
//! ```text
//! publish:  rules ──check, compile──▶ archive ──plan──▶ publish, update, verify, delete
//! doctor:   function, policy, rules, alarms, rooms ──read──▶ checks ──▶ report
//! ```
//!
//! What is decided from what was read is in the library (`provision`); calls are in `rooms::client`.

pub(crate) mod args;
mod doctor;
mod probe;
mod publish;

use self::args::{DoctorArgs, PublishArgs};
use crate::Outcome;
use crate::rooms::block_on;

pub(crate) fn doctor(args: &DoctorArgs) -> anyhow::Result<Outcome> {
    block_on(doctor::run(args))
}

pub(crate) fn publish(args: &PublishArgs) -> anyhow::Result<Outcome> {
    block_on(publish::run(args))
}
