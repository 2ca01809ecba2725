//! What people and machines read.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::command::{command, review, rooms, rooms_json, updated, with_rooms};
use super::fake::{FakeService, Fault, FaultKind, Permission, function};

/// Rooms that are bare, wired to `review` and wired to `other`.
fn three() -> (FakeService, Vec<String>) {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| {
        account.attach(&arns[1], &review(), "ALLOW");
        account.attach(&arns[2], &function("other"), "DENY");
        account.room(&arns[0]).tags.insert("stage".into(), "beta".into());
    });
    (fake, arns)
}

#[test]
fn lists_are_a_line_of_json_a_room() {
    let (fake, arns) = three();
    for command in
        ["list --handler REVIEW", "plan --all --handler REVIEW", "status --all --handler REVIEW"]
    {
        let run = rooms_json(&fake, command);
        for (n, name, state, uri, fallback) in [
            (0, "stage-1", "bare", "", "ALLOW"),
            (1, "stage-2", "wired", &*review(), "ALLOW"),
            (2, "stage-3", "foreign", &*function("other"), "DENY"),
        ] {
            let line = run.line(&arns[n]);
            assert_eq!(line["name"], name, "{command}");
            assert_eq!(line["state"], state, "{command}");
            assert_eq!(line["uri"], uri, "{command}");
            assert_eq!(line["fallbackResult"], fallback, "{command}");
        }
    }
}

#[test]
fn details_are_limits_and_logging() {
    let (fake, arns) = three();
    let logging = arns[0].replace("room/", "logging-configuration/");
    fake.account(|account| {
        let room = account.room(&arns[0]);
        room.maximum_length = 321;
        room.maximum_rate = 47;
        room.logging.push(logging.clone());
        room.tags.insert("stage".into(), "gamma".into());
    });
    let json = rooms_json(&fake, "list --details").assert_exit(0).line(&arns[0]).to_string();
    let text = rooms(&fake, "list --details").assert_exit(0).stdout;
    for output in [json, text] {
        for part in ["321", "47", &logging, "gamma"] {
            assert!(output.contains(part), "no {part} in {output}");
        }
    }
    assert_eq!(fake.calls_of("GetRoom").len(), 6);
}

#[test]
fn changes_are_a_line_of_json_a_room_and_a_summary() {
    let (fake, arns) = three();
    let run =
        rooms_json(&fake, "apply --all --handler REVIEW --fallback deny --yes").assert_exit(0);
    let run = run.assert_summary("changed 2, foreign 1");
    assert_eq!(run.lines().len(), 4);
    let line = run.line(&arns[1]);
    assert_eq!(line["name"], "stage-2");
    assert_eq!(line["result"], "changed");
    assert_eq!(line["before"], json!({"uri": review(), "fallbackResult": "ALLOW"}));
    assert_eq!(line["after"], json!({"uri": review(), "fallbackResult": "DENY"}));
    let line = run.line(&arns[2]);
    assert_eq!(line["result"], "foreign");
    assert_eq!(line["before"], json!({"uri": function("other"), "fallbackResult": "DENY"}));
}

#[test]
fn an_error_is_one_line_of_json() {
    let (fake, arns) = three();
    let nasty = "User \"x\"\r\n\u{1b}[31m is not\u{2028} authorized";
    let fault = FaultKind::Error(403, "AccessDeniedException", nasty);
    fake.inject(Fault::new(fault, "UpdateRoom").room(&arns[0]));
    let run =
        rooms_json(&fake, "apply --all --handler REVIEW --fallback deny --yes").assert_exit(1);
    let run = run.assert_summary("changed 1, foreign 1, failed 1");
    assert_eq!(run.lines().len(), 4);
    let run = rooms(&fake, "apply --all --handler REVIEW --yes").assert_exit(1);
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{run}");
}

#[test]
fn text_names_rooms_and_counts_them() {
    let (fake, arns) = three();
    let (bare, wired, foreign) = (&arns[0], &arns[1], &arns[2]);
    let list = rooms(&fake, "list --handler REVIEW").assert_exit(0).stdout;
    let plan = rooms(&fake, "plan --all --handler REVIEW").assert_exit(0).stdout;
    let status = rooms(&fake, "status --all --handler REVIEW").assert_exit(1).stdout;
    let apply = rooms(&fake, "apply --all --handler REVIEW --yes").assert_exit(0).stdout;
    for (output, parts) in [
        (list, vec![bare, wired, foreign, "bare", "wired", "foreign", "stage-1", "other, DENY"]),
        (plan, vec![bare, foreign, "1 room to change, 1 as wished, 1 foreign"]),
        (status, vec![bare, foreign, "1 room as wished, 2 not"]),
        (apply, vec![foreign, "1 changed, 1 as wished, 1 foreign, 0 failed"]),
    ] {
        for part in parts {
            assert!(output.contains(part), "no {part} in\n{output}");
        }
    }
}

