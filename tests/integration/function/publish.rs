//! `publish`: from an edited word to the function, and back; and a failure of each step.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::fake::{FakeLambda, Handler};
use super::{Rules, run};
use crate::rooms::command::Run;
use crate::rooms::fake::{Fault, FaultKind};

const PUBLISH: &str = "publish --function review --layer chat-rules";

fn publish(lambda: &FakeLambda, rules: &Rules, arguments: &str) -> Run {
    run(lambda, None, &rules.path(), &format!("{PUBLISH} {arguments}"))
}

/// The version of the layer that the function will have when no update is in progress.
fn version(lambda: &FakeLambda) -> Option<u64> {
    lambda.state(|state| {
        let layers = state.review().layers.clone();
        let arn = layers.iter().find(|arn| arn.contains(":layer:chat-rules:"))?;
        arn.rsplit(':').next()?.parse().ok()
    })
}

/// Returns what a message becomes in the function.
fn reviewed(lambda: &FakeLambda, message: &str) -> Value {
    lambda.state(|state| {
        let event = json!({ "FunctionName": "review", "Payload": { "Content": message } });
        state.invoke_now(&event)["Content"].clone()
    })
}

#[test]
fn a_word_is_published_and_rolled_back() {
    let lambda = FakeLambda::start();
    let rules = Rules::new("muppet\n");
    publish(&lambda, &rules, "").assert_exit(0);
    assert_eq!(
        (version(&lambda), reviewed(&lambda, "you pillock")),
        (Some(1), json!("you pillock"))
    );

    rules.write("lists/a.txt", "muppet\npillock\n");
    let run = publish(&lambda, &rules, "").assert_exit(0);
    assert_eq!(
        (version(&lambda), reviewed(&lambda, "you pillock")),
        (Some(2), json!("you *******"))
    );
    for line in [
        "rules      ",
        "publish a new version",
        "published  version 2",
        "updated    version 2 is live",
        "verified   the function has the rules",
    ] {
        assert!(run.stdout.contains(line), "{line}: {run}");
    }
    assert_eq!(run.stderr, "", "{run}");

    let run = publish(&lambda, &rules, "--rollback").assert_exit(0);
    assert_eq!(
        (version(&lambda), reviewed(&lambda, "you pillock")),
        (Some(1), json!("you pillock"))
    );
    assert!(run.stdout.contains("point the function to version 1"), "{run}");
}

#[test]
fn what_is_live_is_not_published_again() {
    let lambda = FakeLambda::start();
    let rules = Rules::new("muppet\n");
    publish(&lambda, &rules, "").assert_exit(0);
    lambda.take_calls();
    let run = publish(&lambda, &rules, "--format json").assert_exit(0);
    assert_eq!(lambda.take_calls(), ["GetFunction", "ListLayerVersions", "Invoke"]);
    let lines = run.lines();
    assert_eq!(
        lines[1],
        json!({ "function": "review", "layer": "chat-rules", "version": 1, "rules": lines[0]["rules"] })
    );
    assert_eq!(lines[2], json!({ "plan": { "version": 1, "changes": false, "delete": [] } }));
    assert_eq!(lines[3]["step"], "verified");
    // The same by the ARN of the function.
    let arn = crate::rooms::fake::function("review");
    super::run(
        &lambda,
        None,
        &rules.path(),
        &format!("publish --function {arn} --layer chat-rules"),
    )
    .assert_exit(0);
}

#[test]
fn a_dry_run_changes_nothing() {
    let lambda = FakeLambda::start();
    let rules = Rules::new("muppet\n");
    let run = publish(&lambda, &rules, "--dry-run").assert_exit(0);
    assert!(
        run.stdout.contains("publish a new version; point the function to it; verify"),
        "{run}"
    );
    assert_eq!(lambda.take_calls(), ["GetFunction", "ListLayerVersions"]);
}

#[test]
fn rules_with_errors_are_not_published() {
    let lambda = FakeLambda::start();
    for list in ["muppet @untill 2026\n", "muppet\n> ok: a muppet\n"] {
        let run = publish(&lambda, &Rules::new(list), "").assert_exit(1);
        run.assert_stderr(
            "error: not published, because the rules have 1 error; run `ivs-review check",
        );
    }
    assert_eq!(lambda.take_calls(), [] as [&str; 0]);
}

