//! Errors of the control plane, as the service sends them: [`ServiceError`].

use serde_json::{Value, json};

use crate::chat::contract::Problem;

/// A response with a status other than 200 and 204.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError {
    /// The HTTP status.
    pub status: u16,
    /// The value of the header `x-amzn-errortype`, such as `ValidationException`.
    pub kind: &'static str,
    /// The JSON body.
    pub body: Value,
}

impl ServiceError {
    /// An error with a message only.
    pub fn new(status: u16, kind: &'static str, message: &str) -> ServiceError {
        ServiceError { status, kind, body: json!({"message": message}) }
    }

    /// The request has invalid members.
    pub fn invalid(problems: &[Problem]) -> ServiceError {
        /// Requests can have thousands of invalid items.
        const MAX_PROBLEMS: usize = 20;
        let problems = &problems[..problems.len().min(MAX_PROBLEMS)];
        let named = |problem: &Problem| format!("{} {}", problem.name, problem.message);
        let message = problems.iter().map(named).collect::<Vec<_>>().join("; ");
        let field = |problem: &Problem| json!({"name": problem.name, "message": problem.message});
        ServiceError::validation(&message, "FIELD_VALIDATION_FAILED")
            .with("fieldList", problems.iter().map(field).collect())
    }

    /// The request is not one of an operation.
    pub fn no_operation(message: &str) -> ServiceError {
        ServiceError::validation(message, "UNKNOWN_OPERATION")
    }

    /// The service may not invoke the function.
    pub fn no_permission() -> ServiceError {
        let message = "1 validation error detected: Request member: uri failed to satisfy the \
                       constraints: invalid lambda permission";
        ServiceError::validation(message, "OTHER")
    }

    /// The quota of requests per second is exceeded.
    pub fn throttled(account: &str, limit: u32) -> ServiceError {
        ServiceError::new(429, "ThrottlingException", "Rate exceeded")
            .about(account)
            .with("limit", limit.into())
    }

    /// A resource is in use.
    pub fn conflict(arn: &str, message: &str) -> ServiceError {
        ServiceError::new(409, "ConflictException", message).about(id_of(arn))
    }

    /// The account has as many resources as it may have.
    pub fn over_quota(account: &str, limit: usize) -> ServiceError {
        let message = "The limit of this account is reached";
        ServiceError::new(402, "ServiceQuotaExceededException", message)
            .about(account)
            .with("limit", limit.into())
    }

    /// The resource does not exist.
    pub fn missing(arn: &str) -> ServiceError {
        let message = "Resource with the given ARN not found";
        ServiceError::new(404, "ResourceNotFoundException", message).about(id_of(arn))
    }

    /// The message of the error.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    fn validation(message: &str, reason: &str) -> ServiceError {
        ServiceError::new(400, "ValidationException", message).with("reason", reason.into())
    }

    /// `ROOM` is the only type of resource that the service documents.
    fn about(self, id: &str) -> ServiceError {
        self.with("resourceId", id.into()).with("resourceType", "ROOM".into())
    }

    fn with(mut self, name: &str, value: Value) -> ServiceError {
        self.body[name] = value;
        self
    }
}

/// Returns the ID at the end of an ARN. By the service model, errors contain the ID and not the ARN.
fn id_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}
