//! The log of the handler as data: [`Line`].
//!
//! The handler logs a JSON line for each message in which something was found, and its metrics as
//! lines too. [`Line::decode`] reads one as it is, with a time and a log stream before it (`aws logs
//! tail`, exports to S3), and as the string of a log event (`aws logs filter-log-events`).

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The maximum depth of a line in strings of others.
const MAX_DEPTH: usize = 2;

/// What Lambda writes of an invocation, if the log is text.
const PLATFORM: [&str; 7] = [
    "INIT_START",
    "START RequestId",
    "END RequestId",
    "REPORT RequestId",
    "EXTENSION\t",
    "INIT_REPORT",
    "XRAY TraceId",
];

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A message in which something was found.
    Match(Match),
    /// Counts of messages.
    Metrics(Metrics),
    /// The rules of a process that starts.
    Ready {
        /// Their hash.
        hash: String,
    },
    /// Another line of the handler, or one of Lambda.
    Other,
    /// JSON that is damaged or cut off.
    Damaged,
    /// Nothing that is known.
    Unreadable,
}

/// A message in which something was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// When it was reviewed.
    pub time: Option<Timestamp>,
    /// `allow`, `rewrite` or `deny`.
    pub verdict: String,
    /// The active rules that matched.
    pub rules: Vec<String>,
    /// The rules in shadow mode that matched.
    pub shadow_rules: Vec<String>,
    /// Rules, each with the file and line of what matched.
    pub causes: Vec<(String, String)>,
    /// The ID of the message.
    pub message_id: Option<String>,
    /// The ID of the room.
    pub room_id: Option<String>,
}

/// Counts of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// When they were flushed.
    pub time: Option<Timestamp>,
    /// The messages that were reviewed since the line before.
    pub reviewed: u64,
}

/// The members of interest.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default)]
    message: Option<Cow<'a, str>>,
    /// In a log event it is a number.
    #[serde(borrow, default)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow, default)]
    level: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    verdict: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    rules: Option<&'a RawValue>,
    #[serde(borrow, default)]
    shadow_rules: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    causes: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    message_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    room_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    hash: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    _aws: Option<&'a RawValue>,
    #[serde(default, rename = "Allowed")]
    allowed: u64,
    #[serde(default, rename = "Rewritten")]
    rewritten: u64,
    #[serde(default, rename = "Denied")]
    denied: u64,
}

impl Line {
    /// Decodes a line in any form.
    pub fn decode(text: &str) -> Line {
        decode(text, 0)
    }
}

