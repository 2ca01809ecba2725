//! Operations on rooms.

use std::collections::hash_map::{Entry, HashMap};

use aws_sdk_ivschat::primitives::DateTime;
use aws_sdk_ivschat::types::RoomSummary;
use ivs_chat_review::provision::arn::RoomArn;
use ivs_chat_review::provision::room::{ListedRoom, ReviewHandler, Room};
use ivs_chat_review::provision::settings::{NewSettings, Settings};
use ivs_chat_review::provision::tags::Tags;
use serde::Serialize;

use super::convert;
use super::operation::Operation;
use super::pages::{PAGE_SIZE, Pages};
use super::{Service, ServiceError};

/// With 50 rooms per page, these are a million rooms: 20 times the default quota of an account.
const MAX_PAGES: usize = 20_000;

/// A filter of the service, which may return other rooms too.
#[derive(Default)]
pub(crate) struct ListFilter {
    /// Rooms with this name.
    pub(crate) name: Option<String>,
    /// Rooms with this handler.
    pub(crate) uri: Option<String>,
    /// Rooms with this logging configuration.
    pub(crate) logging: Option<String>,
}

/// Properties that GetRoom returns and ListRooms does not.
#[derive(Clone, Serialize)]
pub(crate) struct RoomDetails {
    /// Maximum length of a message, in code points.
    #[serde(rename = "maximumMessageLength")]
    pub(crate) max_length: Option<i32>,
    /// Maximum number of messages per second.
    #[serde(rename = "maximumMessageRatePerSecond")]
    pub(crate) max_rate: Option<i32>,
}

/// The properties of a room to create.
#[derive(Default)]
pub(crate) struct NewRoom {
    pub(crate) settings: NewSettings,
    pub(crate) tags: Tags,
    /// ARNs of the logging configurations.
    pub(crate) logging: Vec<String>,
    pub(crate) handler: Option<ReviewHandler>,
}

/// The part of a list that was read.
#[derive(Default)]
struct Listed {
    rooms: Vec<ListedRoom>,
    /// The index of each room in `rooms`.
    positions: HashMap<ListKey, usize>,
    pages: usize,
}

/// Identifies a room in a list that is read twice.
#[derive(PartialEq, Eq, Hash)]
enum ListKey {
    Arn(String),
    /// A room without an ARN is known by its other properties, and by how many rooms with the same
    /// ones were listed before it.
    Unnamed {
        name: String,
        created: Option<String>,
        before: usize,
    },
}

impl Listed {
    /// Adds a room, and returns whether it is new. It is listed twice if it is changed during
    /// reading; the later entry counts. `unnamed` counts the rooms without an ARN since the list
    /// was begun.
    fn add(&mut self, summary: RoomSummary, unnamed: &mut HashMap<String, usize>) -> bool {
        let room = convert::room(summary);
        let key = match &room.arn {
            Some(arn) => ListKey::Arn(arn.clone()),
            None => {
                let (name, created) = (room.name.clone(), room.created.clone());
                let count = unnamed.entry(format!("{created:?} {name}")).or_default();
                *count += 1;
                ListKey::Unnamed { name, created, before: *count - 1 }
            }
        };
        match self.positions.entry(key) {
            Entry::Occupied(position) => {
                self.rooms[*position.get()] = room;
                false
            }
            Entry::Vacant(position) => {
                position.insert(self.rooms.len());
                self.rooms.push(room);
                true
            }
        }
    }
}

impl Service {
    /// Reads the complete list, and then its beginning again. The room that was updated last comes
    /// first, so a room that another client changes during reading moves to pages that were already
    /// read. `on_page` receives the number of rooms so far.
    pub(crate) async fn list_rooms(
        &self,
        filter: &ListFilter,
        mut on_page: impl FnMut(usize),
    ) -> Result<Vec<ListedRoom>, ServiceError> {
        let mut listed = Listed::default();
        let newest = self.read_pages(filter, &mut listed, None, &mut on_page).await?;
        if listed.pages > 1 && newest.is_some() {
            self.read_pages(filter, &mut listed, newest, &mut on_page).await?;
        }
        Ok(listed.rooms)
    }

