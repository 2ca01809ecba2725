//! The time of the service: [`Clock`].

use jiff::{SignedDuration, Timestamp};

/// A correction of the system's clock; more is another date that was set.
const CORRECTION: SignedDuration = SignedDuration::from_mins(1);

/// The system's clock without steps back, so that messages are in order.
///
/// A monotonic clock would not do: it is suspended with the computer, and all times after that would be in the past for
/// clients, such as the expiration of new tokens.
#[derive(Default)]
pub(super) struct Clock {
    last: Option<Timestamp>,
}

impl Clock {
    pub(super) fn now(&mut self) -> Timestamp {
        self.after(crate::clock::now())
    }

    fn after(&mut self, system: Timestamp) -> Timestamp {
        let now = match self.last {
            Some(last) if last > system && last.duration_since(system) <= CORRECTION => last,
            _ => system,
        };
        self.last = Some(now);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_back_only_if_the_clock_is_set_to_another_date() {
        let mut clock = Clock::default();
        let shown = [0, 5, 3, 5, 6, 36_000, 35_941, 35_940, 35_939, 35_938, 7].map(|second| {
            let system = Timestamp::from_second(second).expect("in range");
            clock.after(system).as_second()
        });
        assert_eq!(shown, [0, 5, 5, 5, 6, 36_000, 36_000, 36_000, 35_939, 35_939, 7]);
    }
}
