//! Rooms and logging configurations as the service tells them, and as we do.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ivschat::operation::create_room::CreateRoomOutput;
use aws_sdk_ivschat::operation::get_room::GetRoomOutput;
use aws_sdk_ivschat::primitives::{DateTime, DateTimeFormat};
use aws_sdk_ivschat::types::{
    ChatTokenCapability, CloudWatchLogsDestinationConfiguration, DestinationConfiguration,
    FallbackResult, FirehoseDestinationConfiguration, LoggingConfigurationSummary,
    MessageReviewHandler, RoomSummary, S3DestinationConfiguration,
};
use ivs_chat_review::provision::arn::{LoggingArn, RoomArn};
use ivs_chat_review::provision::logging_configuration::{Destination, LoggingConfiguration};
use ivs_chat_review::provision::room::{Fallback, Room, Wiring};
use ivs_chat_review::provision::token_capability::Capability;

use super::Details;
use super::error::ServiceError;

/// What two operations tell of a room by itself.
macro_rules! details {
    ($output:ident) => {
        Details {
            max_length: $output.maximum_message_length,
            max_rate: $output.maximum_message_rate_per_second,
            logging: $output.logging_configuration_identifiers.unwrap_or_default(),
            created: time($output.create_time),
            updated: time($output.update_time),
        }
    };
}

pub(super) fn room(summary: RoomSummary) -> Result<Room, ServiceError> {
    let arn = summary.arn.unwrap_or_default();
    let arn = RoomArn::parse(&arn).map_err(|_| {
        ServiceError::unexpected(&format!("the list has a room with the ARN `{arn}`"))
    })?;
    named(arn, summary.name, summary.message_review_handler, summary.tags)
}

pub(super) fn room_with_details(
    arn: &RoomArn,
    output: GetRoomOutput,
) -> Result<(Room, Details), ServiceError> {
    let details = details!(output);
    let room = named(arn.clone(), output.name, output.message_review_handler, output.tags)?;
    Ok((room, details))
}

/// A room that was just made.
pub(super) fn new_room(output: CreateRoomOutput) -> Result<(Room, Details), ServiceError> {
    let arn = output.arn.unwrap_or_default();
    let arn = RoomArn::parse(&arn).map_err(|_| {
        ServiceError::unexpected(&format!("a room was made, and its ARN is told as `{arn}`"))
    })?;
    let details = details!(output);
    Ok((named(arn, output.name, output.message_review_handler, output.tags)?, details))
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

pub(super) fn logging(
    summary: LoggingConfigurationSummary,
) -> Result<LoggingConfiguration, ServiceError> {
    let arn = summary.arn.unwrap_or_default();
    let arn = LoggingArn::parse(&arn).map_err(|_| {
        let problem = format!("there is a logging configuration with the ARN `{arn}`");
        ServiceError::unexpected(&problem)
    })?;
    Ok(LoggingConfiguration {
        arn,
        name: summary.name.unwrap_or_default(),
        destination: summary.destination_configuration.and_then(destination),
        state: summary.state.map(|state| state.to_string()).unwrap_or_default(),
        tags: summary.tags.unwrap_or_default().into_iter().collect(),
        create_time: time(summary.create_time),
        update_time: time(summary.update_time),
    })
}

/// What the service has is not checked again.
fn destination(there: DestinationConfiguration) -> Option<Destination> {
    match there {
        DestinationConfiguration::S3(there) => {
            Some(Destination::S3 { bucket_name: there.bucket_name })
        }
        DestinationConfiguration::CloudWatchLogs(there) => {
            Some(Destination::CloudWatchLogs { log_group_name: there.log_group_name })
        }
        DestinationConfiguration::Firehose(there) => {
            Some(Destination::Firehose { delivery_stream_name: there.delivery_stream_name })
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

fn named(
    arn: RoomArn,
    name: Option<String>,
    handler: Option<MessageReviewHandler>,
    tags: Option<HashMap<String, String>>,
) -> Result<Room, ServiceError> {
    let wiring = wiring(&arn, handler)?;
    let tags = tags.unwrap_or_default().into_iter().collect();
    Ok(Room { arn, name: name.unwrap_or_default(), wiring, tags })
}

/// A room without a handler has none, an empty one, or one with an empty uri.
pub(super) fn wiring(
    arn: &RoomArn,
    handler: Option<MessageReviewHandler>,
) -> Result<Wiring, ServiceError> {
    let Some(MessageReviewHandler { uri, fallback_result, .. }) = handler else {
        return Ok(Wiring::default());
    };
    let fallback = match fallback_result {
        None => Fallback::default(),
        Some(FallbackResult::Allow) => Fallback::Allow,
        Some(FallbackResult::Deny) => Fallback::Deny,
        // To send it on as one of the two would change it.
        Some(other) => {
            let problem = format!("{arn} has the fallback `{other}`, neither ALLOW nor DENY");
            return Err(ServiceError::unexpected(&problem));
        }
    };
    Ok(Wiring { uri: uri.unwrap_or_default(), fallback })
}

pub(super) fn handler(wiring: &Wiring) -> MessageReviewHandler {
    MessageReviewHandler::builder()
        .uri(&wiring.uri)
        .fallback_result(match wiring.fallback {
            Fallback::Allow => FallbackResult::Allow,
            Fallback::Deny => FallbackResult::Deny,
        })
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(handler: Option<MessageReviewHandler>) -> Result<Wiring, ServiceError> {
        let arn = RoomArn::parse("arn:aws:ivschat:eu-west-1:123456789012:room/a");
        wiring(&arn.expect("it is one"), handler)
    }

    #[test]
    fn no_handler_is_told_in_three_ways() {
        let empty = MessageReviewHandler::builder();
        for none in [None, Some(empty.clone().build()), Some(empty.clone().uri("").build())] {
            assert_eq!(read(none).expect("it is fine"), Wiring::default());
        }
    }

    #[test]
    fn a_wiring_is_sent_whole_and_comes_back_the_same() {
        for fallback in [Fallback::Allow, Fallback::Deny] {
            for uri in ["", "arn:aws:lambda:eu-west-1:123456789012:function:f"] {
                let sent = Wiring { uri: uri.to_owned(), fallback };
                assert!(handler(&sent).uri.is_some() && handler(&sent).fallback_result.is_some());
                assert_eq!(read(Some(handler(&sent))).expect("it is fine"), sent);
            }
        }
    }

    #[test]
    fn nothing_is_left_out_or_guessed() {
        let strange = RoomSummary::builder().arn("arn:aws:ivschat:eu-west-1:1:stage/a").build();
        assert!(room(strange).is_err());
        assert!(room(RoomSummary::builder().name("lobby").build()).is_err());
        let later = MessageReviewHandler::builder().fallback_result("HOLD".into()).build();
        assert!(read(Some(later)).is_err());
    }
}
