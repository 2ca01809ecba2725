//! Confirmation and progress on a terminal.

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use super::command::{assert_handler, command, restore_sigint, review, updated, with_rooms};
use super::fake::{FakeService, function};

fn on_a_terminal(fake: &FakeService, arguments: &str) -> PtySession {
    restore_sigint();
    let mut command = command(fake, arguments);
    command.env("TERM", "xterm-256color");
    spawn_command(command, Some(60_000)).expect("a pseudo-terminal")
}

/// Answers a question; returns exit code and remaining output.
fn answer(mut session: PtySession, answer: &str) -> (i32, String) {
    session.send_line(answer).expect("it reads");
    let output = session.exp_eof().expect("it ends");
    match session.process().wait().expect("it ends") {
        WaitStatus::Exited(_, code) => (code, output),
        status => panic!("{status:?}: {output}"),
    }
}

#[test]
fn apply_shows_the_plan_and_asks() {
    let (fake, mut arns) = with_rooms(3);
    let other = arns.remove(2);
    fake.account(|account| account.attach(&other, &function("other"), "DENY"));
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW --fallback deny");
    session.exp_string("stage-1").expect("the plan");
    session.exp_string("2 to change, 0 up to date, 1 skipped (other handler)").expect("all of it");
    session.exp_string("[y/N]").expect("a question");
    assert_eq!(updated(&fake), [""; 0], "no update before the answer");
    let (code, output) = answer(session, "y");
    assert_eq!(code, 0, "{output}");
    for arn in &arns {
        assert_handler(&fake, arn, "review", "DENY");
    }
}

#[test]
fn other_answers_than_yes_change_nothing() {
    for word in ["n", "", "yy"] {
        let (fake, _) = with_rooms(1);
        let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW");
        session.exp_string("stage-1").expect("the plan");
        session.exp_string("warning: ").expect("a warning before the question");
        session.exp_string("[y/N]").expect("a question");
        let (code, output) = answer(session, word);
        assert_eq!(code, 2, "{word}: {output}");
        assert_eq!(updated(&fake), [""; 0], "{word}: {output}");
    }
}

#[test]
fn a_long_plan_is_abbreviated() {
    let (fake, arns) = with_rooms(25);
    let shown = |arguments: &str| {
        let mut session = on_a_terminal(&fake, arguments);
        session.exp_string("and 5 more").expect("the number of others");
        let end = session.exp_string("[y/N]").expect("a question");
        answer(session, "n");
        end
    };
    assert!(shown("apply --all --handler REVIEW").contains("rooms plan"));
    fake.account(|account| arns.iter().for_each(|arn| account.attach(arn, &review(), "DENY")));
    // `plan` does not show what `detach` would change.
    assert!(!shown("detach --all").contains("rooms plan"));
}

#[test]
fn end_of_input_changes_nothing() {
    let (fake, _) = with_rooms(1);
    let mut session = on_a_terminal(&fake, "detach --all");
    // Nothing is attached, so nothing has to be confirmed.
    session.exp_eof().expect("it ends");
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW");
    session.exp_string("[y/N]").expect("a question");
    session.send_control('d').expect("it reads");
    let output = session.exp_eof().expect("it ends");
    let status = session.process().wait().expect("it ends");
    assert!(matches!(status, WaitStatus::Exited(_, 2)), "{status:?}: {output}");
    assert_eq!(updated(&fake), [""; 0]);
}

#[test]
fn ctrl_c_at_the_question_changes_nothing() {
    let (fake, _) = with_rooms(1);
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW");
    session.exp_string("[y/N]").expect("a question");
    session.send_control('c').expect("it reads");
    let output = session.exp_eof().expect("it ends");
    let status = session.process().wait().expect("it ends");
    assert!(!matches!(status, WaitStatus::Exited(_, 0)), "{status:?}: {output}");
    assert_eq!(updated(&fake), [""; 0]);
}

#[test]
fn long_runs_show_progress() {
    let (fake, _) = with_rooms(40);
    let mut session =
        on_a_terminal(&fake, "apply --all --handler REVIEW --yes --rate 25 --attempts 1");
    // Count, rate and remaining time.
    session.exp_regex("[0-9]+ of 40 rooms, [0-9.]+/s, [0-9]+ s left").expect("a progress bar");
    let output = session.exp_eof().expect("it ends");
    assert!(output.contains("40 changed"), "{output}");
}

#[test]
fn ctrl_c_reports_the_remaining_rooms() {
    let (fake, _) = with_rooms(40);
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW --yes --rate 25");
    fake.wait_for("UpdateRoom", 3);
    session.send_control('c').expect("it reads");
    let output = session.exp_eof().expect("it ends");
    let status = session.process().wait().expect("it ends");
    assert!(matches!(status, WaitStatus::Exited(_, 1)), "{status:?}: {output}");
    let left = 40 - updated(&fake).len();
    assert!(output.contains(&format!("{left} rooms are left")), "{output}");
    assert!(fake.calls().iter().all(|call| call.status == Some(200)));
}

#[test]
fn yes_skips_the_question() {
    let (fake, arns) = with_rooms(1);
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW --yes");
    let output = session.exp_eof().expect("it ends");
    assert!(!output.contains("[y/N]"), "{output}");
    assert_handler(&fake, &arns[0], "review", "ALLOW");
}

#[test]
fn destructive_commands_show_details_and_ask() {
    let (fake, arns) = with_rooms(1);
    let logging = fake.account(|account| {
        let logging =
            account.add_logging("chat", serde_json::json!({"s3": {"bucketName": "logs"}}));
        account.room(&arns[0]).logging.push(logging.clone());
        logging
    });
    let room = &arns[0];
    for (arguments, shown) in [
        (format!("delete {room}"), "stage-1"),
        (format!("logging delete {logging}"), "S3 bucket logs"),
        (format!("logging detach {room} {logging}"), &*logging),
        (format!("delete-message {room} AbCdEf123456"), "AbCdEf123456"),
        (format!("disconnect {room} --user SECRET"), &**room),
    ] {
        let mut session = on_a_terminal(&fake, &arguments);
        session.exp_string(shown).expect("details");
        let question = session.exp_string("[y/N]").expect("a question");
        assert!(!question.contains("SECRET"), "{question}");
        let (code, output) = answer(session, "n");
        assert!(code == 2 && output.contains("nothing was changed"), "{output}");
    }
    let is_read = |operation: &str| operation.starts_with("Get");
    assert!(fake.calls().iter().all(|call| is_read(&call.operation)));
    let mut session = on_a_terminal(&fake, &format!("delete {room}"));
    session.exp_string("[y/N]").expect("a question");
    let (code, output) = answer(session, "y");
    assert_eq!((code, fake.account(|account| account.rooms.len())), (0, 0), "{output}");
}
