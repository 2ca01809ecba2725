//! Why a call failed: [`ServiceError`].

use std::error::Error;
use std::fmt;
use std::time::Duration;

use aws_config::meta::ProviderChainError;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ivschat::config::http::HttpResponse;
use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};

use ivs_chat_review::display::abridged;

use super::cause::{chain, find, texts};

/// Behind what is wrong with credentials.
const CREDENTIALS_HELP: &str =
    "; sign in, such as by `aws sso login`, or choose a profile by --profile or AWS_PROFILE";

/// The longest text of others that a message holds, in characters.
const MAX_TEXT: usize = 600;

/// A call that failed, after all attempts that may have helped.
#[derive(Clone, Debug)]
pub(crate) struct ServiceError {
    pub(crate) kind: FailureKind,
    /// On one line, the code first if there is one.
    pub(crate) message: String,
    /// Whether what was asked may have been done nevertheless.
    pub(crate) is_unsure: bool,
    /// Whether the message has what the service says, behind its code.
    quotes: bool,
    /// How long the service asks to be left alone.
    pub(super) retry_after: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// There are none, or the service does not take them.
    Credentials,
    /// The credentials are fine, but not for this.
    AccessDenied,
    /// The account itself: AWS has not verified it yet.
    Unverified,
    /// The service may not invoke the function, or does not know yet that it may.
    LambdaPermission,
    NotFound,
    /// What is asked does not go with what is there, or is done by somebody else now.
    Conflict,
    /// The account has as many as it may.
    Quota,
    Throttled,
    /// No answer, or none that says anything: timeouts, cut connections, 5xx.
    Unavailable,
    /// Anything else that another attempt would not change.
    Refused,
    /// Somebody stopped the run before this was sent.
    Stopped,
}

impl ServiceError {
    fn new(kind: FailureKind, message: &str) -> ServiceError {
        let mut message = one_line(message);
        if kind == FailureKind::Credentials {
            message.push_str(CREDENTIALS_HELP);
        }
        ServiceError { kind, message, is_unsure: false, quotes: false, retry_after: None }
    }

    pub(super) fn stopped() -> ServiceError {
        ServiceError::new(FailureKind::Stopped, "stopped")
    }

    /// An answer that is none.
    pub(super) fn unexpected(problem: &str) -> ServiceError {
        ServiceError::new(FailureKind::Refused, &format!("unexpected answer: {problem}"))
    }

    pub(super) fn credentials(error: &CredentialsError) -> ServiceError {
        ServiceError::new(FailureKind::Credentials, &credentials_problem(error))
    }

    /// Whether another attempt may fare better.
    pub(super) fn may_pass(&self) -> bool {
        use FailureKind::{LambdaPermission, Throttled, Unavailable};
        matches!(self.kind, Throttled | Unavailable | LambdaPermission)
    }

    /// Whether another attempt may fare better, and does not do twice what may have been done.
    pub(super) fn may_be_sent_again(&self) -> bool {
        self.may_pass() && !self.is_unsure && self.kind != FailureKind::LambdaPermission
    }

    /// The same for a request about somebody: what the service refuses it may quote.
    pub(super) fn discreet(self) -> ServiceError {
        if !self.quotes || self.kind != FailureKind::Refused {
            return self;
        }
        let code = self.message.split(": ").next().unwrap_or_default();
        let message = format!(
            "{code}; what the service says besides may quote the request, and is not shown"
        );
        ServiceError { message, ..self }
    }

    /// An answer that says what went wrong.
    fn answered(status: u16, code: Option<&str>, text: &str) -> ServiceError {
        let kind = kind(status, code.unwrap_or_default(), text);
        let code = code.map_or_else(|| format!("HTTP {status}"), str::to_owned);
        let message = if text.is_empty() { code } else { format!("{code}: {text}") };
        let is_unsure = kind == FailureKind::Unavailable;
        ServiceError { is_unsure, quotes: true, ..ServiceError::new(kind, &message) }
    }

