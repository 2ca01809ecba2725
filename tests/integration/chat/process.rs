//! `ivs-review chat` as a process, and clients of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

/// How long anything may take.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) struct Chat {
    process: Child,
    /// Host and port.
    pub(crate) address: String,
    pub(crate) lobby: String,
}

/// An HTTP response.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(super) head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }
}

impl Chat {
    pub(crate) fn start(rules: &Path, arguments: &[&str]) -> Chat {
        let mut process = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
            .args(["chat", "--listen", "127.0.0.1:0", "--format", "json", "--rules"])
            .arg(rules)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary under test");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("UTF-8");
        let started: Value = serde_json::from_str(&line).expect("the addresses");
        let text = |name: &str| started[name].as_str().expect(name).to_owned();
        let address = text("endpoint").trim_start_matches("http://").to_owned();
        Chat { process, address, lobby: text("room") }
    }

    pub(super) fn connect_tcp(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(TIMEOUT)).expect("a socket can");
        stream
    }

    /// Sends a request with these header lines, and returns the response.
    pub(super) fn request(&self, line: &str, headers: &str, body: &str) -> Response {
        let mut stream = self.connect_tcp();
        let host = match headers.to_ascii_lowercase().contains("host:") {
            true => String::new(),
            false => format!("host: {}\r\n", self.address),
        };
        let length = body.len();
        write!(
            stream,
            "{line} HTTP/1.1\r\n{host}{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .expect("it reads");
        let mut response = Vec::new();
        stream.read_to_end(&mut response).expect("a response");
        let response = String::from_utf8(response).expect("UTF-8");
        let (head, body) = response.split_once("\r\n\r\n").expect("a response");
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
        Response { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Calls the API of the page.
    pub(super) fn local(&self, path: &str, body: &Value) -> Response {
        let json = "content-type: application/json\r\n";
        self.request(&format!("POST /local/{path}"), json, &body.to_string())
    }

    pub(super) fn state(&self) -> Value {
        self.request("GET /local/state", "", "").json()
    }

    /// Calls an operation of the control plane in this Region.
    pub(crate) fn control(&self, region: &str, operation: &str, input: &Value) -> Response {
        let headers = format!(
            "content-type: application/json\r\nauthorization: AWS4-HMAC-SHA256 \
             Credential=local/20261130/{region}/ivschat/aws4_request, SignedHeaders=host, Signature=0\r\n"
        );
        self.request(&format!("POST /{operation}"), &headers, &input.to_string())
    }

    pub(super) fn token(&self, user: &str, more: &Value) -> String {
        let mut input = json!({"userId": user, "capabilities": ["SEND_MESSAGE"]});
        let more = more.as_object().cloned().unwrap_or_default();
        input.as_object_mut().expect("an object").extend(more);
        let response = self.local("connect", &input);
        assert_eq!(response.status, 200, "{}", response.body);
        response.json()["token"].as_str().expect("a token").to_owned()
    }

    pub(super) fn join(&self, user: &str, more: &Value) -> Person {
        self.join_with(&self.token(user, more)).expect("a connection")
    }

    /// Connects with a token; returns the status if it is refused.
    pub(crate) fn join_with(&self, token: &str) -> Result<Person, u16> {
        let mut request =
            format!("ws://{}/", self.address).into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", token.parse().expect("a header"));
        match client(request, self.connect_tcp()) {
            Ok((socket, _)) => Ok(Person { socket }),
            Err(error) => match error {
                tokio_tungstenite::tungstenite::HandshakeError::Failure(
                    tokio_tungstenite::tungstenite::Error::Http(response),
                ) => Err(response.status().as_u16()),
                error => panic!("{error}"),
            },
        }
    }

    /// Returns the memory of the process in KiB, where the system shows it.
    pub(super) fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches("kB").trim().parse().ok()
    }

    /// Waits until the state of the page is as required.
    pub(super) fn wait_for(&self, condition: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let state = self.state();
            if condition(&state) {
                return state;
            }
            assert!(start.elapsed() < TIMEOUT, "{state}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a signal and returns the exit code.
    #[cfg(unix)]
    pub(super) fn end(mut self, signal: &str) -> Option<i32> {
        let id = self.process.id().to_string();
        Command::new("kill").args(["-s", signal, &id]).status().expect("kill");
        self.process.wait().expect("it ends").code()
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) struct Person {
    socket: WebSocket<TcpStream>,
}

impl Person {
    pub(super) fn send_frame(&mut self, message: Message) {
        self.socket.send(message).expect("it reads");
    }

    pub(super) fn send(&mut self, content: &str) {
        let frame = json!({"Action": "SEND_MESSAGE", "RequestId": "r", "Content": content});
        self.send_frame(Message::text(frame.to_string()));
    }

    /// Returns the next frame.
    pub(crate) fn next(&mut self) -> Value {
        loop {
            match self.socket.read().expect("a frame") {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                message => panic!("{message:?}"),
            }
        }
    }

    /// Sends a message, and returns the content that comes back.
    pub(crate) fn say(&mut self, content: &str) -> String {
        self.send(content);
        let frame = self.next();
        frame["Content"].as_str().unwrap_or_else(|| panic!("{frame}")).to_owned()
    }

    /// Waits for the end of the connection; returns the code of its closing handshake.
    pub(crate) fn closed(mut self) -> Option<u16> {
        loop {
            match self.socket.read() {
                Ok(Message::Close(frame)) => {
                    return frame.map(|CloseFrame { code, .. }| u16::from(code));
                }
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    /// Waits for the answer to a ping.
    pub(super) fn ping(&mut self) {
        self.send_frame(Message::Ping(b"x".to_vec().into()));
        match self.socket.read().expect("a frame") {
            Message::Pong(answer) => assert_eq!(&answer[..], b"x"),
            message => panic!("{message:?}"),
        }
    }
}
