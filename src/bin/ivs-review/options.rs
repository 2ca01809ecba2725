//! Option values that several commands share.

use clap::ValueEnum;
use ivs_chat_review::provision::pair;

/// Parses `NAME=VALUE`, as [`pair::split`] does.
pub(crate) fn pair(text: &str) -> Result<(String, String), &'static str> {
    pair::split(text).ok_or("missing `=`")
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
