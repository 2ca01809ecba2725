//! HTTP: one port for the control plane, the WebSockets and the page.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use ivs_chat_review::chat::control::{HttpRequest, Scope, ServiceError};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::guard::{Guard, Purpose};
use super::hub::Hub;
use super::{assets, local, socket};

pub(super) type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// The maximum number of open connections.
pub(super) const MAX_CONNECTIONS: usize = 2_000;

/// The maximum size of the body of a request, in bytes.
const MAX_BODY: usize = 64 << 10;

/// How long a connection may be idle, or take for the headers of a request: longer than clients keep idle connections.
const IDLE: Duration = Duration::from_secs(100);

/// How long a client may take for the body of a request.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Server {
    pub(super) hub: Arc<Hub>,
    pub(super) guard: Guard,
}

impl Server {
    /// Accepts connections until the future is dropped.
    pub(super) async fn run(self: Arc<Self>, listener: TcpListener) {
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let Ok((stream, client)) = listener.accept().await else {
                // Usually too many open files.
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let server = self.clone();
            tokio::spawn(async move {
                server.serve(stream, client).await;
                drop(place);
            });
        }
    }

    async fn serve(self: Arc<Self>, stream: TcpStream, client: SocketAddr) {
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request| {
            let server = self.clone();
            async move { Ok::<_, Infallible>(server.answer(request, client).await) }
        });
        // Errors are those of the client or of the network.
        let _ = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE)
            .max_buf_size(MAX_BODY)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
            .await;
    }

    async fn answer(&self, request: Request<Incoming>, client: SocketAddr) -> Answer {
        let path = request.uri().path();
        let is_upgrade = request.method() == Method::GET
            && header(request.headers(), "upgrade")
                .is_some_and(|it| it.eq_ignore_ascii_case("websocket"));
        let is_of_page = path.starts_with("/local/");
        let purpose = if is_of_page { Purpose::Page } else { Purpose::Service };
        let host = match self.guard.check(request.headers(), purpose) {
            Ok(host) => host.to_owned(),
            Err(why) => return message(StatusCode::FORBIDDEN, why),
        };
        let mut answer = match (request.method(), path) {
            _ if is_upgrade => return self.upgrade(request, client),
            (&Method::GET, "/local/events") => local::events(&self.hub),
            (&Method::GET | &Method::POST, path) if is_of_page => {
                let (method, path) = (request.method().clone(), path.to_owned());
                let query = request.uri().query().map(str::to_owned);
                let is_json = is_json(request.headers());
                match body(request).await {
                    Err(refusal) => refusal,
                    Ok(_) if method == Method::POST && !is_json => {
                        let expected = "content-type must be application/json";
                        message(StatusCode::UNSUPPORTED_MEDIA_TYPE, expected)
                    }
                    Ok(body) => local::answer(&self.hub, &method, &path, query.as_deref(), &body),
                }
            }
            (&Method::GET, "/") => file(Some(("text/html; charset=utf-8", assets::INDEX))),
            (&Method::GET, path) if path.starts_with("/page/") => file(assets::file(&path[6..])),
            _ => self.control(request).await,
        };
        secure(answer.headers_mut(), &host);
        answer
    }

    /// Accepts a WebSocket whose sub-protocol is a token.
    fn upgrade(&self, mut request: Request<Incoming>, client: SocketAddr) -> Answer {
        let headers = request.headers();
        let protocols: Vec<_> = headers.get_all("sec-websocket-protocol").iter().collect();
        let token = match protocols[..] {
            [token] => token.to_str().ok().filter(|it| !it.contains(',')).map(str::to_owned),
            _ => None,
        };
        let key = header(headers, "sec-websocket-key").map(|key| derive_accept_key(key.as_bytes()));
        if header(headers, "sec-websocket-version") != Some("13") {
            let mut answer = message(StatusCode::UPGRADE_REQUIRED, "the version must be 13");
            answer.headers_mut().insert("sec-websocket-version", HeaderValue::from_static("13"));
            return answer;
        }
        let Some(key) = key else {
            return message(StatusCode::BAD_REQUEST, "Sec-WebSocket-Key is missing");
        };
        let ip = client.ip().to_canonical().to_string();
        let connected = token.as_deref().and_then(|token| self.hub.connect(token, &ip));
        let (Some(token), Some((id, outgoing))) = (token, connected) else {
            return empty(StatusCode::FORBIDDEN);
        };
        let upgraded = hyper::upgrade::on(&mut request);
        let hub = self.hub.clone();
        tokio::spawn(async move {
            if let Ok(upgraded) = upgraded.await {
                socket::serve(&hub, id, upgraded, outgoing).await;
            }
            hub.disconnected(id);
        });
        let mut answer = empty(StatusCode::SWITCHING_PROTOCOLS);
        for (name, value) in [
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-accept", &*key),
            // Clients fail without it.
            ("sec-websocket-protocol", &*token),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                answer.headers_mut().insert(name, value);
            }
        }
        answer
    }

    /// Executes a request of an AWS SDK.
    async fn control(&self, request: Request<Incoming>) -> Answer {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let content_type = header(request.headers(), "content-type").map(str::to_owned);
        let authorization = header(request.headers(), "authorization").map(str::to_owned);
        let body = match body(request).await {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let parsed = HttpRequest {
            method: method.as_str(),
            path: uri.path(),
            query: uri.query(),
            content_type: content_type.as_deref(),
            body: &body,
        }
        .parse();
        let answer = match (parsed, authorization.as_deref().map(Scope::parse)) {
            (Err(why), _) => Err(ServiceError::no_operation(&why)),
            (Ok(_), None) => {
                let kind = "MissingAuthenticationTokenException";
                Err(ServiceError::new(403, kind, "Missing Authentication Token"))
            }
            (Ok(_), Some(Err(why))) => {
                Err(ServiceError::new(403, "IncompleteSignatureException", why))
            }
            (Ok((operation, input)), Some(Ok(scope))) => {
                if scope.service == operation.service {
                    self.hub.control((scope.region, scope.account()), operation, &input)
                } else {
                    let why = "Credential should be scoped to correct service: 'ivschat'.";
                    Err(ServiceError::new(403, "InvalidSignatureException", why))
                }
            }
        };
        let mut response = match answer {
            Ok(Value::Null) => empty(StatusCode::NO_CONTENT),
            Ok(answer) => json_answer(StatusCode::OK, answer.to_string()),
            Err(error) => {
                let status = StatusCode::from_u16(error.status);
                let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let mut response = json_answer(status, error.body.to_string());
                let kind = HeaderValue::from_static(error.kind);
                response.headers_mut().insert("x-amzn-errortype", kind);
                response
            }
        };
        if let Ok(id) = HeaderValue::from_str(&self.hub.new_id()) {
            response.headers_mut().insert("x-amzn-requestid", id);
        }
        response
    }
}

