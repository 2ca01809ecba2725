//! Changing one thing until it is as wished: [`reach`].

use std::cell::RefCell;

use ivs_chat_review::provision::value_limits::LimitError;

use crate::rooms::client::{Service, ServiceError};
use crate::rooms::ui::advice::{explained, in_doubt};

/// How something was, and how it is now. Without an `after` it was as wished, and nothing was sent.
pub(crate) struct Reached<T> {
    pub(crate) before: T,
    pub(crate) after: Option<T>,
}

/// Reads something, decides what of it is to change, and has that changed; the same again while that may
/// help. A change that came about without an answer is found by reading, and not made twice.
pub(crate) async fn reach<T, N>(
    service: &Service,
    read: impl AsyncFn() -> Result<T, ServiceError>,
    decide: impl Fn(&T) -> Result<Option<N>, LimitError>,
    write: impl AsyncFn(N, &T) -> Result<T, ServiceError>,
) -> anyhow::Result<Reached<T>> {
    let unanswered = RefCell::new(None);
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
            Err(error) => return Ok(Err(error)),
        };
        match write(new, &now).await {
            Ok(after) => Ok(Ok(Reached { before: now, after: Some(after) })),
            Err(error) => {
                if error.is_unsure {
                    unanswered.replace(Some(now));
                }
                Err(error)
            }
        }
    };
    let outcome = service.persist(attempt).await;
    let outcome = outcome.map_err(|error| match unanswered.take() {
        Some(_) => in_doubt(&error),
        None => explained(&error),
    });
    Ok(outcome??)
}
