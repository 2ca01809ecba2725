//! The handler as it is deployed, inside AWS's own Lambda Runtime Interface Emulator.
//!
//! Not part of plain `cargo test`, since it needs two programs that cargo does not build here:
//!
//! ```sh
//! IVS_REVIEW_RIE=…/aws-lambda-rie-x86_64 IVS_REVIEW_HANDLER=…/bootstrap cargo test --test emulator
//! ```
//!
//! The emulator is in the PyPI package `aws-sam-cli`, below `samcli/local/rapid`; the handler is
//! what `cargo build --release --no-default-features --features lambda --bin handler` builds.
//! Nothing leaves the loopback interface. `.ci/run` does all of this.

mod command_line; // `ivs-review`, whose replies the handler's must equal
mod emulator; // the emulator and the function in it
mod generator; // events by the thousand

mod faults; // what is broken, and what works nevertheless
mod goldens; // replies known beforehand
mod leaks; // nothing of a message in logs and errors
mod thousand; // one answer, wherever it is asked for
