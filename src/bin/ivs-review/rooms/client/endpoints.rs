//! The addresses of the services, from the environment or a profile: [`Endpoints`].

use std::env;

use anyhow::{Result, bail};
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_ivschat::config::Region;
use aws_types::service_config::ServiceConfigKey;
use ivs_chat_review::display::display_safe;

use super::aws_service::AwsService;

/// The variable with the endpoint of the messaging API, which is not an API of the SDK.
const MESSAGING_VARIABLE: &str = "AWS_ENDPOINT_URL_IVSCHAT_MESSAGING";

/// The endpoints that are configured instead of those of AWS.
pub(super) struct Endpoints {
    configured: Vec<(AwsService, String)>,
    messaging: Option<String>,
}

impl Endpoints {
    /// Reads the endpoints as the SDK does (AWS SDKs and Tools Reference Guide, "Service-specific
    /// endpoints"): variables, then the profile, each first for the service and then for all.
    ///
    /// # Errors
    ///
    /// If one is invalid: the SDK would panic on some, and ignore others.
    pub(super) async fn read(profile: Option<&str>) -> Result<Endpoints> {
        // Neither credentials nor a Region are looked for.
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .no_credentials()
            .region(Region::from_static("none"));
        if let Some(name) = profile {
            loader = loader.profile_name(name);
        }
        let shared = loader.load().await;
        let mut configured = Vec::new();
        for service in AwsService::ALL {
            if let Some(url) = of_service(&shared, service) {
                check(&url, &["http://", "https://"], || source(service))?;
                configured.push((service, url));
            }
        }
        let messaging = env::var(MESSAGING_VARIABLE).ok();
        if let Some(url) = &messaging {
            check(url, &["ws://", "wss://"], || MESSAGING_VARIABLE.to_owned())?;
        }
        Ok(Endpoints { configured, messaging })
    }

    /// Whether any service is called at an endpoint of the configuration.
    pub(super) fn is_any_configured(&self) -> bool {
        !self.configured.is_empty()
    }

    /// Returns the URL of a service, without a slash at its end.
    pub(super) fn of(&self, service: AwsService, region: &str) -> String {
        match self.configured(service) {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("https://{}.{region}.amazonaws.com", service.signing_name()),
        }
    }

    /// Returns the URL of the messaging API. A service other than AWS has it where its other API is,
    /// as the local chat, unless it is configured.
    pub(super) fn messaging(&self, region: &str) -> String {
        if let Some(url) = &self.messaging {
            return url.clone();
        }
        let other = self.configured(AwsService::IvsChat).filter(|url| !is_of_aws(url));
        match other.and_then(|url| url.strip_prefix("http")) {
            Some(rest) => format!("ws{rest}"),
            None => format!("wss://edge.ivschat.{region}.amazonaws.com"),
        }
    }

    fn configured(&self, service: AwsService) -> Option<&str> {
        let (_, url) = self.configured.iter().find(|(it, _)| *it == service)?;
        Some(url)
    }
}

fn of_service(shared: &SdkConfig, service: AwsService) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service.id())
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build();
    shared.service_config()?.load_config(key.expect("it has all three parts"))
}

fn check(url: &str, schemes: &[&str], source: impl FnOnce() -> String) -> Result<()> {
    if schemes.iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(());
    }
    bail!(
        "{}: invalid URL `{}`; unset it, or use one such as {}localhost:4566",
        source(),
        display_safe(url),
        schemes[0]
    );
}

/// Returns where the endpoint of a service is configured.
fn source(service: AwsService) -> String {
    let variables = [service.endpoint_variable(), "AWS_ENDPOINT_URL".to_owned()];
    let variable = variables.into_iter().find(|name| env::var_os(name).is_some());
    variable.unwrap_or_else(|| format!("endpoint_url of {} in the profile", service.id()))
}

/// Whether a URL names a host of AWS, such as that of a VPC endpoint.
fn is_of_aws(url: &str) -> bool {
    let authority = url.split('/').nth(2).unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    host.ends_with(".amazonaws.com") || host.ends_with(".api.aws")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_sent_where_the_service_is() {
        for (chat, messaging, expected) in [
            (None, None, "wss://edge.ivschat.eu-west-1.amazonaws.com"),
            (Some("http://127.0.0.1:8790"), None, "ws://127.0.0.1:8790"),
            (Some("https://chat.test/"), None, "wss://chat.test/"),
            (Some("https://chat.test"), Some("ws://[::1]:80"), "ws://[::1]:80"),
            (
                Some("https://vpce-1.ivschat.eu-west-1.vpce.amazonaws.com"),
                None,
                "wss://edge.ivschat.eu-west-1.amazonaws.com",
            ),
        ] {
            let configured = chat.map(|url| (AwsService::IvsChat, url.to_owned()));
            let endpoints = Endpoints {
                configured: configured.into_iter().collect(),
                messaging: messaging.map(str::to_owned),
            };
            assert_eq!(endpoints.messaging("eu-west-1"), expected, "{chat:?}");
        }
    }
}
