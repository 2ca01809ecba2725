//! `ivs-review publish` and `doctor` with fakes of Lambda, CloudWatch and IVS Chat.

mod doctor; // each check, and what it finds
pub(crate) mod fake; // the fake of Lambda and CloudWatch
mod publish; // from an edited word to the function, and back

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::rooms::command::{Run, Running};
use crate::rooms::fake::{ACCESS_KEY_ID, FakeService, REGION, SECRET_ACCESS_KEY};
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
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
    command
        .env_clear()
        .env("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint())
        .env("AWS_ENDPOINT_URL_CLOUDWATCH", lambda.endpoint())
        .env("AWS_ENDPOINT_URL_IVSCHAT", chat.map_or(lambda.endpoint(), FakeService::endpoint))
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_MAX_ATTEMPTS", "2")
        .env(
            "SSL_CERT_FILE",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/rooms/certificate.pem"),
        )
        .args(arguments.split_whitespace())
        .args(["--rate", "1000", "--rules"])
        .arg(rules);
    Running::start(command).end()
}
