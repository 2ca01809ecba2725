//! `ivs-review`, whose replies must equal those of the handler.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::emulator::temp_dir;

/// The output of `ivs-review review --events -`.
pub(crate) struct Replies {
    /// One line per event.
    pub(crate) lines: Vec<String>,
    /// The output of `--stats`.
    pub(crate) stats: Value,
}

/// Reviews events, one per line, with the command line.
pub(crate) fn review(rules: &Path, events: &[impl AsRef<str>]) -> Replies {
    let folder = temp_dir();
    let file = folder.path().join("events.jsonl");
    let events: Vec<&str> = events.iter().map(AsRef::as_ref).collect();
    fs::write(&file, events.join("\n")).expect("a file in a folder of ours");
    let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(["review", "--events", "-", "--stats", "--rules"])
        .arg(rules)
        .stdin(File::open(&file).expect("it was just written"))
        .output()
        .expect("cargo built it for this test");
    let stderr = String::from_utf8_lossy(&output.stderr);
    // 1 means that some lines are not events.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{stderr}");
    let stats = stderr.lines().last().and_then(|line| serde_json::from_str(line).ok());
    let stdout = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let lines: Vec<String> = stdout.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), events.len(), "a reply for each event");
    Replies {
        lines,
        stats: stats.unwrap_or_else(|| panic!("no statistics at the end of: {stderr}")),
    }
}

/// Returns the path of a file or folder of this repository.
pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Joins the lines of an event.
pub(crate) fn on_one_line(json: &str) -> String {
    // JSON strings contain no line breaks, so each is between two tokens.
    json.replace(['\r', '\n'], " ")
}
