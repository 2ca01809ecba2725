//! The service: all that is asked of it goes through [`Service`]. Only this folder names the SDK.
//!
//! What becomes of a request that was sent and not answered, and may have been done, is for each
//! operation to say: what can be done twice without harm is sent again, what cannot is not.

mod call;
mod connect;
mod convert;
mod credentials;
mod error;
mod http;
mod logging;
mod messages;
mod operation;
mod pace;
mod profile;
mod region;
mod rooms;
mod tags;

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::error::Error;

use anyhow::Result;
use aws_sdk_ivschat::Client;
use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ivschat::primitives::DateTime;
use ivs_chat_review::rooms::arn::RoomArn;
use ivs_chat_review::rooms::room::{Room, Wiring};
use serde::Serialize;

use self::call::Caller;
pub(crate) use self::connect::ConnectArgs;
pub(crate) use self::error::{FailureKind, ServiceError};
pub(crate) use self::messages::{Token, TokenRequest};
use self::operation::{Operation, Paces};
pub(crate) use self::rooms::NewRoom;
use super::stop::Stop;

/// A page holds 50 rooms, so these are a million: twenty times what an account may have by default.
const MAX_PAGES: usize = 20_000;

/// The rooms of one account and Region.
pub(crate) struct Service {
    client: Client,
    region: String,
    caller: Caller,
    paces: Paces,
}

/// Which rooms are listed; the service may list others as well.
#[derive(Default)]
pub(crate) struct ListFilter {
    /// Those of this name.
    pub(crate) name: Option<String>,
    /// Those with this handler.
    pub(crate) uri: Option<String>,
}

/// What only a room by itself tells.
#[derive(Clone, Serialize)]
pub(crate) struct Details {
    /// Of a message, in code points.
    #[serde(rename = "maximumMessageLength")]
    pub(crate) max_length: Option<i32>,
    /// Messages a second.
    #[serde(rename = "maximumMessageRatePerSecond")]
    pub(crate) max_rate: Option<i32>,
    /// ARNs of logging configurations.
    #[serde(rename = "loggingConfigurationIdentifiers")]
    pub(crate) logging: Vec<String>,
    /// When it was made, in ISO 8601.
    #[serde(rename = "createTime")]
    pub(crate) created: Option<String>,
    /// When it was last changed, in ISO 8601.
    #[serde(rename = "updateTime")]
    pub(crate) updated: Option<String>,
}

/// What was read of a list.
#[derive(Default)]
struct Listed {
    rooms: Vec<Room>,
    /// Of each in `rooms`.
    places: HashMap<RoomArn, usize>,
    pages: usize,
}

impl Listed {
    /// A room, which comes twice if it changes meanwhile.
    fn add(&mut self, room: Room) {
        match self.places.entry(room.arn.clone()) {
            Entry::Occupied(place) => self.rooms[*place.get()] = room,
            Entry::Vacant(place) => {
                place.insert(self.rooms.len());
                self.rooms.push(room);
            }
        }
    }
}

