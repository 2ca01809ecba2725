//! The output of the command line contains no control characters of messages, rule files, file names, arguments and the
//! service. Colors are forced, since code that strips them would strip other escape sequences as well.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

/// Returns the characters that no output may contain, except line feeds between lines.
fn forbidden() -> impl Iterator<Item = char> {
    let controls = ('\0'..='\u{1F}').chain('\u{7F}'..='\u{9F}');
    let directions = "\u{61C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}";
    let others = "\u{2028}\u{2029}\u{200B}\u{2060}\u{AD}\u{FEFF}\u{E0041}";
    controls.chain(directions.chars()).chain(others.chars())
}

/// Returns a string of all of them except NUL, which neither arguments nor file names can contain. It contains no color
/// sequence, since another control character follows ESC.
fn hostile() -> String {
    forbidden().filter(|&c| c != '\0').collect()
}

/// Returns a quoted string with escapes, valid in TOML and JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match u32::from(c) {
            code @ 0x1_0000.. => quoted += &format!("\\U{code:08X}"),
            code => quoted += &format!("\\u{code:04X}"),
        }
    }
    quoted + "\""
}

/// Arguments, exit code and output of a command.
struct Printed {
    arguments: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Printed {
    fn by(mut command: Command, input: &str) -> Printed {
        let arguments = format!("{:?}", command.get_args().collect::<Vec<_>>());
        command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1").env("TERM", "xterm");
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the binary was built for this test");
        // A command with invalid arguments does not read.
        let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes| String::from_utf8(bytes).expect("its output is UTF-8");
        Printed {
            arguments,
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Asserts that no stream has forbidden characters, and that one has the hostile text with escapes.
    fn assert_safe(self) -> Printed {
        let Printed { arguments, code, stdout, stderr } = &self;
        self.assert_no_controls();
        let shown = ["\\u{202e}", "\\u202e", "%E2%80%AE"];
        let is_shown = shown.iter().any(|it| stdout.contains(it) || stderr.contains(it));
        assert!(is_shown, "{arguments}: no untrusted text, exit code {code:?}: {stdout}{stderr}");
        self
    }

    fn assert_no_controls(&self) {
        let Printed { arguments, stdout, stderr, .. } = self;
        for (name, text) in [("stdout", stdout), ("stderr", stderr)] {
            let text = without_colors(text);
            let found: Vec<char> = forbidden().filter(|&c| c != '\n' && text.contains(c)).collect();
            assert!(found.is_empty(), "{arguments}: {found:?} in {name}: {text:?}");
        }
    }
}

/// Removes color sequences, `ESC [ … m`.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1B}[");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(part.len());
        match part[end..].strip_prefix('m') {
            Some(part) => rest += part,
            None => rest += &format!("\u{1B}[{part}"),
        }
    }
    rest
}

fn ivs_review(rules: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
    command.args(arguments).arg("--rules").arg(rules);
    command
}

fn write(folder: &Path, path: &str, content: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder can be made");
    fs::write(path, content).expect("the file can be written");
}

/// Returns a rule folder without errors, with hostile text in each place where it is valid.
fn valid_rules() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let hostile = hostile();
    // Reasons and replacements must not contain control characters.
    let text = quoted("a\u{202E}b\u{2066}c");
    write(folder.path(), &format!("{hostile}.txt"), "muppet\n! muppet show\u{202E}\n");
    let manifest = format!(
        "version = 1\n\
         [[exempt]]\nuser_ids = [{exempt}]\n\
         [[rule]]\nid = \"insults\"\naction = \"mask\"\nlists = [{list}]\n\
         fields = [\"content\", \"attributes.*\"]\n\
         [[rule]]\nid = \"later\"\naction = \"mask\"\nterms = [\"muppet\"]\nunless = {{ {name} = [{name}] }}\n\
         [[rule]]\nid = \"elsewhere\"\naction = \"mask\"\nterms = [\"muppet\"]\nrooms = [\"elsewhere\"]\n\
         [[rule]]\nid = \"threats\"\naction = \"deny\"\nterms = [\"threat\u{200B}s\"]\nreason = {text}\n\
         [[rule]]\nid = \"swap\"\naction = \"replace\"\nwith = {text}\nterms = [\"numpty\"]\n\
         [[rule]]\nid = \"mark\"\naction = \"tag\"\ntag = {{ {text} = {text} }}\nterms = [\"pillock\"]\n\
         [[rule]]\nid = \"patterns\"\naction = \"mask\"\npatterns = ['twit\\p{{Cf}}+']\n",
        exempt = quoted(&hostile),
        name = quoted(&hostile),
        list = quoted(&format!("{hostile}.txt")),
    );
    write(folder.path(), "rules.toml", &manifest);
    folder
}

