//! Option values that several commands share.

use clap::ValueEnum;

/// Parses `NAME=VALUE`, split at the first `=`.
pub(crate) fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("missing `=`")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Human-readable text
    Text,
    /// One JSON object per line
    Json,
}
