//! Values that the service would refuse are reported before the first request, with the argument and the limit and
//! without the value.

use super::command::{Running, command, rooms, with_rooms};

/// Arguments and parts of their messages. `R` is a room, `L1` a logging configuration, and `N*x` a letter repeated N
/// times.
const ROWS: &[(&str, &str)] = &[
    ("create --name 129*x", "--name: a name has at most 128 characters, this one 129"),
    ("create --name a.b", "--name: a name has letters, digits, `-` and `_`"),
    (
        "create --message-rate 0",
        "--message-rate: the rate of messages a second is a whole number from 1 to 100",
    ),
    ("create --message-rate 101", "from 1 to 100"),
    ("create --message-rate -5", "from 1 to 100"),
    (
        "create --message-rate ten",
        "--message-rate: the rate of messages a second is a whole number",
    ),
    ("update R --message-length 10.5", "a whole number from 1 to 500"),
    (
        "create --message-length 501",
        "--message-length: the length of a message in characters is a whole number from 1 to 500",
    ),
    ("create --message-length 99999999999", "from 1 to 500"),
    ("create --tag stage", "--tag: write KEY=VALUE"),
    ("create --tag =prod", "--tag: the key of a tag has 1 to 128 characters, this one 0"),
    (
        "create --tag a=1 --tag b=257*x",
        "--tag, number 2: the value of a tag has at most 256 characters",
    ),
    ("create --tag a=1 --tag a=1", "--tag: one key is given twice"),
    (
        "create --logging L1 --logging L2 --logging L3 --logging L4",
        "at most 3 logging configurations",
    ),
    ("create --logging R", "is not a logging configuration"),
    ("create --logging L1 --region us-east-1", "us-east-1"),
    ("create --fallback deny", "--handler"),
    ("create --handler review", "arn:aws:lambda:"),
    ("update R", "what is to change?"),
    ("update R --name a.b", "--name: a name has letters"),
    ("update R --message-rate 101 --message-length 0", "2 things are wrong:"),
    ("update lobby --name a", "arn:aws:ivschat:"),
    ("show L1", "is not a room"),
    ("delete R", "this deletes a room, and there is no terminal to ask on; say --yes to delete it"),
    ("tag R stage", "KEY=VALUE: write KEY=VALUE"),
    ("tag R", "KEY=VALUE"),
    ("tag review a=b", "no ARN"),
    ("untag R 129*x", "KEY: the key of a tag has 1 to 128 characters, this one 129"),
    ("tag R aws:stage=prod", "KEY=VALUE: a key that begins with `aws:` is of AWS itself"),
    ("untag R team aws:stage", "KEY, number 2: a key that begins with `aws:`"),
    ("logging create", "where to?"),
    ("logging create --s3 Logs", "--s3: a bucket's name has small letters"),
    ("logging create --s3 ab", "--s3: a bucket's name has 3 to 63 characters"),
    (
        "logging create --cloudwatch 513*x",
        "--cloudwatch: a log group's name has 1 to 512 characters",
    ),
    ("logging create --firehose a/b", "--firehose: a stream's name has letters"),
    ("logging create --s3 logs --firehose logs", "cannot be used with"),
    ("logging create --s3 logs --name a.b --tag x", "2 things are wrong:"),
    ("logging update L1", "what is to change?"),
    ("logging delete L1", "say --yes"),
    ("logging detach R L1", "say --yes"),
    ("logging attach L1 R", "is not a room"),
    (
        "logging attach R arn:aws:ivschat:us-east-1:111122223333:logging-configuration/a",
        "a room is logged in its own account and Region",
    ),
    ("token R --user 129*S", "--user: a user's id has 1 to 128 characters, this one 129"),
    (
        "token R --user SECRET --minutes 181",
        "--minutes: the length of a session in minutes is a whole number from 1 to 180",
    ),
    ("token R --user SECRET --minutes 0", "from 1 to 180"),
    ("token R --user SECRET --minutes 1h", "a whole number from 1 to 180"),
    (
        "token R --user SECRET --capability send-message,fly",
        "--capability, number 2: a capability is one of SEND_MESSAGE, ",
    ),
    ("token R --user SECRET --attribute SECRET", "--attribute: write NAME=VALUE"),
    (
        "token R --user SECRET --attribute a=1025*S",
        "--attribute: all names and values together have at most 1024 bytes, these 1026",
    ),
    ("token R --user SECRET --attribute a=SECRET --attribute a=SECRET", "one name is given twice"),
    ("token R --user Ada SECRET", "a word too many; put quotes around what has blanks"),
    ("disconnect R --user=ada --reason=no SECRET --yes", "a word too many"),
    ("token R", "--user"),
    ("event R 101*x", "NAME: an event's name has 1 to 100 characters, this one 101"),
    ("event R poll --attribute a=4096*S", "at most 4096 bytes, these 4097"),
    (
        "delete-message R 11*x --yes",
        "MESSAGE_ID: a message's id has exactly 12 characters, this one 11",
    ),
    ("delete-message R abc-def-ghij --yes", "letters and digits"),
    (
        "delete-message R 12*x --reason 257*S --yes",
        "--reason: a reason has 1 to 256 characters, this one 257",
    ),
    ("delete-message R 12*x", "this deletes a message, and there is no terminal"),
    ("disconnect R --user 129*S --yes", "--user: a user's id has 1 to 128 characters"),
    ("disconnect R --user SECRET", "this throws a user out, and there is no terminal"),
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
        ("--user", String::new(), "1 to 128 characters, this one 0"),
        ("--reason", String::new(), "1 to 256 characters, this one 0"),
        ("--reason", "ü".repeat(257), "this one 257"),
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
