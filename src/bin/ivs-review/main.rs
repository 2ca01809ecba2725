//! The command line for moderators, operators and developers.
//!
//! Results go to standard output, everything else to standard error. The exit code is 0 if all is
//! well, 1 if there are findings, and 2 if the command could not run.

mod cli;
mod code_docs;
mod commands;
mod input;
mod options;
mod output;
#[cfg(feature = "rooms")]
mod rooms;
mod rules_dir;
mod terminal;

use std::io::{self, Write};
use std::process::ExitCode;

use ivs_chat_review::display::display_safe_block;

use crate::cli::{Args, Command};
use crate::commands::{check, events, explain, review};

/// What a command that ran found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Fine,
    Findings,
}

fn main() -> ExitCode {
    let args = Args::read();
    let outcome = match args.command {
        Command::Review(args) => match &args.events {
            Some(file) => events::run(&args, file),
            None => review::run(&args),
        },
        Command::Explain(args) => explain::run(&args),
        Command::Check(args) => check::run(&args),
        #[cfg(feature = "rooms")]
        Command::Rooms(args) => rooms::run(&args),
        #[cfg(not(feature = "rooms"))]
        Command::Rooms { .. } => Err(anyhow::anyhow!(cli::ROOMS_MISSING)),
    };
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        // Whoever reads our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // With standard error gone as well there is nobody left to tell.
            let _ = writeln!(
                anstream::stderr(),
                "error: {}",
                display_safe_block(&format!("{error:#}"))
            );
            ExitCode::from(2)
        }
    }
}

/// What came of telling something, if it does not matter whether all of it was read.
fn even_unread(told: io::Result<()>) -> io::Result<()> {
    told.or_else(|error| match error.kind() {
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
