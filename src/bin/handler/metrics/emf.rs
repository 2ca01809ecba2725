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
//!
//! The lines are put together by hand: names, units and rule ids need no escapes, and what serde makes of
//! the nested lists would be as large as all the rest of the metrics.

use std::fmt::Write;

use jiff::Timestamp;

const NAMESPACE: &str = "IvsChatReview";

/// Figures that have the same dimensions.
pub(super) struct Document<'a> {
    pub(super) at: Timestamp,
    pub(super) level: &'static str,
    /// Names and values, none of which needs escapes; at most 30.
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
    /// Adds itself as a line.
    pub(super) fn write(&self, lines: &mut String) {
        // A string takes everything.
        let _ = self.try_write(lines);
    }

    fn try_write(&self, out: &mut String) -> std::fmt::Result {
        let (time, level) = (self.at.as_millisecond(), self.level);
        write!(out, r#"{{"timestamp":"{:.3}","level":"{level}","_aws":{{"#, self.at)?;
        write!(out, r#""Timestamp":{time},"CloudWatchMetrics":[{{"Namespace":"{NAMESPACE}","#)?;
        out.push_str(r#""Dimensions":[["#);
        for (number, (name, _)) in self.dimensions.iter().enumerate() {
            write!(out, r#"{}"{name}""#, comma(number))?;
        }
        out.push_str(r#"]],"Metrics":["#);
        for (number, Metric { name, unit, .. }) in self.metrics.iter().enumerate() {
            write!(out, r#"{}{{"Name":"{name}","Unit":"{unit}"}}"#, comma(number))?;
        }
        out.push_str("]}]}");
        for (name, value) in self.dimensions {
            write!(out, r#","{name}":"{value}""#)?;
        }
        for Metric { name, values, .. } in self.metrics {
            write!(out, r#","{name}":"#)?;
            match values {
                Values::One(value) => write!(out, "{value}")?,
                // As JSON has them, but for the blanks.
                Values::Many(values) => out.push_str(&format!("{values:?}").replace(' ', "")),
            }
        }
        out.push_str("}\n");
        Ok(())
    }
}

fn comma(number: usize) -> &'static str {
    if number == 0 { "" } else { "," }
}
