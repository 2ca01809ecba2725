//! Errors of the service, with advice for the operator.

use crate::rooms::client::{AwsService, FailureKind, Operation, ServiceError};

/// Returns advice for an error, if there is any.
pub(crate) fn advice(error: &ServiceError) -> Option<String> {
    let advice = match error.kind {
        FailureKind::AccessDenied => {
            let permissions = match error.operation {
                Some(operation) => operation.permissions(),
                None => "a permission for the operation".to_owned(),
            };
            let page = match service(error) {
                AwsService::Lambda | AwsService::CloudWatch => "docs/publish.md",
                AwsService::IvsChat | AwsService::Ivs => "docs/provisioning.md",
            };
            return Some(format!(
                "the credentials need {permissions}; see \"Permissions\" in {page}"
            ));
        }
        FailureKind::Unverified => {
            "AWS has not verified this account yet: wait, or contact AWS Support"
        }
        FailureKind::LambdaPermission => {
            "IVS Chat has no permission to invoke the function: it does not exist, or the permission that the stack creates is missing or is for another version or alias; after a deployment, wait a few minutes"
        }
        FailureKind::Throttled => {
            "other clients use the quota of this account too: use a lower --rate, or try again later"
        }
        FailureKind::Unavailable => {
            let endpoint = service(error).endpoint_variable();
            return Some(format!(
                "check the network, HTTPS_PROXY and {endpoint}, or try again later"
            ));
        }
        FailureKind::WrongEndpoint => {
            let endpoint = service(error).endpoint_variable();
            return Some(format!(
                "a proxy or another service may have answered: check HTTPS_PROXY and {endpoint}"
            ));
        }
        FailureKind::Conflict if service(error) == AwsService::Lambda => {
            "the function is being changed by another client: try again later"
        }
        FailureKind::Conflict => {
            "a logging configuration that is attached to rooms cannot be deleted: find them with `ivs-review rooms list --logging ARN` and use `ivs-review rooms logging detach`; if it is being changed, try again later"
        }
        FailureKind::Quota => "delete unused resources, or request a higher quota from AWS",
        // The message of an error about credentials already contains advice.
        FailureKind::Credentials
        | FailureKind::NotFound
        | FailureKind::NotBroadcasting
        | FailureKind::NotImplemented
        | FailureKind::Rejected
        | FailureKind::Interrupted => return None,
    };
    Some(advice.to_owned())
}

/// Returns the service that was called, or would have been.
fn service(error: &ServiceError) -> AwsService {
    error.operation.map_or(AwsService::IvsChat, Operation::service)
}

/// Returns an error that ends the command, with advice.
pub(crate) fn advised(error: &ServiceError) -> anyhow::Error {
    const HOW_TO_LIST: &str =
        "`ivs-review rooms list` and `ivs-review rooms logging list` show what exists";
    const HOW_TO_LIST_FUNCTIONS: &str =
        "`aws lambda list-functions` and `aws lambda list-layers` show what exists";
    let how = match service(error) {
        AwsService::Lambda => HOW_TO_LIST_FUNCTIONS,
        _ => HOW_TO_LIST,
    };
    let missing = (error.kind == FailureKind::NotFound).then(|| how.to_owned());
    match advice(error).or(missing) {
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
    // Advice to try again would be wrong.
    let error = match error.kind {
        FailureKind::WrongEndpoint => advised(error),
        _ => anyhow::anyhow!("{error}"),
    };
    anyhow::anyhow!(
        "{error}; {what} and was not retried; before you run the command again, check {where_to_look}"
    )
}
