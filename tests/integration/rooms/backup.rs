//! How rooms were before they were changed, and back again.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::command::{assert_wired, review, rooms, rooms_json, updated, wiring, with_rooms};
use super::fake::{Bare, Double, Fault, Permission, Trouble, function};

const RECORD: &str = r#"{"room":"arn:aws:ivschat:eu-west-1:111122223333:room/A","at":"2026-11-21T06:00:00Z","before":{"uri":"","fallbackResult":"ALLOW"},"after":{"uri":"","fallbackResult":"DENY"}}"#;

/// A folder and a file in it that is not there yet.
fn file() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("before.jsonl");
    (folder, file)
}

fn records(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).expect("it was written");
    assert!(text.ends_with('\n'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Three rooms: bare, wired to `other`, wired to `review`.
fn three() -> (Double, Vec<String>) {
    let (double, arns) = with_rooms(3);
    double.account(|account| {
        account.permit(&function("other"), Permission::Granted);
        account.wire(&arns[1], &function("other"), "DENY");
        account.wire(&arns[2], &review(), "ALLOW");
    });
    (double, arns)
}

fn apply(file: &Path) -> String {
    format!("apply --all --handler REVIEW --replace --yes --backup {}", file.display())
}

fn restore(file: &Path) -> String {
    format!("restore {} --yes", file.display())
}

#[test]
fn each_room_is_written_before_it_is_changed() {
    let (double, arns) = three();
    let (_folder, path) = file();
    let backup = path.clone();
    double.watch(move |call, _| {
        if call.operation != "UpdateRoom" {
            return Ok(());
        }
        let room = call.room().unwrap_or_default();
        let text = fs::read_to_string(&backup).map_err(|error| error.to_string())?;
        let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let written = lines.filter(|line| line.contains(room)).count();
        if written == 1 { Ok(()) } else { Err(format!("{written} lines of {room}: {text}")) }
    });
    rooms_json(&double, &apply(&path)).ends(0).sums_up("changed 2, unchanged 1");
    let mut records = records(&path);
    records.sort_by_key(|record| record["room"].to_string());
    assert_eq!(records.len(), 2, "what is not changed is not written");
    for (record, (arn, uri, fallback)) in
        records.iter().zip([(&arns[0], "", "ALLOW"), (&arns[1], &*function("other"), "DENY")])
    {
        assert_eq!(record["room"], **arn);
        assert_eq!(record["before"], json!({"uri": uri, "fallbackResult": fallback}));
        assert_eq!(record["after"], json!({"uri": review(), "fallbackResult": fallback}));
        let at = record["at"].as_str().expect("a time");
        assert!(at.parse::<jiff::Timestamp>().is_ok(), "{at}");
    }
}

#[test]
fn restoring_puts_rooms_back() {
    let (double, arns) = three();
    let (_folder, path) = file();
    rooms_json(&double, &apply(&path)).ends(0).sums_up("changed 2, unchanged 1");
    let run = rooms_json(&double, &restore(&path)).ends(0).sums_up("changed 2");
    assert_eq!(run.result(&arns[0]), "changed");
    assert_wired(&double, &arns[0], "-", "ALLOW");
    assert_wired(&double, &arns[1], "other", "DENY");
    assert_wired(&double, &arns[2], "review", "ALLOW");
    let calls = double.calls_of("UpdateRoom").len();
    // Again is nothing to do.
    rooms_json(&double, &restore(&path)).ends(0).sums_up("unchanged 2");
    assert_eq!(double.calls_of("UpdateRoom").len(), calls);
}

/// A file that is written on month after month brings back nothing that others have replaced since.
#[test]
fn what_somebody_wired_between_two_runs_is_put_back() {
    let (double, arns) = with_rooms(1);
    double.account(|account| account.permit(&function("other"), Permission::Granted));
    let (_folder, path) = file();
    rooms_json(&double, &apply(&path)).ends(0).sums_up("changed 1");
    double.account(|account| account.wire(&arns[0], &function("other"), "DENY"));
    rooms_json(&double, &apply(&path)).ends(0).sums_up("changed 1");
    rooms_json(&double, &restore(&path)).ends(0).sums_up("changed 1");
    assert_wired(&double, &arns[0], "other", "DENY");
}

#[test]
fn restoring_can_be_taken_back() {
    let (double, arns) = three();
    let (_folder, path) = file();
    rooms_json(&double, &apply(&path)).ends(0);
    double.account(|account| account.wire(&arns[0], &function("other"), "DENY"));
    let again = path.with_extension("again");
    let restore_all = format!("{} --replace --backup {}", restore(&path), again.display());
    rooms_json(&double, &restore_all).ends(0).sums_up("changed 2");
    assert_wired(&double, &arns[0], "-", "ALLOW");
    rooms_json(&double, &restore(&again)).ends(0).sums_up("changed 2");
    assert_wired(&double, &arns[0], "other", "DENY");
    assert_wired(&double, &arns[1], "review", "DENY");
}

/// A room that is detached may forget its fallback, as the service reads it back.
#[test]
fn restoring_undoes_detaching_however_a_bare_room_reads_back() {
    let (double, arns) = with_rooms(3);
    double.account(|account| {
        for (arn, bare) in arns.iter().zip([Bare::Absent, Bare::Empty, Bare::EmptyUri]) {
            account.room(arn).bare = bare;
            account.wire(arn, &review(), "DENY");
        }
    });
    let (_folder, path) = file();
    let detach = format!("detach --all --yes --backup {}", path.display());
    rooms_json(&double, &detach).ends(0).sums_up("changed 3");
    rooms_json(&double, &restore(&path)).ends(0).sums_up("changed 3");
    for arn in &arns {
        assert_wired(&double, arn, "review", "DENY");
    }
}

/// Likewise a room whose fallback was DENY before it had a handler.
#[test]
fn restoring_a_bare_room_comes_to_an_end() {
    let (double, arns) = with_rooms(3);
    double.account(|account| {
        for (arn, bare) in arns.iter().zip([Bare::Absent, Bare::Empty, Bare::EmptyUri]) {
            account.room(arn).bare = bare;
            account.wire(arn, "", "DENY");
        }
    });
    let (_folder, path) = file();
    rooms_json(&double, &apply(&path)).ends(0).sums_up("changed 3");
    rooms_json(&double, &restore(&path)).ends(0).sums_up("changed 3");
    for arn in &arns {
        assert_eq!(wiring(&double, arn).0, "-");
    }
    rooms_json(&double, &restore(&path)).ends(0).sums_up("unchanged 3");
}

#[test]
fn what_somebody_wired_since_is_left_alone() {
    let (double, arns) = three();
    let (_folder, path) = file();
    rooms_json(&double, &apply(&path)).ends(0);
    double.account(|account| account.wire(&arns[0], &function("third"), "DENY"));
    let run = rooms_json(&double, &restore(&path)).ends(0).sums_up("changed 1, foreign 1");
    assert_eq!(run.result(&arns[0]), "foreign");
    assert_wired(&double, &arns[0], "third", "DENY");
    assert_wired(&double, &arns[1], "other", "DENY");
    let run = rooms_json(&double, &format!("{} --replace", restore(&path))).ends(0);
    run.sums_up("changed 1, unchanged 1");
    assert_wired(&double, &arns[0], "-", "ALLOW");
}

#[test]
fn a_second_run_keeps_what_the_first_has_written() {
    let (double, arns) = three();
    let (_folder, path) = file();
    double.plan(Fault::new(Trouble::DENIED, "UpdateRoom").room(&arns[0]).calls(1..=1));
    rooms_json(&double, &apply(&path)).ends(1).sums_up("changed 1, unchanged 1, failed 1");
    let first = fs::read_to_string(&path).expect("it was written");
    rooms_json(&double, &apply(&path)).ends(0).sums_up("changed 1, unchanged 2");
    let second = fs::read_to_string(&path).expect("it is still there");
    assert!(second.starts_with(&first), "{first}\n{second}");
    rooms_json(&double, &restore(&path)).ends(0).sums_up("changed 2");
    assert_wired(&double, &arns[0], "-", "ALLOW");
    assert_wired(&double, &arns[1], "other", "DENY");
}

/// A run that was killed while it wrote leaves half a line, of a room that it never changed.
#[test]
fn a_torn_last_line_is_passed_over() {
    let (double, arns) = three();
    let (_folder, path) = file();
    rooms_json(&double, &apply(&path)).ends(0).sums_up("changed 2, unchanged 1");
    let text = fs::read_to_string(&path).expect("it was written");
    let torn = format!("{text}{}", &text[..text.len() / 3]);
    fs::write(&path, &torn).expect("it can be written");
    rooms_json(&double, &restore(&path)).ends(0).sums_up("changed 2");
    assert_wired(&double, &arns[1], "other", "DENY");
    // And a run that goes on with the file leaves it readable.
    rooms_json(&double, &apply(&path)).ends(0).sums_up("changed 2, unchanged 1");
    rooms_json(&double, &restore(&path)).ends(0).sums_up("changed 2");
    assert_wired(&double, &arns[0], "-", "ALLOW");
}

#[test]
fn a_file_that_is_no_backup_is_told_before_any_call() {
    let (double, _) = three();
    let (_folder, path) = file();
    for (text, told) in [
        ("rules = 1\n".into(), "is no backup"),
        ("{\"room\":\"stage-1\"}\n".into(), "is no backup"),
        (format!("{RECORD}\n{{}}\n{RECORD}\n"), "before.jsonl:2:2: missing field `room`"),
        (format!("{}\n{RECORD}", RECORD.replace("eu-west-1", "eu-wset-1")), "before.jsonl:1:"),
        (format!("{RECORD}\n{}\n", RECORD.replace("eu-west-1", "us-east-1")), "us-east-1"),
    ] {
        fs::write(&path, text).expect("it can be written");
        rooms(&double, &restore(&path)).ends(2).tells(told);
    }
    assert_eq!(double.calls().len(), 0);
    // Nor is anything written into it.
    fs::write(&path, "rules = 1\n").expect("it can be written");
    rooms(&double, &apply(&path)).ends(2).tells("is no backup");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "rules = 1\n");
    assert_eq!(updated(&double), [""; 0]);
}

#[test]
fn without_a_backup_that_was_asked_for_nothing_is_changed() {
    let (double, _) = three();
    let (folder, _) = file();
    let nowhere = folder.path().join("nowhere/before.jsonl");
    rooms(&double, &apply(&nowhere)).ends(2).tells("nowhere");
    // A folder is no file.
    rooms(&double, &apply(folder.path())).ends(2);
    assert_eq!(updated(&double), [""; 0]);
}

#[test]
fn a_room_that_is_gone_holds_up_no_other() {
    let (double, arns) = three();
    let (_folder, path) = file();
    rooms_json(&double, &apply(&path)).ends(0).sums_up("changed 2, unchanged 1");
    double.account(|account| account.rooms.remove(&arns[0]));
    let run = rooms_json(&double, &restore(&path)).ends(1).sums_up("changed 1, failed 1");
    assert!(run.line(&arns[0])["error"].as_str().unwrap_or("").contains("ResourceNotFound"));
    assert_wired(&double, &arns[1], "other", "DENY");
}

#[test]
fn restoring_needs_yes_without_a_terminal() {
    let (double, _) = three();
    let (_folder, path) = file();
    rooms_json(&double, &apply(&path)).ends(0);
    let calls = updated(&double).len();
    rooms(&double, &format!("restore {}", path.display())).ends(2).tells("--yes");
    assert_eq!(updated(&double).len(), calls);
}
