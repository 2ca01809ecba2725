//! Which requests are repeated after a missing response.

use serde_json::json;

use super::command::{Running, command, rooms, with_rooms};
use super::fake::{FakeService, Fault, FaultKind, function};

/// The outcome of a command whose first request has no response.
enum Outcome {
    /// The request is repeated.
    Repeated,
    /// The command reads that the request was executed, and does not repeat it.
    Detected,
    /// The command fails with this message, which says how to verify.
    Failed(&'static str),
}

/// Commands, the operation that fails, and the outcomes if the request was executed and if it was not.
const ROWS: &[(&str, &str, Outcome, Outcome)] = &[
    (
        "create --name hall",
        "CreateRoom",
        Outcome::Failed("check `ivs-review rooms list --name hall`"),
        Outcome::Failed("the room may or may not have been created"),
    ),
    (
        "logging create --s3 logs",
        "CreateLoggingConfiguration",
        Outcome::Failed("check `ivs-review rooms logging list`"),
        Outcome::Failed("was not retried"),
    ),
    (
        "event R poll",
        "SendEvent",
        Outcome::Failed("the event may or may not have been sent"),
        Outcome::Failed("check a client in the room"),
    ),
    (
        "token R --user SECRET --attribute a=SECRET",
        "CreateChatToken",
        Outcome::Repeated,
        Outcome::Repeated,
    ),
    (
        "delete-message R AbCdEf123456 --reason SECRET --yes",
        "DeleteMessage",
        Outcome::Repeated,
        Outcome::Repeated,
    ),
    (
        "disconnect R --user SECRET --reason SECRET --yes",
        "DisconnectUser",
        Outcome::Repeated,
        Outcome::Repeated,
    ),
    ("delete R --yes", "DeleteRoom", Outcome::Repeated, Outcome::Repeated),
    ("logging delete L --yes", "DeleteLoggingConfiguration", Outcome::Repeated, Outcome::Repeated),
    ("update R --name hall", "UpdateRoom", Outcome::Detected, Outcome::Repeated),
    ("logging attach R L", "UpdateRoom", Outcome::Detected, Outcome::Repeated),
    (
        "logging update L --name hall",
        "UpdateLoggingConfiguration",
        Outcome::Detected,
        Outcome::Repeated,
    ),
    ("tag R stage=prod", "TagResource", Outcome::Detected, Outcome::Repeated),
    ("link R C", "TagResource", Outcome::Detected, Outcome::Repeated),
];

/// Half of the commands wait for their second attempt at the same time; more are too many for a slow machine.
#[test]
fn requests_without_a_response_are_not_executed_twice() {
    assert_not_executed_twice(&[
        (FaultKind::DisconnectAfter, true),
        (FaultKind::DisconnectBefore, false),
    ]);
    assert_not_executed_twice(&[(FaultKind::Truncated, true), (FaultKind::INTERNAL, false)]);
}

/// Each fault is given with whether the request is executed.
fn assert_not_executed_twice(faults: &[(FaultKind, bool)]) {
    let each = faults.iter().flat_map(|fault| ROWS.iter().map(move |row| (fault, row)));
    let started =
        each.map(|((fault, was_executed), (arguments, operation, executed, not_executed))| {
            let (fake, words) = account(arguments);
            fake.inject(Fault::new(fault.clone(), operation).calls(1..=1));
            let running = Running::start(command(&fake, &words));
            (
                fake,
                running,
                fault,
                arguments,
                operation,
                if *was_executed { executed } else { not_executed },
            )
        });
    for (fake, running, fault, arguments, operation, outcome) in started.collect::<Vec<_>>() {
        let run = running.end();
        let at = format!("{fault:?}: {arguments}\n{run}");
        let calls = fake.calls_of(operation).len();
        match outcome {
            // A response without a body cannot be truncated.
            Outcome::Repeated
                if *fault == FaultKind::Truncated && arguments.contains("delete ") =>
            {
                assert_eq!(run.code, Some(0), "{at}");
            }
            Outcome::Repeated => assert_eq!((run.code, calls), (Some(0), 2), "{at}"),
            Outcome::Detected => assert_eq!((run.code, calls), (Some(0), 1), "{at}"),
            Outcome::Failed(message) => {
                assert_eq!((run.code, calls), (Some(2), 1), "{at}");
                assert!(run.stderr.contains(message), "{at}");
                assert_eq!(run.stdout, "", "{at}");
            }
        }
        assert!(!run.stderr.contains("SECRET"), "{at}");
    }
}

/// A throttled request was certainly not executed.
#[test]
fn throttled_requests_are_repeated() {
    let started = ROWS.iter().map(|(arguments, operation, ..)| {
        let (fake, words) = account(arguments);
        fake.inject(Fault::new(FaultKind::THROTTLED, operation).calls(1..=1));
        let running = Running::start(command(&fake, &words));
        (fake, running, operation)
    });
    for (fake, running, operation) in started.collect::<Vec<_>>() {
        let run = running.end().assert_exit(0);
        assert_eq!(fake.calls_of(operation).len(), 2, "{operation}\n{run}");
    }
}

/// Also if the repeated request was certainly not executed.
#[test]
fn a_missing_response_is_reported_if_retries_fail() {
    let changes = ROWS.iter().filter(|(arguments, _, executed, _)| {
        !matches!(executed, Outcome::Failed(_)) && !arguments.starts_with("token")
    });
    let started = changes.map(|(arguments, operation, ..)| {
        let (fake, words) = account(arguments);
        fake.inject(Fault::new(FaultKind::DisconnectBefore, operation).calls(1..=1));
        fake.inject(Fault::new(FaultKind::THROTTLED, operation).calls(2..));
        let running = Running::start(command(&fake, &format!("{words} --attempts 2")));
        (fake, running, operation)
    });
    for (fake, running, operation) in started.collect::<Vec<_>>() {
        let run = running.end().assert_exit(2);
        run.assert_stderr("ThrottlingException").assert_stderr("may or may not have been applied");
        assert_eq!(fake.calls_of(operation).len(), 2, "{operation}");
    }
    let (fake, words) = account("update R --name hall");
    fake.inject(Fault::new(FaultKind::DisconnectAfter, "UpdateRoom"));
    let run = rooms(&fake, &format!("{words} --attempts 1")).assert_exit(2);
    run.assert_stderr("no answer").assert_stderr("may or may not have been applied");
    rooms(&fake, &words).assert_exit(0).assert_stderr("already up to date");
}

#[test]
fn a_refused_connection_means_that_nothing_was_executed() {
    let (fake, _) = with_rooms(0);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let mut create = command(&fake, "create --name hall --attempts 2");
    create.env("AWS_ENDPOINT_URL_IVSCHAT", format!("http://{address}"));
    let run = Running::start(create).end().assert_exit(2).assert_stderr("retrying");
    assert!(!run.stderr.contains("may or may not"), "{run}");
}

#[test]
fn deleting_twice_is_an_error() {
    for arguments in ["delete R --yes", "logging delete L --yes"] {
        let (fake, words) = account(arguments);
        rooms(&fake, &words).assert_exit(0);
        rooms(&fake, &words)
            .assert_exit(2)
            .assert_stderr("ResourceNotFoundException")
            .assert_stderr("rooms list");
    }
}

/// Another client attaches a second configuration between two attempts to attach the first.
#[test]
fn attached_configurations_are_read_again_before_each_attempt() {
    let (fake, words) = account("logging attach R L");
    let (room, other) = fake.account(|account| {
        let other = account.add_logging("other", json!({"s3": {"bucketName": "other"}}));
        (account.rooms.keys().next().expect("a room").clone(), other)
    });
    fake.inject(Fault::new(FaultKind::UNAVAILABLE, "UpdateRoom").calls(1..=1));
    let (watched, added, mut reads) = (room.clone(), other.clone(), 0);
    fake.on_call(move |call, account| {
        reads += usize::from(call.operation == "GetRoom");
        if call.operation == "GetRoom" && reads == 2 {
            account.room(&watched).logging.push(added.clone());
        }
        Ok(())
    });
    rooms(&fake, &words).assert_exit(0);
    let logging = fake.account(|account| account.room(&room).logging.clone());
    assert_eq!(logging.len(), 2);
    assert_eq!(logging[0], other);
}

/// The token of a truncated response is in no error message.
#[test]
fn errors_contain_no_tokens() {
    let (fake, words) = account("token R --user SECRET");
    fake.inject(Fault::new(FaultKind::Truncated, "CreateChatToken"));
    let run = rooms(&fake, &format!("{words} --attempts 1")).assert_exit(2);
    assert!(!run.stderr.contains("Token0") && !run.stderr.contains("AQIC"), "{run}");
    assert_eq!(run.stdout, "");
}

/// Error messages of the service may quote the request, with any status. Retries are announced before the first
/// response.
#[test]
fn errors_do_not_quote_requests_with_personal_data() {
    const QUOTES: &str = "SECRET is refused";
    let commands = [
        ("token R --user SECRET --attribute a=SECRET", "CreateChatToken"),
        ("event R poll --attribute a=SECRET", "SendEvent"),
        ("delete-message R AbCdEf123456 --reason SECRET --yes", "DeleteMessage"),
        ("disconnect R --user SECRET --reason SECRET --yes", "DisconnectUser"),
    ];
    let errors = [
        (400, "ValidationException"),
        (402, "ServiceQuotaExceededException"),
        (403, "AccessDeniedException"),
        (403, "ExpiredTokenException"),
        (403, "PendingVerification"),
        (404, "ResourceNotFoundException"),
        (409, "ConflictException"),
        (418, "SECRET as a code"),
        (429, "ThrottlingException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailableException"),
    ];
    for (arguments, operation) in commands {
        let started = errors.map(|(status, code)| {
            let (fake, words) = account(arguments);
            fake.inject(Fault::new(FaultKind::Error(status, code, QUOTES), operation));
            let words = format!("{words} --attempts 2 --format json");
            (Running::start(command(&fake, &words)), fake, status, code)
        });
        for (running, fake, status, code) in started {
            let run = running.end().assert_exit(2);
            let at = format!("{operation}: {status} {code}\n{run}");
            assert!(!run.stderr.contains("SECRET"), "{at}");
            let shown = if code.contains(' ') { "HTTP 418" } else { code };
            assert!(run.stderr.contains(&format!("{shown}; the message of the service")), "{at}");
            let is_temporary = status == 429 || (status >= 500 && operation != "SendEvent");
            assert_eq!(run.stderr.contains("retrying in"), is_temporary, "{at}");
            assert_eq!(fake.calls_of(operation).len(), 1 + usize::from(is_temporary), "{at}");
            assert_eq!(run.stdout, "", "{at}");
        }
    }
}

/// Starts a fake with a tagged room, a logging configuration and a live channel, and fills in their ARNs for `R`, `L`
/// and `C`.
pub(super) fn account(arguments: &str) -> (FakeService, String) {
    let (fake, rooms) = with_rooms(1);
    let (logging, channel) = fake.account(|account| {
        account.tag(&rooms[0], "team", "safety");
        account.permit(&function("review"), super::fake::Permission::Granted);
        let logging = account.add_logging("chat", json!({"s3": {"bucketName": "chat"}}));
        (logging, account.add_live_channel("main", 7))
    });
    let words = arguments.split(' ').map(|word| match word {
        "R" => rooms[0].clone(),
        "L" => logging.clone(),
        "C" => channel.clone(),
        word => word.to_owned(),
    });
    let words = words.collect::<Vec<_>>().join(" ");
    (fake, words)
}
