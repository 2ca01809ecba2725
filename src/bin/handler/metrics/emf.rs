//! Lines that CloudWatch makes metrics of: [`Document`].
//!
//! The format is in "Specification: Embedded metric format" (Amazon CloudWatch User Guide). Lambda passes
//! a line that is a JSON object already on as it is, whatever the function's log format ("Configuring
//! JSON and plain text log formats", AWS Lambda Developer Guide).
//!
//! But with the log format JSON it leaves lines below the application log level out, and takes one
//! without a `level`, or without a `timestamp` in RFC 3339, for INFO ("Log-level filtering", there): at
//! WARN there would be no metrics, and no alarm about it. So each line has both, and the least level
//! that gets through. The specification allows members of one's own.

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

const NAMESPACE: &str = "IvsChatReview";

/// Figures that have the same dimensions.
pub(super) struct Document<'a> {
    pub(super) at: Timestamp,
    pub(super) level: &'static str,
    /// By name; at most 30.
    pub(super) dimensions: &'a [(&'static str, &'a str)],
    /// At most 100.
    pub(super) metrics: &'a [Metric<'a>],
}

pub(super) struct Metric<'a> {
    pub(super) name: &'static str,
    pub(super) unit: Unit,
    pub(super) value: Value<'a>,
}

#[derive(Clone, Copy, Serialize)]
pub(super) enum Unit {
    Count,
    Microseconds,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Value<'a> {
    One(u64),
    /// At least 1 and at most 100.
    Many(&'a [u64]),
}

impl Document<'_> {
    /// As a line.
    pub(super) fn line(&self) -> String {
        // Keys are text and values are numbers, text and lists: nothing that JSON does not have.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &format_args!("{:.3}", self.at))?;
        map.serialize_entry("level", self.level)?;
        let directive = Directive {
            namespace: NAMESPACE,
            dimensions: [self.dimensions.iter().map(|&(name, _)| name).collect()],
            metrics: self
                .metrics
                .iter()
                .map(|it| Definition { name: it.name, unit: it.unit })
                .collect(),
        };
        let aws = Aws { timestamp: self.at.as_millisecond(), cloud_watch_metrics: [directive] };
        map.serialize_entry("_aws", &aws)?;
        for (name, value) in self.dimensions {
            map.serialize_entry(name, value)?;
        }
        for metric in self.metrics {
            map.serialize_entry(metric.name, &metric.value)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Aws<'a> {
    timestamp: i64,
    cloud_watch_metrics: [Directive<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'static str,
    dimensions: [Vec<&'a str>; 1],
    metrics: Vec<Definition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: Unit,
}
