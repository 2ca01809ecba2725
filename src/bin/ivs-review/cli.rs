//! What may be typed: commands and options, as they are typed and no further.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use ivs_chat_review::display::{display_safe, display_safe_block};
use jiff::civil::Date;

use crate::options::{Format, pair};
#[cfg(feature = "rooms")]
use crate::rooms::args::RoomsArgs;

/// Reviews messages of Amazon IVS Chat by rules, and checks those rules
#[derive(Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "\
Example:
  ivs-review review \"what a muppet\"

Exit codes: 0 all is well; 1 findings, such as a rule problem; 2 the command could not run."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is typed behind these may be about somebody.
const ABOUT_PEOPLE: [&str; 3] = ["--user", "--attribute", "--reason"];

impl Args {
    /// Reads the command line, or ends the process and says why. A word too many is quoted, unless it may
    /// be half of what somebody is called.
    pub(crate) fn read() -> Args {
        Args::try_parse().unwrap_or_else(|error| {
            let is_private = std::env::args_os().any(|word| {
                ABOUT_PEOPLE.iter().any(|option| word.to_string_lossy().starts_with(option))
            });
            if error.kind() == ErrorKind::UnknownArgument && is_private {
                let _ = writeln!(
                    anstream::stderr(),
                    "error: there is a word too many; put quotes around what has blanks, or try '--help'"
                );
                std::process::exit(2)
            }
            refuse(error, std::env::args_os())
        })
    }
}

/// Prints the error and ends the process. Errors quote arguments as they are, in suggestions too, so it is the error
/// about the arguments as they are safe to show that is printed.
fn refuse(error: clap::Error, arguments: impl Iterator<Item = OsString>) -> ! {
    let (mut safe, mut is_safe) = (Vec::new(), true);
    for argument in arguments {
        let argument = argument.to_string_lossy();
        let shown = display_safe(&argument);
        is_safe &= matches!(shown, Cow::Borrowed(_));
        safe.push(shown.into_owned());
    }
    if is_safe {
        without_controls(error).exit()
    }
    match Args::try_parse_from(safe) {
        Err(error) => without_controls(error).exit(),
        // What was wrong is a character that is an escape now.
        Ok(_) => {
            let _ = write!(anstream::stderr(), "{}", display_safe_block(&error.to_string()));
            std::process::exit(error.exit_code())
        }
    }
}

/// The same error, with values that are safe to show: they may come from the environment.
fn without_controls(mut error: clap::Error) -> clap::Error {
    let safe = |text: &String| display_safe(text).into_owned();
    let values: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(safe(text)))),
            ContextValue::Strings(texts) => {
                Some((kind, ContextValue::Strings(texts.iter().map(safe).collect())))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in values {
        error.insert(kind, value);
    }
    error
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Review messages as the handler would
    #[command(after_help = "\
Examples:
  ivs-review review \"what a muppet\"
  echo \"what a muppet\" | ivs-review review -
  ivs-review review --sender role=vip --attr displayName=Muppet --on 2026-12-31 \"hello\"
  ivs-review review --events events.jsonl --stats > replies.jsonl

Each line of an events file is one event as IVS Chat sends it to the handler; each line of the
output is the handler's reply to it, in the same order. A line that is no event is answered with
{\"error\": \"...\", \"line\": N} and makes the exit code 1.")]
    Review(ReviewArgs),
    /// Tell why a message is caught, or why it is not: each step from its text to the reply
    #[command(after_help = "\
Examples:
  ivs-review explain \"what a müppet\"
  ivs-review explain --room AbCdEf123456 --sender role=vip --on 2026-12-31 \"hello\"
  ivs-review explain --event event.json --format json

It tells what the message is read as, every hit with the disguises that it wore, which exceptions
vetoed hits, which rules would have hit and did not act and why, and how the verdict came about.
An event is one as IVS Chat sends it to the handler; the reply is the handler's.")]
    Explain(ExplainArgs),
    /// Find every problem in the rule folder, and run every sample in it
    #[command(after_help = "\
Examples:
  ivs-review check --rules rules
  ivs-review check --deny-warnings --format github
  ivs-review check --corpus yesterday.txt
  ivs-review check --explain redundant-entry
  ivs-review check --copy-to build/rules

The exit code is 1 if there is an error, so that a deployment can depend on it. Entries are tried on
common English words and names, and on the lines of your own that --corpus names.

