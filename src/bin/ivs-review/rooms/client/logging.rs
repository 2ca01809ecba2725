//! Operations on logging configurations.

use aws_sdk_ivschat::types::LoggingConfigurationSummary;
use ivs_chat_review::provision::arn::LoggingArn;
use ivs_chat_review::provision::logging_configuration::{Destination, LoggingConfiguration};
use ivs_chat_review::provision::name::Name;
use ivs_chat_review::provision::tags::Tags;

use super::convert;
use super::operation::Operation;
use super::pages::{PAGE_SIZE, Pages};
use super::{Service, ServiceError};

/// With 50 per page, these are 5,000: 500 times the default quota of an account.
const MAX_PAGES: usize = 100;

/// The answer to an update; `None` means unchanged.
pub(crate) struct LoggingAnswer {
    pub(crate) name: Option<String>,
    /// The inner value is `None` if the kind of destination is unknown.
    pub(crate) destination: Option<Option<Destination>>,
    pub(crate) state: Option<String>,
}

/// Converts the output of two operations to the type of list entries.
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
    /// Creates a logging configuration. A request without an answer is not sent again: it might
    /// create two, and an account may only have ten.
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
        let mut created = self.retry.retry_non_idempotent(create).await?;
        // Members that the answer lacks are as sent.
        created.name = created.name.or_else(|| name.map(|name| name.as_str().to_owned()));
        if created.destination_configuration.is_none() {
            created.destination_configuration = Some(convert::destination_to_send(destination)?);
        }
        created.tags = created.tags.or_else(|| Some(convert::texts(tags)));
        let created = convert::logging(summary!(created));
        match created.arn.as_deref().map(LoggingArn::parse) {
            Some(Ok(_)) => Ok(created),
            _ => {
                let arn = created.arn.unwrap_or_default();
                let problem = format!("a logging configuration was created with the ARN `{arn}`");
                Err(ServiceError::unexpected(&problem).maybe_applied())
            }
        }
    }

    /// Returns all logging configurations.
    pub(crate) async fn list_logging(&self) -> Result<Vec<LoggingConfiguration>, ServiceError> {
        let list = self.client.list_logging_configurations().max_results(PAGE_SIZE);
        let mut all = Vec::new();
        let mut pages = Pages::new(Operation::ListLoggingConfigurations, MAX_PAGES);
        loop {
            let request = list.clone().set_next_token(pages.token());
            let read = async || {
                self.call(Operation::ListLoggingConfigurations, request.clone().send()).await
            };
            let page = self.retry(read).await?;
            let before = all.len();
            for configuration in page.logging_configurations.into_iter().map(convert::logging) {
                if configuration.arn.is_none() || !all.contains(&configuration) {
                    all.push(configuration);
                }
            }
            if !pages.proceed(page.next_token, all.len() > before)? {
                return Ok(all);
            }
        }
    }

    /// Reads a logging configuration, in one attempt.
    pub(crate) async fn try_get_logging(
        &self,
        arn: &LoggingArn,
    ) -> Result<LoggingConfiguration, ServiceError> {
        let request = self.client.get_logging_configuration().identifier(arn.as_str()).send();
        let output = self.call(Operation::GetLoggingConfiguration, request).await?;
        convert::check_arn(arn.as_str(), output.arn.as_deref())?;
        Ok(convert::logging(summary!(output)))
    }

    /// Changes the name or destination, in one attempt, and returns the properties of the answer.
    /// Only changed properties are sent.
    pub(crate) async fn try_update_logging(
        &self,
        arn: &LoggingArn,
        name: Option<&Name>,
        destination: Option<&Destination>,
    ) -> Result<LoggingAnswer, ServiceError> {
        let destination = destination.map(convert::destination_to_send).transpose()?;
        let request = self
            .client
            .update_logging_configuration()
            .identifier(arn.as_str())
            .set_name(name.map(|name| name.as_str().to_owned()))
            .set_destination_configuration(destination)
            .send();
        let output = self.call(Operation::UpdateLoggingConfiguration, request).await?;
        convert::check_updated_arn(arn.as_str(), output.arn.as_deref())?;
        Ok(LoggingAnswer {
            name: output.name,
            destination: output.destination_configuration.map(convert::destination),
            state: output.state.map(|state| state.to_string()),
        })
    }

    /// Deletes a logging configuration. A request without an answer is sent again: ARNs are never
    /// reused.
    pub(crate) async fn delete_logging(&self, arn: &LoggingArn) -> Result<(), ServiceError> {
        let request = self.client.delete_logging_configuration().identifier(arn.as_str());
        let delete = async || {
            self.call(Operation::DeleteLoggingConfiguration, request.clone().send()).await.map(drop)
        };
        self.retry_deletion(delete).await
    }
}
