//! How far a long check has come: one line on a terminal, which goes away again.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use ivs_chat_review::lint;

/// Nothing is told of a check that is done sooner.
const PATIENCE: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(100);

const CLEAR: &str = "\r\x1B[K";

/// The line, while it is there.
pub(super) struct Progress {
    is_terminal: bool,
    next: Cell<Instant>,
    shows: Cell<bool>,
}

impl Progress {
    pub(super) fn new() -> Progress {
        Progress {
            is_terminal: io::stderr().is_terminal(),
            next: Cell::new(Instant::now() + PATIENCE),
            shows: Cell::new(false),
        }
    }

    pub(super) fn tell(&self, progress: lint::Progress) {
        let now = Instant::now();
        if !self.is_terminal || now < self.next.get() {
            return;
        }
        self.next.set(now + PAUSE);
        self.shows.set(true);
        let lint::Progress { what, done, total } = progress;
        // With standard error gone there is nobody left to tell.
        let _ = write!(io::stderr(), "{CLEAR}checked {done} of {total} {what}");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shows.get() {
            let _ = write!(io::stderr(), "{CLEAR}");
        }
    }
}
