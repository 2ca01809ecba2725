//! Metrics and log lines of events.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test` updates the snapshot of the metrics; read the difference before
//! you commit it.

mod reload;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use std::{env, fs, io};

use ivs_chat_review::compiled::{self, Compiled};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::Probe;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::{self, RuleId};
use ivs_chat_review::source::{Source, Sources};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::metrics::{Metrics, VerdictKind};
use crate::service::Service;

const SNAPSHOT: &str = "tests/data/metrics.jsonl";
/// A string that must not occur in any output.
const PLANTED: &str = "canaryq";

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulator/rules");
    let parsed = rules::parse(&rules::load(&folder).expect("it is checked in"));
    Engine::compile(parsed.rules).0
});

fn metrics() -> Metrics {
    Metrics::new("chat-review".to_owned(), "INFO")
}

fn id(name: &str) -> RuleId {
    ENGINE.rules().enumerate_rules().find(|(_, rule)| rule.id == name).expect(name).0
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("within years")
}

#[test]
fn metrics_equal_the_snapshot() {
    let rules = ENGINE.rules();
    let [insults, threats, shadow] = ["insults", "threats", "shadow-words"].map(id);
    let micros = Duration::from_micros;
    let mut lines = String::new();
    let mut flush = |metrics: &mut Metrics, second: i64| {
        assert!(metrics.is_due(at(second)), "at second {second}");
        lines += &metrics.flush(at(second), rules).expect("there are counts to flush");
        assert_eq!(metrics.flush(at(second), rules), None, "flushed just now");
    };

    let mut metrics = metrics();
    metrics.skipped(0);
    assert_eq!(metrics.flush(at(0), rules), None, "no event yet");
    metrics.reviewed(VerdictKind::Allowed, [], [], micros(7));
    flush(&mut metrics, 0);

    metrics.reviewed(VerdictKind::Rewritten, [insults], [shadow], micros(21));
    metrics.reviewed(VerdictKind::Rewritten, [insults], [], micros(19));
    metrics.reviewed(VerdictKind::Denied, [insults, threats], [], Duration::from_millis(2));
    metrics.cut();
    metrics.failed();
    assert!(!metrics.is_due(at(59)), "less than a minute");
    flush(&mut metrics, 60);

    metrics.failed();
    metrics.compiled_unused();
    metrics.reload_rejected();
    flush(&mut metrics, 200);

    metrics.reviewed(VerdictKind::Allowed, [], [], micros(3));
    metrics.skipped(2);
    flush(&mut metrics, 201);

    for _ in 0..100 {
        assert!(!metrics.is_due(at(202)), "fewer than 100 values");
        metrics.reviewed(VerdictKind::Allowed, [], [], Duration::ZERO);
    }
    flush(&mut metrics, 202);

    metrics.reviewed(VerdictKind::Allowed, [], [], micros(3));
    flush(&mut metrics, 100);

    let mut at_error = Metrics::new("chat-review".to_owned(), "ERROR");
    at_error.skipped(3);
    at_error.failed();
    flush(&mut at_error, 0);

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SNAPSHOT);
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        // Atomically, since another test reads it at the same time.
        let new = path.with_extension("new");
        fs::write(&new, &lines).expect("a file of this repository");
        fs::rename(&new, &path).expect("a file of this repository");
    }
    assert_eq!(lines, fs::read_to_string(&path).expect(SNAPSHOT));
}

/// "Specification: Embedded metric format" (Amazon CloudWatch User Guide).
#[test]
fn the_snapshot_has_the_embedded_metric_format() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SNAPSHOT);
    let text = fs::read_to_string(path).expect(SNAPSHOT);
    assert!(text.lines().count() >= 8);
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect(line);
        assert!(line["_aws"]["Timestamp"].is_u64(), "{line}");
        let time: Timestamp = line["timestamp"].as_str().expect("text").parse().expect("RFC 3339");
        assert_eq!(Some(time.as_millisecond()), line["_aws"]["Timestamp"].as_i64(), "{line}");
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().expect("a list");
        let [directive] = &directives[..] else { panic!("{line}") };
        assert_eq!(directive["Namespace"], "IvsChatReview");
        let [dimensions] = &directive["Dimensions"].as_array().expect("a list")[..] else {
            panic!("{line}")
        };
        assert!(matches!(dimensions.as_array().expect("a list").len(), 1..=30), "{line}");
        for name in dimensions.as_array().into_iter().flatten() {
            let value = line[name.as_str().expect("a name")].as_str();
            assert!(value.is_some_and(|value| matches!(value.len(), 1..=1024)), "{line}");
        }
        let metrics = directive["Metrics"].as_array().expect("a list");
        assert!(matches!(metrics.len(), 1..=100), "{line}");
        for metric in metrics {
            assert!(matches!(metric["Unit"].as_str(), Some("Count" | "Microseconds")), "{line}");
            match &line[metric["Name"].as_str().expect("a name")] {
                Value::Number(_) => {}
                Value::Array(values) => {
                    assert!(matches!(values.len(), 1..=100), "{line}");
                    assert!(values.iter().all(Value::is_u64), "{line}");
                }
                other => panic!("{other} in {line}"),
            }
        }
    }
}

