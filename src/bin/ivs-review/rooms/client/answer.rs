//! Checks that an answer comes from IVS Chat: [`AnswerCheck`].
//!
//! The SDK accepts every status from 200 to 299, does not read the body of an operation without
//! output, reads an empty body as an object without members, and takes a missing list for an empty
//! one. A proxy, or the endpoint of another service, would thus confirm requests that IVS Chat never
//! received.

use std::error::Error;
use std::fmt;

use aws_sdk_ivs::operation::list_channels::ListChannelsOutput;
use aws_sdk_ivs::operation::list_streams::ListStreamsOutput;
use aws_sdk_ivschat::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextMut,
};
use aws_sdk_ivschat::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ivschat::error::BoxError;
use aws_sdk_ivschat::operation::delete_logging_configuration::DeleteLoggingConfigurationOutput;
use aws_sdk_ivschat::operation::delete_room::DeleteRoomOutput;
use aws_sdk_ivschat::operation::list_logging_configurations::ListLoggingConfigurationsOutput;
use aws_sdk_ivschat::operation::list_rooms::ListRoomsOutput;
use aws_sdk_ivschat::operation::list_tags_for_resource::ListTagsForResourceOutput;
use serde_json::{Map, Value};

use super::body;

/// Rejects successful answers that the service model does not allow: deletions are answered with
/// 204, and all other requests with 200 and a JSON object. Lists must be present, because one that
/// is missing may not be empty.
#[derive(Debug)]
pub(super) struct AnswerCheck;

/// An answer that the service model does not allow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnexpectedAnswer {
    status: u16,
    expected: String,
    /// Whether another attempt would get the same: the body is JSON, or the status is unexpected.
    pub(super) is_permanent: bool,
}

/// What an operation is answered with.
#[derive(Clone, Copy)]
enum Expected {
    /// 204 without a body.
    Nothing,
    /// 200 with a JSON object.
    Object,
    /// 200 with a JSON object that has this member.
    ObjectWith(&'static str),
}

impl Intercept for AnswerCheck {
    fn name(&self) -> &'static str {
        "AnswerCheck"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        body::limit(context.response_mut().body_mut());
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // An error has a status and a body of its own.
        let Ok(output) = context.output_or_error() else { return Ok(()) };
        let expected = if output.downcast_ref::<DeleteRoomOutput>().is_some()
            || output.downcast_ref::<DeleteLoggingConfigurationOutput>().is_some()
        {
            Expected::Nothing
        } else if output.downcast_ref::<ListRoomsOutput>().is_some() {
            Expected::ObjectWith("rooms")
        } else if output.downcast_ref::<ListLoggingConfigurationsOutput>().is_some() {
            Expected::ObjectWith("loggingConfigurations")
        } else if output.downcast_ref::<ListChannelsOutput>().is_some() {
            Expected::ObjectWith("channels")
        } else if output.downcast_ref::<ListStreamsOutput>().is_some() {
            Expected::ObjectWith("streams")
        } else if output.downcast_ref::<ListTagsForResourceOutput>().is_some() {
            Expected::ObjectWith("tags")
        } else {
            Expected::Object
        };
        let answer = context.response();
        let body = answer.body().bytes().unwrap_or_default();
        Ok(check(answer.status().as_u16(), body, expected)?)
    }
}

fn check(status: u16, body: &[u8], expected: Expected) -> Result<(), UnexpectedAnswer> {
    if let (Expected::Nothing, 204) = (expected, status) {
        return Ok(());
    }
    let json = serde_json::from_slice(body).ok();
    let object: Option<&Map<String, Value>> = json.as_ref().and_then(Value::as_object);
    let is_valid = status == 200
        && match expected {
            Expected::Nothing => false,
            Expected::Object => object.is_some(),
            Expected::ObjectWith(name) => {
                object.is_some_and(|object| object.get(name).is_some_and(|list| !list.is_null()))
            }
        };
    if is_valid {
        return Ok(());
    }
    let expected = match expected {
        Expected::Nothing => "204".to_owned(),
        Expected::Object => "200 with a JSON object".to_owned(),
        Expected::ObjectWith(name) => format!("200 with a JSON object with `{name}`"),
    };
    let is_permanent = json.is_some() || status != 200;
    Err(UnexpectedAnswer { status, expected, is_permanent })
}

impl fmt::Display for UnexpectedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UnexpectedAnswer { status, expected, .. } = self;
        write!(f, "unexpected answer: HTTP {status}, expected {expected}, as from AWS")
    }
}

impl Error for UnexpectedAnswer {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_of_the_model_are_accepted() {
        for (status, body, object, deletion) in [
            (200, "{}", true, false),
            (200, " \r\n{\"id\": [1]}\n", true, false),
            (201, "{}", false, false),
            (202, "{}", false, false),
            (204, "", false, true),
            (200, "", false, false),
            (200, "<html>", false, false),
            (200, "null", false, false),
            (200, "[]", false, false),
            (200, "\"{}\"", false, false),
            (200, "{", false, false),
            (200, "{}{}", false, false),
        ] {
            let accepts = |expected| check(status, body.as_bytes(), expected).is_ok();
            assert_eq!(accepts(Expected::Object), object, "{status} {body}");
            assert_eq!(accepts(Expected::Nothing), deletion, "{status} {body}");
        }
        for (body, list) in [
            (r#"{"rooms":[]}"#, true),
            (r#"{"rooms":null}"#, false),
            (r#"{"message":"hello"}"#, false),
            ("{}", false),
        ] {
            let accepts = check(200, body.as_bytes(), Expected::ObjectWith("rooms")).is_ok();
            assert_eq!(accepts, list, "{body}");
        }
        let is_permanent = |status: u16, body: &str| {
            let checked = check(status, body.as_bytes(), Expected::ObjectWith("rooms"));
            checked.map_err(|error| error.is_permanent)
        };
        for (status, body, expected) in [
            (200, "{}", true),
            (200, "null", true),
            (200, "", false),
            (200, "<html>", false),
            (200, "{", false),
            (204, "", true),
            (206, "{", true),
        ] {
            assert_eq!(is_permanent(status, body), Err(expected), "{status} {body}");
        }
    }
}
