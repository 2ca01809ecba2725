//! The binary under test, connected to the fake service, and its output.

use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::fake::{ACCESS_KEY_ID, FakeService, Permission, REGION, SECRET_ACCESS_KEY, function};

/// A file with one certificate.
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/rooms/certificate.pem");

/// The maximum run time of a command.
const TIMEOUT: Duration = Duration::from_secs(180);

/// Exit code and output of a command.
#[derive(Debug)]
pub(crate) struct Run {
    /// `None` if a signal ended the command.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Starts a fake with a function `review` that may be invoked, and the rooms `stage-1`, `stage-2` and so on.
pub(crate) fn with_rooms(count: usize) -> (FakeService, Vec<String>) {
    let fake = FakeService::start();
    let rooms = fake.account(|account| {
        account.permit(&review(), Permission::Granted);
        account.add_rooms("stage", count)
    });
    (fake, rooms)
}

/// Returns the ARN of the function `review`.
pub(crate) fn review() -> String {
    function("review")
}

/// Returns `ivs-review rooms` with these space-separated arguments, where `REVIEW` is the function's ARN. Its rate
/// is practically unlimited unless the arguments contain `--rate`.
pub(crate) fn command(fake: &FakeService, arguments: &str) -> Command {
    let mut command = command_at_default_rate(fake, arguments);
    if !arguments.contains("--rate") {
        command.args(["--rate", "1000"]);
    }
    command
}

/// Returns `ivs-review` with the credentials of the fakes and without any configuration of the machine.
pub(crate) fn command_with_credentials() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
    command
        .env_clear()
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        // The fakes have no TLS. In a debug build, the certificates of the machine would take most of the time of a command.
        .env("SSL_CERT_FILE", CERTIFICATE);
    command
}

/// Like [`command`], with the default rate.
pub(crate) fn command_at_default_rate(fake: &FakeService, arguments: &str) -> Command {
    let mut command = command_with_credentials();
    command
        .env("AWS_ENDPOINT_URL_IVSCHAT", fake.endpoint())
        .env("AWS_ENDPOINT_URL_IVS", fake.endpoint())
        .arg("rooms")
        .args(arguments.split_whitespace().map(|word| word.replace("REVIEW", &review())));
    command
}

/// Runs a command to its end, without a terminal.
pub(crate) fn rooms(fake: &FakeService, arguments: &str) -> Run {
    Running::start(command(fake, arguments)).end()
}

/// Like [`rooms`], with JSON output.
pub(crate) fn rooms_json(fake: &FakeService, arguments: &str) -> Run {
    rooms(fake, &format!("{arguments} --format json"))
}

/// Restores the default action of SIGINT for commands. Background processes of a shell and all their descendants
/// ignore it; but a signal that a process handles has its default action in its children.
#[cfg(unix)]
pub(crate) fn restore_sigint() {
    use std::sync::OnceLock;
    use tokio::runtime::{Builder, Runtime};
    use tokio::signal::unix::{SignalKind, signal};

    static HANDLED: OnceLock<Option<Runtime>> = OnceLock::new();
    const SIGINT_BIT: u64 = 1 << 1;
    HANDLED.get_or_init(|| {
        // Only if SIGINT is ignored: otherwise Ctrl-C could no longer stop the tests.
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        if ignored.unwrap_or_default() & SIGINT_BIT == 0 {
            return None;
        }
        let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
        let context = runtime.enter();
        // The handler stays installed after this value is dropped.
        drop(signal(SignalKind::interrupt()).expect("it can be handled"));
        drop(context);
        Some(runtime)
    });
}

/// A running command.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        #[cfg(unix)]
        restore_sigint();
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(piped.spawn().expect("the binary was built for this test"))
    }

    /// Sends a signal such as `INT` or `TERM`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        kill(&[self.0.id()], name);
    }

    /// Sends the signal twice in a row.
    #[cfg(unix)]
    pub(crate) fn signal_twice(&self, name: &str) {
        kill(&[self.0.id(); 2], name);
    }

    /// Waits for the end of the command.
    pub(crate) fn end(self) -> Run {
        let id = self.0.id();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(self.0.wait_with_output()));
        let Ok(output) = receiver.recv_timeout(TIMEOUT) else {
            kill(&[id], "KILL");
            panic!("it did not end within {TIMEOUT:?}");
        };
        let output = output.expect("its output can be read");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("its output is UTF-8");
        Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

fn kill(ids: &[u32], signal: &str) {
    let ids = ids.iter().map(u32::to_string);
    let status = Command::new("kill").arg(format!("-{signal}")).args(ids).status();
    assert!(status.expect("`kill` is part of POSIX").success());
}

impl Run {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn assert_exit(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Asserts that standard error contains a string.
    #[track_caller]
    pub(crate) fn assert_stderr(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "standard error lacks: {text}\n{self}");
        self
    }

    /// Returns the lines of its JSON output.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}\n{self}"))
        };
        self.stdout.lines().map(parse).collect()
    }

    /// Returns the line about a room, of which there must be one.
    #[track_caller]
    pub(crate) fn line(&self, room: &str) -> Value {
        let mut lines = self.lines().into_iter().filter(|line| line["room"] == room);
        let line = lines.next().unwrap_or_else(|| panic!("no line about {room}\n{self}"));
        assert!(lines.next().is_none(), "two lines about {room}\n{self}");
        line
    }

    /// Returns the result for a room.
    #[track_caller]
    pub(crate) fn result(&self, room: &str) -> String {
        self.line(room)["result"].as_str().expect("a result").to_owned()
    }

    /// Asserts the counts of the summary, which is the last line: `changed 2, failed 1`. Others must be 0.
    #[track_caller]
    pub(crate) fn assert_summary(self, counts: &str) -> Self {
        let summary = self.lines().pop().expect("a line")["summary"].take();
        let found = ["changed", "unchanged", "skipped", "failed", "left"].map(|name| {
            let count = summary[name].as_u64().unwrap_or_else(|| panic!("no {name}\n{self}"));
            (name, count)
        });
        let found = found.iter().filter(|(_, count)| *count > 0);
        let found: Vec<String> = found.map(|(name, count)| format!("{name} {count}")).collect();
        assert_eq!(found.join(", "), counts, "{self}");
        self
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {:?}\n{}\n{}", self.code, self.stdout, self.stderr)
    }
}

/// Returns the handler of a room: the function's name, or `-`, and the fallback.
pub(crate) fn handler_of(fake: &FakeService, room: &str) -> (String, String) {
    fake.account(|account| {
        let room = account.room(room);
        let name = room.uri.split_once(":function:").map_or("-", |(_, name)| name);
        (name.to_owned(), room.fallback.clone())
    })
}

/// Asserts the handler of a room: the function's name, or `-`, and the fallback.
#[track_caller]
pub(crate) fn assert_handler(fake: &FakeService, room: &str, name: &str, fallback: &str) {
    assert_eq!(handler_of(fake, room), (name.into(), fallback.into()), "{room}");
}

/// Returns the rooms of all `UpdateRoom` calls, in order.
pub(crate) fn updated(fake: &FakeService) -> Vec<String> {
    let calls = fake.calls_of("UpdateRoom").into_iter();
    calls.map(|call| call.room().expect("it names one").to_owned()).collect()
}
