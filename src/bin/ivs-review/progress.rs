//! A progress line on a terminal, for commands that may take long: [`ProgressLine`], [`Progress`].

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::recordings::BytesRead;

/// Commands that finish within this time show no progress.
const DELAY: Duration = Duration::from_millis(500);
const REFRESH_INTERVAL: Duration = Duration::from_millis(100);

const CLEAR: &str = "\r\x1B[K";

/// The progress line. Dropping it clears the line.
pub(crate) struct ProgressLine {
    is_enabled: bool,
    next_refresh: Cell<Instant>,
    is_shown: Cell<bool>,
}

impl ProgressLine {
    /// Creates a line, which is empty if standard error is not a terminal.
    pub(crate) fn new() -> ProgressLine {
        ProgressLine {
            is_enabled: io::stderr().is_terminal(),
            next_refresh: Cell::new(Instant::now() + DELAY),
            is_shown: Cell::new(false),
        }
    }

    /// Shows a text if the last one is old enough.
    pub(crate) fn update(&self, text: impl FnOnce() -> String) {
        let now = Instant::now();
        if !self.is_enabled || now < self.next_refresh.get() {
            return;
        }
        self.next_refresh.set(now + REFRESH_INTERVAL);
        self.is_shown.set(true);
        // If standard error is closed, progress is not shown.
        let _ = write!(io::stderr(), "{CLEAR}{}", text());
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.is_shown.get() {
            let _ = write!(io::stderr(), "{CLEAR}");
        }
    }
}

/// The progress of reading recordings. Dropping it clears the line.
pub(crate) struct Progress {
    line: ProgressLine,
    started: Instant,
    size: Option<u64>,
    read: BytesRead,
}

impl Progress {
    /// Starts to show progress, unless `is_quiet`. `size` is the size of what is read in bytes.
    pub(crate) fn new(size: Option<u64>, read: BytesRead, is_quiet: bool) -> Progress {
        let mut line = ProgressLine::new();
        line.is_enabled &= !is_quiet;
        Progress { line, started: Instant::now(), size, read }
    }

    /// Shows the number of messages so far.
    pub(crate) fn update(&self, messages: u64) {
        self.line.update(|| status(messages, self.read.get(), self.size, self.started.elapsed()));
    }
}

/// Returns a status such as `1250000 messages, 61000/s, 34 %, 1 min left`.
fn status(messages: u64, read: u64, size: Option<u64>, elapsed: Duration) -> String {
    let elapsed = elapsed.as_secs_f64();
    let mut status = format!("{messages} messages, {:.0}/s", messages as f64 / elapsed);
    if let Some(size) = size
        && (1..=size).contains(&read)
    {
        let share = read as f64 / size as f64;
        let left = (elapsed / share - elapsed).ceil() as u64;
        status += &format!(", {:.0} %, {} left", 100.0 * share, duration(left));
    }
    status
}

/// Formats a duration in seconds below one minute, else in minutes.
fn duration(seconds: u64) -> String {
    let minutes = seconds.div_ceil(60);
    match minutes {
        0 | 1 if seconds < 60 => format!("{seconds} s"),
        0..60 => format!("{minutes} min"),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_contains_what_is_known() {
        let seconds = Duration::from_secs;
        for (messages, read, size, elapsed, expected) in [
            (120_000, 34, Some(100), seconds(2), "120000 messages, 60000/s, 34 %, 4 s left"),
            (1_000, 1, Some(100), seconds(10), "1000 messages, 100/s, 1 %, 17 min left"),
            (1_000, 1, Some(1_000), seconds(10), "1000 messages, 100/s, 0 %, 2 h 47 min left"),
            (1_000, 100, Some(100), seconds(10), "1000 messages, 100/s, 100 %, 0 s left"),
            // Standard input, and a file that grows.
            (1_000, 0, None, seconds(10), "1000 messages, 100/s"),
            (1_000, 101, Some(100), seconds(10), "1000 messages, 100/s"),
        ] {
            assert_eq!(status(messages, read, size, elapsed), expected);
        }
    }
}