Read are rules.toml and all .txt files in the folder and in folders below. Hidden files and backups of
editors are skipped; a symbolic link, a named pipe or a device is an error. --copy-to writes the bytes
that were read and nothing else, which is how `sam build` packages the rules.")]
    Check(CheckArgs),
    /// Wire rooms to the handler, one or all of them; make, log and moderate rooms
    #[cfg(feature = "rooms")]
    Rooms(RoomsArgs),
    /// Attach rooms to the handler, and manage rooms (not included in this build)
    #[cfg(not(feature = "rooms"))]
    #[command(disable_help_flag = true, after_help = ROOMS_MISSING)]
    Rooms {
        // Everything is accepted, so that any use of `rooms` gets the same error.
        #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

/// What `rooms` reports in a build without the feature.
#[cfg(not(feature = "rooms"))]
pub(crate) const ROOMS_MISSING: &str = "this build does not include the `rooms` commands; install them with \
    `cargo install --locked --path . --features rooms`";

#[derive(Group)]
pub(crate) struct ReviewArgs {
    /// Messages to review; `-` reads one from standard input, and behind `--` any text is a message
    #[arg(value_name = "TEXT", required_unless_present = "events")]
    pub(crate) texts: Vec<String>,
    /// Review events instead, one as JSON on each line; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["texts", "room", "user_id", "sender", "attr"])]
    pub(crate) events: Option<PathBuf>,
    /// After the events, tell on standard error how many there were and how long they took, as JSON
    #[arg(long, requires = "events", conflicts_with = "texts")]
    pub(crate) stats: bool,
    #[command(flatten)]
    pub(crate) stage: Stage,
    /// Review as on this day (UTC) instead of today, such as 2026-12-31
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Date>,
    /// How results are shown; the replies to events are JSON always
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) folder: Folder,
}

#[derive(Group)]
pub(crate) struct ExplainArgs {
    /// The message; `-` reads it from standard input, and behind `--` any text is a message
    #[arg(value_name = "TEXT", required_unless_present = "event")]
    pub(crate) text: Option<String>,
    /// Explain an event instead, as JSON; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "room", "user_id", "sender", "attr"])]
    pub(crate) event: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) stage: Stage,
    /// Review as on this day (UTC) instead of today, such as 2026-12-31
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Date>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) folder: Folder,
}

/// What is around a message.
#[derive(Group)]
pub(crate) struct Stage {
    /// The room that the message is in, as an ARN or an id, as the rules name it; without it the rules of every room apply
    #[arg(long, value_name = "ARN|ID")]
    pub(crate) room: Option<String>,
    /// The sender's id
    #[arg(long, value_name = "ID")]
    pub(crate) user_id: Option<String>,
    /// An attribute of the sender, such as role=vip; may be given again
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) sender: Vec<(String, String)>,
    /// An attribute of the message, such as displayName=Max; may be given again
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) attr: Vec<(String, String)>,
}

#[derive(Group)]
pub(crate) struct CheckArgs {
    /// How problems are shown
    #[arg(long, value_enum, default_value_t = Problems::Text)]
    pub(crate) format: Problems,
    /// Let warnings make the exit code 1 as well
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// Tell what a code such as `slow-pattern` means, and check nothing; without one list all codes
    #[arg(
        long,
        value_name = "CODE",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with_all = ["format", "deny_warnings", "corpus", "all_words", "on", "path", "copy_to"]
    )]
    pub(crate) explain: Option<String>,
    /// Lines that nobody minds, such as yesterday's chat: each that a rule hits is told; `-` reads standard input; may be given again
    #[arg(long, value_name = "FILE")]
    pub(crate) corpus: Vec<PathBuf>,
    /// Tell all common words that an entry hits, not only the five most common
    #[arg(long)]
    pub(crate) all_words: bool,
    /// Check as on this day (UTC) instead of today, such as 2026-12-31
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Date>,
    /// Copy the files that were checked to this new folder, if the exit code is 0
    #[arg(long, value_name = "DIR")]
    pub(crate) copy_to: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) folder: Folder,
}

#[derive(Group)]
pub(crate) struct Folder {
    /// The rule folder
    #[arg(long = "rules", value_name = "DIR", default_value = "rules")]
    pub(crate) path: PathBuf,
}

/// How `check` shows problems.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Problems {
    /// For people
    Text,
    /// For machines: one JSON object a line
    Json,
    /// For GitHub Actions, which shows them beside the lines of a pull request; run it in the root of the repository
    Github,
    /// For code scanning and editors: one log in SARIF 2.1.0
    Sarif,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_sound() {
        super::Args::command().debug_assert();
    }

    #[cfg(not(feature = "rooms"))]
    #[test]
    fn a_build_without_rooms_accepts_all_their_arguments() {
        use clap::Parser;

        use super::{Args, Command};

        for args in ["", "list", "--help", "plan --all --handler ARN", "token --user-id x -- y"] {
            let words = ["ivs-review", "rooms"].into_iter().chain(args.split_whitespace());
            let parsed = Args::try_parse_from(words).map(|args| args.command);
            assert!(matches!(parsed, Ok(Command::Rooms { .. })), "{args}");
        }
    }
}
