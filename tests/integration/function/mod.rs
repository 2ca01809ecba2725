//! `ivs-review publish` and `doctor` with fakes of Lambda, CloudWatch and IVS Chat.

mod doctor; // each check, and what it finds
mod doctor_chat; // a room as its users see it
mod doctor_local; // `sam local start-lambda`
pub(crate) mod fake; // the fake of Lambda and CloudWatch
mod publish; // from an edited word to the function, and back

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::rooms::command::{Run, Running, command_with_credentials};
use crate::rooms::fake::FakeService;
use fake::FakeLambda;

const MANIFEST: &str = "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nlists = [\"lists/a.txt\"]\n\
    [[rule]]\nid = \"b\"\naction = \"deny\"\nreason = \"No.\"\nterms = [\"begone\"]\nsamples = { caught = [\"begone!\"] }\n";

/// A rule folder in a temporary folder.
struct Rules(TempDir);

impl Rules {
    fn new(list: &str) -> Rules {
        let rules = Rules(tempfile::tempdir().expect("a temporary folder"));
        fs::create_dir_all(rules.path().join("lists")).expect("a new folder");
        rules.write("rules.toml", MANIFEST);
        rules.write("lists/a.txt", list);
        rules
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("rules")
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.path().join(path), text).expect("it can be written");
    }
}

/// Runs a command to its end, with these space-separated arguments.
fn run(lambda: &FakeLambda, chat: Option<&FakeService>, rules: &Path, arguments: &str) -> Run {
    let mut command = command_with_credentials();
    command
        .env("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint())
        .env("AWS_ENDPOINT_URL_CLOUDWATCH", lambda.endpoint())
        .env("AWS_ENDPOINT_URL_IVSCHAT", chat.map_or(lambda.endpoint(), FakeService::endpoint))
        .env("AWS_MAX_ATTEMPTS", "2")
        .args(arguments.split_whitespace())
        .args(["--rate", "1000", "--rules"])
        .arg(rules);
    Running::start(command).end()
}