const MESSAGES: [&str; 6] =
    ["hello", "muppet", "muppet show\u{202E}", "threats", "numpty pillock", "twit\u{202E}\u{2066}"];

#[test]
fn no_control_character_of_a_message_is_printed() {
    let folder = valid_rules();
    let hostile = hostile();
    let attribute = format!("{hostile}=muppet {hostile}");
    let surroundings = [
        &[][..],
        &["--attr", &attribute, "--sender", &attribute, "--room", &hostile],
        &["--user-id", &hostile],
        &["--sender", &format!("{hostile}={hostile}")],
    ];
    for (message, arguments) in
        MESSAGES.iter().flat_map(|it| surroundings.map(|around| (it, around)))
    {
        // Only standard input can contain NUL.
        let message = format!("{message} \0{hostile}muppet");
        let mut replies = BTreeSet::new();
        for (format, command) in
            [("text", "review"), ("json", "review"), ("text", "explain"), ("json", "explain")]
        {
            let mut command = ivs_review(folder.path(), &[command, "--format", format]);
            command.args(arguments).arg("-");
            let printed = Printed::by(command, &message).assert_safe();
            assert_eq!(printed.code, Some(0), "{}{}", printed.stdout, printed.stderr);
            if format == "json" {
                replies.insert(reply(&printed.stdout));
            }
        }
        // Both commands print the same reply, as JSON with every character of the message.
        let replies: Vec<String> = replies.into_iter().collect();
        let [reply] = &replies[..] else { panic!("{replies:?}") };
        let reply: serde_json::Value = serde_json::from_str(reply).expect("it is JSON");
        let content = reply["Content"].as_str().expect("a reply has a content");
        assert!(content.contains(&format!("\0{hostile}")), "{content:?}");
    }
}

/// Returns the reply in the JSON of `review` or `explain`.
fn reply(stdout: &str) -> String {
    let line = stdout.lines().next_back().expect("there is output");
    let (_, reply) = line.split_once("\"reply\":{").expect("it has a reply");
    format!("{{{}", reply.strip_suffix('}').expect("an object"))
}

#[test]
fn no_control_character_of_an_event_is_printed() {
    let folder = valid_rules();
    let hostile = hostile();
    let mut lines = String::new();
    for message in MESSAGES {
        let attributes = json!({ hostile.as_str(): format!("muppet {hostile}") });
        let event = json!({
            "Content": format!("{message} \0{hostile}"),
            "Attributes": attributes,
            "Sender": { "UserId": hostile, "Attributes": attributes },
            "RoomArn": hostile,
        });
        lines += &format!("{event}\n");
        for format in ["text", "json"] {
            let command =
                ivs_review(folder.path(), &["explain", "--format", format, "--event", "-"]);
            Printed::by(command, &event.to_string()).assert_safe();
        }
    }
    lines += &format!("{}\n", json!({ "Content": "a", "Attributes": { hostile.as_str(): 1 } }));
    lines += &format!("{}\n", json!({ "Content": { hostile.as_str(): 1 } }));
    let command = ivs_review(folder.path(), &["review", "--stats", "--events", "-"]);
    let printed = Printed::by(command, &lines).assert_safe();
    assert_eq!(printed.stdout.lines().count(), MESSAGES.len() + 2);
    // The values are not changed.
    let reply = printed.stdout.lines().next().expect("a reply");
    let reply: serde_json::Value = serde_json::from_str(reply).expect("it is JSON");
    assert_eq!(reply["Content"], format!("hello \0{hostile}"));
}

