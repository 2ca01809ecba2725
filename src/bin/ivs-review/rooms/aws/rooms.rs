//! Rooms, made, set and deleted.

use ivs_chat_review::rooms::arn::RoomArn;
use ivs_chat_review::rooms::room::{Room, Wiring};
use ivs_chat_review::rooms::settings::{NewSettings, Settings};
use ivs_chat_review::rooms::tags::Tags;

use super::operation::Operation;
use super::{Details, Service, ServiceError, convert};

/// A room that is to be made.
#[derive(Default)]
pub(crate) struct NewRoom {
    pub(crate) settings: NewSettings,
    pub(crate) tags: Tags,
    /// ARNs of logging configurations.
    pub(crate) logging: Vec<String>,
    pub(crate) wiring: Option<Wiring>,
}

impl Service {
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

    /// Deletes a room. A request without an answer is sent again: no other room ever has that ARN.
    pub(crate) async fn delete_room(&self, arn: &RoomArn) -> Result<(), ServiceError> {
        let request = self.client.delete_room().identifier(arn.as_str());
        let delete =
            async || self.call(Operation::DeleteRoom, request.clone().send()).await.map(drop);
        self.persist_until_gone(delete).await
    }
}
