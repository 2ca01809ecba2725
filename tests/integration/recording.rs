//! Every form of recorded chat is read, row by row and for generated messages.

use std::io::{Cursor, Read};

use ivs_chat_review::recording::{Item, ReadError, Recorded, Splitter, Start, decode};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Rows {
    test: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    room: Option<String>,
    /// `←` is ESC, which TOML does not allow.
    input: String,
    items: Vec<String>,
}

fn rows() -> Vec<Row> {
    let rows: Rows =
        toml::from_str(include_str!("../data/recordings/forms.toml")).expect("valid rows");
    rows.test
}

/// A reader that returns a few bytes at a time.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.1.min(buffer.len());
        self.0.read(&mut buffer[..length])
    }
}

fn items(input: impl Read, room: Option<&str>) -> Result<Vec<String>, ReadError> {
    let mut splitter = Splitter::new(input);
    let mut items = Vec::new();
    while let Some(part) = splitter.next_part()? {
        decode(part, room, |item| items.push(described(&item)));
    }
    Ok(items)
}

fn described(item: &Item<'_>) -> String {
    match item {
        Item::Message(message) => described_message(message),
        Item::Deletion(it) => format!("deletion {}", it.id.as_deref().unwrap_or("-")),
        Item::Event => "event".to_owned(),
        Item::Unreadable => "unreadable".to_owned(),
    }
}

fn described_message(message: &Recorded<'_>) -> String {
    let request = &message.request;
    let time = message.time().map_or("-".to_owned(), |time| time.to_string());
    let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().unwrap_or("-").to_owned();
    format!(
        "{} | {} | {time} | {}",
        text(&request.room_arn),
        text(&request.message_id),
        request.content
    )
}

#[test]
fn each_form_is_read_in_pieces_of_any_size() {
    for row in rows() {
        let input = row.input.replace('←', "\u{1B}");
        for size in [1, 2, 7, 64, 1 << 20] {
            let read = items(Trickle(input.as_bytes(), size), row.room.as_deref());
            assert_eq!(read.expect("it can be read"), row.items, "{}: {size}", row.name);
        }
    }
}

#[test]
fn the_first_bytes_decide_what_a_stream_is() {
    use Start::{Events, Recording, Text};
    for (bytes, start) in [
        ("{\"Content\":\"a\"}", Some(Events)),
        ("{\"Content\":\"a\"}\n{\"Content\":\"b\"}", Some(Events)),
        ("{\"Content\":\"a\"", None),
        ("{\"Content\":\"a\n", Some(Events)),
        ("{\"Content\":\"a\"}{\"Content\":\"b\"}", Some(Recording)),
        ("{\n\"Content\":\"a\"}", Some(Recording)),
        ("{\"detail-type\":\"x\"}", Some(Events)),
        ("{\"Type\":\"MESSAGE\",\"Id\":\"a\",\"Content\":\"b\"}", Some(Recording)),
        ("{\"message\":\"x\"}", Some(Recording)),
        ("{\"events\":[", Some(Recording)),
        ("[{\"Content\":", Some(Recording)),
        ("[12:03] a\n", Some(Text)),
        ("hello", None),
        ("hello\n", Some(Text)),
        ("{ }\n", Some(Events)),
        ("x {\"event_timestamp\":\"\"}\n", Some(Recording)),
        ("banner\nx {\"event_timestamp\":\"\"}\n", Some(Recording)),
        ("[]", Some(Recording)),
        ("[]\n", Some(Recording)),
        ("PA", None),
        ("PAR1", Some(Recording)),
        ("", None),
        (" ", None),
    ] {
        assert_eq!(Start::of(bytes.as_bytes()), start, "{bytes}");
    }
}

