//! Which rooms are meant.

use super::command::{review, rooms, rooms_json, updated, with_rooms};
use super::fake::function;

#[test]
fn rooms_are_named_by_their_arns() {
    let (double, arns) = with_rooms(4);
    let command = format!("apply --room {} --room {} --handler REVIEW --yes", arns[2], arns[0]);
    rooms_json(&double, &command).ends(0).sums_up("changed 2");
    let mut updated = updated(&double);
    updated.sort();
    assert_eq!(updated, [arns[0].clone(), arns[2].clone()]);
}

#[test]
fn a_room_named_twice_is_changed_once() {
    let (double, arns) = with_rooms(1);
    let command = format!("apply --room {0} --room {0} --handler REVIEW --yes", arns[0]);
    rooms_json(&double, &command).ends(0).sums_up("changed 1");
}

#[test]
fn a_name_is_that_name_to_the_letter() {
    let (double, arns) = with_rooms(12);
    // The service's list has stage-10, stage-11 and stage-12 as well.
    let run = rooms_json(&double, "apply --name stage-1 --handler REVIEW --yes");
    run.ends(0).sums_up("changed 1");
    assert_eq!(updated(&double), [arns[0].clone()]);
    rooms(&double, "apply --name Stage-2 --handler REVIEW --yes").ends(2);
    assert_eq!(updated(&double).len(), 1);
}

#[test]
fn a_name_of_several_rooms_is_refused() {
    let (double, arns) = with_rooms(1);
    let twin = double.account(|account| account.add_room("stage-1"));
    for command in ["apply --yes", "detach --yes", "plan", "status"] {
        let run = rooms(&double, &format!("{command} --name stage-1 --handler REVIEW")).ends(2);
        // What to write instead.
        run.tells("--room").tells(&arns[0]).tells(&twin);
    }
    assert_eq!(updated(&double), [""; 0]);
    let listed = rooms_json(&double, "list --name stage-1").ends(0);
    assert_eq!(listed.lines().len(), 2);
}

#[test]
fn all_tags_must_hold() {
    let (double, arns) = with_rooms(4);
    double.account(|account| {
        for (n, tags) in
            [(0, vec![("stage", "beta"), ("team", "a=b")]), (1, vec![("stage", "beta")])]
        {
            let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
            account.room(&arns[n]).tags.extend(tags);
        }
        account.room(&arns[2]).tags.insert("stage".into(), "production".into());
    });
    let run = rooms_json(&double, "apply --tag stage=beta --tag team=a=b --handler REVIEW --yes");
    run.ends(0).sums_up("changed 1");
    rooms_json(&double, "apply --tag stage=beta --handler REVIEW --yes")
        .ends(0)
        .sums_up("changed 1, unchanged 1");
    assert_eq!(updated(&double), [arns[0].clone(), arns[1].clone()]);
    let run = rooms(&double, "apply --tag stage=gamma --handler REVIEW --yes");
    run.ends(2).tells("`stage=gamma`").tells("rooms list --details");
    rooms(&double, "list --tag stage=gamma").ends(0).tells("no room in eu-west-1 is tagged");
}

#[test]
fn what_is_wired_to_a_function_is_wired_to_it_exactly() {
    let (double, arns) = with_rooms(3);
    double.account(|account| {
        account.wire(&arns[0], &review(), "DENY");
        // The service's list may have this as well.
        account.wire(&arns[1], &format!("{}:live", review()), "DENY");
        account.wire(&arns[2], &function("review-2"), "DENY");
    });
    rooms_json(&double, "detach --wired-to REVIEW --yes").ends(0).sums_up("changed 1");
    assert_eq!(updated(&double), [arns[0].clone()]);
    // Nothing is left to do, which is fine.
    rooms_json(&double, "detach --wired-to REVIEW --yes").ends(0).sums_up("");
    assert_eq!(updated(&double).len(), 1);
}

#[test]
fn rooms_move_from_one_function_to_the_next() {
    let (double, arns) = with_rooms(3);
    double.account(|account| {
        account.wire(&arns[0], &function("old"), "DENY");
        account.wire(&arns[1], &function("old"), "ALLOW");
    });
    let old = function("old");
    let command = format!("apply --wired-to {old} --handler REVIEW --replace --yes");
    rooms_json(&double, &command).ends(0).sums_up("changed 2");
    assert_eq!(rooms_json(&double, &format!("list --wired-to {}", review())).lines().len(), 2);
    rooms_json(&double, &command).ends(0).sums_up("");
}

#[test]
fn an_empty_account_has_no_rooms_to_wire() {
    let (double, _) = with_rooms(0);
    let listed = rooms_json(&double, "list").ends(0);
    assert_eq!(listed.stdout, "");
    rooms(&double, "apply --all --handler REVIEW --yes").ends(2);
}

#[test]
fn a_room_that_is_not_there_is_told() {
    let (double, arns) = with_rooms(1);
    let gone = arns[0].replace("room/", "room/gone");
    let run = rooms(&double, &format!("apply --room {gone} --handler REVIEW --yes"));
    assert_ne!(run.code, Some(0), "{run}");
    assert!((run.stdout.clone() + &run.stderr).contains(&gone), "{run}");
    assert_eq!(updated(&double), [""; 0]);
}
