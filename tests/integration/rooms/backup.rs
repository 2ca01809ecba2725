//! `--backup` and `restore`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::command::{assert_handler, handler_of, review, rooms, rooms_json, updated, with_rooms};
use super::fake::{FakeService, Fault, FaultKind, NoHandler, Permission, function};

const RECORD: &str = r#"{"room":"arn:aws:ivschat:eu-west-1:111122223333:room/A","at":"2026-11-21T06:00:00Z","before":{"uri":"","fallbackResult":"ALLOW"},"after":{"uri":"","fallbackResult":"DENY"}}"#;

/// Returns a temporary folder and the path of a file in it that does not exist.
fn backup_file() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("before.jsonl");
    (folder, file)
}

fn records(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).expect("it was written");
    assert!(text.ends_with('\n'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Starts a fake with three rooms: without a handler, with `other` and with `review`.
fn three() -> (FakeService, Vec<String>) {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| {
        account.permit(&function("other"), Permission::Granted);
        account.attach(&arns[1], &function("other"), "DENY");
        account.attach(&arns[2], &review(), "ALLOW");
    });
    (fake, arns)
}

fn apply(file: &Path) -> String {
    format!("apply --all --handler REVIEW --replace --yes --backup {}", file.display())
}

fn restore(file: &Path) -> String {
    format!("restore {} --yes", file.display())
}

#[test]
fn rooms_are_saved_before_they_are_changed() {
    let (fake, arns) = three();
    let (_folder, path) = backup_file();
    let backup = path.clone();
    fake.on_call(move |call, _| {
        if call.operation != "UpdateRoom" {
            return Ok(());
        }
        let room = call.room().unwrap_or_default();
        let text = fs::read_to_string(&backup).map_err(|error| error.to_string())?;
        let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let written = lines.filter(|line| line.contains(room)).count();
        if written == 1 { Ok(()) } else { Err(format!("{written} lines of {room}: {text}")) }
    });
    rooms_json(&fake, &apply(&path)).assert_exit(0).assert_summary("changed 2, unchanged 1");
    let mut records = records(&path);
    records.sort_by_key(|record| record["room"].to_string());
    assert_eq!(records.len(), 2, "unchanged rooms are not saved");
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
fn restore_undoes_apply() {
    let (fake, arns) = three();
    let (_folder, path) = backup_file();
    rooms_json(&fake, &apply(&path)).assert_exit(0).assert_summary("changed 2, unchanged 1");
    let run = rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("changed 2");
    assert_eq!(run.result(&arns[0]), "changed");
    assert_handler(&fake, &arns[0], "-", "ALLOW");
    assert_handler(&fake, &arns[1], "other", "DENY");
    assert_handler(&fake, &arns[2], "review", "ALLOW");
    let calls = fake.calls_of("UpdateRoom").len();
    // A second run has nothing to do.
    rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("unchanged 2");
    assert_eq!(fake.calls_of("UpdateRoom").len(), calls);
}

/// With two records of a room, the newer one counts if another client changed the room in between.
#[test]
fn changes_of_others_between_two_runs_are_restored() {
    let (fake, arns) = with_rooms(1);
    fake.account(|account| account.permit(&function("other"), Permission::Granted));
    let (_folder, path) = backup_file();
    rooms_json(&fake, &apply(&path)).assert_exit(0).assert_summary("changed 1");
    fake.account(|account| account.attach(&arns[0], &function("other"), "DENY"));
    rooms_json(&fake, &apply(&path)).assert_exit(0).assert_summary("changed 1");
    rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("changed 1");
    assert_handler(&fake, &arns[0], "other", "DENY");
}

#[test]
fn restore_can_be_undone() {
    let (fake, arns) = three();
    let (_folder, path) = backup_file();
    rooms_json(&fake, &apply(&path)).assert_exit(0);
    fake.account(|account| account.attach(&arns[0], &function("other"), "DENY"));
    let again = path.with_extension("again");
    let restore_all = format!("{} --replace --backup {}", restore(&path), again.display());
    rooms_json(&fake, &restore_all).assert_exit(0).assert_summary("changed 2");
    assert_handler(&fake, &arns[0], "-", "ALLOW");
    rooms_json(&fake, &restore(&again)).assert_exit(0).assert_summary("changed 2");
    assert_handler(&fake, &arns[0], "other", "DENY");
    assert_handler(&fake, &arns[1], "review", "DENY");
}

/// A room without a handler may be returned without its fallback.
#[test]
fn restore_undoes_detach_for_each_representation_of_no_handler() {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| {
        for (arn, no_handler) in
            arns.iter().zip([NoHandler::Absent, NoHandler::Empty, NoHandler::EmptyUri])
        {
            account.room(arn).no_handler = no_handler;
            account.attach(arn, &review(), "DENY");
        }
    });
    let (_folder, path) = backup_file();
    let detach = format!("detach --all --yes --backup {}", path.display());
    rooms_json(&fake, &detach).assert_exit(0).assert_summary("changed 3");
    rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("changed 3");
    for arn in &arns {
        assert_handler(&fake, arn, "review", "DENY");
    }
}

/// The fallback of a room without a handler may not be readable, so it must not count as a difference.
#[test]
fn restoring_a_room_without_a_handler_is_idempotent() {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| {
        for (arn, no_handler) in
            arns.iter().zip([NoHandler::Absent, NoHandler::Empty, NoHandler::EmptyUri])
        {
            account.room(arn).no_handler = no_handler;
            account.attach(arn, "", "DENY");
        }
    });
    let (_folder, path) = backup_file();
    rooms_json(&fake, &apply(&path)).assert_exit(0).assert_summary("changed 3");
    rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("changed 3");
    for arn in &arns {
        assert_eq!(handler_of(&fake, arn).0, "-");
    }
    rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("unchanged 3");
}