#[test]
fn formats_that_are_not_supported_are_named() {
    for (bytes, message) in [
        (
            &b"PAR1\x15\x04"[..],
            "Parquet is not supported; set the format of the log delivery to JSON, or convert the file, for example \
             with Athena or DuckDB",
        ),
        (b"PK\x03\x04x", "a zip file is not supported; unpack it first"),
    ] {
        let error = items(bytes, None).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn a_piece_that_is_too_large_is_unreadable_and_its_memory_is_released() {
    let large = "x".repeat(7 << 20);
    for (input, expected) in [
        (
            format!("{{\"Content\":\"a\"}}\n{{\"Content\":\"{large}\"}}\n{{\"Content\":\"b\"}}"),
            ["- | - | - | a", "unreadable", "- | - | - | b"],
        ),
        (
            format!("hello\n{large}\nthere"),
            ["- | - | - | hello", "unreadable", "- | - | - | there"],
        ),
    ] {
        assert_eq!(items(input.as_bytes(), None).expect("it can be read"), expected);
    }
}

#[test]
fn errors_and_debug_output_have_no_text_of_a_message() {
    let record = br#"{"payload":{"Type":"MESSAGE","Id":"secret","Content":"secret","Sender":{"UserId":"secret"}}}"#;
    let mut splitter = Splitter::new(&record[..]);
    let part = splitter.next_part().expect("it can be read").expect("a piece");
    let mut shown = format!("{part:?}");
    decode(part, None, |item| shown += &format!("{item:?}"));
    shown += &format!("{splitter:?}");
    assert!(!shown.contains("secret"), "{shown}");
}

/// The forms in which messages with IDs are written.
const FORMS: [&str; 7] =
    ["records", "joined", "cli", "subscription", "tail", "frames", "opensearch"];

fn written(form: &str, messages: &[String]) -> String {
    let frame = |(at, text): (usize, &String)| json!({"Type": "MESSAGE", "Id": format!("m{at}"), "Content": text});
    let record = |frame| json!({"event_timestamp": "2026-11-30T10:00:00Z", "type": "MESSAGE", "payload": frame, "version": "1.0"});
    let frames = || messages.iter().enumerate().map(frame);
    let records = || frames().map(record);
    let lines = |lines: Vec<String>, end: &str| -> String {
        lines.into_iter().map(|line| line + end).collect()
    };
    match form {
        "records" => lines(records().map(|it| it.to_string()).collect(), "\n"),
        "joined" => lines(records().map(|it| it.to_string()).collect(), ""),
        "frames" => lines(frames().map(|it| it.to_string()).collect(), "\n"),
        "opensearch" => {
            lines(records().map(|it| json!({"_source": it}).to_string()).collect(), "\n")
        }
        "tail" => lines(records().map(|it| format!("2026-11-30T10:00:00 {it}")).collect(), "\n"),
        "cli" => {
            let events: Vec<_> = records().map(|it| json!({"message": it.to_string()})).collect();
            serde_json::to_string_pretty(&json!({"events": events})).expect("JSON")
        }
        _ => records()
            .map(|it| {
                json!({"messageType": "DATA_MESSAGE", "logEvents": [{"message": it.to_string()}]})
                    .to_string()
            })
            .collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_are_read_from_each_form_as_they_were_written(
        messages in prop::collection::vec("[ -~é\u{1F600}\n\"\\\\{}\\[\\],:]{0,30}", 0..8),
        size in 1..300_usize,
    ) {
        for form in FORMS {
            let input = written(form, &messages);
            let mut splitter = Splitter::new(Trickle(input.as_bytes(), size));
            let mut read = Vec::new();
            while let Some(part) = splitter.next_part().expect("it can be read") {
                decode(part, None, |item| read.push(match item {
                    Item::Message(message) => message.request.content.into_owned(),
                    other => format!("{other:?}"),
                }));
            }
            prop_assert_eq!(&read, &messages, "{}: {}", form, input);
        }
    }

    /// Damage between records costs at most the records of its line and the next one.
    #[test]
    fn damage_does_not_reach_later_lines(damage in "[{}\\[\\]\":,a ]{0,12}", size in 1..100_usize) {
        let record = |id: u32| format!("{{\"Content\":\"message {id}\"}}\n");
        let input = format!("{}{damage}\n{}{}{}", record(0), record(1), record(2), record(3));
        let read = items(Trickle(input.as_bytes(), size), None).expect("it can be read");
        for id in [0, 3] {
            let expected = format!("- | - | - | message {id}");
            prop_assert!(read.contains(&expected), "{:?} of {}", read, input);
        }
    }

    #[test]
    fn any_bytes_are_read_the_same_in_pieces_of_any_size(
        bytes in prop::collection::vec(prop::sample::select(&b"{}[]\":,\\ \na\xFF"[..]), 0..60),
        size in 1..20_usize,
    ) {
        let whole = items(Cursor::new(&bytes), None);
        let pieces = items(Trickle(&bytes, size), None);
        prop_assert_eq!(whole.ok(), pieces.ok());
    }
}

/// A folder of log files as `aws s3 sync` leaves it: two gzip members, a copy of a message, a damaged file.
fn recording_folder() -> tempfile::TempDir {
    use std::io::Write;

    let folder = tempfile::tempdir().expect("a folder");
    let room = folder
        .path()
        .join("AWSLogs/123456789012/IVSChatLogs/1.0/eu-west-1/room_AbCd12/2026/11/30/10");
    std::fs::create_dir_all(&room).expect("a folder");
    let record = |id: &str, text: &str| {
        let sender = json!({"UserId": "canary-user", "Attributes": {"name": "canary-name"}});
        let frame = json!({"Type": "MESSAGE", "Id": id, "Content": text, "Sender": sender});
        format!(
            "{}\n",
            json!({"event_timestamp": "2026-11-30T10:00:00Z", "type": "MESSAGE", "payload": frame})
        )
    };
    let packed = |text: String| {
        let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        file.write_all(text.as_bytes()).expect("memory can be written");
        file.finish().expect("memory can be written")
    };
    let event =
        json!({"type": "EVENT", "payload": {"Type": "EVENT", "EventName": "x", "Attributes": {}}});
    let first =
        [packed(record("a", "hello")), packed(record("b", "you muppet") + &event.to_string())]
            .concat();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(room.join(name), bytes).expect("a file");
    };
    write("123456789012_IVSChatLogs_1.0_eu-west-1_room_AbCd12_1.log.gz", &first);
    write(
        "123456789012_IVSChatLogs_1.0_eu-west-1_room_AbCd12_2.log.gz",
        &packed(record("b", "you muppet")),
    );
    let cut = packed((0..3_000).map(|id| record(&format!("c{id}"), "hello")).collect());
    write("123456789012_IVSChatLogs_1.0_eu-west-1_room_AbCd12_3.log.gz", &cut[..cut.len() - 20]);
    write(".hidden", b"{\"Content\":\"hidden\"}");
    write("readable.jsonl", b"{\"Content\":\"last\"}\n");
    folder
}

fn ivs_review(arguments: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let mut child = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built for this test");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("its output is UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn review_answers_the_messages_of_a_folder() {
    let folder = recording_folder();
    let path = folder.path().to_str().expect("a path");
    let (code, replies, errors) = ivs_review(&["review", "--events", path], b"");
    let lines: Vec<&str> = replies.lines().collect();
    assert_eq!(lines[0], r#"{"ReviewResult":"ALLOW","Content":"hello"}"#);
    assert_eq!(lines[1], r#"{"ReviewResult":"ALLOW","Content":"you ******"}"#);
    assert_eq!(lines.last(), Some(&r#"{"ReviewResult":"ALLOW","Content":"last"}"#));
    let damaged = lines.iter().filter(|line| line.contains("not a message in a known form"));
    assert_eq!((code, damaged.count()), (Some(1), 1), "the file that was cut off");
    assert!(errors.contains("left out: 1 duplicate, 1 event"), "{errors}");
    assert!(
        !replies.contains("hidden")
            && !errors.contains("muppet")
            && !(replies + &errors).contains("canary")
    );
    let (code, ..) = ivs_review(&["review", "--events", path, "--lenient"], b"");
    assert_eq!(code, Some(0));
}

#[test]
fn replies_to_a_recording_are_those_to_its_events() {
    let messages: Vec<String> =
        ["hello", "you muppet", "kill yourself", "visit https://example.com"]
            .map(str::to_owned)
            .into();
    let events: String =
        messages.iter().map(|text| json!({"Content": text}).to_string() + "\n").collect();
    let (code, expected, _) =
        ivs_review(&["review", "--events", "-", "--on", "2026-11-30"], events.as_bytes());
    assert_eq!((code, expected.lines().count()), (Some(0), messages.len()));
    for form in FORMS {
        let input = written(form, &messages);
        let (code, replies, _) = ivs_review(&["review", "--events", "-"], input.as_bytes());
        assert_eq!((code, &replies), (Some(0), &expected), "{form}");
    }
}

#[test]
fn check_reads_a_corpus_of_records() {
    let messages = ["I assume\nso".to_owned(), "hello".to_owned()];
    for form in FORMS {
        let input = written(form, &messages);
        let arguments = ["check", "--rules", "tests/cmd/careless", "--corpus", "-"];
        let (_, output, errors) = ivs_review(&arguments, input.as_bytes());
        let output = output + &errors;
        assert!(output.contains("standard input:1:3: warning[false-positive]"), "{form}: {output}");
        assert!(output.contains("I assume so"), "{form}: {output}");
    }
}

#[test]
fn a_recording_that_cannot_be_read_is_an_error() {
    let (code, _, errors) = ivs_review(&["review", "--events", "-"], b"PAR1\x15\x04");
    assert_eq!(code, Some(2));
    assert!(
        errors.starts_with("error: cannot read `-`: Parquet is not supported; set the format"),
        "{errors}"
    );
    let (code, _, errors) = ivs_review(&["review", "--events", "missing.log.gz"], b"");
    assert_eq!(code, Some(2));
    assert!(errors.starts_with("error: cannot read `missing.log.gz`: "), "{errors}");
}

#[test]
fn unreadable_parts_of_a_corpus_are_reported() {
    let folder = recording_folder();
    let path = folder.path().to_str().expect("a path");
    let (_, _, errors) = ivs_review(&["check", "--corpus", path], b"");
    assert!(errors.contains("warning: 1 part of the corpus"), "{errors}");
    assert!(!errors.contains("canary"), "{errors}");
}

#[test]
fn damaged_compressed_input_is_named() {
    let (code, _, errors) =
        ivs_review(&["review", "--events", "-"], b"\x1F\x8B\x08\0\0\0\0\0\0\x03ab");
    assert_eq!(code, Some(2));
    assert!(errors.contains("the gzip data is damaged or incomplete"), "{errors}");
}

#[test]
fn an_empty_list_is_an_empty_recording() {
    assert_eq!(ivs_review(&["review", "--events", "-"], b"[]").0, Some(0));
}

#[test]
fn compressed_lines_are_reviewed() {
    use std::io::Write;

    let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    file.write_all(b"hello\nyou muppet\n").expect("memory can be written");
    let packed = file.finish().expect("memory can be written");
    let arguments = ["review", "--rules", "tests/cmd/careless", "--lines", "-", "--quiet"];
    let unpacked = ivs_review(&arguments, b"hello\nyou muppet\n");
    assert_eq!(unpacked.0, Some(0), "{}", unpacked.2);
    assert_eq!(ivs_review(&arguments, &packed), unpacked);
}

#[test]
fn a_line_that_is_too_long_is_skipped() {
    let long = "a".repeat((6 << 20) + 1) + "\nyou muppet\n";
    let arguments = ["review", "--rules", "tests/cmd/careless", "--lines", "-"];
    let (code, output, errors) = ivs_review(&arguments, long.as_bytes());
    assert_eq!(code, Some(1));
    assert!(
        output.ends_with("1 message: 0 delivered unchanged, 1 changed, 0 blocked\n"),
        "{output}"
    );
    assert_eq!(errors, "error: line 1: longer than 6 MiB\n");
}
