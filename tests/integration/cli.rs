//! Transcripts of commands. `TRYCMD=overwrite cargo test` updates their output.

#[test]
fn transcripts_are_up_to_date() {
    let cases = trycmd::TestCases::new();
    for pages in ["tests/cmd/*.md", "README.md", "docs/*.md", "docs/rules/*.md"] {
        cases.case(pages);
    }
    // Their commands need fakes.
    cases.skip(ROOMS_PAGE);
    cases.skip(FUNCTION_PAGE);
}

/// The documentation page on `publish` and `doctor`.
const FUNCTION_PAGE: &str = "docs/publish.md";

/// The function has the layer of the stack, an alarm without an action, and one room.
#[cfg(feature = "rooms")]
#[test]
fn transcripts_of_functions_are_up_to_date() {
    use crate::function::fake::FakeLambda;
    use crate::rooms::fake::{FakeService, Permission, function};

    let (lambda, chat) = (FakeLambda::start(), FakeService::start());
    let handler = function("ivs-chat-review");
    chat.account(|account| {
        account.permit(&handler, Permission::Granted);
        let room = account.add_room("lobby");
        account.attach(&room, &handler, "ALLOW");
    });
    lambda.state(|state| state.deploy_stack("ivs-chat-review"));
    let cases = transcript_against(&chat);
    cases
        .env("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint())
        .env("AWS_ENDPOINT_URL_CLOUDWATCH", lambda.endpoint());
    cases.case(FUNCTION_PAGE);
}

/// The documentation page on `rooms`.
const ROOMS_PAGE: &str = "docs/provisioning.md";

/// Each transcript has a separate account with five rooms and three channels.
#[cfg(feature = "rooms")]
#[test]
fn transcripts_of_rooms_are_up_to_date() {
    use crate::rooms::fake::{FakeService, Permission, function};

    for transcript in [ROOMS_PAGE, "tests/cmd/rooms/help.md", "tests/cmd/rooms/mistakes.md"] {
        let fake = FakeService::start();
        fake.account(|account| {
            account.permit(&function("ivs-chat-review"), Permission::Granted);
            account.permit(&function("old-filter"), Permission::Granted);
            for (name, stage, handler) in [
                ("rehearsal", "test", None),
                ("backstage", "prod", Some("old-filter")),
                ("arena", "prod", Some("ivs-chat-review")),
                ("lobby", "prod", None),
                ("main-hall", "prod", None),
            ] {
                let arn = account.add_room(name);
                account.tag(&arn, "stage", stage);
                if let Some(handler) = handler {
                    account.attach(&arn, &function(handler), "ALLOW");
                }
            }
            account.add_live_channel("main-hall", 1_250);
            account.add_live_channel("late-show", 12);
            account.add_channel("arena");
        });
        transcript_against(&fake).case(transcript);
    }
}

/// On a pipe, colors are stripped from text; JSON keeps every character of a message.
#[test]
fn json_keeps_every_character_of_a_message() {
    for command in ["review", "explain"] {
        let message = "a\u{7F}b\u{9B}31mc";
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_ivs-review"))
            .args([command, "--format", "json", message])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("the binary was built for this test");
        let printed: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("it is JSON");
        assert_eq!(printed["reply"]["Content"], message, "{command}");
        let reply = r#""reply":{"ReviewResult":"ALLOW","Content":"a\u007fb\u009b31mc"}}"#;
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.ends_with(&format!("{reply}\n")), "{command}: {printed}");
    }
}

/// A room is created, moderated, tagged, logged and deleted, with every operation of the service.
#[cfg(feature = "rooms")]
#[test]
fn the_lifecycle_transcript_uses_every_operation() {
    use std::collections::BTreeSet;

    use crate::rooms::fake::{FakeService, Permission, function, operation_names};

    let fake = FakeService::start();
    fake.account(|account| account.permit(&function("ivs-chat-review"), Permission::After(1)));
    // Transcripts run when `cases` is dropped.
    let cases = transcript_against(&fake);
    cases.case("tests/cmd/rooms/life.md");
    drop(cases);
    let calls = fake.calls();
    let seen: BTreeSet<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    let all = operation_names();
    assert_eq!(all.len(), 17);
    assert_eq!(seen, all);
    // Everything was deleted.
    fake.account(|account| assert!(account.rooms.is_empty() && account.logging.is_empty()));
}

/// Returns a runner of transcripts whose commands connect to the fake only.
#[cfg(feature = "rooms")]
fn transcript_against(fake: &crate::rooms::fake::FakeService) -> trycmd::TestCases {
    use crate::rooms::fake::{ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY};

    let cases = trycmd::TestCases::new();
    cases
        .env("AWS_ENDPOINT_URL_IVSCHAT", fake.endpoint())
        .env("AWS_ENDPOINT_URL_IVS", fake.endpoint())
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        // The environment of the user may set a profile, a session token and a proxy.
        .env("AWS_PROFILE", "")
        .env("AWS_SESSION_TOKEN", "")
        .env("NO_PROXY", "127.0.0.1")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    cases
}

/// The scripts and pages name every command.
#[test]
fn completions_and_pages_are_generated() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&std::ffi::OsStr]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_ivs-review"))
            .arg("generate")
            .args(arguments)
            .output()
            .expect("the binary was built for this test");
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&["completions".as_ref(), shell.as_ref()]);
        for part in ["import", "explain", "min-severity"] {
            assert!(script.contains(part), "{shell}: {part}");
        }
    }
    let schema = run(&["schema".as_ref()]);
    assert_eq!(schema, ivs_chat_review::schema::rules_toml());
    let man = folder.path().join("man1");
    assert_eq!(run(&["man".as_ref(), man.as_os_str()]), "");
    let page = std::fs::read_to_string(man.join("ivs-review-check.1")).expect("a page");
    assert!(page.contains("ivs\\-review check") && page.contains("corpus"), "{page}");
    assert!(man.join("ivs-review.1").is_file());
    assert!(man.join("ivs-review-generate-man.1").is_file());
}
