//! The Lambda Runtime Interface Emulator of AWS and the function that it runs.

use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, thread};

use serde_json::Value;
use tempfile::TempDir;

use crate::cpu_quota::Quota;

/// The maximum time until the emulator listens or the function replies.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A function that is not started yet.
pub(crate) struct Function {
    /// Contains the log and, for a packaged function, the package.
    folder: TempDir,
    bootstrap: PathBuf,
    env: Vec<(&'static str, OsString)>,
}

impl Function {
    /// Returns the handler with `RULES_DIR` set.
    pub(crate) fn with_rules_dir(rules: &Path) -> Function {
        Function::of(program("IVS_REVIEW_HANDLER"), rules)
    }

    /// Returns a handler that panics on a content.
    pub(crate) fn panicking(rules: &Path, content: &str) -> Function {
        Function::of(program("IVS_REVIEW_PANICKING_HANDLER"), rules).env("PLANTED_PANIC", content)
    }

    fn of(bootstrap: PathBuf, rules: &Path) -> Function {
        Function { folder: temp_dir(), bootstrap, env: Vec::new() }.env("RULES_DIR", rules)
    }

    /// Returns the handler in a folder like a deployment package, with the rules, if any, next to it.
    pub(crate) fn packaged(rules: Option<&Path>) -> Function {
        let folder = temp_dir();
        let bootstrap = folder.path().join("bootstrap");
        fs::copy(program("IVS_REVIEW_HANDLER"), &bootstrap).expect("the handler can be copied");
        if let Some(rules) = rules {
            copy_folder(rules, &folder.path().join("rules"));
        }
        Function { folder, bootstrap, env: Vec::new() }
    }

    /// Runs the function in a control group from its first instruction on.
    pub(crate) fn within(mut self, quota: &Quota) -> Function {
        let script = format!(
            "#!/bin/sh\necho $$ >'{}' && exec '{}'\n",
            quota.processes().display(),
            self.bootstrap.display()
        );
        self.bootstrap = self.folder.path().join("within");
        fs::write(&self.bootstrap, script).expect("a file in a folder of ours");
        fs::set_permissions(&self.bootstrap, Permissions::from_mode(0o755)).expect("it is ours");
        self
    }

    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Function {
        self.env.push((name, value.into()));
        self
    }

    /// Starts the emulator; it starts the function with the first event.
    pub(crate) fn start(self) -> Emulator {
        // One at a time, since a free port may be taken before the emulator binds it.
        static STARTING: Mutex<()> = Mutex::new(());
        let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);

        let [events, runtime] = free_addresses();
        let log = self.folder.path().join("log");
        let output = File::create(&log).expect("a file in a folder of ours");
        let process = Command::new(program("IVS_REVIEW_RIE"))
            .args(["--runtime-interface-emulator-address", &events.to_string()])
            .args(["--runtime-api-address", &runtime.to_string()])
            .arg(&self.bootstrap)
            // Without AWS_*, RUST_BACKTRACE and other variables of this machine.
            .env_clear()
            .envs(self.env)
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a second handle of a file"))
            .stderr(output)
            .spawn()
            .expect("IVS_REVIEW_RIE can be started");
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(TIMEOUT))
            .build()
            .new_agent();
        let url = format!("http://{events}/2015-03-31/functions/function/invocations");
        let mut emulator = Emulator { process, agent, url, log, _folder: self.folder };
        emulator.wait_for(&[events, runtime]);
        emulator
    }
}

/// A running emulator, which is killed with its function on drop.
pub(crate) struct Emulator {
    process: Child,
    agent: ureq::Agent,
    url: String,
    log: PathBuf,
    _folder: TempDir,
}

impl Emulator {
    /// Sends an event and waits for the reply. `&mut`, since the emulator crashes on concurrent events.
    pub(crate) fn invoke(&mut self, event: impl AsRef<[u8]>) -> Reply {
        let response = self.agent.post(&self.url).send(event.as_ref());
        let mut response =
            response.unwrap_or_else(|error| panic!("no reply: {error}\n{}", self.log()));
        let body = response.body_mut().read_to_vec().expect("the whole reply");
        let text = String::from_utf8(body).expect("JSON is UTF-8");
        Reply { status: response.status().as_u16(), text }
    }

