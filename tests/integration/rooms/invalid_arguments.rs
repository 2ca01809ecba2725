//! Commands that are refused before any harm is done.

use super::command::{Running, command, rooms, updated, with_rooms};
use super::fake::ViolationKind;

/// Arguments, and what is told of them. No call is made at all.
#[test]
fn what_cannot_be_meant_is_told_before_any_call() {
    let (fake, arns) = with_rooms(2);
    let lambda = |place: &str| format!("arn:aws:lambda:{place}:function:review");
    let room = |place: &str| format!("arn:aws:ivschat:{place}:room/AbCd");
    let (here, there) = (&arns[0], room("us-east-1:111122223333"));
    let elsewhere = lambda("us-east-1:111122223333");
    let stranger = lambda("eu-west-1:999988887777");
    let strange_room = room("eu-west-1:999988887777");
    let rows: &[(&str, &str)] = &[
        // Nothing, or too much, is selected.
        ("apply --handler REVIEW --yes", "--all"),
        ("detach --yes", "--all"),
        ("plan --handler REVIEW", "--all"),
        ("status --handler REVIEW", "--all"),
        (&format!("apply --all --room {here} --handler REVIEW --yes"), "--room"),
        ("apply --all --name stage-1 --handler REVIEW --yes", "--name"),
        (&format!("apply --room {here} --tag a=b --handler REVIEW --yes"), "--tag"),
        ("list --tag stage", "KEY=VALUE"),
        // ARNs that are none, or of something else.
        ("apply --all --handler review --yes", "arn:aws:lambda:"),
        (&format!("apply --all --handler {here} --yes"), "arn:aws:lambda:"),
        ("apply --room stage-1 --handler REVIEW --yes", "arn:aws:ivschat:"),
        ("apply --room REVIEW --handler REVIEW --yes", "arn:aws:ivschat:"),
        ("detach --wired-to review --yes", "arn:aws:lambda:"),
        // Partition, Region, account.
        (
            "apply --all --yes --handler arn:aws-cn:lambda:cn-north-1:111122223333:function:review",
            "aws-cn",
        ),
        (&format!("apply --all --handler {} --yes", lambda("eu-wset-1:111122223333")), "eu-west-1"),
        (&format!("apply --all --handler {} --yes", lambda("eu-west-1:1111")), "12 digits"),
        (&format!("apply --all --handler {elsewhere} --yes"), "us-east-1"),
        ("apply --all --handler REVIEW --region us-east-1 --yes", "us-east-1"),
        ("list --region eu-wset-1", "eu-west-1"),
        (&format!("list --region us-east-1 --room {here}"), "us-east-1"),
        (&format!("apply --room {here} --room {there} --handler REVIEW --yes"), "us-east-1"),
        (&format!("detach --room {here} --room {there} --yes"), "us-east-1"),
        (&format!("apply --room {here} --handler {stranger} --yes"), "999988887777"),
        (&format!("detach --room {here} --room {strange_room} --yes"), "999988887777"),
        (&format!("apply --wired-to {stranger} --handler REVIEW --replace --yes"), "999988887777"),
        // Values.
        ("apply --all --handler REVIEW --fallback maybe --yes", "allow"),
        ("apply --all --yes", "--handler"),
        ("list --rate 0", "--rate"),
        ("list --rate fast", "--rate"),
        ("list --attempts 0", "--attempts"),
        ("list --format yaml", "json"),
        ("restore nowhere.jsonl --yes", "nowhere.jsonl"),
        ("restore --yes", "FILE"),
        ("aply --all --handler REVIEW", "apply"),
        ("apply --all --hander REVIEW --yes", "--handler"),
    ];
    for (arguments, told) in rows {
        let run = rooms(&fake, arguments).assert_exit(2);
        assert!(run.stderr.contains(told), "{arguments} tells nothing of {told}\n{run}");
        assert_eq!(run.stdout, "", "{arguments}");
    }
    assert_eq!(fake.calls().len(), 0);
}

#[test]
fn rooms_of_another_account_are_refused_once_they_are_known() {
    let (fake, _) = with_rooms(2);
    let stranger = "arn:aws:lambda:eu-west-1:999988887777:function:review";
    let run = rooms(&fake, &format!("apply --all --handler {stranger} --yes")).assert_exit(2);
    run.assert_stderr("999988887777").assert_stderr("111122223333");
    assert_eq!(updated(&fake), [""; 0]);
}

#[test]
fn without_a_terminal_a_change_needs_yes() {
    let (fake, _) = with_rooms(3);
    rooms(&fake, "apply --all --handler REVIEW").assert_exit(2).assert_stderr("--yes");
    assert_eq!(updated(&fake), [""; 0]);
    rooms(&fake, "apply --all --handler REVIEW --yes").assert_exit(0);
    rooms(&fake, "detach --all").assert_exit(2).assert_stderr("--yes");
    assert_eq!(updated(&fake).len(), 3);
}

#[test]
fn without_a_region_it_is_told_how_to_give_one() {
    let (fake, _) = with_rooms(1);
    let mut list = command(&fake, "list");
    list.env_remove("AWS_REGION");
    Running::start(list).end().assert_exit(2).assert_stderr("--region");
    assert_eq!(fake.calls().len(), 0);
    // An ARN names one, which is as good.
    let mut apply = command(&fake, "apply --all --handler REVIEW --yes");
    apply.env_remove("AWS_REGION");
    Running::start(apply).end().assert_exit(0);
}

#[test]
fn without_credentials_it_is_told_how_to_sign_in() {
    let (fake, _) = with_rooms(1);
    let mut list = command(&fake, "list");
    list.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let run = Running::start(list).end().assert_exit(2);
    run.assert_stderr("credentials").assert_stderr("--profile");
    assert_eq!(fake.calls().len(), 0);
}

#[test]
fn keys_of_a_session_and_an_endpoint_for_all_services_do() {
    let (fake, _) = with_rooms(1);
    let mut list = command(&fake, "list");
    list.env_remove("AWS_ENDPOINT_URL_IVSCHAT").env("AWS_ENDPOINT_URL", fake.endpoint());
    list.env("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjEXAMPLE");
    Running::start(list).end().assert_exit(0);
    assert_eq!(fake.calls().len(), 1);
}

#[test]
fn an_endpoint_that_is_no_url_is_told() {
    let (fake, _) = with_rooms(1);
    for name in ["AWS_ENDPOINT_URL_IVSCHAT", "AWS_ENDPOINT_URL"] {
        for url in ["", "localhost:4566"] {
            let mut list = command(&fake, "list");
            list.env(name, url);
            Running::start(list).end().assert_exit(2).assert_stderr(name).assert_stderr("unset it");
        }
    }
    assert_eq!(fake.calls().len(), 0);
}

#[test]
fn keys_that_do_not_fit_are_told() {
    let (fake, _) = with_rooms(1);
    let mut list = command(&fake, "list");
    list.env("AWS_SECRET_ACCESS_KEY", "another");
    Running::start(list)
        .end()
        .assert_exit(2)
        .assert_stderr("InvalidSignatureException")
        .assert_stderr("sign in");
    let violations = fake.violations();
    assert!(
        violations.len() == 1 && violations[0].kind == ViolationKind::Signature,
        "{violations:?}"
    );
}

#[test]
fn a_profile_that_is_not_there_is_told() {
    let (fake, _) = with_rooms(1);
    let run = rooms(&fake, "list --profile nobody").assert_exit(2);
    run.assert_stderr("nobody");
    assert_eq!(fake.calls().len(), 0);
}
