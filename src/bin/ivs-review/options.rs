//! Option values that several commands share.

use clap::ValueEnum;
use ivs_chat_review::provision::pair;

/// Parses `NAME=VALUE`, as [`pair::split`] does.
pub(crate) fn pair(text: &str) -> Result<(String, String), &'static str> {
    pair::split(text).ok_or("missing `=`")
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Human-readable text
    Text,
    /// One JSON object per line
    Json,
}
