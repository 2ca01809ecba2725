//! Workflows, issue forms and the justfile: the files and targets that they name exist, and workflows have minimal
//! permissions.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::{Value, json};
use toml::de::DeTable;

use crate::template::{keys, path, read, yaml};

const CI: &str = ".github/workflows/ci.yml";
const RELEASE: &str = ".github/workflows/release.yml";
/// A template for the repository of an operator, which does not run here.
const RULES: &str = "examples/github/rules.yml";
/// Another one.
const COMPARE: &str = "examples/github/compare.yml";

/// Folders that builds create, and folders outside of the repository.
const CREATED: [&str; 4] = ["target", ".aws-sam", "..", "."];

/// Returns the paths of the `.yml` files in a folder.
fn yaml_files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(path(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut files: Vec<String> = entries
        .map(|entry| entry.expect(folder).file_name().into_string().expect("an ASCII name"))
        .filter(|name| name.ends_with(".yml"))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    files.sort_unstable();
    files
}

/// Returns the jobs of a workflow with their names.
fn jobs(workflow: &Value) -> Vec<(&str, &Value)> {
    let jobs = workflow["jobs"].as_object().expect("jobs");
    jobs.iter().map(|(name, job)| (name.as_str(), job)).collect()
}

fn steps(job: &Value) -> &[Value] {
    job["steps"].as_array().map_or(&[], Vec::as_slice)
}

/// Returns the scripts of all steps of a workflow.
fn scripts(workflow: &Value) -> Vec<&str> {
    let jobs = jobs(workflow);
    jobs.iter().flat_map(|(_, job)| steps(job)).filter_map(|step| step["run"].as_str()).collect()
}

/// Returns the lines of all recipes of the justfile as one script.
fn recipes() -> String {
    let text = read("justfile");
    text.lines().filter_map(|line| line.strip_prefix("    ")).flat_map(|it| [it, "\n"]).collect()
}

/// Splits a shell script into words, approximately: without quotes and redirections, with continued lines joined.
fn words(script: &str) -> Vec<String> {
    let script = script.replace("\\\n", " ");
    let strip = |word: &str| {
        word.trim_start_matches(['>', '<']).trim_matches(['"', '\'', '(', ')', ';']).to_owned()
    };
    script.split_whitespace().map(strip).collect()
}

/// Returns the words of a script that must be paths in this repository: those that begin with an entry of its root, and
/// names in capitals such as `LICENSE-MIT`, which only files in the root have.
fn named_paths(script: &str) -> BTreeSet<String> {
    let in_capitals = |word: &str| {
        let stem = word.trim_end_matches(".md").trim_end_matches(".txt");
        stem.len() > 3 && stem.chars().all(|c| c.is_ascii_uppercase() || c == '-')
    };
    let is_named = |word: &String| {
        let word = word.as_str();
        let (first, rest) = word.split_once('/').unwrap_or((word, ""));
        let is_variable = word.contains(['$', '{', '*', '=']);
        let is_in_root = !first.is_empty() && path(first).exists();
        !is_variable
            && !CREATED.contains(&first)
            && (is_in_root && (!rest.is_empty() || word.contains('.')) || in_capitals(word))
    };
    words(script).into_iter().filter(is_named).collect()
}

fn assert_paths_exist(name: &str, script: &str) {
    for named in named_paths(script) {
        assert!(path(&named).exists(), "{name} names {named}, which does not exist");
    }
    for line in script.replace("\\\n", " ").lines() {
        let Some((program, folder)) = line
            .split_whitespace()
            .next()
            .and_then(|program| Some((program, program.split_once('/')?.0)))
        else {
            continue;
        };
        if program.contains('$') || CREATED.contains(&folder) {
            continue;
        }
        assert!(path(program).is_file(), "{name} runs {program}, which does not exist");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(path(program)).expect(program).permissions().mode();
            assert!(mode & 0o111 != 0, "{name} runs {program}, which is not executable");
        }
    }
}

#[test]
fn paths_in_scripts_are_detected() {
    let script = "cargo run --manifest-path tools/supply-chan/Cargo.toml >out/x\n.ci/run \\\n  LICENCE-MIT \"docs/rules.md\"";
    let named: Vec<_> = named_paths(script).into_iter().collect();
    assert_eq!(named, [".ci/run", "LICENCE-MIT", "docs/rules.md", "tools/supply-chan/Cargo.toml"]);
    assert!(path(&named[0]).exists() && !path(&named[1]).exists() && !path(&named[3]).exists());
}

