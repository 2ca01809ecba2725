//! The error of a call: [`ServiceError`].

use std::error::Error;
use std::fmt;
use std::time::Duration;

use aws_config::meta::ProviderChainError;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ivschat::config::http::HttpResponse;
use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};

use ivs_chat_review::display::abridged;
use ivs_chat_review::provision::room::Fallback;
use serde::Deserialize;

use super::answer::UnexpectedAnswer;
use super::cause::{chain, find, messages};

/// Advice after an error about credentials.
const CREDENTIALS_HELP: &str = "; sign in, for example with `aws sso login`, or select a profile with --profile or AWS_PROFILE";

/// The maximum length of foreign text in a message, in characters.
const MAX_TEXT: usize = 600;

/// The maximum length of an error code, in bytes.
const MAX_CODE: usize = 100;

/// The error of a call, after all retries.
#[derive(Clone, Debug)]
pub(crate) struct ServiceError {
    pub(crate) kind: FailureKind,
    /// One line that starts with the error code, if there is one.
    pub(crate) message: String,
    /// Whether the request may have been applied nevertheless.
    pub(crate) may_be_applied: bool,
    /// The error code or the HTTP status, if text of the service follows it in the message.
    before_service_text: Option<String>,
    /// The delay that the service requests before a retry.
    pub(super) retry_after: Option<Duration>,
}

/// The kind of a failure, which determines retries and advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// Missing, expired or rejected credentials.
    Credentials,
    /// The credentials are valid but lack a permission.
    AccessDenied,
    /// AWS has not verified the account yet.
    Unverified,
    /// The service has no permission to invoke the function, or a new permission has not reached it yet.
    LambdaPermission,
    NotFound,
    /// The channel is not live.
    NotBroadcasting,
    /// The request conflicts with the state of the resource or with a concurrent change.
    Conflict,
    /// The account has reached a quota.
    Quota,
    Throttled,
    /// No usable answer: timeouts, closed connections, 5xx.
    Unavailable,
    /// Any other permanent failure.
    Rejected,
    /// A shutdown was requested before the request was sent.
    Interrupted,
}

impl ServiceError {
    fn new(kind: FailureKind, message: &str) -> ServiceError {
        let mut message = one_line(message);
        if kind == FailureKind::Credentials {
            message.push_str(CREDENTIALS_HELP);
        }
        ServiceError {
            kind,
            message,
            may_be_applied: false,
            before_service_text: None,
            retry_after: None,
        }
    }

    pub(super) fn interrupted() -> ServiceError {
        ServiceError::new(FailureKind::Interrupted, "interrupted")
    }

    /// An answer that does not conform to the API.
    pub(super) fn unexpected(problem: &str) -> ServiceError {
        ServiceError::new(FailureKind::Rejected, &format!("unexpected answer: {problem}"))
    }

    /// A room whose handler is not changed, because it could not be restored.
    pub(crate) fn unknown_fallback(fallback: &Fallback) -> ServiceError {
        let message = format!(
            "the fallback `{}` is unknown to this version, which could not restore it; the room was not changed",
            fallback.as_str()
        );
        ServiceError::new(FailureKind::Rejected, &message)
    }

    /// Marks an error of an answer to a request that may have been applied.
    pub(super) fn maybe_applied(self) -> ServiceError {
        ServiceError { may_be_applied: true, ..self }
    }

    pub(super) fn credentials(error: &CredentialsError) -> ServiceError {
        ServiceError::new(FailureKind::Credentials, &credentials_problem(error))
    }

    /// Whether another attempt may succeed.
    pub(super) fn is_transient(&self) -> bool {
        use FailureKind::{LambdaPermission, Throttled, Unavailable};
        matches!(self.kind, Throttled | Unavailable | LambdaPermission)
    }

    /// Whether another attempt may succeed and cannot apply the request twice.
    pub(super) fn is_transient_and_not_applied(&self) -> bool {
        self.is_transient() && !self.may_be_applied && self.kind != FailureKind::LambdaPermission
    }

