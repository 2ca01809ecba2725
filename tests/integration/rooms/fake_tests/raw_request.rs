//! Raw requests, which the SDK would not send.

use std::time::{Duration, SystemTime};

use aws_sdk_ivschat::config::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use serde_json::Value;

use crate::rooms::fake::{ACCESS_KEY_ID, FakeService, REGION, SECRET_ACCESS_KEY};

/// A response.
pub(super) struct RawResponse {
    pub(super) status: u16,
    pub(super) kind: String,
    pub(super) body: Value,
}

/// Sends a request with a valid signature. `head` is method and path, such as `POST /GetRoom`.
pub(super) fn send(fake: &FakeService, head: &str, body: &str) -> RawResponse {
    RawRequest::default().send(fake, head, body)
}

/// How a raw request is signed and sent.
pub(super) struct RawRequest {
    pub(super) content_type: Option<&'static str>,
    pub(super) key: &'static str,
    pub(super) secret: &'static str,
    pub(super) region: &'static str,
    pub(super) service: &'static str,
    /// Whether it is signed.
    pub(super) sign: bool,
    /// Whether the body is changed after signing.
    pub(super) alter: bool,
    /// The clock skew of the client, in seconds.
    pub(super) clock_skew: u64,
}

impl Default for RawRequest {
    fn default() -> Self {
        Self {
            content_type: Some("application/json"),
            key: ACCESS_KEY_ID,
            secret: SECRET_ACCESS_KEY,
            region: REGION,
            service: "ivschat",
            sign: true,
            alter: false,
            clock_skew: 0,
        }
    }
}

impl RawRequest {
    pub(super) fn send(&self, fake: &FakeService, head: &str, body: &str) -> RawResponse {
        let (method, path) = head.split_once(' ').expect("method and path");
        let uri = format!("{}{path}", fake.endpoint());
        let host = fake.endpoint().trim_start_matches("http://");
        let mut headers = vec![("host", host)];
        if let Some(content_type) = self.content_type.filter(|_| method == "POST") {
            headers.push(("content-type", content_type));
        }
        let identity = Credentials::new(self.key, self.secret, None, None, "test").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(SystemTime::now() - Duration::from_secs(self.clock_skew))
            .settings(SigningSettings::default())
            .build()
            .expect("all parameters are set")
            .into();
        let signable = SignableRequest::new(
            method,
            &uri,
            headers.iter().copied(),
            SignableBody::Bytes(body.as_bytes()),
        );
        let signed = sign(signable.expect("a URI"), &params).expect("it can be signed");
        let (instructions, _) = signed.into_parts();
        let mut request = hyper::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if self.sign {
            for (name, value) in instructions.headers() {
                request = request.header(name, value);
            }
        }
        let body = if self.alter { format!(" {body}") } else { body.into() };
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build();
        let agent = ureq::Agent::new_with_config(config);
        let response = if body.is_empty() && method == "GET" {
            agent.run(request.body(()).expect("a request"))
        } else {
            agent.run(request.body(body).expect("a request"))
        };
        let mut response = response.expect("a response");
        let kind =
            response.headers().get("x-amzn-errortype").map(|kind| kind.to_str().expect("ASCII"));
        let kind = kind.unwrap_or_default().to_owned();
        let text = response.body_mut().read_to_string().expect("text");
        let body = serde_json::from_str(&text).expect("JSON");
        RawResponse { status: response.status().as_u16(), kind, body }
    }
}
