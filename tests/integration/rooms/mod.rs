//! `ivs-review rooms` and the service that it talks to, over real sockets.

pub(crate) mod command; // the binary under test, and what it says
pub(crate) mod double; // the service's side
mod fidelity; // the double itself

mod attempts; // what is sent again if no answer comes, and what is not
mod backup; // how rooms were, and back again
mod care; // nothing is changed that was not asked for
mod failures; // what goes wrong on the way
mod limits; // what the service would refuse, told before any call
mod mistakes; // commands that are refused before any harm is done
mod one; // one room, what logs it, and those in it
mod output; // what people and machines read
mod scale; // many rooms, within the quotas
mod selection; // which rooms are meant
#[cfg(unix)]
mod stopping; // Ctrl-C and SIGTERM, and running it again
#[cfg(unix)]
mod terminal; // somebody is asked
