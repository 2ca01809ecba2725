//! The command line: commands, arguments and their help texts.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use ivs_chat_review::display::{display_safe, display_safe_block};
use ivs_chat_review::import::{ActionName, Format as ImportFormat};
use jiff::civil::Date;

#[cfg(feature = "chat")]
use crate::chat::args::ChatArgs;
#[cfg(feature = "init")]
use crate::commands::init::Preset;
use crate::commands::selection::Moment;
#[cfg(feature = "rooms")]
use crate::function::args::{DoctorArgs, PublishArgs};
use crate::options::{Color, Format, date, pair};
#[cfg(feature = "rooms")]
use crate::rooms::args::RoomsArgs;

/// Check review rules for Amazon IVS Chat, and review messages with them
#[derive(Parser)]
#[command(
    name = "ivs-review",
    version = VERSION,
    max_term_width = 100,
    subcommand_help_heading = "Commands",
    after_help = "\
The rules are in the folder `rules` (select another one with -r DIR): rules.toml says what happens,
and lists such as rules/lists/insults.txt say to which words. After each edit:

  ivs-review check                        find mistakes
  ivs-review review \"what a muppet\"       see what the room and the sender would see
  ivs-review explain \"what a muppet\"      see why

Documentation: docs/rules/README.md in the repository.

Exit codes: 0 success; 1 findings, such as an invalid rule; 2 the command could not run."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colors
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto, global = true, display_order = 900)]
    pub(crate) color: Color,
}

/// The version, and the commit from which a release build was made.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), env!("BUILD_COMMIT"));

/// Options whose values may be personal data.
const PERSONAL_OPTIONS: [&str; 3] = ["--user", "--attribute", "--reason"];

impl Cli {
    /// Parses the arguments of the process, or exits with an error. The error quotes an unexpected
    /// argument, unless that may be the second word of an unquoted name.
    pub(crate) fn from_process() -> Cli {
        Cli::try_parse().unwrap_or_else(|error| {
            let is_private = std::env::args_os().any(|argument| {
                PERSONAL_OPTIONS.iter().any(|option| argument.to_string_lossy().starts_with(option))
            });
            if error.kind() == ErrorKind::UnknownArgument && is_private {
                let _ = writeln!(
                    anstream::stderr(),
                    "error: unexpected argument; quote values that contain spaces, or try '--help'"
                );
                std::process::exit(2)
            }
            exit_with(with_tip(error), std::env::args_os())
        })
    }
}

