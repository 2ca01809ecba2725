//! Arguments that are refused before the first request.

use super::command::{Running, command, rooms, updated, with_rooms};
use super::fake::ViolationKind;

/// Arguments and parts of their messages.
#[test]
fn invalid_arguments_are_reported_before_the_first_request() {
    let (fake, arns) = with_rooms(2);
    let lambda = |scope: &str| format!("arn:aws:lambda:{scope}:function:review");
    let room = |scope: &str| format!("arn:aws:ivschat:{scope}:room/AbCd");
    let (here, there) = (&arns[0], room("us-east-1:111122223333"));
    let elsewhere = lambda("us-east-1:111122223333");
    let other_account = lambda("eu-west-1:999988887777");
    let room_of_other_account = room("eu-west-1:999988887777");
    let rows: &[(&str, &str)] = &[
        // No selection, or a contradictory one.
        ("apply --handler REVIEW --yes", "--all"),
        ("detach --yes", "--all"),
        ("plan --handler REVIEW", "--all"),
        ("status --handler REVIEW", "--all"),
        (&format!("apply --all --room {here} --handler REVIEW --yes"), "--room"),
        ("apply --all --name stage-1 --handler REVIEW --yes", "--name"),
        (&format!("apply --room {here} --tag a=b --handler REVIEW --yes"), "--tag"),
        ("list --tag stage", "KEY=VALUE"),
        // Invalid ARNs, and ARNs of other resources.
        ("apply --all --handler review --yes", "arn:aws:lambda:"),
        (&format!("apply --all --handler {here} --yes"), "arn:aws:lambda:"),
        ("apply --room stage-1 --handler REVIEW --yes", "arn:aws:ivschat:"),
        ("apply --room REVIEW --handler REVIEW --yes", "arn:aws:ivschat:"),
        ("detach --attached-to review --yes", "arn:aws:lambda:"),
        // Partition, Region, account.
        (
            "apply --all --yes --handler arn:aws-cn:lambda:cn-north-1:111122223333:function:review",
            "aws-cn",
        ),
        (&format!("apply --all --handler {} --yes", lambda("eu-wset-1:111122223333")), "eu-west-1"),
        (&format!("apply --all --handler {} --yes", lambda("eu-west-1:1111")), "12 digits"),
        (&format!("apply --all --handler {elsewhere} --yes"), "us-east-1"),
        ("apply --all --handler REVIEW --region us-east-1 --yes", "us-east-1"),
        (&format!("list --region us-east-1 --room {here}"), "us-east-1"),
        (&format!("apply --room {here} --room {there} --handler REVIEW --yes"), "us-east-1"),
        (&format!("detach --room {here} --room {there} --yes"), "us-east-1"),
        (&format!("apply --room {here} --handler {other_account} --yes"), "999988887777"),
        (&format!("detach --room {here} --room {room_of_other_account} --yes"), "999988887777"),
        (
            &format!("apply --attached-to {other_account} --handler REVIEW --replace --yes"),
            "999988887777",
        ),
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
    for (arguments, message) in rows {
        let run = rooms(&fake, arguments).assert_exit(2);
        assert!(run.stderr.contains(message), "{arguments}: {message}\n{run}");
        assert_eq!(run.stdout, "", "{arguments}");
    }
    assert_eq!(fake.calls().len(), 0);
}

/// Only with an endpoint of its own, a Region may have any name.
#[test]
fn regions_that_are_not_known_are_accepted_with_a_warning() {
    let (fake, _) = with_rooms(1);
    for (arguments, code, calls, message) in [
        (
            "list --region eu-wset-1",
            2,
            0,
            "error: --region: IVS Chat is not available in the Region `eu-wset-1`; did you mean eu-west-1?",
        ),
        (
            "list --region local",
            2,
            0,
            "error: --region: IVS Chat is not available in the Region `local`",
        ),
        // Nothing answers at the proxy.
        (
            "list --region eu-west-2 --attempts 1",
            2,
            0,
            "warning: IVS Chat is not known to be available in the Region `eu-west-2`; did you mean eu-west-1? (Region from --region)\nerror: no answer",
        ),
        (
            "plan --all --handler arn:aws:lambda:eu-wset-1:111122223333:function:f",
            2,
            0,
            "error: the ARN: IVS Chat is not available in the Region `eu-wset-1`; did you mean",
        ),
    ] {
        let mut command = command(&fake, arguments);
        command.env_remove("AWS_ENDPOINT_URL_IVSCHAT").env_remove("AWS_ENDPOINT_URL_IVS");
        command.env("HTTPS_PROXY", "http://127.0.0.1:9");
        let run = Running::start(command).end().assert_exit(code).assert_stderr(message);
        assert_eq!(fake.calls().len(), calls, "{run}");
    }
    for region in ["eu-west-2", "local", "eu-wset-1"] {
        let run = rooms(&fake, &format!("list --region {region}")).assert_exit(2);
        // The fake checks signatures, which contain the Region.
        run.assert_stderr(&format!("available in the Region `{region}`"))
            .assert_stderr("InvalidSignatureException");
        fake.violations();
    }
    rooms(&fake, "list --region a/b").assert_exit(2).assert_stderr("error: --region");
}

#[test]
fn a_handler_of_another_account_is_refused_after_the_list() {
    let (fake, _) = with_rooms(2);
    let other_account = "arn:aws:lambda:eu-west-1:999988887777:function:review";
    let run = rooms(&fake, &format!("apply --all --handler {other_account} --yes")).assert_exit(2);
    run.assert_stderr("999988887777").assert_stderr("111122223333");
    assert_eq!(updated(&fake), [""; 0]);
}

#[test]
fn changes_need_yes_without_a_terminal() {
    let (fake, _) = with_rooms(3);
    rooms(&fake, "apply --all --handler REVIEW").assert_exit(2).assert_stderr("--yes");
    assert_eq!(updated(&fake), [""; 0]);
    rooms(&fake, "apply --all --handler REVIEW --yes").assert_exit(0);
    rooms(&fake, "detach --all").assert_exit(2).assert_stderr("--yes");
    assert_eq!(updated(&fake).len(), 3);
}

#[test]
fn a_missing_region_is_reported_with_advice() {
    let (fake, _) = with_rooms(1);
    let mut list = command(&fake, "list");
    list.env_remove("AWS_REGION");
    Running::start(list).end().assert_exit(2).assert_stderr("--region");
    assert_eq!(fake.calls().len(), 0);
    // The Region may come from an ARN.
    let mut apply = command(&fake, "apply --all --handler REVIEW --yes");
    apply.env_remove("AWS_REGION");
    Running::start(apply).end().assert_exit(0);
}

#[test]
fn missing_credentials_are_reported_with_advice() {
    let (fake, _) = with_rooms(1);
    let mut list = command(&fake, "list");
    list.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let run = Running::start(list).end().assert_exit(2);
    run.assert_stderr("credentials").assert_stderr("--profile");
    assert_eq!(fake.calls().len(), 0);
}

#[test]
fn session_tokens_and_the_endpoint_of_all_services_are_used() {
    let (fake, _) = with_rooms(1);
    let mut list = command(&fake, "list");
    list.env_remove("AWS_ENDPOINT_URL_IVSCHAT").env("AWS_ENDPOINT_URL", fake.endpoint());
    list.env("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjEXAMPLE");
    Running::start(list).end().assert_exit(0);
    assert_eq!(fake.calls().len(), 1);
}

#[test]
fn an_invalid_endpoint_url_is_reported() {
    let (fake, _) = with_rooms(1);
    for name in ["AWS_ENDPOINT_URL_IVSCHAT", "AWS_ENDPOINT_URL_IVS", "AWS_ENDPOINT_URL"] {
        for url in ["", "localhost:4566"] {
            let mut list = command(&fake, "list");
            list.env(name, url);
            Running::start(list).end().assert_exit(2).assert_stderr(name).assert_stderr("unset it");
        }
    }
    assert_eq!(fake.calls().len(), 0);
}

#[test]
fn a_wrong_secret_key_is_reported() {
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
fn a_missing_profile_is_reported() {
    let (fake, _) = with_rooms(1);
    let run = rooms(&fake, "list --profile missing").assert_exit(2);
    run.assert_stderr("missing");
    assert_eq!(fake.calls().len(), 0);
}