#[test]
fn other_layers_stay_in_their_order() {
    let lambda = FakeLambda::start();
    let before = lambda.state(|state| state.add_layer("agent", "an extension", empty_archive()));
    let rules = Rules::new("muppet\n");
    let other = super::fake::layer_arn("agent", before);
    lambda.state(|state| state.review().layers = vec![other.clone()]);
    publish(&lambda, &rules, "").assert_exit(0);
    rules.write("lists/a.txt", "pillock\n");
    publish(&lambda, &rules, "").assert_exit(0);
    let layers = lambda.state(|state| state.review().layers.clone());
    assert_eq!(layers, [other, super::fake::layer_arn("chat-rules", 2)]);
}

#[test]
fn old_versions_are_deleted_unless_a_function_uses_them() {
    let lambda = FakeLambda::start();
    lambda.state(|state| state.page_size = 2);
    let rules = Rules::new("muppet\n");
    lambda.state(|state| state.add_layer("chat-rules", "of the stack", empty_archive()));
    for number in 0..5 {
        rules.write("lists/a.txt", &format!("muppet\nword{number}\n"));
        publish(&lambda, &rules, "--keep 3").assert_exit(0);
        if number == 0 {
            let used = [super::fake::layer_arn("chat-rules", 2)];
            lambda.state(|state| state.add_function("staging", &used));
        }
    }
    // Version 1 is not ours, 2 is in use, 3 is old.
    assert_eq!(lambda.state(|state| state.versions("chat-rules")), [1, 2, 4, 5, 6]);

    // Without the permission to see which ones are in use, all stay.
    rules.write("lists/a.txt", "muppet\n");
    lambda.inject(Fault::new(FaultKind::DENIED, "ListFunctions"));
    let run = publish(&lambda, &rules, "--keep 1").assert_exit(0);
    run.assert_stderr("warning: no version is deleted").assert_stderr("lambda:ListFunctions");
    assert_eq!(lambda.state(|state| state.versions("chat-rules")), [1, 2, 4, 5, 6, 7]);
}

/// The command that goes on can be copied, with any path.
#[test]
fn paths_are_quoted_in_the_command_that_goes_on() {
    let lambda = FakeLambda::start();
    let rules = Rules::new("muppet\n");
    let folder = rules.path().with_file_name("Anna's rules");
    std::fs::rename(rules.path(), &folder).expect("it can be renamed");
    lambda.inject(Fault::new(FaultKind::DENIED, "PublishLayerVersion"));
    let run = super::run(&lambda, None, &folder, "publish --function review --layer chat-rules");
    let parent = folder.parent().expect("a folder").display();
    run.assert_exit(2).assert_stderr(&format!(r" --rules '{parent}/Anna'\''s rules'"));
}

