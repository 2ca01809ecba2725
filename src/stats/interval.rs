//! Confidence intervals of shares: [`Share`].

use serde::Serialize;

/// The quantile of the normal distribution for a confidence of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// A share of a whole, with its 95 % confidence interval.
///
/// The interval is that of Wilson (1927), without continuity correction. Unlike that of the normal
/// approximation it is useful for few messages and for shares of 0 and 1: of 20 harmful messages none
/// of which is caught, the recall is below 0.161.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The share, 0 to 1.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Share {
    /// Returns the share of `part` in `all`; `None` if there is nothing.
    pub fn of(part: u64, all: u64) -> Option<Share> {
        (all > 0).then(|| {
            let (n, value) = (all as f64, part as f64 / all as f64);
            let center = value + Z * Z / (2.0 * n);
            let margin = Z * (value * (1.0 - value) / n + Z * Z / (4.0 * n * n)).sqrt();
            let scale = 1.0 + Z * Z / n;
            // Rounding must not lead out of 0 to 1, nor exclude a share of 0 or 1.
            let low = if part == 0 { 0.0 } else { (center - margin) / scale };
            let high = if part == all { 1.0 } else { (center + margin) / scale };
            Share { value, low, high }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe, "Two-sided confidence intervals for the single proportion: comparison of seven
    /// methods", Statistics in Medicine 17 (1998), table I, method 3.
    #[test]
    fn intervals_are_those_that_were_published() {
        for (part, all, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let share = Share::of(part, all).expect("not of nothing");
            assert!((share.low - low).abs() < 0.000_05, "{part} of {all}: {share:?}");
            assert!((share.high - high).abs() < 0.000_05, "{part} of {all}: {share:?}");
            // The complement has the mirrored interval.
            let other = Share::of(all - part, all).expect("not of nothing");
            assert!((other.low - (1.0 - share.high)).abs() < 1e-12, "{other:?}");
        }
        assert_eq!(Share::of(0, 0), None);
    }

    #[test]
    fn an_interval_contains_its_share_and_is_within_0_and_1() {
        for all in (1..200).chain([u64::from(u32::MAX)]) {
            for part in [0, 1, all / 2, all - 1, all] {
                let Share { value, low, high } = Share::of(part, all).expect("not of nothing");
                assert!(0.0 <= low && low <= value && value <= high && high <= 1.0, "{part} {all}");
            }
        }
    }
}
