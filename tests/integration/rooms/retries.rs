//! What is sent again if no answer comes, and what is not.

use serde_json::json;

use super::command::{Running, command, rooms, rooms_json, with_rooms};
use super::fake::{Double, Fault, Trouble, function};

/// What becomes of a command whose first request is not answered.
enum Then {
    /// It is sent again, and done once.
    Again,
    /// It is read that it was done, and not sent again.
    Found,
    /// It is not sent again, and told where to look.
    Told(&'static str),
}

/// Commands, the operation that is disturbed, and what comes of it where the request was done, and where it
/// was not.
const ROWS: &[(&str, &str, Then, Then)] = &[
    (
        "create --name hall",
        "CreateRoom",
        Then::Told("`ivs-review rooms list --name hall` tells"),
        Then::Told("the room may have been made or not"),
    ),
    (
        "logging create --s3 logs",
        "CreateLoggingConfiguration",
        Then::Told("`ivs-review rooms logging list` tells"),
        Then::Told("was not tried again"),
    ),
    (
        "event R poll",
        "SendEvent",
        Then::Told("the event may have been sent or not"),
        Then::Told("a client in the room tells"),
    ),
    ("token R --user SECRET --attribute a=SECRET", "CreateChatToken", Then::Again, Then::Again),
    (
        "delete-message R AbCdEf123456 --reason SECRET --yes",
        "DeleteMessage",
        Then::Again,
        Then::Again,
    ),
    (
        "disconnect R --user SECRET --reason SECRET --yes",
        "DisconnectUser",
        Then::Again,
        Then::Again,
    ),
    ("delete R --yes", "DeleteRoom", Then::Again, Then::Again),
    ("logging delete L --yes", "DeleteLoggingConfiguration", Then::Again, Then::Again),
    ("update R --name hall", "UpdateRoom", Then::Found, Then::Again),
    ("logging attach R L", "UpdateRoom", Then::Found, Then::Again),
    ("logging update L --name hall", "UpdateLoggingConfiguration", Then::Found, Then::Again),
    ("tag R stage=prod", "TagResource", Then::Found, Then::Again),
    ("untag R team", "UntagResource", Then::Found, Then::Again),
];

/// Half of them wait for their second attempt at the same time; more are too many for a slow machine.
#[test]
fn what_may_have_been_done_is_not_done_twice() {
    is_not_done_twice(&[(Trouble::CutAfter, true), (Trouble::CutBefore, false)]);
    is_not_done_twice(&[(Trouble::Torn, true), (Trouble::INTERNAL, false)]);
}

/// What these troubles come to, and whether what was asked is done nevertheless.
fn is_not_done_twice(troubles: &[(Trouble, bool)]) {
    let each = troubles.iter().flat_map(|trouble| ROWS.iter().map(move |row| (trouble, row)));
    let started = each.map(|((trouble, was_done), (arguments, operation, done, not_done))| {
        let (double, words) = account(arguments);
        double.plan(Fault::new(trouble.clone(), operation).calls(1..=1));
        let running = Running::start(command(&double, &words));
        (double, running, trouble, arguments, operation, if *was_done { done } else { not_done })
    });
    for (double, running, trouble, arguments, operation, then) in started.collect::<Vec<_>>() {
        let run = running.end();
        let at = format!("{trouble:?}: {arguments}\n{run}");
        let calls = double.calls_of(operation).len();
        match then {
            // An answer without a body has nothing that could be torn.
            Then::Again if *trouble == Trouble::Torn && arguments.contains("delete ") => {
                assert_eq!(run.code, Some(0), "{at}");
            }
            Then::Again => assert_eq!((run.code, calls), (Some(0), 2), "{at}"),
            Then::Found => assert_eq!((run.code, calls), (Some(0), 1), "{at}"),
            Then::Told(told) => {
                assert_eq!((run.code, calls), (Some(2), 1), "{at}");
                assert!(run.stderr.contains(told), "{at}");
                assert_eq!(run.stdout, "", "{at}");
            }
        }
        assert!(!run.stderr.contains("SECRET"), "{at}");
    }
}

/// A throttled request was not done for sure, so that each is sent again.
#[test]
fn what_was_not_done_for_sure_is_sent_again() {
    let started = ROWS.iter().map(|(arguments, operation, ..)| {
        let (double, words) = account(arguments);
        double.plan(Fault::new(Trouble::THROTTLED, operation).calls(1..=1));
        let running = Running::start(command(&double, &words));
        (double, running, operation)
    });
    for (double, running, operation) in started.collect::<Vec<_>>() {
        let run = running.end().ends(0);
        assert_eq!(double.calls_of(operation).len(), 2, "{operation}\n{run}");
    }
}

/// Even if what is sent again is refused for sure.
#[test]
fn what_is_never_answered_is_told_as_what_may_have_come_about() {
    let changes = ROWS.iter().filter(|(arguments, _, done, _)| {
        !matches!(done, Then::Told(_)) && !arguments.starts_with("token")
    });
    let started = changes.map(|(arguments, operation, ..)| {
        let (double, words) = account(arguments);
        double.plan(Fault::new(Trouble::CutBefore, operation).calls(1..=1));
        double.plan(Fault::new(Trouble::THROTTLED, operation).calls(2..));
        let running = Running::start(command(&double, &format!("{words} --attempts 2")));
        (double, running, operation)
    });
    for (double, running, operation) in started.collect::<Vec<_>>() {
        let run = running.end().ends(2);
        run.tells("ThrottlingException").tells("may have come about or not");
        assert_eq!(double.calls_of(operation).len(), 2, "{operation}");
    }
    let (double, words) = account("update R --name hall");
    double.plan(Fault::new(Trouble::CutAfter, "UpdateRoom"));
    let run = rooms(&double, &format!("{words} --attempts 1")).ends(2);
    run.tells("no answer").tells("may have come about or not");
    rooms(&double, &words).ends(0).tells("nothing was sent");
}

/// Where nobody listens, nothing was sent.
#[test]
fn without_a_connection_nothing_may_have_been_done() {
    let (double, _) = with_rooms(0);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = nobody.local_addr().expect("it is bound");
    drop(nobody);
    let mut create = command(&double, "create --name hall --attempts 2");
    create.env("AWS_ENDPOINT_URL_IVSCHAT", format!("http://{address}"));
    let run = Running::start(create).end().ends(2).tells("trying again");
    assert!(!run.stderr.contains("may have been made"), "{run}");
}

#[test]
fn what_is_gone_was_not_deleted_by_this() {
    for arguments in ["delete R --yes", "logging delete L --yes"] {
        let (double, words) = account(arguments);
        rooms(&double, &words).ends(0);
        rooms(&double, &words).ends(2).tells("ResourceNotFoundException").tells("rooms list");
    }
}

/// Somebody else attaches a second one while the first waits to be attached again.
#[test]
fn a_list_is_read_again_before_each_attempt() {
    let (double, words) = account("logging attach R L");
    let (room, other) = double.account(|account| {
        let other = account.add_logging("other", json!({"s3": {"bucketName": "other"}}));
        (account.rooms.keys().next().expect("a room").clone(), other)
    });
    double.plan(Fault::new(Trouble::UNAVAILABLE, "UpdateRoom").calls(1..=1));
    let (there, theirs, mut reads) = (room.clone(), other.clone(), 0);
    double.watch(move |call, account| {
        reads += usize::from(call.operation == "GetRoom");
        if call.operation == "GetRoom" && reads == 2 {
            account.room(&there).logging.push(theirs.clone());
        }
        Ok(())
    });
    rooms(&double, &words).ends(0);
    let logging = double.account(|account| account.room(&room).logging.clone());
    assert_eq!(logging.len(), 2);
    assert_eq!(logging[0], other);
}

/// The token of an answer that cannot be read is in no error.
#[test]
fn a_torn_token_shows_nowhere() {
    let (double, words) = account("token R --user SECRET");
    double.plan(Fault::new(Trouble::Torn, "CreateChatToken"));
    let run = rooms(&double, &format!("{words} --attempts 1")).ends(2);
    assert!(!run.stderr.contains("Token0") && !run.stderr.contains("AQIC"), "{run}");
    assert_eq!(run.stdout, "");
    // What the service says of a request may quote it.
    let (double, words) = account("token R --user SECRET");
    let quoting = Trouble::Error(400, "ValidationException", "userId SECRET is refused");
    double.plan(Fault::new(quoting, "CreateChatToken"));
    let run = rooms_json(&double, &words).ends(2).tells("ValidationException; what the service");
    assert!(!run.stderr.contains("SECRET"), "{run}");
}

/// A room that is tagged, a logging configuration, and the arguments about them.
fn account(arguments: &str) -> (Double, String) {
    let (double, rooms) = with_rooms(1);
    let logging = double.account(|account| {
        account.tag(&rooms[0], "team", "safety");
        account.permit(&function("review"), super::fake::Permission::Granted);
        account.add_logging("chat", json!({"s3": {"bucketName": "chat"}}))
    });
    let words = arguments.split(' ').map(|word| match word {
        "R" => rooms[0].clone(),
        "L" => logging.clone(),
        word => word.to_owned(),
    });
    let words = words.collect::<Vec<_>>().join(" ");
    (double, words)
}
