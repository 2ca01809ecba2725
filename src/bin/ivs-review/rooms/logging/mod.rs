//! `rooms logging`: commands about logging configurations.

mod attach;
mod configuration;

use super::args::logging::{LoggingArgs, LoggingCommand};
use crate::Outcome;

pub(crate) async fn run(args: &LoggingArgs) -> anyhow::Result<Outcome> {
    match &args.command {
        LoggingCommand::Create(args) => configuration::create(args).await,
        LoggingCommand::List(args) => configuration::list(args).await,
        LoggingCommand::Show(args) => configuration::show(args).await,
        LoggingCommand::Update(args) => configuration::update(args).await,
        LoggingCommand::Delete(args) => configuration::delete(args).await,
        LoggingCommand::Attach(args) => attach::attach(args).await,
        LoggingCommand::Detach(args) => attach::detach(args).await,
    }
}