/// The sum of each metric over some lines. A list counts its values; `Matched` are by rule and mode.
fn sums(lines: &str) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect(line);
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().expect("a list") {
            let name = metric["Name"].as_str().expect("a name");
            let count = match &line[name] {
                Value::Array(values) => values.len() as u64,
                value => value.as_u64().expect("a count"),
            };
            let of = |key: &str| line[key].as_str().map_or(String::new(), |it| format!(" {it}"));
            *sums.entry(name.to_owned() + &of("Rule") + &of("Mode")).or_default() += count;
        }
    }
    sums.retain(|_, sum| *sum > 0);
    sums
}

#[derive(Clone, Debug)]
enum Event {
    Review { verdict: usize, matches: BTreeSet<usize>, micros: u64 },
    Failure,
    PatternFailure,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0..3_usize, btree_set(0..11_usize, 0..3), 0..1_000_000_u64)
            .prop_map(|(verdict, matches, micros)| Event::Review { verdict, matches, micros }),
        1 => Just(Event::Failure),
        1 => Just(Event::PatternFailure),
    ]
}

proptest! {
    #[test]
    fn flushed_metrics_add_up_to_the_events(
        events in vec((event(), -1_000..30_000_i64), 0..400),
    ) {
        let rules = ENGINE.rules();
        let ids: Vec<RuleId> = rules.enumerate_rules().map(|(id, _)| id).collect();
        let verdicts = [VerdictKind::Allowed, VerdictKind::Rewritten, VerdictKind::Denied];
        let (mut metrics, mut lines, mut now) = (metrics(), String::new(), at(0));
        let mut expected = BTreeMap::new();
        let mut skipped = 0;
        for (event, passed) in events {
            let mut expect = |name: &str| *expected.entry(name.to_owned()).or_default() += 1;
            match event {
                Event::Review { verdict, matches, micros } => {
                    let by_id = matches.iter().map(|&rule| ids[rule]);
                    let is_shadow = |&rule: &RuleId| rules.rule(rule).id == "shadow-words";
                    let (shadow, acting): (Vec<_>, Vec<_>) = by_id.partition(is_shadow);
                    let time = Duration::from_micros(micros);
                    metrics.reviewed(verdicts[verdict], acting, shadow, time);
                    expect(["Allowed", "Rewritten", "Denied"][verdict]);
                    expect("ReviewTime");
                    for rule in matches {
                        let rule = &rules.rules[rule];
                        let mode = if rule.id == "shadow-words" { "shadow" } else { "on" };
                        expect(&format!("Matched {} {mode}", rule.id));
                    }
                }
                Event::Failure => {
                    metrics.failed();
                    expect("Failures");
                }
                // A pattern is compiled when an event needs it.
                Event::PatternFailure => {
                    metrics.skipped(1);
                    metrics.failed();
                    skipped += 1;
                    expect("Failures");
                }
            }
            now += SignedDuration::from_millis(passed);
            if metrics.is_due(now) {
                lines.extend(metrics.flush(now, rules));
                prop_assert!(!metrics.is_due(now));
            }
        }
        lines.extend(metrics.flush(now, rules));
        let mut sums = sums(&lines);
        if !lines.is_empty() {
            expected.insert("ColdStarts".to_owned(), 1);
        }
        // Not a sum: each line has the current number.
        sums.remove("SkippedRules");
        let skipped_in = |line| serde_json::from_str::<Value>(line).ok()?["SkippedRules"].as_u64();
        let last = lines.lines().filter_map(skipped_in).next_back();
        prop_assert_eq!(last, (!lines.is_empty()).then_some(skipped));
        prop_assert_eq!(sums, expected);
    }

    #[test]
    fn metrics_contain_no_part_of_an_event(
        kinds in vec((0..8_usize, "[a-z ]{0,8}"), 1..30),
    ) {
        let mut service = Service::new(Reviewer::new(&ENGINE), Some(metrics()));
        let (mut lines, mut answered, mut failed) = (String::new(), 0, 0);
        for (kind, noise) in &kinds {
            let content = ["hello", "you muppet", "begone", "dubious", "at discord.gg/abc", "hush"];
            let event = match content.get(*kind) {
                Some(content) => json!({
                    "Content": format!("{PLANTED} {content} {noise}"),
                    "MessageId": PLANTED,
                    "RoomArn": format!("arn:aws:ivschat:us-west-2:123456789012:room/{PLANTED}"),
                    "Attributes": { PLANTED: "muppetry", "displayName": PLANTED },
                    "Sender": {
                        "UserId": PLANTED, "Ip": PLANTED, "Attributes": { PLANTED: "clubhouse" },
                    },
                }),
                None if *kind == 6 => json!({ PLANTED: noise }),
                None => json!(format!("{PLANTED} {noise}")),
            };
            match service.answer(event.to_string().as_bytes()) {
                Ok(_) => answered += 1,
                Err(_) => failed += 1,
            }
            lines.extend(service.metrics_if_due());
        }
        lines.extend(service.flush_metrics());
        let sums = sums(&lines);
        let sum = |name: &str| sums.get(name).copied().unwrap_or_default();
        prop_assert_eq!(sum("Allowed") + sum("Rewritten") + sum("Denied"), answered);
        prop_assert_eq!(sum("ReviewTime"), answered);
        prop_assert_eq!(sum("Failures"), failed);
        prop_assert_eq!(sum("ColdStarts"), 1);
        prop_assert_eq!(sum("Matched names on"), answered, "each event has an attribute that this rule matches");
        let shadowed = kinds.iter().filter(|(kind, _)| *kind == 3).count() as u64;
        prop_assert_eq!(sum("Matched shadow-words shadow"), shadowed);
        prop_assert!(!lines.contains(PLANTED), "{}", lines);
    }
}

