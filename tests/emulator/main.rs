//! The deployed handler in the Lambda Runtime Interface Emulator of AWS.
//!
//! Not part of plain `cargo test`, since it needs programs that cargo does not build here:
//!
//! ```sh
//! IVS_REVIEW_RIE=…/aws-lambda-rie-x86_64 IVS_REVIEW_HANDLER=…/bootstrap \
//!   IVS_REVIEW_PANICKING_HANDLER=…/handler cargo test --locked --all-features --test emulator
//! ```
//!
//! The emulator is in the PyPI package `aws-sam-cli`, below `samcli/local/rapid`; the handler is
//! what `cargo build --release --no-default-features --features lambda --bin handler` builds, and
//! the one that panics is built with `--features planted-panic`. Only the loopback interface is
//! used. `.ci/run` does all of this.

mod command_line; // `ivs-review`, whose replies must equal those of the handler
mod cpu_quota; // control groups with Lambda's share of a CPU
mod emulator; // the emulator and the function in it
mod generator; // generated events
#[path = "../storms/mod.rs"]
mod storms; // events whose review is slow

mod compiled; // compiled rules and reloading
mod failures; // invalid rules and events, panics
mod leaks; // no text of messages in logs, metrics and errors
mod log_levels; // log levels
mod metrics; // metrics for CloudWatch
mod parity; // the same replies from both binaries
mod shutdown; // shutdown of the process
mod snapshots; // replies on file
mod soak; // memory over many events
mod time_limit; // slow events with Lambda's share of a CPU
