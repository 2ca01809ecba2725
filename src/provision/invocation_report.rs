//! What Lambda reports of an invocation at the end of its log: [`InvocationReport`].

use serde_json::Value;

/// Times in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct InvocationReport {
    /// The time of the invocation.
    pub duration: f64,
    /// The time of the start before it; `None` if the process was running.
    pub start: Option<f64>,
}

impl InvocationReport {
    /// Finds the report in the end of a log: a line `REPORT`, or in the JSON format an event
    /// `platform.report`. `None` if the configuration of the log omits it.
    pub fn find(log: &str) -> Option<InvocationReport> {
        log.lines().rev().find_map(|line| {
            let line = line.trim();
            if line.starts_with("REPORT ") { text(line) } else { json(line) }
        })
    }

    /// Returns the time from the request to the answer, with a start before it.
    pub fn total(self) -> f64 {
        self.duration + self.start.unwrap_or_default()
    }
}

/// Reads a line of fields that are separated by tabs: `REPORT RequestId: …`, `Duration: 1.27 ms`,
/// `Billed Duration: 2 ms`, …, `Init Duration: 38.5 ms`.
fn text(line: &str) -> Option<InvocationReport> {
    let value = |name: &str| {
        let field = line.split('\t').find_map(|field| field.trim().strip_prefix(name))?;
        field.split_whitespace().next()?.parse().ok()
    };
    Some(InvocationReport { duration: value("Duration:")?, start: value("Init Duration:") })
}

fn json(line: &str) -> Option<InvocationReport> {
    let event: Value = serde_json::from_str(line).ok()?;
    if event["type"] != "platform.report" {
        return None;
    }
    let metrics = &event["record"]["metrics"];
    Some(InvocationReport {
        duration: metrics["durationMs"].as_f64()?,
        start: metrics["initDurationMs"].as_f64(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_are_read() {
        let cold = InvocationReport { duration: 1.27, start: Some(38.5) };
        let warm = InvocationReport { start: None, ..cold };
        for (log, expected) in [
            (
                "START RequestId: 8f Version: $LATEST\n{\"message\":\"match\"}\nEND RequestId: 8f\n\
                 REPORT RequestId: 8f\tDuration: 1.27 ms\tBilled Duration: 40 ms\tMemory Size: 1769 MB\t\
                 Max Memory Used: 21 MB\tInit Duration: 38.5 ms\t\n",
                Some(cold),
            ),
            ("REPORT RequestId: 8f\tDuration: 1.27 ms\tMax Memory Used: 21 MB\t", Some(warm)),
            (
                r#"{"time":"2026-11-30T20:00:00.000Z","type":"platform.report","record":{"requestId":"8f","metrics":{"durationMs":1.27,"billedDurationMs":40,"memorySizeMB":1769,"maxMemoryUsedMB":21,"initDurationMs":38.5},"status":"success"}}"#,
                Some(cold),
            ),
            (r#"{"type":"platform.start","record":{"metrics":{"durationMs":1.27}}}"#, None),
            ("REPORT RequestId: 8f\tBilled Duration: 2 ms", None),
            ("{\"message\":\"match\"}\n", None),
            ("", None),
        ] {
            assert_eq!(InvocationReport::find(log), expected, "{log}");
        }
        assert_eq!(cold.total(), 39.77);
        assert_eq!(warm.total(), 1.27);
    }
}
