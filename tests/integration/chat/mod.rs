//! The local IVS Chat.

mod load; // many connections
pub(crate) mod process; // the binary under test, and its clients
mod scripts; // the service without sockets, step by step
mod server; // the command with real connections
