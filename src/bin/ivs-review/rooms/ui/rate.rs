//! How fast work goes, and how long it takes yet: [`Rate`].

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The stretch that a rate is of: long enough to be steady, short enough to be of now.
const STRETCH: Duration = Duration::from_secs(60);
/// The least time between two marks, and that a rate is of.
const STEP: Duration = Duration::from_secs(1);

/// What was done at some moments of the last minute.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    /// The first one is that from which on the rate is.
    marks: VecDeque<(Instant, u64)>,
}

impl Rate {
    /// Work that begins now.
    pub(super) fn new(now: Instant) -> Rate {
        Rate { marks: VecDeque::from([(now, 0)]) }
    }

    /// Notes how much is done.
    pub(super) fn mark(&mut self, now: Instant, done: u64) {
        let age = |mark: Option<&(Instant, u64)>| mark.map(|(at, _)| now.duration_since(*at));
        if age(self.marks.back()).is_none_or(|age| age >= STEP) {
            self.marks.push_back((now, done));
        }
        while age(self.marks.get(1)).is_some_and(|age| age >= STRETCH) {
            self.marks.pop_front();
        }
    }

    /// How much is done a second; not known at first.
    pub(super) fn a_second(&self, now: Instant, done: u64) -> Option<f64> {
        let &(since, before) = self.marks.front()?;
        let time = now.duration_since(since);
        (time >= STEP).then(|| done.saturating_sub(before) as f64 / time.as_secs_f64())
    }
}

/// What there is to tell: `1,250 of 50,000 rooms, 4.9 a second, 2 h 46 min left`.
pub(super) fn sentence(what: &str, done: u64, total: Option<u64>, rate: Option<f64>) -> String {
    let mut sentence = grouped(done);
    if let Some(total) = total {
        sentence += &format!(" of {}", grouped(total));
    }
    sentence += &format!(" {what}");
    let Some(rate) = rate else { return sentence };
    sentence += &match rate {
        0.0..10.0 => format!(", {rate:.1} a second"),
        _ => format!(", {} a second", grouped(rate.round() as u64)),
    };
    let left = total.map_or(0, |total| total.saturating_sub(done)) as f64;
    if left > 0.0 && rate > 0.0 {
        sentence += &format!(", {} left", spelled((left / rate).ceil() as u64));
    }
    sentence
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A time for people, in whole seconds below a minute and in whole minutes above.
fn spelled(seconds: u64) -> String {
    let minutes = seconds.div_ceil(60);
    match (seconds, minutes) {
        (0..60, _) => format!("{} s", seconds),
        (_, 0..60) => format!("{minutes} min"),
        _ => format!("{} h {} min", grouped(minutes / 60), minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (50, Some(50), Some(5.0), "50 of 50 rooms, 5.0 a second"),
            (1_234_567, None, Some(1_234.5), "1,234,567 rooms, 1,235 a second"),
            (7, None, None, "7 rooms"),
        ];
        for (done, total, rate, expected) in rows {
            assert_eq!(sentence("rooms", done, total, rate), expected);
        }
        assert!(sentence("rooms", 0, Some(u64::MAX), Some(f64::MIN_POSITIVE)).ends_with(" left"));
    }

    #[test]
    fn a_rate_is_that_of_the_last_minute() {
        let begin = Instant::now();
        let at = |seconds: f64| begin + Duration::from_secs_f64(seconds);
        let mut rate = Rate::new(begin);
        assert_eq!(rate.a_second(at(0.9), 100), None);
        // Ten a second for five minutes, and then nothing.
        for tenth in 0..3_000_u32 {
            rate.mark(at(f64::from(tenth) / 10.0), tenth.into());
        }
        let a_second =
            |rate: &Rate, seconds| rate.a_second(at(seconds), 3_000).expect("it is known");
        assert!((a_second(&rate, 300.0) - 10.0).abs() < 0.1);
        assert!(rate.marks.len() <= 62, "{}", rate.marks.len());
        for second in 300..=330 {
            rate.mark(at(second.into()), 3_000);
        }
        assert!((a_second(&rate, 330.0) - 5.0).abs() < 0.1);
        for second in 330..=361 {
            rate.mark(at(second.into()), 3_000);
        }
        assert_eq!(a_second(&rate, 361.0), 0.0);
    }
}
