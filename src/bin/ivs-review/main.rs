//! The command line for moderators, operators and developers.
//!
//! Results go to standard output, everything else to standard error. The exit code is 0 for
//! success, 1 if there are findings, and 2 if the command could not run.

#[cfg(feature = "chat")]
mod chat;
mod cli;
mod clock;
mod code_docs;
mod commands;
mod files;
#[cfg(feature = "rooms")]
mod function;
mod input;
mod options;
mod output;
mod parallel;
mod progress;
mod recordings;
#[cfg(feature = "rooms")]
mod rooms;
mod rules_dir;
mod rules_git;
mod terminal;
mod watch;

use std::io::{self, Write};
use std::process::ExitCode;

use ivs_chat_review::display::display_safe_block;

use crate::cli::{Cli, Command};
#[cfg(feature = "init")]
use crate::commands::init;
use crate::commands::{
    check, compare, compile, events, explain, fmt, generate, import, review, stats, trial,
};

/// The result of a command that ran.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Fine,
    Findings,
}

fn main() -> ExitCode {
    let Cli { command, color } = Cli::from_process();
    color.apply();
    let outcome = match command {
        Command::Review(args) => match &args.event.events {
            Some(file) => events::run(&args, file),
            None => review::run(&args),
        },
        Command::Explain(args) => explain::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Stats(args) => stats::run(&args),
        Command::Trial(args) => trial::run(&args),
        Command::Generate { command } => generate::run(&command),
        Command::Import(args) => import::run(&args),
        #[cfg(feature = "init")]
        Command::Init(args) => init::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Compile(args) => compile::run(&args),
        #[cfg(feature = "chat")]
        Command::Chat(args) => chat::run(&args),
        #[cfg(feature = "rooms")]
        Command::Rooms(args) => rooms::run(&args),
        #[cfg(feature = "rooms")]
        Command::Publish(args) => function::publish(&args),
        #[cfg(feature = "rooms")]
        Command::Doctor(args) => function::doctor(&args),
        #[cfg(not(feature = "rooms"))]
        Command::Rooms { .. } | Command::Publish { .. } | Command::Doctor { .. } => {
            Err(anyhow::anyhow!(cli::ROOMS_MISSING))
        }
    };
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        // The reader of the output has closed the pipe, like `head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed too, the error cannot be reported.
            let _ = writeln!(
                anstream::stderr(),
                "error: {}",
                display_safe_block(&format!("{error:#}"))
            );
            ExitCode::from(2)
        }
    }
}

/// Ignores a broken pipe, for commands that continue if their output is not read.
fn ignore_broken_pipe(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