/// Each with the operation, the fault, the version that the function has afterwards, and what the error says. Without
/// the fault the same command succeeds.
#[test]
fn a_failed_step_says_what_is_live_and_the_same_command_goes_on() {
    for (operation, fault, live, expected) in [
        ("GetFunction", FaultKind::DENIED, 1, &["lambda:GetFunction", "docs/publish.md"][..]),
        (
            "ListLayerVersions",
            FaultKind::INTERNAL,
            1,
            &["Internal failure", "AWS_ENDPOINT_URL_LAMBDA"],
        ),
        (
            "PublishLayerVersion",
            FaultKind::DENIED,
            1,
            &[
                "publish: ",
                "live: version 1 of chat-rules (rules ",
                "to go on: ivs-review publish --function review --layer chat-rules --rules ",
            ],
        ),
        (
            "PublishLayerVersion",
            FaultKind::Error(400, "CodeStorageExceededException", "Code storage limit exceeded."),
            1,
            &["publish: CodeStorageExceededException", "live: version 1"],
        ),
        ("PublishLayerVersion", FaultKind::InvalidBody(502), 1, &["publish: ", "live: version 1"]),
        (
            "UpdateFunctionConfiguration",
            FaultKind::DENIED,
            1,
            &["update: ", "lambda:GetLayerVersion", "live: version 1", "to go on: "],
        ),
        (
            "UpdateFunctionConfiguration",
            FaultKind::InvalidBody(200),
            1,
            &["update: ", "live: version 1"],
        ),
        (
            "Invoke",
            FaultKind::DENIED,
            2,
            &["verify: ", "lambda:InvokeFunction", "live: version 2", "to go back: ", "--rollback"],
        ),
        (
            "DeleteLayerVersion",
            FaultKind::DENIED,
            2,
            &["delete: ", "lambda:DeleteLayerVersion", "live: version 2", "to go on: "],
        ),
    ] {
        let lambda = FakeLambda::start();
        let rules = Rules::new("muppet\n");
        publish(&lambda, &rules, "").assert_exit(0);
        if operation == "DeleteLayerVersion" {
            let archive = empty_archive();
            let description = "ivs-review: rules 0123456789abcdef, code 0123456789abcdef";
            lambda.state(|state| {
                let layers = state.layers.get_mut("chat-rules").expect("it was published");
                layers.insert(
                    0,
                    super::fake::Layer { version: 0, description: description.into(), archive },
                );
            });
        }
        lambda.inject(Fault::new(fault.clone(), operation));
        rules.write("lists/a.txt", "muppet\npillock\n");
        let mut run = publish(&lambda, &rules, "--keep 2").assert_exit(2);
        for text in expected {
            run = run.assert_stderr(text);
        }
        assert_eq!(version(&lambda), Some(live), "{operation} {fault:?}: {run}");
        lambda.clear_faults();
        publish(&lambda, &rules, "--keep 2").assert_exit(0);
        assert_eq!(version(&lambda), Some(2), "{operation} {fault:?}");
        assert_eq!(reviewed(&lambda, "pillock"), "*******");
        lambda.take_calls();
        publish(&lambda, &rules, "--keep 2").assert_exit(0);
        let calls = lambda.take_calls();
        assert!(
            !calls.iter().any(|it| it.starts_with("Publish") || it.starts_with("Update")),
            "{calls:?}"
        );
    }
}

/// Each is a failure that the command overcomes.
#[test]
fn lost_answers_throttling_and_other_clients_are_overcome() {
    for (operation, fault) in [
        ("GetFunction", FaultKind::UNAVAILABLE),
        ("ListLayerVersions", FaultKind::DisconnectBefore),
        ("PublishLayerVersion", FaultKind::Error(429, "TooManyRequestsException", "Rate exceeded")),
        ("PublishLayerVersion", FaultKind::DisconnectAfter),
        ("PublishLayerVersion", FaultKind::Truncated),
        (
            "UpdateFunctionConfiguration",
            FaultKind::Error(429, "TooManyRequestsException", "Rate exceeded"),
        ),
        ("UpdateFunctionConfiguration", FaultKind::DisconnectAfter),
        (
            "UpdateFunctionConfiguration",
            FaultKind::Error(409, "ResourceConflictException", "An update is in progress"),
        ),
        ("Invoke", FaultKind::DisconnectAfter),
    ] {
        let lambda = FakeLambda::start();
        let rules = Rules::new("muppet\n");
        lambda.inject(Fault::new(fault.clone(), operation).calls(..=1));
        let run = publish(&lambda, &rules, "").assert_exit(0);
        assert_eq!(version(&lambda), Some(1), "{operation} {fault:?}: {run}");
        assert_eq!(
            lambda.state(|state| state.versions("chat-rules")),
            [1],
            "{operation} {fault:?}"
        );
    }
}

