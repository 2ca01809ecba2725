//! Calls at their turn, and again if they failed for a while: [`Caller`].

use std::cell::Cell;
use std::error::Error;
use std::num::NonZeroU32;
use std::time::Duration;

use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};
use backon::{BackoffBuilder, ExponentialBuilder};

use super::error::{FailureKind, ServiceError};
use super::rate_limit::Pace;
use crate::rooms::shutdown::Stop;
use crate::rooms::ui::progress::note;

/// The longest that a service may ask to be left alone.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

pub(super) struct Caller {
    back_off: ExponentialBuilder,
    stop: Stop,
    /// Whether any call was ever answered. Until then people may wait in vain, and are told why.
    is_answered: Cell<bool>,
}

impl Caller {
    pub(super) fn new(attempts: NonZeroU32, stop: Stop) -> Caller {
        let back_off = ExponentialBuilder::new()
            .with_min_delay(Duration::from_secs(1))
            .with_max_delay(Duration::from_secs(20))
            .with_jitter()
            .with_max_times(attempts.get() as usize - 1);
        Caller { back_off, stop, is_answered: Cell::new(false) }
    }

    /// Sends a request at its turn.
    pub(super) async fn call<T, E>(
        &self,
        pace: &Pace,
        request: impl Future<Output = Result<T, SdkError<E>>>,
    ) -> Result<T, ServiceError>
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        pace.turn(&self.stop).await?;
        let answer = request.await?;
        self.is_answered.set(true);
        Ok(answer)
    }

    /// Makes an attempt, and again while that may help.
    pub(super) async fn persist<T>(
        &self,
        attempt: impl AsyncFnMut() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.persist_while(attempt, ServiceError::may_pass).await
    }

    /// Makes an attempt at what must not be done twice, and again only if nothing came of it for sure.
    pub(super) async fn persist_once<T>(
        &self,
        attempt: impl AsyncFnMut() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.persist_while(attempt, ServiceError::may_be_sent_again).await
    }

    /// A stop ends the waiting with what the last attempt came to. Once an attempt may have done what was
    /// asked, no later one that fails is sure that it was not.
    async fn persist_while<T>(
        &self,
        mut attempt: impl AsyncFnMut() -> Result<T, ServiceError>,
        may_help: impl Fn(&ServiceError) -> bool,
    ) -> Result<T, ServiceError> {
        let mut waits = self.back_off.build();
        let mut last: Option<ServiceError> = None;
        loop {
            let mut error = match attempt().await {
                Err(error) if error.kind == FailureKind::Stopped => {
                    return Err(last.unwrap_or(error));
                }
                Err(error) => error,
                done => return done,
            };
            let may_help = may_help(&error);
            error.is_unsure |= last.is_some_and(|last| last.is_unsure);
            if !may_help {
                return Err(error);
            }
            let Some(wait) = waits.next() else { return Err(error) };
            let wait = wait.max(error.retry_after.unwrap_or_default().min(MAX_RETRY_AFTER));
            if !self.is_answered.get() {
                note(&format!("note: {error}; trying again in {:.0} s", wait.as_secs_f64()));
            }
            self.stop.sleep(wait).await;
            last = Some(error);
        }
    }
}
