//! Rooms, listed, read, made, set, wired and deleted.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};

use aws_sdk_ivschat::primitives::DateTime;
use ivs_chat_review::provision::arn::RoomArn;
use ivs_chat_review::provision::room::{Room, Wiring};
use ivs_chat_review::provision::settings::{NewSettings, Settings};
use ivs_chat_review::provision::tags::Tags;
use serde::Serialize;

use super::convert;
use super::operation::Operation;
use super::{Service, ServiceError};

/// A page holds 50 rooms, so these are a million: twenty times what an account may have by default.
const MAX_PAGES: usize = 20_000;

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

/// A room that is to be made.
#[derive(Default)]
pub(crate) struct NewRoom {
    pub(crate) settings: NewSettings,
    pub(crate) tags: Tags,
    /// ARNs of logging configurations.
    pub(crate) logging: Vec<String>,
    pub(crate) wiring: Option<Wiring>,
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

    /// Reads one room, in one attempt.
    pub(crate) async fn try_get_room(
        &self,
        arn: &RoomArn,
    ) -> Result<(Room, Details), ServiceError> {
        let request = self.client.get_room().identifier(arn.as_str()).send();
        convert::room_with_details(arn, self.call(Operation::GetRoom, request).await?)
    }

    /// Makes a room. A request without an answer is not sent again: rooms are told apart by nothing that
    /// a request could say, so that there might be two.
    pub(crate) async fn create_room(&self, new: &NewRoom) -> Result<(Room, Details), ServiceError> {
        let NewRoom { settings, tags, logging, wiring } = new;
        let request = self
            .client
            .create_room()
            .set_name(settings.name.as_ref().map(|name| name.as_str().to_owned()))
            .set_maximum_message_rate_per_second(settings.rate.map(|rate| rate.get()))
            .set_maximum_message_length(settings.length.map(|length| length.get()))
            .set_tags((!tags.is_empty()).then(|| convert::texts(tags)))
            .set_logging_configuration_identifiers((!logging.is_empty()).then(|| logging.clone()))
            .set_message_review_handler(wiring.as_ref().map(convert::handler));
        let create = async || self.call(Operation::CreateRoom, request.clone().send()).await;
        convert::new_room(self.caller.persist_once(create).await?)
    }

    /// Sets what is to be set of a room and nothing else, in one attempt, and tells how it is set then.
    pub(crate) async fn try_update_settings(
        &self,
        arn: &RoomArn,
        new: &NewSettings,
    ) -> Result<Settings, ServiceError> {
        let request = self
            .client
            .update_room()
            .identifier(arn.as_str())
            .set_name(new.name.as_ref().map(|name| name.as_str().to_owned()))
            .set_maximum_message_rate_per_second(new.rate.map(|rate| rate.get()))
            .set_maximum_message_length(new.length.map(|length| length.get()))
            .send();
        let output = self.call(Operation::UpdateRoom, request).await?;
        Ok(Settings {
            name: output.name.unwrap_or_default(),
            rate: output.maximum_message_rate_per_second,
            length: output.maximum_message_length,
        })
    }

    /// Sets the whole list of a room's logging configurations and nothing else, in one attempt, and tells
    /// it as it is then.
    pub(crate) async fn try_update_attachments(
        &self,
        arn: &RoomArn,
        logging: &[String],
    ) -> Result<Vec<String>, ServiceError> {
        let request = self
            .client
            .update_room()
            .identifier(arn.as_str())
            .set_logging_configuration_identifiers(Some(logging.to_vec()))
            .send();
        let output = self.call(Operation::UpdateRoom, request).await?;
        // No member of an answer is said to be always there.
        Ok(output.logging_configuration_identifiers.unwrap_or_else(|| logging.to_vec()))
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

    /// Deletes a room. A request without an answer is sent again: no other room ever has that ARN.
    pub(crate) async fn delete_room(&self, arn: &RoomArn) -> Result<(), ServiceError> {
        let request = self.client.delete_room().identifier(arn.as_str());
        let delete =
            async || self.call(Operation::DeleteRoom, request.clone().send()).await.map(drop);
        self.persist_until_gone(delete).await
    }
}
