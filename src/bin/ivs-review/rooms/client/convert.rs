//! Conversions between the types of the SDK and those of this crate.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ivschat::operation::create_room::CreateRoomOutput;
use aws_sdk_ivschat::operation::get_room::GetRoomOutput;
use aws_sdk_ivschat::primitives::{DateTime, DateTimeFormat};
use aws_sdk_ivschat::types::{
    ChatTokenCapability, CloudWatchLogsDestinationConfiguration, DestinationConfiguration,
    FallbackResult, FirehoseDestinationConfiguration, LoggingConfigurationSummary,
    MessageReviewHandler, RoomSummary, S3DestinationConfiguration,
};
use ivs_chat_review::provision::arn::RoomArn;
use ivs_chat_review::provision::logging_configuration::{Destination, LoggingConfiguration};
use ivs_chat_review::provision::room::{Fallback, ListedRoom, ReviewHandler, Room};
use ivs_chat_review::provision::settings::Settings;
use ivs_chat_review::provision::token_capability::Capability;

use super::error::ServiceError;
use super::{NewRoom, RoomDetails};

/// Converts the output of three operations to a [`Room`]. Members that it lacks are empty, and its
/// handler is that of `expected`.
macro_rules! room {
    ($output:ident, $arn:expr, $expected:expr) => {
        Room {
            arn: $arn,
            id: $output.id,
            name: $output.name.unwrap_or_default(),
            handler: answered_handler($output.message_review_handler, $expected),
            tags: $output.tags.unwrap_or_default().into_iter().collect(),
            logging: $output.logging_configuration_identifiers.unwrap_or_default(),
            created: time($output.create_time),
            updated: time($output.update_time),
        }
    };
}

/// Converts a room of a list, with any ARN.
pub(super) fn room(summary: RoomSummary) -> ListedRoom {
    let arn = summary.arn.filter(|arn| !arn.is_empty());
    room!(summary, arn, &ReviewHandler::default())
}

pub(super) fn room_with_details(
    arn: &RoomArn,
    output: GetRoomOutput,
) -> Result<(Room, RoomDetails), ServiceError> {
    check_arn(arn.as_str(), output.arn.as_deref())?;
    let details = RoomDetails {
        max_length: output.maximum_message_length,
        max_rate: output.maximum_message_rate_per_second,
    };
    Ok((room!(output, arn.clone(), &ReviewHandler::default()), details))
}

/// Returns an error unless an answer is about the resource that was asked for. Without an ARN it may
/// come from anywhere, and what it lacks, such as a handler, is not known to be missing.
pub(super) fn check_arn(asked: &str, answered: Option<&str>) -> Result<(), ServiceError> {
    match answered {
        Some(arn) if arn == asked => Ok(()),
        Some(arn) => Err(ServiceError::unexpected(&format!("asked for {asked}, got `{arn}`"))),
        None => Err(ServiceError::unexpected(&format!("asked for {asked}, got no ARN"))),
    }
}

/// The same for an answer to an update, in which an absent member means unchanged.
pub(super) fn check_updated_arn(asked: &str, answered: Option<&str>) -> Result<(), ServiceError> {
    check_arn(asked, answered.or(Some(asked))).map_err(ServiceError::maybe_applied)
}

/// Converts the output of CreateRoom. Members that it lacks are as sent.
pub(super) fn new_room(
    mut output: CreateRoomOutput,
    sent: &NewRoom,
) -> Result<(Room, RoomDetails), ServiceError> {
    let arn = output.arn.take().unwrap_or_default();
    let arn = RoomArn::parse(&arn).map_err(|_| {
        ServiceError::unexpected(&format!("a room was created with the ARN `{arn}`"))
            .maybe_applied()
    })?;
    let settings = sent.settings.applied_to(&Settings::default());
    let details = RoomDetails {
        max_length: output.maximum_message_length.or(settings.length),
        max_rate: output.maximum_message_rate_per_second.or(settings.rate),
    };
    output.name.get_or_insert(settings.name);
    output.tags.get_or_insert_with(|| texts(&sent.tags));
    output.logging_configuration_identifiers.get_or_insert_with(|| sent.logging.clone());
    Ok((room!(output, arn, &sent.handler.clone().unwrap_or_default()), details))
}

pub(super) fn texts(texts: &BTreeMap<String, String>) -> HashMap<String, String> {
    texts.iter().map(|(name, text)| (name.clone(), text.clone())).collect()
}

pub(super) fn capability(capability: Capability) -> ChatTokenCapability {
    match capability {
        Capability::SendMessage => ChatTokenCapability::SendMessage,
        Capability::DeleteMessage => ChatTokenCapability::DeleteMessage,
        Capability::DisconnectUser => ChatTokenCapability::DisconnectUser,
    }
}

pub(super) fn time(time: Option<DateTime>) -> Option<String> {
    time?.fmt(DateTimeFormat::DateTime).ok()
}

