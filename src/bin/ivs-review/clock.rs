//! The clock of the machine, which may be set to anything.

#[cfg(feature = "rooms")]
use std::time::Duration;
use std::time::SystemTime;

use jiff::Timestamp;

/// Returns the current time, or the nearest that a timestamp can have: `Timestamp::now` would panic.
pub(crate) fn now() -> Timestamp {
    nearest(SystemTime::now())
}

fn nearest(time: SystemTime) -> Timestamp {
    let is_past = time < SystemTime::UNIX_EPOCH;
    let nearest = if is_past { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::try_from(time).unwrap_or(nearest)
}

/// Returns an error if the clock is so wrong that requests cannot be signed: the SDK would panic.
#[cfg(feature = "rooms")]
pub(crate) fn check() -> anyhow::Result<()> {
    check_time(SystemTime::now())
}

#[cfg(feature = "rooms")]
fn check_time(time: SystemTime) -> anyhow::Result<()> {
    // The year 9999, which leaves time for credentials that expire in the future.
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(253_370_764_800);
    if (SystemTime::UNIX_EPOCH..end).contains(&time) {
        return Ok(());
    }
    anyhow::bail!(
        "the clock of this machine is set to {}; AWS rejects requests unless it is right",
        nearest(time)
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn clocks_at_the_ends_of_time_have_a_nearest_timestamp() {
        let epoch = SystemTime::UNIX_EPOCH;
        let seconds = |seconds: u64| Duration::from_secs(seconds);
        let far = |shift: fn(&SystemTime, Duration) -> Option<SystemTime>| {
            // The largest power of two, in seconds, that the platform can represent.
            let powers = (0..64).rev().filter_map(move |bit| shift(&epoch, seconds(1 << bit)));
            powers.take(1).collect::<Vec<_>>().remove(0)
        };
        let last = epoch.checked_add(seconds(i64::MAX.unsigned_abs()));
        let first = epoch.checked_sub(seconds(i64::MAX.unsigned_abs()));
        for (time, expected) in [
            (epoch, Timestamp::UNIX_EPOCH),
            (far(SystemTime::checked_add), Timestamp::MAX),
            (far(SystemTime::checked_sub), Timestamp::MIN),
            (last.unwrap_or_else(|| far(SystemTime::checked_add)), Timestamp::MAX),
            (first.unwrap_or_else(|| far(SystemTime::checked_sub)), Timestamp::MIN),
        ] {
            assert_eq!(nearest(time), expected, "{time:?}");
            let text = expected.to_string();
            assert_eq!(text.parse::<Timestamp>().expect("it was written"), expected);
            #[cfg(feature = "rooms")]
            assert_eq!(check_time(time).is_ok(), time == epoch, "{time:?}");
        }
    }
}