/// Returns a rule folder with hostile text and a diagnostic in each place.
fn invalid_rules() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let hostile = hostile();
    let text = quoted(&hostile);
    let list = format!("{hostile}.txt");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/dev/zero", folder.path().join(format!("link{hostile}")))
        .expect("a link");
    let entries = format!(
        "muppet\nmuppet\n! {hostile}\nmup\0pet\n*{hostile}*\n\"{hostile}\"\n[{hostile}]+\n@{hostile} a\n\
         a @until {hostile}\n> caught: {hostile}\n> ok: muppet {hostile}\na\u{202E}b\na\u{202E}c, d, e\u{202E}\n\
         ::error::\u{202E}\n\u{202E}*\n{}\n",
        forbidden().map(|c| format!("nitwit{c}\n")).collect::<String>()
    );
    write(folder.path(), &list, &entries);
    let manifest = format!(
        "version = 1\n{text} = 1\n\
         [settings]\n{text} = {text}\n\
         [[rule]]\nid = {text}\naction = {text}\n{text} = {text}\n\
         [[rule]]\nid = \"a\"\naction = \"deny\"\nreason = {text}\nlists = [{list}, {missing}]\n\
         [[rule]]\nid = \"a\"\naction = \"mask\"\nmask = {text}\nterms = [{text}]\npatterns = [{pattern}]\n\
         [[rule]]\nid = \"b\"\naction = \"replace\"\nwith = {text}\nterms = [\"b\"]\nmode = {text}\n\
         fields = [{text}, {attribute}, {attribute}]\nrooms = [{text}]\nfrom = {text}\n\
         [[rule]]\nid = \"c\"\naction = \"tag\"\ntag = {{ {text} = {text} }}\nterms = [\"c\"]\n\
         unless = {{ {text} = [] }}\ncategory = {text}\n\
         [[rule]]\nid = \"d\"\naction = \"mask\"\nlinks = {{ deny = [{text}] }}\ndetect = [{text}]\n\
         [[rule]]\nid = \"e\"\naction = \"mask\"\nterms = [\"mup\u{202E}pet\"]\nlists = [{list}]\n\
         samples = {{ caught = [{text}, \"x\u{202E}y\"], ok = [{held}] }}\n\
         [[rule]]\nid = \"f\"\naction = \"replace\"\nterms = [\"twit\"]\nwith = \"a\u{202E}twit\"\n\
         {text} {text}\n",
        list = quoted(&list),
        missing = quoted(&format!("no{hostile}.txt")),
        pattern = quoted(&format!("({hostile}")),
        attribute = quoted(&format!("attributes.{hostile}")),
        held = quoted(&format!("muppet {hostile}")),
    );
    write(folder.path(), "rules.toml", &manifest);
    folder
}

/// Returns two rule folders with hostile names, whose manifests are not TOML: one has a syntax error after hostile text
/// with escapes, the other contains the characters themselves.
fn unparsed_rules() -> [(TempDir, PathBuf); 2] {
    let lines: String = forbidden().map(|c| format!("# a{c}b\nx{c} = {c}\n")).collect();
    [format!("[[rule]]\nid = {} \u{202E}\n", quoted(&hostile())), lines].map(|manifest| {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join(hostile());
        write(&path, "rules.toml", &format!("version = 1\n{manifest}"));
        (folder, path)
    })
}