#[test]
fn rooms_that_would_fail_open_are_warned_of() {
    let (fake, _) = three();
    // Two of them: the third is another function's, and left alone.
    for command in ["plan", "apply --yes"] {
        let run = rooms(&fake, &format!("{command} --all --handler REVIEW")).assert_exit(0);
        let warning = run.stderr.lines().find(|line| line.starts_with("warning: "));
        assert!(warning.is_some_and(|line| line.contains("2 rooms")), "{command}\n{run}");
    }
    for command in ["plan", "apply --yes"] {
        let run = rooms(&fake, &format!("{command} --all --handler REVIEW --fallback deny"))
            .assert_exit(0);
        assert!(!run.stderr.contains("warning"), "{command}\n{run}");
    }
}

#[test]
fn without_a_terminal_there_is_no_colour() {
    let (fake, _) = three();
    for command in ["list", "plan --all --handler REVIEW", "apply --all --handler REVIEW --yes"] {
        let run = rooms(&fake, command).assert_exit(0);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{run}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let (fake, _) = with_rooms(2_000);
    let mut child = piped(command(&fake, "list --format json"));
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("it says something");
    drop(stdout);
    let code = child.wait().expect("it ends").code();
    let mut stderr = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut stderr).expect("text");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!stderr.contains("error"), "{stderr}");
}

#[test]
fn drift_that_nobody_reads_of_is_drift() {
    let (fake, _) = with_rooms(200);
    let (code, stderr) = unread(command(&fake, "status --all --handler REVIEW"));
    assert_eq!(code, Some(1), "{stderr}");
}

#[test]
fn changes_that_nobody_reads_of_are_an_error() {
    for (format, left) in [("text", 0), ("json", 1)] {
        let (fake, _) = with_rooms(40);
        let apply = format!("apply --all --handler REVIEW --yes --format {format}");
        let (code, stderr) = unread(command(&fake, &apply));
        assert_eq!(code, Some(2), "{format}: {stderr}");
        // Somebody may still read there.
        let changed = updated(&fake).len();
        assert!(stderr.contains(&format!("\n{changed} changed, ")), "{stderr}");
        assert_eq!(stderr.matches("the same command goes on").count(), left, "{stderr}");
    }
}

/// So are those of one thing; what was only to be read is none.
#[test]
fn what_is_done_and_nobody_reads_of_is_an_error() {
    for (arguments, code, told) in [
        ("create --name hall", 2, "room/Room00000003: "),
        ("logging create --s3 logs", 2, "logging-configuration/Logs00000003: "),
        ("update R --name hall", 2, "it is done, and cannot be told: "),
        ("tag R stage=prod", 2, "it is done, and cannot be told: "),
        ("event R poll", 2, "it is done, and cannot be told: "),
        ("delete R --yes", 2, "it is done, and cannot be told: "),
        ("show R", 0, ""),
        ("tags R", 0, ""),
        ("token R --user ada", 0, ""),
    ] {
        let (fake, arns) = with_rooms(2);
        let arguments = arguments.replace('R', &arns[0]);
        let (ended, stderr) = unread(command(&fake, &arguments));
        assert_eq!(ended, Some(code), "{arguments}: {stderr}");
        assert!(stderr.contains(told) && stderr.is_empty() == told.is_empty(), "{stderr}");
    }
    // Nor is it hidden that messages go out unreviewed.
    let (fake, _) = with_rooms(0);
    fake.account(|account| account.permit(&function("review"), Permission::Never));
    let create = command(&fake, "create --handler REVIEW --attempts 1");
    let (_, stderr) = unread(create);
    assert!(
        stderr.contains("may go out unreviewed") && stderr.contains("cannot be told"),
        "{stderr}"
    );
}

#[test]
fn notes_that_nobody_reads_hold_up_nothing() {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| account.attach(&arns[2], &function("other"), "ALLOW"));
    let mut child = piped(command(&fake, "apply --all --handler REVIEW --yes"));
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(updated(&fake).len(), 2);
}

/// Ends with nobody at the other end of its standard output, and tells its standard error.
fn unread(mut command: Command) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = command.stdout(writer).stderr(Stdio::piped()).output().expect("it starts");
    (output.status.code(), String::from_utf8(output.stderr).expect("text"))
}

fn piped(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}
