//! Compares what came back for a message with what the rules do.

use ivs_chat_review::display::abridged;
use ivs_chat_review::provision::room::Fallback;

use super::NAME;
use super::exchange::{Answer, THROTTLED};
use super::plan::{Expected, TestMessage};
use crate::function::doctor::check::Check;

/// The maximum length of a message in the output, in characters.
const MAX_SHOWN: usize = 100;

/// The error code of a message that was denied in review (Amazon IVS Chat Messaging API Reference,
/// "Error Messages").
const DENIED: i64 = 406;

const OTHER_RULES: &str = "the handler has other rules than this folder, or another version";
const PUBLISH: &str =
    "publish or deploy the folder, or pass the folder that was deployed with --rules";
const HOW_TO_FIND: &str = "fix what is reported above; check the alarms, and the log of the function: `aws logs tail /aws/lambda/NAME`";

pub(super) struct Judged {
    pub(super) check: Check,
    /// Whether the rules had their effect, so that a message with a worse one may be sent.
    pub(super) goes_on: bool,
}

pub(super) fn judge(
    room: &str,
    message: &TestMessage,
    answer: &Answer,
    fallback: &Fallback,
) -> Judged {
    let TestMessage { content, expected } = message;
    let sent = format!("{room}: {}", quoted(content));
    let ok = |what: String| Judged { check: Check::ok(NAME, what), goes_on: true };
    let problem = |what: String, why: &str, fix: &str| Judged {
        check: Check::problem(NAME, what, why, fix),
        goes_on: false,
    };
    let wanted = match expected {
        Expected::Allowed => "deliver it unchanged".to_owned(),
        Expected::Rewritten(delivered) => format!("rewrite it to {}", quoted(delivered)),
        Expected::Denied(_) => "deny it".to_owned(),
    };
    match answer {
        Answer::Delivered { content: delivered, time, .. } => {
            let milliseconds = time.as_secs_f64() * 1_000.0;
            match expected {
                Expected::Allowed if delivered == content => {
                    ok(format!("{sent} was delivered unchanged after {milliseconds:.0} ms"))
                }
                Expected::Rewritten(wanted) if delivered == wanted => ok(format!(
                    "{sent} was delivered as {} after {milliseconds:.0} ms",
                    quoted(delivered)
                )),
                _ if delivered == content => problem(
                    format!("{sent} was delivered as it was sent; the rules {wanted}"),
                    "the handler did not answer within 200 ms, failed or cannot be invoked, and the fallback ALLOW applied; or it has other rules",
                    HOW_TO_FIND,
                ),
                _ => problem(
                    format!("{sent} was delivered as {}; the rules {wanted}", quoted(delivered)),
                    OTHER_RULES,
                    PUBLISH,
                ),
            }
        }
        Answer::Refused { code: DENIED, reason } => {
            let shown = match reason.is_empty() {
                true => "without a reason".to_owned(),
                false => quoted(reason),
            };
            match expected {
                // The service may add text to the reason of the handler.
                Expected::Denied(Some(wanted)) if reason.contains(wanted.as_str()) => {
                    ok(format!("{sent} was denied: {shown}"))
                }
                Expected::Denied(None) => ok(format!("{sent} was denied: {shown}")),
                Expected::Denied(Some(wanted)) => problem(
                    format!(
                        "{sent} was denied: {shown}; the reason of the rule is {}",
                        quoted(wanted)
                    ),
                    denial(fallback),
                    HOW_TO_FIND,
                ),
                Expected::Allowed | Expected::Rewritten(_) => problem(
                    format!("{sent} was denied: {shown}; the rules {wanted}"),
                    denial(fallback),
                    HOW_TO_FIND,
                ),
            }
        }
        Answer::Refused { code, reason } => {
            let (why, fix) = refusal(*code);
            let what = format!("{sent} was refused: {code} {}; {why}", quoted(reason));
            Judged { check: Check::not_made(NAME, what, fix), goes_on: false }
        }
        Answer::Missing(time) => problem(
            format!("{sent} was neither delivered nor refused within {time:?}"),
            "the message may be delivered later, and is not deleted then",
            "try again; if it repeats, see the AWS Health Dashboard for Amazon IVS",
        ),
    }
}

