//! `review --events -` over pipes.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

fn start(arguments: &[&str]) -> (Child, ChildStdin, BufReader<std::process::ChildStdout>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(["review", "--events", "-"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built for this test");
    let stdin = child.stdin.take().expect("it is piped");
    let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    (child, stdin, stdout)
}

#[test]
fn each_reply_is_written_before_the_next_event_is_read() {
    let (mut child, mut stdin, mut stdout) = start(&[]);
    let mut reply = String::new();
    for i in 0..20 {
        writeln!(stdin, r#"{{"Content":"message {i}"}}"#).expect("it reads");
        reply.clear();
        stdout.read_line(&mut reply).expect("it answers");
        assert_eq!(
            reply.trim_end(),
            format!(r#"{{"ReviewResult":"ALLOW","Content":"message {i}"}}"#)
        );
    }
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn each_reply_to_a_record_is_written_at_once() {
    let (mut child, mut stdin, mut stdout) = start(&[]);
    let record = r#"{"event_timestamp":"x","type":"MESSAGE","payload":{"Content":"hello"}}"#;
    let mut reply = String::new();
    for _ in 0..3 {
        writeln!(stdin, "{record}").expect("it reads");
        reply.clear();
        stdout.read_line(&mut reply).expect("it answers");
        assert_eq!(reply.trim_end(), r#"{"ReviewResult":"ALLOW","Content":"hello"}"#);
    }
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn invalid_lines_do_not_stop_the_others() {
    let (child, mut stdin, stdout) = start(&["--stats"]);
    let lines = b"{\"Content\":\"a\"}\n\nnonsense\n{\"Content\":\"\"}\r\n{\"Content\":\"last\"}";
    stdin.write_all(lines).expect("it reads");
    drop(stdin);
    let replies: Vec<String> =
        stdout.lines().collect::<Result<_, _>>().expect("its output is UTF-8");
    assert_eq!(
        replies,
        [
            r#"{"ReviewResult":"ALLOW","Content":"a"}"#,
            r#"{"error":"$: invalid JSON or UTF-8","line":2}"#,
            r#"{"error":"$: invalid JSON or UTF-8","line":3}"#,
            r#"{"ReviewResult":"ALLOW","Content":""}"#,
            r#"{"ReviewResult":"ALLOW","Content":"last"}"#,
        ]
    );
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    let stats = String::from_utf8(output.stderr).expect("its output is UTF-8");
    let stats: serde_json::Value =
        serde_json::from_str(stats.lines().last().expect("a line")).expect("JSON");
    assert_eq!(stats["messages"], 3);
    assert_eq!(stats["errors"], 2);
    assert_eq!(stats["verdicts"]["allow"], 3);
    assert!(stats["engine_build_ms"].as_f64() > Some(0.0));
    let time = |name: &str| stats["review_us"][name].as_f64().expect("a number");
    assert!(0.0 < time("p50") && time("p50") <= time("p99") && time("p99") <= time("max"));
}

#[test]
fn a_closed_standard_output_is_not_an_error() {
    let (child, mut stdin, stdout) = start(&[]);
    drop(stdout);
    // The command may end before it has read everything.
    for _ in 0..10_000 {
        if stdin.write_all(b"{\"Content\":\"a\"}\n").is_err() {
            break;
        }
    }
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// Events, and lines that are only parts of a JSON value: after the first of them the others are skipped,
/// until a line is JSON again.
fn events_and_fragments(random: &mut fastrand::Rng) -> String {
    let filler = "hello ".repeat(12);
    let mut lines = String::new();
    for number in 0..1_500 {
        lines += &match random.usize(..40) {
            0 => "{\"Content\":\n".to_owned(),
            1..4 => "  \"part\",\n".to_owned(),
            4 => "{\"content\":1}\n".to_owned(),
            5 => "{\"Content\":\"trailing\"} {\n".to_owned(),
            6 => "\n".to_owned(),
            7 => format!("{{\"Content\":\"you muppet {number}\"}}\r\n"),
            _ => format!("{{\"Content\":\"{filler}{number}\"}}\n"),
        };
    }
    lines
}

#[test]
fn replies_are_the_same_with_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    for seed in 0..2 {
        let mut random = fastrand::Rng::with_seed(seed);
        let events = events_and_fragments(&mut random);
        let record = |line: &str| format!("{{\"event_timestamp\":\"x\",\"payload\":{line}}}\n");
        let records: String = (0..1_200)
            .map(|_| match random.usize(..20) {
                0 => "{\"payload\":\n".to_owned(),
                1 => record("{\"Type\":\"EVENT\",\"EventName\":\"x\"}"),
                _ => {
                    let id = random.usize(..900);
                    let text = "hello ".repeat(12);
                    record(&format!("{{\"Id\":\"m{id}\",\"Content\":\"{text}muppet {id}\"}}"))
                }
            })
            .collect();
        for input in [events, records] {
            let file = folder.path().join("input");
            assert!(input.len() > 100_000, "several chunks");
            std::fs::write(&file, input).expect("a file");
            let run = |threads: &str| {
                let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
                    .args(["review", "--stats", "--threads", threads, "--events"])
                    .arg(&file)
                    .current_dir(env!("CARGO_MANIFEST_DIR"))
                    .output()
                    .expect("the binary was built for this test");
                let errors = String::from_utf8(output.stderr).expect("UTF-8");
                let stats = errors.lines().last().expect("a line");
                let stats: serde_json::Value = serde_json::from_str(stats).expect("JSON");
                let counts = ["messages", "errors", "verdicts"].map(|name| stats[name].clone());
                (output.status.code(), output.stdout, counts)
            };
            let expected = run("1");
            for threads in ["2", "7"] {
                assert!(run(threads) == expected, "{threads} threads, seed {seed}");
            }
        }
    }
}
