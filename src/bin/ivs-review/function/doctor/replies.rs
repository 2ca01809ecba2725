//! Which rules the function has, whether it answers as they do, and how long that takes.

use std::path::Path;

use futures_util::future::join_all;
use ivs_chat_review::compiled::RulesHash;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::provision::invocation_report::InvocationReport;
use ivs_chat_review::review::Reviewer;
use serde_json::Value;

use super::check::Check;
use super::{not_made, samples};
use crate::function::probe::{self, Reply};
use crate::rooms::client::{FailureKind, Service, ServiceError};
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::{count, path_argument, shown_path};

/// How long IVS Chat waits, in milliseconds (Amazon IVS Chat User Guide, "Service Quotas").
const LIMIT: f64 = 200.0;

/// How many messages are sent to Lambda at once, so that it starts more than one process.
pub(super) const AT_ONCE: usize = 4;

/// The room of the messages, which no account has.
const ROOM: &str = "arn:aws:ivschat:us-west-2:000000000000:room/ivs-review";

/// An event and its reply.
type Exchange<'e> = (&'e Value, Reply);

pub(super) async fn checks(
    service: &Service,
    function: &str,
    at_once: usize,
    folder: &RuleFolder,
    path: &Path,
) -> Vec<Check> {
    let messages = samples::some(folder.engine.rules());
    let events: Vec<Value> = messages.iter().map(|it| probe::event(it, ROOM)).collect();
    let exchanges = match exchange(service, function, at_once, &events).await {
        Ok(exchanges) => exchanges,
        Err(error) => return without_reply(&error),
    };
    vec![rules(&exchanges, folder, path), answers(&exchanges, folder), time(&exchanges)]
}

/// Lets the function review messages. A handler that does not know probes would log and count them,
/// so it only gets the first one.
async fn exchange<'e>(
    service: &Service,
    function: &str,
    at_once: usize,
    events: &'e [Value],
) -> Result<Vec<Exchange<'e>>, ServiceError> {
    let (first, rest) = events.split_first().expect("it begins with plain messages");
    let reply = probe::review(service, function, first).await?;
    let knows_probes = reply.probe.is_some();
    let mut exchanges = vec![(first, reply)];
    if !knows_probes {
        return Ok(exchanges);
    }
    let together: Vec<&Value> = rest.iter().cycle().take(at_once).collect();
    let replies = join_all(together.iter().map(|it| probe::review(service, function, it))).await;
    for (event, reply) in together.into_iter().zip(replies) {
        exchanges.push((event, reply?));
    }
    for event in rest.iter().skip(at_once) {
        exchanges.push((event, probe::review(service, function, event).await?));
    }
    Ok(exchanges)
}

/// Returns the check if Lambda did not invoke the function. A failure of this command alone is not a
/// problem of the function.
fn without_reply(error: &ServiceError) -> Vec<Check> {
    let is_of_command = matches!(
        error.kind,
        FailureKind::AccessDenied
            | FailureKind::Credentials
            | FailureKind::Unverified
            | FailureKind::NotImplemented
            | FailureKind::WrongEndpoint
            | FailureKind::Interrupted
    );
    vec![match is_of_command || error.may_be_applied {
        true => not_made("replies", error),
        false => Check::problem(
            "replies",
            format!("{error}; its rules and times are not checked either"),
            "Lambda cannot invoke the function, so no message is reviewed",
            "fix what the error says",
        ),
    }]
}

