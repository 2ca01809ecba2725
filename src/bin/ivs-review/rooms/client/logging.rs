//! Logging configurations.

use std::collections::HashSet;

use aws_sdk_ivschat::types::LoggingConfigurationSummary;
use ivs_chat_review::provision::arn::LoggingArn;
use ivs_chat_review::provision::logging_configuration::{Destination, LoggingConfiguration};
use ivs_chat_review::provision::name::Name;
use ivs_chat_review::provision::tags::Tags;

use super::convert;
use super::operation::Operation;
use super::{Service, ServiceError};

/// A page holds 50, so these are 5,000: 500 times what an account may have by default.
const MAX_PAGES: usize = 100;

/// What three operations tell of a logging configuration, as the list does.
macro_rules! summary {
    ($output:ident) => {
        LoggingConfigurationSummary::builder()
            .set_arn($output.arn)
            .set_name($output.name)
            .set_destination_configuration($output.destination_configuration)
            .set_state($output.state.map(|state| state.as_str().into()))
            .set_tags($output.tags)
            .set_create_time($output.create_time)
            .set_update_time($output.update_time)
            .build()
    };
}

impl Service {
    /// Makes a logging configuration. A request without an answer is not sent again: there might be two,
    /// of the ten that an account may have.
    pub(crate) async fn create_logging(
        &self,
        name: Option<&Name>,
        destination: &Destination,
        tags: &Tags,
    ) -> Result<LoggingConfiguration, ServiceError> {
        let request = self
            .client
            .create_logging_configuration()
            .set_name(name.map(|name| name.as_str().to_owned()))
            .destination_configuration(convert::destination_to_send(destination)?)
            .set_tags((!tags.is_empty()).then(|| convert::texts(tags)));
        let create =
            async || self.call(Operation::CreateLoggingConfiguration, request.clone().send()).await;
        let made = self.caller.persist_once(create).await?;
        convert::logging(summary!(made))
    }

    /// Reads the list of logging configurations to its end.
    pub(crate) async fn list_logging(&self) -> Result<Vec<LoggingConfiguration>, ServiceError> {
        let list = self.client.list_logging_configurations().max_results(50);
        let mut all = Vec::new();
        let mut tokens = HashSet::new();
        let mut next = None;
        for _ in 0..MAX_PAGES {
            let request = list.clone().set_next_token(next.clone());
            let read = async || {
                self.call(Operation::ListLoggingConfigurations, request.clone().send()).await
            };
            let page = self.persist(read).await?;
            for summary in page.logging_configurations {
                all.push(convert::logging(summary)?);
            }
            let token = page.next_token.filter(|token| !token.is_empty());
            let Some(token) = token else { return Ok(all) };
            if !tokens.insert(token.clone()) {
                break;
            }
            next = Some(token);
        }
        Err(ServiceError::unexpected("ListLoggingConfigurations comes to no end"))
    }

    /// Reads one, in one attempt.
    pub(crate) async fn try_get_logging(
        &self,
        arn: &LoggingArn,
    ) -> Result<LoggingConfiguration, ServiceError> {
        let request = self.client.get_logging_configuration().identifier(arn.as_str()).send();
        let there = self.call(Operation::GetLoggingConfiguration, request).await?;
        convert::logging(summary!(there))
    }

    /// Gives one another name or destination, in one attempt, and tells how it is then. What is not named
    /// is not sent.
    pub(crate) async fn try_update_logging(
        &self,
        arn: &LoggingArn,
        name: Option<&Name>,
        destination: Option<&Destination>,
    ) -> Result<LoggingConfiguration, ServiceError> {
        let destination = destination.map(convert::destination_to_send).transpose()?;
        let request = self
            .client
            .update_logging_configuration()
            .identifier(arn.as_str())
            .set_name(name.map(|name| name.as_str().to_owned()))
            .set_destination_configuration(destination)
            .send();
        let there = self.call(Operation::UpdateLoggingConfiguration, request).await?;
        convert::logging(summary!(there))
    }

    /// Deletes one. A request without an answer is sent again: no other ever has that ARN.
    pub(crate) async fn delete_logging(&self, arn: &LoggingArn) -> Result<(), ServiceError> {
        let request = self.client.delete_logging_configuration().identifier(arn.as_str());
        let delete = async || {
            self.call(Operation::DeleteLoggingConfiguration, request.clone().send()).await.map(drop)
        };
        self.persist_until_gone(delete).await
    }
}
