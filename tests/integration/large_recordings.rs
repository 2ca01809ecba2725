//! The example for large recordings: its script runs on local folders, and its template has minimal permissions.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::compare::ivs_review;
use crate::template::{keys, path, read, yaml};

/// A replacement of the AWS CLI: `s3 cp` and `s3 sync` between folders. `s3://x/` is the folder `$S3/x/`.
const AWS: &str = r#"#!/bin/sh
set -eu
[ "$1" = s3 ]
command=$2
shift 2
[ "$1" != --only-show-errors ] || shift
local_path() { case $1 in s3://*) echo "$S3/${1#s3://}" ;; *) echo "$1" ;; esac; }
from=$(local_path "$1")
to=$(local_path "$2")
case $command in
  cp) if [ "$to" = - ]; then cat "$from"; else cp "$from" "$to"; fi ;;
  sync) mkdir -p "$to" && cp -R "$from/." "$to" ;;
esac
"#;

/// Runs the script of a part in a new folder.
fn run_part(root: &Path, index: usize, arguments: &[&str]) -> (bool, String) {
    let programs = root.join("bin");
    let binary = Path::new(env!("CARGO_BIN_EXE_ivs-review")).parent().expect("a folder");
    let others = std::env::var("PATH").expect("PATH");
    let work = tempfile::tempdir().expect("a folder");
    let output = Command::new(path("examples/large-recordings/part"))
        .args(arguments)
        .current_dir(work.path())
        .env("PATH", format!("{}:{}:{others}", programs.display(), binary.display()))
        .env("S3", root.join("s3"))
        .env("LOGS", "s3://logs")
        .env("PREFIXES", "s3://results/prefixes.txt")
        .env("RESULTS", "s3://results/parts")
        .env("AWS_BATCH_JOB_ARRAY_INDEX", index.to_string())
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    (output.status.success(), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn parts_are_reviewed_and_added_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    fs::create_dir_all(root.join("bin")).expect("a folder");
    fs::write(root.join("bin/aws"), AWS).expect("a file");
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(root.join("bin/aws"), executable).expect("its permissions");
    fs::create_dir_all(root.join("s3/results/parts")).expect("a folder");
    let mut prefixes = String::new();
    for room in ["AbCd12", "XyZ345", "Ef6789"] {
        let prefix = format!("AWSLogs/123456789012/IVSChatLogs/1.0/eu-west-1/room_{room}/");
        let logs = root.join("s3/logs").join(&prefix).join("2026/11/30/10");
        fs::create_dir_all(&logs).expect("a folder");
        let records = (0..40).map(|at| {
            let text = ["you muppet", "I assume so", "hello"][at % 3];
            let payload = json!({"Type": "MESSAGE", "Id": format!("{room}{at}"), "Content": text});
            json!({"event_timestamp": "2026-11-30T10:00:00Z", "type": "MESSAGE", "payload": payload})
                .to_string()
                + "\n"
        });
        fs::write(logs.join("1.log"), records.collect::<String>()).expect("a file");
        prefixes += &(prefix + "\n");
    }
    fs::write(root.join("s3/results/prefixes.txt"), prefixes).expect("a file");

    let (before, after) = (path("tests/cmd/rules"), path("tests/cmd/careless"));
    let [before, after] = [&before, &after].map(|it| it.to_str().expect("a path"));
    for command in [&["compare", "--from", before, "--to", after][..], &["stats", "--rules", after]]
    {
        for index in 0..3 {
            assert_eq!(run_part(root, index, command), (true, String::new()));
        }
        let json = ["--format", "json"];
        let (_, whole, _) = ivs_review(root, &[command, &["s3/logs"], &json].concat());
        let parts =
            ["s3/results/parts/2.json", "s3/results/parts/0.json", "s3/results/parts/1.json"];
        let (code, sum, errors) =
            ivs_review(root, &[&command[..1], &json, &["--merge"], &parts].concat());
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        assert_eq!(sum, whole);
        let sum: Value = serde_json::from_str(&sum).expect("JSON");
        assert_eq!(sum["messages"], 120);
    }
    let (succeeds, error) = run_part(root, 3, &["stats", "--rules", after]);
    let message = "no prefix in line 4 of s3://results/prefixes.txt\n";
    assert_eq!((succeeds, error.as_str()), (false, message));
}

/// A part may read the logs and the list, and write results.
#[test]
fn the_template_grants_minimal_permissions() {
    let template = yaml("examples/large-recordings/template.yaml");
    let resources = &template["Resources"];
    let role = &resources["PartRole"]["Properties"];
    let [policy] = &role["Policies"].as_array().expect("policies")[..] else { panic!("{role}") };
    let statements = policy["PolicyDocument"]["Statement"].as_array().expect("statements");
    let actions: Vec<&str> = statements.iter().filter_map(|it| it["Action"].as_str()).collect();
    assert_eq!(actions, ["s3:ListBucket", "s3:GetObject", "s3:PutObject"]);
    let container = &resources["Part"]["Properties"]["ContainerProperties"];
    let variables = container["Environment"].as_array().expect("variables");
    let variables: Vec<&str> = variables.iter().filter_map(|it| it["Name"].as_str()).collect();
    let script = read("examples/large-recordings/part");
    for variable in &variables {
        assert!(script.contains(&format!("\"${variable}")), "the script does not use {variable}");
    }
    // What the variables name is what the role may access.
    let text = template.to_string();
    for resource in ["${ResultsBucket}/prefixes.txt", "${ResultsBucket}/parts"] {
        assert_eq!(text.matches(resource).count(), 2, "{resource}");
    }
    let image = read("examples/large-recordings/Dockerfile");
    let command = container["Command"].as_array().expect("a command");
    for folder in command.iter().filter_map(|it| it.as_str()).filter(|it| it.starts_with('/')) {
        assert!(image.contains(&format!(" {folder}\n")), "the image has no {folder}");
    }
    let page = read("docs/large-recordings.md");
    for name in keys(&template["Outputs"]) {
        assert!(page.contains(&format!("`{name}`")), "{name} is not documented");
    }
    for (name, parameter) in template["Parameters"].as_object().expect("parameters") {
        let is_documented = page.contains(&format!("{name}="));
        assert!(is_documented || parameter["Default"] != Value::Null, "{name}");
    }
}
