//! `doctor --room`: messages to a room through a WebSocket, of the local chat and of servers that misbehave.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, WebSocket, accept_hdr};

use super::fake::FakeLambda;
use super::{Rules, run};
use crate::chat::process::Chat;
use crate::rooms::command::{Run, Running, command_with_credentials, review, with_rooms};
use crate::rooms::fake::{FakeService, Fault, FaultKind};

const LIST: &str = "muppet\n> caught: a muppet\n> ok: a puppet\n";

/// The account of the local chat.
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:review";

/// A function with published rules, of the account of the local chat.
fn function(rules: &Rules) -> FakeLambda {
    let lambda = FakeLambda::start();
    run(&lambda, None, &rules.path(), "publish --function review --layer chat-rules")
        .assert_exit(0);
    lambda.state(|state| {
        let function = state.review();
        function.configuration["FunctionArn"] = FUNCTION.into();
        let statement = &mut function.policy["Statement"][0];
        statement["Resource"] = FUNCTION.into();
        let condition = &mut statement["Condition"];
        condition["StringEquals"]["AWS:SourceAccount"] = "123456789012".into();
        condition["ArnLike"]["AWS:SourceArn"] =
            "arn:aws:ivschat:eu-west-1:123456789012:room/*".into();
    });
    lambda
}

/// Creates a room of the function in a local chat.
fn room(chat: &Chat, fallback: &str) -> String {
    let handler = json!({ "uri": FUNCTION, "fallbackResult": fallback });
    let input = json!({ "name": "lobby", "messageReviewHandler": handler });
    let created = chat.control("eu-west-1", "CreateRoom", &input);
    assert_eq!(created.status, 200, "{}", created.body);
    created.json()["arn"].as_str().expect("an ARN").to_owned()
}

