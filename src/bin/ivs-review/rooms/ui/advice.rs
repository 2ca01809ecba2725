//! What an operator does about a service that refuses or does not answer.

use crate::rooms::client::{FailureKind, ServiceError};

/// What to do about a failure of that kind, if anything is known to help.
pub(crate) fn advice(kind: FailureKind) -> Option<&'static str> {
    match kind {
        FailureKind::AccessDenied => Some(
            "each operation needs the permission of its name, such as ivschat:GetRoom; docs/provisioning.md has the policy, and which commands need what",
        ),
        FailureKind::Unverified => Some(
            "AWS has yet to verify this account, whatever its permissions are: wait, or ask AWS Support",
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
        FailureKind::Conflict => Some(
            "a logging configuration that a room still has cannot be deleted: `ivs-review rooms list --details` tells its rooms, and `ivs-review rooms logging detach` takes it from them; or somebody else is changing it, so try again later",
        ),
        FailureKind::Quota => {
            Some("delete what is not needed any longer, or ask AWS for a higher quota")
        }
        FailureKind::NotFound | FailureKind::Refused | FailureKind::Stopped => None,
    }
}

/// An error that ends the command, with what to do about it.
pub(crate) fn explained(error: &ServiceError) -> anyhow::Error {
    const WHAT_THERE_IS: &str =
        "`ivs-review rooms list` and `ivs-review rooms logging list` show all there are";
    let missing = (error.kind == FailureKind::NotFound).then_some(WHAT_THERE_IS);
    match advice(error.kind).or(missing) {
        Some(advice) => anyhow::anyhow!("{error}; {advice}"),
        None => anyhow::anyhow!("{error}"),
    }
}

/// The same for what can be asked for again without harm, if it may have been done.
pub(crate) fn explained_change(error: &ServiceError) -> anyhow::Error {
    match error.is_unsure {
        true => in_doubt(error),
        false => explained(error),
    }
}

/// The same where nobody knows whether what was asked was done, and to ask again does no harm.
pub(crate) fn in_doubt(error: &ServiceError) -> anyhow::Error {
    anyhow::anyhow!(
        "{:#}; what was sent may have come about or not: the same command again makes sure",
        explained(error)
    )
}

/// The same where to ask again might do it twice.
pub(crate) fn unsure(error: &ServiceError, what: &str, who_tells: &str) -> anyhow::Error {
    anyhow::anyhow!(
        "{error}; {what}, and it was not tried again: {who_tells} tells, so look there first"
    )
}
