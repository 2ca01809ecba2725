//! Credential providers.

use std::time::{Duration, SystemTime};

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::future;
use aws_sdk_ivschat::config::{
    Credentials, ProvideCredentials, Region, SharedCredentialsProvider, SharedHttpClient,
};
use tokio::sync::Mutex;

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
/// that all clients share: it resolves credentials again only shortly before they expire.
pub(super) async fn resolved(
    provider: SharedCredentialsProvider,
) -> Result<SharedCredentialsProvider, ServiceError> {
    let first = provider.provide_credentials().await;
    let first = first.map_err(|error| ServiceError::credentials(&error))?;
    Ok(SharedCredentialsProvider::new(Cached { known: Mutex::new(first), provider }))
}

/// How long before they expire credentials are replaced.
const BEFORE_EXPIRY: Duration = Duration::from_secs(60);

/// A provider with the credentials that it resolved last.
#[derive(Debug)]
struct Cached {
    known: Mutex<Credentials>,
    provider: SharedCredentialsProvider,
}

impl ProvideCredentials for Cached {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let mut known = self.known.lock().await;
            let soon = SystemTime::now() + BEFORE_EXPIRY;
            if known.expiry().is_some_and(|expiry| expiry <= soon) {
                *known = self.provider.provide_credentials().await?;
            }
            Ok(known.clone())
        })
    }
}