/// Adds a tip for a message that looks like options: of `-rep`, `-r` takes the rest as its value.
fn with_tip(mut error: clap::Error) -> clap::Error {
    let mut words = std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned());
    let has_message =
        words.next().is_some_and(|command| command == "review" || command == "explain");
    let is_word =
        |word: &String| word.len() > 2 && word.starts_with('-') && !word.starts_with("--");
    if error.kind() == ErrorKind::MissingRequiredArgument
        && let Some(word) = words.find(is_word).filter(|_| has_message)
    {
        let tip =
            format!("to review a message that begins with `-`, use '-- {}'", display_safe(&word));
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Prints an error and exits. clap's errors quote arguments unescaped, in suggestions too, so the
/// arguments are escaped and parsed again, and that error is printed.
fn exit_with(error: clap::Error, arguments: impl Iterator<Item = OsString>) -> ! {
    let (mut safe, mut is_safe) = (Vec::new(), true);
    for argument in arguments {
        let argument = argument.to_string_lossy();
        let escaped = display_safe(&argument);
        is_safe &= matches!(escaped, Cow::Borrowed(_));
        safe.push(escaped.into_owned());
    }
    if is_safe {
        without_controls(error).exit()
    }
    match Cli::try_parse_from(safe) {
        Err(error) => without_controls(error).exit(),
        // The escaped arguments are valid: a character that was escaped was the error.
        Ok(_) => {
            let _ = write!(anstream::stderr(), "{}", display_safe_block(&error.to_string()));
            std::process::exit(error.exit_code())
        }
    }
}

/// Returns the error with its values escaped. They may also come from the environment.
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
    /// Write a rule folder to start with
    #[cfg(feature = "init")]
    #[command(after_help = "\
Examples:
  ivs-review init
  ivs-review init --preset family
  ivs-review init trial/rules --preset slurs-only
  ivs-review init --github

Presets, which differ in [categories] of rules.toml alone:
  slurs-only   only slurs and hatred of groups are denied
  standard     the rules as they ship: also threats, scams, swearing, insults, personal data and more
  family       also trash talk and links to all but a few sites
  empty        all categories are off, to be switched on one by one

Nothing is overwritten. --github also writes the workflows of docs/ci.md, which check, compare and
deploy the rules of a repository.")]
    Init(InitArgs),
    /// Check the rule folder and run its samples
    #[command(after_help = "\
Examples:
  ivs-review check
  ivs-review check rules/lists/insults.txt
  ivs-review check --deny-warnings --format github
  ivs-review check --corpus yesterday.txt
  ivs-review check --explain redundant-entry
  ivs-review check --copy-to build/rules
  ivs-review check --fix --dry-run
  ivs-review check --watch

The exit code is 1 if there is an error. Entries are tested on common English words and names, and
on the lines of the files of --corpus.

The rule folder is rules.toml and all .txt files, including subfolders. Hidden files and editor
backups are skipped; a symbolic link, a named pipe or a device is an error. --copy-to writes
exactly the text that was checked; `sam build` packages the rules with it.")]
    Check(CheckArgs),
    /// Review messages like the handler
    #[command(after_help = "\
Examples:
  ivs-review review \"what a muppet\"
  echo \"what a muppet\" | ivs-review review -
  ivs-review review --lines yesterday.txt
  ivs-review review --sender role=vip --attr displayName=Muppet --on 2026-12-31 \"hello\"
  ivs-review review --event event.json
  ivs-review review --events events.jsonl --stats > replies.jsonl
  ivs-review review --events AWSLogs/ > replies.jsonl

An event is JSON as IVS Chat sends it to the handler. Each line of the output for --events is the
handler's reply, in the same order. For an invalid event the output is
{\"error\": \"...\", \"line\": N}, and the exit code is 1.")]
    Review(ReviewArgs),
    /// Compare what two rule sets do with recorded chat
    #[command(after_help = "\
Examples:
  ivs-review compare AWSLogs/                      the last commit with the rules as they are
  ivs-review compare --from git:main AWSLogs/      a branch with the rules as they are
  ivs-review compare --from old/rules --to new/rules yesterday.log.gz
  ivs-review compare --format markdown --max-changed 0.5 AWSLogs/

A recording is a file or folder that IVS Chat logging wrote, or another form of recorded chat; see
docs/rules/checking.md. Each message is reviewed in its room and on its own day.

Message text is shown only on a terminal or with --with-text. User IDs, attributes and IP addresses
are never shown.")]
    Compare(CompareArgs),
    /// Count what each rule and entry does with recorded or labeled chat
    #[command(after_help = "\
Examples:
  ivs-review stats AWSLogs/
  ivs-review stats --harmful reported.txt --harmless yesterday.txt
  ivs-review stats --labeled tweets.csv --text tweet --label class --harmful-is 0 --harmful-is 1
  ivs-review stats --merge part-*.json

Shows which rules and entries match, how often, and which never do. With labels it shows recall,
false positives and precision; messages that moderators deleted are labels too.

Message text is shown only on a terminal or with --with-text. User IDs, attributes and IP addresses
are never shown.")]
    Stats(StatsArgs),
    /// Count what rules in shadow mode matched, from the log of the handler
    #[command(after_help = "\
Examples:
  aws logs tail /aws/lambda/ivs-chat-review --since 7d | ivs-review trial
  ivs-review trial exported/ --since 2026-11-24 --rules rules
  ivs-review trial --ids --format json handler.log

