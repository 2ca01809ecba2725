//! `doctor` with `sam local start-lambda` and with the runtime interface emulator.
//!
//! The fake answers as the Local Lambda Service of AWS SAM CLI (`samcli/local/lambda_service`): it only invokes
//! functions, does not return logs, and does not verify signatures. The emulator also has one function and process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use ivs_chat_review::compiled::RulesHash;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::{Probe, ReviewRequest};
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use serde_json::{Value, json};

use super::Rules;
use crate::rooms::command::{Run, Running, command_with_credentials};

/// What invokes the function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// With a function `ReviewFunction`.
    Sam,
    /// With a function `function`, for one event at a time.
    Emulator,
}

/// Starts the service and returns its endpoint.
fn start(kind: Kind, rules: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (rules, turn) = (rules.to_owned(), Arc::new(Mutex::new(())));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (rules, turn) = (rules.clone(), turn.clone());
            thread::spawn(move || while respond(&stream, kind, &turn, &rules).is_some() {});
        }
    });
    endpoint
}

/// Answers a request. Returns `None` at the end of the connection.
fn respond(mut stream: &TcpStream, kind: Kind, turn: &Mutex<()>, rules: &Path) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|&read| read > 0)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(text) = line.strip_prefix("content-length:") {
            length = text.trim().parse().ok()?;
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let turn = turn.try_lock();
    let (status, error, body) = match (kind, &turn) {
        (Kind::Emulator, Err(_)) => (400, None, "busy".into()),
        _ => answer(&head, &body, kind, rules),
    };
    let kind = error.map(|error| format!("x-amzn-errortype: {error}\r\n")).unwrap_or_default();
    let body = body.to_string();
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\n{kind}Content-Length: {length}\r\n\r\n{body}"
    )
    .ok()
}

fn answer(
    head: &[String],
    body: &[u8],
    kind: Kind,
    rules: &Path,
) -> (u16, Option<&'static str>, Value) {
    let error = |kind: &str, message: &str| json!({ "Type": kind, "Message": message });
    let path = head[0].split(' ').nth(1).expect("a path");
    if kind == Kind::Emulator && path != "/2015-03-31/functions/function/invocations" {
        return (404, None, "page not found".into());
    }
    let Some(name) = path
        .strip_prefix("/2015-03-31/functions/")
        .and_then(|path| path.strip_suffix("/invocations"))
        .filter(|_| head[0].starts_with("post "))
    else {
        let body = error("LocalService", "PathNotFoundException");
        return (404, Some("PathNotFoundLocally"), body);
    };
    if kind == Kind::Sam && head.iter().any(|line| line == "x-amz-log-type: tail") {
        let message = "log-type: Tail is not supported. None is only supported.";
        return (501, Some("NotImplemented"), error("LocalService", message));
    }
    if kind == Kind::Sam && name.rsplit("%3a").next() != Some("reviewfunction") {
        let message =
            format!("Function not found: arn:aws:lambda:us-west-2:012345678901:function:{name}");
        return (404, Some("ResourceNotFound"), error("User", &message));
    }
    let sources = rules::load(rules).expect("a rule folder");
    let engine = Engine::compile(rules::parse(&sources).rules).0;
    let request = ReviewRequest::from_json(body).expect("an event");
    let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let review = Reviewer::new(&engine).review(&request, day);
    let rules_hash = RulesHash::of(&sources).to_string();
    let probe = Probe { rules_hash, compiled: true, ..Probe::default() };
    let response = review.into_response(&engine, request).with_probe(probe);
    (200, None, serde_json::from_slice(&response.to_json()).expect("JSON"))
}

fn doctor(endpoint: &str, rules: &Rules, arguments: &str) -> Run {
    let mut command: Command = command_with_credentials();
    command
        .env("AWS_ENDPOINT_URL_LAMBDA", endpoint)
        .args(["doctor", "--rules"])
        .arg(rules.path())
        .args(arguments.split_whitespace());
    Running::start(command).end()
}

#[test]
fn what_a_local_function_answers_is_checked_and_the_rest_is_not() {
    let rules = Rules::new("muppet\n> caught: a muppet\n");
    let endpoint = start(Kind::Sam, &rules.path());
    for handler in
        ["ReviewFunction", "arn:aws:lambda:eu-west-1:111122223333:function:ReviewFunction"]
    {
        let run = doctor(&endpoint, &rules, &format!("--handler {handler}")).assert_exit(0);
        for text in [
            "ok           region         eu-west-1",
            "not checked  function       the endpoint of Lambda only invokes functions",
            "not checked  last update    the endpoint",
            "not checked  configuration  the endpoint",
            "not checked  permission     the endpoint",
            "not checked  alarms         the endpoint",
            "ok           rules          ",
            "ok           replies        4 messages answered as by the rules of the folder",
            "ok           time           in the handler at most 0.0 ms, with the network at most",
            "not checked  room           no rooms are selected",
            "0 problems, 4 ok, 6 not checked",
        ] {
            assert!(run.stdout.contains(text), "{text}\n{run}");
        }
    }
    // Other rules are noticed, and a function that is not in the template.
    rules.write("lists/a.txt", "muppet\nwombat\n> caught: a muppet\n");
    doctor(&endpoint, &Rules::new("wombat\n> caught: a wombat\n"), "--handler ReviewFunction")
        .assert_exit(1);
    let run = doctor(&endpoint, &rules, "--handler Other").assert_exit(1);
    assert!(
        run.stdout.contains("problem      replies        ResourceNotFound: Function not"),
        "{run}"
    );
}

#[test]
fn the_emulator_gets_one_event_at_a_time() {
    let rules = Rules::new("muppet\n> caught: a muppet\n> ok: a puppet\n");
    let endpoint = start(Kind::Emulator, &rules.path());
    let run = doctor(&endpoint, &rules, "--handler function").assert_exit(0);
    assert!(run.stdout.contains("ok           replies        5 messages answered as by"), "{run}");
    assert!(run.stdout.contains("0 problems, 4 ok, 6 not checked"), "{run}");
    // Another name is not known there, which does not say anything about a function.
    let run = doctor(&endpoint, &rules, "--handler other").assert_exit(0);
    assert!(run.stdout.contains("HTTP 404: the endpoint does not have this operation"), "{run}");
}
