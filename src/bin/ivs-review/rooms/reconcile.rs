//! Brings a resource to its desired state: [`reconcile`].

use ivs_chat_review::provision::invalid_argument::InvalidArgument;

use super::client::{Service, ServiceError};
use super::ui::advice::{advised, advised_unknown};

/// A resource before and after. If `after` is `None`, it was up to date and nothing was sent.
pub(crate) struct Reconciled<T> {
    pub(crate) before: T,
    pub(crate) after: Option<T>,
}

/// Why the resource could not be changed.
pub(crate) struct Failure {
    pub(crate) error: ServiceError,
    /// Whether a change may have been applied nevertheless.
    pub(crate) may_be_applied: bool,
}

/// Reads a resource, decides what to change, and writes the change. The whole sequence is retried
/// after transient failures, so a change that was applied without an answer is found by reading and
/// not sent again. An error of `decide` is not retried.
pub(crate) async fn reconcile<T, N, E>(
    service: &Service,
    read: impl AsyncFn() -> Result<T, ServiceError>,
    decide: impl Fn(&T) -> Result<Option<N>, E>,
    write: impl AsyncFn(N, &T) -> Result<T, ServiceError>,
) -> Result<Result<Reconciled<T>, E>, Failure> {
    // The state before the last change that may have been applied without an answer.
    let mut unanswered = None;
    let attempt = async || {
        let now = read().await?;
        let new = match decide(&now) {
            Ok(Some(new)) => new,
            Ok(None) => {
                return Ok(Ok(match unanswered.take() {
                    Some(before) => Reconciled { before, after: Some(now) },
                    None => Reconciled { before: now, after: None },
                }));
            }
            Err(rejection) => return Ok(Err(rejection)),
        };
        match write(new, &now).await {
            Ok(after) => Ok(Ok(Reconciled { before: now, after: Some(after) })),
            Err(error) => {
                if error.may_be_applied {
                    unanswered = Some(now);
                }
                Err(error)
            }
        }
    };
    let outcome = service.retry(attempt).await;
    outcome.map_err(|error| Failure { error, may_be_applied: unanswered.is_some() })
}

/// The same for a command that only changes this resource: failures become errors with advice.
pub(crate) async fn reconcile_one<T, N>(
    service: &Service,
    read: impl AsyncFn() -> Result<T, ServiceError>,
    decide: impl Fn(&T) -> Result<Option<N>, InvalidArgument>,
    write: impl AsyncFn(N, &T) -> Result<T, ServiceError>,
) -> anyhow::Result<Reconciled<T>> {
    let outcome = reconcile(service, read, decide, write).await;
    let outcome = outcome.map_err(|failure| match failure.may_be_applied {
        true => advised_unknown(&failure.error),
        false => advised(&failure.error),
    });
    Ok(outcome??)
}