fn doctor(lambda: &FakeLambda, chat: &Chat, rules: &Rules, room: &str) -> Run {
    let mut command: Command = command_with_credentials();
    command
        .env("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint())
        .env("AWS_ENDPOINT_URL_CLOUDWATCH", lambda.endpoint())
        .env("AWS_ENDPOINT_URL_IVSCHAT", format!("http://{}", chat.address))
        .args(["doctor", "--handler", "review", "--room", room, "--rules"])
        .arg(rules.path());
    Running::start(command).end()
}

/// Returns what another user of a room sees: contents of messages, and names of events.
fn seen_by_others(person: &mut crate::chat::process::Person, count: usize) -> Vec<String> {
    let frames = (0..count).map(|_| person.next());
    frames
        .map(|frame| match frame["Type"].as_str() {
            Some("MESSAGE") => frame["Content"].as_str().expect("a content").to_owned(),
            _ => frame["EventName"].as_str().expect("an event").to_owned(),
        })
        .collect()
}

#[test]
fn messages_are_allowed_rewritten_and_denied_as_by_the_rules() {
    let rules = Rules::new(LIST);
    let (lambda, chat) = (function(&rules), Chat::start(&rules.path(), &[]));
    let room = room(&chat, "DENY");
    let token = chat.control(
        "eu-west-1",
        "CreateChatToken",
        &json!({ "roomIdentifier": room, "userId": "ann" }),
    );
    let mut ann =
        chat.join_with(token.json()["token"].as_str().expect("a token")).expect("a connection");
    let run = doctor(&lambda, &chat, &rules, &room).assert_exit(0);
    for text in [
        "ok           chat           lobby: \"hello\" was delivered unchanged after ",
        "ok           chat           lobby: \"a muppet\" was delivered as \"a ******\" after ",
        "ok           chat           lobby: \"begone!\" was denied: \"No.\"",
        "ok           chat           lobby: its users saw 2 messages, now deleted: \"hello\" and \"a ******\"",
        "0 problems, 14 ok, 0 not checked",
    ] {
        assert!(run.stdout.contains(text), "{text}\n{run}");
    }
    let expected = ["hello", "aws:DELETE_MESSAGE", "a ******", "aws:DELETE_MESSAGE"];
    assert_eq!(seen_by_others(&mut ann, 4), expected);
}

/// Returns the checks of the chat: result and what was found.
fn chat_checks(run: &Run) -> Vec<(String, String)> {
    let lines = run.stdout.lines().filter(|line| line.get(13..18) == Some("chat "));
    lines.map(|line| (line[..13].trim().to_owned(), line[28..].to_owned())).collect()
}

#[test]
fn a_function_without_effect_on_the_room_is_noticed() {
    let rules = Rules::new(LIST);
    let lambda = function(&rules);
    // The room has a handler with other rules, and one that cannot be reached, with either fallback.
    let other = Rules::new("muppet\n");
    other.write("rules.toml", "version = 1\n[[rule]]\nid = \"a\"\naction = \"replace\"\nwith = \"friend\"\nterms = [\"muppet\"]\n");
    let closed =
        TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it is bound");
    let unreachable = format!("--invoke=http://{closed}");
    for (handler, arguments, fallback, expected) in [
        (&other, &[][..], "ALLOW", "was delivered as \"a friend\"; the rules rewrite it to"),
        (
            &rules,
            &[unreachable.as_str()],
            "ALLOW",
            "was delivered as it was sent; the rules rewrite it to \"a ******\"",
        ),
        (&rules, &[unreachable.as_str()], "DENY", "lobby: \"hello\" was denied: "),
    ] {
        let chat = Chat::start(&handler.path(), arguments);
        let room = room(&chat, fallback);
        let run = doctor(&lambda, &chat, &rules, &room).assert_exit(1);
        let checks = chat_checks(&run);
        let problem = checks.iter().find(|(result, _)| result == "problem");
        assert!(problem.is_some_and(|(_, what)| what.contains(expected)), "{expected}: {run}");
        // What would be worse is not sent.
        assert!(
            checks.iter().any(|(_, what)| what.contains("not sent, because the room")),
            "{run}"
        );
        assert!(!run.stdout.contains("begone"), "{run}");
        if fallback == "ALLOW" {
            assert!(run.stdout.contains("now deleted: \"hello\" and \"a "), "{run}");
        }
    }
}

#[test]
fn a_function_with_problems_gets_only_messages_that_are_allowed() {
    let rules = Rules::new(LIST);
    let (lambda, chat) =
        (function(&Rules::new("> ok: hi\nother\n")), Chat::start(&rules.path(), &[]));
    let run = doctor(&lambda, &chat, &rules, &room(&chat, "ALLOW")).assert_exit(1);
    for text in [
        "problem      rules ",
        "lobby: its users saw 1 message, now deleted: \"hello\"",
        "lobby: 2 messages not sent, because the room might see what the rules prevent",
    ] {
        assert!(run.stdout.contains(text), "{text}\n{run}");
    }
    assert!(!run.stdout.contains("begone") && !run.stdout.contains("muppet"), "{run}");
}

#[test]
fn a_room_of_another_handler_gets_no_messages() {
    let rules = Rules::new(LIST);
    let (lambda, chat) = (function(&rules), Chat::start(&rules.path(), &[]));
    let input = json!({ "name": "other" });
    let other = chat.control("eu-west-1", "CreateRoom", &input).json();
    let run = doctor(&lambda, &chat, &rules, other["arn"].as_str().expect("an ARN")).assert_exit(1);
    assert_eq!(chat_checks(&run).len(), 1, "{run}");
    assert!(
        run.stdout.contains("other: nothing was sent, because the room has another handler"),
        "{run}"
    );
}

/// What a server does with a connection.
type Script = fn(WebSocket<TcpStream>);

/// Accepts the protocol of a client, which is its token.
#[expect(clippy::result_large_err, reason = "the type of the library")]
fn with_protocol(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let protocol = request.headers()["sec-websocket-protocol"].clone();
    response.headers_mut().insert("sec-websocket-protocol", protocol);
    Ok(response)
}

/// Starts a server whose handshakes succeed, and returns its address.
fn serve(script: Script) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("ws://{}", listener.local_addr().expect("it is bound"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || accept_hdr(stream, with_protocol).map(script).is_ok());
        }
    });
    address
}

