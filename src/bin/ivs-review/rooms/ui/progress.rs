//! How far long work is: a bar on a terminal, lines now and then elsewhere.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::style::ProgressTracker;
use indicatif::{
    HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, WeakProgressBar,
};
use ivs_chat_review::display::display_safe_block;

/// How often the bar is drawn in any case, also while nothing gets done.
const TICK: Duration = Duration::from_millis(200);
/// The least time that a rate is of.
const STEADY: Duration = Duration::from_secs(1);
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
            .with_key("told", Told { what, lines });
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
    fn sentence(&self, state: &ProgressState) -> String {
        let rate = (state.elapsed() >= STEADY).then(|| state.per_sec());
        sentence(self.what, state.pos(), state.len(), rate)
    }
}

impl ProgressTracker for Told {
    fn clone_box(&self) -> Box<dyn ProgressTracker> {
        Box::new(self.clone())
    }

    fn tick(&mut self, state: &ProgressState, now: Instant) {
        if self.lines.as_mut().is_some_and(|lines| lines.is_due(now)) {
            let _ = io::stderr().write_all((self.sentence(state) + "\n").as_bytes());
        }
    }

    fn reset(&mut self, _: &ProgressState, _: Instant) {}

    fn write(&self, state: &ProgressState, to: &mut dyn fmt::Write) {
        let _ = to.write_str(&self.sentence(state));
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

/// What there is to tell: `1,250 of 50,000 rooms, 4.9 a second, 2 h 46 min left`.
fn sentence(what: &str, done: u64, total: Option<u64>, rate: Option<f64>) -> String {
    let mut sentence = match total {
        Some(total) => format!("{} of {} {what}", HumanCount(done), HumanCount(total)),
        None => format!("{} {what}", HumanCount(done)),
    };
    let Some(rate) = rate else { return sentence };
    sentence += &match rate {
        0.0..10.0 => format!(", {rate:.1} a second"),
        _ => format!(", {} a second", HumanCount(rate.round() as u64)),
    };
    let left = total.map_or(0, |total| total.saturating_sub(done)) as f64;
    // The rate of work that stalls goes down without end.
    if left > 0.0 && rate >= 0.001 {
        sentence += &format!(", {} left", spelled((left / rate).ceil() as u64));
    }
    sentence
}

/// A time in whole seconds below a minute and in whole minutes above: more exact than
/// [`indicatif::HumanDuration`].
fn spelled(seconds: u64) -> String {
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
    fn lines_become_seldom() {
        let begun = Instant::now();
        let mut lines = Lines { begun, next: begun + OFTEN };
        let due = |second: &u64| lines.is_due(begun + Duration::from_secs(*second));
        let told: Vec<u64> = (0..300).filter(due).collect();
        assert_eq!(told, [10, 20, 30, 40, 50, 60, 120, 180, 240]);
    }

    #[test]
    fn a_sentence_tells_what_is_known() {
        let rows = [
            (0, Some(50_000), None, "0 of 50,000 rooms"),
            (
                1_250,
                Some(50_000),
                Some(4.9),
                "1,250 of 50,000 rooms, 4.9 a second, 2 h 46 min left",
            ),
            (999, Some(1_000), Some(4.9), "999 of 1,000 rooms, 4.9 a second, 1 s left"),
            (0, Some(300), Some(5.0), "0 of 300 rooms, 5.0 a second, 1 min left"),
            (0, Some(17_700), Some(5.0), "0 of 17,700 rooms, 5.0 a second, 59 min left"),
            (0, Some(17_705), Some(5.0), "0 of 17,705 rooms, 5.0 a second, 1 h 0 min left"),
            (10, Some(50), Some(0.0), "10 of 50 rooms, 0.0 a second"),
            (
                10,
                Some(u64::MAX),
                Some(0.000_1),
                "10 of 18,446,744,073,709,551,615 rooms, 0.0 a second",
            ),
            (50, Some(50), Some(5.0), "50 of 50 rooms, 5.0 a second"),
            (1_234_567, None, Some(1_234.5), "1,234,567 rooms, 1,235 a second"),
            (7, None, None, "7 rooms"),
        ];
        for (done, total, rate, expected) in rows {
            assert_eq!(sentence("rooms", done, total, rate), expected);
        }
    }
}
