//! `ivs-review rooms` with a fake of the service.

pub(crate) mod command; // the binary under test and its output
pub(crate) mod fake; // the fake of the service
mod fake_tests; // tests of the fake

mod answers; // answers that IVS Chat does not give, or that lack members
mod backup; // `--backup` and `restore`
mod boto3; // a second client of the fake
mod channels; // channels, their streams and their rooms
mod drift; // the example that checks rooms on a schedule
mod failures; // errors of the service and the network
mod faults; // each fault in each operation
mod guarantees; // only what was requested is changed
mod invalid_arguments; // arguments that are refused before the first request
mod local_chat; // the commands with `ivs-review chat`
mod output; // text and JSON output
mod retries; // which requests are repeated
mod scale; // many rooms, rate limits
mod selection; // selection of rooms
#[cfg(unix)]
mod shutdown; // Ctrl-C and SIGTERM
mod single; // one room, logging configuration or chat
#[cfg(unix)]
mod terminal; // confirmation and progress
mod value_limits; // values that the service would refuse
