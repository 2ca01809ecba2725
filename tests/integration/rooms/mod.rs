//! `ivs-review rooms` and the service that it talks to, over real sockets.

pub(crate) mod command; // the binary under test, and what it says
pub(crate) mod fake; // the service's side
mod fake_tests; // the double itself

mod backup; // how rooms were, and back again
mod failures; // what goes wrong on the way
mod guarantees; // nothing is changed that was not asked for
mod invalid_arguments; // commands that are refused before any harm is done
mod output; // what people and machines read
mod retries; // what is sent again if no answer comes, and what is not
mod scale; // many rooms, within the quotas
mod selection; // which rooms are meant
#[cfg(unix)]
mod shutdown; // Ctrl-C and SIGTERM, and running it again
mod single; // one room, what logs it, and those in it
#[cfg(unix)]
mod terminal;
mod value_limits; // what the service would refuse, told before any call // somebody is asked
