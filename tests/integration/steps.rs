//! The search steps of messages: rows of `tests/data/steps.toml`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test` updates the steps; review the difference before committing it.

use std::fs;

use ivs_chat_review::engine::Scratch;
use serde::Deserialize;

use crate::matching::engine;
use crate::review::data;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    search: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    entries: Vec<String>,
    message: String,
    steps: u32,
}

#[test]
fn messages_take_the_expected_steps() {
    let path = data("steps.toml");
    let text = fs::read_to_string(&path).expect("a text");
    let rows = toml::from_str::<File>(&text).expect("rows").search;
    let taken = rows.iter().map(|row| {
        let entries: Vec<&str> = row.entries.iter().map(String::as_str).collect();
        let (engine, problems) = engine(&entries, &[]);
        assert_eq!(problems, [], "{}", row.name);
        let mut scratch = Scratch::default();
        engine.find(&row.message, None, &mut scratch);
        assert!(!scratch.is_cut(), "{}", row.name);
        scratch.steps()
    });
    let taken: Vec<u32> = taken.collect();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let mut numbers = taken.iter();
        let lines = text.lines().map(|line| match line.starts_with("steps = ") {
            true => format!("steps = {}\n", numbers.next().expect("a number for each row")),
            false => format!("{line}\n"),
        });
        fs::write(&path, lines.collect::<String>()).expect("the snapshot can be written");
        return;
    }
    let wrong = rows.iter().zip(taken).filter(|(row, taken)| row.steps != *taken);
    let wrong: Vec<String> =
        wrong.map(|(row, taken)| format!("{}: {}, not {}", row.name, taken, row.steps)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
