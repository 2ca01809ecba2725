//! The service: all that is asked of it goes through [`Service`]. Only this folder names the SDK.
//!
//! What becomes of a request that was sent and not answered, and may have been done, is for each
//! operation to say: what can be done twice without harm is sent again, what cannot is not.

mod call;
mod cause;
mod connect;
mod convert;
mod credentials;
mod error;
mod http;
mod logging;
mod messages;
mod operation;
mod profile;
mod rate_limit;
mod region;
mod rooms;
mod tags;

use std::error::Error;

use anyhow::Result;
use aws_sdk_ivschat::Client;
use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};

use self::call::Caller;
pub(crate) use self::connect::ConnectArgs;
pub(crate) use self::error::{FailureKind, ServiceError};
pub(crate) use self::messages::{Token, TokenRequest};
use self::operation::{Operation, Paces};
pub(crate) use self::rooms::{Details, ListFilter, NewRoom};
use super::shutdown::Stop;

/// The rooms of one account and Region.
pub(crate) struct Service {
    client: Client,
    region: String,
    caller: Caller,
    paces: Paces,
}

impl Service {
    /// Finds Region and credentials, or says what to do about it. The ARNs that somebody named are of
    /// the expected Region.
    pub(crate) async fn connect(
        args: &ConnectArgs,
        expected_region: Option<&str>,
        stop: &Stop,
    ) -> Result<Service> {
        let (client, region) = connect::client(args, expected_region).await?;
        let caller = Caller::new(args.attempts, stop.clone());
        Ok(Service { client, region, caller, paces: Paces::new(args.rate) })
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// Makes an attempt at something, and again while that may help.
    pub(crate) async fn persist<T>(
        &self,
        attempt: impl AsyncFnMut() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.caller.persist(attempt).await
    }

    /// Makes an attempt to take something away, and again while that may help. That it is gone after an
    /// attempt without an answer is what was asked for.
    async fn persist_until_gone(
        &self,
        mut attempt: impl AsyncFnMut() -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        let mut is_unsure = false;
        let attempt = async || match attempt().await {
            Err(error) if error.kind == FailureKind::NotFound && is_unsure => Ok(()),
            Err(error) => {
                is_unsure |= error.is_unsure;
                Err(error)
            }
            done => done,
        };
        self.persist(attempt).await
    }

    /// Sends a request at its turn.
    async fn call<T, E>(
        &self,
        operation: Operation,
        request: impl Future<Output = Result<T, SdkError<E>>>,
    ) -> Result<T, ServiceError>
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        self.caller.call(&self.paces.of(operation), request).await
    }
}
