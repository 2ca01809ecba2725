//! Progress of long operations: a bar on a terminal, occasional lines elsewhere.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::style::ProgressTracker;
use indicatif::{
    HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, WeakProgressBar,
};
use ivs_chat_review::display::display_safe_block;

/// How often the bar is redrawn, even without progress.
const TICK: Duration = Duration::from_millis(200);
/// No rate is shown before this time.
const MIN_RATE_TIME: Duration = Duration::from_secs(1);
/// The interval between lines during the initial period.
const INITIAL_INTERVAL: Duration = Duration::from_secs(10);
const INITIAL_PERIOD: Duration = Duration::from_secs(60);
/// The interval after that, which keeps the log of a run of hours short.
const LATER_INTERVAL: Duration = Duration::from_secs(60);

/// The latest bar; there is only one terminal.
static LATEST: Mutex<Option<WeakProgressBar>> = Mutex::new(None);

/// Prints a note to standard error, above the bar if there is one.
pub(crate) fn note(text: &str) {
    let latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner);
    let write = || {
        // A closed standard error is ignored.
        let _ = writeln!(anstream::stderr(), "{}", display_safe_block(text));
    };
    match latest.as_ref().and_then(WeakProgressBar::upgrade) {
        Some(bar) => Progress(bar).above(write),
        None => write(),
    }
}

/// The progress of an operation, shown on standard error until the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Starts to show progress. `total` is `None` if it is not known yet; `unit` follows the
    /// number: `rooms read`.
    pub(crate) fn new(unit: &'static str, total: Option<u64>) -> Progress {
        // Hidden where no bar can be drawn, also with TERM=dumb. It has no colors.
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        let now = Instant::now();
        let lines = bar.is_hidden().then_some(Lines { started: now, next: now + INITIAL_INTERVAL });
        let template = if total.is_some() { "[{bar:18}] {status}" } else { "{status}" };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ")
            .with_key("status", Status { unit, lines });
        let bar = bar.with_style(style);
        bar.enable_steady_tick(TICK);
        *LATEST.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.downgrade());
        Progress(bar)
    }

    /// Adds to the number of finished items.
    pub(crate) fn advance(&self, by: u64) {
        self.0.inc(by);
    }

    /// Sets the number of finished items.
    pub(crate) fn set(&self, done: u64) {
        self.0.set_position(done);
    }

    /// Runs a function that writes to the terminal, and redraws the bar below its output.
    pub(crate) fn above<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.0.is_finished() { write() } else { self.0.suspend(write) }
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// The text of the bar and of lines.
#[derive(Clone)]
struct Status {
    unit: &'static str,
    /// `Some` if no bar is shown.
    lines: Option<Lines>,
}

/// The schedule of lines.
#[derive(Clone)]
struct Lines {
    started: Instant,
    next: Instant,
}

impl Status {
    fn text(&self, state: &ProgressState) -> String {
        let rate = (state.elapsed() >= MIN_RATE_TIME).then(|| state.per_sec());
        status(self.unit, state.pos(), state.len(), rate)
    }
}

impl ProgressTracker for Status {
    fn clone_box(&self) -> Box<dyn ProgressTracker> {
        Box::new(self.clone())
    }

    fn tick(&mut self, state: &ProgressState, now: Instant) {
        if self.lines.as_mut().is_some_and(|lines| lines.is_due(now)) {
            let _ = io::stderr().write_all((self.text(state) + "\n").as_bytes());
        }
    }

    fn reset(&mut self, _: &ProgressState, _: Instant) {}

    fn write(&self, state: &ProgressState, to: &mut dyn fmt::Write) {
        let _ = to.write_str(&self.text(state));
    }
}

impl Lines {
    /// Whether a line is due; if so, schedules the next one.
    fn is_due(&mut self, now: Instant) -> bool {
        let is_due = now >= self.next;
        if is_due {
            let is_initial = now.duration_since(self.started) < INITIAL_PERIOD;
            self.next = now + if is_initial { INITIAL_INTERVAL } else { LATER_INTERVAL };
        }
        is_due
    }
}

/// Returns a status such as `1,250 of 50,000 rooms, 4.9/s, 2 h 46 min left`.
fn status(unit: &str, done: u64, total: Option<u64>, rate: Option<f64>) -> String {
    let mut status = match total {
        Some(total) => format!("{} of {} {unit}", HumanCount(done), HumanCount(total)),
        None => format!("{} {unit}", HumanCount(done)),
    };
    let Some(rate) = rate else { return status };
    status += &match rate {
        0.0..10.0 => format!(", {rate:.1}/s"),
        _ => format!(", {}/s", HumanCount(rate.round() as u64)),
    };
    let left = total.map_or(0, |total| total.saturating_sub(done)) as f64;
    // The rate of stalled work approaches zero.
    if left > 0.0 && rate >= 0.001 {
        status += &format!(", {} left", duration((left / rate).ceil() as u64));
    }
    status
}

/// Formats a duration in seconds below one minute, else in minutes: more precise than
/// [`indicatif::HumanDuration`].
fn duration(seconds: u64) -> String {
    let minutes = seconds.div_ceil(60);
    match (seconds, minutes) {
        (0..60, _) => format!("{} s", seconds),
        (_, 0..60) => format!("{minutes} min"),
        _ => format!("{} h {} min", HumanCount(minutes / 60), minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_less_frequent() {
        let started = Instant::now();
        let mut lines = Lines { started, next: started + INITIAL_INTERVAL };
        let due = |second: &u64| lines.is_due(started + Duration::from_secs(*second));
        let seconds: Vec<u64> = (0..300).filter(due).collect();
        assert_eq!(seconds, [10, 20, 30, 40, 50, 60, 120, 180, 240]);
    }

    #[test]
    fn a_status_contains_what_is_known() {
        let rows = [
            (0, Some(50_000), None, "0 of 50,000 rooms"),
            (1_250, Some(50_000), Some(4.9), "1,250 of 50,000 rooms, 4.9/s, 2 h 46 min left"),
            (999, Some(1_000), Some(4.9), "999 of 1,000 rooms, 4.9/s, 1 s left"),
            (0, Some(300), Some(5.0), "0 of 300 rooms, 5.0/s, 1 min left"),
            (0, Some(17_700), Some(5.0), "0 of 17,700 rooms, 5.0/s, 59 min left"),
            (0, Some(17_705), Some(5.0), "0 of 17,705 rooms, 5.0/s, 1 h 0 min left"),
            (10, Some(50), Some(0.0), "10 of 50 rooms, 0.0/s"),
            (10, Some(u64::MAX), Some(0.000_1), "10 of 18,446,744,073,709,551,615 rooms, 0.0/s"),
            (50, Some(50), Some(5.0), "50 of 50 rooms, 5.0/s"),
            (1_234_567, None, Some(1_234.5), "1,234,567 rooms, 1,235/s"),
            (7, None, None, "7 rooms"),
        ];
        for (done, total, rate, expected) in rows {
            assert_eq!(status("rooms", done, total, rate), expected);
        }
    }
}
