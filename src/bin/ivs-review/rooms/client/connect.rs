//! Configures the SDK clients: Region, credentials, TLS and timeouts.

use std::num::NonZeroU32;
use std::time::Duration;

use anyhow::{Result, bail};
use aws_config::BehaviorVersion;
use aws_sdk_ivschat::config::retry::RetryConfig;
use aws_sdk_ivschat::config::timeout::TimeoutConfig;
use aws_sdk_ivschat::config::{AppName, IdentityCache, Region};
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;

use super::answer::AnswerCheck;
use super::credentials;
use super::endpoints::Endpoints;
use super::http::Http;
use super::messaging::Messaging;
use super::profile;
use super::region;
use super::signed::SignedClient;
use crate::clock;

/// How the service is reached. The help of each command refers to `rooms --help` for these options.
#[derive(clap::Args)]
#[command(next_help_heading = "Connection, for all commands")]
pub(crate) struct ConnectArgs {
    /// AWS Region [default: from the AWS configuration, else from the ARNs]
    #[arg(long, value_name = "REGION", hide = true)]
    pub(crate) region: Option<String>,
    /// Profile in the AWS configuration files, which also have the credentials
    #[arg(long, value_name = "NAME", hide = true)]
    pub(crate) profile: Option<String>,
    /// Requests per second for each operation on rooms and channels; other operations are scaled to
    /// their quotas
    #[arg(long, value_name = "CALLS", default_value_t = 4.9, value_parser = rate, hide = true)]
    pub(crate) rate: f64,
    /// Maximum attempts per request
    #[arg(
        long,
        value_name = "N",
        default_value = "8",
        value_parser = attempts,
        env = "AWS_MAX_ATTEMPTS",
        hide_env_values = true,
        hide = true
    )]
    pub(crate) attempts: NonZeroU32,
}

fn rate(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(rate) if (0.01..=1_000.0).contains(&rate) => Ok(rate),
        _ => Err("expected a number from 0.01 to 1000, such as 4.9"),
    }
}

fn attempts(text: &str) -> Result<NonZeroU32, &'static str> {
    text.parse().map_err(|_| "expected a positive whole number, here or in AWS_MAX_ATTEMPTS")
}

/// The time for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The clients of all services, with the same settings.
pub(super) struct Clients {
    pub(super) chat: aws_sdk_ivschat::Client,
    pub(super) video: aws_sdk_ivs::Client,
    /// Lambda and CloudWatch.
    pub(super) signed: SignedClient,
    pub(super) messaging: Messaging,
    pub(super) region: String,
}

/// Finds the Region and the credentials, and returns clients for them.
pub(super) async fn clients(args: &ConnectArgs, expected_region: Option<&str>) -> Result<Clients> {
    clock::check()?;
    let profile = args.profile.as_deref();
    profile::check(profile).await?;
    let endpoints = Endpoints::read(profile).await?;
    let has_endpoint = endpoints.is_any_configured();
    let found =
        region::find(args.region.as_deref(), profile, expected_region, has_endpoint).await?;
    let region = Region::new(found.clone());
    let connections = Http::new()?;
    let http = connections.clone().client();

    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region.clone())
        .http_client(http.clone());
    if let Some(name) = profile {
        let provider = credentials::of_profile(name, &region, &http);
        loader = loader.profile_name(name).credentials_provider(provider);
    }
    let shared = loader.load().await;
    let timeouts = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build();
    let connector = connections.connector(Some(timeouts), shared.sleep_impl());
    let messaging = Messaging::new(endpoints.messaging(&found));

    // These timeouts do not apply to credential providers, which have their own: a second factor
    // takes time.
    let mut settings = shared.to_builder();
    settings.set_app_name(Some(AppName::new("ivs-review")?));
    // All clients share the provider, whose credentials are resolved once: that may ask for a second
    // factor.
    let Some(provider) = shared.credentials_provider() else {
        bail!("no AWS credentials");
    };
    let provider = credentials::resolved(provider).await?;
    settings.set_credentials_provider(Some(provider.clone()));
    let settings = settings
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(Duration::from_secs(10))
                .operation_attempt_timeout(Duration::from_secs(30))
                .build(),
        )
        .retry_config(RetryConfig::disabled())
        .identity_cache(IdentityCache::lazy().load_timeout(Duration::from_secs(60)).build())
        .build();
    let chat = aws_sdk_ivschat::config::Builder::from(&settings).interceptor(AnswerCheck);
    let video = aws_sdk_ivs::config::Builder::from(&settings).interceptor(AnswerCheck);
    Ok(Clients {
        chat: aws_sdk_ivschat::Client::from_conf(chat.build()),
        video: aws_sdk_ivs::Client::from_conf(video.build()),
        signed: SignedClient::new(connector, provider, endpoints, &found),
        messaging,
        region: found,
    })
}
