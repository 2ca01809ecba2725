//! What an operator does about a service that refuses or does not answer.

use super::aws::{FailureKind, ServiceError};

/// An error that ends the command, with what to do about it. `actions` are the IAM actions that what
/// failed takes.
pub(crate) fn explained(error: &ServiceError, actions: &str) -> anyhow::Error {
    let advice = match error.kind {
        FailureKind::AccessDenied => {
            format!("who runs this needs {actions} on these rooms; the README has the whole policy")
        }
        FailureKind::LambdaPermission => {
            "IVS Chat may not invoke the function for these rooms: its resource policy lacks the permission that the stack makes, or has it for another version or alias; right after a deploy, wait a few minutes"
                .to_owned()
        }
        FailureKind::Throttled => {
            "others use up the calls of this account; try a lower --rate, or later".to_owned()
        }
        FailureKind::Unavailable => {
            "try again later; `--region` and AWS_ENDPOINT_URL_IVSCHAT say where the service is looked for"
                .to_owned()
        }
        FailureKind::Credentials | FailureKind::NotFound | FailureKind::Refused => {
            return anyhow::anyhow!("{}", error.message);
        }
        FailureKind::Stopped => return anyhow::anyhow!("stopped"),
    };
    anyhow::anyhow!("{}; {advice}", error.message)
}