Shows for each rule which of its entries and patterns matched how often, by file and line. With
--rules it also shows the entries. --ids lists the IDs of the messages, with which they can be found
in the log of the chat; the log of the handler has no text of messages.

A log is what `aws logs tail` and `aws logs filter-log-events` print, an export to S3, or the lines of
the handler as they are; compressed or not. The exit code is 1 if nothing in it is of the handler.")]
    Trial(TrialArgs),
    /// Import a word list of another system as a list and a rule
    #[command(after_help = "\
Examples:
  ivs-review import automod.json
  ivs-review import --as twitch terms.txt
  ivs-review import --min-severity 2 --partial en.json
  ivs-review import --column word --language de --into trial words.csv
  ivs-review import --dry-run --format json en > report.json

Adds the list to the folder of --into (`rules` by default) and a rule in shadow mode to its
rules.toml; nothing is overwritten. Prints for each entry whether it matches the same as before,
more or less, or was left out; then checks the rules. See docs/rules/import.md.

Formats: discord, twitch, nightbot, discourse, youtube, mattermost, dsojevic, surge, cuss, csv,
lines. They are detected by content, those of plain text only partly.")]
    Import(ImportArgs),
    /// Format lists: spaces, empty lines and comments
    #[command(after_help = "\
Examples:
  ivs-review fmt
  ivs-review fmt rules/lists/insults.txt
  ivs-review fmt --check
  ivs-review fmt --diff

Only whitespace changes, and only if the list means the same before and after. Invalid lines, line
breaks and a byte order mark stay as they are. rules.toml is not formatted.

The exit code of --check and --diff is 1 if a list would change. See docs/rules/lists.md.")]
    Fmt(FmtArgs),
    /// Compile the rules into one file, with which the handler starts without delay
    #[command(after_help = "\
Examples:
  ivs-review compile
  ivs-review compile --rules build/rules

The handler uses rules.compiled beside rules.toml. It starts as fast with 100,000 entries as with
none. If the file is damaged, was written by another version or is older than the rules, the handler
logs an error and compiles the rules itself. `sam build` runs this command.

The exit code is 1 if the rules have an error or a sample fails; then no file is written.")]
    Compile(CompileArgs),
    /// Explain how a message was reviewed, step by step
    #[command(after_help = "\
Examples:
  ivs-review explain \"what a müppet\"
  ivs-review explain --room AbCdEf123456 --sender role=vip --on 2026-12-31 \"hello\"
  ivs-review explain --event event.json --format json

Prints the normalized message, every match with the obfuscation that was removed, the exceptions
that suppressed matches, the rules that matched but are inactive and why, and how the verdict was
decided.")]
    Explain(ExplainArgs),
    /// Run a local IVS Chat with a page, to try rules and to test applications
    #[cfg(feature = "chat")]
    #[command(after_help = "\
Examples:
  ivs-review chat
  ivs-review chat --rules rules --log chat-log
  ivs-review chat --invoke http://127.0.0.1:9000 --fallback deny
  ivs-review chat --listen 127.0.0.1:0 --no-limits --format json

Open the page that is printed to chat as several users. Saved rules are used from the next message
on; rules with errors are not used. AWS SDKs and the chat SDKs of Amazon IVS connect without an AWS
account. Nothing is stored, except by --log. Ctrl-C stops it.")]
    Chat(ChatArgs),
    /// Generate shell completions, manual pages and a schema for editors
    #[command(after_help = "\
