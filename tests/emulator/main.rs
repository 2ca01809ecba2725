//! The handler as it is deployed, inside AWS's own Lambda Runtime Interface Emulator.
//!
//! Not part of plain `cargo test`, since it needs two programs that cargo does not build here:
//!
//! ```sh
//! IVS_REVIEW_RIE=…/aws-lambda-rie-x86_64 IVS_REVIEW_HANDLER=…/bootstrap \
//!   IVS_REVIEW_PANICKING_HANDLER=…/handler cargo test --locked --all-features --test emulator
//! ```
//!
//! The emulator is in the PyPI package `aws-sam-cli`, below `samcli/local/rapid`; the handler is
//! what `cargo build --release --no-default-features --features lambda --bin handler` builds, and
//! the one that panics what the same with `--features planted-panic` does. Nothing leaves the
//! loopback interface. `.ci/run` does all of this.

mod command_line; // `ivs-review`, whose replies the handler's must equal
mod cpu_quota; // the share of a processor that a function has
mod emulator; // the emulator and the function in it
mod generator; // events by the thousand
#[path = "../storms/mod.rs"]
mod storms; // events that a review takes long for

mod failures; // what is broken, and what works nevertheless
mod leaks; // nothing of a message in logs, metrics and errors
mod log_levels; // what is logged at which level
mod metrics; // what CloudWatch is told
mod parity; // one answer, wherever it is asked for
mod shutdown; // a process that Lambda ends
mod snapshots; // expected replies
mod soak; // memory, over many events
mod time_limit; // events that take long, with Lambda's share of a processor
