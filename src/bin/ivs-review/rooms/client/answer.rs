//! Checks that an answer comes from IVS Chat: [`AnswerCheck`].
//!
//! The SDK accepts every status from 200 to 299, does not read the body of an operation without
//! output, and reads an empty body as an object without members. A proxy, or the endpoint of
//! another service, would thus confirm requests that IVS Chat never received.

use std::error::Error;
use std::fmt;

use aws_sdk_ivschat::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_ivschat::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ivschat::error::BoxError;
use aws_sdk_ivschat::operation::delete_logging_configuration::DeleteLoggingConfigurationOutput;
use aws_sdk_ivschat::operation::delete_room::DeleteRoomOutput;
use serde::de::IgnoredAny;

/// Rejects successful answers that the service model does not allow: deletions are answered with
/// 204, and all other requests with 200 and a JSON object.
#[derive(Debug)]
pub(super) struct AnswerCheck;

/// An answer that the service model does not allow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnexpectedAnswer {
    status: u16,
    expected: &'static str,
}

impl Intercept for AnswerCheck {
    fn name(&self) -> &'static str {
        "AnswerCheck"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // An error has a status and a body of its own.
        let Ok(output) = context.output_or_error() else { return Ok(()) };
        let is_deletion = output.downcast_ref::<DeleteRoomOutput>().is_some()
            || output.downcast_ref::<DeleteLoggingConfigurationOutput>().is_some();
        let answer = context.response();
        let body = answer.body().bytes().unwrap_or_default();
        Ok(check(answer.status().as_u16(), body, is_deletion)?)
    }
}

fn check(status: u16, body: &[u8], is_deletion: bool) -> Result<(), UnexpectedAnswer> {
    let is_valid = if is_deletion { status == 204 } else { status == 200 && is_object(body) };
    let expected = if is_deletion { "204" } else { "200 with a JSON object" };
    if is_valid { Ok(()) } else { Err(UnexpectedAnswer { status, expected }) }
}

fn is_object(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

impl fmt::Display for UnexpectedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UnexpectedAnswer { status, expected } = self;
        write!(f, "unexpected answer: HTTP {status}, expected {expected}, as from IVS Chat")
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
            assert_eq!(check(status, body.as_bytes(), false).is_ok(), object, "{status} {body}");
            assert_eq!(check(status, body.as_bytes(), true).is_ok(), deletion, "{status} {body}");
        }
    }
}
