//! Measures CPU time.

use std::time::Duration;

/// Runs `work` and returns its result with the CPU time of this thread, which does not depend on
/// the load of the machine. On systems other than Linux it is wall-clock time.
pub(super) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = now();
    let result = work();
    (result, now().saturating_sub(start))
}

#[cfg(target_os = "linux")]
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let unsigned = |value: i64| u64::try_from(value).unwrap_or_default();
    Duration::from_secs(unsigned(time.tv_sec)) + Duration::from_nanos(unsigned(time.tv_nsec))
}

#[cfg(not(target_os = "linux"))]
fn now() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
