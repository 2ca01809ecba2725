//! Connections for WebSockets: through a proxy and with TLS where they are needed, as the SDK makes its own.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::http::uri::Uri;
use hyper::{Method, Request};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::rooms::client::http::tls_config;

/// A connection of any kind.
pub(super) type Stream = Box<dyn Duplex>;

pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Connects to the host of a URL with the scheme `ws` or `wss`.
pub(super) async fn open(url: &Uri) -> Result<Stream> {
    let is_encrypted = url.scheme_str() == Some("wss");
    let (host, port) = address(url, if is_encrypted { 443 } else { 80 })?;
    let stream = match proxy(url, is_encrypted)? {
        Some(proxy) => tunnel(&proxy, &format!("{host}:{port}")).await?,
        None => tcp(host, port).await?,
    };
    if is_encrypted { encrypt(stream, host).await } else { Ok(stream) }
}

/// Returns the host, with the brackets of an IPv6 address, and the port.
fn address(url: &Uri, default_port: u16) -> Result<(&str, u16)> {
    let host = url.host().context("no host in the URL of the messaging API")?;
    Ok((host, url.port_u16().unwrap_or(default_port)))
}

/// Returns the proxy of HTTPS_PROXY and so on, which know the schemes of HTTP only.
fn proxy(url: &Uri, is_encrypted: bool) -> Result<Option<Intercept>> {
    let scheme = if is_encrypted { "https" } else { "http" };
    let authority = url.authority().map_or("", |it| it.as_str());
    let url: Uri = format!("{scheme}://{authority}/").parse()?;
    Ok(Matcher::from_env().intercept(&url))
}

async fn tcp(host: &str, port: u16) -> Result<Stream> {
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await;
    let stream = stream.with_context(|| format!("cannot connect to {host}:{port}"))?;
    let _ = stream.set_nodelay(true);
    Ok(Box::new(stream))
}

async fn encrypt(stream: Stream, host: &str) -> Result<Stream> {
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())?;
    let connector = TlsConnector::from(Arc::new(tls_config()?));
    let stream = connector.connect(name, stream).await;
    Ok(Box::new(stream.with_context(|| format!("no TLS connection to {host}"))?))
}

/// Asks a proxy for a connection to an address (RFC 9110, 9.3.6).
async fn tunnel(proxy: &Intercept, target: &str) -> Result<Stream> {
    let (default_port, is_encrypted) = match proxy.uri().scheme_str() {
        Some("http") | None => (80, false),
        Some("https") => (443, true),
        Some(scheme) => bail!("a proxy with the scheme `{scheme}` is not supported for chat"),
    };
    let (host, port) = address(proxy.uri(), default_port)?;
    let what = || format!("the proxy {host}:{port} does not connect to {target}");
    let stream = tcp(host, port).await.with_context(what)?;
    let stream = if is_encrypted { encrypt(stream, host).await? } else { stream };
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection.with_upgrades());
    let mut request = Request::builder().method(Method::CONNECT).uri(target).header("host", target);
    if let Some(authorization) = proxy.basic_auth() {
        request = request.header("proxy-authorization", authorization);
    }
    let response = sender.send_request(request.body(Empty::<Bytes>::new())?).await;
    let response = response.with_context(what)?;
    if !response.status().is_success() {
        connection.abort();
        bail!("{}: HTTP {}", what(), response.status().as_u16());
    }
    Ok(Box::new(TokioIo::new(hyper::upgrade::on(response).await.with_context(what)?)))
}
