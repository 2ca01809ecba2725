//! CloudWatch's embedded metric format: [`Document`].
//!
//! The format is described in "Specification: Embedded metric format" (Amazon CloudWatch User
//! Guide). Lambda does not change a line that is a JSON object, whatever the function's log format
//! ("Configuring JSON and plain text log formats", AWS Lambda Developer Guide).
//!
//! With the log format JSON, Lambda drops lines below the application log level, and a line without
//! a `level` or without a `timestamp` in RFC 3339 counts as INFO ("Log-level filtering", same
//! guide): at WARN there would be no metrics, and no alarm about it. So each line has both, with
//! the lowest level that Lambda keeps. The specification allows additional members.
//!
//! The lines are formatted by hand: names, units and rule ids need no escapes, and the code that
//! serde generates for the nested lists would be as large as the rest of the metrics.

use std::fmt::Write;

use jiff::Timestamp;

const NAMESPACE: &str = "IvsChatReview";

/// Metrics with the same dimensions, written as one line.
pub(super) struct Document<'a> {
    pub(super) at: Timestamp,
    pub(super) level: &'static str,
    /// Names and values that need no escapes; at most 30.
    pub(super) dimensions: &'a [(&'static str, &'a str)],
    /// At most 100.
    pub(super) metrics: &'a [Metric<'a>],
}

pub(super) struct Metric<'a> {
    pub(super) name: &'static str,
    /// `Count` or `Microseconds`.
    pub(super) unit: &'static str,
    /// One, or a list of at least 1 and at most 100.
    pub(super) values: Values<'a>,
}

pub(super) enum Values<'a> {
    One(u64),
    Many(&'a [u64]),
}

impl Document<'_> {
    /// Appends the document as a line.
    pub(super) fn write(&self, lines: &mut String) {
        // Writing to a string cannot fail.
        let _ = self.try_write(lines);
    }

    fn try_write(&self, out: &mut String) -> std::fmt::Result {
        let (time, level) = (self.at.as_millisecond(), self.level);
        write!(out, r#"{{"timestamp":"{:.3}","level":"{level}","_aws":{{"#, self.at)?;
        write!(out, r#""Timestamp":{time},"CloudWatchMetrics":[{{"Namespace":"{NAMESPACE}","#)?;
        out.push_str(r#""Dimensions":[["#);
        for (index, (name, _)) in self.dimensions.iter().enumerate() {
            write!(out, r#"{}"{name}""#, comma(index))?;
        }
        out.push_str(r#"]],"Metrics":["#);
        for (index, Metric { name, unit, .. }) in self.metrics.iter().enumerate() {
            write!(out, r#"{}{{"Name":"{name}","Unit":"{unit}"}}"#, comma(index))?;
        }
        out.push_str("]}]}");
        for (name, value) in self.dimensions {
            write!(out, r#","{name}":"{value}""#)?;
        }
        for Metric { name, values, .. } in self.metrics {
            write!(out, r#","{name}":"#)?;
            match values {
                Values::One(value) => write!(out, "{value}")?,
                // `Debug` of a list of integers is JSON with spaces.
                Values::Many(values) => out.push_str(&format!("{values:?}").replace(' ', "")),
            }
        }
        out.push_str("}\n");
        Ok(())
    }
}

fn comma(index: usize) -> &'static str {
    if index == 0 { "" } else { "," }
}