/// Returns the next request, or `None` at the end of the connection.
fn request<S: Read + Write>(socket: &mut WebSocket<S>) -> Option<Value> {
    loop {
        match socket.read().ok()? {
            Message::Text(text) => return serde_json::from_str(&text).ok(),
            Message::Close(_) => return None,
            _ => {}
        }
    }
}

fn send<S: Read + Write>(socket: &mut WebSocket<S>, frame: &Value) {
    let _ = socket.send(Message::text(frame.to_string()));
}

fn message(request: &Value, content: &str) -> Value {
    json!({
        "Type": "MESSAGE", "Id": "M2YcHkgffEvU", "RequestId": request["RequestId"], "Attributes": null,
        "Content": content, "SendTime": "2026-12-01T08:21:20.7Z", "Sender": { "UserId": "x", "Attributes": {} },
    })
}

fn error(request: &Value, code: i64, text: &str) -> Value {
    json!({ "Type": "ERROR", "Id": "IG5mcmlvdGlv", "RequestId": request["RequestId"], "ErrorCode": code, "ErrorMessage": text })
}

/// Announces the deletion of a message.
fn delete<S: Read + Write>(socket: &mut WebSocket<S>) {
    let attributes = json!({ "MessageID": "M2YcHkgffEvU", "MessageId": "M2YcHkgffEvU" });
    send(
        socket,
        &json!({ "Type": "EVENT", "Id": "x", "RequestId": "", "EventName": "aws:DELETE_MESSAGE", "Attributes": attributes }),
    );
}

/// Reviews as the rules of these tests.
fn review_message<S: Read + Write>(socket: &mut WebSocket<S>, request: &Value) {
    let frame = match request["Content"].as_str() {
        Some("a muppet") => message(request, "a ******"),
        Some("begone!") => error(request, 406, "No."),
        content => message(request, content.expect("a message")),
    };
    send(socket, &frame);
    delete(socket);
}

/// A room of the fake control plane, and the function.
struct World {
    lambda: FakeLambda,
    chat: FakeService,
    room: String,
    rules: Rules,
}

impl World {
    fn new() -> World {
        let (lambda, rules) = (FakeLambda::start(), Rules::new(LIST));
        run(&lambda, None, &rules.path(), "publish --function review --layer chat-rules")
            .assert_exit(0);
        let (chat, rooms) = with_rooms(1);
        chat.account(|account| account.attach(&rooms[0], &review(), "ALLOW"));
        World { lambda, chat, room: rooms[0].clone(), rules }
    }

    fn doctor(&self, messaging: &str) -> Run {
        Running::start(self.command(messaging)).end()
    }

    fn command(&self, messaging: &str) -> Command {
        let mut command = command_with_credentials();
        command
            .env("AWS_ENDPOINT_URL_LAMBDA", self.lambda.endpoint())
            .env("AWS_ENDPOINT_URL_CLOUDWATCH", self.lambda.endpoint())
            .env("AWS_ENDPOINT_URL_IVSCHAT", self.chat.endpoint())
            .env("AWS_ENDPOINT_URL_IVSCHAT_MESSAGING", messaging)
            .args(["doctor", "--handler", "review", "--room", &self.room, "--rules"])
            .arg(self.rules.path());
        command
    }
}