#[test]
fn rooms_changed_since_the_backup_are_skipped() {
    let (fake, arns) = three();
    let (_folder, path) = backup_file();
    rooms_json(&fake, &apply(&path)).assert_exit(0);
    fake.account(|account| account.attach(&arns[0], &function("third"), "DENY"));
    let run =
        rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("changed 1, skipped 1");
    assert_eq!(run.result(&arns[0]), "skipped");
    assert_handler(&fake, &arns[0], "third", "DENY");
    assert_handler(&fake, &arns[1], "other", "DENY");
    let run = rooms_json(&fake, &format!("{} --replace", restore(&path))).assert_exit(0);
    run.assert_summary("changed 1, unchanged 1");
    assert_handler(&fake, &arns[0], "-", "ALLOW");
}

#[test]
fn a_second_run_appends_to_the_backup() {
    let (fake, arns) = three();
    let (_folder, path) = backup_file();
    fake.inject(Fault::new(FaultKind::DENIED, "UpdateRoom").room(&arns[0]).calls(1..=1));
    rooms_json(&fake, &apply(&path))
        .assert_exit(1)
        .assert_summary("changed 1, unchanged 1, failed 1");
    let first = fs::read_to_string(&path).expect("it was written");
    rooms_json(&fake, &apply(&path)).assert_exit(0).assert_summary("changed 1, unchanged 2");
    let second = fs::read_to_string(&path).expect("it is still there");
    assert!(second.starts_with(&first), "{first}\n{second}");
    rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("changed 2");
    assert_handler(&fake, &arns[0], "-", "ALLOW");
    assert_handler(&fake, &arns[1], "other", "DENY");
}

/// A run that was killed while writing leaves half a line, of a room that it did not change.
#[test]
fn a_truncated_last_line_is_ignored() {
    let (fake, arns) = three();
    let (_folder, path) = backup_file();
    rooms_json(&fake, &apply(&path)).assert_exit(0).assert_summary("changed 2, unchanged 1");
    let text = fs::read_to_string(&path).expect("it was written");
    let truncated = format!("{text}{}", &text[..text.len() / 3]);
    fs::write(&path, &truncated).expect("it can be written");
    rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("changed 2");
    assert_handler(&fake, &arns[1], "other", "DENY");
    // Appending to the file keeps it readable.
    rooms_json(&fake, &apply(&path)).assert_exit(0).assert_summary("changed 2, unchanged 1");
    rooms_json(&fake, &restore(&path)).assert_exit(0).assert_summary("changed 2");
    assert_handler(&fake, &arns[0], "-", "ALLOW");
}

#[test]
fn invalid_backups_are_refused_before_the_first_request() {
    let (fake, _) = three();
    let (_folder, path) = backup_file();
    for (text, message) in [
        ("rules = 1\n".into(), "is not a backup"),
        ("{\"room\":\"stage-1\"}\n".into(), "is not a backup"),
        (format!("{RECORD}\n{{}}\n{RECORD}\n"), "before.jsonl:2:2: missing field `room`"),
        (format!("{}\n{RECORD}", RECORD.replace("eu-west-1", "eu_west_1")), "before.jsonl:1:"),
        (format!("{RECORD}\n{}\n", RECORD.replace("eu-west-1", "us-east-1")), "us-east-1"),
    ] {
        fs::write(&path, text).expect("it can be written");
        rooms(&fake, &restore(&path)).assert_exit(2).assert_stderr(message);
    }
    assert_eq!(fake.calls().len(), 0);
    // The file is not changed.
    fs::write(&path, "rules = 1\n").expect("it can be written");
    rooms(&fake, &apply(&path)).assert_exit(2).assert_stderr("is not a backup");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "rules = 1\n");
    assert_eq!(updated(&fake), [""; 0]);
}

#[test]
fn nothing_is_changed_if_the_backup_cannot_be_written() {
    let (fake, _) = three();
    let (folder, _) = backup_file();
    let nowhere = folder.path().join("nowhere/before.jsonl");
    rooms(&fake, &apply(&nowhere)).assert_exit(2).assert_stderr("nowhere");
    // A folder is not a file.
    rooms(&fake, &apply(folder.path())).assert_exit(2);
    assert_eq!(updated(&fake), [""; 0]);
}

#[test]
fn a_deleted_room_does_not_stop_others() {
    let (fake, arns) = three();
    let (_folder, path) = backup_file();
    rooms_json(&fake, &apply(&path)).assert_exit(0).assert_summary("changed 2, unchanged 1");
    fake.account(|account| account.rooms.remove(&arns[0]));
    let run =
        rooms_json(&fake, &restore(&path)).assert_exit(1).assert_summary("changed 1, failed 1");
    assert!(run.line(&arns[0])["error"].as_str().unwrap_or("").contains("ResourceNotFound"));
    assert_handler(&fake, &arns[1], "other", "DENY");
}

#[test]
fn restore_needs_yes_without_a_terminal() {
    let (fake, _) = three();
    let (_folder, path) = backup_file();
    rooms_json(&fake, &apply(&path)).assert_exit(0);
    let calls = updated(&fake).len();
    rooms(&fake, &format!("restore {}", path.display())).assert_exit(2).assert_stderr("--yes");
    assert_eq!(updated(&fake).len(), calls);
}