/// A rule with a rollout acts for some senders, and is in shadow mode for others.
#[test]
fn a_rule_is_counted_by_the_mode_that_it_had() {
    let mut metrics = metrics();
    let insults = id("insults");
    for (acting, shadow) in [(1, 0), (0, 1), (0, 1)] {
        let rules = |count| std::iter::repeat_n(insults, count);
        metrics.reviewed(VerdictKind::Allowed, rules(acting), rules(shadow), Duration::ZERO);
    }
    let sums = sums(&metrics.flush(at(0), ENGINE.rules()).expect("there are counts to flush"));
    assert_eq!((sums["Matched insults on"], sums["Matched insults shadow"]), (1, 2));
}

/// Collects log lines.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics with it").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines that the service logs for a message.
fn logged(engine: &Engine, content: &str) -> Vec<Value> {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(move || writer.clone())
        .finish();
    let event = json!({ "Content": content, "MessageId": "m-1" }).to_string();
    tracing::subscriber::with_default(subscriber, || {
        let mut service = Service::new(Reviewer::new(engine), None);
        service.answer(event.as_bytes()).expect("an event");
    });
    let bytes = log.0.lock().expect("no test panics with it").clone();
    let text = String::from_utf8(bytes).expect("a log is text");
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn a_cut_search_is_logged() {
    let word = |number: u32| -> String {
        (0..8).map(|bit| if number >> bit & 1 == 0 { 'a' } else { 'b' }).collect()
    };
    let words: Vec<String> = (0..256).map(|number| format!("a{}cdcdcd", word(number))).collect();
    for (when_cut, verdict) in [("deny", "deny"), ("allow", "allow")] {
        let manifest = format!(
            "version = 1\n[settings]\nwhen_cut = {when_cut:?}\n\
             [[rule]]\nid = \"words\"\naction = \"mask\"\nterms = {words:?}\n"
        );
        let mut sources = Sources::default();
        sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into_bytes()) });
        let parsed = rules::parse(&sources);
        assert_eq!(parsed.diagnostics, []);
        let (engine, _) = Engine::compile(parsed.rules);

        let storm = "a*a*b*a*b".to_owned() + &" a****aaaacdcd".repeat(34);
        let lines = logged(&engine, &storm);
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((&line["cut"], &line["verdict"]), (&json!(true), &json!(verdict)), "{line}");
        assert_eq!((&line["matches"], &line["message_id"]), (&json!(0), &json!("m-1")), "{line}");

        let lines = logged(&engine, "aaaaaaaaacdcdcd");
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((line.get("cut"), &line["matches"]), (None, &json!(1)), "{line}");
        assert_eq!(logged(&engine, "hello"), Vec::<Value>::new());
    }
}

