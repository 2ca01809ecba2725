//! Replies on file, and replies of the package as it is deployed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command_line::{on_one_line, path, review};
use crate::emulator::Function;

/// Its reply depends on the day, which the function takes from the clock.
const OF_ONE_DAY: &str = "dates.request.json";

#[test]
fn replies_are_those_on_file() {
    let mut requests = files("tests/data/events", ".request.json");
    requests.retain(|request| !request.ends_with(OF_ONE_DAY));
    assert!(requests.len() >= 10, "only {} events in tests/data/events", requests.len());
    let mut emulator = Function::with_rules_dir(&path("tests/data/rules")).start();
    for request in requests {
        let name = request.to_string_lossy();
        let response = PathBuf::from(name.replace(".request.json", ".response.json"));
        let reply = emulator.invoke(read(&request));
        assert_eq!(reply.text, read(&response).trim(), "{name}");
    }
}

#[test]
fn the_package_finds_its_rules_and_replies_to_the_sample_events() {
    let rules = path("rules");
    let names = files("events", ".json");
    let events: Vec<String> = names.iter().map(|name| on_one_line(&read(name))).collect();
    let replies = review(&rules, &events);
    let mut emulator = Function::packaged(Some(&rules)).start();
    for ((name, event), expected) in names.iter().zip(&events).zip(&replies.lines) {
        let reply = emulator.invoke(event);
        let expected_json: Value = serde_json::from_str(expected).expect(expected);
        match expected_json["error"].as_str() {
            // The command line escapes control characters; the values are equal.
            None => {
                let reply: Value = serde_json::from_str(&reply.text).expect("JSON");
                assert_eq!(reply, expected_json, "{}", name.display());
            }
            Some(error) => {
                let (_, message) = reply.error().expect("an error");
                assert!(message.contains(error), "{}: {message}", name.display());
            }
        }
    }
}

/// Returns the files of a folder whose names have this suffix, sorted.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(path(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of a folder").path())
        .filter(|file| file.to_string_lossy().ends_with(end))
        .collect();
    files.sort();
    files
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