    /// Removes the text of the service, which may quote the request or the answer, for requests
    /// with personal data. Any error may do so, whatever its status and code.
    pub(super) fn redacted(mut self) -> ServiceError {
        let Some(code) = self.before_service_text.take() else { return self };
        let text = "the message of the service is hidden because it may quote the request";
        let message = ServiceError::new(self.kind, &format!("{code}; {text}")).message;
        ServiceError { message, ..self }
    }

    /// The error of an answer.
    fn answered(status: u16, code: Option<&str>, text: Option<&str>) -> ServiceError {
        let text = text.unwrap_or_default();
        let kind = kind(status, code.unwrap_or_default(), text);
        let status = format!("HTTP {status}");
        let message = match code {
            Some(code) if text.is_empty() => code.to_owned(),
            Some(code) => format!("{code}: {text}"),
            // The error page of a proxy, or a truncated answer.
            None if text.is_empty() => format!("{status}: unreadable answer"),
            None => format!("{status}: {text}"),
        };
        // A code that is not an identifier is text too.
        let is_code = |code: &&str| {
            code.len() <= MAX_CODE && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let shown = code.filter(is_code);
        let has_service_text = !text.is_empty() || shown != code;
        ServiceError {
            may_be_applied: kind == FailureKind::Unavailable,
            before_service_text: has_service_text.then(|| shown.map_or(status, str::to_owned)),
            ..ServiceError::new(kind, &message)
        }
    }

    /// The error of a missing answer.
    fn unanswered(kind: FailureKind, error: &(dyn Error + 'static)) -> ServiceError {
        if let Some(error) = find(error) {
            return ServiceError::credentials(error);
        }
        let cause = chain(error).last().unwrap_or(error);
        let mut message = format!("no answer: {cause}");
        if let Some(rustls::Error::InvalidCertificate(_)) = find(error) {
            message.push_str("; set AWS_CA_BUNDLE to a file with trusted certificates");
            return ServiceError::new(FailureKind::Rejected, &message);
        }
        let may_be_applied = kind == FailureKind::Unavailable && !never_sent(error);
        ServiceError { may_be_applied, ..ServiceError::new(kind, &message) }
    }
}

impl<E: Error + ProvideErrorMetadata + 'static> From<SdkError<E>> for ServiceError {
    fn from(error: SdkError<E>) -> ServiceError {
        let kind = match &error {
            SdkError::ServiceError(answer) => {
                let (raw, error) = (answer.raw(), answer.err());
                let status = raw.status().as_u16();
                let text = error.message().map(str::to_owned).or_else(|| exception_message(raw));
                let failure = ServiceError::answered(status, error.code(), text.as_deref());
                return ServiceError { retry_after: retry_after(raw), ..failure };
            }
            SdkError::ResponseError(_) => {
                if let Some(unexpected) = find::<UnexpectedAnswer>(&error) {
                    let kind = FailureKind::Unavailable;
                    let error = ServiceError::new(kind, &unexpected.to_string());
                    return error.maybe_applied();
                }
                FailureKind::Unavailable
            }
            // The request cannot be sent at all.
            SdkError::ConstructionFailure(_) => FailureKind::Rejected,
            SdkError::DispatchFailure(failure) if failure.is_user() => FailureKind::Rejected,
            SdkError::DispatchFailure(_) if no_endpoint(&error) => FailureKind::Rejected,
            _ => FailureKind::Unavailable,
        };
        ServiceError::unanswered(kind, &error)
    }
}

fn kind(status: u16, code: &str, text: &str) -> FailureKind {
    match code {
        "ExpiredToken"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "InvalidToken"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "SignatureDoesNotMatch"
        | "TokenRefreshRequired"
        | "UnrecognizedClientException" => FailureKind::Credentials,
        "AccessDenied" | "AccessDeniedException" => FailureKind::AccessDenied,
        "PendingVerification" => FailureKind::Unverified,
        "ResourceNotFoundException" => FailureKind::NotFound,
        "ChannelNotBroadcasting" => FailureKind::NotBroadcasting,
        "ConflictException" => FailureKind::Conflict,
        "ServiceQuotaExceededException" => FailureKind::Quota,
        "ValidationException" if text.contains("invalid lambda permission") => {
            FailureKind::LambdaPermission
        }
        _ if status == 429 || throttling(code) || text.contains("Rate exceeded") => {
            FailureKind::Throttled
        }
        // With a status of 2xx, the answer could not be parsed.
        _ if status >= 500 || status == 408 || status < 300 => FailureKind::Unavailable,
        "" if status == 403 => FailureKind::AccessDenied,
        _ => FailureKind::Rejected,
    }
}

fn throttling(code: &str) -> bool {
    ["RequestLimitExceeded", "RequestThrottled", "SlowDown", "Throttl", "TooManyRequests"]
        .iter()
        .any(|start| code.starts_with(start))
}

/// Parses `Retry-After` in seconds; AWS services do not send dates.
fn retry_after(answer: &HttpResponse) -> Option<Duration> {
    let seconds = answer.headers().get("retry-after")?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Returns the text of an error of Amazon IVS, which is in another member than that of IVS Chat. The
/// SDK only knows the latter.
fn exception_message(answer: &HttpResponse) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        exception_message: String,
    }
    let body: Body = serde_json::from_slice(answer.body().bytes()?).ok()?;
    Some(body.exception_message)
}

