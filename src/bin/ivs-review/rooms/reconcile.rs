//! Changing one thing until it is as wished: [`reconcile`].

use ivs_chat_review::provision::invalid_argument::InvalidArgument;

use super::client::{Service, ServiceError};
use super::ui::advice::{explained, in_doubt};

/// How something was, and how it is now. Without an `after` it was as wished, and nothing was sent.
pub(crate) struct Reached<T> {
    pub(crate) before: T,
    pub(crate) after: Option<T>,
}

/// Why it could not be changed.
pub(crate) struct Failure {
    pub(crate) error: ServiceError,
    /// Whether a change may have come about nevertheless.
    pub(crate) is_in_doubt: bool,
}

/// Reads something, decides what of it is to change, and has that changed; the same again while that may
/// help. A change that came about without an answer is found by reading, and not made twice. What
/// `decide` refuses is not tried again.
pub(crate) async fn reconcile<T, N, E>(
    service: &Service,
    read: impl AsyncFn() -> Result<T, ServiceError>,
    decide: impl Fn(&T) -> Result<Option<N>, E>,
    write: impl AsyncFn(N, &T) -> Result<T, ServiceError>,
) -> Result<Result<Reached<T>, E>, Failure> {
    // How it was before the last change that may have come about without an answer.
    let mut unanswered = None;
    let attempt = async || {
        let now = read().await?;
        let new = match decide(&now) {
            Ok(Some(new)) => new,
            Ok(None) => {
                return Ok(Ok(match unanswered.take() {
                    Some(before) => Reached { before, after: Some(now) },
                    None => Reached { before: now, after: None },
                }));
            }
            Err(refusal) => return Ok(Err(refusal)),
        };
        match write(new, &now).await {
            Ok(after) => Ok(Ok(Reached { before: now, after: Some(after) })),
            Err(error) => {
                if error.is_unsure {
                    unanswered = Some(now);
                }
                Err(error)
            }
        }
    };
    let outcome = service.persist(attempt).await;
    outcome.map_err(|error| Failure { error, is_in_doubt: unanswered.is_some() })
}

/// The same for a command that is about this one thing.
pub(crate) async fn reach<T, N>(
    service: &Service,
    read: impl AsyncFn() -> Result<T, ServiceError>,
    decide: impl Fn(&T) -> Result<Option<N>, InvalidArgument>,
    write: impl AsyncFn(N, &T) -> Result<T, ServiceError>,
) -> anyhow::Result<Reached<T>> {
    let outcome = reconcile(service, read, decide, write).await;
    let outcome = outcome.map_err(|failure| match failure.is_in_doubt {
        true => in_doubt(&failure.error),
        false => explained(&failure.error),
    });
    Ok(outcome??)
}
