//! How far long work is: a bar on a terminal, lines now and then elsewhere.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::style::ProgressTracker;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, WeakProgressBar};
use ivs_chat_review::display::display_safe_block;

use super::rate::{Rate, sentence};

/// How often the bar is drawn in any case, also while nothing gets done.
const TICK: Duration = Duration::from_millis(200);
/// How often a line is written at first, and for how long.
const OFTEN: Duration = Duration::from_secs(10);
const FIRST: Duration = Duration::from_secs(60);
/// How often after that: a log of hours stays short.
const SELDOM: Duration = Duration::from_secs(60);

/// The bar that was made last: there is one terminal.
static LAST: Mutex<Option<WeakProgressBar>> = Mutex::new(None);

/// Tells something on standard error, above the bar if there is one.
pub(crate) fn note(text: &str) {
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let write = || {
        // With standard error gone there is nobody left to tell.
        let _ = writeln!(anstream::stderr(), "{}", display_safe_block(text));
    };
    match last.as_ref().and_then(WeakProgressBar::upgrade) {
        Some(bar) => Progress(bar).above(write),
        None => write(),
    }
}

/// The progress of some work, told on standard error until the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Work on so many things, or on nobody knows how many yet. `what` they are is said behind their
    /// number: `rooms read`.
    pub(crate) fn new(what: &'static str, total: Option<u64>) -> Progress {
        // Hidden where no bar can be drawn, with TERM=dumb as well. There are no colours in it.
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        let now = Instant::now();
        let lines = bar.is_hidden().then_some(Lines { begun: now, next: now + OFTEN });
        let template = if total.is_some() { "[{bar:18}] {told}" } else { "{told}" };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ")
            .with_key("told", Told { what, rate: Rate::new(now), lines });
        let bar = bar.with_style(style);
        bar.enable_steady_tick(TICK);
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.downgrade());
        Progress(bar)
    }

    /// So many more are done.
    pub(crate) fn advance(&self, by: u64) {
        self.0.inc(by);
    }

    /// So many are done in all.
    pub(crate) fn set(&self, done: u64) {
        self.0.set_position(done);
    }

    /// Does what writes to the terminal, and puts the bar below that.
    pub(crate) fn above<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.0.is_finished() { write() } else { self.0.suspend(write) }
    }

    /// Tells nothing more.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// What is told of the work.
#[derive(Clone)]
struct Told {
    what: &'static str,
    rate: Rate,
    /// If there is no bar.
    lines: Option<Lines>,
}

/// When lines are due.
#[derive(Clone)]
struct Lines {
    begun: Instant,
    next: Instant,
}

impl Told {
    fn sentence(&self, state: &ProgressState, now: Instant) -> String {
        sentence(self.what, state.pos(), state.len(), self.rate.a_second(now, state.pos()))
    }
}

impl ProgressTracker for Told {
    fn clone_box(&self) -> Box<dyn ProgressTracker> {
        Box::new(self.clone())
    }

    fn tick(&mut self, state: &ProgressState, now: Instant) {
        self.rate.mark(now, state.pos());
        if self.lines.as_mut().is_some_and(|lines| lines.is_due(now)) {
            let _ = io::stderr().write_all((self.sentence(state, now) + "\n").as_bytes());
        }
    }

    fn reset(&mut self, _: &ProgressState, now: Instant) {
        self.rate = Rate::new(now);
    }

    fn write(&self, state: &ProgressState, to: &mut dyn fmt::Write) {
        let _ = to.write_str(&self.sentence(state, Instant::now()));
    }
}

impl Lines {
    /// Whether one is, and then when the next one is.
    fn is_due(&mut self, now: Instant) -> bool {
        let is_due = now >= self.next;
        if is_due {
            let often = now.duration_since(self.begun) < FIRST;
            self.next = now + if often { OFTEN } else { SELDOM };
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_seldom() {
        let begun = Instant::now();
        let mut lines = Lines { begun, next: begun + OFTEN };
        let due = |second: &u64| lines.is_due(begun + Duration::from_secs(*second));
        let told: Vec<u64> = (0..300).filter(due).collect();
        assert_eq!(told, [10, 20, 30, 40, 50, 60, 120, 180, 240]);
    }
}