Examples:
  ivs-review generate completions bash > ~/.local/share/bash-completion/completions/ivs-review
  ivs-review generate completions zsh > ~/.zfunc/_ivs-review
  ivs-review generate man ~/.local/share/man/man1
  ivs-review generate schema > rules/rules.schema.json")]
    Generate {
        #[command(subcommand)]
        command: GenerateCommand,
    },
    /// Publish rules to a function within seconds, or roll them back
    #[cfg(feature = "rooms")]
    #[command(after_help = PUBLISH_HELP)]
    Publish(PublishArgs),
    /// Check that a function reviews the messages of its rooms
    #[cfg(feature = "rooms")]
    #[command(after_help = DOCTOR_HELP)]
    Doctor(DoctorArgs),
    /// Publish rules to a function within seconds, or roll them back (not included in this
    /// build)
    #[cfg(not(feature = "rooms"))]
    #[command(disable_help_flag = true, after_help = ROOMS_MISSING)]
    Publish {
        #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Check that a function reviews the messages of its rooms (not included in this build)
    #[cfg(not(feature = "rooms"))]
    #[command(disable_help_flag = true, after_help = ROOMS_MISSING)]
    Doctor {
        #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Attach the handler to rooms; create, log and moderate rooms
    #[cfg(feature = "rooms")]
    Rooms(RoomsArgs),
    /// Attach the handler to rooms; create, log and moderate rooms (not included in this build)
    #[cfg(not(feature = "rooms"))]
    #[command(disable_help_flag = true, after_help = ROOMS_MISSING)]
    Rooms {
        // Any arguments are accepted, so that every `rooms` command reports the same error.
        #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

#[cfg(feature = "rooms")]
const PUBLISH_HELP: &str = "\
Examples:
  ivs-review publish --function ivs-chat-review --layer ivs-chat-review-rules
  ivs-review publish --function ivs-chat-review --layer ivs-chat-review-rules --dry-run
  ivs-review publish --function ivs-chat-review --layer ivs-chat-review-rules --rollback

Checks and compiles the rules, publishes them as a version of the layer, points the function to it,
waits until it is live, and asks the function which rules it has. Other layers stay. Rules that the
function has already are not published again. The error of a step says what is live and which
command continues. A later `sam deploy` of the stack may set its own layer again: docs/publish.md.

Options for the connection, such as --region and --profile: `ivs-review rooms --help`";

#[cfg(feature = "rooms")]
const DOCTOR_HELP: &str = "\
Examples:
  ivs-review doctor --handler FUNCTION_ARN
  ivs-review doctor --handler ivs-chat-review --all --rules rules
  ivs-review doctor --handler FUNCTION_ARN --room ROOM_ARN
  ivs-review doctor --handler ivs-chat-review --format json

Checks the state and configuration of the function, who may invoke it, which rules it has, whether
it answers samples of the rules as they do, how long it takes, the actions of its alarms, and its
rooms: those that are attached to it unless you select others.

With --room, up to three messages are also sent to that room through a WebSocket: one that the
rules allow, one that they rewrite and one that they deny. THE USERS OF THE ROOM SEE what is
delivered, until it is deleted a moment later. Without --room, samples are sent to the function and
to no room.

The exit code is 1 if there is a problem. What could not be checked is listed and is not a problem.

Options for the connection, such as --region and --profile: `ivs-review rooms --help`";

/// The error of `rooms` in a build without the feature.
#[cfg(not(feature = "rooms"))]
pub(crate) const ROOMS_MISSING: &str = "this build does not include the commands that call AWS; install them with \
    `cargo install --locked --path . --features rooms`";

#[cfg(feature = "init")]
#[derive(Args)]
pub(crate) struct InitArgs {
    /// Rule folder to write; created if it does not exist
    #[arg(value_name = "DIR", default_value = "rules")]
    pub(crate) folder: PathBuf,
    /// Which categories of rules are on
    #[arg(long, value_enum, default_value_t = Preset::Standard)]
    pub(crate) preset: Preset,
    /// Also write workflows for GitHub to .github/workflows beside the folder
    #[arg(long)]
    pub(crate) github: bool,
}

#[derive(Args)]
pub(crate) struct FmtArgs {
    /// Lists, or folders with lists; use `-` to format standard input
    #[arg(value_name = "PATH", default_value = "rules")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing; print the lists that would change
    #[arg(short, long, conflicts_with = "diff")]
    pub(crate) check: bool,
    /// Write nothing; print what would change
    #[arg(short, long)]
    pub(crate) diff: bool,
}

/// What `generate` writes.
#[derive(Subcommand)]
pub(crate) enum GenerateCommand {
    /// Print the completions of a shell
    Completions {
        /// Shell: bash, elvish, fish, powershell or zsh
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: Shell,
    },
    /// Write a manual page for each command
    Man {
        /// Folder, created if it does not exist
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Print the JSON Schema of rules.toml, for editors
    Schema,
}

#[derive(Args)]
pub(crate) struct CompileArgs {
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    /// File to write [default: rules.compiled in the rule folder]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct ReviewArgs {
    /// Messages to review; use `-` to read one from stdin; everything after `--` is treated as a
    /// message
    #[arg(value_name = "TEXT", required_unless_present_any = ["lines", "event", "events"])]
    pub(crate) texts: Vec<String>,
    /// Review each line of a text file, and print those that are changed or blocked; use `-` for
    /// stdin
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["texts", "event", "events"])]
    pub(crate) lines: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) event: EventArgs,
    /// Print a JSON summary (counts, latency percentiles) to stderr at the end
    #[arg(long, requires = "events", conflicts_with = "texts")]
    pub(crate) stats: bool,
    /// Exit with 0 even if events are invalid
    #[arg(long, requires = "events", conflicts_with = "texts")]
    pub(crate) lenient: bool,
    /// Read the recording as a table (CSV) with the messages in this column
    #[arg(long, value_name = "NAME", requires = "events", conflicts_with = "texts")]
    pub(crate) column: Option<String>,
    /// Number of threads that review events; all cores by default
    #[arg(long, value_name = "N", requires = "events", conflicts_with = "texts")]
    pub(crate) threads: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) message: MessageArgs,
    /// Use the rules that are active on this day (UTC) instead of today, for example 2026-12-31
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) on: Option<Date>,
    /// Output format; replies to --events are always JSON
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Print only the result of each message; show no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// The message; use `-` to read from stdin; everything after `--` is treated as a message
    #[arg(id = "texts", value_name = "TEXT", required_unless_present_any = ["event", "events"])]
    pub(crate) text: Option<String>,
    #[command(flatten)]
    pub(crate) event: EventArgs,
    #[command(flatten)]
    pub(crate) message: MessageArgs,
    /// Use the rules that are active on this day (UTC) instead of today, for example 2026-12-31
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) on: Option<Date>,
    /// Show matches of rules that do not search this part of the message as well
    #[arg(short, long)]
    pub(crate) all: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

