//! Operations on functions, on layers, and on the alarms that watch a function.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use aws_smithy_types::base64;
use serde::Deserialize;
use serde_json::json;

use super::operation::Operation;
use super::signed::{Request, SignedService, segment};
use super::{Answer, Service, ServiceError};

/// The maximum number of pages of a list: 25,000 versions of a layer or of functions, or 50,000
/// alarms.
const MAX_PAGES: usize = 500;

/// The size of a log tail (AWS Lambda API Reference, "Invoke"), as base64 with room to spare.
const MAX_LOG_TAIL: usize = 16 << 10;

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

/// A version of a layer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LayerVersion {
    pub(crate) version: u64,
    pub(crate) description: Option<String>,
}

/// A version of a layer that was published.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Published {
    pub(crate) version: u64,
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

/// An alarm on metrics.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Alarm {
    #[serde(rename = "AlarmName")]
    pub(crate) name: String,
    #[serde(rename = "AlarmActions")]
    pub(crate) actions: Vec<String>,
    #[serde(rename = "ActionsEnabled")]
    pub(crate) is_enabled: Option<bool>,
    dimensions: Vec<Dimension>,
    metrics: Vec<MetricQuery>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Dimension {
    name: String,
    value: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct MetricQuery {
    metric_stat: Option<MetricStat>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct MetricStat {
    metric: Metric,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Metric {
    dimensions: Vec<Dimension>,
}

impl Alarm {
    /// Whether the alarm watches a metric of the function with this name and ARN.
    pub(crate) fn watches(&self, function: &FunctionState) -> bool {
        let of_queries = self.metrics.iter().filter_map(|query| query.metric_stat.as_ref());
        let of_queries = of_queries.flat_map(|stat| &stat.metric.dimensions);
        let mut all = self.dimensions.iter().chain(of_queries);
        all.any(|it| {
            matches!(it.name.as_str(), "FunctionName" | "Resource")
                && (it.value == function.name || it.value == function.arn)
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page<T> {
    #[serde(alias = "LayerVersions", alias = "MetricAlarms", alias = "Functions")]
    items: Option<Vec<T>>,
    #[serde(alias = "NextToken")]
    next_marker: Option<String>,
}

impl Service {
    /// Reads a function, which is named by its name or ARN.
    pub(crate) async fn get_function(&self, function: &str) -> Result<FunctionState, ServiceError> {
        let path = format!("/2015-03-31/functions/{}", segment(function));
        let answer = self.get(Operation::GetFunction, &path).await?;
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
        let answer = self.get(Operation::GetPolicy, &path).await?;
        Ok(answer.decode::<PolicyAnswer>()?.policy)
    }

    /// Reads the versions of a layer. A layer that does not exist has none.
    pub(crate) async fn list_layer_versions(
        &self,
        layer: &str,
    ) -> Result<Vec<LayerVersion>, ServiceError> {
        let path = format!("/2018-10-31/layers/{}/versions?MaxItems=50", segment(layer));
        match self.pages(Operation::ListLayerVersions, &path).await {
            Err(error) if error.kind == super::FailureKind::NotFound => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// Returns the ARNs of all layer versions that functions of the account and Region use, with all
    /// their published versions.
    pub(crate) async fn layers_in_use(&self) -> Result<BTreeSet<String>, ServiceError> {
        let path = "/2015-03-31/functions?FunctionVersion=ALL&MaxItems=50";
        let functions: Vec<FunctionState> = self.pages(Operation::ListFunctions, path).await?;
        Ok(functions.iter().flat_map(FunctionState::layers).collect())
    }

    /// Publishes a version of a layer. A request without an answer is not sent again, because there
    /// might be two.
    pub(crate) async fn publish_layer_version(
        &self,
        layer: &str,
        description: &str,
        archive: &[u8],
    ) -> Result<Published, ServiceError> {
        let publish = async || self.try_publish(layer, description, archive).await;
        self.retry.retry_non_idempotent(publish).await
    }

    async fn try_publish(
        &self,
        layer: &str,
        description: &str,
        archive: &[u8],
    ) -> Result<Published, ServiceError> {
        let body = json!({
            "Description": description,
            "Content": { "ZipFile": base64::encode(archive) },
            "CompatibleRuntimes": ["provided.al2023"],
            "CompatibleArchitectures": ["x86_64", "arm64"],
        });
        let request = Request {
            service: SignedService::Lambda,
            method: "POST",
            path: format!("/2018-10-31/layers/{}/versions", segment(layer)),
            headers: &JSON,
            body: body.to_string().into(),
            expected: 201,
        };
        self.call_signed(Operation::PublishLayerVersion, request).await?.decode()
    }

    /// Deletes a version of a layer. One that does not exist counts as deleted.
    pub(crate) async fn delete_layer_version(
        &self,
        layer: &str,
        version: u64,
    ) -> Result<(), ServiceError> {
        let path = format!("/2018-10-31/layers/{}/versions/{version}", segment(layer));
        let delete = async || {
            let request = Request {
                service: SignedService::Lambda,
                method: "DELETE",
                path: path.clone(),
                headers: &[],
                body: Vec::new(),
                expected: 204,
            };
            self.call_signed(Operation::DeleteLayerVersion, request).await.map(drop)
        };
        self.retry_deletion(delete).await
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
            service: SignedService::Lambda,
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
        let invoke = async || {
            let request = Request {
                service: SignedService::Lambda,
                method: "POST",
                path: format!("/2015-03-31/functions/{}/invocations", segment(function)),
                headers: &[("content-type", "application/json"), ("x-amz-log-type", "Tail")],
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

    /// Reads all alarms on metrics.
    pub(crate) async fn list_alarms(&self) -> Result<Vec<Alarm>, ServiceError> {
        const HEADERS: [(&str, &str); 2] = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", "GraniteServiceVersion20100801.DescribeAlarms"),
        ];
        let mut alarms = Vec::new();
        let mut token = None;
        for _ in 0..MAX_PAGES {
            let mut body = json!({ "MaxRecords": 100 });
            if let Some(token) = token {
                body["NextToken"] = serde_json::Value::String(token);
            }
            let describe = async || {
                let request = Request {
                    service: SignedService::CloudWatch,
                    method: "POST",
                    path: "/".to_owned(),
                    headers: &HEADERS,
                    body: body.to_string().into(),
                    expected: 200,
                };
                self.call_signed(Operation::DescribeAlarms, request).await
            };
            let page: Page<Alarm> = self.retry(describe).await?.decode()?;
            alarms.extend(page.items.unwrap_or_default());
            token = page.next_marker.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(alarms);
            }
        }
        Err(endless(Operation::DescribeAlarms))
    }

    /// Reads all pages of a list of Lambda.
    async fn pages<T: serde::de::DeserializeOwned>(
        &self,
        operation: Operation,
        path: &str,
    ) -> Result<Vec<T>, ServiceError> {
        let mut items = Vec::new();
        let mut next = path.to_owned();
        for _ in 0..MAX_PAGES {
            let page: Page<T> = self.get(operation, &next).await?.decode()?;
            // One that is missing may not be empty.
            let Some(more) = page.items else {
                return Err(ServiceError::wrong_endpoint("the list is missing").of(operation));
            };
            items.extend(more);
            match page.next_marker.filter(|marker| !marker.is_empty()) {
                Some(marker) => next = format!("{path}&Marker={}", segment(&marker)),
                None => return Ok(items),
            }
        }
        Err(endless(operation))
    }

    async fn get(&self, operation: Operation, path: &str) -> Result<Answer, ServiceError> {
        let get = async || {
            let request = Request {
                service: SignedService::Lambda,
                method: "GET",
                path: path.to_owned(),
                headers: &[],
                body: Vec::new(),
                expected: 200,
            };
            self.call_signed(operation, request).await
        };
        self.retry(get).await
    }
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

fn endless(operation: Operation) -> ServiceError {
    ServiceError::unexpected("the list does not end").of(operation)
}
