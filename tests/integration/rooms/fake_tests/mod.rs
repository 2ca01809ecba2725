//! Tests of the fake service with the real SDK and with raw requests.

mod faults; // quotas and injected faults
mod raw_request; // requests that the SDK does not send
mod responses; // responses to valid requests
mod validation; // refused requests and recorded violations

use aws_sdk_ivschat::Client;
use aws_sdk_ivschat::config::retry::RetryConfig;
use aws_sdk_ivschat::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ivschat::types::{FallbackResult, MessageReviewHandler};

use super::fake::{
    ACCESS_KEY_ID, FakeService, Permission, REGION, SECRET_ACCESS_KEY, Violation, ViolationKind,
    function,
};

fn run<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a thread can have a runtime").block_on(work)
}

fn client(fake: &FakeService) -> Client {
    client_with(fake, REGION, SECRET_ACCESS_KEY, None)
}

fn client_with(fake: &FakeService, region: &str, secret: &str, token: Option<&str>) -> Client {
    let token = token.map(str::to_owned);
    let config = aws_sdk_ivschat::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .endpoint_url(fake.endpoint())
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, secret, token, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

fn handler(uri: &str, fallback: &str) -> MessageReviewHandler {
    MessageReviewHandler::builder().uri(uri).fallback_result(FallbackResult::from(fallback)).build()
}

/// Starts a fake with this number of rooms without a handler, and a function that may be a handler.
fn with_rooms(count: usize) -> (FakeService, Vec<String>) {
    let fake = FakeService::start();
    let rooms = fake.account(|account| {
        account.permit(&function("review"), Permission::Granted);
        account.add_rooms("stage", count)
    });
    (fake, rooms)
}

/// Returns status and type of an error response.
fn refusal<E: ProvideErrorMetadata + std::fmt::Debug>(
    error: SdkError<E, aws_sdk_ivschat::config::http::HttpResponse>,
) -> (u16, String) {
    let status = error.raw_response().expect("a response").status().as_u16();
    (status, error.code().unwrap_or_default().to_owned())
}

fn violation(kind: ViolationKind, text: &str) -> Violation {
    Violation { kind, text: text.into() }
}

/// Replaces `R` with the ARN of the first room, and `L` with that of a logging configuration.
fn arns(fake: &FakeService, body: &str) -> String {
    let (room, logging) = fake.account(|account| {
        if account.logging.is_empty() {
            account.add_logging("chat", serde_json::json!({"s3": {"bucketName": "logs"}}));
        }
        let logging = account.logging.keys().next().expect("it was added").clone();
        (account.rooms.keys().next().expect("a room").clone(), logging)
    });
    body.replace("\"R\"", &format!("\"{room}\""))
        .replace("\"R:", &format!("\"{room}:"))
        .replace(" R\"", &format!(" {room}\""))
        .replace("\"L\"", &format!("\"{logging}\""))
}

/// Returns the violations so far without those of guarantees.
fn contract_violations(fake: &FakeService) -> Vec<Violation> {
    let violations = fake.violations().into_iter();
    violations.filter(|violation| violation.kind != ViolationKind::Guarantee).collect()
}