/// Events instead of messages.
#[derive(Args)]
pub(crate) struct EventArgs {
    /// Use a JSON event instead of a message; use `-` to read from stdin
    #[arg(
        short, long, value_name = "FILE",
        conflicts_with_all = ["texts", "events", "room", "user_id", "sender", "attr"]
    )]
    pub(crate) event: Option<PathBuf>,
    /// Use many events, one JSON event per line; use `-` to read from stdin; `review` also accepts
    /// a recording of chat, such as a folder of log files
    #[arg(
        long, value_name = "FILE",
        conflicts_with_all = ["texts", "room", "user_id", "sender", "attr"]
    )]
    pub(crate) events: Option<PathBuf>,
}

/// The room, the sender and the attributes of a message.
#[derive(Args)]
pub(crate) struct MessageArgs {
    /// Room of the message, as an ARN or an ID; without it the rules of all rooms apply
    #[arg(long, value_name = "ARN|ID")]
    pub(crate) room: Option<String>,
    /// User ID of the sender
    #[arg(long, value_name = "ID")]
    pub(crate) user_id: Option<String>,
    /// Attribute of the sender, for example role=vip (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) sender: Vec<(String, String)>,
    /// Attribute of the message, for example displayName=Max (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) attr: Vec<(String, String)>,
}

