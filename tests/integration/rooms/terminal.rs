//! Somebody at a terminal is asked.

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

/// Answers, and says how it ended and what it said after.
fn answer(mut session: PtySession, answer: &str) -> (i32, String) {
    session.send_line(answer).expect("it listens");
    let said = session.exp_eof().expect("it ends");
    match session.process().wait().expect("it ends") {
        WaitStatus::Exited(_, code) => (code, said),
        status => panic!("{status:?}: {said}"),
    }
}

#[test]
fn apply_shows_the_plan_and_asks() {
    let (fake, mut arns) = with_rooms(3);
    let foreign = arns.remove(2);
    fake.account(|account| account.attach(&foreign, &function("other"), "DENY"));
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW --fallback deny");
    session.exp_string("stage-1").expect("the plan");
    session.exp_string("2 rooms to change, 0 as wished, 1 foreign").expect("all of it");
    session.exp_string("[y/N]").expect("a question");
    assert_eq!(updated(&fake), [""; 0], "nothing before the answer");
    let (code, said) = answer(session, "y");
    assert_eq!(code, 0, "{said}");
    for arn in &arns {
        assert_handler(&fake, arn, "review", "DENY");
    }
}

#[test]
fn no_is_no() {
    for word in ["n", "", "yy"] {
        let (fake, _) = with_rooms(1);
        let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW");
        session.exp_string("stage-1").expect("the plan");
        session.exp_string("warning: ").expect("what it means, right above the question");
        session.exp_string("[y/N]").expect("a question");
        let (code, said) = answer(session, word);
        assert_eq!(code, 2, "{word}: {said}");
        assert_eq!(updated(&fake), [""; 0], "{word}: {said}");
    }
}

#[test]
fn of_many_rooms_some_are_shown() {
    let (fake, arns) = with_rooms(25);
    let shown = |arguments: &str| {
        let mut session = on_a_terminal(&fake, arguments);
        session.exp_string("and 5 more").expect("how many are not shown");
        let end = session.exp_string("[y/N]").expect("a question");
        answer(session, "n");
        end
    };
    assert!(shown("apply --all --handler REVIEW").contains("rooms plan"));
    fake.account(|account| arns.iter().for_each(|arn| account.attach(arn, &review(), "DENY")));
    // What `plan` shows is not what `detach` would do.
    assert!(!shown("detach --all").contains("rooms plan"));
}

#[test]
fn the_end_of_input_is_no() {
    let (fake, _) = with_rooms(1);
    let mut session = on_a_terminal(&fake, "detach --all");
    // Nothing is wired, so nothing is asked.
    session.exp_eof().expect("it ends");
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW");
    session.exp_string("[y/N]").expect("a question");
    session.send_control('d').expect("it listens");
    let said = session.exp_eof().expect("it ends");
    let status = session.process().wait().expect("it ends");
    assert!(matches!(status, WaitStatus::Exited(_, 2)), "{status:?}: {said}");
    assert_eq!(updated(&fake), [""; 0]);
}

#[test]
fn ctrl_c_at_the_question_ends_it() {
    let (fake, _) = with_rooms(1);
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW");
    session.exp_string("[y/N]").expect("a question");
    session.send_control('c').expect("it listens");
    let said = session.exp_eof().expect("it ends");
    let status = session.process().wait().expect("it ends");
    assert!(!matches!(status, WaitStatus::Exited(_, 0)), "{status:?}: {said}");
    assert_eq!(updated(&fake), [""; 0]);
}

#[test]
fn long_work_shows_how_far_it_is() {
    let (fake, _) = with_rooms(40);
    let mut session =
        on_a_terminal(&fake, "apply --all --handler REVIEW --yes --rate 25 --attempts 1");
    // How many of all, how fast, how long it takes yet.
    session.exp_regex("[0-9]+ of 40 rooms, [0-9.]+ a second, [0-9]+ s left").expect("a bar");
    let said = session.exp_eof().expect("it ends");
    assert!(said.contains("40 changed"), "{said}");
}

#[test]
fn ctrl_c_on_the_way_says_what_is_left() {
    let (fake, _) = with_rooms(40);
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW --yes --rate 25");
    fake.wait_for("UpdateRoom", 3);
    session.send_control('c').expect("it listens");
    let said = session.exp_eof().expect("it ends");
    let status = session.process().wait().expect("it ends");
    assert!(matches!(status, WaitStatus::Exited(_, 1)), "{status:?}: {said}");
    let left = 40 - updated(&fake).len();
    assert!(said.contains(&format!("{left} rooms are left")), "{said}");
    assert!(fake.calls().iter().all(|call| call.status == Some(200)));
}

#[test]
fn yes_asks_nothing() {
    let (fake, arns) = with_rooms(1);
    let mut session = on_a_terminal(&fake, "apply --all --handler REVIEW --yes");
    let said = session.exp_eof().expect("it ends");
    assert!(!said.contains("[y/N]"), "{said}");
    assert_handler(&fake, &arns[0], "review", "ALLOW");
}

#[test]
fn what_destroys_is_shown_and_asked_about() {
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
        session.exp_string(shown).expect("what it is about");
        let asked = session.exp_string("[y/N]").expect("a question");
        assert!(!asked.contains("SECRET"), "{asked}");
        let (code, said) = answer(session, "n");
        assert!(code == 2 && said.contains("nothing was changed"), "{said}");
    }
    let reading = |operation: &str| operation.starts_with("Get");
    assert!(fake.calls().iter().all(|call| reading(&call.operation)));
    let mut session = on_a_terminal(&fake, &format!("delete {room}"));
    session.exp_string("[y/N]").expect("a question");
    let (code, said) = answer(session, "y");
    assert_eq!((code, fake.account(|account| account.rooms.len())), (0, 0), "{said}");
}