/// Compares the hash of the rules.
fn rules(exchanges: &[Exchange<'_>], folder: &RuleFolder, path: &Path) -> Check {
    const NAME: &str = "rules";
    let local = RulesHash::of(&folder.sources).to_string();
    let shown = shown_path(path);
    let Some(probe) = exchanges.iter().find_map(|(_, reply)| reply.probe.as_ref()) else {
        return Check::not_made(
            NAME,
            "the handler does not say which rules it has: it fails, or is of an older version",
            "deploy the handler of this version",
        );
    };
    if probe.rules_hash != local {
        return Check::problem(
            NAME,
            format!("the function has the rules {}, and {shown} has {local}", probe.rules_hash),
            "messages are reviewed with other rules than those in this folder",
            "publish or deploy the folder, or pass the folder that was deployed with --rules",
        );
    }
    if probe.skipped > 0 {
        return Check::problem(
            NAME,
            format!("the function skips {}", count(probe.skipped, "invalid part", "invalid parts")),
            "entries or rules in them have no effect",
            format!(
                "run `ivs-review check --rules {}`, and publish the fixed rules",
                path_argument(path)
            ),
        );
    }
    if !probe.compiled {
        return Check::problem(
            NAME,
            format!("{local}, compiled from the text at each start"),
            "each start takes longer, the more entries there are; IVS Chat does not wait longer than 200 ms",
            format!(
                "deploy the rules compiled (`ivs-review publish` or `sam build`) with the version {} of the handler",
                probe.version
            ),
        );
    }
    Check::ok(NAME, format!("{local}, as in {shown}"))
}

/// Compares the replies with those of the local rules.
fn answers(exchanges: &[Exchange<'_>], folder: &RuleFolder) -> Check {
    const NAME: &str = "replies";
    let mut reviewer = Reviewer::new(&folder.engine);
    let (mut errors, mut different) = (Vec::new(), 0);
    for (event, reply) in exchanges {
        let json = event.to_string();
        let request = ReviewRequest::from_json(json.as_bytes()).expect("it has a content");
        let local = reviewer.review(&request, today());
        let local = local.into_response(&folder.engine, request).to_json();
        let local: Value = serde_json::from_slice(&local).unwrap_or_default();
        match &reply.review {
            Err(error) => errors.push(error.as_str()),
            Ok(review) => different += usize::from(*review != local),
        }
    }
    let all = count(exchanges.len(), "message", "messages");
    if let Some(error) = errors.first() {
        return Check::problem(
            NAME,
            format!("{} of {all} failed: {error}", errors.len()),
            "the fallback of the room applies to a message whose review fails",
            "read the ERROR lines in the log of the function: `aws logs tail /aws/lambda/NAME`",
        );
    }
    if different > 0 {
        return Check::problem(
            NAME,
            format!("{different} of {all} are answered otherwise than by the rules of the folder"),
            "senders and readers see something else than `ivs-review review` shows",
            "publish or deploy the folder; if the rules are the same, deploy the handler of this version",
        );
    }
    if exchanges.iter().all(|(_, reply)| reply.probe.is_none()) {
        return Check::not_made(
            NAME,
            "a plain message is answered as by the rules of the folder; samples were not sent, because this handler would log and count them",
            "deploy the handler of this version",
        );
    }
    Check::ok(NAME, format!("{all} answered as by the rules of the folder"))
}

/// Judges the times. Lambda reports those of the function, unless its log omits them. Then only the
/// handler knows how long it took, and the whole includes the network.
fn time(exchanges: &[Exchange<'_>]) -> Check {
    const NAME: &str = "time";
    const WHY: &str = "IVS Chat waits 200 ms, and then delivers or blocks the message by the fallback of its room";
    let replies = || exchanges.iter().map(|(_, reply)| reply);
    let reports: Vec<InvocationReport> =
        replies().filter_map(|it| InvocationReport::find(&it.invocation.log)).collect();
    let slowest = |times: &mut dyn Iterator<Item = f64>| times.reduce(f64::max);
    if !reports.is_empty() {
        let of = |cold: bool| reports.iter().filter(move |it| it.start.is_some() == cold);
        let cold = slowest(&mut of(true).map(|it| it.total()));
        let warm = slowest(&mut of(false).map(|it| it.total()));
        let what = match cold {
            Some(_) => format!("{}, {}", shown("first after a start", cold), shown("others", warm)),
            None => format!(
                "{}; all processes were running, so no start was seen",
                shown("", warm).trim_start()
            ),
        };
        let is_late = |time: Option<f64>| time.is_some_and(|time| time >= LIMIT);
        if is_late(warm) {
            return Check::problem(
                NAME,
                what,
                WHY,
                "run `ivs-review check` for the slowest message, and set MemorySize to 1769",
            );
        }
        if is_late(cold) {
            return Check::problem(
                NAME,
                what,
                WHY,
                "deploy compiled rules, set MemorySize to 1769, or use provisioned concurrency",
            );
        }
        return Check::ok(NAME, what);
    }
    let probes = replies().filter_map(|reply| reply.probe.as_ref());
    let inside = slowest(&mut probes.map(|it| {
        let start = if it.answered == 0 { it.start_us } else { 0 };
        (start + it.review_us) as f64 / 1_000.0
    }));
    let whole = slowest(&mut replies().map(|it| it.invocation.time.as_secs_f64() * 1_000.0));
    let what = format!("{}, {}", shown("in the handler", inside), shown("with the network", whole));
    if inside.is_some_and(|time| time >= LIMIT) {
        return Check::problem(
            NAME,
            what,
            WHY,
            "deploy compiled rules, and set MemorySize to 1769",
        );
    }
    if whole.is_some_and(|time| time < LIMIT) {
        return Check::ok(NAME, what);
    }
    Check::not_made(
        NAME,
        format!("{what}; Lambda does not report its own times"),
        "run this in the Region of the function, or set SystemLogLevel to INFO for the time of the check",
    )
}

fn shown(what: &str, milliseconds: Option<f64>) -> String {
    match milliseconds {
        Some(time) => format!("{what} at most {time:.1} ms"),
        None => format!("{what} unknown"),
    }
}