/// Checks a folder with a hostile corpus in all formats, and returns the JSON lines.
fn check_in_all_formats(folder: &Path, code: i32) -> Vec<serde_json::Value> {
    let hostile = hostile();
    let corpus = TempDir::new().expect("a folder");
    write(corpus.path(), &hostile, &format!("you muppet {hostile}\n"));
    let corpus = corpus.path().join(&hostile);
    let printed = |format| {
        let mut command = ivs_review(folder, &["check", "--format", format]);
        command.arg("--corpus").arg(&corpus);
        let printed = Printed::by(command, "").assert_safe();
        assert_eq!(printed.code, Some(code), "{}{}", printed.stdout, printed.stderr);
        printed.stdout
    };
    printed("text");
    printed("github");
    let _: serde_json::Value = serde_json::from_str(&printed("sarif")).expect("it is JSON");
    let lines = printed("json");
    lines.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

#[test]
fn no_control_character_of_a_valid_rule_folder_is_printed() {
    let rules = valid_rules();
    let unused = format!("lists/{}::error::x.txt", hostile());
    write(rules.path(), &unused, "muppet\n");
    let lines = check_in_all_formats(rules.path(), 0);
    let unused = rules.path().join(unused);
    assert!(lines.iter().any(|line| line["file"].as_str() == unused.to_str()), "{lines:?}");
}

#[test]
fn no_control_character_of_a_manifest_that_is_not_toml_is_printed() {
    for (_folder, rules) in unparsed_rules() {
        check_in_all_formats(&rules, 1);
    }
}

#[test]
fn no_control_character_of_an_invalid_rule_folder_is_printed() {
    let rules = invalid_rules();
    let hostile = hostile();
    let lines = check_in_all_formats(rules.path(), 1);
    // JSON has unchanged names.
    let files: BTreeSet<&str> = lines.iter().filter_map(|line| line["file"].as_str()).collect();
    let path = rules.path().join(format!("{hostile}.txt"));
    assert!(files.contains(path.to_str().expect("UTF-8")), "{path:?} is not in {files:?}");
    // These commands only name the invalid files.
    for command in ["review", "explain"] {
        let command = ivs_review(rules.path(), &[command, &format!("a muppet {hostile}")]);
        Printed::by(command, "").assert_safe();
    }
}

#[test]
fn no_control_character_of_an_argument_is_printed() {
    let hostile = hostile();
    let hostile = hostile.as_str();
    let event = TempDir::new().expect("a folder");
    write(event.path(), hostile, "{");
    let (file, in_file) = (event.path().join(hostile), event.path().join(hostile).join(hostile));
    let (file, in_file) = (file.to_str().expect("UTF-8"), in_file.to_str().expect("UTF-8"));
    for arguments in [
        &["check", "--rules", hostile][..],
        &["check", "--rules", file],
        &["check", "--explain", hostile],
        &["check", "--format", hostile],
        &["check", "--on", hostile],
        &["check", hostile],
        &["check", "--corpus", in_file],
        &["review", "--rules", hostile, "a"],
        &["review", "--on", hostile, "a"],
        &["review", "--attr", hostile, "a"],
        &["review", &format!("--{hostile}"), "a"],
        &["review", "--events", in_file],
        &["explain", "a", hostile],
        &["explain", "--event", file],
        &["explain", "--event", in_file],
        &["explain", "--room", hostile, "--on", hostile, "a"],
        &[hostile],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
        command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
        let printed = Printed::by(command, "").assert_safe();
        assert_eq!(printed.code, Some(2), "{arguments:?}: {}", printed.stderr);
        // No line begins within an argument, so that no text can imitate a line of the program or a workflow command.
        assert!(!printed.stderr.contains("\n\u{B}"), "{arguments:?}: {:?}", printed.stderr);
    }
    // Bytes that are not UTF-8 are replaced.
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;

        let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
        let bytes = [hostile.as_bytes(), b"\x9B31m\xFF"].concat();
        command.args(["check", "--rules"]).arg(std::ffi::OsStr::from_bytes(&bytes));
        Printed::by(command, "").assert_safe();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
        command.arg("review").arg(std::ffi::OsStr::from_bytes(&bytes));
        Printed::by(command, "").assert_no_controls();
    }
}

