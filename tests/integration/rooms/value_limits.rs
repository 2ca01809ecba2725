//! Values that the service would refuse are reported before the first request, with the argument and the limit and
//! without the value.

use super::command::{Running, command, rooms, with_rooms};

/// Arguments and parts of their messages. `R` is a room, `L1` a logging configuration, and `N*x` a letter repeated N
/// times.
const ROWS: &[(&str, &str)] = &[
    ("create --name 129*x", "--name: invalid name: expected at most 128 characters, found 129"),
    ("create --name a.b", "--name: invalid name: only letters, digits, `-` and `_`"),
    (
        "create --message-rate 0",
        "--message-rate: invalid messages per second: expected a whole number from 1 to 100",
    ),
    ("create --message-rate 101", "from 1 to 100"),
    ("create --message-rate -5", "from 1 to 100"),
    (
        "create --message-rate ten",
        "--message-rate: invalid messages per second: expected a whole number",
    ),
    ("update R --message-length 10.5", "a whole number from 1 to 500"),
    (
        "create --message-length 501",
        "--message-length: invalid message length in characters: expected a whole number from 1 to 500",
    ),
    ("create --message-length 99999999999", "from 1 to 500"),
    ("create --tag stage", "--tag: missing `=`, expected KEY=VALUE"),
    ("create --tag =prod", "--tag: invalid tag key: expected 1 to 128 characters, found 0"),
    (
        "create --tag a=1 --tag b=257*x",
        "--tag, number 2: invalid tag value: expected at most 256 characters",
    ),
    ("create --tag a=1 --tag a=1", "--tag: duplicate tag key"),
    (
        "create --logging L1 --logging L2 --logging L3 --logging L4",
        "would have 4 logging configurations",
    ),
    ("create --logging R", "is not a logging configuration"),
    ("create --logging L1 --region us-east-1", "us-east-1"),
    ("create --fallback deny", "--handler"),
    ("create --handler review", "arn:aws:lambda:"),
    ("update R", "nothing to update"),
    ("update R --name a.b", "--name: invalid name: only letters"),
    ("update R --message-rate 101 --message-length 0", "2 invalid arguments:"),
    ("update lobby --name a", "arn:aws:ivschat:"),
    ("show L1", "is not a room"),
    ("delete R", "confirmation required: stdin is not a terminal; pass --yes"),
    ("tag R stage", "KEY=VALUE: missing `=`, expected KEY=VALUE"),
    ("tag R", "KEY=VALUE"),
    ("tag review a=b", "invalid ARN"),
    ("untag R 129*x", "KEY: invalid tag key: expected 1 to 128 characters, found 129"),
    ("tag R aws:stage=prod", "KEY=VALUE: reserved tag key: only AWS can set or remove"),
    ("untag R team aws:stage", "KEY, number 2: reserved tag key"),
    ("logging create", "missing destination"),
    ("logging create --s3 Logs", "--s3: invalid bucket name: only lowercase letters"),
    ("logging create --s3 ab", "--s3: invalid bucket name: expected 3 to 63 characters"),
    (
        "logging create --cloudwatch 513*x",
        "--cloudwatch: invalid log group name: expected 1 to 512 characters",
    ),
    ("logging create --firehose a/b", "--firehose: invalid stream name: only letters"),
    ("logging create --s3 logs --firehose logs", "cannot be used with"),
    ("logging create --s3 logs --name a.b --tag x", "2 invalid arguments:"),
    ("logging update L1", "nothing to update"),
    ("logging delete L1", "pass --yes"),
    ("logging detach R L1", "pass --yes"),
    ("logging attach L1 R", "is not a room"),
    (
        "logging attach R arn:aws:ivschat:us-east-1:111122223333:logging-configuration/a",
        "must be in the same account and Region",
    ),
    ("token R --user 129*S", "--user: invalid user ID: expected 1 to 128 characters, found 129"),
    (
        "token R --user SECRET --minutes 181",
        "--minutes: invalid session duration in minutes: expected a whole number from 1 to 180",
    ),
    ("token R --user SECRET --minutes 0", "from 1 to 180"),
    ("token R --user SECRET --minutes 1h", "a whole number from 1 to 180"),
    (
        "token R --user SECRET --capability send-message,fly",
        "--capability, number 2: unknown capability, expected one of send-message, ",
    ),
    ("token R --user SECRET --attribute SECRET", "--attribute: missing `=`, expected NAME=VALUE"),
    (
        "token R --user SECRET --attribute a=1025*S",
        "--attribute: names and values together have 1026 bytes, more than the maximum of 1024",
    ),
    ("token R --user SECRET --attribute a=SECRET --attribute a=SECRET", "duplicate attribute name"),
    ("token R --user Ada SECRET", "unexpected argument; quote values that contain spaces"),
    ("disconnect R --user=ada --reason=no SECRET --yes", "unexpected argument"),
    ("token R", "--user"),
    ("event R 101*x", "NAME: invalid event name: expected 1 to 100 characters, found 101"),
    ("event R poll --attribute a=4096*S", "4097 bytes, more than the maximum of 4096"),
    (
        "delete-message R 11*x --yes",
        "MESSAGE_ID: invalid message ID: expected exactly 12 characters, found 11",
    ),
    ("delete-message R abc-def-ghij --yes", "letters and digits"),
    (
        "delete-message R 12*x --reason 257*S --yes",
        "--reason: invalid reason: expected 1 to 256 characters, found 257",
    ),
    ("delete-message R 12*x", "confirmation required: stdin is not a terminal"),
    ("disconnect R --user 129*S --yes", "--user: invalid user ID: expected 1 to 128 characters"),
    ("disconnect R --user SECRET", "confirmation required: stdin is not a terminal"),
];

