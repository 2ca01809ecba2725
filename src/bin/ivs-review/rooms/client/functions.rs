//! Operations on functions.

use std::time::{Duration, Instant};

use aws_smithy_types::base64;
use serde::Deserialize;
use serde_json::json;

use super::operation::Operation;
use super::signed::{JSON, Request, segment};
use super::{FailureKind, Service, ServiceError};

/// The size of a log tail (AWS Lambda API Reference, "Invoke"), as base64 with room to spare.
const MAX_LOG_TAIL: usize = 16 << 10;

/// The headers of an invocation whose answer has the end of the log.
const JSON_WITH_LOG: [(&str, &str); 2] = [JSON[0], ("x-amz-log-type", "Tail")];

/// What is known of a function (AWS Lambda API Reference, "FunctionConfiguration").
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct FunctionState {
    #[serde(rename = "FunctionArn")]
    pub(crate) arn: String,
    #[serde(rename = "FunctionName")]
    pub(crate) name: String,
    pub(crate) runtime: Option<String>,
    pub(crate) architectures: Vec<String>,
    pub(crate) timeout: Option<u32>,
    pub(crate) memory_size: Option<u32>,
    pub(crate) state: Option<String>,
    pub(crate) state_reason: Option<String>,
    pub(crate) last_update_status: Option<String>,
    pub(crate) last_update_status_reason: Option<String>,
    pub(crate) revision_id: Option<String>,
    layers: Vec<Layer>,
    /// The maximum of concurrent invocations, if the function has one of its own.
    #[serde(skip)]
    pub(crate) reserved_concurrency: Option<u32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Layer {
    arn: String,
}

impl FunctionState {
    /// Returns the ARNs of the layer versions, in the order in which they are unpacked.
    pub(crate) fn layers(&self) -> Vec<String> {
        self.layers.iter().map(|layer| layer.arn.clone()).collect()
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct FunctionAnswer {
    configuration: FunctionState,
    concurrency: Concurrency,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Concurrency {
    reserved_concurrent_executions: Option<u32>,
}

/// What a function answered.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) payload: Vec<u8>,
    /// The kind of the error, if it failed.
    pub(crate) error: Option<String>,
    /// The end of its log.
    pub(crate) log: String,
    /// From the request to its answer.
    pub(crate) time: Duration,
}

impl Service {
    /// Reads a function, which is named by its name or ARN.
    pub(crate) async fn get_function(&self, function: &str) -> Result<FunctionState, ServiceError> {
        let path = format!("/2015-03-31/functions/{}", segment(function));
        let answer = self.get_signed(Operation::GetFunction, &path).await?;
        let FunctionAnswer { configuration, concurrency } = answer.decode()?;
        let reserved_concurrency = concurrency.reserved_concurrent_executions;
        Ok(FunctionState { reserved_concurrency, ..configuration })
    }

    /// Reads the resource-based policy of a function, as JSON.
    pub(crate) async fn get_policy(&self, function: &str) -> Result<String, ServiceError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct PolicyAnswer {
            policy: String,
        }
        let path = format!("/2015-03-31/functions/{}/policy", segment(function));
        let answer = self.get_signed(Operation::GetPolicy, &path).await?;
        Ok(answer.decode::<PolicyAnswer>()?.policy)
    }

    /// Sets the layers of a function and nothing else, in one attempt, unless it was changed since
    /// this revision.
    pub(crate) async fn try_update_layers(
        &self,
        function: &str,
        layers: &[String],
        revision: Option<&str>,
    ) -> Result<FunctionState, ServiceError> {
        let mut body = json!({ "Layers": layers });
        if let Some(revision) = revision {
            body["RevisionId"] = revision.into();
        }
        let request = Request {
            method: "PUT",
            path: format!("/2015-03-31/functions/{}/configuration", segment(function)),
            headers: &JSON,
            body: body.to_string().into(),
            expected: 200,
        };
        self.call_signed(Operation::UpdateFunctionConfiguration, request).await?.decode()
    }

    /// Invokes a function with an event. A request without an answer is sent again: a review has no
    /// effect.
    pub(crate) async fn invoke(
        &self,
        function: &str,
        event: &[u8],
    ) -> Result<Invocation, ServiceError> {
        match self.invoke_with(function, event, &JSON_WITH_LOG).await {
            // `sam local start-lambda` returns no logs.
            Err(error) if error.kind == FailureKind::NotImplemented => {
                self.invoke_with(function, event, &JSON).await
            }
            answer => answer,
        }
    }

    async fn invoke_with(
        &self,
        function: &str,
        event: &[u8],
        headers: &[(&'static str, &'static str)],
    ) -> Result<Invocation, ServiceError> {
        let invoke = async || {
            let request = Request {
                method: "POST",
                path: format!("/2015-03-31/functions/{}/invocations", segment(function)),
                headers,
                body: event.to_vec(),
                expected: 200,
            };
            let start = Instant::now();
            let answer = self.call_signed(Operation::Invoke, request).await?;
            let log = answer.header("x-amz-log-result");
            let log = log.filter(|log| log.len() <= MAX_LOG_TAIL);
            let log = log.and_then(|log| base64::decode(log).ok()).unwrap_or_default();
            Ok(Invocation {
                error: answer.header("x-amz-function-error").map(str::to_owned),
                log: String::from_utf8_lossy(&log).into_owned(),
                time: start.elapsed(),
                payload: answer.body,
            })
        };
        self.retry(invoke).await
    }
}
