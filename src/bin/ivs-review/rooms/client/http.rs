//! The HTTP client: TLS and proxies as configured on the machine.

use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use aws_sdk_ivschat::config::{SharedAsyncSleep, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::terminal::shown_path;

/// Makes connections. Respects HTTPS_PROXY, NO_PROXY and so on.
#[derive(Clone)]
pub(super) struct Http {
    tls: TlsContext,
}

impl Http {
    pub(super) fn new() -> Result<Http> {
        Ok(Http { tls: TlsContext::builder().with_trust_store(trusted()?).build()? })
    }

    /// Returns a client for the service and for credential providers.
    pub(super) fn client(self) -> SharedHttpClient {
        Builder::new().build_with_connector_fn(move |settings, components| {
            let sleep = components.and_then(|components| components.sleep_impl());
            self.connector(settings.cloned(), sleep)
        })
    }

    pub(super) fn connector(
        &self,
        settings: Option<HttpConnectorSettings>,
        sleep: Option<SharedAsyncSleep>,
    ) -> Connector {
        let mut connector = Connector::builder()
            .proxy_config(ProxyConfig::from_env())
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(self.tls.clone());
        connector.set_connector_settings(settings);
        connector.set_sleep_impl(sleep);
        connector.build()
    }
}

/// Returns a TLS configuration for connections that the SDK does not make, with the same
/// certificates.
pub(super) fn tls_config() -> Result<ClientConfig> {
    let roots = match bundle()? {
        Some((_, roots)) => roots,
        None => {
            let mut roots = RootCertStore::empty();
            // Some of them may be unreadable; a server whose certificate is missing is refused.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            roots
        }
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config?.with_root_certificates(roots).with_no_client_auth())
}

/// Returns the trusted certificates of the machine, or those of AWS_CA_BUNDLE instead.
fn trusted() -> Result<TrustStore> {
    Ok(match bundle()? {
        Some((pem, _)) => TrustStore::empty().with_pem_certificate(pem),
        None => TrustStore::default(),
    })
}

/// Returns the certificates of AWS_CA_BUNDLE, also parsed: the client would panic on invalid ones.
fn bundle() -> Result<Option<(Vec<u8>, RootCertStore)>> {
    let Some(path) = env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    let bundle = || format!("AWS_CA_BUNDLE: {}", shown_path(Path::new(&path)));
    let pem = fs::read(&path).with_context(bundle)?;
    let roots = parse(&pem).with_context(bundle)?;
    Ok(Some((pem, roots)))
}

fn parse(pem: &[u8]) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        store.add(certificate?)?;
    }
    if store.is_empty() {
        bail!("no PEM certificates found");
    }
    Ok(store)
}