/// Converts a logging configuration, with any ARN.
pub(super) fn logging(summary: LoggingConfigurationSummary) -> LoggingConfiguration {
    LoggingConfiguration {
        arn: summary.arn.filter(|arn| !arn.is_empty()),
        name: summary.name.unwrap_or_default(),
        destination: summary.destination_configuration.and_then(destination),
        state: summary.state.map(|state| state.to_string()).unwrap_or_default(),
        tags: summary.tags.unwrap_or_default().into_iter().collect(),
        create_time: time(summary.create_time),
        update_time: time(summary.update_time),
    }
}

/// Converts a destination without validation.
pub(super) fn destination(output: DestinationConfiguration) -> Option<Destination> {
    match output {
        DestinationConfiguration::S3(s3) => Some(Destination::S3 { bucket_name: s3.bucket_name }),
        DestinationConfiguration::CloudWatchLogs(logs) => {
            Some(Destination::CloudWatchLogs { log_group_name: logs.log_group_name })
        }
        DestinationConfiguration::Firehose(firehose) => {
            Some(Destination::Firehose { delivery_stream_name: firehose.delivery_stream_name })
        }
        _ => None,
    }
}

pub(super) fn destination_to_send(
    destination: &Destination,
) -> Result<DestinationConfiguration, ServiceError> {
    let built = match destination {
        Destination::S3 { bucket_name } => S3DestinationConfiguration::builder()
            .bucket_name(bucket_name)
            .build()
            .map(DestinationConfiguration::S3),
        Destination::CloudWatchLogs { log_group_name } => {
            CloudWatchLogsDestinationConfiguration::builder()
                .log_group_name(log_group_name)
                .build()
                .map(DestinationConfiguration::CloudWatchLogs)
        }
        Destination::Firehose { delivery_stream_name } => {
            FirehoseDestinationConfiguration::builder()
                .delivery_stream_name(delivery_stream_name)
                .build()
                .map(DestinationConfiguration::Firehose)
        }
    };
    built.map_err(|error| ServiceError::unexpected(&error.to_string()))
}

/// Converts the handler of an answer. Members that it lacks are those of `expected`. A room without
/// a handler has none, an empty one, or one with an empty `uri`.
pub(super) fn answered_handler(
    answered: Option<MessageReviewHandler>,
    expected: &ReviewHandler,
) -> ReviewHandler {
    let mut handler = expected.clone();
    let Some(answered) = answered else { return handler };
    handler.uri = answered.uri.unwrap_or(handler.uri);
    handler.fallback = match answered.fallback_result {
        None => handler.fallback,
        Some(FallbackResult::Allow) => Fallback::Allow,
        Some(FallbackResult::Deny) => Fallback::Deny,
        Some(other) => Fallback::Other(other.as_str().to_owned()),
    };
    handler
}

/// Converts a handler to send. An unknown fallback is never sent.
pub(super) fn handler(handler: &ReviewHandler) -> Result<MessageReviewHandler, ServiceError> {
    let fallback = match handler.fallback {
        Fallback::Allow => FallbackResult::Allow,
        Fallback::Deny => FallbackResult::Deny,
        Fallback::Other(_) => return Err(ServiceError::unknown_fallback(&handler.fallback)),
    };
    let builder = MessageReviewHandler::builder().uri(&handler.uri);
    Ok(builder.fallback_result(fallback).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review_handler(handler: Option<MessageReviewHandler>) -> ReviewHandler {
        answered_handler(handler, &ReviewHandler::default())
    }

    #[test]
    fn three_forms_of_no_handler() {
        let empty = MessageReviewHandler::builder();
        for none in [None, Some(empty.clone().build()), Some(empty.clone().uri("").build())] {
            assert_eq!(review_handler(none), ReviewHandler::default());
        }
    }

    #[test]
    fn handlers_round_trip_with_both_members() {
        for fallback in [Fallback::Allow, Fallback::Deny] {
            for uri in ["", "arn:aws:lambda:eu-west-1:123456789012:function:f"] {
                let sent = ReviewHandler { uri: uri.to_owned(), fallback: fallback.clone() };
                let output = handler(&sent).expect("it can be sent");
                assert!(output.uri.is_some() && output.fallback_result.is_some());
                assert_eq!(review_handler(Some(output)), sent);
            }
        }
    }

    #[test]
    fn unknown_values_are_kept_and_never_sent() {
        let strange = RoomSummary::builder().arn("urn:room").name("lobby").build();
        assert_eq!(room(strange).arn.as_deref(), Some("urn:room"));
        for absent in [RoomSummary::builder(), RoomSummary::builder().arn("")] {
            assert_eq!(room(absent.build()), ListedRoom::default());
        }
        let later = MessageReviewHandler::builder().fallback_result("HOLD".into()).build();
        let later = review_handler(Some(later));
        assert_eq!(later.fallback, Fallback::Other("HOLD".to_owned()));
        assert!(handler(&later).is_err());
    }
}