#[test]
fn paths_in_scripts_exist() {
    let workflows = yaml_files(".github/workflows");
    assert_eq!(workflows, [CI, RELEASE]);
    let mut seen = BTreeSet::new();
    for name in workflows.iter().map(String::as_str).chain([RULES, COMPARE]) {
        let workflow = yaml(name);
        for script in scripts(&workflow) {
            assert_paths_exist(name, script);
            seen.extend(named_paths(script));
        }
        for (job, it) in jobs(&workflow) {
            let used = steps(it).iter().chain([it]).filter_map(|step| step["uses"].as_str());
            for used in used {
                match used.strip_prefix("./") {
                    Some(file) => assert!(path(file).is_file(), "{name}: {job} uses {used}"),
                    None => {
                        assert!(used.contains('@'), "{name}: {job} uses {used} without a version")
                    }
                }
            }
        }
    }
    for used in [".ci/run", "tools/release/texts", "tools/release/command-line"] {
        assert!(seen.contains(used), "no script names {used}: {seen:?}");
    }
    assert_paths_exist("justfile", &recipes());
}

/// A tag can be moved to other code, a commit cannot. The comment is what Dependabot updates.
#[test]
fn actions_are_pinned_to_commits() {
    let pinned =
        Regex::new(r"uses: [\w-]+(?:/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$").expect("a regex");
    let mut versions = BTreeSet::new();
    for name in [CI, RELEASE, RULES, COMPARE] {
        let text = read(name);
        let used =
            text.lines().filter(|line| line.contains("uses: ") && !line.contains("uses: ./"));
        for line in used {
            assert!(pinned.is_match(line), "{name}: {line}");
            let (action, version) = line.split_once('@').expect("a version");
            let action: Vec<&str> =
                action.rsplit(' ').next().unwrap_or_default().split('/').collect();
            versions.insert((action[..2].join("/"), version.to_owned()));
        }
    }
    let actions: BTreeSet<_> = versions.iter().map(|(action, _)| action).collect();
    assert_eq!(actions.len(), versions.len(), "two versions of an action: {versions:#?}");
}

/// Cached binaries must be those of the same program, compiler and settings.
#[test]
fn the_keys_of_caches_have_all_that_a_build_depends_on() {
    let build = read("build.rs");
    let (_, program) = build.split_once("const PROGRAM: ").expect("the inputs of the program");
    let (_, program) = program.split_once("= [").expect("an array");
    let program = program.split_once(']').expect("its end").0;
    let inputs = program.split('"').skip(1).step_by(2).map(|input| match path(input).is_dir() {
        true => format!("'{input}/**'"),
        false => format!("'{input}'"),
    });
    let others = ["mapped/**", ".cargo/config.toml", "rust-toolchain.toml"];
    let inputs: Vec<String> = inputs.chain(others.map(|it| format!("'{it}'"))).collect();
    assert_eq!(inputs.len(), 8);
    for name in [RULES, COMPARE] {
        let workflow = yaml(name);
        let jobs = jobs(&workflow);
        let keys: Vec<&str> = jobs
            .iter()
            .flat_map(|(_, job)| steps(job))
            .filter_map(|step| step["with"]["key"].as_str())
            .filter(|key| key.contains("hashFiles"))
            .collect();
        let [key] = keys[..] else { panic!("{name}: {keys:?}") };
        for input in &inputs {
            assert!(key.contains(input.as_str()), "{name}: {key} has no {input}");
        }
        for value in ["runner.os", "runner.arch", "steps.rust.outputs.version"] {
            assert!(key.contains(value), "{name}: {key} has no {value}");
        }
    }
}

