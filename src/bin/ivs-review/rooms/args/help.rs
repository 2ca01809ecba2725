//! `rooms --help`: all commands on one page, in the order in which they are needed.

use clap::Subcommand;

use super::RoomsCommand;

/// All commands under their headings. clap's own list of subcommands has no headings.
const COMMANDS: [(&str, &[&str]); 4] = [
    (
        "Who reviews which rooms, one room or fifty thousand",
        &["list", "plan", "apply", "status", "detach", "restore"],
    ),
    ("One room", &["create", "show", "update", "delete"]),
    ("Tags and logs", &["tag", "untag", "tags", "logging"]),
    ("Those who are in a room", &["token", "event", "delete-message", "disconnect"]),
];

const REST: &str = "\
Options:
{options}

Example: a room that is reviewed, and a token for somebody who may write in it
  ivs-review rooms create --name lobby --tag stage=prod --handler FUNCTION_ARN --fallback deny
  ivs-review rooms token ROOM_ARN --user viewer-7 --capability send-message

Each command has a --help of its own, with examples and what happens if no answer comes. Whatever
destroys something asks first, or wants --yes. --format json gives a JSON object a line.

Credentials, profile and Region are found as by every AWS tool.
";

/// The page, as a template that clap fills in.
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
    page + REST
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{COMMANDS, template};

    const MANUAL: &str = include_str!("../../../../../docs/provisioning.md");

    #[test]
    fn all_help_fits_on_a_page() {
        fn check(command: &clap::Command) {
            let page = command.clone().render_help().to_string();
            assert!(page.lines().count() <= 50, "{page}");
            // With these, --help is a page for -h and two or three by itself.
            for option in command.get_arguments() {
                let values = option.get_possible_values();
                let tells = values.iter().any(|value| value.get_help().is_some());
                let is_short = option.is_hide_possible_values_set() || !tells;
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
    fn every_command_is_on_the_page_and_in_the_manual() {
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
