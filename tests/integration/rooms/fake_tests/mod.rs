//! The double itself, against the real SDK and against requests written by hand.

mod faults;
mod raw_request; // requests that no SDK would send
mod responses; // what it serves
mod validation; // what it refuses and records // what it lets go wrong

use aws_sdk_ivschat::Client;
use aws_sdk_ivschat::config::retry::RetryConfig;
use aws_sdk_ivschat::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_ivschat::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ivschat::types::{FallbackResult, MessageReviewHandler};

use super::fake::{
    ACCESS_KEY_ID, Double, Kind, Permission, REGION, SECRET_ACCESS_KEY, Violation, function,
};

fn run<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a thread can have a runtime").block_on(work)
}

fn client(double: &Double) -> Client {
    client_with(double, REGION, SECRET_ACCESS_KEY, None)
}

fn client_with(double: &Double, region: &str, secret: &str, token: Option<&str>) -> Client {
    let token = token.map(str::to_owned);
    let config = aws_sdk_ivschat::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .endpoint_url(double.endpoint())
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, secret, token, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

fn handler(uri: &str, fallback: &str) -> MessageReviewHandler {
    MessageReviewHandler::builder().uri(uri).fallback_result(FallbackResult::from(fallback)).build()
}

/// An account with these rooms, wired to nothing, and a function they may be wired to.
fn with_rooms(count: usize) -> (Double, Vec<String>) {
    let double = Double::start();
    let rooms = double.account(|account| {
        account.permit(&function("review"), Permission::Granted);
        account.add_rooms("stage", count)
    });
    (double, rooms)
}

/// Status and type of an error that the service answered.
fn refusal<E: ProvideErrorMetadata + std::fmt::Debug>(
    error: SdkError<E, aws_sdk_ivschat::config::http::HttpResponse>,
) -> (u16, String) {
    let status = error.raw_response().expect("an answer").status().as_u16();
    (status, error.code().unwrap_or_default().to_owned())
}

fn violation(kind: Kind, text: &str) -> Violation {
    Violation { kind, text: text.into() }
}

/// Fills in ARNs: `R` is the first room's, `L` one of a logging configuration.
fn arns(double: &Double, body: &str) -> String {
    let (room, logging) = double.account(|account| {
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

/// The violations of the contract so far; those of care are not looked at.
fn of_contract(double: &Double) -> Vec<Violation> {
    let violations = double.violations().into_iter();
    violations.filter(|violation| violation.kind != Kind::Care).collect()
}
