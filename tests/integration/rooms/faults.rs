//! Each fault of `tests/data/rooms/faults.toml` in each operation. With `FAULT_TABLE=FOLDER` the results of each group
//! of faults are written to a file, such as `network.md`.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::command::{Running, command};
use super::fake::{Fault, FaultKind, Replacement, operation_names};
use super::retries::account;

/// What a command does with its operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It reads, or its effect does no harm.
    None,
    /// It may be repeated.
    Repeatable,
    /// It must not be applied twice.
    Once,
}

/// A command for each operation, and the effect of the operation.
const OPERATIONS: &[(&str, &str, Effect)] = &[
    ("CreateRoom", "create --name hall", Effect::Once),
    ("GetRoom", "show R", Effect::None),
    ("ListRooms", "list", Effect::None),
    ("UpdateRoom", "update R --name hall", Effect::Repeatable),
    ("DeleteRoom", "delete R --yes", Effect::Repeatable),
    ("TagResource", "tag R stage=prod", Effect::Repeatable),
    ("UntagResource", "untag R team", Effect::Repeatable),
    ("ListTagsForResource", "tags R", Effect::None),
    ("CreateLoggingConfiguration", "logging create --s3 logs", Effect::Once),
    ("GetLoggingConfiguration", "logging show L", Effect::None),
    ("ListLoggingConfigurations", "logging list", Effect::None),
    ("UpdateLoggingConfiguration", "logging update L --name hall", Effect::Repeatable),
    ("DeleteLoggingConfiguration", "logging delete L --yes", Effect::Repeatable),
    ("CreateChatToken", "token R --user Ada --attribute a=b", Effect::None),
    ("SendEvent", "event R poll --attribute a=b", Effect::Once),
    ("DeleteMessage", "delete-message R AbCdEf123456 --reason Insults --yes", Effect::Repeatable),
    ("DisconnectUser", "disconnect R --user Ada --yes", Effect::Repeatable),
    ("ListChannels", "list --channels", Effect::None),
    ("ListStreams", "list --live", Effect::None),
    ("BatchGetChannel", "list --live", Effect::None),
    // GetStream is missing: it is called after a change, and the command succeeds without it.
    ("GetChannel", "link R C", Effect::None),
];

/// Operations whose requests contain personal data, so that errors do not show the text of the service.
const PERSONAL: [&str; 4] = ["CreateChatToken", "SendEvent", "DeleteMessage", "DisconnectUser"];

/// The groups of faults, each with a test of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Faults {
    foreign: Vec<Row>,
    service: Vec<Row>,
    network: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Row {
    name: String,
    status: Option<u16>,
    #[serde(default)]
    body: String,
    location: Option<String>,
    code: Option<String>,
    fault: Option<String>,
    says: Vec<String>,
    /// Only for requests without personal data.
    #[serde(default)]
    shown: Vec<String>,
    hidden: Option<String>,
    never: Option<String>,
    #[serde(default)]
    retried: bool,
    #[serde(default)]
    unknown: bool,
    #[serde(default)]
    not_for: Vec<String>,
}

impl Row {
    fn kind(&self) -> FaultKind {
        match (self.fault.as_deref(), self.status) {
            (None, Some(status)) => FaultKind::Replaced(Replacement {
                status,
                code: self.code.clone(),
                location: self.location.clone(),
                body: self.body.clone(),
            }),
            (Some("disconnect-before"), None) => FaultKind::DisconnectBefore,
            (Some("truncated"), None) => FaultKind::Truncated,
            (Some("huge"), None) => FaultKind::Huge(17 << 20),
            (Some("endless"), None) => FaultKind::Endless,
            _ => panic!("{}: neither a response nor a fault", self.name),
        }
    }
}

#[test]
fn answers_of_another_service_in_each_operation() {
    check_each("foreign", &faults().foreign);
}

#[test]
fn errors_of_the_service_in_each_operation() {
    check_each("service", &faults().service);
}

#[test]
fn faults_of_the_network_in_each_operation() {
    check_each("network", &faults().network);
}

fn faults() -> Faults {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rooms/faults.toml");
    let text = fs::read_to_string(path).expect("it is part of the repository");
    toml::from_str(&text).expect("valid rows")
}

/// Checks each fault of a group in each operation.
fn check_each(group: &str, faults: &[Row]) {
    let names: BTreeSet<&str> = OPERATIONS.iter().map(|(operation, ..)| *operation).collect();
    assert!(operation_names().is_subset(&names), "{names:?}");
    let mut table = format!("| fault |{}\n", columns(OPERATIONS.iter().map(|row| row.0)));
    let _ = writeln!(table, "|---|{}", columns(OPERATIONS.iter().map(|_| "---")));
    // One fault at a time: more processes are too many for a slow machine.
    for fault in faults {
        let cells = start(fault).into_iter().map(Cell::end);
        let _ = writeln!(table, "| {} |{}", fault.name, columns(cells));
    }
    if let Some(folder) = std::env::var_os("FAULT_TABLE") {
        let file = PathBuf::from(folder).join(format!("{group}.md"));
        fs::write(file, table).expect("it can be written");
    }
}

