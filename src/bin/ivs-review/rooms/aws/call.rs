//! One call, and again if it failed for a while: [`Caller`].

use std::cell::Cell;
use std::error::Error;
use std::future::Future;
use std::num::NonZeroU32;
use std::time::Duration;

use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};
use backon::{ExponentialBuilder, Retryable};

use super::super::progress::note;
use super::super::stop::Stop;
use super::error::ServiceError;
use super::pace::Pace;

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

    /// Sends a request at its turn, and again, each time at a turn of its own, while that may help. A
    /// stop ends the waiting; what was sent is finished.
    pub(super) async fn call<T, E, Sent>(
        &self,
        pace: &Pace,
        send: impl Fn() -> Sent,
    ) -> Result<T, ServiceError>
    where
        E: Error + ProvideErrorMetadata + 'static,
        Sent: Future<Output = Result<T, SdkError<E>>>,
    {
        let attempt = || async {
            pace.turn(&self.stop).await?;
            let answer = send().await?;
            self.is_answered.set(true);
            Ok(answer)
        };
        let stop = self.stop.clone();
        let sleep = move |time| {
            let stop = stop.clone();
            async move { stop.sleep(time).await }
        };
        attempt
            .retry(self.back_off)
            .sleep(sleep)
            .when(ServiceError::may_pass)
            .notify(|error: &ServiceError, time| {
                if !self.is_answered.get() {
                    note(&format!("note: {error}; trying again in {:.0} s", time.as_secs_f64()));
                }
            })
            .adjust(|error, time| {
                let asked = error.retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
                time.map(|time| time.max(asked))
            })
            .await
    }
}
