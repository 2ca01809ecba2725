//! Selection of rooms.

use serde_json::json;

use super::command::{review, rooms, rooms_json, updated, with_rooms};
use super::fake::{Fault, FaultKind, function};

#[test]
fn rooms_are_selected_by_arn() {
    let (fake, arns) = with_rooms(4);
    let command = format!("apply --room {} --room {} --handler REVIEW --yes", arns[2], arns[0]);
    rooms_json(&fake, &command).assert_exit(0).assert_summary("changed 2");
    let mut updated = updated(&fake);
    updated.sort();
    assert_eq!(updated, [arns[0].clone(), arns[2].clone()]);
}

#[test]
fn a_repeated_arn_selects_one_room() {
    let (fake, arns) = with_rooms(1);
    let command = format!("apply --room {0} --room {0} --handler REVIEW --yes", arns[0]);
    rooms_json(&fake, &command).assert_exit(0).assert_summary("changed 1");
}

#[test]
fn names_are_exact() {
    let (fake, arns) = with_rooms(12);
    // The filter of the service also returns stage-10, stage-11 and stage-12.
    let run = rooms_json(&fake, "apply --name stage-1 --handler REVIEW --yes");
    run.assert_exit(0).assert_summary("changed 1");
    assert_eq!(updated(&fake), [arns[0].clone()]);
    rooms(&fake, "apply --name Stage-2 --handler REVIEW --yes").assert_exit(2);
    assert_eq!(updated(&fake).len(), 1);
}

#[test]
fn an_ambiguous_name_is_refused() {
    let (fake, arns) = with_rooms(1);
    let twin = fake.account(|account| account.add_room("stage-1"));
    for command in ["apply --yes", "detach --yes", "plan", "status"] {
        let run =
            rooms(&fake, &format!("{command} --name stage-1 --handler REVIEW")).assert_exit(2);
        // The message suggests `--room`.
        run.assert_stderr("--room").assert_stderr(&arns[0]).assert_stderr(&twin);
    }
    assert_eq!(updated(&fake), [""; 0]);
    let listed = rooms_json(&fake, "list --name stage-1").assert_exit(0);
    assert_eq!(listed.lines().len(), 2);
}

#[test]
fn all_tags_must_match() {
    let (fake, arns) = with_rooms(4);
    fake.account(|account| {
        for (n, tags) in
            [(0, vec![("stage", "beta"), ("team", "a=b")]), (1, vec![("stage", "beta")])]
        {
            let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
            account.room(&arns[n]).tags.extend(tags);
        }
        account.room(&arns[2]).tags.insert("stage".into(), "production".into());
    });
    let run = rooms_json(&fake, "apply --tag stage=beta --tag team=a=b --handler REVIEW --yes");
    run.assert_exit(0).assert_summary("changed 1");
    rooms_json(&fake, "apply --tag stage=beta --handler REVIEW --yes")
        .assert_exit(0)
        .assert_summary("changed 1, unchanged 1");
    assert_eq!(updated(&fake), [arns[0].clone(), arns[1].clone()]);
    let run = rooms(&fake, "apply --tag stage=gamma --handler REVIEW --yes");
    run.assert_exit(2).assert_stderr("`stage=gamma`").assert_stderr("rooms list --details");
    rooms(&fake, "list --tag stage=gamma")
        .assert_exit(0)
        .assert_stderr("no room in eu-west-1 is tagged");
}

#[test]
fn handlers_are_exact() {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| {
        account.attach(&arns[0], &review(), "DENY");
        // The filter of the service may also return these.
        account.attach(&arns[1], &format!("{}:live", review()), "DENY");
        account.attach(&arns[2], &function("review-2"), "DENY");
    });
    rooms_json(&fake, "detach --attached-to REVIEW --yes")
        .assert_exit(0)
        .assert_summary("changed 1");
    assert_eq!(updated(&fake), [arns[0].clone()]);
    // Nothing is left to do, which is not an error.
    rooms_json(&fake, "detach --attached-to REVIEW --yes").assert_exit(0).assert_summary("");
    assert_eq!(updated(&fake).len(), 1);
}