/// Whether the configured endpoint is invalid, which only the message shows.
fn no_endpoint(error: &(dyn Error + 'static)) -> bool {
    let is_endpoint_error = |text: String| {
        text.starts_with("failed to apply endpoint") || text.starts_with("Invalid Configuration")
    };
    chain(error).any(|error| is_endpoint_error(error.to_string()))
}

/// Whether no connection was made, which only the message shows.
fn never_sent(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|error| {
        let text = error.to_string();
        text == "client error (Connect)" || text.starts_with("HTTP connect timeout")
    })
}

/// Describes an error of the credential provider.
fn credentials_problem(error: &CredentialsError) -> String {
    match error.source() {
        // An error that only says that all providers failed is not helpful.
        Some(source) if !source.is::<ProviderChainError<CredentialsError>>() => {
            format!("no AWS credentials: {}", messages(source))
        }
        _ => "no AWS credentials".to_owned(),
    }
}

/// Makes foreign text safe to print, on one line and of limited length.
fn one_line(text: &str) -> String {
    abridged(text.trim(), MAX_TEXT)
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ServiceError {}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn answers_are_classified() {
        use FailureKind::*;
        let permission = "1 validation error: Request member: uri failed to satisfy the \
                          constraints: invalid lambda permission";
        let rows = [
            (403, Some("ExpiredTokenException"), "", Credentials),
            (403, Some("UnrecognizedClientException"), "", Credentials),
            (403, Some("InvalidSignatureException"), "", Credentials),
            (403, Some("AccessDeniedException"), "", AccessDenied),
            (403, Some("PendingVerification"), "", Unverified),
            (403, None, "", AccessDenied),
            (404, Some("ResourceNotFoundException"), "", NotFound),
            (404, Some("ChannelNotBroadcasting"), "", NotBroadcasting),
            (404, Some("UnknownOperationException"), "", Rejected),
            (404, None, "", Rejected),
            (400, Some("ValidationException"), permission, LambdaPermission),
            (400, Some("ValidationException"), "1 validation error", Rejected),
            (402, Some("ServiceQuotaExceededException"), "", Quota),
            (409, Some("ConflictException"), "", Conflict),
            (429, Some("ThrottlingException"), "", Throttled),
            (400, Some("ThrottlingException"), "", Throttled),
            (400, Some("TooManyRequestsException"), "", Throttled),
            (400, None, "Rate exceeded", Throttled),
            (429, None, "", Throttled),
            (500, Some("InternalServerException"), "", Unavailable),
            (503, None, "", Unavailable),
            (408, None, "", Unavailable),
            (200, None, "", Unavailable),
            (302, None, "", Rejected),
        ];
        for (status, code, text, kind) in rows {
            let error = ServiceError::answered(status, code, Some(text));
            assert_eq!(error.kind, kind, "{status} {code:?} {text}");
            let retried = [Throttled, Unavailable, LambdaPermission].contains(&kind);
            assert_eq!(error.is_transient(), retried, "{kind:?}");
            assert_eq!(error.may_be_applied, kind == Unavailable, "{kind:?}");
            assert_eq!(error.is_transient_and_not_applied(), kind == Throttled, "{kind:?}");
        }
    }

    #[test]
    fn messages_are_one_line_and_start_with_the_code() {
        fn message(code: Option<&str>, text: &str) -> String {
            ServiceError::answered(400, code, Some(text)).message
        }
        assert_eq!(message(Some("ConflictException"), "no"), "ConflictException: no");
        assert_eq!(message(Some("ConflictException"), ""), "ConflictException");
        assert_eq!(message(None, ""), "HTTP 400: unreadable answer");
        assert_eq!(
            message(None, "a\r\n\u{1B}[31mb\u{202E}\n"),
            r"HTTP 400: a\r\n\u{1b}[31mb\u{202e}"
        );
        assert!(message(None, &"x".repeat(10_000)).len() < 1_000);
        let expired = message(Some("ExpiredTokenException"), "The token is expired");
        assert!(expired.starts_with("ExpiredTokenException: The token is expired; sign in"));
    }

    #[test]
    fn messages_of_the_service_are_hidden() {
        let hidden = "the message of the service is hidden because it may quote the request";
        for (status, code, text, shown) in [
            (400, Some("ValidationException"), "userId: Ada: is refused", "ValidationException"),
            (
                400,
                Some("ValidationException"),
                "Ada: invalid lambda permission",
                "ValidationException",
            ),
            (402, Some("ServiceQuotaExceededException"), "Ada", "ServiceQuotaExceededException"),
            (403, Some("AccessDeniedException"), "Ada is not authorized", "AccessDeniedException"),
            (403, Some("PendingVerification"), "Ada", "PendingVerification"),
            (403, None, "Ada", "HTTP 403"),
            (404, Some("ResourceNotFoundException"), "Ada", "ResourceNotFoundException"),
            (409, Some("ConflictException"), "Ada", "ConflictException"),
            (429, Some("ThrottlingException"), "Ada", "ThrottlingException"),
            (500, Some("InternalServerException"), "Ada", "InternalServerException"),
            (503, None, "Ada", "HTTP 503"),
            (400, Some("no user Ada"), "", "HTTP 400"),
            (400, Some("no user: Ada"), "Ada", "HTTP 400"),
        ] {
            let error = ServiceError::answered(status, code, Some(text));
            let (kind, may_be_applied) = (error.kind, error.may_be_applied);
            let error = error.redacted();
            assert_eq!(error.message, format!("{shown}; {hidden}"));
            assert!(!format!("{error:?}").contains("Ada"), "{error:?}");
            assert_eq!((error.kind, error.may_be_applied), (kind, may_be_applied));
            assert_eq!(error.clone().redacted().message, error.message);
        }
        let expired = ServiceError::answered(403, Some("ExpiredTokenException"), Some("Ada"));
        let expected = format!("ExpiredTokenException; {hidden}{CREDENTIALS_HELP}");
        assert_eq!(expired.redacted().message, expected);
        let bare = ServiceError::answered(409, Some("ConflictException"), None).redacted();
        assert_eq!(bare.message, "ConflictException");
        let ours = ServiceError::unexpected("the token is missing").redacted();
        assert_eq!(ours.message, "unexpected answer: the token is missing");
    }

    #[test]
    fn causes_are_not_repeated_and_are_found_in_io_errors() {
        let inner = io::Error::other(CredentialsError::not_loaded("no session"));
        let outer = io::Error::other(inner);
        let error = ServiceError::unanswered(FailureKind::Unavailable, &outer);
        assert_eq!(error.kind, FailureKind::Credentials);
        assert!(error.message.contains("no session"), "{error}");

        let cut = io::Error::other(io::Error::new(io::ErrorKind::ConnectionReset, "reset by peer"));
        let error = ServiceError::unanswered(FailureKind::Unavailable, &cut);
        assert_eq!(error.to_string(), "no answer: reset by peer");
    }
}
