//! The HTTP client: TLS and proxies as configured on the machine.

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use aws_sdk_ivschat::config::{SharedAsyncSleep, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

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

/// Returns the trusted certificates of the machine, or those of AWS_CA_BUNDLE instead.
fn trusted() -> Result<TrustStore> {
    let Some(path) = env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) else {
        return Ok(TrustStore::default());
    };
    let bundle = || format!("AWS_CA_BUNDLE: {}", shown_path(Path::new(&path)));
    let pem = fs::read(&path).with_context(bundle)?;
    check(&pem).with_context(bundle)?;
    Ok(TrustStore::empty().with_pem_certificate(pem))
}

/// Returns an error for invalid certificates: the client would panic.
fn check(pem: &[u8]) -> Result<()> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        store.add(certificate?)?;
    }
    if store.is_empty() {
        bail!("no PEM certificates found");
    }
    Ok(())
}