#[test]
fn invalid_values_are_reported_before_the_first_request() {
    let (fake, arns) = with_rooms(1);
    for (arguments, message) in ROWS {
        let words = arguments.split(' ').map(|word| expand(word, &arns[0])).collect::<Vec<_>>();
        let run = rooms(&fake, &words.join(" ")).assert_exit(2);
        assert!(run.stderr.contains(message), "{arguments}: {message}\n{run}");
        assert!(!run.stderr.contains("SECRET") && !run.stderr.contains("SSSS"), "{run}");
        assert_eq!(run.stdout, "", "{arguments}");
    }
    assert_eq!(fake.calls().len(), 0);
}

/// Values that `ROWS` cannot contain.
#[test]
fn lengths_are_counted_in_code_points() {
    let (fake, arns) = with_rooms(1);
    let id = "x".repeat(12);
    for (option, text, message) in [
        ("--user", String::new(), "1 to 128 characters, found 0"),
        ("--reason", String::new(), "1 to 256 characters, found 0"),
        ("--reason", "ü".repeat(257), "found 257"),
    ] {
        let arguments = match option {
            "--user" => format!("disconnect {} --yes", arns[0]),
            _ => format!("delete-message {} {id} --yes", arns[0]),
        };
        let mut command = command(&fake, &arguments);
        command.args([option, &text]);
        Running::start(command).end().assert_exit(2).assert_stderr(option).assert_stderr(message);
    }
    assert_eq!(fake.calls().len(), 0);
    let mut command = command(&fake, &format!("delete-message {} {id} --yes", arns[0]));
    command.args(["--reason", &"ü".repeat(256)]);
    Running::start(command).end().assert_exit(0);
}

fn expand(word: &str, room: &str) -> String {
    if let Some((number, letter)) = word.rsplit('=').next().and_then(|text| text.split_once('*')) {
        let count = number.parse().expect("a number");
        let repeated: String = letter.repeat(count);
        return word.replace(&format!("{number}*{letter}"), &repeated);
    }
    match word {
        "R" => room.to_owned(),
        "L1" | "L2" | "L3" | "L4" => {
            format!("{}{word}", room.replace("room/", "logging-configuration/"))
        }
        word => word.to_owned(),
    }
}
