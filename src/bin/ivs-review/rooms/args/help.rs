//! `rooms --help`: all commands on one page, in the order in which they are needed.

/// What clap fills in. Its own list knows no headings, so that this one is written by hand; a test holds
/// it against the commands.
pub(super) const TEMPLATE: &str = "\
{about}

{usage-heading} {usage}

Who reviews which rooms, one room or fifty thousand:
  list            Show rooms with their handler and fallback
  plan            Show what `apply` would change, and change nothing
  apply           Wire rooms to the function
  status          Find rooms that are not wired as they should be
  detach          Take the handler away from rooms
  restore         Put rooms back as a backup has them

One room:
  create          Make a room
  show            Show all there is to know of a room
  update          Give a room another name, rate or length of messages
  delete          Delete a room

Tags and logs:
  tag             Add tags to a room or a logging configuration, or give them other values
  untag           Take tags away
  tags            Show the tags of a room or a logging configuration
  logging         Write the chat of rooms to S3, CloudWatch Logs or Firehose

Those who are in a room:
  token           Make a token, with which a user connects to a room
  event           Send an event to all who are in a room
  delete-message  Have all clients in a room delete a message
  disconnect      Throw a user out of a room

Options:
{options}

Example: a room that is reviewed, and a token for somebody who may write in it
  ivs-review rooms create --name lobby --tag stage=prod --handler FUNCTION_ARN --fallback deny
  ivs-review rooms token ROOM_ARN --user viewer-7 --capability send-message

Each command has a --help of its own, with examples and what happens if no answer comes. Whatever
destroys something asks first, or wants --yes. --format json gives a JSON object a line.

Credentials, profile and Region are found as by every AWS tool.
";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::TEMPLATE;

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
            for line in help.lines().chain(TEMPLATE.lines()) {
                assert!(line.len() <= 100, "{}: {line}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        let command = crate::cli::Args::command();
        check(command.find_subcommand("rooms").expect("it is built with them"));
    }

    #[test]
    fn every_command_is_on_the_page() {
        let command = crate::cli::Args::command();
        let rooms = command.find_subcommand("rooms").expect("it is built with them");
        let listed: Vec<(&str, String)> = rooms
            .get_subcommands()
            .filter(|command| command.get_name() != "help")
            .map(|command| {
                let about = command.get_about().expect("a line about it");
                (command.get_name(), about.to_string())
            })
            .collect();
        assert!(!listed.is_empty());
        for (name, about) in &listed {
            let line = format!("\n  {name:<14}  {about}\n");
            assert!(TEMPLATE.contains(&line), "{line}");
            assert!(MANUAL.contains(&format!("`rooms {name}")), "docs/provisioning.md: {name}");
        }
        let lines = TEMPLATE.lines().filter(|line| line.len() > 18 && line.starts_with("  "));
        let commands =
            lines.filter(|line| line[..18].ends_with("  ") && !line.contains("ivs-review"));
        assert_eq!(commands.count(), listed.len());
    }
}
