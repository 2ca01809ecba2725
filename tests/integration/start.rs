//! The handler with a fake Runtime API, which responds late or not at all or sends unusual events.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::review::data;

/// The maximum time until the next request of the handler.
const TIMEOUT: Duration = Duration::from_secs(20);

/// When the fake Runtime API responds to the registration of an extension.
#[derive(Clone, Copy)]
enum Registration {
    Immediate,
    Never,
    /// After the function has requested its second event.
    Late,
}

/// A process of the handler, which is killed on drop.
struct Handler(Child);

impl Drop for Handler {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Handler {
    /// Starts the handler with a Runtime API.
    fn start(api: &TcpListener) -> Handler {
        let address = api.local_addr().expect("it listens").to_string();
        let process = Command::new(env!("CARGO_BIN_EXE_handler"))
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "chat-review")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("RULES_DIR", data("rules"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo built it for this test");
        Handler(process)
    }

    /// Kills the process and returns its log.
    fn log(mut self) -> Vec<Value> {
        self.0.kill().expect("it runs");
        let mut log = String::new();
        let mut output = self.0.stdout.take().expect("it is piped");
        output.read_to_string(&mut log).expect("a log is text");
        log.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

/// Method with path, and body.
type Request = (String, String);

/// Responds to each connection in a thread, sends `event` in response to the first request for an event, and returns
/// a channel of all requests.
fn serve(
    api: TcpListener,
    registration: Registration,
    event: impl Into<Vec<u8>>,
) -> Receiver<Request> {
    let event: Arc<[u8]> = event.into().into();
    let (requests, received) = channel();
    let (second, second_requested) = channel();
    let second_requested = Arc::new(Mutex::new(second_requested));
    thread::spawn(move || {
        for stream in api.incoming() {
            let (requests, second, second_requested, event) =
                (requests.clone(), second.clone(), second_requested.clone(), event.clone());
            let wait = move || match registration {
                Registration::Immediate => true,
                Registration::Never => false,
                Registration::Late => second_requested.lock().is_ok_and(|it| it.recv().is_ok()),
            };
            thread::spawn(move || {
                answer(stream.expect("a connection"), &requests, &second, &wait, &event)
            });
        }
    });
    received
}

fn answer(
    mut stream: TcpStream,
    requests: &Sender<Request>,
    second: &Sender<()>,
    wait_to_register: &dyn Fn() -> bool,
    event: &[u8],
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut events_sent = 0;
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let headers: BTreeMap<String, &str> = lines
            .iter()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        let length = headers.get("content-length").map_or(0, |it| it.parse().expect("a length"));
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let request = lines[0].trim_end_matches(" HTTP/1.1").to_owned();
        requests.send((request.clone(), String::from_utf8_lossy(&body).into_owned())).ok()?;

        let (extra, body): (String, &[u8]) = match request.as_str() {
            "POST /2020-01-01/extension/register" => {
                if !wait_to_register() {
                    // The connection stays open without a response.
                    thread::park();
                }
                ("Lambda-Extension-Identifier: an-extension\r\n".to_owned(), &b"{}"[..])
            }
            "GET /2018-06-01/runtime/invocation/next" if events_sent == 0 => {
                events_sent += 1;
                let headers = "Lambda-Runtime-Aws-Request-Id: one\r\n\
                    Lambda-Runtime-Deadline-Ms: 4102444800000\r\n\
                    Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:111122223333:function:f\r\n";
                (headers.to_owned(), event)
            }
            "GET /2018-06-01/runtime/invocation/next" => {
                second.send(()).ok()?;
                thread::park();
                return None;
            }
            "GET /2020-01-01/extension/event/next" => {
                thread::park();
                return None;
            }
            _ => (String::new(), &br#"{"status":"OK"}"#[..]),
        };
        let status = if request.contains("/response") { "202 Accepted" } else { "200 OK" };
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\n{extra}Content-Length: {length}\r\n\r\n");
        stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
    }
}

/// Returns the requests of the handler up to one, which it waits for.
fn until(requests: &Receiver<Request>, wanted: &str) -> Vec<Request> {
    let mut all: Vec<Request> = Vec::new();
    while all.last().is_none_or(|(request, _)| request != wanted) {
        match requests.recv_timeout(TIMEOUT) {
            Ok(request) => all.push(request),
            Err(_) => panic!("no {wanted} after {all:?}"),
        }
    }
    all
}

const EVENT: &str = r#"{"Content":"you muppet"}"#;
const NEXT: &str = "GET /2018-06-01/runtime/invocation/next";

#[test]
fn a_registration_without_a_response_does_not_stop_reviews() {
    let api = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
    let handler = Handler::start(&api);
    let requests = serve(api, Registration::Never, EVENT);
    let before = until(&requests, NEXT);
    assert_eq!(before[0].0, "POST /2020-01-01/extension/register", "the first request");
    let reply = until(&requests, "POST /2018-06-01/runtime/invocation/one/response").pop();
    assert_eq!(
        reply.map(|(_, body)| body).as_deref(),
        Some(r#"{"ReviewResult":"ALLOW","Content":"*** ******"}"#)
    );
    until(&requests, NEXT);
    let log = handler.log();
    let warnings: Vec<&Value> = log.iter().filter(|line| line["level"] == "WARN").collect();
    assert_eq!(warnings.len(), 1, "{log:?}");
    assert_eq!(warnings[0]["error"], "no answer to the registration within 50ms");
}

/// Lambda then waits for the extension.
#[test]
fn a_late_registration_is_followed_by_a_request_for_an_event() {
    let api = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
    let _handler = Handler::start(&api);
    let requests = serve(api, Registration::Late, EVENT);
    until(&requests, NEXT);
    until(&requests, "GET /2020-01-01/extension/event/next");
}

/// Only whitespace may follow an event.
#[test]
fn text_after_an_event_is_rejected_by_both_binaries() {
    const REPLY: &str = r#"{"ReviewResult":"ALLOW","Content":"*** ******"}"#;
    const TRAILING: &str = "$: text after the JSON value";
    const NOT_JSON: &str = "$: invalid JSON or UTF-8";
    let events: &[(&[u8], &str)] = &[
        (b"{\"Content\":\"you muppet\"}", REPLY),
        (b" \t{\"Content\":\"you muppet\"} \t ", REPLY),
        (br#" {"Content":"you muppet"} {"Content":"begone"}"#, TRAILING),
        (br#"{"Content":"you muppet"}]]"#, TRAILING),
        (br#"{"Content":"you muppet"}x"#, TRAILING),
        (b"{\"Content\":\"you muppet\"}\0", TRAILING),
        (b"{\"Content\":\"you muppet\"}\xEF\xBB\xBF", TRAILING),
        (b"{\"Content\":\"you muppet\"}\xFF", NOT_JSON),
        (br#""you muppet" {"Content":"x"}"#, TRAILING),
        (br#"{"Content":you muppet}"#, NOT_JSON),
        (b"", NOT_JSON),
    ];
    for &(event, expected) in events {
        let shown = String::from_utf8_lossy(event);
        let api = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
        let _handler = Handler::start(&api);
        let requests = serve(api, Registration::Immediate, event.to_vec());
        let outcome = if expected == REPLY { "response" } else { "error" };
        let request = format!("POST /2018-06-01/runtime/invocation/one/{outcome}");
        let (_, body) = until(&requests, &request).pop().expect("a reply");
        if expected == REPLY {
            assert_eq!(body, REPLY, "{shown}");
        } else {
            let message = format!("invalid message review event: {expected}");
            let body: Value = serde_json::from_str(&body).expect("JSON");
            assert_eq!(body["errorType"], "EventError", "{shown}");
            assert_eq!(body["errorMessage"], message, "{shown}");
        }

        // The command line skips empty lines.
        if event.is_empty() {
            continue;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
            .args(["review", "--events", "-", "--rules"])
            .arg(data("rules"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo built it for this test");
        let mut input = command.stdin.take().expect("it is piped");
        input.write_all(&[event, b"\n"].concat()).expect("it reads");
        drop(input);
        let output = command.wait_with_output().expect("it ends");
        let line = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        if expected == REPLY {
            assert_eq!(line, REPLY, "{shown}");
        } else {
            let line: Value = serde_json::from_str(&line).expect("JSON");
            assert_eq!(line["error"], expected, "{shown}");
        }
    }
}
