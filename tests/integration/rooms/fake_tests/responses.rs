//! Responses to the real SDK.

use aws_sdk_ivschat::error::ProvideErrorMetadata;
use aws_sdk_ivschat::types::MessageReviewHandler;
use serde_json::Value;

use super::raw_request::send;
use super::{client, handler, refusal, run, with_rooms};
use crate::rooms::fake::{NoHandler, Permission, function};

#[test]
fn rooms_are_listed_in_pages_by_descending_update_time() {
    let (fake, mut rooms) = with_rooms(120);
    let client = client(&fake);
    fake.account(|account| account.attach(&rooms[10], &function("review"), "DENY"));
    let moved = rooms.remove(10);
    rooms.push(moved);
    rooms.reverse();
    run(async {
        let mut listed = Vec::new();
        let mut sizes = Vec::new();
        let mut token = None;
        loop {
            let page = client.list_rooms().set_next_token(token).send().await.expect("a page");
            sizes.push(page.rooms().len());
            listed.extend(page.rooms().iter().map(|room| room.arn().expect("its ARN").to_owned()));
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(sizes, [50, 50, 20]);
        assert_eq!(listed, rooms);
    });
}

#[test]
fn pages_may_be_short_or_empty() {
    let (fake, rooms) = with_rooms(5);
    fake.account(|account| account.page_sizes = vec![2, 0, 3]);
    run(async {
        let mut pages =
            client(&fake).list_rooms().into_paginator().stop_on_duplicate_token(false).send();
        let mut sizes = Vec::new();
        while let Some(page) = pages.next().await {
            sizes.push(page.expect("a page").rooms().len());
        }
        assert_eq!(sizes, [2, 0, 3]);
        assert_eq!(sizes.iter().sum::<usize>(), rooms.len());
    });
}

#[test]
fn filters_match_more_than_requested() {
    let (fake, rooms) = with_rooms(2);
    let review = function("review");
    fake.account(|account| {
        account.add_room("other");
        account.attach(&rooms[0], &review, "DENY");
        account.attach(&rooms[1], &format!("{review}:live"), "DENY");
    });
    let client = client(&fake);
    run(async {
        let named = client.list_rooms().name("stage").send().await.expect("a page");
        assert_eq!(named.rooms().len(), 2);
        let named = client.list_rooms().name("stage-2").send().await.expect("a page");
        assert_eq!(named.rooms()[0].arn(), Some(&*rooms[1]));
        let attached = client.list_rooms().message_review_handler_uri(&review);
        assert_eq!(attached.send().await.expect("a page").rooms().len(), 2);
        let attached = client.list_rooms().message_review_handler_uri(function("rev"));
        assert_eq!(attached.send().await.expect("a page").rooms().len(), 0);
    });
}

#[test]
fn a_missing_handler_has_three_representations() {
    let (fake, rooms) = with_rooms(3);
    fake.account(|account| {
        for (room, no_handler) in
            rooms.iter().zip([NoHandler::Absent, NoHandler::Empty, NoHandler::EmptyUri])
        {
            account.room(room).no_handler = no_handler;
        }
    });
    let client = client(&fake);
    let read = |room: usize| {
        let get = client.get_room().identifier(&rooms[room]).send();
        run(get).expect("a room").message_review_handler
    };
    assert_eq!(read(0), None);
    assert_eq!(read(1), Some(MessageReviewHandler::builder().build()));
    assert_eq!(read(2), Some(handler("", "ALLOW")));
}

#[test]
fn get_room_returns_all_members_and_list_rooms_some() {
    let (fake, rooms) = with_rooms(1);
    fake.account(|account| {
        let room = account.room(&rooms[0]);
        room.tags.insert("stage".into(), "beta".into());
        room.maximum_length = 200;
        room.maximum_rate = 50;
    });
    let client = client(&fake);
    run(async {
        let room = client.get_room().identifier(&rooms[0]).send().await.expect("a room");
        assert_eq!(room.name(), Some("stage-1"));
        assert_eq!(room.id(), rooms[0].rsplit('/').next());
        assert_eq!(room.maximum_message_length(), Some(200));
        assert_eq!(room.maximum_message_rate_per_second(), Some(50));
        assert_eq!(room.tags().expect("its tags")["stage"], "beta");
        let created = room.create_time().expect("a time").secs();
        assert_eq!(created, 1_767_225_601, "2026-01-01T00:00:01Z");

        let page = client.list_rooms().send().await.expect("a page");
        assert_eq!(page.rooms()[0].tags().expect("its tags")["stage"], "beta");
        let tags = client.list_tags_for_resource().resource_arn(&rooms[0]);
        assert_eq!(tags.send().await.expect("tags").tags()["stage"], "beta");
    });
    let list = send(&fake, "POST /ListRooms", "{}");
    let summary = &list.body["rooms"][0];
    assert_eq!(summary["name"], "stage-1");
    assert_eq!(summary["maximumMessageLength"], Value::Null);
}

#[test]
fn an_update_moves_the_room_to_the_start_of_the_list() {
    let (fake, rooms) = with_rooms(3);
    let client = client(&fake);
    run(async {
        client.get_room().identifier(&rooms[0]).send().await.expect("a room");
        let update = client
            .update_room()
            .identifier(&rooms[0])
            .message_review_handler(handler(&function("review"), "DENY"));
        let changed = update.send().await.expect("a room").message_review_handler;
        assert_eq!(changed, Some(handler(&function("review"), "DENY")));
        let page = client.list_rooms().send().await.expect("a page");
        assert_eq!(page.rooms()[0].arn(), Some(&*rooms[0]));
    });
    let operations: Vec<_> =
        fake.calls().into_iter().map(|call| (call.operation, call.status)).collect();
    let expected = ["GetRoom", "UpdateRoom", "ListRooms"].map(|name| (name.into(), Some(200)));
    assert_eq!(operations, expected);
}

#[test]
fn a_handler_needs_a_permission() {
    let (fake, rooms) = with_rooms(1);
    fake.account(|account| {
        account.permit(&function("soon"), Permission::After(2));
        account.permit(&function("never"), Permission::Never);
    });
    let client = client(&fake);
    run(async {
        client.get_room().identifier(&rooms[0]).send().await.expect("a room");
        let update = |name: &str| {
            let handler = handler(&function(name), "DENY");
            client.update_room().identifier(&rooms[0]).message_review_handler(handler).send()
        };
        for name in ["never", "unknown", "soon", "soon"] {
            let error = update(name).await.expect_err("no permission");
            let message = error.message().unwrap_or_default().to_owned();
            assert!(
                message.contains(
                    "Request member: uri failed to satisfy the constraints: invalid lambda \
                     permission"
                ),
                "{message}"
            );
            assert_eq!(refusal(error), (400, "ValidationException".into()));
        }
        update("soon").await.expect("the permission is effective");
    });
}

#[test]
fn unknown_rooms_are_not_found() {
    let (fake, rooms) = with_rooms(1);
    let gone = rooms[0].replace("room/", "room/not");
    let client = client(&fake);
    run(async {
        let error = client.get_room().identifier(&gone).send().await.expect_err("no room");
        assert_eq!(refusal(error), (404, "ResourceNotFoundException".into()));
        let handler = handler(&function("review"), "DENY");
        let update = client.update_room().identifier(&gone).message_review_handler(handler);
        let error = update.send().await.expect_err("no room");
        assert_eq!(refusal(error), (404, "ResourceNotFoundException".into()));
        let tags = client.list_tags_for_resource().resource_arn(&gone);
        let error = tags.send().await.expect_err("no room");
        assert_eq!(refusal(error), (404, "ResourceNotFoundException".into()));
    });
}