    /// Returns the output of function and emulator. The function writes into the file itself, so all lines before its
    /// reply are included.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).expect("the log is ours")).into_owned()
    }

    /// Returns the log lines of the function.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.objects().into_iter().filter(|line| line.get("_aws").is_none()).collect()
    }

    /// Returns the lines with metrics.
    pub(crate) fn metrics(&self) -> Vec<Value> {
        self.objects().into_iter().filter(|line| line.get("_aws").is_some()).collect()
    }

    /// Returns the lines of the function, which are JSON, unlike those of the emulator.
    fn objects(&self) -> Vec<Value> {
        let log = self.log();
        let objects = log.lines().filter(|line| line.starts_with('{'));
        objects.map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    /// Returns how often the function has started.
    pub(crate) fn starts(&self) -> usize {
        self.lines().iter().filter(|line| line["message"] == "ready").count()
    }

    /// Returns the peak resident set size of the function, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.function());
        let status = fs::read_to_string(status).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux");
        let kib = line.trim().strip_suffix(" kB").expect("always in KiB");
        kib.parse::<u64>().expect("a number") << 10
    }

    /// Returns the process id of the function.
    pub(crate) fn function(&self) -> u32 {
        let of = |process: &fs::DirEntry| {
            let stat = fs::read_to_string(process.path().join("stat")).ok()?;
            // The name in parentheses may contain anything; state and parent follow it.
            let parent = stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(1)?;
            (parent.parse() == Ok(self.process.id())).then_some(())?;
            process.file_name().to_str()?.parse().ok()
        };
        let processes = fs::read_dir("/proc").expect("Linux").flatten();
        processes.into_iter().find_map(|process| of(&process)).expect("the function runs")
    }

    /// Ends the function as Lambda does, and the emulator with it. Afterwards the log is complete.
    pub(crate) fn end(&mut self) {
        terminate(self.process.id());
        let deadline = Instant::now() + TIMEOUT;
        while self.process.try_wait().expect("a child of ours").is_none() {
            assert!(Instant::now() < deadline, "the emulator does not end:\n{}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_for(&mut self, addresses: &[SocketAddr]) {
        let deadline = Instant::now() + TIMEOUT;
        while !addresses.iter().all(|address| TcpStream::connect(address).is_ok()) {
            assert!(Instant::now() < deadline, "the emulator does not listen:\n{}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
        let ended = self.process.try_wait().expect("a child of ours");
        assert!(ended.is_none(), "the emulator ended:\n{}", self.log());
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // The function ends by itself after the emulator. If the emulator has ended before, the test has failed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Reply {
    /// Returns type and message of an error, whose status is also 200.
    pub(crate) fn error(&self) -> Option<(String, String)> {
        let body: Value = serde_json::from_str(&self.text).ok()?;
        let part = |name: &str| body.get(name)?.as_str().map(str::to_owned);
        part("errorType").zip(part("errorMessage"))
    }
}

/// Returns the absolute path of the program that an environment variable names.
pub(crate) fn program(variable: &str) -> PathBuf {
    let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) else {
        panic!(
            "{variable} is not set: let IVS_REVIEW_RIE name AWS's Lambda Runtime Interface \
             Emulator, IVS_REVIEW_HANDLER the handler's release build, and \
             IVS_REVIEW_PANICKING_HANDLER one with the feature planted-panic"
        );
    };
    fs::canonicalize(&path).unwrap_or_else(|error| panic!("{variable}: {path:?}: {error}"))
}

/// Sends SIGTERM.
pub(crate) fn terminate(process: u32) {
    let sent = Command::new("sh").args(["-c", &format!("kill -TERM {process}")]).status();
    assert!(sent.is_ok_and(|status| status.success()), "no SIGTERM to {process}");
}

fn free_addresses() -> [SocketAddr; 2] {
    let bind = || TcpListener::bind("127.0.0.1:0").expect("a free port");
    [bind(), bind()].map(|listener| listener.local_addr().expect("it is bound"))
}

pub(crate) fn temp_dir() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a new folder");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{from:?}: {error}")) {
        let from = entry.expect("an entry of a folder").path();
        let to = to.join(from.file_name().expect("an entry has a name"));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap_or_else(|error| panic!("{from:?}: {error}"));
        }
    }
}