#[test]
fn a_match_is_logged_by_its_place() {
    let mut sources = Sources::default();
    let manifest = "version = 1\n[[rule]]\nid = \"insults\"\naction = \"mask\"\n\
        lists = [\"lists/a, b.txt\"]\npatterns = ['zz\\d']\n\
        [[rule]]\nid = \"trial\"\naction = \"deny\"\nmode = \"shadow\"\n\
        lists = [\"lists/a, b.txt\"]\nlimit = { length = 300 }\n";
    let list: String = (0..20).map(|number| format!("# {number}\ncanary{number}q\n")).collect();
    for (path, text) in [("rules.toml", manifest), ("lists/a, b.txt", &list)] {
        sources.push(Source { path: path.into(), content: Ok(text.as_bytes().into()) });
    }
    let parsed = rules::parse(&sources);
    assert_eq!(parsed.diagnostics, []);
    let mut text = Engine::compile(parsed.rules).0;
    text.locate(&sources);
    let compiled = Compiled::open(compiled::write(&text, &sources)).expect("it is valid").engine;
    for engine in [&text, &compiled] {
        let causes = |content: &str| {
            let lines = logged(engine, content);
            let [line] = &lines[..] else { panic!("{lines:?}") };
            assert!(!line.to_string().contains(PLANTED), "{line}");
            line["causes"].as_str().unwrap_or_default().to_owned()
        };
        let of = |rule: &str, line: usize| format!("{rule}:lists/a, b.txt:{line}");
        // Each cause once, and rules in shadow mode first.
        assert_eq!(
            causes("canary0q zz1 canary0q canary1q zz2"),
            [
                of("trial", 2),
                of("trial", 4),
                of("insults", 2),
                "insults:rules.toml:6".to_owned(),
                of("insults", 4),
            ]
            .join(",")
        );
        let all: String = (0..20).map(|number| format!("canary{number}q ")).collect();
        assert_eq!(causes(&all).matches("trial").count(), 16, "of 40");
        assert_eq!(causes(&"hello ".repeat(60)), "trial:rules.toml:12");
        assert_eq!(logged(engine, "hello"), Vec::<Value>::new());
    }
}

/// IVS Chat sends no such event, and a client cannot: it only chooses content and attributes.
#[test]
fn a_probe_is_answered_with_the_state_of_the_process_and_neither_logged_nor_counted() {
    let mut service = Service::new(Reviewer::new(&ENGINE), Some(metrics()));
    let about = Probe { rules_hash: "0123456789abcdef".to_owned(), ..Probe::default() };
    service.describe(about);
    let mut reply = |event: Value| -> Value {
        let answer = service.answer(event.to_string().as_bytes());
        serde_json::from_slice(&answer.expect("an event").to_json()).expect("JSON")
    };
    let probes = [json!(true), json!(false), json!("true"), json!(1), json!(null), json!(true)];
    for (number, probe) in probes.into_iter().enumerate() {
        let is_probe = probe == true;
        let answer = reply(json!({
            "Content": "you muppet", "Probe": probe,
            "Attributes": { "Probe": "true" }, "Sender": { "Attributes": { "Probe": "true" } },
        }));
        assert_eq!(
            (&answer["ReviewResult"], &answer["Content"]),
            (&json!("ALLOW"), &json!("you ******"))
        );
        assert_eq!(answer.get("Probe").is_some(), is_probe, "{answer}");
        if is_probe {
            assert_eq!(answer["Probe"]["RulesHash"], "0123456789abcdef");
            assert_eq!(answer["Probe"]["Answered"], number);
        }
    }
    let sums = sums(&service.flush_metrics().expect("four are counted"));
    assert_eq!((sums["Rewritten"], sums["Matched insults on"]), (4, 4), "{sums:?}");
}

#[test]
fn oversized_attributes_count_for_the_rule_that_denies_them() {
    let mut service = Service::new(Reviewer::new(&ENGINE), Some(metrics()));
    let event = json!({ "Content": "hello", "Attributes": { "displayName": PLANTED.repeat(200) } });
    let answer = service.answer(event.to_string().as_bytes());
    let reply: Value = serde_json::from_slice(&answer.expect("an event").to_json()).expect("JSON");
    assert_eq!(reply["ReviewResult"], "DENY");
    let lines = service.flush_metrics().expect("there are counts to flush");
    let sums = sums(&lines);
    assert_eq!(
        (sums.get("Denied"), sums.get("Matched names on")),
        (Some(&1), Some(&1)),
        "{sums:?}"
    );
    assert!(!lines.contains(PLANTED), "{lines}");
}
