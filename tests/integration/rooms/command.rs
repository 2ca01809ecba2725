//! The binary under test, with nothing of the world around it but a double, and what it says.

use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::fake::{ACCESS_KEY_ID, Double, Permission, REGION, SECRET_ACCESS_KEY, function};

/// What a command may take before it is thought to hang.
const PATIENCE: Duration = Duration::from_secs(180);

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// None: a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A double with a function `review` that may be invoked, and these rooms, `stage-1` and so on.
pub(crate) fn with_rooms(count: usize) -> (Double, Vec<String>) {
    let double = Double::start();
    let rooms = double.account(|account| {
        account.permit(&review(), Permission::Granted);
        account.add_rooms("stage", count)
    });
    (double, rooms)
}

/// The ARN of the function that rooms are wired to.
pub(crate) fn review() -> String {
    function("review")
}

/// `ivs-review rooms` with these arguments, words between blanks; `REVIEW` stands for the function.
/// It calls as often as it likes, save if they say how often.
pub(crate) fn command(double: &Double, arguments: &str) -> Command {
    let mut command = paced(double, arguments);
    if !arguments.contains("--rate") {
        command.args(["--rate", "1000"]);
    }
    command
}

/// The same at its own pace.
pub(crate) fn paced(double: &Double, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
    command
        .env_clear()
        .env("AWS_ENDPOINT_URL_IVSCHAT", double.endpoint())
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .arg("rooms")
        .args(arguments.split_whitespace().map(|word| word.replace("REVIEW", &review())));
    command
}

/// Runs it to its end, without a terminal.
pub(crate) fn rooms(double: &Double, arguments: &str) -> Run {
    Running::start(command(double, arguments)).end()
}

/// The same for machines.
pub(crate) fn rooms_json(double: &Double, arguments: &str) -> Run {
    rooms(double, &format!("{arguments} --format json"))
}

/// Has commands heed SIGINT. What a shell runs in the background ignores it, children and theirs as well;
/// but a signal that a process handles has its usual meaning in its children.
#[cfg(unix)]
pub(crate) fn heed_interrupts() {
    use std::sync::OnceLock;
    use tokio::runtime::{Builder, Runtime};
    use tokio::signal::unix::{SignalKind, signal};

    static HANDLED: OnceLock<Option<Runtime>> = OnceLock::new();
    const SIGINT_BIT: u64 = 1 << 1;
    HANDLED.get_or_init(|| {
        // Where this cannot be read, it is taken for what it is nearly always. Handled without need, the
        // tests themselves would no longer end by it.
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        if ignored.unwrap_or_default() & SIGINT_BIT == 0 {
            return None;
        }
        let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
        let context = runtime.enter();
        // It stays handled when this is dropped.
        drop(signal(SignalKind::interrupt()).expect("it can be handled"));
        drop(context);
        Some(runtime)
    });
}

/// A command that has not ended yet.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        #[cfg(unix)]
        heed_interrupts();
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(piped.spawn().expect("the binary was built for this test"))
    }

    /// `INT` or `TERM`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        kill(&[self.0.id()], name);
    }

    /// The same twice, with nothing in between.
    #[cfg(unix)]
    pub(crate) fn signal_twice(&self, name: &str) {
        kill(&[self.0.id(); 2], name);
    }

    /// Waits until it ends.
    pub(crate) fn end(self) -> Run {
        let id = self.0.id();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(self.0.wait_with_output()));
        let Ok(output) = receiver.recv_timeout(PATIENCE) else {
            kill(&[id], "KILL");
            panic!("it did not end within {PATIENCE:?}");
        };
        let output = output.expect("its output can be read");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("its output is UTF-8");
        Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

fn kill(ids: &[u32], signal: &str) {
    let ids = ids.iter().map(u32::to_string);
    let status = Command::new("kill").arg(format!("-{signal}")).args(ids).status();
    assert!(status.expect("it is there on every Unix").success());
}

impl Run {
    /// That it ended so.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// That standard error has this.
    #[track_caller]
    pub(crate) fn tells(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "not told: {text}\n{self}");
        self
    }

    /// Its lines of JSON.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}\n{self}"))
        };
        self.stdout.lines().map(parse).collect()
    }

    /// Its line about that room.
    #[track_caller]
    pub(crate) fn line(&self, room: &str) -> Value {
        let mut lines = self.lines().into_iter().filter(|line| line["room"] == room);
        let line = lines.next().unwrap_or_else(|| panic!("nothing of {room}\n{self}"));
        assert!(lines.next().is_none(), "{room} twice\n{self}");
        line
    }

    /// What became of that room.
    #[track_caller]
    pub(crate) fn result(&self, room: &str) -> String {
        self.line(room)["result"].as_str().expect("a result").to_owned()
    }

    /// That its summary, the last line, counts so: `changed 2, failed 1`, and 0 of what is not named.
    #[track_caller]
    pub(crate) fn sums_up(self, counts: &str) -> Self {
        let summary = self.lines().pop().expect("a line")["summary"].take();
        let told = ["changed", "unchanged", "foreign", "failed", "left"].map(|name| {
            let count = summary[name].as_u64().unwrap_or_else(|| panic!("no {name}\n{self}"));
            (name, count)
        });
        let told = told.iter().filter(|(_, count)| *count > 0);
        let told: Vec<String> = told.map(|(name, count)| format!("{name} {count}")).collect();
        assert_eq!(told.join(", "), counts, "{self}");
        self
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {:?}\n{}\n{}", self.code, self.stdout, self.stderr)
    }
}

/// How a room is wired: the name of the function, or `-`, and the fallback.
pub(crate) fn wiring(double: &Double, room: &str) -> (String, String) {
    double.account(|account| {
        let room = account.room(room);
        let name = room.uri.split_once(":function:").map_or("-", |(_, name)| name);
        (name.to_owned(), room.fallback.clone())
    })
}

/// That a room is wired so: the name of the function, or `-`, and the fallback.
#[track_caller]
pub(crate) fn assert_wired(double: &Double, room: &str, name: &str, fallback: &str) {
    assert_eq!(wiring(double, room), (name.into(), fallback.into()), "{room}");
}

/// The rooms that UpdateRoom was called for, in order.
pub(crate) fn updated(double: &Double) -> Vec<String> {
    let calls = double.calls_of("UpdateRoom").into_iter();
    calls.map(|call| call.room().expect("it names one").to_owned()).collect()
}
