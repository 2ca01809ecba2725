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

/// Resolves credentials in advance, so missing ones are reported early and once. Returns a provider
/// that starts with them.
pub(super) async fn resolved(
    provider: SharedCredentialsProvider,
) -> Result<SharedCredentialsProvider, ServiceError> {
    let first = provider.provide_credentials().await;
    let first = first.map_err(|error| ServiceError::credentials(&error))?;
    let first = Mutex::new(Some(first));
    Ok(SharedCredentialsProvider::new(StartingWith { first, provider }))
}

/// A provider with known first credentials. Later ones come from the inner provider.
#[derive(Debug)]
struct StartingWith {
    first: Mutex<Option<Credentials>>,
    provider: SharedCredentialsProvider,
}

impl ProvideCredentials for StartingWith {
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