    /// Reads the list up to rooms that were updated before `since`, or to its end. Returns the
    /// update time of the first room.
    async fn read_pages(
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
            .set_logging_configuration_identifier(filter.logging.clone())
            .max_results(PAGE_SIZE);
        let mut newest = None;
        let mut unnamed = HashMap::new();
        let mut pages = Pages::new(Operation::ListRooms, MAX_PAGES);
        loop {
            let request = || list.clone().set_next_token(pages.token()).send();
            let page =
                self.retry(async || self.call(Operation::ListRooms, request()).await).await?;
            let mut updated = page.rooms.iter().filter_map(|room| room.update_time);
            let is_far_enough = updated.clone().any(|time| since.is_some_and(|since| time < since));
            newest = newest.or_else(|| updated.next());
            let mut is_new = false;
            for summary in page.rooms {
                is_new |= listed.add(summary, &mut unnamed);
            }
            listed.pages += 1;
            on_page(listed.rooms.len());
            if !pages.proceed(page.next_token.filter(|_| !is_far_enough), is_new)? {
                return Ok(newest);
            }
        }
    }

    /// Reads a room.
    pub(crate) async fn get_room(
        &self,
        arn: &RoomArn,
    ) -> Result<(Room, RoomDetails), ServiceError> {
        self.retry(async || self.try_get_room(arn).await).await
    }

    /// Reads a room, in one attempt.
    pub(crate) async fn try_get_room(
        &self,
        arn: &RoomArn,
    ) -> Result<(Room, RoomDetails), ServiceError> {
        let request = self.client.get_room().identifier(arn.as_str()).send();
        convert::room_with_details(arn, self.call(Operation::GetRoom, request).await?)
    }

    /// Creates a room. A request without an answer is not sent again: a request cannot identify the
    /// room, so there might be two.
    pub(crate) async fn create_room(
        &self,
        new: &NewRoom,
    ) -> Result<(Room, RoomDetails), ServiceError> {
        let NewRoom { settings, tags, logging, handler } = new;
        let request = self
            .client
            .create_room()
            .set_name(settings.name.as_ref().map(|name| name.as_str().to_owned()))
            .set_maximum_message_rate_per_second(settings.rate.map(|rate| rate.get()))
            .set_maximum_message_length(settings.length.map(|length| length.get()))
            .set_tags((!tags.is_empty()).then(|| convert::texts(tags)))
            .set_logging_configuration_identifiers((!logging.is_empty()).then(|| logging.clone()))
            .set_message_review_handler(handler.as_ref().map(convert::handler).transpose()?);
        let create = async || self.call(Operation::CreateRoom, request.clone().send()).await;
        convert::new_room(self.retry.retry_non_idempotent(create).await?, new)
    }

    /// Changes settings of a room and nothing else, in one attempt. Returns the new settings: those
    /// of the answer, and for each that it lacks the one sent, or the one before.
    pub(crate) async fn try_update_settings(
        &self,
        arn: &RoomArn,
        new: &NewSettings,
        before: &Settings,
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
        convert::check_updated_arn(arn.as_str(), output.arn.as_deref())?;
        let expected = new.applied_to(before);
        Ok(Settings {
            name: output.name.unwrap_or(expected.name),
            rate: output.maximum_message_rate_per_second.or(expected.rate),
            length: output.maximum_message_length.or(expected.length),
        })
    }

    /// Sets the list of logging configurations of a room and nothing else, in one attempt. Returns
    /// the new list.
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
        convert::check_updated_arn(arn.as_str(), output.arn.as_deref())?;
        // No member of an output is guaranteed to be present.
        Ok(output.logging_configuration_identifiers.unwrap_or_else(|| logging.to_vec()))
    }

    /// Sets the handler of a room, in one attempt, and returns the new handler. Nothing else is
    /// sent, so nothing else changes. Both members of the handler are always sent, because it is
    /// not documented what happens to an omitted one.
    pub(crate) async fn try_update_handler(
        &self,
        arn: &RoomArn,
        handler: &ReviewHandler,
    ) -> Result<ReviewHandler, ServiceError> {
        let request = self
            .client
            .update_room()
            .identifier(arn.as_str())
            .message_review_handler(convert::handler(handler)?)
            .send();
        let output = self.call(Operation::UpdateRoom, request).await?;
        convert::check_updated_arn(arn.as_str(), output.arn.as_deref())?;
        Ok(convert::answered_handler(output.message_review_handler, handler))
    }

    /// Deletes a room. A request without an answer is sent again: ARNs are never reused.
    pub(crate) async fn delete_room(&self, arn: &RoomArn) -> Result<(), ServiceError> {
        let request = self.client.delete_room().identifier(arn.as_str());
        let delete =
            async || self.call(Operation::DeleteRoom, request.clone().send()).await.map(drop);
        self.retry_deletion(delete).await
    }
}
