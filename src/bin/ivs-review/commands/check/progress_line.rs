//! A progress line for long checks, on a terminal only. It is cleared at the end.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use ivs_chat_review::lint;

/// Checks that finish within this time show no progress.
const DELAY: Duration = Duration::from_millis(500);
const REFRESH_INTERVAL: Duration = Duration::from_millis(100);

const CLEAR: &str = "\r\x1B[K";

/// The progress line. Dropping it clears the line.
pub(super) struct ProgressLine {
    is_terminal: bool,
    next_refresh: Cell<Instant>,
    is_shown: Cell<bool>,
}

impl ProgressLine {
    pub(super) fn new() -> ProgressLine {
        ProgressLine {
            is_terminal: io::stderr().is_terminal(),
            next_refresh: Cell::new(Instant::now() + DELAY),
            is_shown: Cell::new(false),
        }
    }

    pub(super) fn update(&self, progress: lint::Progress) {
        let now = Instant::now();
        if !self.is_terminal || now < self.next_refresh.get() {
            return;
        }
        self.next_refresh.set(now + REFRESH_INTERVAL);
        self.is_shown.set(true);
        let lint::Progress { what, done, total } = progress;
        // If standard error is closed, progress is not shown.
        let _ = write!(io::stderr(), "{CLEAR}checked {done} of {total} {what}");
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.is_shown.get() {
            let _ = write!(io::stderr(), "{CLEAR}");
        }
    }
}