#[test]
fn servers_that_misbehave_are_reported_and_end_the_test() {
    let world = World::new();
    let scripts: [(&str, i32, &str, Script); 8] = [
        (
            "closes at once",
            0,
            "no answer to \"hello\", which the room may have seen: the service closed the connection",
            |mut socket| {
                let _ = socket.close(None);
                let _ = socket.flush();
            },
        ),
        (
            "closes with a reason",
            0,
            "closed the connection with code 4001: gone\\n\\u{1b}",
            |mut socket| {
                request(&mut socket);
                let reason = "gone\n\u{1b}[31m".into();
                let _ = socket.close(Some(CloseFrame { code: 4001.into(), reason }));
                while socket.read().is_ok() {}
            },
        ),
        (
            "drops the connection",
            0,
            "no answer to \"hello\", which the room may have seen: ",
            |mut socket| {
                request(&mut socket);
            },
        ),
        (
            "never answers",
            1,
            "\"hello\" was neither delivered nor refused within 5s",
            |mut socket| {
                while request(&mut socket).is_some() {}
            },
        ),
        ("sends what is not of IVS Chat", 1, "\"hello\" was neither delivered", |mut socket| {
            while let Some(request) = request(&mut socket) {
                for text in ["", "ok", "[]", "{}", "{\"Type\":7}", "{\"Type\":\"MESSAGE\"}"] {
                    let _ = socket.send(Message::text(text));
                }
                let _ = socket.send(Message::binary(message(&request, "hello").to_string()));
                let other = json!({ "RequestId": "of another user", "Content": "hello" });
                send(&mut socket, &message(&other, "hello"));
                send(&mut socket, &error(&other, 406, "x"));
            }
        }),
        (
            "throttles",
            0,
            "\"hello\" was refused: 429 \"rate limit exceeded\"; other users",
            |mut socket| {
                while let Some(request) = request(&mut socket) {
                    send(&mut socket, &error(&request, 429, "rate limit exceeded"));
                }
            },
        ),
        ("has no capability", 0, "was refused: 403 ", |mut socket| {
            while let Some(request) = request(&mut socket) {
                send(&mut socket, &error(&request, 403, "no"));
            }
        }),
        ("announces no deletion", 0, "clients were not asked to delete it", |mut socket| {
            while let Some(request) = request(&mut socket) {
                match request["Content"].as_str() {
                    Some("hello") => send(&mut socket, &message(&request, "hello")),
                    _ => review_message(&mut socket, &request),
                }
            }
        }),
    ];
    thread::scope(|scope| {
        for (name, code, expected, script) in scripts {
            let world = &world;
            scope.spawn(move || {
                let start = Instant::now();
                let run = world.doctor(&serve(script)).assert_exit(code);
                let is_reported = chat_checks(&run).iter().any(|(_, what)| what.contains(expected));
                assert!(is_reported, "{name}: {expected}\n{run}");
                assert!(!run.stdout.contains('\u{1b}'), "{name}: {run}");
                assert!(start.elapsed() < Duration::from_secs(60), "{name}");
            });
        }
    });
}

#[test]
fn frames_of_others_and_a_busy_room_do_not_disturb() {
    let world = World::new();
    let run = world.doctor(&serve(|mut socket| {
        let mut count = 0;
        while let Some(request) = request(&mut socket) {
            count += 1;
            let _ = socket.send(Message::Ping(b"x".to_vec().into()));
            send(&mut socket, &message(&json!({ "RequestId": "" }), "begone!"));
            let _ = socket.send(Message::text("not JSON"));
            match count % 2 {
                1 => send(&mut socket, &error(&request, 429, "rate limit exceeded")),
                _ => review_message(&mut socket, &request),
            }
        }
    }));
    let run = run.assert_exit(0);
    let results: Vec<String> = chat_checks(&run).into_iter().map(|(result, _)| result).collect();
    assert_eq!(results, ["ok"; 4], "{run}");
}

