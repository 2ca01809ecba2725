//! Errors of the service, with advice for the operator.

use crate::rooms::client::{FailureKind, ServiceError};

/// Returns advice for a kind of failure, if there is any.
pub(crate) fn advice(kind: FailureKind) -> Option<&'static str> {
    match kind {
        FailureKind::AccessDenied => Some(
            "each operation needs its own permission, such as ivschat:GetRoom; see \"Permissions\" in docs/provisioning.md",
        ),
        FailureKind::Unverified => {
            Some("AWS has not verified this account yet: wait, or contact AWS Support")
        }
        FailureKind::LambdaPermission => Some(
            "IVS Chat has no permission to invoke the function: it does not exist, or the permission that the stack creates is missing or is for another version or alias; after a deployment, wait a few minutes",
        ),
        FailureKind::Throttled => Some(
            "other clients use the quota of this account too: use a lower --rate, or try again later",
        ),
        FailureKind::Unavailable => {
            Some("check the network, HTTPS_PROXY and AWS_ENDPOINT_URL_IVSCHAT, or try again later")
        }
        // The message already contains advice.
        FailureKind::Credentials => None,
        FailureKind::Conflict => Some(
            "a logging configuration that is attached to rooms cannot be deleted: find them with `ivs-review rooms list --details` and use `ivs-review rooms logging detach`; if it is being changed, try again later",
        ),
        FailureKind::Quota => Some("delete unused resources, or request a higher quota from AWS"),
        FailureKind::NotFound
        | FailureKind::NotBroadcasting
        | FailureKind::Rejected
        | FailureKind::Interrupted => None,
    }
}

/// Returns an error that ends the command, with advice.
pub(crate) fn advised(error: &ServiceError) -> anyhow::Error {
    const HOW_TO_LIST: &str =
        "`ivs-review rooms list` and `ivs-review rooms logging list` show what exists";
    let missing = (error.kind == FailureKind::NotFound).then_some(HOW_TO_LIST);
    match advice(error.kind).or(missing) {
        Some(advice) => anyhow::anyhow!("{error}; {advice}"),
        None => anyhow::anyhow!("{error}"),
    }
}

/// The same for a request that can safely be repeated and may have been applied.
pub(crate) fn advised_change(error: &ServiceError) -> anyhow::Error {
    match error.may_be_applied {
        true => advised_unknown(error),
        false => advised(error),
    }
}

/// The same for a request that can safely be repeated, with an unknown result.
pub(crate) fn advised_unknown(error: &ServiceError) -> anyhow::Error {
    anyhow::anyhow!(
        "{:#}; the request may or may not have been applied; run the command again to verify",
        advised(error)
    )
}

/// The same for a request with an unknown result that was not retried, because it might be applied
/// twice.
pub(crate) fn not_retried(error: &ServiceError, what: &str, where_to_look: &str) -> anyhow::Error {
    anyhow::anyhow!(
        "{error}; {what} and was not retried; before you run the command again, check {where_to_look}"
    )
}
