//! Commands as their transcripts show them. `TRYCMD=overwrite cargo test` rewrites what they print.

#[test]
fn commands_print_what_their_transcripts_show() {
    trycmd::TestCases::new().case("tests/cmd/*.md");
}

/// The README, and the mistakes of an operator, each with a small account of its own.
#[cfg(feature = "rooms")]
#[test]
fn commands_about_rooms_print_what_their_transcripts_show() {
    use crate::rooms::double::{
        ACCESS_KEY_ID, Double, Permission, REGION, SECRET_ACCESS_KEY, function,
    };

    for transcript in ["README.md", "tests/cmd/rooms/*.md"] {
        let double = Double::start();
        double.account(|account| {
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
                    account.wire(&arn, &function(handler), "ALLOW");
                }
            }
        });
        trycmd::TestCases::new()
            .env("AWS_ENDPOINT_URL_IVSCHAT", double.endpoint())
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
            // Whoever runs this may have a profile, a session and a proxy.
            .env("AWS_PROFILE", "")
            .env("AWS_SESSION_TOKEN", "")
            .env("NO_PROXY", "127.0.0.1")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .case(transcript);
    }
}

/// On a pipe colours are taken out of what is told to people, and nothing out of a message.
#[test]
fn json_has_all_signs_of_a_message() {
    for command in ["review", "explain"] {
        let message = "a\u{7F}b\u{9B}31mc";
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_ivs-review"))
            .args([command, "--format", "json", message])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("the binary was built for this test");
        let told = String::from_utf8(output.stdout).expect("JSON is text");
        let reply =
            format!("\"reply\":{{\"ReviewResult\":\"ALLOW\",\"Content\":\"{message}\"}}}}\n");
        assert!(told.ends_with(&reply), "{command}: {told}");
    }
}