#[test]
fn rule_folders_cannot_inject_workflow_commands() {
    let folder = TempDir::new().expect("a folder");
    let names = [
        "a\n::error::b",
        "::warning file=x,line=1::y",
        "%0A::error::z",
        "c\r::stop-commands::t",
        " ::debug::d",
    ];
    for name in names {
        write(folder.path(), &format!("{name}.txt"), "muppet\n");
    }
    write(
        folder.path(),
        "list.txt",
        "muppet\nmuppet\n::error::e\n::error::e\r\n\u{2028}::error::f::\n[::error::g]+\n",
    );
    let manifest = format!(
        "version = 1\n{0} = 1\n[[rule]]\nid = {0}\naction = {0}\n\
         [[rule]]\nid = \"a\"\naction = \"mask\"\nlists = [\"list.txt\", {1}]\n",
        quoted("\n::error::h\r\n::error::i"),
        quoted("\n::error::j.txt"),
    );
    write(folder.path(), "rules.toml", &manifest);
    let json = Printed::by(ivs_review(folder.path(), &["check", "--format", "json"]), "");
    let problems = json.stdout.lines().count() - 1;
    let github = Printed::by(ivs_review(folder.path(), &["check", "--format", "github"]), "");
    // A workflow command is a line that begins with `::` or contains `##[`.
    let is_command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
    let lines: Vec<&str> = github
        .stdout
        .split(['\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'])
        .collect();
    let commands: Vec<&str> = lines.into_iter().filter(is_command).collect();
    assert!(problems > names.len());
    assert_eq!(commands.len(), problems, "{}", github.stdout);
    for command in commands {
        let rest = command.strip_prefix("::error ").or(command.strip_prefix("::warning "));
        let (properties, _) = rest.and_then(|rest| rest.split_once("::")).expect("a message");
        let names: Vec<&str> = properties
            .split(',')
            .map(|property| property.split_once('=').map_or(property, |(name, _)| name))
            .collect();
        assert!(
            matches!(
                &names[..],
                ["file", "line", "col", "endColumn", "title"] | ["file", "line", "col", "title"]
            ),
            "{command}"
        );
    }
    assert_eq!(github.stderr, "");
}

#[cfg(feature = "rooms")]
mod rooms {
    use serde_json::json;

    use super::{Printed, hostile};
    use crate::rooms::command::{command, review};
    use crate::rooms::fake::{FakeService, Fault, FaultKind, Permission, function};

    /// Starts a fake with hostile names, tags, destinations and handlers.
    fn hostile_service() -> (FakeService, String, String) {
        let fake = FakeService::start();
        let text = format!("\0{}", hostile());
        let (room, logging) = fake.account(|account| {
            account.permit(&review(), Permission::Granted);
            let room = account.add_room(&text);
            account.tag(&room, &text, &text);
            account.attach(&room, &function(&text), "ALLOW");
            let destination = json!({ "cloudWatchLogs": { "logGroupName": text } });
            let logging = account.add_logging(&text, destination);
            let configuration = account.logging.get_mut(&logging).expect("it was added");
            configuration.tags.insert(text.clone(), text.clone());
            account.room(&room).logging.push(logging.clone());
            (room, logging)
        });
        (fake, room, logging)
    }

    #[test]
    fn no_control_character_of_the_service_is_printed() {
        for format in ["text", "json"] {
            let (fake, room, logging) = hostile_service();
            for arguments in [
                "list --handler REVIEW",
                "list --details",
                "plan --all --handler REVIEW --replace",
                "plan --all --handler REVIEW",
                "status --all --handler REVIEW",
                "apply --all --handler REVIEW --yes",
                "show ROOM",
                "tags ROOM",
                "tag ROOM a=b",
                "untag ROOM a",
                "update ROOM --message-rate 7",
                "logging list",
                "logging show LOGGING",
                "logging detach ROOM LOGGING --yes",
                "logging delete LOGGING --yes",
                "delete ROOM --yes",
            ] {
                let arguments = arguments.replace("ROOM", &room).replace("LOGGING", &logging);
                let command = command(&fake, &format!("{arguments} --format {format}"));
                let printed = Printed::by(command, "");
                // This output contains no name.
                let shows_names = !arguments.starts_with("logging detach");
                if shows_names { drop(printed.assert_safe()) } else { printed.assert_no_controls() }
            }
        }
    }

