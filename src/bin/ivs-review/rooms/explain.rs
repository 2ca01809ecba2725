//! What an operator does about a service that refuses or does not answer.

use super::aws::{FailureKind, ServiceError};

/// What to do about a failure of that kind, if anything is known to help.
pub(crate) fn advice(kind: FailureKind) -> Option<&'static str> {
    match kind {
        FailureKind::AccessDenied => Some(
            "who looks at rooms needs ivschat:ListRooms and ivschat:GetRoom, who changes them ivschat:UpdateRoom as well; the README has the policy",
        ),
        FailureKind::LambdaPermission => Some(
            "IVS Chat may not invoke the function: it is not there, or the permission that the stack makes is missing or for another version or alias; right after a deploy, wait a few minutes",
        ),
        FailureKind::Throttled => {
            Some("others use up the calls of this account; try a lower --rate, or again later")
        }
        FailureKind::Unavailable => Some(
            "look at the network, HTTPS_PROXY and AWS_ENDPOINT_URL_IVSCHAT, or try again later",
        ),
        // Its message says what to do already.
        FailureKind::Credentials => None,
        FailureKind::NotFound | FailureKind::Refused | FailureKind::Stopped => None,
    }
}

/// An error that ends the command, with what to do about it.
pub(crate) fn explained(error: &ServiceError) -> anyhow::Error {
    match advice(error.kind) {
        Some(advice) => anyhow::anyhow!("{error}; {advice}"),
        None => anyhow::anyhow!("{error}"),
    }
}
