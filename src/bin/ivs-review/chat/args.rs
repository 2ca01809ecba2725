//! Arguments of `chat`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::guard::host_name;
use super::invoke::Endpoint;
use crate::cli::FolderArgs;
use crate::options::Format;

#[derive(Args)]
pub(crate) struct ChatArgs {
    /// Address to listen on; other machines can connect unless it is a loopback address
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8790")]
    pub(crate) listen: SocketAddr,
    /// Accept requests to this host name too, such as the name of a container (repeatable)
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    pub(crate) allow_host: Vec<String>,
    /// What happens to a message of the room `lobby` if its review fails
    #[arg(long, value_name = "allow|deny", value_enum, default_value_t = FallbackArg::Allow, hide_possible_values = true)]
    pub(crate) fallback: FallbackArg,
    /// Review by a function at this address instead of the rules, such as http://127.0.0.1:9000
    #[arg(long, value_name = "URL")]
    pub(crate) invoke: Option<Endpoint>,
    /// Name of the function in requests to --invoke
    #[arg(long, value_name = "NAME", requires = "invoke", default_value = "function")]
    pub(crate) function: String,
    /// Do not limit the rates of messages and requests
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// Log chat to this folder, as IVS Chat logging does in S3
    #[arg(long, value_name = "DIR")]
    pub(crate) log: Option<PathBuf>,
    /// Output format of the addresses that are printed at the start
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FallbackArg {
    Allow,
    Deny,
}

impl FallbackArg {
    /// As in requests to the service.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            FallbackArg::Allow => "ALLOW",
            FallbackArg::Deny => "DENY",
        }
    }
}