/// Returns a text in quotes, in one line of limited length.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", abridged(text, MAX_SHOWN))
}

/// Returns why a message may be denied although no rule does it for this reason.
fn denial(fallback: &Fallback) -> &'static str {
    match fallback {
        Fallback::Deny => {
            "the handler did not answer within 200 ms, failed or cannot be invoked, and the fallback DENY applied; or it has other rules"
        }
        _ => OTHER_RULES,
    }
}

/// Returns what an error code means, and what to do.
fn refusal(code: i64) -> (&'static str, &'static str) {
    match code {
        400 | 413 => (
            "the room does not accept such a message",
            "compare maximumMessageLength of the room with the sample",
        ),
        401 | 403 => (
            "the token does not permit it, or AWS has not verified the account",
            "try again; else contact AWS Support",
        ),
        404 => ("the room was deleted", "select another room"),
        THROTTLED => {
            ("other users use the rate limit of the room", "try again when the room is quieter")
        }
        _ => ("the service failed", "try again later"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::*;

    fn delivered(content: &str) -> Answer {
        let (id, content) = ("AbCdEf123456".to_owned(), content.to_owned());
        Answer::Delivered { id, content, time: Duration::from_millis(12) }
    }

    fn refused(code: i64, reason: &str) -> Answer {
        Answer::Refused { code, reason: reason.to_owned() }
    }

    #[test]
    fn each_answer_is_compared_with_the_rules() {
        let allowed = || Expected::Allowed;
        let rewritten = || Expected::Rewritten("a ******".to_owned());
        let denied = || Expected::Denied(Some("No.".to_owned()));
        let (allow, deny) = (Fallback::Allow, Fallback::Deny);
        for (expected, answer, fallback, result, part) in [
            (allowed(), delivered("a muppet"), &allow, "ok", "unchanged after 12 ms"),
            (rewritten(), delivered("a ******"), &allow, "ok", "as \"a ******\" after 12 ms"),
            (denied(), refused(406, "No."), &allow, "ok", "was denied: \"No.\""),
            (denied(), refused(406, "Message rejected: No."), &deny, "ok", "rejected: No."),
            (Expected::Denied(None), refused(406, ""), &deny, "ok", "denied: without a reason"),
            (rewritten(), delivered("a muppet"), &allow, "problem", "the fallback ALLOW applied"),
            (denied(), delivered("a muppet"), &deny, "problem", "the rules deny it"),
            (denied(), delivered("a ****"), &allow, "problem", "has other rules than"),
            (allowed(), delivered("A muppet"), &allow, "problem", "deliver it unchanged"),
            (denied(), refused(406, ""), &deny, "problem", "the fallback DENY applied"),
            (denied(), refused(406, "Be kind."), &allow, "problem", "of the rule is \"No.\""),
            (allowed(), refused(406, ""), &deny, "problem", "the fallback DENY applied"),
            (rewritten(), refused(406, "No."), &allow, "problem", "the rules rewrite it to"),
            (allowed(), refused(429, "x"), &allow, "not-checked", "the rate limit of the room"),
            (allowed(), refused(999, "x"), &allow, "not-checked", "999 \"x\"; the service failed"),
            (allowed(), Answer::Missing(Duration::from_secs(5)), &allow, "problem", "within 5s"),
        ] {
            let message = TestMessage { content: "a muppet".to_owned(), expected };
            let Judged { check, goes_on } = judge("lobby", &message, &answer, fallback);
            let check = serde_json::to_value(check).expect("JSON");
            assert_eq!(check["result"], result, "{check}");
            assert_eq!(goes_on, result == "ok", "{check}");
            let texts = ["what", "why"].map(|name| check[name].as_str().unwrap_or_default());
            assert!(texts.iter().any(|text| text.contains(part)), "{part}: {check}");
            assert_eq!(check["fix"] == Value::Null, result == "ok", "{check}");
        }
    }
}