#[derive(Args, Default)]
pub(crate) struct CheckArgs {
    /// Rule folder to check, or a file of it: then only problems in that file are shown
    #[arg(value_name = "DIR|FILE", conflicts_with = "path")]
    pub(crate) target: Option<PathBuf>,
    /// Output format; `github` prints annotations for GitHub Actions, `sarif` SARIF 2.1.0
    #[arg(short, long, value_enum, default_value_t = CheckFormat::Text)]
    pub(crate) format: CheckFormat,
    /// Show all problems, not only the first five of each kind
    #[arg(short, long)]
    pub(crate) all: bool,
    /// Print errors only: no warnings and no summary
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Print the time and memory that the rules take, and the slowest event
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Exit with 1 on warnings too
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// Explain a diagnostic code (for example `slow-pattern`) and exit; without CODE list all codes
    #[arg(
        long,
        value_name = "CODE",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with_all = ["target", "format", "all", "quiet", "verbose", "deny_warnings", "corpus", "rooms", "all_words", "on", "path", "copy_to", "fix", "watch"]
    )]
    pub(crate) explain: Option<String>,
    /// File of acceptable messages, one per line, or a recording of chat; every message that a rule
    /// matches is reported as a false positive; use `-` to read from stdin (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) corpus: Vec<PathBuf>,
    /// Rooms that exist, as `rooms list --format json` prints them; `rooms` of the rules must match
    /// one of them; use `-` to read from stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) rooms: Option<PathBuf>,
    /// List all common words that an entry matches, not only the five most common
    #[arg(long)]
    pub(crate) all_words: bool,
    /// Check the rules for this day (UTC) instead of today, for example 2026-12-31
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) on: Option<Date>,
    /// Copy the checked files to this new folder if the exit code is 0
    #[arg(long, value_name = "DIR")]
    pub(crate) copy_to: Option<PathBuf>,
    /// Add the exceptions offered for common words and remove duplicates; `--fix=all` also comments
    /// out redundant entries
    #[arg(
        long, value_enum, value_name = "all", num_args = 0..=1, require_equals = true,
        default_missing_value = "offered", hide_possible_values = true
    )]
    pub(crate) fix: Option<FixWhat>,
    /// With --fix, print the edits and write nothing
    #[arg(short = 'n', long, requires = "fix")]
    pub(crate) dry_run: bool,
    /// Check again after each change of the folder
    #[arg(short, long, conflicts_with_all = ["fix", "copy_to", "corpus", "rooms"])]
    pub(crate) watch: bool,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

/// What `check --fix` solves.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FixWhat {
    // Documented values would make `--help` several pages long.
    Offered,
    All,
}

#[derive(Args)]
pub(crate) struct ImportArgs {
    /// Files to import; use `-` to read from stdin
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Format of the files; detected by default
    #[arg(long = "as", value_name = "FORMAT", value_parser = formats(), hide_possible_values = true)]
    pub(crate) from: Option<ImportFormat>,
    /// Rule folder to add the rules to; created if it does not exist
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub(crate) into: PathBuf,
    /// Match entries inside longer words too
    #[arg(long)]
    pub(crate) partial: bool,
    /// Import entries as regular expressions
    #[arg(long, conflicts_with = "partial")]
    pub(crate) regex: bool,
    /// Leave out entries that are less severe (dsojevic 1 to 4, surge 1 to 3, cuss 0 to 2)
    #[arg(long, value_name = "N")]
    pub(crate) min_severity: Option<f64>,
    /// Column of a table, by name or number
    #[arg(long, value_name = "NAME|N")]
    pub(crate) column: Option<String>,
    /// Language of the entries, for example de
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// Action of the rules instead of that of the system
    #[arg(long, value_enum)]
    pub(crate) action: Option<ImportAction>,
    /// Print the report and write nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Show all entries whose meaning changed, not only the first five of each kind
    #[arg(short, long)]
    pub(crate) all: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// The action of imported rules.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportAction {
    // Documented values would make `--help` several pages long.
    Deny,
    Mask,
    Replace,
    Tag,
}

