//! The alarms that watch a function.

use serde::Deserialize;
use serde_json::json;

use super::operation::Operation;
use super::signed::Request;
use super::{Service, ServiceError};

/// The namespace of the handler's own metrics.
const HANDLER_NAMESPACE: &str = "IvsChatReview";

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
    /// The metric, unless the alarm has queries.
    #[serde(flatten)]
    metric: Metric,
    #[serde(rename = "Metrics")]
    queries: Vec<MetricQuery>,
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
    namespace: String,
    dimensions: Vec<Dimension>,
}

impl Alarm {
    /// Whether the alarm watches a metric of the function with this name and ARN.
    pub(crate) fn watches(&self, function: &str, arn: &str) -> bool {
        let of_queries = self.queries.iter().filter_map(|query| query.metric_stat.as_ref());
        let mut metrics = of_queries.map(|stat| &stat.metric).chain([&self.metric]);
        metrics.any(|metric| metric.is_of(function, arn))
    }
}

impl Metric {
    /// Lambda and the handler name the function, IVS Chat the handler of its rooms.
    fn is_of(&self, function: &str, arn: &str) -> bool {
        let has = |name: &str, value: &str| {
            self.dimensions.iter().any(|it| it.name == name && it.value == value)
        };
        match self.namespace.as_str() {
            "AWS/Lambda" => has("FunctionName", function) || has("Resource", function),
            HANDLER_NAMESPACE => has("FunctionName", function),
            "AWS/IVSChat" => has("Uri", arn),
            _ => false,
        }
    }
}

impl Service {
    /// Reads all alarms on metrics.
    pub(crate) async fn list_alarms(&self) -> Result<Vec<Alarm>, ServiceError> {
        const HEADERS: [(&str, &str); 2] = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", "GraniteServiceVersion20100801.DescribeAlarms"),
        ];
        let page = |token: Option<&str>| {
            let mut body = json!({ "MaxRecords": 100 });
            if let Some(token) = token {
                body["NextToken"] = token.into();
            }
            Request {
                method: "POST",
                path: "/".to_owned(),
                headers: &HEADERS,
                body: body.to_string().into(),
                expected: 200,
            }
        };
        self.signed_pages(Operation::DescribeAlarms, page).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_of_the_function_that_its_metric_names() {
        const ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:review";
        let metric = |namespace: &str, name: &str, value: &str| json!({ "Namespace": namespace, "Dimensions": [{ "Name": name, "Value": value }] });
        for (metric, expected) in [
            (metric("AWS/Lambda", "FunctionName", "review"), true),
            (metric("AWS/Lambda", "Resource", "review"), true),
            (metric("AWS/Lambda", "FunctionName", "review-2"), false),
            (metric("AWS/Lambda", "ExecutedVersion", "review"), false),
            (metric("IvsChatReview", "FunctionName", "review"), true),
            (metric("IvsChatReview", "Resource", "review"), false),
            (metric("AWS/IVSChat", "Uri", ARN), true),
            (metric("AWS/IVSChat", "Uri", "review"), false),
            // Of a queue, and of another application.
            (metric("AWS/SQS", "QueueName", "review"), false),
            (metric("Shop", "FunctionName", "review"), false),
            (json!({}), false),
        ] {
            let query = json!({ "Metrics": [{ "MetricStat": { "Metric": metric } }] });
            for alarm in [metric.clone(), query] {
                let alarm: Alarm = serde_json::from_value(alarm).expect("an alarm");
                assert_eq!(alarm.watches("review", ARN), expected, "{metric}");
            }
        }
    }
}