    #[test]
    fn no_control_character_of_an_unknown_state_is_printed() {
        let (fake, _, logging) = hostile_service();
        fake.account(|account| {
            let configuration = account.logging.get_mut(&logging).expect("it was added");
            configuration.name = "chat".to_owned();
            configuration.state = hostile();
        });
        for format in ["text", "json"] {
            for arguments in ["logging list".to_owned(), format!("logging show {logging}")] {
                let command = command(&fake, &format!("{arguments} --format {format}"));
                Printed::by(command, "").assert_safe();
            }
        }
    }

    #[test]
    fn no_control_character_of_an_error_is_printed() {
        const MESSAGE: &str =
            "no \u{0}\u{7}\u{1B}]0;x\u{7}\r\n::error::x\u{7F}\u{9B}31m\u{202E}\u{2066}\u{2028}";
        for format in ["text", "json"] {
            for (operation, arguments) in [
                ("ListRooms", "list"),
                ("GetRoom", "show ROOM"),
                ("UpdateRoom", "apply --all --handler REVIEW --replace --yes"),
                ("DeleteRoom", "delete ROOM --yes"),
                ("TagResource", "tag ROOM a=b"),
                ("ListLoggingConfigurations", "logging list"),
            ] {
                let (fake, room, _) = hostile_service();
                fake.inject(Fault::new(
                    FaultKind::Error(403, "AccessDeniedException", MESSAGE),
                    operation,
                ));
                let arguments = arguments.replace("ROOM", &room);
                let command = command(&fake, &format!("{arguments} --format {format}"));
                let printed = Printed::by(command, "").assert_safe();
                let forged = |text: &str| text.contains("\n::error::x");
                assert!(!forged(&printed.stdout) && !forged(&printed.stderr), "{}", printed.stderr);
            }
        }
    }

    #[test]
    fn no_control_character_of_an_argument_is_printed() {
        let (fake, room, _) = hostile_service();
        let hostile = hostile();
        for (arguments, last) in [
            (format!("show {room}"), hostile.as_str()),
            ("show".to_owned(), &hostile),
            ("list --region".to_owned(), &hostile),
            ("plan --all --handler".to_owned(), &hostile),
            ("restore --yes".to_owned(), &hostile),
            ("apply --all --handler REVIEW --yes --backup /no-such-folder".to_owned(), &hostile),
        ] {
            let mut command = command(&fake, &arguments);
            // `--rate` comes first, since `last` is the value of the last word.
            let words: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
            let (rate, words) = (&words[words.len() - 2..], &words[..words.len() - 2]);
            let mut ordered = std::process::Command::new(command.get_program());
            ordered.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
            let last =
                if arguments.contains("--backup") { format!("/{last}") } else { last.to_owned() };
            ordered.args(words).arg(last).args(rate);
            command = ordered;
            let printed = Printed::by(command, "").assert_safe();
            assert_eq!(printed.code, Some(2), "{arguments}: {}", printed.stderr);
        }
        // Environment variables.
        for name in ["AWS_MAX_ATTEMPTS", "AWS_REGION", "AWS_PROFILE", "AWS_CA_BUNDLE"] {
            let mut command = command(&fake, "list");
            command.env(name, &hostile);
            let printed = Printed::by(command, "").assert_safe();
            assert_eq!(printed.code, Some(2), "{name}: {}", printed.stderr);
        }
    }
}
