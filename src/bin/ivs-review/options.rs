//! Option values that several commands share.

use clap::ValueEnum;
use ivs_chat_review::provision::pair;
use jiff::civil::Date;

/// Parses `NAME=VALUE`, as [`pair::split`] does.
pub(crate) fn pair(text: &str) -> Result<(String, String), &'static str> {
    pair::split(text).ok_or("missing `=`")
}

/// Parses a date such as `2026-12-31`.
pub(crate) fn date(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "write year, month and day, for example 2026-12-31")
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    // Documented values would make `--help` several pages long.
    Text,
    Json,
}

/// When to use colors.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Applies to everything that is printed from here on. `auto` uses colors on a terminal unless
    /// the environment has `NO_COLOR`.
    pub(crate) fn apply(self) {
        let choice = match self {
            Color::Auto => return,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}