impl From<ImportAction> for ActionName {
    fn from(action: ImportAction) -> ActionName {
        match action {
            ImportAction::Deny => ActionName::Deny,
            ImportAction::Mask => ActionName::Mask,
            ImportAction::Replace => ActionName::Replace,
            ImportAction::Tag => ActionName::Tag,
        }
    }
}

fn formats() -> impl TypedValueParser<Value = ImportFormat> {
    let names = PossibleValuesParser::new(ImportFormat::ALL.map(ImportFormat::as_str));
    names.map(|name| ImportFormat::from_name(&name).expect("it is one of the names"))
}

#[derive(Args)]
pub(crate) struct CompareArgs {
    /// Recorded chat: files or folders; use `-` to read from stdin
    #[arg(value_name = "RECORDING", required_unless_present = "merge")]
    pub(crate) recordings: Vec<PathBuf>,
    /// Rules before the change: a folder, or a git revision as git:REV or git:REV:PATH
    #[arg(long, value_name = "DIR|git:REV", default_value = "git:HEAD")]
    pub(crate) from: String,
    /// Rules after the change; the rule folder by default
    #[arg(long, value_name = "DIR|git:REV")]
    pub(crate) to: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) messages: MessageSelection,
    /// Number of messages to show for each entry and kind of change
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) samples: usize,
    /// List the IDs of the messages that change, up to 1,000 for each kind of change
    #[arg(long)]
    pub(crate) ids: bool,
    /// Log of the handler, for the number of messages that it denied or rewrote (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) handler_log: Vec<PathBuf>,
    /// Exit with 1 if more than this percentage of the messages changes, for example 0.5
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    pub(crate) max_changed: Option<f64>,
    /// Add up the JSON of several runs instead of reading recordings
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["recordings", "handler_log", "ids"])]
    pub(crate) merge: Vec<PathBuf>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = CompareFormat::Text)]
    pub(crate) format: CompareFormat,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

/// The time of messages.
#[derive(Args)]
pub(crate) struct Period {
    /// Only messages from this day or time on, for example 2026-11-30 or 2026-11-30T18:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Moment>,
    /// Only messages up to this day or time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Moment>,
}

/// Which messages of recordings are reviewed, and how.
#[derive(Args)]
pub(crate) struct MessageSelection {
    /// Read the recordings as tables (CSV) with the messages in this column
    #[arg(long, value_name = "NAME")]
    pub(crate) column: Option<String>,
    /// Only messages of this room; also the room of messages whose room is unknown
    #[arg(long, value_name = "ARN|ID")]
    pub(crate) room: Option<String>,
    /// Review all messages on this day (UTC) instead of their own, for example 2026-12-31
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Date>,
    #[command(flatten)]
    pub(crate) period: Period,
    /// Include the text of messages in any output
    #[arg(long, conflicts_with = "no_text")]
    pub(crate) with_text: bool,
    /// Do not show the text of messages on a terminal either
    #[arg(long)]
    pub(crate) no_text: bool,
    /// Exit with 0 even if parts of a recording are unreadable
    #[arg(long)]
    pub(crate) lenient: bool,
    /// Number of threads; all cores by default
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Show no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Args)]
pub(crate) struct StatsArgs {
    /// Recorded chat: files or folders; use `-` to read from stdin
    #[arg(
        value_name = "RECORDING",
        required_unless_present_any = ["merge", "harmful", "harmless", "labeled"]
    )]
    pub(crate) recordings: Vec<PathBuf>,
    /// Recorded chat or lines of text that should be caught (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) harmful: Vec<PathBuf>,
    /// Recorded chat or lines of text that should not be caught (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) harmless: Vec<PathBuf>,
    /// Table (CSV) of messages with labels (repeatable)
    #[arg(long, value_name = "FILE", requires_all = ["text", "label", "harmful_is"])]
    pub(crate) labeled: Vec<PathBuf>,
    /// Column with the text of the messages
    #[arg(long, value_name = "NAME", requires = "labeled")]
    pub(crate) text: Option<String>,
    /// Column with the labels
    #[arg(long, value_name = "NAME", requires = "labeled")]
    pub(crate) label: Option<String>,
    /// Label of messages that should be caught; others should not (repeatable)
    #[arg(long, value_name = "VALUE", requires = "labeled")]
    pub(crate) harmful_is: Vec<String>,
    #[command(flatten)]
    pub(crate) messages: MessageSelection,
    /// Number of entries, messages and words to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) samples: usize,
    /// Add up the JSON of several runs instead of reading recordings
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["recordings", "harmful", "harmless", "labeled"])]
    pub(crate) merge: Vec<PathBuf>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = StatsFormat::Text)]
    pub(crate) format: StatsFormat,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
}