#[test]
fn changes_of_other_clients_are_not_overwritten() {
    // Something else than the layers: the update is repeated with the new revision.
    let lambda = FakeLambda::start();
    let rules = Rules::new("muppet\n");
    let mut changes = 0;
    lambda.on_call(move |operation, state| {
        if operation == "UpdateFunctionConfiguration" && changes < 2 {
            changes += 1;
            state.review().touch();
        }
    });
    publish(&lambda, &rules, "").assert_exit(0);
    let updates = lambda.take_calls().iter().filter(|it| it.starts_with("Update")).count();
    assert_eq!((version(&lambda), updates), (Some(1), 3));

    // The layers.
    let lambda = FakeLambda::start();
    lambda.on_call(|operation, state| {
        if operation == "UpdateFunctionConfiguration" {
            let other = state.add_layer("chat-rules", "of another client", empty_archive());
            state.review().layers = vec![super::fake::layer_arn("chat-rules", other)];
            state.review().touch();
        }
    });
    let run = publish(&lambda, &rules, "").assert_exit(2);
    run.assert_stderr("update: another client changed the layers of the function")
        .assert_stderr("live: version 2 of chat-rules");
}

#[test]
fn a_failed_update_is_reported_with_its_reason() {
    let lambda = FakeLambda::start();
    lambda.state(|state| state.review().fails = Some("The layer is too large"));
    let run = publish(&lambda, &Rules::new("muppet\n"), "").assert_exit(2);
    run.assert_stderr("update: the update failed: The layer is too large");
}

#[test]
fn a_function_that_does_not_have_the_rules_is_reported() {
    let lambda = FakeLambda::start();
    let rules = Rules::new("muppet\n");
    publish(&lambda, &rules, "").assert_exit(0);
    for (handler, code, expected) in [
        (Handler::Older, 0, "warning: the handler is of an older version"),
        (
            Handler::OtherCode,
            0,
            "warning: the function compiles the text of the rules at each start",
        ),
        (Handler::Failing, 2, "verify: the function fails: Unhandled: planted\nlive: version 1"),
    ] {
        lambda.state(|state| {
            state.review().handler = handler;
            state.review().restart();
        });
        publish(&lambda, &rules, "").assert_exit(code).assert_stderr(expected);
    }
    // A layer after this one has other rules.
    lambda.state(|state| {
        state.review().handler = Handler::Current;
        let archive = archive(
            "rules/rules.toml",
            "version = 1\n[[rule]]\nid = \"c\"\naction = \"deny\"\nterms = [\"c\"]\n",
        );
        let other = state.add_layer("more", "", archive);
        let other = super::fake::layer_arn("more", other);
        state.review().layers.push(other);
        state.review().restart();
    });
    let run = publish(&lambda, &rules, "").assert_exit(2);
    run.assert_stderr("another layer may have rules too").assert_stderr("to go back: ");
}

#[test]
fn a_rollback_without_an_older_version_is_refused() {
    let lambda = FakeLambda::start();
    let rules = Rules::new("muppet\n");
    publish(&lambda, &rules, "--rollback")
        .assert_exit(2)
        .assert_stderr("does not have the layer chat-rules");
    publish(&lambda, &rules, "").assert_exit(0);
    publish(&lambda, &rules, "--rollback")
        .assert_exit(2)
        .assert_stderr("no version of the layer chat-rules is older than 1");
    // After a rollback, new rules lead back to those before the bad ones.
    for word in ["bad", "good"] {
        rules.write("lists/a.txt", &format!("muppet\n{word}\n"));
        publish(&lambda, &rules, "").assert_exit(0);
        if word == "bad" {
            publish(&lambda, &rules, "--rollback").assert_exit(0);
            assert_eq!(version(&lambda), Some(1));
        }
    }
    assert_eq!(version(&lambda), Some(3));
    publish(&lambda, &rules, "--rollback").assert_exit(0);
    assert_eq!(version(&lambda), Some(1));
}

#[test]
fn an_update_of_another_client_is_awaited() {
    let lambda = FakeLambda::start();
    lambda.state(|state| {
        state.update_time = Duration::from_millis(900);
        state.review().begin_update(Duration::from_millis(700));
    });
    publish(&lambda, &Rules::new("muppet\n"), "").assert_exit(0);
    assert_eq!(version(&lambda), Some(1));
}

fn empty_archive() -> Vec<u8> {
    archive("agent.txt", "")
}

fn archive(path: &str, content: &str) -> Vec<u8> {
    use std::io::Cursor;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(path, zip::write::SimpleFileOptions::default()).expect("a new file");
    archive.write_all(content.as_bytes()).expect("memory");
    archive.finish().expect("memory").into_inner()
}