fn columns(cells: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    cells.into_iter().map(|cell| format!(" {cell} |")).collect()
}

/// A fault in an operation, and the running command; `None` if the fault is not for it.
struct Cell<'f> {
    fault: &'f Row,
    operation: &'static str,
    effect: Effect,
    running: Option<(super::fake::FakeService, Running)>,
}

fn start(fault: &Row) -> Vec<Cell<'_>> {
    let start = |&(operation, arguments, effect): &(&'static str, &str, Effect)| {
        let is_for = fault.not_for.iter().all(|name| name != operation);
        let running = is_for.then(|| {
            let (fake, words) = account(arguments);
            fake.inject(Fault::new(fault.kind(), operation));
            let running = Running::start(command(&fake, &format!("{words} --attempts 2")));
            (fake, running)
        });
        Cell { fault, operation, effect, running }
    };
    OPERATIONS.iter().map(start).collect()
}

impl Cell<'_> {
    /// Waits for the command, checks what it does, and returns its exit code, whether the request was sent again (`r`),
    /// and whether its result is unknown (`?`).
    fn end(self) -> String {
        let Cell { fault, operation, effect, running } = self;
        let Some((fake, running)) = running else { return "-".to_owned() };
        let run = running.end();
        let at = format!("{operation}, {}: {run}", fault.name);
        let is_personal = PERSONAL.contains(&operation);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{at}");
        let parts = fault.says.iter().chain(fault.shown.iter().filter(|_| !is_personal));
        let is_video = operation.contains("Channel") || operation.contains("Stream");
        let permission = format!("{}:{operation}", if is_video { "ivs" } else { "ivschat" });
        for part in parts.map(|part| part.replace("PERMISSION", &permission)) {
            let is_hidden = is_personal && part.contains(':') && part.starts_with("HTTP");
            assert!(is_hidden || run.stderr.contains(&part), "{part}: {at}");
        }
        for hidden in fault.hidden.iter().filter(|_| is_personal) {
            assert!(!run.stderr.contains(hidden), "{at}");
        }
        if let Some(never) = &fault.never {
            assert!(!run.stderr.contains(never), "{at}");
        }
        let is_unsafe = |c: char| c != '\n' && ivs_chat_review::display::is_unsafe(c);
        assert!(!run.stderr.contains(is_unsafe), "{at}");
        let is_unknown = fault.unknown && effect != Effect::None;
        assert_eq!(run.stderr.contains("may or may not have been"), is_unknown, "{at}");
        let is_retried = fault.retried && !(is_unknown && effect == Effect::Once);
        assert_eq!(fake.calls_of(operation).len(), 1 + usize::from(is_retried), "{at}");
        let retried = if is_retried { "r" } else { "" };
        format!("2{retried}{}", if is_unknown { "?" } else { "" })
    }
}

/// The list is given up, with any tokens.
#[test]
fn lists_that_do_not_end_are_given_up() {
    for (fault, calls, says) in [
        (FaultKind::EndlessPages { same_token: true }, 2, "page 2 has the same token"),
        (FaultKind::EndlessPages { same_token: false }, 1_000, "1000 pages contain nothing new"),
    ] {
        let (fake, words) = account("list");
        fake.inject(Fault::new(fault, "ListRooms"));
        let run = Running::start(command(&fake, &words)).end().assert_exit(2).assert_stderr(says);
        assert_eq!((fake.calls().len(), run.stdout.as_str()), (calls, ""), "{run}");
        // The fake did not issue these tokens.
        fake.violations();
    }
    let (fake, words) = account("logging list");
    fake.inject(Fault::new(
        FaultKind::EndlessPages { same_token: true },
        "ListLoggingConfigurations",
    ));
    let run = Running::start(command(&fake, &words)).end().assert_exit(2);
    run.assert_stderr("ListLoggingConfigurations does not end");
    fake.violations();
}

/// A byte per second, until the attempt times out.
#[test]
fn slow_bodies_time_out() {
    let (fake, words) = account("list");
    fake.inject(Fault::new(FaultKind::Dripping, "ListRooms"));
    let run = Running::start(command(&fake, &format!("{words} --attempts 1"))).end();
    run.assert_exit(2).assert_stderr("no answer: ").assert_stderr("check the network");
}
