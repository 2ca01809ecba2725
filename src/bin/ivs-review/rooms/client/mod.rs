//! The client of the service: all calls go through [`Service`]. Only this folder uses the AWS SDK.
//!
//! A request that was sent but not answered may have been applied. Each operation decides whether
//! it is sent again: idempotent requests are, others are not.

mod alarms;
mod answer;
mod aws_service;
mod body;
mod cause;
mod channels;
mod connect;
mod convert;
mod credentials;
mod endpoints;
mod error;
mod error_body;
mod functions;
mod http;
mod layers;
mod lenient;
mod logging;
mod messages;
mod messaging;
mod operation;
mod pages;
mod profile;
mod rate_limit;
mod region;
mod retry;
mod rooms;
mod signed;
mod signed_lists;
mod tags;

use std::error::Error;

use anyhow::Result;
use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};

pub(crate) use self::alarms::Alarm;
pub(crate) use self::aws_service::AwsService;
pub(crate) use self::channels::Listed;
pub(crate) use self::connect::ConnectArgs;
pub(crate) use self::error::{FailureKind, ServiceError};
pub(crate) use self::functions::{FunctionState, Invocation};
pub(crate) use self::messages::{Token, TokenRequest};
use self::messaging::Messaging;
pub(crate) use self::messaging::{Connection, Frame, MessagingError};
pub(crate) use self::operation::Operation;
use self::operation::RateLimiters;
use self::retry::Retry;
pub(crate) use self::rooms::{ListFilter, NewRoom, RoomDetails};
use self::signed::{Answer, Request, SignedClient};
use super::shutdown::Shutdown;

/// A client for one account and Region.
pub(crate) struct Service {
    /// IVS Chat: rooms, logging configurations and users.
    client: aws_sdk_ivschat::Client,
    /// Amazon IVS: channels and their streams.
    video: aws_sdk_ivs::Client,
    /// Lambda and CloudWatch.
    signed: SignedClient,
    messaging: Messaging,
    region: String,
    retry: Retry,
    rate_limiters: RateLimiters,
}

impl Service {
    /// Finds the Region and the credentials. `expected_region` is the Region of the ARNs in the
    /// arguments.
    pub(crate) async fn connect(
        args: &ConnectArgs,
        expected_region: Option<&str>,
        shutdown: &Shutdown,
    ) -> Result<Service> {
        let clients = connect::clients(args, expected_region).await?;
        let retry = Retry::new(args.attempts, shutdown.clone());
        let rate_limiters = RateLimiters::new(args.rate);
        let connect::Clients { chat, video, signed, messaging, region } = clients;
        Ok(Service { client: chat, video, signed, messaging, region, retry, rate_limiters })
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// Returns the messaging API, in which a token is all that is needed.
    pub(crate) fn messaging(&self) -> &Messaging {
        &self.messaging
    }

    /// Makes attempts until one succeeds or fails permanently.
    pub(crate) async fn retry<T>(
        &self,
        attempt: impl AsyncFnMut() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.retry.retry(attempt).await
    }

    /// Makes attempts to delete a resource. If it does not exist after an attempt without an
    /// answer, the deletion succeeded.
    async fn retry_deletion(
        &self,
        mut attempt: impl AsyncFnMut() -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        let mut may_be_applied = false;
        let attempt = async || match attempt().await {
            Err(error) if error.kind == FailureKind::NotFound && may_be_applied => Ok(()),
            Err(error) => {
                may_be_applied |= error.may_be_applied;
                Err(error)
            }
            done => done,
        };
        self.retry(attempt).await
    }

    /// Sends a request as soon as its rate limiter permits. For requests with personal data, the text
    /// of the service is removed from errors before anything can print it, such as a note about a
    /// retry.
    async fn call<T, E>(
        &self,
        operation: Operation,
        request: impl Future<Output = Result<T, SdkError<E>>>,
    ) -> Result<T, ServiceError>
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        let answer = self.retry.call(&self.rate_limiters.of(operation), request).await;
        answer.map_err(|error| {
            let error = error.of(operation);
            if operation.is_about_users() { error.redacted() } else { error }
        })
    }

    /// The same for a request that is signed here.
    async fn call_signed(
        &self,
        operation: Operation,
        request: Request<'_>,
    ) -> Result<Answer, ServiceError> {
        let sent = self.signed.send(operation.service(), request);
        let answer = self.retry.permitted(&self.rate_limiters.of(operation), sent).await;
        answer.map_err(|error| error.of(operation))
    }
}
