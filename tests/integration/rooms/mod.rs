//! `ivs-review rooms` and the service that it talks to, over real sockets.

mod double; // the service's side
mod fidelity; // the double itself