#[test]
fn rooms_move_from_one_handler_to_another() {
    let (fake, arns) = with_rooms(3);
    fake.account(|account| {
        account.attach(&arns[0], &function("old"), "DENY");
        account.attach(&arns[1], &function("old"), "ALLOW");
    });
    let old = function("old");
    let command = format!("apply --attached-to {old} --handler REVIEW --replace --yes");
    rooms_json(&fake, &command).assert_exit(0).assert_summary("changed 2");
    assert_eq!(rooms_json(&fake, &format!("list --attached-to {}", review())).lines().len(), 2);
    rooms_json(&fake, &command).assert_exit(0).assert_summary("");
}

#[test]
fn an_empty_account_has_no_rooms_to_change() {
    let (fake, _) = with_rooms(0);
    let listed = rooms_json(&fake, "list").assert_exit(0);
    assert_eq!(listed.stdout, "");
    rooms(&fake, "apply --all --handler REVIEW --yes").assert_exit(2);
}

#[test]
fn an_unknown_room_is_reported() {
    let (fake, arns) = with_rooms(1);
    let unknown = arns[0].replace("room/", "room/gone");
    let run = rooms(&fake, &format!("apply --room {unknown} --handler REVIEW --yes"));
    assert_ne!(run.code, Some(0), "{run}");
    assert!((run.stdout.clone() + &run.stderr).contains(&unknown), "{run}");
    assert_eq!(updated(&fake), [""; 0]);
}

#[test]
fn rooms_are_selected_by_logging_configuration() {
    let (fake, arns) = with_rooms(4);
    let logging = fake.account(|account| {
        let logging = account.add_logging("chat", json!({"s3": {"bucketName": "chat"}}));
        let other = account.add_logging("other", json!({"s3": {"bucketName": "other"}}));
        account.room(&arns[0]).logging.push(logging.clone());
        account.room(&arns[1]).logging.extend([other.clone(), logging.clone()]);
        account.room(&arns[2]).logging.push(other);
        account.tag(&arns[1], "stage", "prod");
        logging
    });
    let named = |run: super::command::Run| -> Vec<String> {
        let lines = run.lines().into_iter().filter(|line| line["room"].is_string());
        lines.map(|line| line["name"].as_str().expect("a name").to_owned()).collect()
    };
    for arguments in ["list", "plan --handler REVIEW", "status --handler REVIEW"] {
        let run = rooms_json(&fake, &format!("{arguments} --logging {logging}"));
        assert_eq!(named(run), ["stage-2", "stage-1"], "{arguments}");
    }
    let sent = fake.calls_of("ListRooms").pop().expect("a call").input;
    assert_eq!(sent["loggingConfigurationIdentifier"], json!(logging));
    let run = rooms_json(&fake, &format!("list --logging {logging} --tag stage=prod"));
    assert_eq!(named(run.assert_exit(0)), ["stage-2"]);
    let apply = format!("apply --logging {logging} --handler REVIEW --yes");
    rooms_json(&fake, &apply).assert_exit(0).assert_summary("changed 2");
    // The filter of the service is checked.
    let without = FaultKind::Changed(r#"{"rooms":{"loggingConfigurationIdentifiers":[]}}"#);
    fake.inject(Fault::new(without, "ListRooms").calls(1..=1));
    let detach = format!("detach --logging {logging} --yes");
    rooms_json(&fake, &detach).assert_exit(0).assert_summary("changed 1");
    rooms_json(&fake, &detach).assert_exit(0).assert_summary("changed 1, unchanged 1");
    // One that does not exist selects nothing.
    rooms(&fake, &format!("list --logging {logging}x"))
        .assert_exit(0)
        .assert_stderr(&format!("no room in eu-west-1 is logged by {logging}x"));
    let missing = FaultKind::Error(404, "ResourceNotFoundException", "not found");
    fake.inject(Fault::new(missing, "ListRooms"));
    rooms(&fake, &format!("list --logging {logging}x")).assert_exit(0);
    for invalid in ["--logging chat", &format!("--logging {logging} --room {}", arns[0])] {
        rooms(&fake, &format!("list {invalid}")).assert_exit(2).assert_stderr("--logging");
    }
}
