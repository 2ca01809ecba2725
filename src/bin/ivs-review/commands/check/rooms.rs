//! `check --rooms`: the rooms that exist, as `rooms list --format json` prints them.

use std::path::Path;

use anyhow::{Context, bail};
use ivs_chat_review::lint::KnownRoom;
use serde::Deserialize;

use crate::input::read_file;
use crate::terminal::shown_path;

/// The maximum size of the file in bytes, enough for 100,000 rooms with tags.
const MAX_SIZE: usize = 64 << 20;

/// A line of `rooms list --format json`. The AWS CLI writes the same names.
#[derive(Deserialize)]
struct Line {
    #[serde(alias = "arn")]
    room: String,
    #[serde(default)]
    name: Option<String>,
}

/// The output of `aws ivschat list-rooms`.
#[derive(Deserialize)]
struct Response {
    rooms: Vec<Line>,
}

/// Reads the rooms of a file; `-` is standard input.
pub(super) fn read(file: &Path) -> anyhow::Result<Vec<KnownRoom>> {
    let context = || format!("cannot read the rooms of `{}`", shown_path(file));
    let text = String::from_utf8(read_file(file, MAX_SIZE)?).with_context(context)?;
    let rooms = parse(&text).with_context(context)?;
    if rooms.is_empty() {
        bail!("`{}` contains no rooms", shown_path(file));
    }
    Ok(rooms)
}

fn parse(text: &str) -> anyhow::Result<Vec<KnownRoom>> {
    let known = |line: Line| KnownRoom { arn: line.room, name: line.name.unwrap_or_default() };
    if let Ok(Response { rooms }) = serde_json::from_str(text) {
        return Ok(rooms.into_iter().map(known).collect());
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let line = |(number, line): (usize, &str)| {
        let context = || {
            format!(
                "line {} is not a room as `ivs-review rooms list --format json` prints it",
                number + 1
            )
        };
        serde_json::from_str(line).map(known).with_context(context)
    };
    lines.map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:ivschat:eu-west-1:123456789012:room/AbCdEf123456";

    #[test]
    fn rooms_of_both_commands_are_read() {
        let room = KnownRoom { arn: ARN.into(), name: "lobby".into() };
        for text in [
            format!(
                r#"{{"room":"{ARN}","name":"lobby","state":"none"}}

"#
            ),
            format!(r#"{{"rooms": [{{"arn": "{ARN}", "name": "lobby", "tags": {{}}}}]}}"#),
        ] {
            assert_eq!(parse(&text).expect("valid"), std::slice::from_ref(&room));
        }
        let error = format!("{:#}", parse("{}\n").expect_err("no ARN"));
        assert!(error.contains("line 1 is not a room"), "{error}");
    }
}
