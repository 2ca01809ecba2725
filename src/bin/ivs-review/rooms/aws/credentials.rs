//! Credentials: where they come from, and what to do when there are none.

use std::error::Error;
use std::sync::{Mutex, PoisonError};

use aws_config::meta::ProviderChainError;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use aws_sdk_ivschat::config::{
    Credentials, ProvideCredentials, Region, SharedCredentialsProvider, SharedHttpClient,
};

use super::error::{ServiceError, texts};

/// Behind what is wrong with credentials.
pub(super) const HELP: &str =
    "; sign in, such as by `aws sso login`, or choose a profile by --profile or AWS_PROFILE";

/// Those of the profile that somebody named, and never those that the environment holds.
pub(super) fn of_profile(
    name: &str,
    region: &Region,
    http: &SharedHttpClient,
) -> ProfileFileCredentialsProvider {
    let config = ProviderConfig::without_region()
        .with_region(Some(region.clone()))
        .with_http_client(http.clone());
    ProfileFileCredentialsProvider::builder().configure(&config).profile_name(name).build()
}

/// Credentials that are there before the first call, so that it is told early and once if there are
/// none. Later ones come from where the first came from.
#[derive(Debug)]
pub(super) struct Resolved {
    first: Mutex<Option<Credentials>>,
    provider: SharedCredentialsProvider,
}

impl Resolved {
    pub(super) async fn new(provider: SharedCredentialsProvider) -> Result<Resolved, ServiceError> {
        let first = provider.provide_credentials().await;
        let first = first.map_err(|error| ServiceError::credentials(&error))?;
        Ok(Resolved { first: Mutex::new(Some(first)), provider })
    }
}

impl ProvideCredentials for Resolved {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        match first {
            Some(first) => future::ProvideCredentials::ready(Ok(first)),
            None => self.provider.provide_credentials(),
        }
    }
}

/// What is wrong, in the words of who looked for them.
pub(super) fn problem(error: &CredentialsError) -> String {
    match error.source() {
        // That every place was tried in vain says nothing.
        Some(source) if !source.is::<ProviderChainError<CredentialsError>>() => {
            format!("no AWS credentials: {}", texts(source))
        }
        _ => "no AWS credentials".to_owned(),
    }
}
