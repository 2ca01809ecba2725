//! `rooms --help`: all commands on one page, grouped by topic.

use clap::{Args, Subcommand};

use super::RoomsCommand;
use crate::rooms::client::ConnectArgs;

/// All commands under their headings. clap's own list of subcommands has no headings.
const COMMANDS: [(&str, &[&str]); 4] = [
    ("Attach the handler to rooms", &["list", "plan", "apply", "status", "detach", "restore"]),
    ("Manage rooms", &["create", "link", "show", "update", "delete"]),
    ("Tags and logging", &["tag", "untag", "tags", "logging"]),
    ("Moderate chat", &["token", "event", "delete-message", "disconnect"]),
];

const REST: &str = "\
Example: create a reviewed room, and a token that permits a user to send messages
  ivs-review rooms create --name lobby --tag stage=prod --handler FUNCTION_ARN --fallback deny
  ivs-review rooms token ROOM_ARN --user viewer-7 --capability send-message

`rooms COMMAND --help` shows examples, and what happens if the service does not answer. Destructive
commands ask for confirmation or need --yes. --format json prints one JSON object per line.
";

/// The last line of the help of each command.
const WHERE_CONNECTION_IS: &str =
    "Options for the connection, such as --region and --profile: `ivs-review rooms --help`";

/// Returns the page as a template for clap.
pub(super) fn template() -> String {
    let commands = RoomsCommand::augment_subcommands(clap::Command::new("rooms"));
    let mut page = "{about}\n\n{usage-heading} {usage}\n\n".to_owned();
    for (heading, names) in COMMANDS {
        page += &format!("{heading}:\n");
        for command in names.iter().filter_map(|name| commands.find_subcommand(name)) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            page += &format!("  {:<14}  {about}\n", command.get_name());
        }
        page.push('\n');
    }
    page + connection().trim_end() + "\n\n" + REST
}

/// Returns the options for the connection, which all commands have. They are only on this page.
fn connection() -> String {
    let options = ConnectArgs::augment_args(
        clap::Command::new("rooms").disable_help_flag(true).max_term_width(100),
    );
    let mut options = options.mut_args(|option| option.hide(false)).help_template("{all-args}");
    options.render_help().to_string()
}

/// Adds to the help of each command where the options for the connection are.
pub(super) fn with_connection_hint(command: clap::Command) -> clap::Command {
    if command.has_subcommands() {
        return command.mut_subcommands(with_connection_hint);
    }
    let help = match command.get_after_help() {
        Some(help) => format!("{help}\n\n{WHERE_CONNECTION_IS}"),
        None => WHERE_CONNECTION_IS.to_owned(),
    };
    command.after_help(help)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{COMMANDS, template};

    const MANUAL: &str = include_str!("../../../../../docs/provisioning.md");

    #[test]
    fn help_pages_are_short() {
        fn check(command: &clap::Command) {
            let page = command.clone().render_help().to_string();
            assert!(page.lines().count() <= 50, "{page}");
            // The options for the connection are on one page.
            let is_overview = command.get_name() == "rooms";
            assert_eq!(page.contains("--attempts <N>"), is_overview, "{page}");
            let has_hint = page.trim_end().ends_with("`ivs-review rooms --help`");
            assert_eq!(has_hint, !command.has_subcommands(), "{page}");
            // Long help and documented values would make --help several pages long.
            for option in command.get_arguments() {
                let values = option.get_possible_values();
                let has_help = values.iter().any(|value| value.get_help().is_some());
                let is_short = option.is_hide_possible_values_set() || !has_help;
                assert!(is_short && option.get_long_help().is_none(), "{option}");
            }
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in help.lines().chain(template().lines()) {
                assert!(line.len() <= 100, "{}: {line}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        let command = crate::cli::Cli::command();
        check(command.find_subcommand("rooms").expect("it is built with them"));
    }

    #[test]
    fn the_page_and_the_manual_contain_every_command() {
        let command = crate::cli::Cli::command();
        let rooms = command.find_subcommand("rooms").expect("it is built with them");
        let names = rooms.get_subcommands().map(clap::Command::get_name);
        let mut names: Vec<&str> = names.filter(|name| *name != "help").collect();
        for name in &names {
            assert!(MANUAL.contains(&format!("`rooms {name}")), "docs/provisioning.md: {name}");
        }
        let mut listed: Vec<&str> =
            COMMANDS.iter().flat_map(|(_, names)| *names).copied().collect();
        names.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, names);
    }
}
