//! Arguments of `publish` and `doctor`.

use std::fmt;
use std::num::NonZeroUsize;

use clap::Args as Group;
use ivs_chat_review::provision::arn::FunctionArn;

use crate::cli::FolderArgs;
use crate::options::Format;
use crate::rooms::args::SelectArgs;
use crate::rooms::client::ConnectArgs;

#[derive(Group)]
pub(crate) struct PublishArgs {
    /// Name or ARN of the function
    #[arg(long, value_name = "NAME|ARN", value_parser = function)]
    pub(crate) function: FunctionRef,
    /// Name of the layer with the rules, which is created if it does not exist
    #[arg(long, value_name = "NAME", value_parser = layer)]
    pub(crate) layer: String,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    /// Versions of the layer to keep; those in use and the one of a rollback always stay
    #[arg(long, value_name = "N", default_value = "5", value_parser = keep)]
    pub(crate) keep: NonZeroUsize,
    /// Show what would be done, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Point the function to the version that it had before
    #[arg(long)]
    pub(crate) rollback: bool,
    /// Output format: text, or json with one object per line
    #[arg(long, value_enum, default_value_t = Format::Text, hide_possible_values = true)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

#[derive(Group)]
pub(crate) struct DoctorArgs {
    /// Name or ARN of the function
    #[arg(long, value_name = "NAME|ARN", value_parser = function)]
    pub(crate) handler: FunctionRef,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    /// Output format: text, or json with one object per line
    #[arg(long, value_enum, default_value_t = Format::Text, hide_possible_values = true)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) connect: ConnectArgs,
}

/// A function, by its name in the account and Region of the command, or by its ARN.
#[derive(Clone)]
pub(crate) enum FunctionRef {
    Name(String),
    Arn(FunctionArn),
}

impl FunctionRef {
    pub(crate) fn arn(&self) -> Option<&FunctionArn> {
        match self {
            FunctionRef::Name(_) => None,
            FunctionRef::Arn(arn) => Some(arn),
        }
    }
}

impl fmt::Display for FunctionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FunctionRef::Name(name) => f.write_str(name),
            FunctionRef::Arn(arn) => arn.fmt(f),
        }
    }
}

/// Parses a name or an ARN. An ARN with a version or an alias is another function for IVS Chat and for
/// changes.
fn function(text: &str) -> Result<FunctionRef, String> {
    if !text.contains(':') {
        return match is_name(text, 64) {
            true => Ok(FunctionRef::Name(text.to_owned())),
            false => Err("expected letters, digits, `-` and `_`, at most 64".to_owned()),
        };
    }
    let arn = FunctionArn::parse(text).map_err(|error| error.to_string())?;
    match arn.is_qualified() {
        true => Err("omit the version or alias after the name".to_owned()),
        false => Ok(FunctionRef::Arn(arn)),
    }
}

fn layer(text: &str) -> Result<String, &'static str> {
    match is_name(text, 140) {
        true => Ok(text.to_owned()),
        false => Err("expected letters, digits, `-` and `_`, at most 140, without a version"),
    }
}

fn keep(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "expected a whole number from 1")
}

fn is_name(text: &str, max_length: usize) -> bool {
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=max_length).contains(&text.len()) && text.bytes().all(is_name_byte)
}
