//! Text and JSON output.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::command::{command, review, rooms, rooms_json, updated, with_rooms};
use super::fake::{FakeService, Fault, FaultKind, Permission, function};

/// Starts a fake with three rooms: without a handler, with `review` and with `other`.
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
fn json_lists_have_one_line_per_room() {
    let (fake, arns) = three();
    for command in
        ["list --handler REVIEW", "plan --all --handler REVIEW", "status --all --handler REVIEW"]
    {
        let run = rooms_json(&fake, command);
        for (n, name, state, uri, fallback) in [
            (0, "stage-1", "none", "", "ALLOW"),
            (1, "stage-2", "attached", &*review(), "ALLOW"),
            (2, "stage-3", "other", &*function("other"), "DENY"),
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
fn details_contain_limits_and_logging() {
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
fn json_changes_have_one_line_per_room_and_a_summary() {
    let (fake, arns) = three();
    let run =
        rooms_json(&fake, "apply --all --handler REVIEW --fallback deny --yes").assert_exit(0);
    let run = run.assert_summary("changed 2, skipped 1");
    assert_eq!(run.lines().len(), 4);
    let line = run.line(&arns[1]);
    assert_eq!(line["name"], "stage-2");
    assert_eq!(line["result"], "changed");
    assert_eq!(line["before"], json!({"uri": review(), "fallbackResult": "ALLOW"}));
    assert_eq!(line["after"], json!({"uri": review(), "fallbackResult": "DENY"}));
    let line = run.line(&arns[2]);
    assert_eq!(line["result"], "skipped");
    assert_eq!(line["before"], json!({"uri": function("other"), "fallbackResult": "DENY"}));
}

#[test]
fn json_errors_have_one_line() {
    let (fake, arns) = three();
    let hostile = "User \"x\"\r\n\u{1b}[31m is not\u{2028} authorized";
    let fault = FaultKind::Error(403, "AccessDeniedException", hostile);
    fake.inject(Fault::new(fault, "UpdateRoom").room(&arns[0]));
    let run =
        rooms_json(&fake, "apply --all --handler REVIEW --fallback deny --yes").assert_exit(1);
    let run = run.assert_summary("changed 1, skipped 1, failed 1");
    assert_eq!(run.lines().len(), 4);
    let run = rooms(&fake, "apply --all --handler REVIEW --yes").assert_exit(1);
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{run}");
}

/// Names that IVS Chat does not accept, but another service may have. Text has escapes for what a terminal would act on,
/// and JSON has the same value.
#[test]
fn names_are_safe_in_text_and_complete_in_json() {
    let controls: String = ('\0'..='\u{A0}').collect();
    for name in [
        controls.as_str(),
        "\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m",
        "\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}",
        "múppet 日本 👩🏽‍🚀 ❤️ नमस्ते \u{ffff} \u{10ffff}",
        &"long".repeat(1_000),
    ] {
        let (fake, arns) = with_rooms(1);
        let room = &arns[0];
        let logging = fake.account(|account| {
            account.room(room).name = name.to_owned();
            account.tag(room, name, name);
            account.attach(room, name, name);
            account.add_logging(name, json!({"s3": {"bucketName": name}}))
        });
        for (arguments, key) in [
            ("list".to_owned(), "name"),
            ("list --details".to_owned(), "name"),
            ("plan --all --handler REVIEW".to_owned(), "name"),
            ("status --all --handler REVIEW".to_owned(), "name"),
            (format!("show {room}"), "name"),
            ("logging list".to_owned(), "name"),
            (format!("logging show {logging}"), "name"),
            (format!("tag {room} a=b"), "resource"),
            (format!("update {room} --message-rate 20"), "room"),
            ("apply --all --handler REVIEW --yes --replace".to_owned(), "name"),
        ] {
            let run = rooms_json(&fake, &arguments);
            let line = run.lines().remove(0);
            let expected = if key == "name" { name } else { room };
            assert_eq!(line[key], expected, "{arguments}");
            if let Some(tags) = line["tags"].as_object().filter(|tags| !tags.is_empty()) {
                assert_eq!(tags[name], name, "{arguments}");
            }
            let text = rooms(&fake, &arguments);
            for output in [&run.stdout, &run.stderr, &text.stdout, &text.stderr] {
                let is_unsafe = |c: char| c != '\n' && ivs_chat_review::display::is_unsafe(c);
                assert!(!output.contains(is_unsafe), "{arguments}: {output:?}");
            }
            assert!(text.stdout.lines().count() < 20, "{arguments}: {text}");
        }
    }
}

#[test]
fn text_has_rooms_and_counts() {
    let (fake, arns) = three();
    let (none, attached, other) = (&arns[0], &arns[1], &arns[2]);
    let list = rooms(&fake, "list --handler REVIEW").assert_exit(0).stdout;
    let plan = rooms(&fake, "plan --all --handler REVIEW").assert_exit(0).stdout;
    let status = rooms(&fake, "status --all --handler REVIEW").assert_exit(1).stdout;
    let apply = rooms(&fake, "apply --all --handler REVIEW --yes").assert_exit(0).stdout;
    for (output, parts) in [
        (
            list,
            vec![none, attached, other, "none ", "attached ", "other ", "stage-1", "other, DENY"],
        ),
        (plan, vec![none, other, "1 to change, 1 up to date, 1 skipped (other handler)"]),
        (status, vec![none, other, "1 up to date, 2 drifted"]),
        (apply, vec![other, "1 changed, 1 up to date, 1 skipped (other handler), 0 failed"]),
    ] {
        for part in parts {
            assert!(output.contains(part), "no {part} in\n{output}");
        }
    }
}

#[test]
fn a_fallback_of_allow_is_warned_about() {
    let (fake, _) = three();
    // Two rooms: the third has another handler and is skipped.
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
fn without_a_terminal_there_is_no_color() {
    let (fake, _) = three();
    for command in ["list", "plan --all --handler REVIEW", "apply --all --handler REVIEW --yes"] {
        let run = rooms(&fake, command).assert_exit(0);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{run}");
    }
}

#[test]
fn a_closed_standard_output_of_list_is_not_an_error() {
    let (fake, _) = with_rooms(2_000);
    let mut child = piped(command(&fake, "list --format json"));
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    drop(stdout);
    let code = child.wait().expect("it ends").code();
    let mut stderr = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut stderr).expect("text");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!stderr.contains("error"), "{stderr}");
}

#[test]
fn status_exits_with_1_on_drift_if_standard_output_is_closed() {
    let (fake, _) = with_rooms(200);
    let (code, stderr) = with_closed_stdout(command(&fake, "status --all --handler REVIEW"));
    assert_eq!(code, Some(1), "{stderr}");
}

#[test]
fn a_closed_standard_output_of_apply_is_an_error() {
    for (format, count) in [("text", 0), ("json", 1)] {
        let (fake, _) = with_rooms(40);
        let apply = format!("apply --all --handler REVIEW --yes --format {format}");
        let (code, stderr) = with_closed_stdout(command(&fake, &apply));
        assert_eq!(code, Some(2), "{format}: {stderr}");
        // Standard error may still be read.
        let changed = updated(&fake).len();
        assert!(stderr.contains(&format!("\n{changed} changed, ")), "{stderr}");
        assert_eq!(stderr.matches("run the same command again").count(), count, "{stderr}");
    }
}

#[test]
fn a_closed_standard_output_is_an_error_of_commands_that_change_something() {
    for (arguments, code, message) in [
        ("create --name hall", 2, "room/Room00000003: "),
        ("logging create --s3 logs", 2, "logging-configuration/Logs00000003: "),
        ("update R --name hall", 2, "but its output cannot be written: "),
        ("tag R stage=prod", 2, "but its output cannot be written: "),
        ("event R poll", 2, "but its output cannot be written: "),
        ("delete R --yes", 2, "but its output cannot be written: "),
        ("show R", 0, ""),
        ("tags R", 0, ""),
        ("token R --user ada", 0, ""),
    ] {
        let (fake, arns) = with_rooms(2);
        let arguments = arguments.replace('R', &arns[0]);
        let (found, stderr) = with_closed_stdout(command(&fake, &arguments));
        assert_eq!(found, Some(code), "{arguments}: {stderr}");
        assert!(stderr.contains(message) && stderr.is_empty() == message.is_empty(), "{stderr}");
    }
    // The warning about unreviewed messages is printed as well.
    let (fake, _) = with_rooms(0);
    fake.account(|account| account.permit(&function("review"), Permission::Never));
    let create = command(&fake, "create --handler REVIEW --attempts 1");
    let (_, stderr) = with_closed_stdout(create);
    assert!(
        stderr.contains("may be delivered unreviewed") && stderr.contains("cannot be written"),
        "{stderr}"
    );
}

#[test]
fn a_closed_standard_error_is_not_an_error() {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| account.attach(&arns[2], &function("other"), "ALLOW"));
    let mut child = piped(command(&fake, "apply --all --handler REVIEW --yes"));
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(updated(&fake).len(), 2);
}

/// Runs a command whose standard output is a closed pipe; returns exit code and standard error.
fn with_closed_stdout(mut command: Command) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = command.stdout(writer).stderr(Stdio::piped()).output().expect("it starts");
    (output.status.code(), String::from_utf8(output.stderr).expect("text"))
}

fn piped(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}