impl Service {
    /// Finds Region and credentials, or says what to do about it. The ARNs that somebody named are of
    /// the expected Region.
    pub(crate) async fn connect(
        args: &ConnectArgs,
        expected_region: Option<&str>,
        stop: &Stop,
    ) -> Result<Service> {
        let (client, region) = connect::client(args, expected_region).await?;
        let caller = Caller::new(args.attempts, stop.clone());
        Ok(Service { client, region, caller, paces: Paces::new(args.rate) })
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// Reads the list to its end, and then its front once more. The room that was updated last comes
    /// first: whoever changed rooms while reading would miss some, and one that somebody else changes
    /// meanwhile moves to where we have been. `on_page` is told how many there are so far.
    pub(crate) async fn list_rooms(
        &self,
        filter: &ListFilter,
        mut on_page: impl FnMut(usize),
    ) -> Result<Vec<Room>, ServiceError> {
        let mut listed = Listed::default();
        let begun = self.walk(filter, &mut listed, None, &mut on_page).await?;
        if listed.pages > 1 && begun.is_some() {
            self.walk(filter, &mut listed, begun, &mut on_page).await?;
        }
        Ok(listed.rooms)
    }

    /// Reads the list as far as rooms were updated since then, or else to its end, and tells when the
    /// first of them was.
    async fn walk(
        &self,
        filter: &ListFilter,
        listed: &mut Listed,
        since: Option<DateTime>,
        on_page: &mut impl FnMut(usize),
    ) -> Result<Option<DateTime>, ServiceError> {
        let list = self
            .client
            .list_rooms()
            .set_name(filter.name.clone())
            .set_message_review_handler_uri(filter.uri.clone())
            .max_results(50);
        let mut newest = None;
        let mut tokens = HashSet::new();
        let mut next = None;
        while listed.pages < MAX_PAGES {
            let request = || list.clone().set_next_token(next.clone()).send();
            let page =
                self.persist(async || self.call(Operation::ListRooms, request()).await).await?;
            let mut updated = page.rooms.iter().filter_map(|room| room.update_time);
            let is_far_enough = updated.clone().any(|time| since.is_some_and(|since| time < since));
            newest = newest.or_else(|| updated.next());
            for summary in page.rooms {
                listed.add(convert::room(summary)?);
            }
            listed.pages += 1;
            on_page(listed.rooms.len());
            let token = page.next_token.filter(|token| !token.is_empty() && !is_far_enough);
            let Some(token) = token else { return Ok(newest) };
            if !tokens.insert(token.clone()) {
                break;
            }
            next = Some(token);
        }
        Err(ServiceError::unexpected("ListRooms comes to no end"))
    }

    /// Reads one room.
    pub(crate) async fn get_room(&self, arn: &RoomArn) -> Result<(Room, Details), ServiceError> {
        self.persist(async || self.try_get_room(arn).await).await
    }

    /// Makes an attempt at something, and again while that may help.
    pub(crate) async fn persist<T>(
        &self,
        attempt: impl AsyncFnMut() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.caller.persist(attempt).await
    }

    /// Makes an attempt to take something away, and again while that may help. That it is gone after an
    /// attempt without an answer is what was asked for.
    async fn persist_until_gone(
        &self,
        mut attempt: impl AsyncFnMut() -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        let mut is_unsure = false;
        let attempt = async || match attempt().await {
            Err(error) if error.kind == FailureKind::NotFound && is_unsure => Ok(()),
            Err(error) => {
                is_unsure |= error.is_unsure;
                Err(error)
            }
            done => done,
        };
        self.persist(attempt).await
    }

    /// Sends a request at its turn.
    async fn call<T, E>(
        &self,
        operation: Operation,
        request: impl Future<Output = Result<T, SdkError<E>>>,
    ) -> Result<T, ServiceError>
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        self.caller.call(&self.paces.of(operation), request).await
    }

    /// Reads one room, in one attempt.
    pub(crate) async fn try_get_room(
        &self,
        arn: &RoomArn,
    ) -> Result<(Room, Details), ServiceError> {
        let request = self.client.get_room().identifier(arn.as_str()).send();
        convert::room_with_details(arn, self.call(Operation::GetRoom, request).await?)
    }

    /// Wires a room, in one attempt, and tells how it is wired then. Nothing else of it is sent, so that
    /// nothing else changes; the two members of a wiring always are, since the service does not say what
    /// becomes of one that is left out.
    pub(crate) async fn try_update_wiring(
        &self,
        arn: &RoomArn,
        wiring: &Wiring,
    ) -> Result<Wiring, ServiceError> {
        let request = self
            .client
            .update_room()
            .identifier(arn.as_str())
            .message_review_handler(convert::handler(wiring))
            .send();
        let output = self.call(Operation::UpdateRoom, request).await?;
        convert::wiring(arn, output.message_review_handler)
    }
}