#[test]
fn features_and_targets_in_scripts_exist() {
    let text = read("Cargo.toml");
    let manifest = DeTable::parse(&text).expect("Cargo.toml is TOML");
    let manifest = manifest.get_ref();
    let features = manifest["features"].get_ref().as_table().expect("features");
    let named = |kind: &str, name: &str| {
        let list = manifest[kind].get_ref().as_array().expect(kind);
        list.iter().any(|it| it.get_ref()["name"].get_ref().as_str() == Some(name))
    };
    let makefile = read("Makefile");

    let workflows = [CI, RELEASE, RULES, COMPARE].map(|name| (name, yaml(name)));
    let mut all: Vec<(&str, String)> = vec![("justfile", recipes())];
    for (name, workflow) in &workflows {
        all.extend(scripts(workflow).into_iter().map(|script| (*name, script.to_owned())));
    }
    for (name, script) in all {
        // Without commands on another package.
        let lines = script.replace("\\\n", " ");
        for line in lines.lines().filter(|line| !line.contains("--manifest-path")) {
            for pair in words(line).windows(2) {
                let [option, value] = [pair[0].as_str(), pair[1].as_str()];
                if value.contains('{') {
                    continue;
                }
                match option {
                    "--features" => {
                        for feature in value.split(',') {
                            assert!(features.contains_key(feature), "{name}: feature {feature}");
                        }
                    }
                    "--bin" => assert!(named("bin", value), "{name}: binary {value}"),
                    "--bench" => assert!(named("bench", value), "{name}: bench {value}"),
                    "make" => {
                        let target = format!("\n{value}:");
                        assert!(makefile.contains(&target), "{name}: make {value}");
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Jobs have minimal permissions and a time limit, and store no credentials.
#[test]
fn only_the_last_job_of_a_release_has_write_permission() {
    for name in [CI, RELEASE] {
        let workflow = yaml(name);
        assert_eq!(workflow["permissions"], json!({}), "{name}");
        for (job, it) in jobs(&workflow) {
            let is_last = job == "publish";
            let permissions = if is_last {
                json!({
                    "contents": "write", "packages": "write", "id-token": "write",
                    "attestations": "write",
                })
            } else {
                json!({ "contents": "read" })
            };
            assert_eq!(it["permissions"], permissions, "{name}: {job}");
            let is_called = it["uses"].is_string();
            assert!(is_called || it["timeout-minutes"].is_i64(), "{name}: {job} has no time limit");
            for step in steps(it) {
                if step["uses"].as_str().is_some_and(|it| it.starts_with("actions/checkout@")) {
                    assert_eq!(step["with"]["persist-credentials"], false, "{name}: {job}");
                    assert!(!is_last, "{name}: {job} runs code of the repository");
                }
                // Values of the context are untrusted, and must not be expanded in a script.
                let script = step["run"].as_str().unwrap_or_default();
                assert!(!script.contains("${{ github."), "{name}: {job}: {script}");
            }
        }
    }
    let release = yaml(RELEASE);
    assert_eq!(release["on"]["push"], json!({ "tags": ["v*"] }));
    let publish = &release["jobs"]["publish"];
    assert_eq!(publish["if"], "github.event_name == 'push'");
    assert_eq!(publish["needs"], json!(["ci", "texts", "command-line", "handler", "image"]));
    assert!(keys(&yaml(CI)["on"]).contains(&"workflow_call"));
}

/// The example that comments on a pull request runs only code of its base, and shows no text.
#[test]
fn a_comparison_in_a_pull_request_is_private() {
    let workflow = yaml(COMPARE);
    assert_eq!(workflow["permissions"], json!({}));
    assert_eq!(keys(&workflow["on"]), ["pull_request"]);
    let [("compare", job)] = jobs(&workflow)[..] else { panic!("more than one job") };
    let permissions = json!({"contents": "read", "id-token": "write", "pull-requests": "write"});
    assert_eq!(job["permissions"], permissions);
    assert!(job["timeout-minutes"].is_i64());
    let condition = job["if"].as_str().expect("a condition");
    assert!(condition.contains("head.repo.full_name == github.repository"), "{condition}");
    let checkout = &steps(job)[0]["with"];
    assert_eq!(checkout["ref"], "${{ github.event.pull_request.base.sha }}");
    assert_eq!(checkout["persist-credentials"], false);
    for script in scripts(&workflow) {
        assert!(!script.contains("${{"), "untrusted: {script}");
        assert!(!script.contains("--with-text") && !script.contains("--ids"), "{script}");
    }
    let all = scripts(&workflow).concat();
    assert!(all.contains("--from \"git:$BASE\" --to \"git:$HEAD\""), "{all}");
}

#[test]
fn licenses_are_collected_for_the_platforms_of_a_release() {
    let release = yaml(RELEASE);
    let matrix = |job: &str, key: &str| -> Vec<String> {
        let rows = release["jobs"][job]["strategy"]["matrix"]["include"].as_array().expect(job);
        rows.iter().map(|row| row[key].as_str().expect(key).to_owned()).collect()
    };
    let listed: String = matrix("command-line", "target")
        .iter()
        .map(|target| format!("                \"{target}\",\n"))
        .collect();
    let collected = read("tools/licenses/src/cargo.rs");
    assert!(collected.contains(&format!("Binary::CommandLine => &[\n{listed}            ],")));

    let template = yaml("template.yaml");
    let architectures = &template["Parameters"]["Architecture"]["AllowedValues"];
    assert_eq!(architectures, &json!(matrix("handler", "architecture")));
}

/// Lambda's glibc is the maximum for everything that is built for Linux.
#[test]
fn release_notes_have_the_glibc_version_that_is_checked() {
    for (script, executable) in
        [("command-line", "\"$executable\""), ("handler", "\"$folder/bootstrap\"")]
    {
        let text = read(&format!("tools/release/{script}"));
        assert!(text.contains(&format!("tools/release/glibc 2.34 {executable}")), "{script}");
    }
    assert!(read("tools/release/notes").contains("require glibc 2.34 or newer"));
}

/// Everything that a release publishes is in the archives that are attested and have checksums.
#[test]
fn all_of_a_release_is_attested() {
    let release = yaml(RELEASE);
    let publish = steps(&release["jobs"]["publish"]);
    let attested: Vec<&Value> = publish
        .iter()
        .filter(|it| it["uses"].as_str().is_some_and(|it| it.starts_with("actions/attest-")))
        .map(|it| &it["with"])
        .collect();
    let [archives, image] = attested[..] else { panic!("{attested:?}") };
    assert_eq!(archives["subject-path"], "dist/*");
    assert_eq!(image["subject-digest"], "${{ steps.image.outputs.digest }}");
    let [.., last] = publish else { panic!("no steps") };
    assert!(last["run"].as_str().is_some_and(|it| it.ends_with(" dist/*")), "{last}");
    // The work of the other jobs is in scripts that `.ci/run` runs too.
    let test = read("tests/release/run");
    for script in ["texts", "command-line", "handler", "source", "image"] {
        let script = format!("tools/release/{script} ");
        assert!(scripts(&release).iter().any(|it| it.contains(&script)), "{script}");
        assert!(test.contains(&script), "{script}");
    }
}

#[test]
fn issue_forms_request_an_explanation_and_warn_about_personal_data() {
    let folder = ".github/ISSUE_TEMPLATE";
    let forms = yaml_files(folder);
    assert_eq!(
        forms,
        ["bug", "false-positive", "missed-message"].map(|it| format!("{folder}/{it}.yml"))
    );
    for name in &forms {
        let form = yaml(name);
        assert!(["name", "description"].iter().all(|key| form[key].is_string()), "{name}");
        let body = form["body"].as_array().expect("a body");

        assert_eq!(body[0]["type"], "markdown", "{name}");
        let warning = body[0]["attributes"]["value"].as_str().expect("a text");
        assert!(warning.starts_with("**Do not post messages"), "{name}: {warning}");

        let mut ids = BTreeSet::new();
        for field in &body[1..] {
            let id = field["id"].as_str().unwrap_or_else(|| panic!("{name}: {field} has no id"));
            assert!(ids.insert(id), "{name}: two fields {id}");
            assert!(field["attributes"]["label"].is_string(), "{name}: {id} has no label");
        }
        let field = |id: &str| {
            body.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("{name}: {id}"))
        };
        let label = field("explain")["attributes"]["label"].as_str().expect("a label");
        assert!(label.contains("`ivs-review explain`"), "{name}: {label}");
        let is_required = field("explain")["validations"]["required"] == true;
        assert_eq!(is_required, !name.ends_with("bug.yml"), "{name}");
        assert_eq!(field("private")["attributes"]["options"][0]["required"], true, "{name}");
    }
    let security: PathBuf = path("SECURITY.md");
    assert!(Path::is_file(&security), "the forms refer to SECURITY.md");
}
