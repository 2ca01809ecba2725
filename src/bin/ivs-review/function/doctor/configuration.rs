//! The state and the configuration of the function.

use ivs_chat_review::provision::arn::{RegionStatus, region_status};

use super::check::Check;
use crate::rooms::client::FunctionState;

/// The memory of the template in MB: one processor.
const FULL_PROCESSOR: u32 = 1_769;
/// The memory below which the slowest messages may take longer than IVS Chat waits.
const MIN_MEMORY: u32 = 256;
/// The longest useful timeout in seconds. IVS Chat does not wait longer than 0.2.
const MAX_TIMEOUT: u32 = 3;

pub(super) fn checks(function: &FunctionState, region: &str) -> impl Iterator<Item = Check> {
    [availability(region), state(function), update(function), settings(function)]
        .into_iter()
        .chain(concurrency(function))
}

pub(super) fn availability(region: &str) -> Check {
    match region_status(region) {
        RegionStatus::Available => Check::ok("region", region),
        RegionStatus::Unknown(why) => {
            Check::not_made("region", why.to_string(), "update ivs-review")
        }
        RegionStatus::Invalid(why) => Check::not_made(
            "region",
            why.to_string(),
            "use a Region with IVS Chat, unless this is an emulator",
        ),
    }
}

fn state(function: &FunctionState) -> Check {
    let reason = function.state_reason.as_deref().unwrap_or("Lambda gives no reason");
    match function.state.as_deref() {
        None | Some("Active") => Check::ok("function", format!("{} is Active", function.name)),
        Some("Inactive") => Check::problem(
            "function",
            format!("{} is Inactive: {reason}", function.name),
            "Lambda removed the resources of a function that was not invoked for weeks; the first messages are delivered or blocked by the fallback of their room",
            "invoke it, and run this again in a minute",
        ),
        Some(state) => Check::problem(
            "function",
            format!("{} is {state}: {reason}", function.name),
            "no message is reviewed: the fallback of each room applies",
            "wait until it is Active, or deploy it again",
        ),
    }
}

fn update(function: &FunctionState) -> Check {
    let reason = function.last_update_status_reason.as_deref().unwrap_or("Lambda gives no reason");
    match function.last_update_status.as_deref() {
        None | Some("Successful") => Check::ok("last update", "Successful"),
        Some("InProgress") => Check::not_made(
            "last update",
            "an update is in progress, so the function still has its old configuration",
            "run this again in a minute",
        ),
        Some(status) => Check::problem(
            "last update",
            format!("{status}: {reason}"),
            "the function has its old code, rules or configuration",
            "fix what the reason names, and deploy or publish again",
        ),
    }
}

fn settings(function: &FunctionState) -> Check {
    let runtime = function.runtime.as_deref().unwrap_or("an image");
    let architecture = function.architectures.first().map_or("x86_64", String::as_str);
    let (memory, timeout) = (function.memory_size.unwrap_or(128), function.timeout.unwrap_or(3));
    let what = format!("{runtime}, {architecture}, {memory} MB, timeout {timeout} s");
    let wrong = |why: &str, fix: String| Check::problem("configuration", what.clone(), why, fix);
    // `ivs-review check` and the handler are for Amazon Linux 2023.
    if function.runtime.as_deref().is_some_and(|it| it != "provided.al2023") {
        return wrong(
            "the handler is an executable for Amazon Linux 2023, which other runtimes cannot start",
            "set the runtime provided.al2023 and the handler bootstrap".to_owned(),
        );
    }
    if memory < MIN_MEMORY {
        return wrong(
            "memory decides the share of a processor: below 256 MB the slowest messages take longer than the 200 ms that IVS Chat waits",
            format!(
                "set MemorySize to {FULL_PROCESSOR}, one processor, which costs about 0.05 USD more per million messages"
            ),
        );
    }
    if timeout > MAX_TIMEOUT {
        return wrong(
            "IVS Chat waits 200 ms; a function that hangs blocks an execution environment and costs for the whole timeout",
            "set the timeout to 1 second".to_owned(),
        );
    }
    Check::ok("configuration", what)
}

fn concurrency(function: &FunctionState) -> Option<Check> {
    match function.reserved_concurrency {
        None => None,
        Some(0) => Some(Check::problem(
            "concurrency",
            "the reserved concurrency is 0",
            "Lambda throttles every invocation, so no message is reviewed",
            "remove it, or reserve at least 20 for each room at its limit of 100 messages a second",
        )),
        Some(count) => Some(Check::ok("concurrency", format!("{count} reserved"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names of the checks with problems, of a function that has these members.
    fn problems(json: &str, concurrency: Option<u32>) -> Vec<String> {
        let mut function: FunctionState = serde_json::from_str(json).expect("JSON");
        function.reserved_concurrency = concurrency;
        let checks =
            checks(&function, "eu-west-1").map(|it| serde_json::to_value(it).expect("JSON"));
        let problems = checks.filter(|it| it["result"] == "problem");
        problems.map(|it| it["check"].as_str().expect("a name").to_owned()).collect()
    }

    #[test]
    fn each_problem_is_found() {
        for (json, concurrency, expected) in [
            ("{}", None, &["configuration"][..]),
            (r#"{"MemorySize":1769,"Timeout":1}"#, Some(20), &[]),
            (
                r#"{"State":"Active","LastUpdateStatus":"Successful","Runtime":"provided.al2023","MemorySize":256,"Timeout":3}"#,
                None,
                &[],
            ),
            (r#"{"State":"Pending","MemorySize":1769,"Timeout":1}"#, None, &["function"]),
            (r#"{"State":"Inactive","MemorySize":1769}"#, None, &["function"]),
            (r#"{"LastUpdateStatus":"Failed","MemorySize":1769}"#, None, &["last update"]),
            (r#"{"LastUpdateStatus":"InProgress","MemorySize":1769}"#, None, &[]),
            (r#"{"Runtime":"provided.al2","MemorySize":1769}"#, None, &["configuration"]),
            (r#"{"MemorySize":1769,"Timeout":30}"#, None, &["configuration"]),
            (r#"{"MemorySize":1769}"#, Some(0), &["concurrency"]),
        ] {
            assert_eq!(problems(json, concurrency), expected, "{json}");
        }
    }
}
