//! Rate-limited calls, and retries with back-off: [`Retry`].

use std::cell::Cell;
use std::error::Error;
use std::num::NonZeroU32;
use std::time::Duration;

use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};
use backon::{BackoffBuilder, ExponentialBuilder};

use super::error::{FailureKind, ServiceError};
use super::rate_limit::RateLimiter;
use crate::rooms::shutdown::Shutdown;
use crate::rooms::ui::progress::note;

/// The maximum delay that is accepted from a `Retry-After` header.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// Retries transient failures.
pub(super) struct Retry {
    back_off: ExponentialBuilder,
    shutdown: Shutdown,
    /// Whether any call was answered. Before that, retries are announced: the service may be
    /// unreachable.
    is_answered: Cell<bool>,
}

impl Retry {
    pub(super) fn new(attempts: NonZeroU32, shutdown: Shutdown) -> Retry {
        let back_off = ExponentialBuilder::new()
            .with_min_delay(Duration::from_secs(1))
            .with_max_delay(Duration::from_secs(20))
            .with_jitter()
            .with_max_times(attempts.get() as usize - 1);
        Retry { back_off, shutdown, is_answered: Cell::new(false) }
    }

    /// Sends a request as soon as its rate limiter permits.
    pub(super) async fn call<T, E>(
        &self,
        limiter: &RateLimiter,
        request: impl Future<Output = Result<T, SdkError<E>>>,
    ) -> Result<T, ServiceError>
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        limiter.acquire(&self.shutdown).await?;
        let output = request.await?;
        self.is_answered.set(true);
        Ok(output)
    }

    /// The same for a request whose errors are known.
    pub(super) async fn permitted<T>(
        &self,
        limiter: &RateLimiter,
        request: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<T, ServiceError> {
        limiter.acquire(&self.shutdown).await?;
        let output = request.await?;
        self.is_answered.set(true);
        Ok(output)
    }

    /// Makes attempts until one succeeds or fails permanently.
    pub(super) async fn retry<T>(
        &self,
        attempt: impl AsyncFnMut() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.retry_while(attempt, ServiceError::is_transient).await
    }

    /// The same for a request that must not be applied twice: it is only retried if it was
    /// certainly not applied.
    pub(super) async fn retry_non_idempotent<T>(
        &self,
        attempt: impl AsyncFnMut() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.retry_while(attempt, ServiceError::is_transient_and_not_applied).await
    }

    /// A shutdown ends the wait with the error of the last attempt. Once an attempt may have been
    /// applied, the errors of later attempts say so too.
    async fn retry_while<T>(
        &self,
        mut attempt: impl AsyncFnMut() -> Result<T, ServiceError>,
        is_retryable: impl Fn(&ServiceError) -> bool,
    ) -> Result<T, ServiceError> {
        let mut waits = self.back_off.build();
        let mut last: Option<ServiceError> = None;
        loop {
            let mut error = match attempt().await {
                Err(error) if error.kind == FailureKind::Interrupted => {
                    return Err(last.unwrap_or(error));
                }
                Err(error) => error,
                done => return done,
            };
            let is_retryable = is_retryable(&error);
            error.may_be_applied |= last.is_some_and(|last| last.may_be_applied);
            if !is_retryable {
                return Err(error);
            }
            let Some(wait) = waits.next() else { return Err(error) };
            let wait = wait.max(error.retry_after.unwrap_or_default().min(MAX_RETRY_AFTER));
            if !self.is_answered.get() {
                note(&format!("note: {error}; retrying in {:.0} s", wait.as_secs_f64()));
            }
            self.shutdown.sleep(wait).await;
            last = Some(error);
        }
    }
}