fn decode(text: &str, depth: usize) -> Line {
    let json = text.find('{').map(|start| &text[start..]);
    let Some(members) = json.and_then(|json| serde_json::from_str::<Members<'_>>(json).ok()) else {
        let is_platform = PLATFORM.iter().any(|start| text.contains(start));
        // Other text may have a brace too.
        let is_json = json.is_some_and(|json| json[1..].trim_start().starts_with('"'));
        return match (is_platform, is_json) {
            (true, _) => Line::Other,
            (false, true) => Line::Damaged,
            (false, false) => Line::Unreadable,
        };
    };
    let time = members.timestamp.and_then(|json| serde_json::from_str(json.get()).ok());
    if members._aws.is_some() {
        let reviewed = members.allowed.saturating_add(members.rewritten);
        return Line::Metrics(Metrics { time, reviewed: reviewed.saturating_add(members.denied) });
    }
    let is_of_handler = members.level.is_some() || members.kind.is_some();
    match (members.message.as_deref(), members.verdict) {
        (Some("match"), Some(verdict)) => {
            let rules = members
                .rules
                .and_then(|json| serde_json::from_str::<Cow<'_, str>>(json.get()).ok());
            Line::Match(Match {
                time,
                verdict: verdict.into_owned(),
                rules: names(rules.as_deref()),
                shadow_rules: names(members.shadow_rules.as_deref()),
                causes: causes(members.causes.as_deref().unwrap_or_default()),
                message_id: members.message_id.map(Cow::into_owned),
                room_id: members.room_id.map(Cow::into_owned),
            })
        }
        (Some("ready"), None) if members.hash.is_some() => {
            Line::Ready { hash: members.hash.unwrap_or_default().into_owned() }
        }
        // Perhaps a log event.
        (Some(inner), None) if !is_of_handler && depth < MAX_DEPTH => decode(inner, depth + 1),
        _ if is_of_handler => Line::Other,
        _ => Line::Unreadable,
    }
}

/// Splits a list of rules.
fn names(text: Option<&str>) -> Vec<String> {
    let names = text.unwrap_or_default().split(',').filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Splits `insults:lists/insults.txt:12,invites:rules.toml:40`. The path of a list may have commas and
/// colons, so a part only ends where a line of a rule file ends.
fn causes(text: &str) -> Vec<(String, String)> {
    let mut causes = Vec::new();
    let mut start = 0;
    let ends = text.match_indices(',').map(|(at, _)| at).chain([text.len()]);
    for end in ends {
        let part = &text[start..end];
        if let Some((rule, place)) = part.split_once(':').filter(|(_, place)| is_place(place)) {
            causes.push((rule.to_owned(), place.to_owned()));
            start = (end + 1).min(text.len());
        }
    }
    causes
}

/// Whether a text is a rule file with a line.
fn is_place(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(path, line)| {
        (path.ends_with(".txt") || path.ends_with(".toml"))
            && (1..=10).contains(&line.len())
            && line.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"timestamp":"2026-11-30T20:15:04.512Z","level":"INFO","message":"match","verdict":"rewrite","rules":"insults","matches":1,"shadow_rules":"on-trial,names","causes":"on-trial:lists/on trial, 2.txt:13,names:rules.toml:40,insults:lists/a:b.txt:207","duration_us":41,"message_id":"M2YcHkgffEvU","room_id":"AbCdEf123456"}"#;

    #[test]
    fn a_line_is_read_in_each_form() {
        let pair = |rule: &str, place: &str| (rule.to_owned(), place.to_owned());
        let expected = Line::Match(Match {
            time: "2026-11-30T20:15:04.512Z".parse().ok(),
            verdict: "rewrite".to_owned(),
            rules: vec!["insults".to_owned()],
            shadow_rules: vec!["on-trial".to_owned(), "names".to_owned()],
            causes: vec![
                pair("on-trial", "lists/on trial, 2.txt:13"),
                pair("names", "rules.toml:40"),
                pair("insults", "lists/a:b.txt:207"),
            ],
            message_id: Some("M2YcHkgffEvU".to_owned()),
            room_id: Some("AbCdEf123456".to_owned()),
        });
        let quoted = serde_json::to_string(LINE).expect("a string");
        for text in [
            LINE.to_owned(),
            format!("2026-11-30T20:15:04.600000+00:00 2026/11/30/[$LATEST]0a1b {LINE}"),
            format!("2026-11-30T20:15:04.600Z {LINE}"),
            format!(
                r#"{{"logStreamName":"2026/11/30/[$LATEST]0a1b","timestamp":1796069704600,"message":{quoted},"ingestionTime":1,"eventId":"3"}}"#
            ),
        ] {
            assert_eq!(Line::decode(&text), expected, "{text}");
        }
    }

    #[test]
    fn other_lines_are_recognized() {
        let metrics = |reviewed| Line::Metrics(Metrics { time: None, reviewed });
        let ready = || Line::Ready { hash: "9c1f0b6c1de0a2f4".to_owned() };
        for (text, expected) in [
            (r#"{"_aws":{"Timestamp":1},"Allowed":7,"Rewritten":2,"Denied":1}"#, metrics(10)),
            (r#"{"_aws":{},"Matched":1,"Rule":"a"}"#, metrics(0)),
            (r#"{"level":"INFO","message":"ready","rules":3,"hash":"9c1f0b6c1de0a2f4"}"#, ready()),
            (r#"{"level":"ERROR","message":"review failed","error":"x"}"#, Line::Other),
            (r#"{"time":"x","type":"platform.report","record":{}}"#, Line::Other),
            ("REPORT RequestId: 8f\tDuration: 1.27 ms", Line::Other),
            (r#"{"timestamp":1,"message":"START RequestId: 8f Version: $LATEST"}"#, Line::Other),
            (r#"{"timestamp":1,"message":"what a muppet"}"#, Line::Unreadable),
            (r#"{"Content":"what a muppet"}"#, Line::Unreadable),
            (r#"{"message":"match"}"#, Line::Unreadable),
            (r#"{"message":{"verdict":"deny"}}"#, Line::Damaged),
            (&LINE[..100], Line::Damaged),
            ("what a { muppet", Line::Unreadable),
            ("what a muppet", Line::Unreadable),
            ("", Line::Unreadable),
        ] {
            assert_eq!(Line::decode(text), expected, "{text}");
        }
    }

    #[test]
    fn causes_that_are_none_are_left_out() {
        for (text, count) in [
            ("", 0),
            ("a", 0),
            ("a:b", 0),
            ("a:b.txt", 0),
            ("a:b.txt:x", 0),
            ("a:b.txt:1", 1),
            (",,a:b.txt:1,", 1),
            ("a:b.txt:1,a:b.txt:2", 2),
        ] {
            assert_eq!(causes(text).len(), count, "{text}");
        }
    }
}
