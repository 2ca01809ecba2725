//! Requests to Lambda and CloudWatch: [`SignedClient`].
//!
//! Few operations of both are needed. They are sent and signed by the crates of the SDK, with the
//! same credentials, proxy and certificates as those to IVS Chat, but without the generated clients.

use std::time::{Duration, SystemTime};

use aws_sdk_ivschat::config::http::HttpRequest;
use aws_sdk_ivschat::config::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::aws_service::AwsService;
use super::endpoints::Endpoints;
use super::error::{FailureKind, ServiceError};

/// The time after which a request without an answer has failed.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The maximum size of an answer, in bytes.
const MAX_BODY: usize = 16 << 20;

/// A request before it is signed.
pub(super) struct Request<'r> {
    pub(super) method: &'static str,
    /// With what is not allowed in a path escaped, and the query.
    pub(super) path: String,
    pub(super) headers: &'r [(&'static str, &'static str)],
    pub(super) body: Vec<u8>,
    /// The status of a successful answer.
    pub(super) expected: u16,
}

impl Request<'static> {
    pub(super) fn get(path: String) -> Request<'static> {
        Request { method: "GET", path, headers: &[], body: Vec::new(), expected: 200 }
    }
}

/// The headers of a request with a JSON body.
pub(super) const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// A successful answer.
pub(super) struct Answer {
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Returns a header, whose name is in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// Decodes the body, of which unknown members are ignored.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T, ServiceError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let kind = match serde_json::from_slice::<serde_json::Value>(&self.body) {
                Ok(_) => "JSON that the service does not return",
                Err(_) => "not JSON",
            };
            let (line, column) = (error.line(), error.column());
            ServiceError::wrong_endpoint(&format!("{kind} (line {line}, column {column})"))
                .maybe_applied()
        })
    }
}

/// The members of an error (AWS Lambda API Reference, "Errors" of each operation, and AWS JSON 1.0).
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    #[serde(alias = "Message")]
    message: Option<String>,
    __type: Option<String>,
}

/// Signs requests and sends them.
pub(super) struct SignedClient {
    connector: Connector,
    provider: SharedCredentialsProvider,
    endpoints: Endpoints,
    region: String,
}

impl SignedClient {
    pub(super) fn new(
        connector: Connector,
        provider: SharedCredentialsProvider,
        endpoints: Endpoints,
        region: &str,
    ) -> SignedClient {
        SignedClient { connector, provider, endpoints, region: region.to_owned() }
    }

    /// Sends a request once.
    pub(super) async fn send(
        &self,
        service: AwsService,
        request: Request<'_>,
    ) -> Result<Answer, ServiceError> {
        let expected = request.expected;
        let signed = self.signed(service, request).await?;
        let answer = async {
            let answer = self.connector.call(signed).await.map_err(|error| {
                let kind = match error.is_user() {
                    true => FailureKind::Rejected,
                    false => FailureKind::Unavailable,
                };
                ServiceError::unanswered(kind, &error)
            })?;
            let status = answer.status().as_u16();
            let headers = answer.headers().iter();
            let headers: Vec<_> =
                headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
            let body = Limited::new(answer.into_body(), MAX_BODY).collect().await;
            let body = body.map_err(|error| {
                ServiceError::unanswered(FailureKind::Unavailable, &*error).maybe_applied()
            })?;
            Ok((status, Answer { headers, body: body.to_bytes().into() }))
        };
        let (status, answer) =
            tokio::time::timeout(TIMEOUT, answer).await.unwrap_or_else(|_| {
                let error = std::io::Error::other(format!("timeout after {TIMEOUT:?}"));
                Err(ServiceError::unanswered(FailureKind::Unavailable, &error))
            })?;
        if status == expected {
            return Ok(answer);
        }
        Err(match status {
            0..300 => {
                let what = format!("HTTP {status}, expected {expected}, as from AWS");
                ServiceError::wrong_endpoint(&what).maybe_applied()
            }
            300..400 => ServiceError::redirected(status, answer.header("location")),
            _ => error(status, &answer),
        })
    }

    async fn signed(
        &self,
        service: AwsService,
        request: Request<'_>,
    ) -> Result<HttpRequest, ServiceError> {
        let Request { method, path, headers, body, .. } = request;
        let uri = format!("{}{path}", self.endpoints.of(service, &self.region));
        let identity = self.provider.provide_credentials().await;
        let identity = identity.map_err(|error| ServiceError::credentials(&error))?.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service.signing_name())
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| ServiceError::rejected(&error))?
            .into();
        let signable =
            SignableRequest::new(method, &uri, headers.iter().copied(), SignableBody::Bytes(&body));
        let signature = signable.and_then(|request| sign(request, &params));
        let signature = signature.map_err(|error| ServiceError::rejected(&error))?;
        let (signature, _) = signature.into_parts();
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method(method).map_err(|error| ServiceError::rejected(&error))?;
        request.set_uri(uri).map_err(|error| ServiceError::rejected(&error))?;
        for (name, value) in headers.iter().copied().chain(signature.headers()) {
            request.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        Ok(request)
    }
}

fn error(status: u16, answer: &Answer) -> ServiceError {
    let body: ErrorBody = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = answer.header("x-amzn-errortype").or(body.__type.as_deref());
    // `namespace#Code:http://…`
    let code = code.and_then(|code| code.split(':').next()?.rsplit('#').next());
    // Lambda has a code in each error. The runtime interface emulator has none for what it does not know.
    if status == 404 && code.is_none() {
        return ServiceError::not_implemented(status);
    }
    let seconds = answer.header("retry-after").and_then(|text| text.parse().ok());
    ServiceError::answered(status, code, body.message.as_deref())
        .retried_after(seconds.map(Duration::from_secs))
}

/// Escapes a text for a segment of a path (RFC 3986, 2.3).
pub(super) fn segment(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(byte.into());
            }
            _ => escaped += &format!("%{byte:02X}"),
        }
    }
    escaped
}