#[derive(Args)]
pub(crate) struct TrialArgs {
    /// Logs of the handler: files or folders; stdin by default or with `-`
    #[arg(value_name = "LOG")]
    pub(crate) logs: Vec<PathBuf>,
    /// Count active rules too
    #[arg(long)]
    pub(crate) all: bool,
    /// List the IDs of the messages, up to 1,000 for each entry
    #[arg(long)]
    pub(crate) ids: bool,
    /// Show the entries of this rule folder
    #[arg(short, long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// Only messages of this room
    #[arg(long, value_name = "ARN|ID")]
    pub(crate) room: Option<String>,
    #[command(flatten)]
    pub(crate) period: Period,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = StatsFormat::Text)]
    pub(crate) format: StatsFormat,
}

/// The output format of `stats` and `trial`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    // Documented values would make `--help` several pages long.
    Text,
    Json,
    Csv,
}

/// The output format of `compare`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    // Documented values would make `--help` several pages long.
    Text,
    Json,
    Markdown,
}

#[derive(Args, Default)]
pub(crate) struct FolderArgs {
    /// Rule folder
    #[arg(short = 'r', long = "rules", value_name = "DIR", default_value = "rules")]
    pub(crate) path: PathBuf,
}

/// The output format of `check`.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    // Documented values would make `--help` several pages long.
    #[default]
    Text,
    Json,
    Github,
    Sarif,
}

fn percentage(text: &str) -> Result<f64, &'static str> {
    let percentage = text.parse().ok().filter(|it| (0.0..=100.0).contains(it));
    percentage.ok_or("expected a percentage from 0 to 100, for example 0.5")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_valid() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn help_is_one_page_and_the_same_for_both_options() {
        let mut command = super::Cli::command();
        command.build();
        for name in
            ["check", "chat", "compare", "fmt", "import", "init", "stats", "review", "explain"]
        {
            if (name == "chat" && cfg!(not(feature = "chat")))
                || (name == "init" && cfg!(not(feature = "init")))
            {
                continue;
            }
            let command = command.find_subcommand_mut(name).expect("the command exists");
            let page = command.render_help().to_string();
            assert!(page.lines().count() <= 50, "{page}");
            // Any of these makes `--help` longer than `-h`.
            for option in command.get_arguments() {
                let values = option.get_possible_values();
                let has_long_help = option.get_long_help().is_some()
                    || values.iter().any(|value| value.get_help().is_some());
                assert!(!has_long_help, "{option}");
            }
        }
    }

    #[cfg(not(feature = "rooms"))]
    #[test]
    fn a_build_without_rooms_accepts_all_their_arguments() {
        use clap::Parser;

        use super::{Cli, Command};

        for args in ["", "list", "--help", "plan --all --handler ARN", "token --user-id x -- y"] {
            let words = ["ivs-review", "rooms"].into_iter().chain(args.split_whitespace());
            let parsed = Cli::try_parse_from(words).map(|args| args.command);
            assert!(matches!(parsed, Ok(Command::Rooms { .. })), "{args}");
        }
    }
}