    /// No answer.
    fn unanswered(kind: FailureKind, error: &(dyn Error + 'static)) -> ServiceError {
        if let Some(error) = find(error) {
            return ServiceError::credentials(error);
        }
        let cause = chain(error).last().unwrap_or(error);
        let mut message = format!("no answer: {cause}");
        if let Some(rustls::Error::InvalidCertificate(_)) = find(error) {
            message.push_str("; AWS_CA_BUNDLE names a file of certificates to trust");
            return ServiceError::new(FailureKind::Refused, &message);
        }
        let is_unsure = kind == FailureKind::Unavailable && !never_sent(error);
        ServiceError { is_unsure, ..ServiceError::new(kind, &message) }
    }
}

impl<E: Error + ProvideErrorMetadata + 'static> From<SdkError<E>> for ServiceError {
    fn from(error: SdkError<E>) -> ServiceError {
        let kind = match &error {
            SdkError::ServiceError(answer) => {
                let (raw, error) = (answer.raw(), answer.err());
                let text = match error.code() {
                    // The page of a proxy, or half of what the service sent.
                    None => error.message().unwrap_or("the answer cannot be read"),
                    Some(_) => error.message().unwrap_or_default(),
                };
                let failure = ServiceError::answered(raw.status().as_u16(), error.code(), text);
                return ServiceError { retry_after: retry_after(raw), ..failure };
            }
            // It could not be sent, and never will be.
            SdkError::ConstructionFailure(_) => FailureKind::Refused,
            SdkError::DispatchFailure(failure) if failure.is_user() => FailureKind::Refused,
            SdkError::DispatchFailure(_) if no_endpoint(&error) => FailureKind::Refused,
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
        "ConflictException" => FailureKind::Conflict,
        "ServiceQuotaExceededException" => FailureKind::Quota,
        "ValidationException" if text.contains("invalid lambda permission") => {
            FailureKind::LambdaPermission
        }
        _ if status == 429 || throttling(code) || text.contains("Rate exceeded") => {
            FailureKind::Throttled
        }
        // Those of 200 are answers that cannot be read.
        _ if status >= 500 || status == 408 || status < 300 => FailureKind::Unavailable,
        "" if status == 403 => FailureKind::AccessDenied,
        _ => FailureKind::Refused,
    }
}

fn throttling(code: &str) -> bool {
    ["RequestLimitExceeded", "RequestThrottled", "SlowDown", "Throttl", "TooManyRequests"]
        .iter()
        .any(|start| code.starts_with(start))
}

/// Whole seconds; no service of AWS sends a date.
fn retry_after(answer: &HttpResponse) -> Option<Duration> {
    let seconds = answer.headers().get("retry-after")?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Whether the endpoint that somebody configured is none; only the text tells.
fn no_endpoint(error: &(dyn Error + 'static)) -> bool {
    let told = |text: String| {
        text.starts_with("failed to apply endpoint") || text.starts_with("Invalid Configuration")
    };
    chain(error).any(|error| told(error.to_string()))
}

/// Whether there was no connection to send anything on; only the text tells.
fn never_sent(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|error| {
        let text = error.to_string();
        text == "client error (Connect)" || text.starts_with("HTTP connect timeout")
    })
}

/// What is wrong, in the words of who looked for them.
fn credentials_problem(error: &CredentialsError) -> String {
    match error.source() {
        // That every place was tried in vain says nothing.
        Some(source) if !source.is::<ProviderChainError<CredentialsError>>() => {
            format!("no AWS credentials: {}", texts(source))
        }
        _ => "no AWS credentials".to_owned(),
    }
}

/// Text from elsewhere on one line, safe to show and no longer than a few lines of a terminal.
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
    fn answers_are_of_a_kind() {
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
            (404, Some("UnknownOperationException"), "", Refused),
            (404, None, "", Refused),
            (400, Some("ValidationException"), permission, LambdaPermission),
            (400, Some("ValidationException"), "1 validation error", Refused),
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
            (302, None, "", Refused),
        ];
        for (status, code, text, kind) in rows {
            let error = ServiceError::answered(status, code, text);
            assert_eq!(error.kind, kind, "{status} {code:?} {text}");
            let retried = [Throttled, Unavailable, LambdaPermission].contains(&kind);
            assert_eq!(error.may_pass(), retried, "{kind:?}");
            assert_eq!(error.is_unsure, kind == Unavailable, "{kind:?}");
            assert_eq!(error.may_be_sent_again(), kind == Throttled, "{kind:?}");
        }
    }

    #[test]
    fn what_a_service_says_is_one_line_with_the_code_first() {
        fn message(code: Option<&str>, text: &str) -> String {
            ServiceError::answered(400, code, text).message
        }
        assert_eq!(message(Some("ConflictException"), "no"), "ConflictException: no");
        assert_eq!(message(Some("ConflictException"), ""), "ConflictException");
        assert_eq!(message(None, ""), "HTTP 400");
        assert_eq!(
            message(None, "a\r\n\u{1B}[31mb\u{202E}\n"),
            r"HTTP 400: a\r\n\u{1b}[31mb\u{202e}"
        );
        assert!(message(None, &"x".repeat(10_000)).len() < 1_000);
        let expired = message(Some("ExpiredTokenException"), "The token is expired");
        assert!(expired.starts_with("ExpiredTokenException: The token is expired; sign in"));
    }

    #[test]
    fn what_may_quote_the_request_is_left_out() {
        let told = |status, code, text| ServiceError::answered(status, Some(code), text).discreet();
        let refused = told(400, "ValidationException", "userId: Ada: is refused");
        assert!(refused.message.starts_with("ValidationException; what the service"), "{refused}");
        assert!(!format!("{refused:?}").contains("Ada"), "{refused:?}");
        let denied = told(403, "AccessDeniedException", "User: operator is not authorized");
        assert_eq!(denied.message, "AccessDeniedException: User: operator is not authorized");
        let ours = ServiceError::unexpected("there is no token").discreet();
        assert_eq!(ours.message, "unexpected answer: there is no token");
    }

    #[test]
    fn causes_are_told_once_and_found_in_io_errors() {
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
