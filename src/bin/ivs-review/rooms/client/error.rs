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
use serde::de::IgnoredAny;

use super::answer::UnexpectedAnswer;
use super::body::TooLarge;
use super::cause::{chain, find, messages};
use super::error_body;
use super::operation::Operation;

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
    /// The operation that was called, if one was.
    pub(crate) operation: Option<Operation>,
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
    /// The endpoint has not this operation or not this option of it, as `sam local start-lambda`.
    NotImplemented,
    /// An answer that IVS Chat would not give, and that another attempt would get too.
    WrongEndpoint,
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
            operation: None,
            before_service_text: None,
            retry_after: None,
        }
    }

    /// Names the operation that was called.
    pub(super) fn of(self, operation: Operation) -> ServiceError {
        ServiceError { operation: Some(operation), ..self }
    }

    pub(super) fn interrupted() -> ServiceError {
        ServiceError::new(FailureKind::Interrupted, "interrupted")
    }

    /// An answer that does not conform to the API.
    pub(super) fn unexpected(problem: &str) -> ServiceError {
        ServiceError::new(FailureKind::Rejected, &format!("unexpected answer: {problem}"))
    }

    /// A room of a list that is not processed. It cannot be named in a request, or should not be.
    pub(crate) fn not_processed(problem: &str) -> ServiceError {
        ServiceError::new(FailureKind::Rejected, problem)
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
    /// with personal data. Any error may do so, with any status and code.
    pub(super) fn redacted(mut self) -> ServiceError {
        let Some(code) = self.before_service_text.take() else { return self };
        let text = "the message of the service is hidden because it may quote the request";
        let message = ServiceError::new(self.kind, &format!("{code}; {text}")).message;
        ServiceError { message, ..self }
    }

    /// An answer that is redirected: requests are signed for their host.
    pub(super) fn redirected(status: u16, location: Option<&str>) -> ServiceError {
        let status = format!("HTTP {status}");
        // The rest of the URL may contain credentials.
        let to = location.and_then(|url| url.split(['?', '#']).next());
        let to = to.map(|url| format!(" to `{url}`")).unwrap_or_default();
        let message = format!("{status}: unexpected redirect{to}, which is not followed");
        ServiceError {
            before_service_text: Some(status),
            ..ServiceError::new(FailureKind::WrongEndpoint, &message)
        }
    }

    /// An answer with a status of success that the SDK does not understand. If it is JSON, another
    /// attempt would get the same.
    fn not_understood(status: u16, is_json: bool) -> ServiceError {
        let (kind, what) = match is_json {
            true => (FailureKind::WrongEndpoint, "JSON that the service does not return"),
            false => (FailureKind::Unavailable, "unreadable answer"),
        };
        ServiceError::new(kind, &format!("unexpected answer: HTTP {status}: {what}"))
            .maybe_applied()
    }

    /// An answer that AWS would not give.
    pub(super) fn wrong_endpoint(what: &str) -> ServiceError {
        ServiceError::new(FailureKind::WrongEndpoint, &format!("unexpected answer: {what}"))
    }

    /// An endpoint without this operation.
    pub(super) fn not_implemented(status: u16) -> ServiceError {
        let message = format!("HTTP {status}: the endpoint does not have this operation");
        ServiceError::new(FailureKind::NotImplemented, &message)
    }

    /// A request that cannot be sent.
    pub(super) fn rejected(error: &(dyn Error + 'static)) -> ServiceError {
        ServiceError::new(FailureKind::Rejected, &format!("cannot send the request: {error}"))
    }

    /// Sets the delay that the service requests before a retry.
    pub(super) fn retried_after(self, delay: Option<Duration>) -> ServiceError {
        ServiceError { retry_after: delay, ..self }
    }

    /// The error of an answer.
    pub(super) fn answered(status: u16, code: Option<&str>, text: Option<&str>) -> ServiceError {
        let text = text.unwrap_or_default();
        let kind = kind_of(status, code.unwrap_or_default(), text);
        let status = format!("HTTP {status}");
        let message = match code {
            Some(code) if text.is_empty() => code.to_owned(),
            Some(code) => format!("{code}: {text}"),
            // The error page of a proxy, or a truncated answer.
            None if text.is_empty() => format!("{status}: unreadable answer"),
            None => format!("{status}: {text}"),
        };
        // A code that is unknown or not an identifier is text too.
        let is_code = |code: &&str| {
            let is_known =
                code.ends_with("Exception") || kind_of(400, code, "") != kind_of(400, "", "");
            is_known
                && code.len() <= MAX_CODE
                && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
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
    pub(super) fn unanswered(kind: FailureKind, error: &(dyn Error + 'static)) -> ServiceError {
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
                let body = raw.body().bytes().unwrap_or_default();
                match status {
                    0..300 => {
                        let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
                        return ServiceError::not_understood(status, is_json);
                    }
                    300..400 => {
                        return ServiceError::redirected(status, raw.headers().get("location"));
                    }
                    _ => {}
                }
                let text = error_body::with_details(error.message().unwrap_or_default(), body);
                let failure = ServiceError::answered(status, error.code(), Some(&text));
                return ServiceError { retry_after: retry_after(raw), ..failure };
            }
            SdkError::ResponseError(_) => {
                if let Some(unexpected) = find::<UnexpectedAnswer>(&error) {
                    let kind = match unexpected.is_permanent {
                        true => FailureKind::WrongEndpoint,
                        false => FailureKind::Unavailable,
                    };
                    let error = ServiceError::new(kind, &unexpected.to_string());
                    return error.maybe_applied();
                }
                if let Some(too_large) = find::<TooLarge>(&error) {
                    return ServiceError::unexpected(&too_large.to_string()).maybe_applied();
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

fn kind_of(status: u16, code: &str, text: &str) -> FailureKind {
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
        // Without `Exception`: `sam local start-lambda`.
        "ResourceNotFoundException" | "ResourceNotFound" => FailureKind::NotFound,
        // The same, for other paths than that of an invocation (the second is of old versions), and for
        // invocations with logs.
        "PathNotFoundLocally" | "LocalServiceException" | "NotImplemented" => {
            FailureKind::NotImplemented
        }
        "ChannelNotBroadcasting" => FailureKind::NotBroadcasting,
        "ConflictException" | "ResourceConflictException" | "PreconditionFailedException" => {
            FailureKind::Conflict
        }
        "ServiceQuotaExceededException" | "CodeStorageExceededException" => FailureKind::Quota,
        "ValidationException" if text.contains("invalid lambda permission") => {
            FailureKind::LambdaPermission
        }
        _ if status == 429 || throttling(code) || text.contains("Rate exceeded") => {
            FailureKind::Throttled
        }
        _ if status >= 500 || status == 408 => FailureKind::Unavailable,
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
            (418, None, "", Rejected),
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
    fn answers_that_are_not_understood_are_only_retried_if_they_are_not_json() {
        for (error, kind, message) in [
            (
                ServiceError::not_understood(200, true),
                FailureKind::WrongEndpoint,
                "unexpected answer: HTTP 200: JSON that the service does not return",
            ),
            (
                ServiceError::not_understood(200, false),
                FailureKind::Unavailable,
                "unexpected answer: HTTP 200: unreadable answer",
            ),
            (
                ServiceError::redirected(302, Some("https://a.example/\u{1B}[31m")),
                FailureKind::WrongEndpoint,
                "HTTP 302: unexpected redirect to `https://a.example/\\u{1b}[31m`, which is not followed",
            ),
            (
                ServiceError::redirected(307, Some("/login?token=secret#secret")),
                FailureKind::WrongEndpoint,
                "HTTP 307: unexpected redirect to `/login`, which is not followed",
            ),
            (
                ServiceError::redirected(302, Some("https://a.example/#token=secret?")),
                FailureKind::WrongEndpoint,
                "HTTP 302: unexpected redirect to `https://a.example/`, which is not followed",
            ),
            (
                ServiceError::redirected(301, None),
                FailureKind::WrongEndpoint,
                "HTTP 301: unexpected redirect, which is not followed",
            ),
        ] {
            assert_eq!((error.kind, error.message.as_str()), (kind, message));
            assert_eq!(error.is_transient(), kind == FailureKind::Unavailable);
            assert_eq!(error.may_be_applied, message.starts_with("unexpected"));
        }
        let redirected = ServiceError::redirected(302, Some("https://a.example/?user=Ada"));
        assert!(redirected.redacted().message.starts_with("HTTP 302; the message of the service"));
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
            (400, Some("Ada"), "", "HTTP 400"),
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