/// Reads a body of limited size.
async fn body(request: Request<Incoming>) -> Result<Bytes, Answer> {
    match timeout(PATIENCE, Limited::new(request.into_body(), MAX_BODY).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(_)) => Err(message(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large")),
        Err(_) => Err(message(StatusCode::REQUEST_TIMEOUT, "the body did not arrive")),
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = header(headers, "content-type").unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json")
}

pub(super) fn answer_with(
    status: StatusCode,
    kind: &'static str,
    body: impl Into<Bytes>,
) -> Answer {
    let mut answer = Response::new(Full::new(body.into()).boxed_unsync());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default().boxed_unsync());
    *answer.status_mut() = status;
    answer
}

pub(super) fn json_answer(status: StatusCode, json: String) -> Answer {
    answer_with(status, "application/json", json)
}

pub(super) fn message(status: StatusCode, text: &str) -> Answer {
    json_answer(status, json!({"message": text}).to_string())
}

fn file(found: Option<(&'static str, &'static str)>) -> Answer {
    match found {
        Some((kind, content)) => answer_with(StatusCode::OK, kind, content),
        None => message(StatusCode::NOT_FOUND, "not found"),
    }
}

/// Nothing may be loaded from, sent to or embedded in other sites. The host was checked.
fn secure(headers: &mut HeaderMap, host: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self' ws://{host} wss://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
