//! Credential providers.

use std::sync::{Mutex, PoisonError};

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::future;
use aws_sdk_ivschat::config::{
    Credentials, ProvideCredentials, Region, SharedCredentialsProvider, SharedHttpClient,
};

use super::error::ServiceError;

/// Returns a provider for a named profile that ignores credentials in the environment.
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

/// A provider whose first credentials are resolved in advance, so missing ones are reported early
/// and once. Later credentials come from the inner provider.
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