#[test]
fn a_failure_before_the_first_message_is_not_a_problem_of_the_function() {
    // No WebSocket, and a proxy that answers.
    let refusing = |answer: &'static str| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("ws://{}", listener.local_addr().expect("it is bound"));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    };
    let closed =
        TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it is bound");
    let world = World::new();
    for (address, expected) in [
        (
            refusing("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"),
            "the handshake was refused: HTTP 403",
        ),
        (
            refusing("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
            "the handshake was refused: HTTP 200",
        ),
        (refusing("220 mail ESMTP\r\n"), "stage-1: no connection to ws://"),
        (format!("ws://{closed}"), "cannot connect to 127.0.0.1"),
    ] {
        let run = world.doctor(&address).assert_exit(0);
        let checks = chat_checks(&run);
        assert_eq!(checks.len(), 1, "{run}");
        assert_eq!(checks[0].0, "not checked");
        assert!(checks[0].1.contains(expected), "{expected}: {run}");
        // The token is a credential.
        for call in world.chat.calls() {
            assert_ne!(call.operation, "DeleteMessage");
        }
    }
    let run = world.doctor("http://127.0.0.1:1").assert_exit(2);
    run.assert_stderr("AWS_ENDPOINT_URL_IVSCHAT_MESSAGING: invalid URL");
    for operation in ["CreateChatToken", "DeleteMessage"] {
        let world = World::new();
        world.chat.inject(Fault::new(FaultKind::DENIED, operation));
        let address = serve(|mut socket| {
            while let Some(request) = request(&mut socket) {
                review_message(&mut socket, &request);
            }
        });
        let run = world.doctor(&address).assert_exit(0);
        assert!(run.stdout.contains(&format!("the credentials need ivschat:{operation}")), "{run}");
    }
}

/// Starts a server with TLS that reviews as the rules of these tests, and returns its port.
fn serve_with_tls() -> u16 {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};

    let certificate = CertificateDer::from_pem_file(CERTIFICATE).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(KEY).expect("a key");
    let provider = rustls::crypto::ring::default_provider();
    let config = rustls::ServerConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they belong together");
    let config = std::sync::Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tls = rustls::ServerConnection::new(config.clone()).expect("a connection");
            let stream = rustls::StreamOwned::new(tls, stream);
            thread::spawn(move || {
                let Ok(mut socket) = accept_hdr(stream, with_protocol) else { return };
                while let Some(request) = request(&mut socket) {
                    review_message(&mut socket, &request);
                }
            });
        }
    });
    port
}

const CERTIFICATE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/function/certificate.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/function/key.pem");

/// Starts a proxy that connects to local ports, and answers others with 403. Returns its address.
fn proxy() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://user:secret@{}", listener.local_addr().expect("it is bound"));
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                client.read_exact(&mut byte).expect("a request");
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).expect("a request");
            let port =
                head.strip_prefix("CONNECT localhost:").and_then(|rest| rest.split(' ').next());
            let port = port.and_then(|port| port.parse::<u16>().ok());
            let is_authorized =
                head.to_ascii_lowercase().contains("proxy-authorization: basic dxnlcjpzzwnyzxq=");
            let Some(port) = port.filter(|_| is_authorized) else {
                let _ = client.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
                continue;
            };
            let server = TcpStream::connect(("127.0.0.1", port)).expect("a server");
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").expect("it reads");
            for (mut from, mut to) in [
                (client.try_clone().expect("a socket"), server.try_clone().expect("a socket")),
                (server, client),
            ] {
                thread::spawn(move || std::io::copy(&mut from, &mut to));
            }
        }
    });
    address
}

#[test]
fn connections_are_encrypted_and_may_go_through_a_proxy() {
    let world = World::new();
    let port = serve_with_tls();
    let with = |bundle: &str, proxy: &str, host: &str| {
        let mut command = world.command(&format!("wss://{host}:{port}"));
        command.env("AWS_CA_BUNDLE", bundle).env("HTTPS_PROXY", proxy).env("NO_PROXY", "127.0.0.1");
        chat_checks(&Running::start(command).end().assert_exit(0))
    };
    for proxy in [String::new(), proxy()] {
        let checks = with(CERTIFICATE, &proxy, "localhost");
        assert!(checks.len() == 4 && checks.iter().all(|(result, _)| result == "ok"), "{checks:?}");
    }
    // Another name, another certificate, and a proxy that refuses.
    let other = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/rooms/certificate.pem");
    let refusing = proxy().replace("secret", "wrong");
    for (bundle, proxy, expected) in [
        (other, String::new(), "no TLS connection to localhost: invalid peer certificate"),
        (CERTIFICATE, refusing, "does not connect to localhost:"),
        (CERTIFICATE, "socks5://127.0.0.1:9".to_owned(), "the scheme `socks5` is not supported"),
    ] {
        let checks = with(bundle, &proxy, "localhost");
        assert!(checks.len() == 1 && checks[0].1.contains(expected), "{expected}: {checks:?}");
        assert!(!checks[0].1.contains("wrong"), "{checks:?}");
    }
}
